"""Which of the forms' words and their choices' words a line says.

A phrase counts only where it is no part of a longer one that the forms know as well: "hội" is not said in
"hội nghị", "góp" not in "góp ý", "người nghèo" not in "quỹ vì người nghèo".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from bot.answers.daywords import names_feast
from bot.answers.extract import MOST_TOKENS, Extract
from bot.answers.normal import fold
from bot.answers.tokens import folded_word, says
from templates.forms import Catalog, Form, Question
from templates.wording import Voice

Phrases: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases word by word, by their first word without diacritics."""

Telling: TypeAlias = Mapping[str, int]
"""Phrases, words joined by single spaces, each with its letters as it is written."""

_NOT_WORDS = ("day", "hour", "money", "number", "hamlet", "ratio", "pair")
_SHORTEST_SUM = 5  # characters: a shorter number may be part of a phrase ("27/7")
_WORD = re.compile(r"\d+|[^\W\d_]+|\||#")  # "50kg" is two
_VOWEL = re.compile("[aeiouy]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a line says, days, hours, amounts and hamlets left out ("hôm qua" speaks of no "quà").

    Each leaves a "|", as the line's beginning does, so that a phrase may count on it: "| nộp |".
    A word typed with diacritics is compared with them, one without them without.
    """

    phrases: frozenset[str]

    @classmethod
    def of(cls, heard: Extract, known: Phrases) -> Spoken:
        text = list(heard.text.lower())
        for span in heard.of(*_NOT_WORDS):
            if span.kind == "day" and names_feast(span.text):
                continue  # "vui trung thu" says what it was as well as when
            if span.kind == "number" and len(span.text) < _SHORTEST_SUM:
                continue
            text[span.start : span.end] = " | ".rjust(span.end - span.start)[-(span.end - span.start) :]
        # Where nothing more is extracted, nothing more is said: a report stands in its first words.
        words = ["|", *(word.lower() for word in _WORD.findall("".join(text))[:MOST_TOKENS])]
        return cls(frozenset(_outermost(_said(words, known))))

    def weight(self, said: Telling) -> int:
        """How many letters of these phrases the line says."""
        return sum(said.get(phrase, 0) for phrase in self.phrases)

    def longest(self, said: Telling) -> int:
        """The letters of the longest of these phrases that the line says; 0 where it says none."""
        return max((said.get(phrase, 0) for phrase in self.phrases), default=0)

    def says(self, words: Iterable[str]) -> bool:
        """Whether the line says one of these phrases."""
        return any(_joined(word) in self.phrases for word in words)

    def words_of(self, choice: ChoiceWords) -> str:
        """The longest of the choice's phrases that the line says, its label apart; "" where it says none."""
        said = (phrase for phrase in choice.said if phrase in self.phrases and phrase != choice.label)
        return max(said, key=len, default="")


@dataclass(frozen=True, slots=True)
class ChoiceWords:
    """A choice with the phrases that say it within a line; ``label`` is one of them, if it says it too."""

    name: str
    label: str
    outranks: tuple[str, ...]
    said: Telling


def form_words(form: Form, catalog: Catalog) -> Telling:
    """The phrases that open the form; those of its choices too that hold one ("hội nghị phản biện")."""
    if catalog.get(form.name) is not form:
        return _form_words(form)
    return _known_form(catalog, form.name)


@lru_cache(maxsize=256)  # every line is held against every form
def _known_form(catalog: Catalog, form: str) -> Telling:
    return _form_words(catalog[form])


def _form_words(form: Form) -> Telling:
    own = {_joined(word): len(word) for word in form.words}
    chosen = (word for listed in form.list.values() for c in listed for word in (c.label, *c.words))
    for phrase in {_joined(word) for word in chosen} - own.keys():
        if held := [letters for word, letters in own.items() if f" {word} " in f" {phrase} "]:
            own[phrase] = max(held)
    return own


def choice_words(
    form: Form, question: Question, catalog: Catalog, day: date, voice: Voice
) -> tuple[ChoiceWords, ...]:
    """The question's choices on that day, with their phrases in the commune's words."""
    if catalog.get(form.name) is not form:
        return _choice_words(form, question, catalog, day, voice)
    return _known_choices(catalog, form.name, question.name, day, voice)


@lru_cache(maxsize=1024)  # every line is held against every form
def _known_choices(
    catalog: Catalog, form: str, question: str, day: date, voice: Voice
) -> tuple[ChoiceWords, ...]:
    found = catalog[form].get(question)
    assert found is not None
    return _choice_words(catalog[form], found, catalog, day, voice)


def _choice_words(
    form: Form, question: Question, catalog: Catalog, day: date, voice: Voice
) -> tuple[ChoiceWords, ...]:
    def telling(words: Iterable[str]) -> Telling:
        told = sorted(filter(tells, map(voice.fill, words)), key=len)  # of the same words the longest counts
        return {_joined(word): len(word) for word in told}

    choices = catalog.choices(form, question, day)
    return tuple(
        ChoiceWords(c.name, _joined(voice.fill(c.label)), tuple(c.outranks), telling((c.label, *c.words)))
        for c in choices
    )


def _joined(phrase: str) -> str:
    return " ".join(words_of(phrase))


def _said(words: list[str], known: Phrases) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for here, word in enumerate(words):
        numbered = known.get("#", ()) if word.isdigit() else ()
        for phrase in (*known.get(folded_word(word), ()), *numbered):
            end = here + len(phrase)
            if end <= len(words) and all(map(_fits, words[here:end], phrase)):
                found.append((here, end, " ".join(phrase)))
    return found


def _fits(word: str, part: str) -> bool:
    return word.isdigit() if part == "#" else says(word, part)


def _outermost(found: list[tuple[int, int, str]]) -> Iterable[str]:
    spans = {(start, end) for start, end, _ in found}
    for start, end, phrase in found:
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans):
            yield phrase


@lru_cache(maxsize=32)
def phrases_of(catalog: Catalog, voice: Voice) -> Phrases:
    """All phrases by which forms and choices are recognised in a line."""
    forms = catalog.forms.values()
    said = {word for form in forms for word in (*form.words, *(w for q in form.question for w in q.words))}
    lists = [*catalog.lists.values(), *(choices for form in forms for choices in form.list.values())]
    chosen = [choice for choices in lists for choice in choices]
    said |= {voice.fill(word) for choice in chosen for word in (choice.label, *choice.words)}
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in sorted({words_of(phrase) for phrase in said}):
        if words:
            found.setdefault(fold(words[0]), []).append(words)
    return {first: tuple(phrases) for first, phrases in found.items()}


@lru_cache(maxsize=4096)
def words_of(phrase: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(phrase.lower()))


@lru_cache(maxsize=4096)
def tells(phrase: str) -> bool:
    """Whether a choice's word says it within a line: a single syllable is a part of too many other words."""
    words = words_of(phrase)
    return len(words) > 1 or not _VOWEL.search(fold(phrase))
