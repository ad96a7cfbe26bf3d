"""The committee's own figures as a report takes them: the last entry of the book for each. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from storage.rows import Override as Entry
from templates.figures import Override
from templates.forms import Catalog
from templates.reported import Note

FORM, SOURCES = "so_dien", "nguon_so"  # the form that asks for them, and its list of sources


def overrides(
    book: Mapping[str, Sequence[Entry]], names: Mapping[int, str], catalog: Catalog
) -> dict[str, Override]:
    """By figure; ``names`` are of the people who set them, ``book`` is as storage keeps it."""
    return {figure: _override(entries[-1], names, catalog) for figure, entries in book.items()}


def _override(entry: Entry, names: Mapping[int, str], catalog: Catalog) -> Override:
    value, mark = number(entry.value)
    person = names.get(entry.person, "")
    return Override(value, mark, _source(entry.source, catalog), entry.reason, person)


def number(answer: Any) -> tuple[int | float, str | None]:
    """An answer's number and mark; of a ratio the percentage."""
    if not isinstance(answer, Mapping):
        return answer, None
    if "part" in answer:
        return 100 * answer["part"] / answer["whole"], None
    if "percent" in answer:
        return answer["percent"], None
    return answer["value"], answer.get("mark")


def _source(name: str, catalog: Catalog) -> str:
    """How a source reads within a sentence; one that the form no longer knows is shown as it was stored."""
    form = catalog.get(FORM)
    choices = form.list.get(SOURCES, ()) if form else ()
    return next((choice.said or choice.label for choice in choices if choice.name == name), name)


def contradictions(book: Mapping[str, Sequence[Entry]]) -> list[Note]:
    """A note on each figure for which the book has another number than the one that holds."""
    return [
        Note("override_twice", figure)
        for figure, entries in book.items()
        if any(entry.value != entries[-1].value for entry in entries)
    ]


def astray(found: Mapping[str, date]) -> list[Note]:
    """A note on each figure that was set for other days of the same report, and so does not print."""
    return [Note("override_astray", figure, day=day) for figure, day in found.items()]
