"""The Vietnamese lunar calendar (âm lịch) for 1900–2100, reckoned at UTC+7.

lunar-vn does the astronomy (Hồ Ngọc Đức's rules); Chinese calendar libraries reckon at UTC+8 and are a day or
a month off in some years (Tết 1968, 1985, 2007, 2030). Ours is the checking: lunar-vn lets a thirtieth day of
a short month and a leap month of a year without one pass as some other day. Tests hold it against published
Tết days and leap months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import lunar_vn

FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar; ``leap`` in a leap month (tháng nhuận)."""

    day: int
    month: int
    year: int
    leap: bool = False


@lru_cache(maxsize=1024)
def to_lunar(day: date) -> LunarDay:
    """The lunar day of a date. Raises ValueError outside 1900–2100."""
    found = lunar_vn.solar_to_lunar(day)
    return LunarDay(found.day, found.month, found.year, found.leap)


@lru_cache(maxsize=1024)
def to_solar(lunar: LunarDay) -> date:
    """The date of a lunar day. Raises ValueError where there is no such month or day in that year."""
    try:
        wanted = lunar_vn.LunarDate(lunar.day, lunar.month, lunar.year, lunar.leap)
        day = lunar_vn.lunar_to_solar(wanted)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"no such lunar day: {lunar}") from error
    if to_lunar(day) != lunar:
        raise ValueError(f"no such lunar day: {lunar}")
    return day


def new_year(year: int) -> date:
    """Mùng 1 Tết of a year."""
    return to_solar(LunarDay(1, 1, year))


def new_years_eve(year: int) -> date:
    """Giao thừa at the end of a lunar year: the 30th of the twelfth month, or the 29th where it is short."""
    return new_year(year + 1) - timedelta(1)
