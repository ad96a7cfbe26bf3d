"""The child process that makes, reads and marks backlog workbooks: chats are not held up meanwhile, its
memory is given back, and what a hostile file does to it ends with it.

``python -m jobs.book_child`` reads one job as JSON from standard input and prints one line of JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jobs.child import one_job
from jobs.render import ask_child

LIMIT = 60.0  # seconds; a full book takes about five


class Refused(Exception):
    """A workbook that is not taken; ``reason`` ends a sentence's key, ``values`` fill it in."""

    def __init__(self, reason: str, values: Mapping[str, Any]) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, dict(values)


async def make(plan: Mapping[str, Any], output: Path) -> None:
    """Writes the workbook of a plan; raises RenderFailed."""
    await _ask({"do": "make", "plan": plan, "output": str(output)})


async def read(file: Path) -> dict[str, Any]:
    """What a workbook holds (`jobs.book_read.read`); raises Refused, RenderFailed."""
    found: dict[str, Any] = (await _ask({"do": "read", "file": str(file)}))["found"]
    return found


async def mark(file: Path, faults: Sequence[Sequence[Any]], output: Path) -> None:
    """Writes the workbook with its faults marked; raises RenderFailed."""
    await _ask({"do": "mark", "file": str(file), "faults": list(faults), "output": str(output)})


async def _ask(job: Mapping[str, Any]) -> dict[str, Any]:
    answer = await ask_child("jobs.book_child", job, LIMIT)
    if not answer["ok"]:
        raise Refused(answer["reason"], answer["values"])
    return answer


def _done(job: Mapping[str, Any]) -> dict[str, Any]:
    from jobs import book_read, book_write

    if job["do"] == "make":
        book_write.make(job["plan"], Path(job["output"]))
    elif job["do"] == "mark":
        book_write.mark(Path(job["file"]).read_bytes(), job["faults"], Path(job["output"]))
    else:
        try:
            return {"ok": True, "found": book_read.read(Path(job["file"]))}
        except book_read.BookRefused as refused:
            return {"ok": False, "reason": refused.reason, "values": refused.values}
    return {"ok": True}


if __name__ == "__main__":
    raise SystemExit(one_job(_done))
