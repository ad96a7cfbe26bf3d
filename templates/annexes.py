"""The rows of the annexes: figures by hamlet, with the totals of the text, and where each is from. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from templates import agreement, style
from templates.commune import Commune
from templates.counting import Computed
from templates.figures import COMMUNE, Definitions, Figure, State
from templates.outline import Outline, Table

_NONE, _UNKNOWN, _SET = "–", "…", "*"
_MOST_NAMES = 6  # reporters named in one row of the sources


def rows(
    outline: Outline, definitions: Definitions, computed: Computed, commune: Commune, day: date
) -> dict[str, Any]:
    """``bang``: of each table its rows (none where it has no number), the sums, and what is said below
    it of sums that the committee set; ``nguon``: the sources,
    rosters as they are on the period's last ``day``."""
    tables = [
        _Rows(table, definitions, computed, commune, outline.frame["set"][0]).all()
        for table in outline.tables
    ]
    return {"bang": tables, "nguon": _sources(outline.frame["sources"], definitions, computed, day)}


class _Rows:
    """One table: a row for each hamlet, one for the commune itself, one for all."""

    def __init__(
        self, table: Table, definitions: Definitions, computed: Computed, commune: Commune, set_note: str
    ) -> None:
        self._figures = [computed.figures[name] for name in table.figures]
        self._own = {d.name for d in definitions.figure if d.origin == "commune"}
        self._open = {one.hamlet for one in computed.open_months}
        self._places = computed.places or tuple((h.code, h.name) for h in commune.hamlets)
        self._commune = style.capitalised(commune.kind)
        by_hand = agreement.set_by_hand(definitions, computed.figures)
        self._set = by_hand & set(table.figures)
        self._set_note = set_note

    def all(self) -> dict[str, Any]:
        if all(figure.amount is None for figure in self._figures):
            return {"dong": [], "cong": self._total(), "chu_y": ""}
        places = [self._row(name, code) for code, name in self._places]
        rows = [*places, self._row(self._commune, COMMUNE)]
        return {"dong": rows, "cong": self._total(), "chu_y": self._set_note if self._set else ""}

    def _row(self, name: str, code: str) -> dict[str, Any]:
        return {"ten": name, "o": [self._cell(figure, code) for figure in self._figures]}

    def _cell(self, figure: Figure, code: str) -> str:
        amount = figure.split.get(code)
        if amount is not None:
            return figure.written(amount)
        if code == COMMUNE or figure.name in self._own:
            return ""
        return _UNKNOWN if code in self._open else _NONE

    def _total(self) -> dict[str, Any]:
        return {"o": [self._whole(figure) for figure in self._figures]}

    def _whole(self, figure: Figure) -> str:
        if figure.state is State.NOTHING:
            return _NONE
        if figure.amount is None:
            return _UNKNOWN
        return figure.text + (_SET if figure.name in self._set else "")


def _sources(
    phrases: Sequence[str], definitions: Definitions, computed: Computed, day: date
) -> list[dict[str, str]]:
    """A row for each set of records, one for all rosters, one for each figure that is made of others."""
    groups: dict[Any, list[Figure]] = {}
    rosters = _of_rosters(definitions)
    for definition in definitions.figure:
        figure = computed.figures[definition.name]
        if figure.state in (State.BLANK, State.NOTHING):
            continue
        alone = figure.override or definition.refers_to
        key: Any = "roster" if figure.name in rosters else figure.name if alone else figure.sources
        groups.setdefault(figure.name if figure.override else key, []).append(figure)
    row = _SourceRow(phrases, definitions, computed, rosters, day)
    return [row.of(figures) for figures in groups.values()]


def _of_rosters(definitions: Definitions) -> set[str]:
    """The figures that the rosters alone give."""
    found: set[str] = set()
    for definition in definitions.figure:  # each stands after those that it refers to
        made = definition.refers_to
        if definition.kind == "roster" or (made and found.issuperset(made)):
            found.add(definition.name)
    return found


class _Phrases(NamedTuple):
    """How sources read, in the order of the frame's line."""

    records: str
    roster: str
    made_of: str
    set_by: str
    one: str
    more: str
    nothing: str


class _SourceRow:
    def __init__(
        self,
        phrases: Sequence[str],
        definitions: Definitions,
        computed: Computed,
        rosters: set[str],
        day: date,
    ) -> None:
        self._say, self._definitions, self._computed = _Phrases(*phrases), definitions, computed
        self._rosters, self._day = rosters, day

    def of(self, figures: Sequence[Figure]) -> dict[str, str]:
        """The row of figures that have the same source."""
        say = self._say
        first, known = figures[0], self._computed.records
        records = [record for record, _ in first.sources]
        authors = [known[record].author for record in records if record in known]
        days = [known[record].day for record in records if record in known]
        from_roster = first.name in self._rosters and not first.override
        if from_roster:
            days = [self._day.isoformat()]
        said = (
            self._set_by(first),
            say.roster if from_roster else self._made_of(first),
            self._records(records),
        )
        return {
            "so_lieu": "; ".join(f"{figure.label}: {_printed(figure)}" for figure in figures),
            "phieu": "; ".join(filter(None, said)),
            "nguoi": _reporters(authors, say.one, say.more),
            "ngay": _days(days),
        }

    def _records(self, records: Sequence[int]) -> str:
        if not records:
            return ""
        return self._say.records.format(so=style.number(len(records)), phieu=ranges(records))

    def _made_of(self, figure: Figure) -> str:
        """The figures that it is made of, those that have a number; of `first` the one that it is."""
        definition = self._definitions[figure.name]
        parts = [self._computed.figures[name] for name in definition.refers_to]
        named = [part.label for part in parts if part.amount is not None]
        if definition.kind == "first":
            named = named[:1]
        return self._say.made_of.format(ten="; ".join(named)) if named else ""

    def _set_by(self, figure: Figure) -> str:
        """Who set it, why, and what the program would print."""
        override = figure.override
        if override is None:
            return ""
        computed = figure.written(figure.computed) if figure.computed else self._say.nothing
        said = {"nguon": override.source, "ly_do": override.reason, "nguoi": override.person}
        return self._say.set_by.format(so=computed, **said)


def _printed(figure: Figure) -> str:
    unit = "" if figure.is_ratio or figure.words else figure.unit
    return f"{figure.text} {unit}".strip()


def ranges(numbers: Iterable[int]) -> str:
    """ "1–4, 7, 9–12"."""
    found: list[list[int]] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][-1] + 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ", ".join("–".join(map(str, span)) for span in found)


def _reporters(authors: Sequence[str], one: str, more: str) -> str:
    counted = Counter(authors).most_common()
    named = [one.format(ten=name, so=count) for name, count in counted[:_MOST_NAMES]]
    rest = len(counted) - _MOST_NAMES
    return ", ".join(named) if rest <= 0 else more.format(ten=", ".join(named), so=rest)


def _days(days: Sequence[str]) -> str:
    """ "12/12/2023 – 01/12/2024"; ISO days compare as text."""
    ends = dict.fromkeys((min(days), max(days))) if days else {}
    return " – ".join(f"{day[8:10]}/{day[5:7]}/{day[:4]}" for day in ends)
