"""Periods are from–to: months that may end on a day of the commune's choice, and what `/baocao` names.

A month is written "2024-12". A commune whose month ends on the 15th has the month "2024-12" from 16/11 to
15/12; ``month_end`` None is the calendar's month. A month belongs to the period in which its last day lies.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_DAY = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_ROMAN = ("I", "II", "III", "IV")
_HALF = 6
_LONGEST = 30  # days of a month, where one day of a month is measured against another
_LATEST_AFTER = 14  # days after its end by which a month is reported; half a month and more is before its end


@dataclass(frozen=True, slots=True)
class Period:
    """From one day to another, both included; ``label`` reads within a sentence: "quý III năm 2024"."""

    from_day: date
    until_day: date
    label: str

    def __contains__(self, day: date) -> bool:
        return self.from_day <= day <= self.until_day

    @property
    def year(self) -> int:
        """The year that the period reports on: the one in which it ends."""
        return self.until_day.year


@dataclass(frozen=True, slots=True)
class PeriodSpec:
    """What somebody named: a whole year (``first`` 0), or the months ``first`` to ``last`` of it."""

    year: int
    first: int = 0
    last: int = 0

    @property
    def label(self) -> str:
        if not self.first:
            return f"năm {self.year}"
        if self.first == self.last:
            return f"tháng {self.first} năm {self.year}"
        months = self.last - self.first + 1
        if months == 3 and self.last % 3 == 0:
            return f"quý {_ROMAN[self.last // 3 - 1]} năm {self.year}"
        return f"{months} tháng {'đầu' if self.first == 1 else 'cuối'} năm {self.year}"


class PeriodProblem(StrEnum):
    """Why a period was not understood."""

    NOTHING = "nothing"  # no words at all
    NO_YEAR = "no_year"  # "quy 3"
    YEAR = "year"  # "20244"
    PART = "part"  # "thang 13 2024", "quy 5 2024"
    UNKNOWN = "unknown"


# What may stand between the part and the year, and the year, of any length: a wrong one is named as such.
_YEAR = r"(?:[ /.-]*(?:cua )?(?:nam )?(?P<year>\d+))?"
_SHAPES = (
    (re.compile(r"(?:nam )?(?P<year>\d+)"), "year"),
    (re.compile(rf"(?P<part>\d+) ?(?:thang|t)(?: ?(?P<side>dau|cuoi))?{_YEAR}"), "half"),
    (re.compile(rf"(?:quy|q) ?(?P<part>\d+|i{{1,3}}|iv){_YEAR}"), "quarter"),
    (re.compile(rf"(?:thang|t) ?(?P<part>\d+){_YEAR}"), "month"),
    (re.compile(r"(?P<part>\d{1,2})[ /.-]+(?:nam )?(?P<year>\d{3,})"), "month"),
)


def parse(text: str) -> PeriodSpec | PeriodProblem:
    """What "2024", "6t 2024", "quý 3/2024", "thang 11 2024" name, with or without diacritics."""
    folded = _folded(text)
    if not folded:
        return PeriodProblem.NOTHING
    for shape, kind in _SHAPES:
        if found := shape.fullmatch(folded):
            return _spec(kind, found.groupdict())
    return PeriodProblem.UNKNOWN


def _folded(text: str) -> str:
    """Lower case, no diacritics, single spaces: "Quý  III/2024" is "quy iii/2024"."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).split())


def _spec(kind: str, said: dict[str, str | None]) -> PeriodSpec | PeriodProblem:
    year = said["year"]
    if year is None:
        return PeriodProblem.NO_YEAR
    if len(year) != 4 or not _FIRST_YEAR <= int(year) <= _LAST_YEAR:
        return PeriodProblem.YEAR
    if kind == "year":
        return PeriodSpec(int(year))
    span = _span(kind, said["part"] or "", said.get("side"))
    return PeriodSpec(int(year), *span) if span else PeriodProblem.PART


def _span(kind: str, part: str, side: str | None) -> tuple[int, int] | None:
    """First and last month of a named part of a year; None where there is no such part."""
    roman = {name.lower(): index for index, name in enumerate(_ROMAN, 1)}
    number = roman.get(part) or int(part)
    if kind == "month":
        return (number, number) if 1 <= number <= 12 else None
    if kind == "quarter":
        return (3 * number - 2, 3 * number) if 1 <= number <= 4 else None
    if number not in (_HALF, 9) or (side == "cuoi" and number != _HALF):
        return None
    return (_HALF + 1, 12) if side == "cuoi" else (1, number)


