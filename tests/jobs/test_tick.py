"""The tick: each row by itself, and what one does badly keeps no other back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from jobs.tick import Ticker
from storage import communes, schedules
from storage.database import Tx
from storage.rows import Schedule
from tests.jobs.conftest import House, at

pytestmark = pytest.mark.anyio

NOW = at("2024-12-22T08:00")


async def put(house: House, *names: str) -> None:
    def write(tx: Tx) -> None:
        for name in names:
            schedules.put(tx, house.commune, name, NOW, "{}")

    await house.db.write(write)


class Handlers:
    """Two that note when they ran and move on a day, and one that raises as long as it is told to."""

    def __init__(self, house: House) -> None:
        self.house, self.broken = house, True
        self.ran: list[tuple[str, datetime]] = []
        self.first = asyncio.Event()

    async def good(self, row: Schedule, now: datetime) -> None:
        self.ran.append((row.schedule, now))
        self.first.set()
        later = now + timedelta(days=1)
        await self.house.db.write(lambda tx: schedules.advance(tx, row.commune, row.schedule, later, now))

    async def bad(self, row: Schedule, now: datetime) -> None:
        if self.broken:
            raise ValueError("broken")
        await self.good(row, now)

    def ticker(self, now: Callable[[], datetime] = lambda: NOW, seconds: float = 5.0) -> Ticker:
        served = frozenset({self.house.commune})
        handlers = {"a": self.good, "b": self.bad, "c": self.good}
        return Ticker(self.house.db, self.house.wording, served, handlers, now, seconds)


async def test_one_that_raises_keeps_no_other_back_and_is_told_once(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await put(house, "a", "b", "c", "unknown")
    handlers = Handlers(house)
    ticker = handlers.ticker()
    with caplog.at_level(logging.ERROR, "matran.jobs"):
        for _ in range(3):
            await ticker.tick(NOW)
    assert handlers.ran == [("a", NOW), ("c", NOW)]
    assert [r.getMessage() for r in caplog.records] == ["Việc định kỳ “b” chưa làm được, sẽ thử lại."]
    handlers.broken = False
    await ticker.tick(NOW)
    assert handlers.ran[-1] == ("b", NOW)
    handlers.broken = True
    with caplog.at_level(logging.ERROR, "matran.jobs"):
        for _ in range(2):
            await ticker.tick(NOW + timedelta(days=1))
    assert len(caplog.records) == 2  # another trouble is told again


async def test_another_communes_rows_are_left_alone(house: House) -> None:
    await put(house, "a")
    handlers = Handlers(house)

    def other(tx: Tx) -> None:
        commune = communes.sync(tx, "tan-binh", "Tân Bình", [], date(2024, 1, 1))
        schedules.put(tx, commune, "c", NOW, "{}")

    await house.db.write(other)
    await handlers.ticker().tick(NOW)
    assert handlers.ran == [("a", NOW)]


async def test_it_ticks_by_itself_with_the_clock_that_it_was_given(house: House) -> None:
    await put(house, "a")
    handlers = Handlers(house)
    ticker = handlers.ticker(now=lambda: NOW + timedelta(hours=3), seconds=0.01)
    ticker.start()
    await asyncio.wait_for(handlers.first.wait(), 5)
    await ticker.stop()
    assert handlers.ran == [("a", NOW + timedelta(hours=3))]


async def test_an_unreadable_clock_does_not_stop_it(house: House, caplog: pytest.LogCaptureFixture) -> None:
    await put(house, "a")
    handlers = Handlers(house)
    readings = iter([ValueError("no moment")])

    def clock() -> datetime:
        for error in readings:
            raise error
        return NOW

    ticker = handlers.ticker(now=clock, seconds=0.01)
    ticker.start()
    await asyncio.wait_for(handlers.first.wait(), 5)
    await ticker.stop()
    assert "Chưa xem được lịch, sẽ thử lại." in caplog.text
