"""The Vietnamese lunar calendar (âm lịch) for 1900–2100: months from new moon to new moon at UTC+7.

Chinese calendar libraries reckon at UTC+8 and are a day or a month off in some years (Tết 1968, 1985, 2007).
Ours follows Hồ Ngọc Đức's published rules: a month begins on the day of the new moon, the eleventh month holds
the winter solstice, and in a year of thirteen months the first month without a major solar term is the leap.
New moon and sun's longitude are Meeus's series, to some minutes; tests hold them against published Tết days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import floor, pi, sin

FIRST_YEAR, LAST_YEAR = 1900, 2100
_ZONE = 7 / 24  # days
_EPOCH = 2415021.076998695  # Julian day of the new moon of 1900-01-01
_MONTH = 29.530588853
_JULIAN_OF_ORDINAL = 1721425  # from a date.toordinal() to the Julian day number of its noon


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar; ``leap`` in a leap month (tháng nhuận)."""

    day: int
    month: int
    year: int
    leap: bool = False


def to_lunar(day: date) -> LunarDay:
    """The lunar day of a date. Raises ValueError outside 1900–2100."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"no lunar calendar for {day.year}")
    julian = day.toordinal() + _JULIAN_OF_ORDINAL
    for year in (day.year + 1, day.year, day.year - 1):
        months = _months(year)
        if months[0][0] <= julian:
            break
    start, month, leap = next(entry for entry in reversed(months) if entry[0] <= julian)
    return LunarDay(julian - start + 1, month, year, leap)


def to_solar(lunar: LunarDay) -> date:
    """The date of a lunar day. Raises ValueError where the year has no such month or the month no such day."""
    if not FIRST_YEAR <= lunar.year <= LAST_YEAR or lunar.day < 1:
        raise ValueError("no such lunar day")
    months = _months(lunar.year)
    for place, (start, month, leap) in enumerate(months):
        if (month, leap) == (lunar.month, lunar.leap):
            end = months[place + 1][0] if place + 1 < len(months) else _months(lunar.year + 1)[0][0]
            if start + lunar.day - 1 < end:
                return date.fromordinal(start + lunar.day - 1 - _JULIAN_OF_ORDINAL)
    raise ValueError("no such lunar day")


def new_year(year: int) -> date:
    """Mùng 1 Tết of a year."""
    return to_solar(LunarDay(1, 1, year))


def day_after(lunar: LunarDay, days: int) -> LunarDay:
    """The lunar day so many days later."""
    return to_lunar(to_solar(lunar) + timedelta(days))


@lru_cache(maxsize=256)
def _months(year: int) -> tuple[tuple[int, int, bool], ...]:
    """The months of a lunar year: Julian day of the first, number, leap; from the first month to the twelfth."""
    from_solstice = _from_solstice(year - 1)
    months = [entry for entry in from_solstice if entry[1] < 11]
    ahead = [entry for entry in _from_solstice(year) if entry[1] >= 11]
    return tuple(months + ahead)


def _from_solstice(year: int) -> list[tuple[int, int, bool]]:
    """The months from the eleventh of ``year`` up to the tenth of the next."""
    first, after = _eleventh_month(year), _eleventh_month(year + 1)
    start = floor(0.5 + (first - _EPOCH) / _MONTH)
    thirteen = after - first > 365
    days = [_new_moon_day(start + place) for place in range(14)]
    if days[0] != first:  # rounding may land one moon off
        shift = 1 if days[0] < first else -1
        days = [_new_moon_day(start + shift + place) for place in range(14)]
    out: list[tuple[int, int, bool]] = []
    number, leap_done = 11, not thirteen
    for place in range(13 if thirteen else 12):
        leap = not leap_done and place > 0 and _sun_arc(days[place]) == _sun_arc(days[place + 1])
        if leap:
            leap_done = True
        elif place:
            number = number % 12 + 1
        out.append((days[place], number, leap))
    return out


def _eleventh_month(year: int) -> int:
    """Julian day of the new moon of the month that holds the winter solstice of ``year``."""
    last_of_year = date(year, 12, 31).toordinal() + _JULIAN_OF_ORDINAL
    moon = floor((last_of_year - _EPOCH) / _MONTH)
    start = _new_moon_day(moon)
    return _new_moon_day(moon - 1) if _sun_arc(start) >= 9 else start


def _sun_arc(julian: int) -> int:
    """In which twelfth of its way the sun is at the beginning of a local day: 0 from the spring equinox."""
    return floor(_sun_longitude(julian - 0.5 - _ZONE) / pi * 6)


@lru_cache(maxsize=4096)
def _new_moon_day(moon: int) -> int:
    """Julian day number of the local day of the k-th new moon since 1900-01-01."""
    return floor(_new_moon(moon) + 0.5 + _ZONE)


def _new_moon(moon: int) -> float:
    """The moment of a new moon as a Julian day in universal time (Meeus, Astronomical Algorithms)."""
    t = moon / 1236.85
    t2, t3, radian = t * t, t * t * t, pi / 180
    mean = 2415020.75933 + 29.53058868 * moon + 0.0001178 * t2 - 0.000000155 * t3
    mean += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t2) * radian)
    sun = 359.2242 + 29.10535608 * moon - 0.0000333 * t2 - 0.00000347 * t3
    anomaly = 306.0253 + 385.81691806 * moon + 0.0107306 * t2 + 0.00001236 * t3
    node = 21.2964 + 390.67050646 * moon - 0.0016528 * t2 - 0.00000239 * t3
    c = (0.1734 - 0.000393 * t) * sin(sun * radian) + 0.0021 * sin(2 * radian * sun)
    c += (
        -0.4068 * sin(anomaly * radian)
        + 0.0161 * sin(2 * radian * anomaly)
        - 0.0004 * sin(3 * radian * anomaly)
    )
    c += 0.0104 * sin(2 * radian * node) - 0.0051 * sin((sun + anomaly) * radian)
    c += -0.0074 * sin((sun - anomaly) * radian) + 0.0004 * sin((2 * node + sun) * radian)
    c += -0.0004 * sin((2 * node - sun) * radian) - 0.0006 * sin((2 * node + anomaly) * radian)
    c += 0.0010 * sin((2 * node - anomaly) * radian) + 0.0005 * sin((2 * anomaly + sun) * radian)
    delta = -0.000278 + 0.000265 * t + 0.000262 * t2
    if t < -11:
        delta = 0.001 + 0.000839 * t + 0.0002261 * t2 - 0.00000845 * t3 - 0.000000081 * t * t3
    return mean + c - delta


def _sun_longitude(julian: float) -> float:
    """The sun's longitude in radians, 0 to 2π, at a Julian day in universal time."""
    t = (julian - 2451545.0) / 36525
    t2, radian = t * t, pi / 180
    anomaly = 357.52910 + 35999.05030 * t - 0.0001559 * t2 - 0.00000048 * t * t2
    mean = 280.46645 + 36000.76983 * t + 0.0003032 * t2
    centre = (1.914600 - 0.004817 * t - 0.000014 * t2) * sin(radian * anomaly)
    centre += (0.019993 - 0.000101 * t) * sin(2 * radian * anomaly) + 0.000290 * sin(3 * radian * anomaly)
    return ((mean + centre) * radian) % (2 * pi)
