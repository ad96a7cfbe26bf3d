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
from templates import (
    amounts,
    boards,
    counting,
    cover,
    documents,
    fund_names,
    funds,
    kept,
    periods,
    style,
    telling,
)
from templates.commune import Commune
from templates.counting import Computed
from templates.cover import Draft
from templates.documents import Blank, Report
from templates.figures import Amount, Figure
from templates.forms import Catalog
from templates.kept import Change
from templates.periods import Period
from templates.photos import NO_PHOTOS, Album
from templates.reported import Place
from templates.telling import Labels
from templates.wording import Voice, Wording


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
    lists: str  # those of ``cover`` whole
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
    album: Album = NO_PHOTOS,
) -> Assembly:
    """Computes a report. ``number`` is the last draft's where the new one would say the same.

    ``album`` holds the photos of its annex.
    """
    deadlines = commune.deadlines
    computed = counting.compute(
        report.definitions,
        material.rows,
        period,
        places=material.places,
        closings=material.closings,
        seats=material.seats,
        month_end=deadlines.month_end,
        to_come=periods.first_to_come(today, deadlines.report_day, deadlines.month_end),
        overrides=overriding.overrides(material.book, material.setters, catalog),
        previous=_previous(material),
        labels=labels(catalog, wording, commune, material.places),
    )
    set_notes = [*overriding.contradictions(material.book), *overriding.astray(material.astray)]
    computed = replace(computed, notes=(*computed.notes, *set_notes))
    context = documents.context(
        *(report, computed, commune, period), edition=material.number, today=today, pictures=album.shown
    )
    fingerprint = _fingerprint(report, context)
    last, number, changed = material.last, material.number, _changes(material.last, computed)
    if last is not None and last.fingerprint == fingerprint:
        number, changed = last.number, []
    money = _money(catalog, wording, commune, period, material)
    unsettled = [*money, *_boards(wording, commune, material)]
    draft = Draft(report, computed, context, commune, period, number, changed, unsettled, album, today)
    events = cover.event_labels(catalog, report.definitions)
    words, lists = (write(wording, draft, events) for write in (cover.cover, cover.whole_lists))
    offers = _offers(words, documents.blanks(report, computed, context), period)
    return Assembly(number, computed, context, fingerprint, words, lists, changed, offers)


def _boards(wording: Wording, commune: Commune, material: Material) -> list[str]:
    """Which boards' lists do not show yet what was reported of them."""
    voice = Voice(wording, None, commune.words)
    found = boards.unlisted(material.rows, material.listed)
    names: dict[str | None, str] = {None: style.capitalised(commune.title)}
    names |= {place.code: place.name for place in material.places}
    return [
        voice.say("boards.unlisted", Unit=names[code], count=found[code]) for code in names if code in found
    ]


def _money(
    catalog: Catalog, wording: Wording, commune: Commune, period: Period, material: Material
) -> list[str]:
    """What hamlets and the commune say differently of a fund; a later receipt settles its handover."""
    voice = Voice(wording, None, commune.words)
    labels = {choice.name: choice.said or choice.label for choice in catalog.lists.get("quy", ())}
    labels |= fund_names.labels(material.rows)
    names = {place.code: style.within_sentence(place.name, commune.hamlet_word) for place in material.places}
    found = funds.mismatches(material.rows, period.until_day)
    return [funds.sentence(one, voice.say, labels, names) for one in found]


def _offers(words: str, blanks: Sequence[Blank], period: Period) -> dict[str, str]:
    """What the numbers before blanks in the cover message mean: filling them."""
    said = {f"{blank.section} {blank.label}": blank.name for blank in blanks if blank.name}
    found = {}
    for number, line in re.findall(r"^(\d+)\. (.+)$", words, re.MULTILINE):
        if meant := max((one for one in said if line.startswith(one)), key=len, default=None):
            found[number] = f"/dienso {said[meant]} {period.label}"
    return found


def labels(catalog: Catalog, wording: Wording, commune: Commune, places: Sequence[Place]) -> Labels:
    """How answers and those who report read in the sentences of this commune's report."""
    units: dict[str | None, str] = {None: wording.say("report.commune", loai=commune.kind)}
    units |= {p.code: style.within_sentence(p.name, commune.hamlet_word) for p in places}
    fill = Voice(wording, None, commune.words).fill
    return telling.labels(catalog, fill, units, commune.hamlet_word)


def _previous(material: Material) -> dict[str, Amount]:
    """What the report of the year before said: as it was kept here, or entered from paper."""
    figures = _kept(material.before)
    kept_here = {name: figure.amount for name, figure in figures.items() if figure.amount is not None}
    entered = {name: amounts.number_of(value) for name, value in material.entered.items()}
    return kept_here | {name: amount for name, amount in entered.items() if amount is not None}


def _changes(last: Edition | None, computed: Computed) -> list[Change]:
    before = _kept(last)
    return kept.changes(before, computed.figures) if before else []


def _kept(edition: Edition | None) -> Mapping[str, Figure]:
    """An edition's figures; none where a program whose figures were of another shape kept them."""
    if edition is None:
        return {}
    try:
        return kept.load(edition.figures).figures
    except (KeyError, TypeError, ValueError):
        return {}


def _fingerprint(report: Report, context: Mapping[str, Any]) -> str:
    """A commune that has edited its own template wants a new draft of the same figures too."""
    said = kept.fingerprint(context)
    if not report.own:
        return said
    return hashlib.sha256(said.encode() + report.template.read_bytes()).hexdigest()
