"""The lunar calendar against published days of Tết and leap months, and against its own rules."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.lunar import LunarDay, new_year, new_years_eve, to_lunar, to_solar

TET = {
    1968: "01-29",  # Huế and Sài Gòn kept 30/01; the north, at UTC+7, this day
    1969: "02-16",
    1975: "02-11",
    1976: "01-31",
    1980: "02-16",
    1984: "02-02",
    1985: "01-21",  # China: 20/02
    1986: "02-09",
    1990: "01-27",
    1991: "02-15",
    1992: "02-04",
    1993: "01-23",
    1994: "02-10",
    1995: "01-31",
    1996: "02-19",
    1997: "02-07",
    1998: "01-28",
    1999: "02-16",
    2000: "02-05",
    2001: "01-24",
    2002: "02-12",
    2003: "02-01",
    2004: "01-22",
    2005: "02-09",
    2006: "01-29",
    2007: "02-17",  # China: 18/02
    2008: "02-07",
    2009: "01-26",
    2010: "02-14",
    2011: "02-03",
    2012: "01-23",
    2013: "02-10",
    2014: "01-31",
    2015: "02-19",
    2016: "02-08",
    2017: "01-28",
    2018: "02-16",
    2019: "02-05",
    2020: "01-25",
    2021: "02-12",
    2022: "02-01",
    2023: "01-22",
    2024: "02-10",
    2025: "01-29",
    2026: "02-17",
    2030: "02-02",  # China: 03/02
}
LEAP_MONTHS = {
    1985: 2,
    1987: 7,
    2001: 4,
    2004: 2,
    2006: 7,
    2009: 5,
    2012: 4,
    2014: 9,
    2017: 6,
    2020: 4,
    2023: 2,
    2025: 6,
}


@pytest.mark.parametrize(("year", "day"), TET.items())
def test_tet_falls_on_its_published_day(year: int, day: str) -> None:
    assert new_year(year) == date.fromisoformat(f"{year}-{day}")


@pytest.mark.parametrize(("year", "month"), LEAP_MONTHS.items())
def test_a_leap_month_is_the_published_one(year: int, month: int) -> None:
    first = to_solar(LunarDay(1, month, year, leap=True))
    assert to_lunar(first) == LunarDay(1, month, year, leap=True)
    others = [other for other in range(1, 13) if other != month]
    for other in others:
        with pytest.raises(ValueError, match="no such lunar day"):
            to_solar(LunarDay(1, other, year, leap=True))


@pytest.mark.parametrize("year", [2022, 2024, 2026])
def test_most_years_have_no_leap_month(year: int) -> None:
    for month in range(1, 13):
        with pytest.raises(ValueError, match="no such lunar day"):
            to_solar(LunarDay(1, month, year, leap=True))


days = st.dates(date(1900, 3, 1), date(2100, 12, 31))


@given(days)
def test_there_and_back(day: date) -> None:
    assert to_solar(to_lunar(day)) == day


@given(days.filter(lambda day: day < date(2100, 12, 31)))
def test_the_next_day_is_the_next_or_the_first(day: date) -> None:
    here, then = to_lunar(day), to_lunar(day + timedelta(1))
    if then.day != 1:
        assert then == LunarDay(here.day + 1, here.month, here.year, here.leap)
    else:
        assert here.day in (29, 30)


@given(st.integers(1901, 2099))
def test_a_year_has_twelve_or_thirteen_months(year: int) -> None:
    assert (new_year(year + 1) - new_year(year)).days in {353, 354, 355, 383, 384, 385}
    assert to_lunar(new_years_eve(year)).month == 12


@pytest.mark.parametrize(
    "lunar", [LunarDay(30, 1, 2024), LunarDay(31, 1, 2024), LunarDay(0, 1, 2024), LunarDay(1, 13, 2024)]
)
def test_a_day_that_no_month_has_is_an_error(lunar: LunarDay) -> None:
    with pytest.raises(ValueError, match="no such lunar day"):
        to_solar(lunar)


def test_outside_its_years_it_says_so() -> None:
    with pytest.raises(ValueError, match="out of supported range"):
        to_lunar(date(2101, 1, 1))
