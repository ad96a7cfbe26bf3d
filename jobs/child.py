"""How a child process behaves beside the program that started it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

_LESS_URGENT = 5


def stand_back() -> None:
    """Chats go first: the child works with less urgency, and on whichever core is free."""
    if hasattr(os, "nice"):
        os.nice(_LESS_URGENT)
    _allow(range(os.cpu_count() or 1))


def one_job(done: Callable[[Any], Mapping[str, Any]]) -> int:
    """A child's whole life: one job as JSON from standard input, one line of JSON of what came of it."""
    stand_back()
    print(json.dumps(done(json.load(sys.stdin)), ensure_ascii=True), flush=True)
    return 0


@contextmanager
def born_anywhere() -> Iterator[None]:
    """A process that is started within may begin on any core.

    The program itself stays on one, and a child is born where its parent is: without this, the interpreter's
    start, a twentieth of a second, takes turns with the chats.
    """
    if not hasattr(os, "sched_getaffinity"):
        yield
        return
    before, cores = os.sched_getaffinity(0), range(os.cpu_count() or 1)  # of this thread
    _allow(cores)
    try:
        yield
    finally:
        if before < set(cores):  # where two births cross, the first one leads back
            _allow(before)


def _allow(cores: range | set[int]) -> None:
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            os.sched_setaffinity(0, cores)