def resolve(
    spec: PeriodSpec,
    year_end: tuple[int, int],
    month_end: int | None = None,
    previous_report_until: date | None = None,
) -> Period:
    """The days that ``spec`` means in a commune whose year ends on ``year_end`` (month, day).

    A year begins on the day after ``previous_report_until``, the last day of the report issued before it;
    with none, or one that is no neighbour of this year, on the day after the year before's cut-off.
    """
    if spec.first:
        first, last = (month_period(f"{spec.year}-{m:02d}", month_end) for m in (spec.first, spec.last))
        return Period(first.from_day, last.until_day, spec.label)
    until, before, long_before = (_clipped(spec.year - back, *year_end) for back in (0, 1, 2))
    if previous_report_until and long_before < previous_report_until < until:
        before = previous_report_until
    return Period(before + _DAY, until, spec.label)


def _days(period: Period) -> int:
    return (period.until_day - period.from_day).days + 1


def same_name(one: Period, other: Period) -> bool:
    """Whether both would be called alike ("năm 2024", "tháng 11 năm 2024") by a commune that has moved the
    days on which its months and years end."""
    months = round(_days(one) / _LONGEST)
    if months != round(_days(other) / _LONGEST):
        return False
    if months > _HALF:
        return one.until_day.year == other.until_day.year
    return (one.until_day.year, one.until_day.month) == (other.until_day.year, other.until_day.month)


def month_of(day: date, month_end: int | None = None) -> str:
    """The month to which a day belongs: with ``month_end`` 15, 16/11/2024 is in "2024-12"."""
    month = f"{day.year:04d}-{day.month:02d}"
    return month if day <= _last_day(month, month_end) else next_month(month)


def month_period(month: str, month_end: int | None = None) -> Period:
    """The days of a month."""
    year, number = _parts(month)
    begins = _last_day(previous_month(month), month_end) + _DAY
    return Period(begins, _last_day(month, month_end), f"tháng {number} năm {year}")


def months_in(period: Period, month_end: int | None = None) -> list[str]:
    """The months that end within the period, in order: each month of a year is in one year's report only."""
    months, month = [], month_of(period.from_day, month_end)
    while (last := _last_day(month, month_end)) <= period.until_day:
        if last >= period.from_day:
            months.append(month)
        month = next_month(month)
    return months


def deadline(month: str, day: int, month_end: int | None = None) -> date:
    """The day by which a month is reported: of all days numbered ``day`` the one nearest to the month's end.

    On 25/11 people report November, though five days of it are still to come; on 5/12 they report November,
    too, which has ended; a month that ends on the 15th is reported on the 17th after, or on the 12th before
    it. Nearest is reckoned in months of thirty days, so that every month's deadline lies on the same side of
    its end: at most fourteen days after it, otherwise before.
    """
    end = min(month_end or _LONGEST, _LONGEST)
    after = (min(day, _LONGEST) - end) % _LONGEST
    if after <= _LATEST_AFTER and min(day, _LONGEST) < end:
        month = next_month(month)
    elif after > _LATEST_AFTER and min(day, _LONGEST) > end:
        month = previous_month(month)
    return _clipped(*_parts(month), day)


def month_due(due: date, day: int, month_end: int | None = None) -> str:
    """The month whose `deadline` is that day; the calendar's where none is."""
    month = f"{due.year:04d}-{due.month:02d}"
    near = (month, previous_month(month), next_month(month))
    return next((one for one in near if deadline(one, day, month_end) == due), month)


def month_asked(today: date, day: int, month_end: int | None = None, patience: int = 0) -> str:
    """The month that is spoken of when none is named: the one before until it is due, and ``patience`` days
    longer, else the one in which we are."""
    this = month_of(today, month_end)
    last = previous_month(this)
    return last if today <= deadline(last, day, month_end) + patience * _DAY else this


def first_to_come(today: date, day: int, month_end: int | None = None) -> str:
    """The first month of which nothing is missed yet: it has not ended, or may still be reported today."""
    month = previous_month(previous_month(month_of(today, month_end)))
    while today > max(deadline(month, day, month_end), _last_day(month, month_end)):
        month = next_month(month)
    return month


def next_month(month: str) -> str:
    """ "2024-12" is followed by "2025-01"."""
    year, number = _parts(month)
    return f"{year + number // 12:04d}-{number % 12 + 1:02d}"


def previous_month(month: str) -> str:
    """ "2025-01" is preceded by "2024-12"."""
    year, number = _parts(month)
    return f"{year - (number == 1):04d}-{(number - 2) % 12 + 1:02d}"


def _parts(month: str) -> tuple[int, int]:
    return int(month[:4]), int(month[5:])


def _last_day(month: str, month_end: int | None) -> date:
    return _clipped(*_parts(month), month_end or 31)


def _clipped(year: int, month: int, day: int) -> date:
    """A day of a month, or the month's last where it has no such day (the 31st of February)."""
    return date(year, month, min(day, monthrange(year, month)[1]))
