"""How many full intakes a second: whole forms, a database file, FULL, one process, the sender beside it.

Three ways in the same run: messages handed to the intake; raw Telegram updates through the channel's own
polling and decoding; and the bare statements of those very intakes through `Database.write`. These twice, as
many at once as the messages: each with a commit of its own, which is what a message costs storage by itself
and what the share is taken of; and sharing their commits, as the intakes do.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, TypeVar, cast

from telegram import Bot

from bot.app import App
from bot.channels.patience import Patience
from bot.channels.telegram_polling import Polling
from bot.intake import Desk
from bot.messages import Handled, Incoming, Intake
from storage import writing
from storage.database import Database, Params, Tx
from tests.bench import house, scripts, updates
from tests.bench.table import Measure

Drive = Callable[[App, Intake], Awaitable[None]]
T = TypeVar("T")
BATCH = 100  # updates in one answer of Telegram: so many chats side by side at most
Statement = tuple[str, str, Params]  # method of Tx, SQL, parameters


@dataclass(frozen=True)
class Size:
    members: int = 300
    forms: int = 5  # of each
    repeats: int = 5


@dataclass
class Found:
    """What the repeats came to, by the second."""

    handed: list[float] = field(default_factory=list)
    decoded: list[float] = field(default_factory=list)
    bare: list[float] = field(default_factory=list)  # a commit each
    shared: list[float] = field(default_factory=list)  # sharing commits
    behind: list[int] = field(default_factory=list)  # answers not yet sent when the last intake was done
    syncs: list[float] = field(default_factory=list)  # milliseconds


class _Recording(Tx):
    """A transaction that keeps what it is asked to run."""

    __slots__ = ("statements",)

    def __init__(self, tx: Tx, statements: list[Statement]) -> None:
        super().__init__(tx._connection)
        self.raised, self.statements = tx.raised, statements

    def run(self, sql: str, params: Params = ()) -> int:
        self.statements.append(("run", sql, params))
        return super().run(sql, params)

    def one(self, sql: str, params: Params = ()) -> tuple[Any, ...] | None:
        self.statements.append(("one", sql, params))
        return super().one(sql, params)

    def all(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        self.statements.append(("all", sql, params))
        return super().all(sql, params)


class _Recorder:
    """Stands before a database and keeps each transaction's statements."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.transactions: list[list[Statement]] = []

    async def write(self, function: Callable[[Tx], T]) -> T:
        def recorded(tx: Tx) -> T:
            statements: list[Statement] = []
            result = function(_Recording(tx, statements))
            self.transactions.append(statements)
            return result

        return await self._db.write(recorded)


async def measure(folder: Path, size: Size) -> list[Measure]:
    work = _work(size)
    base = folder / "base"
    async with house.opened(base) as app:
        await house.join(app, house.BOT, size.members)
    transactions = await _recorded(_copy(base, folder / "recorded"), work)
    found = Found()
    for number in range(size.repeats):
        found.syncs.append(sync_milliseconds(folder))
        await _handed(_copy(base, folder / f"handed{number}"), work, found)
        with _a_commit_each():
            found.bare.append(await _bare(_copy(base, folder / f"bare{number}"), transactions))
        found.shared.append(await _bare(_copy(base, folder / f"shared{number}"), transactions))
        await _decoded(_copy(base, folder / f"decoded{number}"), work, found)
    return _measures(found, transactions)


def _measures(found: Found, transactions: Sequence[Sequence[Statement]]) -> list[Measure]:
    each = sum(map(len, transactions)) / len(transactions)
    share, shared = (
        tuple(handed / bare for handed, bare in zip(found.handed, bares, strict=True))
        for bares in (found.bare, found.shared)
    )
    behind = f"{max(found.behind)} answers unsent at the end at most"
    sync = f"fdatasync of a page here: {median(found.syncs):.2f} ms"
    return [
        Measure("full intakes", "/s", tuple(found.handed), 1500, "more", f"{behind}; {sync}"),
        Measure("… with Telegram's raw updates decoded", "/s", tuple(found.decoded), 1200, "more"),
        Measure(
            "the same statements, bare",
            "/s",
            tuple(found.bare),
            note=f"{each:.1f} statements and a commit each",
        ),
        Measure("full intakes, share of bare", "", share, 0.5, "more"),
        Measure("the same statements, sharing commits", "/s", tuple(found.shared)),
        Measure("full intakes, share of these", "", shared),
    ]


