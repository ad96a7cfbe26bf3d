"""The real process against a fake Telegram: how soon it is ready, and what memory it keeps."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import house
from tests.bench.table import Measure
from tests.fake_telegram import TOKEN, FakeTelegram

BOT = f"telegram:{TOKEN.partition(':')[0]}"
REPORTS, YEAR = 10, 1000
PATIENCE = 60.0  # seconds for whatever is waited for


@dataclass(frozen=True)
class Size:
    starts: int = 7


async def measure(folder: Path, size: Size) -> list[Measure]:
    await _prepare(folder)
    helped = [await _help() for _ in range(size.starts)]
    ready, resting, after = [], [], []
    async with FakeTelegram() as telegram:
        for number in range(size.starts + 1):
            async with _running(folder, telegram) as (seconds, process):
                if number:  # the first one reads everything from the disk
                    ready.append(seconds)
                    resting.append(await _at_rest(process.pid))
        async with _running(folder, telegram) as (_, process):
            for number in range(REPORTS):
                await _report(telegram, number)
            after.append(await _at_rest(process.pid))
    return [
        Measure("matran run, ready", "s", tuple(ready), 1.5, note="from its start to the first getUpdates"),
        Measure("… resident at rest", "MB", tuple(resting), 120),
        Measure(f"… after {REPORTS} reports", "MB", tuple(after), 130, note=f"of {YEAR:,} records"),
        Measure("matran --help", "s", tuple(helped)),
    ]


async def _prepare(folder: Path) -> None:
    async with house.opened(folder) as app:
        await house.join(app, BOT, house.HAMLETS, committee=REPORTS)
        await house.tell_the_year(app, BOT, YEAR)


@asynccontextmanager
async def _running(
    folder: Path, telegram: FakeTelegram
) -> AsyncIterator[tuple[float, asyncio.subprocess.Process]]:
    """`matran run`, with the seconds until it first asked for updates; ended as a computer ends it."""
    polls = _polls(telegram)
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        env=_environment(folder, telegram),
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(PATIENCE):
            await telegram.called("getUpdates", polls + 1)
        yield time.perf_counter() - started, process
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


def _polls(telegram: FakeTelegram) -> int:
    return sum(method == "getUpdates" for method, _ in telegram.calls)


def _environment(folder: Path, telegram: FakeTelegram) -> dict[str, str]:
    ours = {
        "MATRAN_CONFIG": str(folder / "matran.toml"),
        "MATRAN_DATA": str(folder / "du-lieu"),
        "MATRAN_TELEGRAM_TOKEN": TOKEN,
        "MATRAN_TELEGRAM_API": telegram.root,
        "MATRAN_CLOCK": house.BEGAN.isoformat(),
    }
    return {key: value for key, value in os.environ.items() if not key.startswith("MATRAN_")} | ours


async def _help() -> float:
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "--help"), stdout=asyncio.subprocess.DEVNULL
    )
    await process.wait()
    return time.perf_counter() - started


async def _report(telegram: FakeTelegram, number: int) -> None:
    """Another record, and another member of the committee asks for the report, as each may once a second."""
    head = telegram.person(int(house.REPORTER) + number, f"Người {number}")
    for text in (f"sang nay don ve sinh kinh xang {number + 10} nguoi", "1", "Đ"):
        heard = len(head.messages)
        head.says(text)
        async with asyncio.timeout(PATIENCE):
            await head.hears(heard + 1)
    chair = telegram.person(int(house.CHAIR) + number, "Ban Thường trực")
    chair.says("/baocao 2024")
    async with asyncio.timeout(PATIENCE):
        heard = len(chair.messages)
        while not any(message.file for message in chair.messages):
            heard = len(await chair.hears(heard + 1))


async def _at_rest(pid: int) -> float:
    """Megabytes resident, once they no longer change."""
    before, now = -1.0, _resident(pid)
    while abs(now - before) > 0.5:
        await asyncio.sleep(0.5)
        before, now = now, _resident(pid)
    return now


def _resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")
