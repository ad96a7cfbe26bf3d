"""Months that end on a day of the commune's choice, and the periods that `/baocao` names."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates.periods import (
    Period,
    PeriodProblem,
    PeriodSpec,
    deadline,
    month_of,
    month_period,
    months_in,
    next_month,
    parse,
    previous_month,
    resolve,
)

month_ends = st.one_of(st.none(), st.integers(1, 31))
days = st.dates(date(2001, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("2024", PeriodSpec(2024)),
        (" năm 2024 ", PeriodSpec(2024)),
        ("6t 2024", PeriodSpec(2024, 1, 6)),
        ("6 tháng đầu năm 2024", PeriodSpec(2024, 1, 6)),
        ("6 thang cuoi nam 2024", PeriodSpec(2024, 7, 12)),
        ("9 tháng 2024", PeriodSpec(2024, 1, 9)),
        ("quy 3 2024", PeriodSpec(2024, 7, 9)),
        ("quý 3/2024", PeriodSpec(2024, 7, 9)),
        ("Quý III năm 2024", PeriodSpec(2024, 7, 9)),
        ("q4/2024", PeriodSpec(2024, 10, 12)),
        ("thang 11 2024", PeriodSpec(2024, 11, 11)),
        ("tháng 11/2024", PeriodSpec(2024, 11, 11)),
        ("t11 2024", PeriodSpec(2024, 11, 11)),
        ("11 2024", PeriodSpec(2024, 11, 11)),
        ("THÁNG  2  NĂM  2024", PeriodSpec(2024, 2, 2)),
        ("", PeriodProblem.NOTHING),
        ("   ", PeriodProblem.NOTHING),
        ("20244", PeriodProblem.YEAR),
        ("1924", PeriodProblem.YEAR),
        ("24", PeriodProblem.YEAR),
        ("tháng 11 20244", PeriodProblem.YEAR),
        ("quý 3", PeriodProblem.NO_YEAR),
        ("tháng 11", PeriodProblem.NO_YEAR),
        ("tháng 13 2024", PeriodProblem.PART),
        ("quý 5 2024", PeriodProblem.PART),
        ("7t 2024", PeriodProblem.PART),
        ("năm nay", PeriodProblem.UNKNOWN),
        ("2024; xóa", PeriodProblem.UNKNOWN),
    ],
)
def test_parse(text: str, spec: PeriodSpec | PeriodProblem) -> None:
    assert parse(text) == spec


@pytest.mark.parametrize(
    ("spec", "label"),
    [
        (PeriodSpec(2024), "năm 2024"),
        (PeriodSpec(2024, 1, 6), "6 tháng đầu năm 2024"),
        (PeriodSpec(2024, 7, 12), "6 tháng cuối năm 2024"),
        (PeriodSpec(2024, 7, 9), "quý III năm 2024"),
        (PeriodSpec(2024, 11, 11), "tháng 11 năm 2024"),
    ],
)
def test_labels_can_be_parsed_again(spec: PeriodSpec, label: str) -> None:
    assert spec.label == label
    assert parse(label) == spec


def test_without_an_earlier_report_the_year_begins_after_the_cut_off_before() -> None:
    assert resolve(PeriodSpec(2024), (12, 9)) == Period(date(2023, 12, 10), date(2024, 12, 9), "năm 2024")
    assert resolve(PeriodSpec(2024), (12, 31)) == Period(date(2024, 1, 1), date(2024, 12, 31), "năm 2024")


def test_the_year_begins_on_the_day_after_the_last_report() -> None:
    period = resolve(PeriodSpec(2024), (12, 9), previous_report_until=date(2023, 11, 30))
    assert period.from_day == date(2023, 12, 1)


@pytest.mark.parametrize("until", [date(2021, 12, 9), date(2024, 12, 9), date(2025, 12, 9)])
def test_a_report_that_is_no_neighbour_does_not_move_the_beginning(until: date) -> None:
    assert resolve(PeriodSpec(2024), (12, 9), previous_report_until=until).from_day == date(2023, 12, 10)


def test_parts_of_a_year_follow_the_communes_months() -> None:
    half = resolve(PeriodSpec(2024, 1, 6), (12, 31), month_end=15)
    assert (half.from_day, half.until_day) == (date(2023, 12, 16), date(2024, 6, 15))
    assert resolve(PeriodSpec(2024, 2, 2), (12, 9)).until_day == date(2024, 2, 29)


def test_a_month_may_end_on_the_15th() -> None:
    december = month_period("2024-12", 15)
    assert (december.from_day, december.until_day) == (date(2024, 11, 16), date(2024, 12, 15))
    assert month_of(date(2024, 11, 15), 15) == "2024-11"
    assert month_of(date(2024, 11, 16), 15) == "2024-12"
    assert month_of(date(2024, 12, 16), 15) == "2025-01"


def test_the_samples_year_asks_for_twelve_months() -> None:
    period = Period(date(2023, 12, 10), date(2024, 12, 9), "năm 2024")
    months = months_in(period)
    assert (months[0], months[-1], len(months)) == ("2023-12", "2024-11", 12)
    assert months_in(period, 15)[-1] == "2024-11"


@given(days, month_ends)
def test_every_day_lies_in_its_month(day: date, month_end: int | None) -> None:
    assert day in month_period(month_of(day, month_end), month_end)


@given(days, month_ends)
def test_months_follow_each_other_without_gap(day: date, month_end: int | None) -> None:
    month = month_of(day, month_end)
    following = month_period(next_month(month), month_end)
    assert following.from_day == month_period(month, month_end).until_day + timedelta(days=1)
    assert previous_month(next_month(month)) == month


@given(st.integers(2002, 2098), month_ends, st.integers(1, 12), st.integers(1, 31))
def test_each_month_is_in_one_years_report_only(
    year: int, month_end: int | None, month: int, day: int
) -> None:
    earlier, later = (resolve(PeriodSpec(y), (month, day), month_end) for y in (year, year + 1))
    months = [*months_in(earlier, month_end), *months_in(later, month_end)]
    assert months == sorted(set(months))
    assert all(next_month(a) == b for a, b in pairwise(months))


def test_deadlines() -> None:
    assert deadline("2024-12", 25) == date(2024, 12, 25)
    assert deadline("2024-02", 31) == date(2024, 2, 29)
    assert deadline("2024-12", 20, month_end=15) == date(2024, 12, 20)
    assert deadline("2024-12", 5, month_end=15) == date(2025, 1, 5)
