"""What a backlog workbook consists of: its sheets, columns and choices, drawn from the forms. Pure.

A plan is plain data (JSON): a child process makes the file of it. A hamlet's book has a sheet for each form
that heads fill; the commune's own has those that only the committee fills, and last year's figures.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from templates import funds, style
from templates.commune import Commune
from templates.figures import Definitions
from templates.forms import LIVE_LISTS, Catalog, Form, Question
from templates.wording import Voice, Wording

LONGEST_TITLE = 31  # of a sheet, in any spreadsheet program
SOURCES = "nguon"  # the list of where somebody who reports for others has it from
_HEADS = frozenset({"hamlet_head", "hamlet_deputy"})
_NUMBERED = "receipt"  # an ``after`` that numbers and prints: such forms are filled one by one, in the chat
_TOTALS = frozenset({"sum"})


@dataclass(frozen=True, slots=True)
class Books:
    """What all books of a commune have in common; ``lists`` are the live lists as (name, label)."""

    catalog: Catalog
    definitions: Definitions
    wording: Wording
    commune: Commune
    lists: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)

    @property
    def voice(self) -> Voice:
        return Voice(self.wording, None, self.commune.words)

    def plan(
        self, hamlet: str | None, unit: str, today: date, sections: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """The book of a hamlet (``unit`` is its name), or with None the commune's own.

        ``sections`` are last year's figures that are asked for, with the report's section of each
        ("II.2.2"); without any, all figures are.
        """
        say = self.voice.say
        forms = forms_of(self.catalog, hamlet is None)
        titles = _titles([self.voice.fill(form.short or form.label) for form in forms])
        named = {"unit": unit, "commune": self.commune.title, "last": style.short_day(today)}
        return {
            "commune": self.commune.code,
            "hamlet": hamlet,
            "unit": unit,
            "title": f"{unit}, {self.commune.title}" if hamlet is not None else unit,
            "guide": [line for line in say("backlog.guide", **named).split("\n") if line],
            "guide_own": say("backlog.guide_previous") if hamlet is None else "",
            "words": {key: say(f"backlog.book.{key}") for key in _WORDS},
            "sources": [self.voice.fill(c.label) for c in self.catalog.lists.get(SOURCES, ())]
            if hamlet is not None
            else [],
            "sheets": [self._sheet(f, t, unit, today) for f, t in zip(forms, titles, strict=True)],
            "previous": self._previous(today, sections or {}) if hamlet is None else None,
        }

    def _sheet(self, form: Form, title: str, unit: str, today: date) -> dict[str, Any]:
        return {
            "form": form.name,
            "version": form.version,
            "sheet": title,
            "heading": f"{self.voice.fill(form.label)} – {unit}",
            "totals": takes_totals(form, self.definitions),
            "columns": [self._column(form, q, today) for q in asked(form)],
        }

    def _column(self, form: Form, question: Question, today: date) -> dict[str, Any]:
        choices: list[str] = []
        if question.list_name in LIVE_LISTS:
            choices = [label for _, label in self.lists.get(question.list_name or "", ())]
        elif question.list_name:
            choices = [self.voice.fill(c.label) for c in self.catalog.choices(form, question, today)]
        fill = self.voice.fill
        return {
            "name": question.name,
            "heading": fill(question.heading),
            "label": fill(question.label),
            "hint": _hint(fill(question.hint or "")),
            "kind": question.kind,
            "required": question.required and not question.relevant,
            "choices": choices,
        }

    def _previous(self, today: date, sections: Mapping[str, str]) -> dict[str, Any]:
        figures = [
            [d.name, sections.get(d.name, d.section), d.label, "%" if d.kind == "ratio" else d.unit]
            for d in self.definitions.figure
            if d.kind != "fact" and (not sections or d.name in sections)
        ]
        return {"sheet": self.voice.say("backlog.book.previous"), "year": today.year - 1, "figures": figures}


_WORDS = (
    "guide", "how", "single", "total", "how_hint", "date_hint", "source", "section", "figure",
    "unit", "value", "year", "previous", "list_error",
)  # fmt: skip


def asked(form: Form) -> list[Question]:
    """The questions that are columns, in the form's order."""
    return [q for q in form.question if q.kind != "image" and not q.hidden]


def forms_of(catalog: Catalog, own: bool) -> list[Form]:
    """The forms whose records a book takes: those that heads fill, or the commune's ``own``."""
    fit = [
        form
        for form in catalog.forms.values()
        if form.end == "record"
        and form.after != _NUMBERED
        and all(question.kind != "lines" for question in form.question)
        and ("standing_committee" in form.roles if own else form.on_behalf or _HEADS & set(form.roles))
    ]
    # Everything may be recorded by the commune; what only it does comes first in its own book.
    return sorted(fit, key=lambda f: (own and bool(_HEADS & set(f.roles)), f.menu is None, f.menu or 0))


def takes_totals(form: Form, definitions: Definitions) -> bool:
    """Whether a month's total can stand for its events: something adds what the form's records say.

    That is a figure, or the book of funds, which adds their money.
    """
    if any(d.form == form.name and d.kind in _TOTALS and d.of for d in definitions.figure):
        return True
    in_book = form.name in funds.FORMS and form.get(funds.AMOUNT) is not None
    return in_book and any(d.kind == "fund" for d in definitions.figure)


def _titles(labels: Sequence[str]) -> list[str]:
    """Names for sheets: without what a spreadsheet forbids, short enough, no two alike."""
    found: list[str] = []
    for label in labels:
        plain = re.sub(r"\s+", " ", re.sub(r"[\[\]:*?/\\'“”]", " ", label)).strip()[:LONGEST_TITLE].strip()
        title, number = plain, 1
        while title.casefold() in (one.casefold() for one in found):
            number += 1
            title = f"{plain[: LONGEST_TITLE - 3]} {number}"
        found.append(title)
    return found


def _hint(hint: str) -> str:
    """A question's example without what only holds in a chat."""
    kept = [part for part in re.split(r"(?<=[.?!]) ", hint) if "gõ" not in part.casefold()]
    return " ".join(kept)


def file_part(unit: str) -> str:
    """A unit's name within a file's: "Ấp 3" is "ap-3"."""
    bare = unicodedata.normalize("NFD", unit.casefold().replace("đ", "d"))
    return "-".join(re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c))))
