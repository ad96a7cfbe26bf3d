"""What the program asks of Python itself, so that many short transactions do not wait for one another."""

from __future__ import annotations

import gc
import sys

# The writer's thread and the loop share the interpreter: five milliseconds, the default, is how long one may
# keep the other waiting, and more than a whole intake takes.
_SWITCH_SECONDS = 0.0005

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
