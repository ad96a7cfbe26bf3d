"""Zalo: how soon an answer leaves after the poll that brought the message, and how many messages a report
costs, of which a month has a fixed number."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from bot import demo
from bot.app import App
from bot.channels.plain import split
from bot.channels.zalo import ZaloChannel
from storage.encoding import from_json
from tests.bench import house, scripts
from tests.bench.table import Measure
from tests.fake_http import Request
from tests.fake_people import Received
from tests.fake_zalo import TOKEN, FakeZalo

CHATS, RATE = 50, 10  # people in the middle of forms, and their messages a second
PATIENCE = 30.0
_HEADS = ("hamlet_head", "hamlet_deputy")


@dataclass(frozen=True)
class Size:
    seconds: float = 60.0
    repeats: int = 3


class Timed(FakeZalo):
    """Notes when a poll brought a chat's message, and how long after it the answer came."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__(token)
        self.brought: dict[str, deque[float]] = defaultdict(deque)
        self.taken: list[float] = []  # milliseconds
        self._answered = asyncio.Event()

    async def _do_getUpdates(self, request: Request) -> Any:
        update = await super()._do_getUpdates(request)
        self.brought[update["message"]["chat"]["id"]].append(time.perf_counter())
        return update

    def _deliver(self, request: Request, message: Received) -> dict[str, Any]:
        waiting = self.brought[request.json["chat_id"]]
        self.taken.append(1000 * (time.perf_counter() - waiting.popleft()))
        self._answered.set()
        self._answered = asyncio.Event()
        return super()._deliver(request, message)

    async def answered(self, count: int) -> None:
        while len(self.taken) < count:
            await self._answered.wait()


async def measure(folder: Path, size: Size) -> list[Measure]:
    found = []
    async with house.opened(folder / "chats") as app, Timed() as zalo, _served(app, zalo):
        texts = {chat: scripts.endless(number) for number, chat in enumerate(house.chats(CHATS))}
        for number in range(size.repeats):
            zalo.taken = []
            await _talk(zalo, texts, size.seconds, Random(number))
            found.append(list(zalo.taken))
    messages = (
        f"{len(found[0])} messages each; median of all {median(m for one in found for m in one):.1f} ms"
    )
    p99 = tuple(quantiles(one, n=100)[98] for one in found)
    name = f"Zalo: from the poll to the answer, 99th percentile, {RATE}/s, {CHATS} chats"
    return [Measure(name, "ms", p99, 300, note=messages), await _cost(folder / "year")]


@asynccontextmanager
async def _served(app: App, zalo: FakeZalo) -> AsyncIterator[None]:
    channel = ZaloChannel(zalo.token, shelf=app.shelf(), root=zalo.root)
    await house.join(app, channel.bot, CHATS)
    serving = asyncio.create_task(app.serve([channel]))
    try:
        yield
    finally:
        serving.cancel()
        await asyncio.wait([serving])
        await channel.close()


async def _talk(zalo: Timed, texts: dict[str, Any], seconds: float, random: Random) -> None:
    """Everybody goes on with their form, at random moments; who waits for an answer says nothing."""
    due, count = time.perf_counter(), 0
    until, expected = due + seconds, {chat: len(zalo.person(chat).messages) for chat in texts}
    while (due := due + random.expovariate(RATE)) < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        free = [chat for chat in texts if len(zalo.person(chat).messages) == expected[chat]]
        if free:
            chat = random.choice(free)
            zalo.person(chat).says(next(texts[chat]))
            count, expected[chat] = count + 1, expected[chat] + 1
    async with asyncio.timeout(PATIENCE):
        await zalo.answered(count)


async def _cost(folder: Path) -> Measure:
    """Messages of the program for each report of the sample year, of those who report for hamlets."""
    with redirect_stdout(StringIO()):
        await demo.play(folder, False, demo.named("tan_an"))
    with closing(sqlite3.connect(folder / "matran.db")) as db:
        sent = db.execute(f"SELECT class, body FROM outbox WHERE {_OF_HEADS}", _HEADS).fetchall()
        reports = db.execute(f"SELECT count(DISTINCT draft) FROM record WHERE {_BY_HEADS}", _HEADS).fetchone()
    parts = dict.fromkeys((0, 1, 2), 0)
    for class_, body in sent:
        parts[class_] += len(split(from_json(body)["text"])) or 1
    name = "Zalo: answers for each report of the sample year"
    note = f"{reports[0]} reports; with reminders and documents {sum(parts.values()) / reports[0]:.1f}"
    return Measure(name, "", (parts[0] / reports[0],), 6, note=note)


_PERSON = "SELECT person FROM role WHERE kind IN (?, ?)"
_OF_HEADS = f"address IN (SELECT address FROM account WHERE person IN ({_PERSON}))"
_BY_HEADS = f"author IN ({_PERSON})"
