"""The child that makes a draft: ``python -m jobs.draft_child`` answers questions until its input ends.

Each is a pickle of (method of `jobs.draft_desk.Desk`, arguments) with its length before it, and so is the
answer: {"result": …}, {"unavailable": (reason, detail)} or {"trace": …}. Both ends are this program
(`jobs.drafting` asks), on a pipe that nobody else has.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Mapping
from typing import Any, BinaryIO

from jobs.child import stand_back

LENGTH = 8  # bytes before each pickle


def main() -> int:
    stand_back()  # before what takes long: the imports
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # what a library prints is no answer
    from jobs.draft_desk import Desk
    from storage.errors import StorageUnavailable

    desk = Desk()
    while (asked := _read(sys.stdin.buffer)) is not None:
        what, given = asked
        try:
            answer = {"result": getattr(desk, what)(*given)}
        except StorageUnavailable as error:
            answer = {"unavailable": (error.reason, str(error))}
        except Exception:
            answer = {"trace": traceback.format_exc()}
        _write(answers, answer)
        from templates import rendering  # noqa: F401  # most likely what is asked for next
    return 0


def _read(pipe: BinaryIO) -> Any:
    """The next question; None at the end."""
    length = pipe.read(LENGTH)
    return pickle.loads(pipe.read(int.from_bytes(length, "big"))) if len(length) == LENGTH else None


def _write(pipe: BinaryIO, answer: Mapping[str, Any]) -> None:
    data = pickle.dumps(answer)
    pipe.write(len(data).to_bytes(LENGTH, "big") + data)
    pipe.flush()


if __name__ == "__main__":
    raise SystemExit(main())
