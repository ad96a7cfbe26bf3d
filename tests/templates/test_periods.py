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
    first_to_come,
    month_asked,
    month_due,
    month_of,
    month_period,
    months_in,
    next_month,
    parse,
    previous_month,
    resolve,
    same_name,
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


@pytest.mark.parametrize(
    ("month", "day", "month_end", "due"),
    [
        # The calendar's months: a day in their second half is before the end, one in the first half after it.
        ("2024-12", 25, None, "2024-12-25"),
        ("2024-11", 25, 30, "2024-11-25"),
        ("2024-11", 25, 31, "2024-11-25"),
        ("2024-12", 15, None, "2024-12-15"),
        ("2024-12", 14, None, "2025-01-14"),
        ("2024-12", 5, None, "2025-01-05"),
        ("2024-11", 5, None, "2024-12-05"),
        ("2024-12", 1, 31, "2025-01-01"),
        # Days that a month does not have.
        ("2024-02", 31, None, "2024-02-29"),
        ("2023-02", 30, None, "2023-02-28"),
        ("2023-02", 29, 28, "2023-02-28"),
        # Months that end on a day of the commune's choice.
        ("2024-12", 17, 15, "2024-12-17"),
        ("2024-12", 15, 15, "2024-12-15"),
        ("2024-12", 12, 15, "2024-12-12"),
        ("2024-12", 29, 15, "2024-12-29"),
        ("2024-12", 30, 15, "2024-11-30"),
        ("2024-01", 30, 15, "2023-12-30"),
        ("2024-12", 1, 20, "2025-01-01"),
        ("2024-12", 3, 25, "2025-01-03"),
        ("2024-12", 10, 25, "2024-12-10"),
        ("2024-12", 20, 25, "2024-12-20"),
        ("2025-01", 28, 5, "2024-12-28"),
        ("2024-12", 8, 5, "2024-12-08"),
    ],
)
def test_a_month_is_due_on_the_day_nearest_to_its_end(
    month: str, day: int, month_end: int | None, due: str
) -> None:
    assert deadline(month, day, month_end) == date.fromisoformat(due)


@given(st.integers(1, 31), month_ends, st.integers(0, 60))
def test_every_deadline_is_near_its_months_end_and_belongs_to_no_other(
    day: int, month_end: int | None, number: int
) -> None:
    month = f"{2020 + number // 12}-{number % 12 + 1:02d}"
    due, end = deadline(month, day, month_end), month_period(month, month_end).until_day
    assert -17 <= (due - end).days <= 16  # half a month, and what months differ by
    assert month_due(due, day, month_end) == month
    following = deadline(next_month(month), day, month_end)
    assert 27 <= (following - due).days <= 33
    assert (due.year * 12 + due.month) + 1 == following.year * 12 + following.month  # one in each month


@pytest.mark.parametrize(
    ("today", "day", "month_end", "patience", "month"),
    [
        ("2024-12-25", 25, None, 2, "2024-12"),
        ("2024-12-31", 25, None, 2, "2024-12"),
        ("2025-01-01", 25, None, 2, "2025-01"),  # December was due a week ago
        ("2025-01-01", 5, None, 2, "2024-12"),
        ("2025-01-07", 5, None, 2, "2024-12"),
        ("2025-01-08", 5, None, 2, "2025-01"),
        ("2024-12-15", 17, 15, 0, "2024-12"),
        ("2024-12-17", 17, 15, 0, "2024-12"),
        ("2024-12-18", 17, 15, 0, "2025-01"),
        ("2024-12-29", 30, 15, 0, "2025-01"),
    ],
)
def test_the_month_that_is_spoken_of_is_the_one_that_is_asked_for(
    today: str, day: int, month_end: int | None, patience: int, month: str
) -> None:
    assert month_asked(date.fromisoformat(today), day, month_end, patience) == month


@pytest.mark.parametrize(
    ("today", "day", "month_end", "month"),
    [
        ("2024-11-15", 25, None, "2024-11"),
        ("2024-11-28", 25, None, "2024-11"),  # due three days ago, but there are days of it to come
        ("2024-11-30", 25, None, "2024-11"),
        ("2024-12-01", 25, None, "2024-12"),
        ("2024-12-05", 5, None, "2024-11"),  # people may still report it today
        ("2024-12-06", 5, None, "2024-12"),
        ("2024-12-15", 17, 15, "2024-12"),
        ("2024-12-17", 17, 15, "2024-12"),
        ("2024-12-18", 17, 15, "2025-01"),
        ("2025-01-01", 25, None, "2025-01"),
    ],
)
def test_nothing_is_missed_of_a_month_that_runs_or_is_not_due(
    today: str, day: int, month_end: int | None, month: str
) -> None:
    assert first_to_come(date.fromisoformat(today), day, month_end) == month


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(1, 31), month_ends)
def test_what_is_to_come_begins_at_one_month(today: date, day: int, month_end: int | None) -> None:
    month = first_to_come(today, day, month_end)
    before = previous_month(month)
    assert today > max(deadline(before, day, month_end), month_period(before, month_end).until_day)
    assert today <= max(deadline(month, day, month_end), month_period(month, month_end).until_day)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("2024-01-01", "2024-12-31"), ("2023-12-10", "2024-12-09"), True),
        (("2024-01-01", "2024-12-31"), ("2023-07-01", "2024-06-30"), True),
        (("2024-01-01", "2024-12-31"), ("2025-01-01", "2025-12-31"), False),
        (("2024-01-01", "2024-12-31"), ("2024-07-01", "2024-12-31"), False),
        (("2024-11-01", "2024-11-30"), ("2024-10-16", "2024-11-15"), True),
        (("2024-11-01", "2024-11-30"), ("2024-11-16", "2024-12-15"), False),
        (("2024-01-01", "2024-03-31"), ("2023-12-16", "2024-03-15"), True),
        (("2024-01-01", "2024-03-31"), ("2024-01-01", "2024-06-30"), False),
    ],
)
def test_a_period_whose_end_was_moved_is_known_again(
    one: tuple[str, str], other: tuple[str, str], same: bool
) -> None:
    first, second = (Period(*map(date.fromisoformat, days), "") for days in (one, other))
    assert same_name(first, second) is same
    assert same_name(second, first) is same
