"""Which figures rest on only a part of those who were asked: they print, but say nothing of a year. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from templates.figures import COMMUNE, Definition, Definitions, Figure

_NOBODY_ASKED = frozenset({"roster", "fact", "blank"})


def partial(
    definitions: Definitions, figures: Mapping[str, Figure], hamlets: Collection[str], closed: bool
) -> frozenset[str]:
    """The figures with a number to which some hamlet may still add; ``closed``: all closed all months.

    What the commune tells itself, or set, is whole.
    """
    found: set[str] = set()
    for definition in definitions.figure:  # each stands after those that it refers to
        figure = figures[definition.name]
        if figure.amount is None or figure.override or definition.origin == "commune":
            continue
        if _lacks(definition, figure, figures, found, hamlets, closed):
            found.add(definition.name)
    return frozenset(found)


def _lacks(
    definition: Definition,
    figure: Figure,
    figures: Mapping[str, Figure],
    found: Collection[str],
    hamlets: Collection[str],
    closed: bool,
) -> bool:
    if definition.kind == "first":
        return next(name for name in definition.plus if figures[name].amount is not None) in found
    if definition.refers_to:
        return any(name in found for name in definition.refers_to)
    if definition.kind in _NOBODY_ASKED or (definition.own_first and COMMUNE in figure.split):
        return False
    if definition.kind == "latest" or list(definition.by) == ["ap"]:
        # One number of each hamlet, which no closing of a month gives.
        said = {unit for unit, amount in figure.split.items() if amount.whole or not figure.is_ratio}
        return not set(hamlets) <= said
    return not closed
