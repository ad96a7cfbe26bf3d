"""What was reported, as figures need it: records, seats, closings; and what of it a period counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from templates.periods import Period, month_of, month_period, months_in

# Beside a record's answers: the month of which it tells the totals, where it is no single event.
CUMULATIVE = "luy_ke"

_SAYS_ALL = frozenset({"closed", "nothing"})  # closings after which no record means: nothing happened


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A valid record as figures need it. ``reported_at`` is when it was first confirmed, an aware moment."""

    record: int
    revision: int
    form: str
    hamlet: str | None  # None: the commune's own
    day: date
    answers: Mapping[str, Any]
    author: str
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A hamlet with the days between which it exists; None is without end."""

    code: str
    name: str  # "Ấp 3"
    from_day: date | None = None
    until_day: date | None = None


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A seat in force on the period's last day; ``hamlet`` None: on the commune's committee."""

    hamlet: str | None
    post: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A report that was issued: what comes in for its days after ``at`` counts in the period that follows."""

    from_day: date
    until_day: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the cover message names; ``kind`` chooses the sentence (report.note.…).

    - joint_commune, joint_hamlets: ``day``, ``what`` (the kind of event), ``hamlets``
    - joint_period: the same of what has no one day, such as gifts for an occasion
    - unsaid: records of figure ``what`` that do not say its number
    - late: records that came after the earlier report was issued, counted here
    - mixed: bare percentages of figure ``what`` that cannot be added
    - percent: such beside parts of wholes, which alone are added
    - unequal, exceeds: figure ``what`` is not the sum of its ``parts``, or is less than they are
    - gone: records of one of ``hamlets`` on days after its last one, ``day``
    """

    kind: str
    what: str = ""
    day: date | None = None
    hamlets: tuple[str, ...] = ()
    records: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenMonths:
    """A hamlet's months without closing: those with records ("chưa chốt"), those without ("chưa báo"), those
    said to be reported elsewhere ("đã báo cách khác"), and those not due yet, of which nothing is missed."""

    hamlet: str
    unclosed: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    to_come: tuple[str, ...] = ()


def age(row: FigureRow) -> tuple[date, datetime, int]:
    return row.day, row.reported_at, row.record


def of_period(
    rows: Iterable[FigureRow], period: Period, issued: Sequence[Issued]
) -> tuple[list[FigureRow], list[FigureRow]]:
    """The records that count in the period, oldest first; and those of them that an earlier one missed."""
    own_end = min((i.at for i in issued if i.until_day == period.until_day), default=None)
    before = [i for i in issued if i.until_day < period.from_day]
    last = max(before, key=lambda i: i.until_day, default=None)
    counted, late = [], []
    for row in sorted(rows, key=lambda r: (r.day, r.record)):
        if own_end and row.reported_at > own_end:
            continue
        if row.day in period:
            counted.append(row)
        elif last and last.from_day <= row.day < period.from_day and row.reported_at > last.at:
            counted.append(row)
            late.append(row)
    return counted, late


def numbers(rows: Iterable[FigureRow]) -> tuple[int, ...]:
    return tuple(sorted(row.record for row in rows))


def after_the_end(rows: Iterable[FigureRow], places: Sequence[Place]) -> list[Note]:
    """A note on each hamlet with records of days after its last one: they count, and a reader should look."""
    rows = list(rows)
    found = []
    for place in places:
        last = place.until_day
        late = [row for row in rows if last is not None and row.hamlet == place.code and row.day > last]
        if late:
            found.append(Note("gone", day=last, hamlets=(place.code,), records=numbers(late)))
    return found


class Months:
    """Which hamlet has closed which month; ``to_come`` is the first that is not due yet, if any is not."""

    def __init__(
        self,
        places: Sequence[Place],
        closings: Mapping[tuple[str, str], str],
        rows: Sequence[FigureRow],
        period: Period,
        month_end: int | None,
        to_come: str | None = None,
    ) -> None:
        self._places, self._closings, self._month_end = places, closings, month_end
        self._months, self._to_come = months_in(period, month_end), to_come
        self._reported = {(row.hamlet, month_of(row.day, month_end)) for row in rows if row.hamlet}
        known = {month for _, month in (*closings, *self._reported)}
        # The months before anybody used the program are nobody's silence.
        self._first = min(known & set(self._months), default=self._months[0] if self._months else None)

    def _asked(self, place: Place) -> list[str]:
        return [month for month in self._months if self._exists(place, month)]

    def _exists(self, place: Place, month: str) -> bool:
        days = month_period(month, self._month_end)
        return (place.from_day is None or place.from_day <= days.until_day) and (
            place.until_day is None or place.until_day >= days.from_day
        )

    def all_quiet(self) -> bool:
        """Whether no record means that nothing happened: all of the hamlets closed all months."""
        return self.all_closed() and any(map(self._asked, self._places))

    def all_closed(self) -> bool:
        """Whether every hamlet has closed every month.

        A month to come is open too: of a year that still runs nobody can say yet that nothing happened.
        """
        asked = [(place.code, month) for place in self._places for month in self._asked(place)]
        return all(self._closings.get(one) in _SAYS_ALL for one in asked)

    def first_if_later(self) -> str | None:
        return self._first if self._months and self._first != self._months[0] else None

    def open(self) -> tuple[OpenMonths, ...]:
        """The hamlets with anything open, in the order of the places."""
        if self._first is None:
            return ()
        found = (self._open(place, self._first) for place in self._places)
        return tuple(one for one in found if one.unclosed or one.silent or one.elsewhere or one.to_come)

    def _open(self, place: Place, first: str) -> OpenMonths:
        kinds: dict[str, list[str]] = {"unclosed": [], "silent": [], "elsewhere": [], "to_come": []}
        for month in self._asked(place):
            state = self._closings.get((place.code, month))
            if month < first or state in _SAYS_ALL:
                continue
            if state is not None:
                kinds["elsewhere"].append(month)
            elif self._to_come is not None and month >= self._to_come:
                kinds["to_come"].append(month)
            else:
                kinds["unclosed" if (place.code, month) in self._reported else "silent"].append(month)
        return OpenMonths(place.code, **{kind: tuple(months) for kind, months in kinds.items()})
