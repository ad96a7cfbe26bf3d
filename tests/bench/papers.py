"""Files that come back: how long a full workbook takes, whether chats wait while large ones are checked."""

from __future__ import annotations

import asyncio
import os
import time
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import count, cycle
from pathlib import Path

from bot.app import App
from bot.messages import FileRef, Handled, Intake
from jobs.attachments import LIMIT
from tests import books
from tests.bench import house, reporting
from tests.bench.latency import CHATS, RATE, YEAR, Heard, People
from tests.bench.table import Measure

ROWS = 5_000  # as many as a workbook may have
_PADDING = 256 * 1024  # left of the limit for what the file itself needs
_numbers = count(1)


@dataclass(frozen=True)
class Size:
    rows: int = ROWS
    books: int = 3
    seconds: float = 15.0
    repeats: int = 3


@dataclass
class Holding(house.InProcess):
    """A channel that holds the files which people have sent."""

    files: dict[str, bytes] = field(default_factory=dict)

    async def fetch(self, address: str, limit: int) -> bytes:
        return self.files[address]


@dataclass
class Checked:
    count: int = 0


async def measure(folder: Path, size: Size) -> list[Measure]:
    read: list[float] = []
    stored: list[float] = []
    beside: list[Heard] = []
    async with house.opened(folder) as app:
        await house.join(app, house.BOT, CHATS)
        await house.tell_the_year(app, house.BOT, YEAR)
        people = People(app)

        async def drive(intake: Intake) -> None:
            for number in range(size.books):
                data = await asyncio.to_thread(_full_book, app, size.rows, number)
                read.append(await _until_answered(app, intake, channel, "bu.xlsx", data))
                started = time.perf_counter()
                await _say(intake, "Đ")
                stored.append(time.perf_counter() - started)
            large = {
                "du-thao.docx": _padded(await _draft(app, intake), "word"),
                "bu.xlsx": _padded(books.empty(app.house.commune, "1", "Ấp 1"), "xl"),
            }
            for number in range(size.repeats):
                async with _again_and_again(app, intake, channel, large) as done:
                    heard = await people.talk(intake, size.seconds, 2000 + number)
                beside.append(Heard(heard.latencies, done.count))

        channel = Holding(drive)
        await app.serve([channel], until=channel)
    least = min(one.reports for one in beside)
    return [
        Measure(f"workbook of {size.rows:,} good rows, from the file to the question", "s", tuple(read), 20),
        Measure("… stored, from the confirmation", "s", tuple(stored), 2),
        Measure(
            f"99th percentile at {RATE} updates/s, while files of 20 MB are checked",
            "ms",
            tuple(one.p99 for one in beside),
            20,
            note=f"{least} files (.docx and .xlsx in turn) at least",
        ),
    ]


def _full_book(app: App, rows: int, number: int) -> bytes:
    """The first hamlet's book with so many donations, none of them in another book."""
    book = books.opened(books.empty(app.house.commune, "1", "Ấp 1"))
    sheet = book["Ủng hộ"]
    columns = {str(cell.value).split()[-1]: cell.column for cell in sheet[1] if cell.value}
    said = {"quy": "Quỹ “Vì người nghèo”", "hinh_thuc": "Tiền", "neu_ten": "Có"}
    for row in range(rows):
        one = {"so_tien": 10_000 + row, "nguoi_ung_ho": f"bà Năm {number} {row}", "ngay": "7/12/2024"}
        for name, value in (said | one).items():
            sheet.cell(4 + row, columns[name], value)
    return books.saved(book)


async def _until_answered(app: App, intake: Intake, channel: Holding, name: str, data: bytes) -> float:
    """Seconds from the file's arrival until what was found in it is queued."""
    address = f"file-{next(_numbers)}"
    channel.files[address] = data
    started = time.perf_counter()
    await _say(intake, None, FileRef("document", address, name, size=len(data)))
    before = await _queued(app)
    while await _waits(app, address) or await _queued(app) == before:
        seen = app.db.signals("outbox")
        await app.db.wait("outbox", seen, 0.2)
    del channel.files[address]
    return time.perf_counter() - started


async def _waits(app: App, address: str) -> bool:
    """Whether the file has not been fetched and looked at: an answer about the one before may come late."""
    state = await app.db.read(lambda tx: tx.one("SELECT state FROM attachment WHERE address = ?", (address,)))
    return state == ("waiting",)


async def _queued(app: App) -> int:
    """How many messages there ever were for the committee's member."""
    found = await app.db.read(
        lambda tx: tx.one(
            "SELECT count(*) FROM outbox WHERE commune = ? AND address = ?", (app.house.number, house.CHAIR)
        )
    )
    assert found is not None
    return int(found[0])


async def _draft(app: App, intake: Intake) -> bytes:
    """The .docx of a report."""
    await reporting._report(app, intake)
    found = await app.db.read(
        lambda tx: tx.one(
            "SELECT path FROM edition WHERE commune = ? ORDER BY edition DESC", (app.house.number,)
        )
    )
    assert found is not None
    return (app.settings.data / str(found[0])).read_bytes()


def _padded(data: bytes, folder: str) -> bytes:
    """The file with a picture's weight in it, up to what may be sent."""
    out = BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as packed:
        packed.writestr(f"{folder}/media/anh.bin", os.urandom(LIMIT - _PADDING - len(data)))
    return out.getvalue()


@asynccontextmanager
async def _again_and_again(
    app: App, intake: Intake, channel: Holding, large: Mapping[str, bytes]
) -> AsyncIterator[Checked]:
    """Meanwhile one large file after the other is looked through."""
    done = Checked()

    async def work() -> None:
        for name in cycle(large):
            await _until_answered(app, intake, channel, name, large[name])
            done.count += 1

    task = asyncio.create_task(work())
    try:
        yield done
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _say(intake: Intake, text: str | None, *files: FileRef) -> None:
    message = house.message(house.CHAIR, 20_000_000 + next(_numbers), text or "")
    said = replace(message, text=text, files=files)
    assert await intake.handle(said) is Handled.DONE
