"""What the program asks of Python itself, so that many short transactions do not wait for one another."""

from __future__ import annotations

import gc
import sys

# Threads share the interpreter. Each statement of a transaction gives it up and has to ask for it back, and
# so long may another thread keep it: beside a thread that computes a report's figures, each of an intake's
# dozen statements waits that long. Measured at the 99th percentile: 250 ms with 0.5 ms here, 50 with 0.1;
# less gains nothing, since switching costs too. Five, the default, is worse than all.
_SWITCH_SECONDS = 0.0001

# Looking for cycles after every 700 new objects is looking in the middle of each intake. A message leaves few
# cycles behind; measured, looking less often saves a sixth of the processor and costs a few megabytes.
_NEW_OBJECTS, _YOUNG, _OLD = 10_000, 20, 20


def begin() -> None:
    """Before much is imported: modules make many objects and no garbage. `prepare` has to follow."""
    gc.disable()


def prepare() -> None:
    """For programs that serve, once, when what they need is imported."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.set_threshold(_NEW_OBJECTS, _YOUNG, _OLD)
    gc.collect()
    gc.freeze()  # modules stay for good: no need to look at them again
    gc.enable()
