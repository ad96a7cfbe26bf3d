"""From what is known to what a document says: figures, the template's context, the cover message. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from jobs import overriding
from jobs.collecting import Material
from storage.rows import Edition
from templates import counting, cover, documents, kept
from templates.commune import Commune
from templates.counting import Computed
from templates.cover import Draft
from templates.documents import Blank, Report
from templates.forms import Catalog
from templates.kept import Change
from templates.periods import Period
from templates.wording import Wording


@dataclass(frozen=True, slots=True)
class Assembly:
    """A draft that is ready to be rendered; ``fingerprint`` is of what it says, not of when or how often.

    ``changed`` is what prints differently than in the last draft, ``offers`` what numbers in ``cover`` mean.
    """

    number: int
    computed: Computed
    context: Mapping[str, Any]
    fingerprint: str
    cover: str
    changed: Sequence[Change] = ()
    offers: Mapping[str, str] = field(default_factory=dict)


def assemble(
    report: Report,
    catalog: Catalog,
    wording: Wording,
    commune: Commune,
    period: Period,
    material: Material,
    today: date,
) -> Assembly:
    """Computes a report. ``number`` is the last draft's where the new one would say the same."""
    computed = counting.compute(
        report.definitions,
        material.rows,
        period,
        places=material.places,
        closings=material.closings,
        seats=material.seats,
        month_end=commune.deadlines.month_end,
        overrides=overriding.overrides(material.book, material.setters, catalog),
    )
    computed = replace(computed, notes=(*computed.notes, *overriding.contradictions(material.book)))
    context = documents.context(report, computed, commune, period, edition=material.number, today=today)
    fingerprint = _fingerprint(report, context)
    last, number, changed = material.last, material.number, _changes(material.last, computed)
    if last is not None and last.fingerprint == fingerprint:
        number, changed = last.number, []
    draft = Draft(report, computed, context, commune, period, number, changed)
    words = cover.cover(wording, draft, cover.event_labels(catalog, report.definitions))
    offers = _offers(words, documents.blanks(report, computed, context), period)
    return Assembly(number, computed, context, fingerprint, words, changed, offers)


def _offers(words: str, blanks: Sequence[Blank], period: Period) -> dict[str, str]:
    """What the numbers before blanks in the cover message mean: filling them."""
    said = {f"{blank.section} {blank.label}": blank.name for blank in blanks if blank.name}
    found = {}
    for number, line in re.findall(r"^(\d+)\. (.+)$", words, re.MULTILINE):
        if meant := max((one for one in said if line.startswith(one)), key=len, default=None):
            found[number] = f"/dienso {said[meant]} {period.label}"
    return found


def _changes(last: Edition | None, computed: Computed) -> list[Change]:
    if last is None:
        return []
    try:
        before = kept.load(last.figures)
    except (KeyError, TypeError, ValueError):
        return []  # kept by a program whose figures were of another shape: nothing to compare
    return kept.changes(before.figures, computed.figures)


def _fingerprint(report: Report, context: Mapping[str, Any]) -> str:
    """A commune that has edited its own template wants a new draft of the same figures too."""
    said = kept.fingerprint(context)
    if not report.own:
        return said
    return hashlib.sha256(said.encode() + report.template.read_bytes()).hexdigest()
