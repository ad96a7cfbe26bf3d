"""What the program asks of Python itself, so that many short transactions do not wait for one another."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress

# Threads share the interpreter. Each statement of a transaction gives it up and has to ask for it back, and
# so long may another thread keep it: beside a thread that computes a report's figures, each of an intake's
# statements waits that long. Less than this gains nothing, since switching costs too.
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


def stay() -> None:
    """Keeps this thread, and those that it starts, on one of the computer's cores, where the system can.

    Threads that share an interpreter never run at once; on two cores they only wait for each other's memory.
    Measured: a fifth less work for each message, and half again as many a second. Child processes take all
    cores again (`jobs.child`).
    """
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
