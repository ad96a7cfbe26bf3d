"""How a child process behaves beside the program that started it."""

from __future__ import annotations

import os
from contextlib import suppress


def stand_back() -> None:
    """Chats go first: the child works with less urgency, and on whichever core is free.

    The program itself stays on one core, and a child is born where its parent is.
    """
    if hasattr(os, "nice"):
        os.nice(5)
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(0, range(os.cpu_count() or 1))
