"""What a day with or without month and year can mean seen from today, solar and lunar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot.answers.lunar import LunarDay, new_years_eve, to_lunar, to_solar

EARLIEST = 1900


@dataclass(frozen=True, slots=True)
class Mention:
    """A day mentioned over tokens ``start:end``; ``days`` it can be, likeliest first.

    ``doubt``: "" for one sane day; "unclear" to choose; "future" for one still to come where what is told
    has happened (with ``days``, those of the time before: to choose; without, refused); "vague" for no
    certain day; "impossible" for one that no calendar has.
    """

    days: tuple[date, ...]
    start: int
    end: int
    doubt: str = ""


def moved(base: date, days: int, start: int, end: int, planned: bool, today: date | None = None) -> Mention:
    """The day so many days from ``base``; one to come only where plans are told."""
    day = base + timedelta(days)
    late = not planned and day > (today or base)
    return Mention(() if late else (day,), start, end, "future" if late else "")


def solar_day(
    day: int, month: int | None, year: int | None, span: tuple[int, int], today: date, planned: bool
) -> Mention:
    """A day of the solar calendar; without a year or a month, the one nearest in the asked direction."""
    if year is not None:
        return _dated(_solar(day, month or 0, year), span, today, planned)
    if month is None:
        return _of_some_month(day, span, today, planned)
    this, before, after = (_solar(day, month, today.year + off) for off in (0, -1, 1))
    if this is None:  # 29/2
        leaps = [found for back in range(1, 9) if (found := _solar(day, month, today.year - back))]
        return Mention(tuple(leaps[:1]), *span, "unclear" if leaps else "impossible")
    if this > today and not planned:
        return Mention((before,) if before else (), *span, "future")
    if this < today and planned:
        return Mention(tuple(found for found in (after, this) if found), *span, "unclear")
    return Mention((this,), *span)


def _solar(day: int, month: int, year: int) -> date | None:
    if not EARLIEST <= year <= 9000 or not 1 <= month <= 12:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _dated(found: date | None, span: tuple[int, int], today: date, planned: bool) -> Mention:
    if found is None:
        return Mention((), *span, "impossible")
    if found > today and not planned:
        return Mention((), *span, "future")
    return Mention((found,), *span)


def _of_some_month(day: int, span: tuple[int, int], today: date, planned: bool) -> Mention:
    """ "ngày 5": of this month, or of the nearest one that has it."""
    if not 1 <= day <= 31:
        return Mention((), *span, "impossible")
    this = _solar(day, today.month, today.year)
    if this is not None and (this >= today if planned else this <= today):
        return Mention((this,), *span)
    step = 1 if planned else -1
    months = (today.year * 12 + today.month - 1 + step * off for off in (1, 2))
    near = [found for whole in months if (found := _solar(day, whole % 12 + 1, whole // 12))]
    return Mention(tuple(near[:1]), *span, "" if planned else "future")


def lunar_day(
    day: int,
    month: int | None,
    year: int | None,
    leap: bool,
    eve: bool,
    span: tuple[int, int],
    today: date,
    planned: bool,
) -> Mention:
    """A day of the lunar calendar; without a year it belongs to the lunar year in which we are.

    ``eve`` for "30 Tết", the last day of the year whatever its number.
    """
    try:
        now = to_lunar(today)
    except ValueError:
        return Mention((), *span, "impossible")
    if month is None:
        return _of_some_moon(day, now, span, today, planned)
    if eve and year is not None:  # the eve of that year's Tết, or of the next one's
        eves = tuple(found for found in reversed(_eves(year)) if planned or found <= today)
        return Mention(eves, *span, "unclear" if eves else "future")
    if eve:
        return _nearest(_eves(now.year), span, today, planned)
    if year is not None:
        days = _lunar(day, month, year, leap)
        if len(days) > 1:
            return Mention(tuple(days), *span, "unclear")
        return _dated(days[0] if days else None, span, today, planned)
    years = (now.year, now.year + 1) if planned else (now.year, now.year - 1)
    this, other = (_lunar(day, month, some, leap) for some in years)
    if not this:
        return Mention(tuple(other[:1]), *span, "unclear" if other else "impossible")
    if len(this) > 1:
        past = [found for found in this if planned or found <= today]
        return Mention(tuple(past or other), *span, "" if len(past) == 1 else "unclear")
    fits = this[0] >= today if planned else this[0] <= today
    if fits:
        return Mention((this[0],), *span)
    return Mention(tuple(other[:1]), *span, "" if planned and other else "future")


def _eves(year: int) -> tuple[date, date]:
    return new_years_eve(year), new_years_eve(year - 1)


def _nearest(days: tuple[date, date], span: tuple[int, int], today: date, planned: bool) -> Mention:
    this, before = days
    if planned or this <= today:
        return Mention((this,), *span)
    return Mention((before,), *span, "future")


def _lunar(day: int, month: int, year: int, leap: bool) -> list[date]:
    """The days so named in a lunar year: two where the month has a leap month and nothing says which."""
    found = []
    for in_leap in (True,) if leap else (False, True):
        try:
            found.append(to_solar(LunarDay(day, month, year, in_leap)))
        except ValueError:
            continue
    return found


def _of_some_moon(day: int, now: LunarDay, span: tuple[int, int], today: date, planned: bool) -> Mention:
    """ "rằm", "mùng 5 âm lịch": of this lunar month, or of the one before or after."""
    if not 1 <= day <= 30:
        return Mention((), *span, "impossible")
    first = today - timedelta(now.day - 1)
    this = first + timedelta(day - 1)
    if this >= today if planned else this <= today:
        return Mention((this,), *span) if to_lunar(this).day == day else Mention((), *span, "impossible")
    before = to_lunar(first - timedelta(1)).day
    if planned:
        start = first + timedelta(29 if to_lunar(first + timedelta(29)).day == 1 else 30)
        return Mention((start + timedelta(day - 1),), *span)
    return Mention((first - timedelta(before - day + 1),) if day <= before else (), *span, "future")
