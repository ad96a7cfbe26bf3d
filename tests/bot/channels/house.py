"""Helpers of the channels' tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.messages import Handled, Incoming, Outgoing
from storage import messages, outbox, people
from storage.database import Database, Tx

NOW = datetime(2024, 12, 8, 1, 5, tzinfo=UTC)


class FakeTime:
    """A clock that only sleeping moves, at once."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


@dataclass
class Notebook:
    """An intake that writes down what it is handed, once each, and answers what it is told to answer."""

    answers: list[Handled | Exception] = field(default_factory=list)  # of the next calls
    kept: list[Incoming] = field(default_factory=list)
    offered: int = 0
    spoiled: list[tuple[str, str, str]] = field(default_factory=list)  # key, raw, trace
    gate: Callable[[Incoming], Awaitable[None]] | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, incoming: Incoming) -> Handled:
        self.offered += 1
        if self.gate is not None:
            await self.gate(incoming)
        answer = self._answer()
        if answer is Handled.DONE:
            if any((old.chat, old.message) == (incoming.chat, incoming.message) for old in self.kept):
                answer = Handled.SEEN
            else:
                self.kept.append(incoming)
        self._change()
        return answer

    async def undecodable(self, bot: str, key: str, raw: str, trace: str) -> Handled:
        answer = self._answer()
        if answer is Handled.DONE:
            self.spoiled.append((key, raw, trace))
        self._change()
        return answer

    @property
    def texts(self) -> list[str | None]:
        return [incoming.text for incoming in self.kept]

    async def keeps(self, count: int) -> list[Incoming]:
        """What was kept, once there are so many (unreadable ones count too)."""
        while len(self.kept) + len(self.spoiled) < count:
            await self._changed.wait()
        return self.kept

    def _answer(self) -> Handled:
        answer = self.answers.pop(0) if self.answers else Handled.DONE
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _change(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


@dataclass
class Cupboard:
    """A shelf that says what was laid on it; pictures have an address where ``base`` is one."""

    base: str | None = None
    laid: list[tuple[str, str, str, str]] = field(default_factory=list)

    async def document(self, bot: str, address: str, path: str, name: str) -> str:
        self.laid.append((bot, address, path, name))
        return f"Tải tệp “{name}”:\nhttps://xa.example.vn/tai/{len(self.laid)}"

    async def picture(self, picture: str) -> str | None:
        return None if self.base is None else f"{self.base}/{len(picture)}.png"


@dataclass
class Echo:
    """An intake on a real database: what comes is answered with what was said, in one transaction."""

    database: Database
    now: datetime = NOW

    async def handle(self, incoming: Incoming) -> Handled:
        return await self.database.write(lambda tx: self._handle(tx, incoming))

    def _handle(self, tx: Tx, incoming: Incoming) -> Handled:
        bot, chat = incoming.bot, incoming.chat
        if messages.seen(tx, bot, chat, incoming.message, self.now):
            return Handled.SEEN
        people.arrive(tx, 1, bot, chat, incoming.sender, self.now)
        outbox.put(tx, 1, bot, chat, 0, Outgoing(f"đã nghe: {incoming.text}").as_json(), self.now)
        return Handled.DONE

    async def undecodable(self, bot: str, key: str, raw: str, trace: str) -> Handled:
        await self.database.write(lambda tx: messages.fail(tx, bot, "", key, self.now, raw, trace))
        return Handled.FAILED


@asynccontextmanager
async def running(coroutine: Awaitable[None]) -> AsyncIterator[asyncio.Task[None]]:
    """Runs it beside the test, and ends it with the test; what it raised comes out here."""

    async def run() -> None:
        await coroutine

    task = asyncio.create_task(run())
    try:
        async with asyncio.timeout(10):  # a hung test fails
            yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error
