"""Months as commands carry them and people say them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.commands import spoken_month
from bot.commands.spoken_month import Asked
from templates.commune import Deadlines
from tests.bot.dialogue.worlds import TODAY


def context(month_end: int | None = None) -> Any:
    commune = SimpleNamespace(deadlines=Deadlines(month_end=month_end))
    return SimpleNamespace(today=TODAY, house=SimpleNamespace(commune=commune))


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("", Asked()),
        ("11", Asked(11)),
        ("tháng 11", Asked(11)),
        ("11 2024", Asked(11, 2024)),
        ("thang 11/2024", Asked(11, 2024)),
        ("11 nam 2024", Asked(11, 2024)),
        ("11 2024 3", Asked(11, 2024, "3")),
        ("11 3", Asked(11, None, "3")),
        ("13", Asked(wrong=True)),
        ("0", Asked(wrong=True)),
        ("mười một", Asked(wrong=True)),
        ("11 20244", Asked(11, None, "20244")),
    ],
)
def test_what_is_named(text: str, asked: Asked) -> None:
    assert spoken_month.parse(text) == asked


@pytest.mark.parametrize(
    ("asked", "month"),
    [
        (Asked(), "2024-12"),
        (Asked(12), "2024-12"),
        (Asked(11), "2024-11"),
        (Asked(1, 2024), "2024-01"),
        (Asked(1, 2025), None),
        (Asked(1, 1999), None),
        (Asked(wrong=True), None),
    ],
)
def test_which_it_is_in_december(asked: Asked, month: str | None) -> None:
    assert spoken_month.resolve(context(), asked) == month


def test_a_month_later_in_the_year_was_last_years() -> None:
    january = context()
    january.today = TODAY.replace(year=2025, month=1, day=5)

    assert spoken_month.resolve(january, Asked(12)) == "2024-12"
    assert spoken_month.resolve(january, Asked()) == "2025-01"


def test_a_month_may_end_on_a_day_of_the_communes_choice() -> None:
    assert spoken_month.resolve(context(month_end=5), Asked()) == "2025-01"


def test_it_goes_back_into_a_command() -> None:
    assert spoken_month.command(context(), Asked(11)) == "11 2024"
