"""What a report is made of, read in one transaction and handed over as plain values."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from storage import attachments, closings, communes, overrides, people, photos, previous, records, reports
from storage.database import Tx
from storage.rows import Edition, Hamlet, Override, Record
from templates import periods
from templates.boards import Listed
from templates.commune import Commune
from templates.periods import Period
from templates.photos import File
from templates.reported import FigureRow, Place, SeatRow

_HOLDS = timedelta(days=6 * 365)  # how long a term or a computer is remembered without being told again


@dataclass(frozen=True, slots=True)
class Material:
    """``number`` is that of the next draft, ``last`` the latest one on exactly these days.

    ``book`` is what the committee has set itself, by figure, ``setters`` the names of those who did;
    ``astray`` what it set for the same report when that still ended on another day, and for which.
    ``files`` are the period's pictures, ``chosen`` the numbers of those that the committee wants in the
    annex (None: it left that to the program).
    """

    rows: Sequence[FigureRow]
    places: Sequence[Place]
    closings: Mapping[tuple[str, str], str]
    seats: Sequence[SeatRow]
    number: int
    last: Edition | None
    book: Mapping[str, Sequence[Override]] = field(default_factory=dict)
    setters: Mapping[int, str] = field(default_factory=dict)
    astray: Mapping[str, date] = field(default_factory=dict)
    editor: str = ""  # who edited the last draft in Word
    before: Edition | None = None  # the latest on the same days of the year before
    entered: Mapping[str, Any] = field(default_factory=dict)  # of the year before, from its report on paper
    files: Sequence[File] = ()
    chosen: Sequence[int] | None = None
    listed: Sequence[Listed] = ()  # who sits on the boards as the settings say it now


def collect(
    tx: Tx, commune: int, settings: Commune, report: str, period: Period, lasting: Collection[str] = ()
) -> Material:
    """All that is known about a period, as it stands now.

    Of the forms ``lasting`` the records of the years before come along: what they say holds on.
    """
    days = (period.from_day, period.until_day)
    book = overrides.in_force(tx, commune, report, *days)
    setters = {one.person for entries in book.values() for one in entries}
    last = reports.last_edition(tx, commune, report, *days)
    editor = last.person if last else None
    choice = photos.chosen(tx, commune, report, *days)
    told = records.in_period(tx, commune, *days)
    return Material(
        rows=rows(tx, commune, [*_held(tx, commune, period, lasting), *told]),
        places=places(tx, commune, period, {record.hamlet for record in told}),
        closings=_closings(tx, commune, periods.months_in(period, settings.deadlines.month_end)),
        seats=_seats(tx, commune, period.until_day),
        number=reports.next_number(tx, commune, report, *days),
        last=last,
        book=book,
        setters={person: people.person(tx, commune, person, "").name for person in setters},
        astray=_astray(tx, commune, report, period, book),
        before=_year_before(tx, commune, report, period),
        entered=_entered(tx, commune, report, period),
        editor=people.person(tx, commune, editor, "").name if editor is not None else "",
        files=files(tx, commune, period),
        chosen=choice.photos if choice else None,
        listed=[Listed(m.hamlet, m.post, m.name) for m in communes.rosters(tx, commune, date.max)],
    )


def places(tx: Tx, commune: int, period: Period, told: Collection[str | None] = ()) -> list[Place]:
    """The hamlets that exist on any day of the period, and those that something is ``told`` of all the same:
    what is counted has its row."""
    here = [h for h in communes.hamlets(tx, commune) if _overlaps(h, period) or h.hamlet in told]
    return [Place(h.hamlet, h.name, h.from_day, h.until_day) for h in here]


def files(tx: Tx, commune: int, period: Period) -> list[File]:
    """The pictures of the period's valid records."""
    found = attachments.in_period(tx, commune, period.from_day, period.until_day)
    return [File(one.attachment, one.record, one.path) for one in found if one.record and one.path]


def _seats(tx: Tx, commune: int, day: date) -> list[SeatRow]:
    """Who sat on the boards on that day.

    A seat without a first day is of those who were there when the program came: of the years before, of which
    nothing is known, it says nothing.
    """
    since = records.known_since(tx, commune)
    before = since is not None and day < since
    found = communes.rosters(tx, commune, day)
    return [SeatRow(m.hamlet, m.post) for m in found if m.from_day is not None or not before]


def _astray(tx: Tx, commune: int, report: str, period: Period, book: Collection[str]) -> dict[str, date]:
    """What was set for these days' report before the commune moved its year's or its months' end."""
    found = {}
    near = (period.from_day - timedelta(days=366), period.until_day)
    for first, last in overrides.periods(tx, commune, report, *near):
        other = Period(first, last, "")
        if (first, last) == (period.from_day, period.until_day) or not periods.same_name(other, period):
            continue
        for figure in overrides.in_force(tx, commune, report, first, last):
            if figure not in book:
                found[figure] = last
    return found


def _held(tx: Tx, commune: int, period: Period, lasting: Collection[str]) -> list[Record]:
    if not lasting:
        return []
    days = (period.from_day - _HOLDS, period.from_day - timedelta(days=1))
    return [record for record in records.in_period(tx, commune, *days) if record.form in lasting]


def _entered(tx: Tx, commune: int, report: str, period: Period) -> Mapping[str, Any]:
    """What the committee entered of the year before: of whole years only."""
    if period.label != f"năm {period.year}":
        return {}
    return previous.of_year(tx, commune, report, period.year - 1)


def _year_before(tx: Tx, commune: int, report: str, period: Period) -> Edition | None:
    """The last edition on these days a year earlier; else the last report before, if of such a period."""
    days = (_year_earlier(period.from_day), _year_earlier(period.until_day))
    if exact := reports.last_edition(tx, commune, report, *days):
        return exact
    last = reports.last_before(tx, commune, report, period.from_day)
    label = period.label.replace(str(period.year), str(period.year - 1))
    return last if last is not None and last.label == label else None


def _year_earlier(day: date) -> date:
    """The same day a year earlier; of a month's last day that month's last one."""
    ends = monthrange(day.year, day.month)[1] == day.day
    return day.replace(year=day.year - 1, day=monthrange(day.year - 1, day.month)[1] if ends else day.day)


def rows(tx: Tx, commune: int, found: Sequence[Record]) -> list[FigureRow]:
    """Records as figures need them."""
    names = {author: people.person(tx, commune, author, "").name for author in {r.author for r in found}}
    return [
        FigureRow(r.record, r.revision, r.form, r.hamlet, r.day, r.answers, names[r.author], r.created_at)
        for r in found
    ]


def _closings(tx: Tx, commune: int, months: Sequence[str]) -> dict[tuple[str, str], str]:
    if not months:
        return {}
    stated = closings.of_months(tx, commune, months[0], months[-1])
    return {(one.hamlet, one.month): one.state for one in stated}


def _overlaps(hamlet: Hamlet, period: Period) -> bool:
    begun = hamlet.from_day is None or hamlet.from_day <= period.until_day
    return begun and (hamlet.until_day is None or hamlet.until_day >= period.from_day)
