"""The reminder on the day itself: once, and only to who has not answered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs import schedules
from jobs.comments import Comments
from jobs.tick import Ticker
from storage import comments, people, reports
from tests.jobs.conftest import ORIGIN, PURPOSE, House, at, join

pytestmark = pytest.mark.anyio

DAY = date(2024, 12, 13)


@pytest.fixture
async def asked(house: House) -> dict[str, int]:
    """Two who were asked for their comment until the 13th, in a house that has begun to tick."""

    def fill(tx: Any) -> dict[str, int]:
        said: tuple[Any, ...] = (
            date(2024, 1, 1),
            date(2024, 12, 31),
            "năm 2024",
            1,
            "f",
            {},
            "",
            "x",
            "y",
            at("2024-12-09T08:00"),
        )
        edition = reports.add_edition(tx, house.commune, "bao_cao_nam", *said)
        who = {
            "dung": join(tx, house.commune, "dung", "Mai Thị Dung", None, "observer", None),
            "minh": join(tx, house.commune, "minh", "Nguyễn Văn Minh", "chú", "standing_committee", None),
        }
        now = at("2024-12-09T09:00")
        comments.circulate(tx, house.commune, edition, house.chair, DAY, who.values(), [], now)
        calendar = {"comments": schedules.mornings(house.settings.deadlines)}
        schedules.synchronise(tx, house.commune, calendar, now)
        return who

    return await house.db.write(fill)


async def tick(house: House, *moments: str) -> list[str]:
    """Those who were written to."""
    job = Comments(house.db, house.wording, {house.commune: house.settings}, PURPOSE)
    handlers = {"comments": job.fire}
    for moment in moments:
        ticker = Ticker(house.db, house.wording, frozenset([house.commune]), handlers, lambda: at(moments[0]))
        await ticker.tick(at(moment))
    return sorted(row["address"] for row in await house.queued())


async def test_nobody_before_the_day_and_each_once_on_it(house: House, asked: dict[str, int]) -> None:
    assert await tick(house, "2024-12-10T08:00", "2024-12-12T09:00") == []
    assert await tick(house, "2024-12-13T08:01", "2024-12-13T12:00") == ["dung", "minh"]
    first, _ = sorted(await house.queued(), key=lambda row: row["address"])[::-1]
    assert first["text"].startswith(
        "Chào chú Minh. Hôm nay là hạn góp ý dự thảo lần 1: Báo cáo công tác Mặt trận năm 2024."
    )
    assert (first["class"], first["offer"]["options"]) == (2, {"1": "/gopy 1"})
    assert await tick(house, "2024-12-14T08:00") == ["dung", "minh"]


async def test_who_has_answered_is_left_in_peace(house: House, asked: dict[str, int]) -> None:
    said = (1, asked["dung"], "nhất trí", ORIGIN, at("2024-12-11T09:00"))
    await house.db.write(lambda tx: comments.add(tx, house.commune, *said))
    assert await tick(house, "2024-12-13T08:00") == ["minh"]


async def test_who_has_left_too(house: House, asked: dict[str, int]) -> None:
    ended = at("2024-12-11T09:00")
    await house.db.write(lambda tx: people.end_roles(tx, house.commune, asked["minh"], ended))
    assert await tick(house, "2024-12-13T08:00") == ["dung"]


async def test_a_computer_that_slept_reminds_later_on_the_day_but_not_after(
    house: House, asked: dict[str, int]
) -> None:
    assert await tick(house, "2024-12-14T09:00") == []


async def test_late_on_the_day_is_still_the_day(house: House, asked: dict[str, int]) -> None:
    assert await tick(house, "2024-12-13T15:00") == ["dung", "minh"]


async def test_by_night_nobody_is_written_to(house: House, asked: dict[str, int]) -> None:
    assert await tick(house, "2024-12-13T22:00") == []
