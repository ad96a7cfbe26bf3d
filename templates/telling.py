"""What a report tells beside its numbers: events in sentences, documents that a section cites. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from templates import style
from templates.amounts import number_of
from templates.figures import Citation, Event
from templates.forms import Catalog
from templates.reported import FigureRow, age

_NAMED = re.compile(r"\{(\w+)\}")
_AND = " và "
WITH = "cung_ap"  # beside an event's answers: the hamlet that told it too, where it was one


@dataclass(frozen=True, slots=True)
class Labels:
    """How answers read: form -> question -> (its kind, choice -> label). ``units`` are those who report, by
    hamlet code, None for the commune. ``hamlet_word`` is how a hamlet is called ("ấp")."""

    questions: Mapping[str, Mapping[str, tuple[str, Mapping[str, str]]]] = field(default_factory=dict)
    units: Mapping[str | None, str] = field(default_factory=dict)
    hamlet_word: str = ""


@dataclass(frozen=True, slots=True)
class Cited:
    """A document that is cited: "Kế hoạch", "94/KH-MTTQ-BTT", its day, who issued it (empty: we), subject."""

    type: str
    number: str
    day: str
    issuer: str
    subject: str


def labels(
    catalog: Catalog, fill: Callable[[str], str], units: Mapping[str | None, str], hamlet_word: str = ""
) -> Labels:
    """The labels of all forms; ``fill`` puts the commune's words for its units into one."""
    questions = {}
    for form in catalog.forms.values():
        questions[form.name] = {
            q.name: (q.kind, {c.name: fill(c.said or c.label) for c in catalog.choices(form, q)})
            for q in form.question
        }
    return Labels(questions, units, hamlet_word)


def told(
    events: Sequence[Event], rows: Callable[[Event], Iterable[FigureRow]], known: Labels
) -> dict[str, tuple[str, ...]]:
    """The sentences on notable events by their place, those of each definition in the order of days."""
    said: dict[str, list[str]] = {}
    for event in events:
        chosen = sorted(_notable(event, rows(event), known).items(), key=lambda pair: age(pair[1]))
        said.setdefault(event.place, []).extend(text for text, _ in chosen)
    return {section: tuple(texts) for section, texts in said.items() if texts}


def _notable(event: Event, rows: Iterable[FigureRow], known: Labels) -> dict[str, FigureRow]:
    """The largest that can be told, each sentence once."""
    found: dict[str, FigureRow] = {}
    for row in sorted(rows, key=lambda row: _rank(row, event)):
        if len(found) == event.most:
            break
        if not _of_any_hamlet(row, event, known) and (text := sentence(row, event.text, known)):
            found.setdefault(text, row)
    return found


def _rank(row: FigureRow, event: Event) -> tuple[float, date, int]:
    size = number_of(row.answers.get(event.largest)) if event.largest else None
    return (-float(size.value) if size else 0.0, row.day, row.record)


def sentence(row: FigureRow, text: str, known: Labels) -> str:
    """A record in the words of ``text``; empty where it does not answer all that the text names."""
    named = {name: _answer(row, name, known) for name in _NAMED.findall(text)}
    if not all(named.values()):
        return ""
    return style.capitalised(_NAMED.sub(lambda found: named[found[1]], text))


def _answer(row: FigureRow, name: str, known: Labels) -> str:
    if name == "don_vi":
        together = known.units.get(row.answers.get(WITH), "") if WITH in row.answers else ""
        return _AND.join(filter(None, (known.units.get(row.hamlet, ""), together)))
    kind, choices = known.questions.get(row.form, {}).get(name, ("", {}))
    answer = row.answers.get(name)
    if answer in (None, "", []):
        return ""
    if isinstance(answer, list):
        return ", ".join(choices.get(one, one) for one in answer)
    return choices.get(str(answer)) or _written(answer, kind)


def _of_any_hamlet(row: FigureRow, event: Event, known: Labels) -> bool:
    """ "nhà văn hóa ấp" said by the commune of itself: nobody can tell which hamlet's."""
    if row.hamlet is not None or WITH in row.answers or not known.hamlet_word:
        return False
    said = (str(row.answers.get(name, "")).casefold() for name in event.questions)
    return any(text.endswith(f" {known.hamlet_word}") for text in said)


def _written(answer: Any, kind: str) -> str:
    if kind == "day":
        return style.short_day(date.fromisoformat(answer))
    number = number_of(answer)
    if number is None:
        return str(answer).strip().rstrip(".")
    if number.whole:
        return f"{style.number(int(number.value))}/{style.number(number.whole)}"
    text = style.money(int(number.value)) if kind == "money" else style.count(int(number.value))
    return style.with_mark(text, number.mark)


def cited(citation: Citation | None, rows: Sequence[FigureRow]) -> dict[str, tuple[Cited, ...]]:
    """The documents that each section cites, in the order of their days; each once in a section."""
    found: dict[str, dict[Cited, None]] = {}
    if citation is None:
        return {}
    for row in sorted(rows, key=lambda r: (str(r.answers.get(citation.day)), r.record)):
        if row.form == citation.form and row.hamlet is None:
            found.setdefault(str(row.answers.get(citation.section)), {})[_document(row, citation)] = None
    return {section: tuple(documents) for section, documents in found.items()}


def _document(row: FigureRow, citation: Citation) -> Cited:
    def answer(name: str) -> str:
        return str(row.answers.get(name) or "").strip().rstrip(".")

    day = answer(citation.day)
    shown = style.short_day(date.fromisoformat(day)) if day else ""
    return Cited(
        answer(citation.type),
        answer(citation.number),
        shown,
        answer(citation.issuer),
        answer(citation.subject),
    )
