"""How long a report takes, from the request to the document in the outbox; alone, and beside others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from statistics import median

from bot.app import App
from bot.commands.report import REPORT
from bot.messages import Handled, Intake
from storage import attachments, photos, records
from storage.database import Tx
from storage.rows import Origin
from tests.bench import house
from tests.bench.table import Measure
from tests.pictures import phone

YEAR = 1000  # records in the report's period
PERIOD = (date(2024, 1, 1), date(2024, 12, 31))
_AT_ONCE = 50  # communes copied in one transaction
_numbers = count(1)


@dataclass(frozen=True)
class Size:
    repeats: int = 7
    photos: int = 60  # in the annex, as phones take them: some 3 MB each
    communes: int = 1000  # beside, with a thousand records each


@dataclass
class Made:
    count: int = 0


async def measure(folder: Path, size: Size) -> list[Measure]:
    alone: list[float] = []
    beside: list[float] = []
    pictured: list[float] = []
    async with house.opened(folder) as app:
        await house.join(app, house.BOT, house.HAMLETS)
        await house.tell_the_year(app, house.BOT, YEAR)

        async def drive(intake: Intake) -> None:
            await _report(app, intake)  # the first finds everything cold
            alone.extend([await _report(app, intake) for _ in range(size.repeats)])
            await _settle_others(app, size.communes)
            await _report(app, intake)
            beside.extend([await _report(app, intake) for _ in range(size.repeats)])
            await app.db.write(lambda tx: _take_photos(tx, app, size.photos))
            pictured.extend([await _report(app, intake) for _ in range(min(size.repeats, 3))])

        channel = house.InProcess(drive)
        await app.serve([channel], until=channel)
    others = f"{size.communes * YEAR:,} records of other communes"
    ratio = tuple(one / median(alone) for one in beside)
    return [
        Measure(f"/baocao, {YEAR:,} records", "s", tuple(alone), 1.5),
        Measure(f"… beside {others}", "s", tuple(beside)),
        Measure("… times as long as without them", "", ratio, 1.2),
        Measure(f"/baocao with {size.photos} photos of 3 MB", "s", tuple(pictured), 10),
    ]


def _take_photos(tx: Tx, app: App, count: int) -> None:
    """So many photos with the records of the year, all of them chosen for its report."""
    commune, now, folder = app.house.number, house.BEGAN, app.settings.data / "attachments"
    folder.mkdir(parents=True, exist_ok=True)
    taken = [phone(seed) for seed in range(1, 4)]
    found = records.in_period(tx, commune, *PERIOD)
    chosen = []
    for number, record in enumerate([one for one in found if one.form == "hoat_dong"][:count]):
        photo = attachments.add(
            tx, commune, record.author, None, record.record, house.BOT, house.REPORTER,
            "photo", "x", None, None, None, None, now,
        )  # fmt: skip
        (folder / f"{photo}.jpg").write_bytes(taken[number % len(taken)])
        attachments.kept(tx, commune, photo, f"attachments/{photo}.jpg", f"{photo}")
        chosen.append(photo)
    assert len(chosen) == count
    origin = Origin(house.BOT, house.CHAIR, "anh")
    photos.choose(tx, commune, REPORT, *PERIOD, chosen, found[0].author, origin, now)


async def _report(app: App, intake: Intake) -> float:
    """Seconds from the request until the document is queued; one more record makes it a new draft."""
    await _one_more_record(intake)
    before = await _documents(app)
    started = time.perf_counter()
    await _say(intake, house.CHAIR, "/baocao 2024")
    while True:
        seen = app.db.signals("outbox")
        if await _documents(app) > before:
            return time.perf_counter() - started
        await app.db.wait("outbox", seen)


@asynccontextmanager
async def again_and_again(app: App, intake: Intake) -> AsyncIterator[Made]:
    """Meanwhile one report is made after the other."""
    made = Made()

    async def work() -> None:
        while True:
            await _report(app, intake)
            made.count += 1

    task = asyncio.create_task(work())
    try:
        yield made
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        while await app.db.read(lambda tx: tx.one("SELECT 1 FROM request WHERE state = 'open'")):
            await app.db.wait("outbox", app.db.signals("outbox"), 0.2)


async def _one_more_record(intake: Intake) -> None:
    for text in (f"sang nay don ve sinh kinh xang {next(_numbers) % 90 + 5} nguoi", "1", "Đ"):
        await _say(intake, house.REPORTER, text)


async def _say(intake: Intake, chat: str, text: str) -> None:
    message = house.message(chat, 10_000_000 + next(_numbers), text)
    assert await intake.handle(message) is Handled.DONE


async def _documents(app: App) -> int:
    found = await app.db.read(
        lambda tx: tx.one("SELECT count(*) FROM outbox WHERE commune = ? AND class = 1", (app.house.number,))
    )
    assert found is not None
    return int(found[0])


async def _settle_others(app: App, communes: int) -> None:
    """Other communes with as many records of the same kinds as ours, in the same database."""
    ours, first = app.house.number, app.house.number + 1
    for at in range(first, first + communes, _AT_ONCE):
        numbers = range(at, min(at + _AT_ONCE, first + communes))
        await app.db.write(lambda tx, numbers=numbers: _copy(tx, ours, numbers))  # type: ignore[misc]


def _copy(tx: Tx, ours: int, numbers: range) -> None:
    tx.many("INSERT INTO commune VALUES (?, ?, ?)", [(n, f"xa-{n}", f"Xã {n}") for n in numbers])
    for table in ("hamlet", "person", "draft", "record", "revision"):
        columns = [name for _, name, *_ in tx.all(f"PRAGMA table_info({table})") if name != "commune"]
        into, of = (", ".join([key, *columns]) for key in ("commune", "c.commune"))
        tx.run(
            f"INSERT INTO {table} ({into}) SELECT {of.replace(', ', ', t.')}"
            f" FROM commune c CROSS JOIN {table} t WHERE c.commune BETWEEN ? AND ? AND t.commune = ?",
            (numbers.start, numbers.stop - 1, ours),
        )
