"""Whether figures that are printed together agree: totals with their parts, parts with their whole. Pure.

Records agree with themselves. What the committee sets need not: it prints all the same, and is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from templates.figures import Definitions, Figure
from templates.reported import Note


def contradictions(definitions: Definitions, figures: Mapping[str, Figure]) -> list[Note]:
    """A note on each figure that its parts do not add up to, or exceed; what is marked is no exact number."""
    found = []
    for definition in definitions.figure:
        name, whole = definition.name, figures[definition.name]
        if definition.kind == "total" and whole.override and _unequal(whole, definition.plus, figures):
            found.append(Note("unequal", name, parts=tuple(definition.plus)))
        within = tuple(d.name for d in definitions.figure if d.within == name and figures[d.name].value)
        if _exceeds(whole, within, figures):
            found.append(Note("exceeds", name, parts=within))
    return found


def set_by_hand(definitions: Definitions, figures: Mapping[str, Figure]) -> set[str]:
    """The figures that the committee set, and those that are made of such ones."""
    found: set[str] = set()
    for definition in definitions.figure:  # each stands after those that it refers to
        if figures[definition.name].override or found & set(definition.refers_to):
            found.add(definition.name)
    return found


def total(names: Iterable[str], figures: Mapping[str, Figure]) -> int | float:
    """The numbers of some figures together; one without a number adds none."""
    return sum(figures[name].value or 0 for name in names)


def _unequal(whole: Figure, parts: Sequence[str], figures: Mapping[str, Figure]) -> bool:
    if any(figures[name].value is None for name in parts):
        return _exceeds(whole, parts, figures)  # the rest may be in what is not known
    return _exact(whole, parts, figures) and whole.value != total(parts, figures)


def _exceeds(whole: Figure, parts: Sequence[str], figures: Mapping[str, Figure]) -> bool:
    return _exact(whole, parts, figures) and total(parts, figures) > (whole.value or 0)


def _exact(whole: Figure, parts: Sequence[str], figures: Mapping[str, Figure]) -> bool:
    known = whole.value is not None and bool(parts)
    return known and not any(figure.mark for figure in (whole, *(figures[name] for name in parts)))
