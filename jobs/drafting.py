"""A report's figures and its document, from one child process: chats share the interpreter with neither.

``python -m jobs.drafting`` answers questions until its input ends: each is a pickle with its length before
it, and so is the answer. Both ends are this program, on a pipe that nobody else has.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import traceback
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO

from jobs import render
from jobs.child import stand_back

if TYPE_CHECKING:
    from jobs.assembly import Assembly

_LENGTH = 8  # bytes before each pickle


class Drafter:
    """The child, as its parent sees it. Every question is answered within ``limit`` seconds."""

    def __init__(self, child: asyncio.subprocess.Process, limit: float) -> None:
        self._child, self._limit = child, limit

    async def assemble(self, *given: Any) -> Assembly:
        """As `jobs.assembly.assemble`; raises RenderFailed."""
        assembly: Assembly = await self._ask("assemble", given)
        return assembly

    async def render(self, job: render.Job) -> None:
        """As `jobs.render.render`."""
        unfinished = render.unfinished(job)
        try:
            told = {"do": "render", **asdict(job), "unfinished": unfinished}
            render.judge(await self._ask("render", (told,)))
        finally:
            unfinished.unlink(missing_ok=True)  # a killed child leaves it

    async def _ask(self, what: str, given: tuple[Any, ...]) -> Any:
        # Piece by piece: while one is pickled, the interpreter does nothing else.
        pieces = [await asyncio.to_thread(pickle.dumps, one) for one in given]
        question = pickle.dumps((what, pieces))
        try:
            async with asyncio.timeout(self._limit):
                answer = await self._exchanged(question)
        except TimeoutError:
            raise render.RenderFailed("timeout", f"{self._limit:g} s") from None
        except (asyncio.IncompleteReadError, ConnectionError, pickle.UnpicklingError):
            raise render.RenderFailed("crash", await self._last_words()) from None
        if "trace" in answer:
            raise render.RenderFailed("crash", str(answer["trace"])[-500:])
        return answer["result"]

    async def _exchanged(self, question: bytes) -> dict[str, Any]:
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.write(len(question).to_bytes(_LENGTH, "big") + question)
        await self._child.stdin.drain()
        length = int.from_bytes(await self._child.stdout.readexactly(_LENGTH), "big")
        answer = await self._child.stdout.readexactly(length)
        found: dict[str, Any] = await asyncio.to_thread(pickle.loads, answer)
        return found

    async def _last_words(self) -> str:
        assert self._child.stderr is not None
        errors = await self._child.stderr.read()
        return f"{await self._child.wait()}: {errors.decode(errors='replace').strip()[-500:]}"


@asynccontextmanager
async def drafter(limit: float) -> AsyncIterator[Drafter]:
    """The child, from now on: it begins to get ready while its work is still being collected."""
    child = await render.start_child("jobs.drafting")
    try:
        yield Drafter(child, limit)
    finally:
        await render.end_child(child)
        await child.communicate()  # its pipes are closed with it


def _main() -> int:
    """The child: answers until nobody asks any more."""
    stand_back()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # what a library prints is no answer
    from jobs.assembly import assemble

    while (question := _read(sys.stdin.buffer)) is not None:
        what, pieces = question
        given = [pickle.loads(piece) for piece in pieces]
        try:
            do: Callable[..., Any] = assemble if what == "assemble" else render.done
            answer = {"result": do(*given)}
        except Exception:
            answer = {"trace": traceback.format_exc()}
        _write(answers, answer)
        from templates import rendering  # noqa: F401  # most likely what is asked for next
    return 0


def _read(pipe: BinaryIO) -> Any:
    """The next question; None at the end."""
    length = pipe.read(_LENGTH)
    return pickle.loads(pipe.read(int.from_bytes(length, "big"))) if len(length) == _LENGTH else None


def _write(pipe: BinaryIO, answer: Mapping[str, Any]) -> None:
    data = pickle.dumps(answer)
    pipe.write(len(data).to_bytes(_LENGTH, "big") + data)
    pipe.flush()


if __name__ == "__main__":
    raise SystemExit(_main())
