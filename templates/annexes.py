"""The rows of the annexes: figures by hamlet, with the totals of the text, and where each is from. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from templates import agreement, style
from templates.commune import Commune
from templates.counting import Computed, Source
from templates.figures import COMMUNE, Definitions, Figure, State
from templates.outline import Outline, Table

_NONE, _UNKNOWN, _SET = "–", "…", "*"
_MOST_NAMES = 6  # reporters named in one row of the sources
_MADE_OF_OTHERS = frozenset({"total", "first"})


def rows(outline: Outline, definitions: Definitions, computed: Computed, commune: Commune) -> dict[str, Any]:
    """``bang``: of each table its rows (none where it has no number), the sums, and what is said below
    it of sums that the committee set; ``nguon``: the sources."""
    tables = [
        _Rows(table, definitions, computed, commune, outline.frame["set"][0]).all()
        for table in outline.tables
    ]
    return {"bang": tables, "nguon": _sources(outline.frame["sources"], definitions, computed)}


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


def _sources(phrases: Sequence[str], definitions: Definitions, computed: Computed) -> list[dict[str, str]]:
    """A row for each set of records; figures that are sums of others have the sources of their parts."""
    groups: dict[Any, list[Figure]] = {}
    rosters = {d.name for d in definitions.figure if d.kind == "roster"}
    made = {d.name for d in definitions.figure if d.kind in _MADE_OF_OTHERS or (d.kind == "ratio" and d.part)}
    for figure in computed.figures.values():
        if figure.state in (State.BLANK, State.NOTHING) or (figure.name in made and not figure.override):
            continue
        key = figure.name if figure.override else "roster" if figure.name in rosters else figure.sources
        groups.setdefault(key, []).append(figure)
    return [_source_row(phrases, figures, rosters, computed.records) for figures in groups.values()]


def _source_row(
    phrases: Sequence[str], figures: Sequence[Figure], rosters: set[str], known: Mapping[int, Source]
) -> dict[str, str]:
    of_records, roster, set_by, one, more, nothing = phrases
    first = figures[0]
    records = [record for record, _ in first.sources]
    row = {
        "so_lieu": "; ".join(f"{f.label}: {_printed(f)}" for f in figures),
        "phieu": "",
        "nguoi": "",
        "ngay": "",
    }
    if records:
        row["phieu"] = of_records.format(so=style.number(len(records)), phieu=ranges(records))
        row["nguoi"] = _reporters([known[r].author for r in records if r in known], one, more)
        row["ngay"] = _days([known[r].day for r in records if r in known])
    if override := first.override:
        computed = first.written(first.computed) if first.computed else nothing
        said = {"nguon": override.source, "ly_do": override.reason, "nguoi": override.person}
        row["phieu"] = "; ".join(filter(None, (set_by.format(so=computed, **said), row["phieu"])))
    elif first.name in rosters:
        row["phieu"] = roster
    return row


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
