"""How far a month has come in each hamlet, as the committee reads it ("tiến độ"). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from templates import periods, style
from templates.wording import Wording


@dataclass(frozen=True, slots=True)
class Place:
    """A hamlet as this module needs it; ``head`` as the committee knows him ("ông Tư Lành")."""

    code: str
    name: str  # "Ấp 3"
    head: str | None = None
    from_day: date | None = None


@dataclass(frozen=True, slots=True)
class HamletMonth:
    """One hamlet's month: ``state`` is closed, nothing, otherwise, or None while it is open.

    ``silent_since`` is the first of the months without a word that lead without a gap to this one.
    """

    place: Place
    state: str | None
    records: int
    silent_since: str | None = None

    @property
    def silent(self) -> bool:
        return self.state is None and not self.records


def survey(
    places: Sequence[Place],
    month: str,
    states: Mapping[tuple[str, str], str],
    counts: Mapping[tuple[str, str], int],
) -> list[HamletMonth]:
    """Each hamlet's month. ``states`` and ``counts`` (records) are by (hamlet, month), this and earlier ones.

    The months before anybody used the program are nobody's silence: the earliest month of any closing or
    record is the first that counts.
    """
    first = min((known for _, known in (*states, *counts)), default=month)

    def silent(code: str, at: str) -> bool:
        return (code, at) not in states and not counts.get((code, at), 0)

    def since(place: Place) -> str | None:
        begin = max(first, f"{place.from_day:%Y-%m}") if place.from_day else first
        found, at = None, month
        while at >= begin and silent(place.code, at):
            found, at = at, periods.previous_month(at)
        return found

    return [
        HamletMonth(place, states.get((place.code, month)), counts.get((place.code, month), 0), since(place))
        for place in places
    ]


def offers(rows: Iterable[HamletMonth]) -> tuple[str, ...]:
    """What the numbers under `full` mean, in order: "nudge" (while a month is open) and "on_behalf"."""
    return ("nudge", "on_behalf") if any(row.state is None for row in rows) else ("on_behalf",)


def full(wording: Wording, rows: Sequence[HamletMonth], month: str, at: datetime, word: str) -> str:
    """The whole text; ``word`` is what the commune calls its hamlets ("ấp"), ``at`` when it was looked at."""
    closed = [row for row in rows if row.state is not None]
    reporting = [row for row in rows if row.state is None and row.records]
    silent = [row for row in rows if row.silent]
    say = wording.say
    lines = [say("jobs.progress.head", thang=style.month(month), luc=style.moment(at))]
    if closed:
        lines.append(say("jobs.progress.closed", so=len(closed), tong=len(rows), don_vi=word))
        lines += [f"  {_closed(wording, row)}" for row in closed]
    else:
        lines.append(say("jobs.progress.none_closed", don_vi=word))
    if reporting:
        lines.append(say("jobs.progress.reporting"))
        lines += [f"  {_works(wording, row)}" for row in reporting]
    if silent:
        lines.append(say("jobs.progress.silent"))
        lines += [f"  {_silent(wording, row, month)}" for row in silent]
    open_ones = len(reporting) + len(silent)
    for number, offer in enumerate(offers(rows), 1):
        lines.append(f"{number}. {say(f'jobs.progress.{offer}', so=open_ones, don_vi=word)}")
    return "\n".join(lines)


def line(wording: Wording, rows: Sequence[HamletMonth], month: str, word: str) -> str:
    """The same in one line, as it comes unasked with the heads' reminders."""
    open_rows = [row for row in rows if row.state is None]
    silent = sum(row.silent for row in rows)
    said: dict[str, Any] = {"thang": style.month(month), "tong": len(rows), "don_vi": word}
    if not open_rows:
        return wording.say("jobs.progress.line_all", **said)
    rest = ""
    if reporting := len(open_rows) - silent:
        rest += wording.say("jobs.progress.line_reporting", so=reporting)
    if silent:
        rest += wording.say("jobs.progress.line_silent", so=silent)
    return wording.say("jobs.progress.line", chot=len(rows) - len(open_rows), con_lai=rest, **said)


def month_number(month: str, beside: str) -> str:
    """A month as said beside another one: "10", or "12/2023" where the year differs."""
    number = str(int(month[5:]))
    return number if month[:4] == beside[:4] else f"{number}/{month[:4]}"


def _closed(wording: Wording, row: HamletMonth) -> str:
    if row.state == "nothing" and row.records:
        return wording.say("jobs.progress.nothing_late", ap=row.place.name, so=row.records)
    if row.state == "otherwise" and row.records:
        return wording.say("jobs.progress.otherwise_works", ap=row.place.name, so=row.records)
    if row.state in ("nothing", "otherwise"):
        return wording.say(f"jobs.progress.{row.state}", ap=row.place.name)
    return _works(wording, row)


def _works(wording: Wording, row: HamletMonth) -> str:
    return wording.say("jobs.progress.works", ap=row.place.name, so=row.records)


def _silent(wording: Wording, row: HamletMonth, month: str) -> str:
    text = row.place.name
    if row.place.head:
        text = wording.say("jobs.progress.head_name", ap=text, ten=row.place.head)
    if row.silent_since and row.silent_since != month:
        text = wording.say("jobs.progress.since", ap=text, thang=month_number(row.silent_since, month))
    return text
