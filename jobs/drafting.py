"""Asking for a draft: the child process that makes it, as its parent sees it.

Chats share the interpreter with neither the figures nor the document: records, figures and words stay in the
child (`jobs.draft_desk`), and what comes back is what the parent stores and sends.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jobs import render
from jobs.draft_child import LENGTH
from jobs.draft_desk import Found, Order, Ready, Written
from storage.errors import StorageUnavailable
from templates.photos import Album


class Drafter:
    """The child. Every question is answered within ``limit`` seconds, or raises RenderFailed."""

    def __init__(self, child: asyncio.subprocess.Process, limit: float) -> None:
        self._child, self._limit = child, limit

    async def collect(self, tools: bytes, order: Order) -> Found:
        """Reads what is known: the first question. ``tools`` are pickled `jobs.draft_desk.Tools`.

        Raises StorageUnavailable too.
        """
        found: Found = await self._ask("collect", tools, order)
        return found

    async def assemble(self, album: Album) -> Ready:
        """Computes the draft with these photos."""
        ready: Ready = await self._ask("assemble", album)
        return ready

    async def compare(self) -> str:
        """The message with a last draft that was edited in Word."""
        message: str = await self._ask("compare")
        return message

    async def write(self, output: Path, pictures: Mapping[str, Mapping[str, Any]]) -> Written:
        """Writes the document that was assembled last, in a folder of its own, which the caller cleans up."""
        written: Written = await self._ask("write", output, pictures)
        render.judge(written.said)
        return written

    async def _ask(self, what: str, *given: Any) -> Any:
        try:
            async with asyncio.timeout(self._limit):
                answer = await self._exchanged(pickle.dumps((what, given)))
        except TimeoutError:
            raise render.RenderFailed("timeout", f"{self._limit:g} s") from None
        except (asyncio.IncompleteReadError, ConnectionError, pickle.UnpicklingError):
            raise render.RenderFailed("crash", await self._last_words()) from None
        if "unavailable" in answer:
            raise StorageUnavailable(*answer["unavailable"])
        if "trace" in answer:
            raise render.RenderFailed("crash", str(answer["trace"])[-500:])
        return answer["result"]

    async def _exchanged(self, question: bytes) -> dict[str, Any]:
        assert self._child.stdin is not None and self._child.stdout is not None
        self._child.stdin.write(len(question).to_bytes(LENGTH, "big") + question)
        await self._child.stdin.drain()
        length = int.from_bytes(await self._child.stdout.readexactly(LENGTH), "big")
        answer: dict[str, Any] = pickle.loads(await self._child.stdout.readexactly(length))
        return answer

    async def _last_words(self) -> str:
        assert self._child.stderr is not None
        errors = await self._child.stderr.read()
        return f"{await self._child.wait()}: {errors.decode(errors='replace').strip()[-500:]}"


@asynccontextmanager
async def drafter(limit: float) -> AsyncIterator[Drafter]:
    """The child, from now on."""
    child = await render.start_child("jobs.draft_child")
    try:
        yield Drafter(child, limit)
    finally:
        await render.end_child(child)