def sync_milliseconds(folder: Path, times: int = 50) -> float:
    """What one commit costs on this disk at the least: the median of writing a page and waiting for it."""
    taken = []
    with (folder / "sync").open("wb") as file:
        for _ in range(times):
            file.write(bytes(4096))
            file.flush()
            started = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - started)
    return 1000 * median(taken)


def _work(size: Size) -> list[list[Incoming]]:
    """Batches: in each one message from so many people, who go on in the next one that is theirs."""
    people = [
        [text for form in scripts.forms(number, size.forms) for text in form]
        for number in range(size.members)
    ]
    chats = house.chats(size.members)
    batches = []
    for turn in range(max(map(len, people))):
        said = [
            house.message(chat, turn + 1, texts[turn])
            for chat, texts in zip(chats, people, strict=True)
            if turn < len(texts)
        ]
        batches += [said[at : at + BATCH] for at in range(0, len(said), BATCH)]
    return batches


def _copy(base: Path, folder: Path) -> Path:
    shutil.copytree(base, folder)
    return folder


async def _recorded(folder: Path, work: list[list[Incoming]]) -> list[list[Statement]]:
    async with house.opened(folder) as app:
        recorder = _Recorder(app.db)
        await _hand_over(Desk(cast(Database, recorder), app.house, app.now), work)
        await _complete(app, work)
        return recorder.transactions


async def _hand_over(intake: Intake, work: list[list[Incoming]]) -> None:
    async def handle(incoming: Incoming) -> None:
        assert await intake.handle(incoming) is Handled.DONE

    for batch in work:
        async with asyncio.TaskGroup() as group:
            for incoming in batch:
                group.create_task(handle(incoming))


async def _complete(app: App, work: list[list[Incoming]]) -> None:
    """Every message was kept and every form became a record: nothing was measured that did not happen."""
    messages = sum(map(len, work))
    ends = sum(incoming.text == "Đ" for batch in work for incoming in batch)
    counted = await app.db.read(
        lambda tx: tx.one("SELECT (SELECT count(*) FROM inbox WHERE state = 'done'), count(*) FROM record")
    )
    if counted != (messages, ends):
        raise AssertionError(f"{counted} instead of {(messages, ends)}")


async def _timed(folder: Path, drive: Drive, work: list[list[Incoming]]) -> tuple[float, int]:
    """Intakes a second with the sender beside them, and how many answers it had not sent when they ended."""
    taken, behind = 0.0, 0
    messages = sum(map(len, work))

    async def driven(intake: Intake) -> None:
        nonlocal taken, behind
        started = time.perf_counter()
        await drive(app, intake)
        taken = time.perf_counter() - started
        behind = messages - channel.sent

    channel = house.InProcess(driven)
    async with house.opened(folder) as app:
        await app.serve([channel], until=channel, jobs=False)
        await _complete(app, work)
    shutil.rmtree(folder)
    return messages / taken, behind


async def _handed(folder: Path, work: list[list[Incoming]], found: Found) -> None:
    rate, behind = await _timed(folder, lambda app, intake: _hand_over(intake, work), work)
    found.handed.append(rate)
    found.behind.append(behind)


async def _decoded(folder: Path, work: list[list[Incoming]], found: Found) -> None:
    answers = updates.answers(work)

    async def drive(app: App, intake: Intake) -> None:
        server = updates.Server(answers)
        polling = Polling(house.BOT, cast(Bot, server), app.now, Patience(), app.house.wording)
        task = asyncio.create_task(polling.run(intake))
        await server.finished.wait()
        task.cancel()

    rate, _ = await _timed(folder, drive, work)
    found.decoded.append(rate)


@contextmanager
def _a_commit_each() -> Iterator[None]:
    most, writing.MOST = writing.MOST, 1
    try:
        yield
    finally:
        writing.MOST = most


async def _bare(folder: Path, transactions: list[list[Statement]]) -> float:
    """Transactions a second, with the statements of the intakes and nothing around them."""

    async def replay(statements: list[Statement]) -> None:
        await db.write(lambda tx: _run(tx, statements))

    async with house.opened(folder) as app:
        db = app.db
        started = time.perf_counter()
        for at in range(0, len(transactions), BATCH):
            async with asyncio.TaskGroup() as group:
                for statements in transactions[at : at + BATCH]:
                    group.create_task(replay(statements))
        rate = len(transactions) / (time.perf_counter() - started)
    shutil.rmtree(folder)
    return rate


def _run(tx: Tx, statements: list[Statement]) -> None:
    for method, sql, params in statements:
        getattr(tx, method)(sql, params)
