"""Computed figures as an edition keeps them: JSON and back, what changed between two, and the fingerprint."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from templates.counting import Computed, Source
from templates.figures import Amount, Figure, Override, State
from templates.reported import Note, OpenMonths
from templates.telling import Cited


@dataclass(frozen=True, slots=True)
class Change:
    """A figure that prints differently than in an earlier edition; both texts with their unit."""

    name: str
    label: str
    section: str
    before: str
    after: str


def dump(computed: Computed) -> dict[str, Any]:
    """Everything computed, as JSON can hold it."""
    return {
        "figures": [_plain(asdict(figure)) for figure in computed.figures.values()],
        "words": dict(computed.words),
        "notes": [_plain(asdict(note)) for note in computed.notes],
        "open_months": [_plain(asdict(one)) for one in computed.open_months],
        "first_month": computed.first_month,
        "told": {section: list(texts) for section, texts in computed.told.items()},
        "cited": {section: [asdict(one) for one in found] for section, found in computed.cited.items()},
        "previous": {
            name: _plain(asdict(amount)) | {"value": amount.value}
            for name, amount in computed.previous.items()
        },
        "records": {str(record): [one.author, one.day] for record, one in computed.records.items()},
        "places": [list(place) for place in computed.places],
        "partial": sorted(computed.partial),
    }


def _plain(tree: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty; days as text."""
    return {
        key: value.isoformat() if isinstance(value, date) else value
        for key, value in tree.items()
        if value not in (None, "", (), {}, False)
    }


def load(kept: Mapping[str, Any]) -> Computed:
    """What `dump` gave, after a way through JSON."""
    return Computed(
        {one["name"]: _figure(one) for one in kept["figures"]},
        dict(kept["words"]),
        tuple(_note(one) for one in kept["notes"]),
        tuple(OpenMonths(one["hamlet"], **_tuples(one, "hamlet")) for one in kept["open_months"]),
        kept["first_month"],
        {section: tuple(texts) for section, texts in kept.get("told", {}).items()},
        {section: tuple(Cited(**one) for one in found) for section, found in kept.get("cited", {}).items()},
        {name: Amount(**amount) for name, amount in kept.get("previous", {}).items()},
        {int(record): Source(*one) for record, one in kept.get("records", {}).items()},
        tuple((code, name) for code, name in kept.get("places", ())),
        frozenset(kept.get("partial", ())),
    )


def _figure(kept: Mapping[str, Any]) -> Figure:
    rest = {"unit": "", **kept, "state": State(kept["state"])}
    if amount := kept.get("amount"):
        rest["amount"] = Amount(**amount)
    if override := kept.get("override"):
        rest["override"] = Override(**override)
    if computed := kept.get("computed"):
        rest["computed"] = Amount(**computed)
    rest["split"] = {where: Amount(**amount) for where, amount in kept.get("split", {}).items()}
    rest["sources"] = tuple((record, revision) for record, revision in kept.get("sources", ()))
    return Figure(**rest)


def _note(kept: Mapping[str, Any]) -> Note:
    day = date.fromisoformat(kept["day"]) if "day" in kept else None
    return Note(kept["kind"], kept.get("what", ""), day, **_tuples(kept, "kind", "what", "day"))


def _tuples(kept: Mapping[str, Any], *without: str) -> dict[str, tuple[Any, ...]]:
    return {key: tuple(value) for key, value in kept.items() if key not in without}


def changes(old: Mapping[str, Figure], new: Mapping[str, Figure]) -> list[Change]:
    """The figures of ``new`` that print differently than in ``old``, in the order of the report."""
    found = []
    for name, figure in new.items():
        before = _printed(old[name]) if name in old else ""
        if before != _printed(figure):
            found.append(Change(name, figure.label, figure.section, before, _printed(figure)))
    return found


def _printed(figure: Figure) -> str:
    """A figure with its unit; empty where it is blank."""
    if figure.state is State.BLANK:
        return ""
    if figure.state is State.NOTHING or figure.is_ratio or not figure.unit:
        return figure.text
    return f"{figure.text} {figure.unit}"


def fingerprint(context: Mapping[str, Any]) -> str:
    """What a document says as one line of hex: the same for the same words, whatever its edition's number."""
    said = {key: value for key, value in context.items() if key != "lan"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
