"""What the committee set itself: the last entry prints, and an earlier other one is named."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs import overriding
from storage import overrides
from templates import forms
from tests.jobs.conftest import ORIGIN, House, at
from tests.jobs.test_reports import NOW, YEAR, ask, editions, session, words, worker

pytestmark = pytest.mark.anyio


async def put(house: House, figure: str, value: Any, source: str = "bhxh", reason: str = "công văn") -> None:
    days = (YEAR.from_day, YEAR.until_day)
    said: tuple[Any, ...] = (figure, value, source, reason, house.chair, ORIGIN, NOW)
    await house.db.write(lambda tx: overrides.put(tx, house.commune, "bao_cao_nam", *days, *said))


async def make(house: House) -> Any:
    await ask(house)
    await worker(house).make_open()
    return (await editions(house))[-1]


def kept(edition: Any, name: str) -> Any:
    return next(figure for figure in edition.figures["figures"] if figure["name"] == name)


async def test_it_prints_and_the_computed_one_stands_beside_it(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    await put(house, "tuyen_truyen_nguoi", {"value": 800, "mark": "trên"}, "ke_toan")
    edition = await make(house)
    assert "với trên 800 người tham dự" in words(house.data / edition.path)
    figure = kept(edition, "tuyen_truyen_nguoi")
    assert (figure["amount"]["value"], figure["computed"]["value"]) == (800, 45)
    assert (figure["override"]["source"], figure["override"]["person"]) == ("kế toán", "Nguyễn Thị Lan")


async def test_of_two_the_later_prints_and_the_cover_says_so(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    await put(house, "tuyen_truyen_nguoi", 50)
    await put(house, "tuyen_truyen_nguoi", 60, "dien_thoai")
    edition = await make(house)
    assert "với 60 người tham dự" in words(house.data / edition.path)
    assert "đã điền hai số khác nhau, lấy số điền sau" in edition.cover
    await put(house, "tuyen_truyen_nguoi", None)
    edition = await make(house)
    assert "với 45 người tham dự" in words(house.data / edition.path)
    assert "đã điền hai số" not in edition.cover


async def test_another_periods_figure_is_left_alone(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    said: tuple[Any, ...] = (
        "tuyen_truyen_nguoi",
        60,
        "bhxh",
        "x",
        house.chair,
        ORIGIN,
        at("2024-12-09T08:00"),
    )
    half = (YEAR.from_day, at("2024-06-30T00:00").date())
    await house.db.write(lambda tx: overrides.put(tx, house.commune, "bao_cao_nam", *half, *said))
    assert "với 45 người tham dự" in words(house.data / (await make(house)).path)


async def test_one_that_was_set_before_the_years_end_was_moved_is_named(house: House) -> None:
    """It is of other days, and so does not print; without a word it would only be gone."""
    await session(house, "3", "2024-03-02", 45)
    said: tuple[Any, ...] = ("tuyen_truyen_nguoi", 60, "bhxh", "x", house.chair, ORIGIN, NOW)
    whole = (date(2024, 1, 1), date(2024, 12, 31))
    assert YEAR.until_day == date(2024, 12, 9)
    await house.db.write(lambda tx: overrides.put(tx, house.commune, "bao_cao_nam", *whole, *said))

    edition = await make(house)
    assert "với 45 người tham dự" in words(house.data / edition.path)
    assert "số đã điền là của kỳ tính đến ngày 31/12, kỳ này đã đổi ngày nên chưa dùng" in edition.cover

    await put(house, "tuyen_truyen_nguoi", 60)
    assert "kỳ này đã đổi ngày" not in (await make(house)).cover


async def test_the_numbers_of_the_cover_fill_its_blanks(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    await make(house)
    cover, file = await house.queued()
    numbered = [line for line in cover["text"].split("\n") if line[:1].isdecimal()]
    offered = cover["offer"]["options"]
    assert numbered and list(offered) == [line.partition(".")[0] for line in numbered]
    assert cover["offer"]["about"] == cover["text"] and file["offer"] is None
    labels = {f.name: f.label for f in worker(house).report.definitions.figure}
    for number, line in zip(offered, numbered, strict=True):
        command, figure, *period = offered[number].split()
        assert (command, " ".join(period)) == ("/dienso", "năm 2024")
        assert labels[figure] in line


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (12, (12, None)),
        ({"value": 800, "mark": "trên"}, (800, "trên")),
        ({"percent": 93.64}, (93.64, None)),
        ({"part": 1, "whole": 4}, (25.0, None)),
    ],
)
def test_an_answers_number(answer: Any, expected: tuple[float, str | None]) -> None:
    assert overriding.number(answer) == expected


def test_the_form_that_asks_has_the_sources() -> None:
    assert overriding.SOURCES in forms.load()[overriding.FORM].list
