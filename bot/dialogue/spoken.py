"""Which of the forms' words and their choices' words a line says.

A phrase counts only where it is no part of a longer one that the forms know as well: "hội" is not said in
"hội nghị", "góp" not in "góp ý", "người nghèo" not in "quỹ vì người nghèo".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from bot.answers.extract import MOST_TOKENS, Extract
from bot.answers.normal import fold
from bot.answers.tokens import folded_word, says
from templates.forms import Catalog
from templates.wording import Voice

Phrases: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]
"""Phrases word by word, by their first word without diacritics."""

_NOT_WORDS = ("day", "hour", "money", "hamlet", "ratio", "pair")
_WORD = re.compile(r"\d+|[^\W\d_]+|\|")  # "50kg" is two
_VOWEL = re.compile("[aeiouy]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a line says, days, hours, amounts and hamlets left out ("hôm qua" speaks of no "quà").

    A word typed with diacritics is compared with them, one without them without.
    """

    phrases: frozenset[str]

    @classmethod
    def of(cls, heard: Extract, known: Phrases) -> Spoken:
        text = list(heard.text.lower())
        for span in heard.of(*_NOT_WORDS):
            text[span.start : span.end] = " | ".rjust(span.end - span.start)[-(span.end - span.start) :]
        # Where nothing more is extracted, nothing more is said: a report stands in its first words.
        words = [word.lower() for word in _WORD.findall("".join(text))[:MOST_TOKENS]]
        return cls(frozenset(_outermost(_said(words, known))))

    def says(self, phrase: str) -> bool:
        return _joined(phrase) in self.phrases


@lru_cache(maxsize=4096)
def _joined(phrase: str) -> str:
    return " ".join(words_of(phrase))


def _said(words: list[str], known: Phrases) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for here, word in enumerate(words):
        for phrase in known.get(folded_word(word), ()):
            end = here + len(phrase)
            if end <= len(words) and all(map(says, words[here:end], phrase)):
                found.append((here, end, " ".join(phrase)))
    return found


def _outermost(found: list[tuple[int, int, str]]) -> Iterable[str]:
    spans = {(start, end) for start, end, _ in found}
    for start, end, phrase in found:
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in spans):
            yield phrase


@lru_cache(maxsize=32)
def phrases_of(catalog: Catalog, voice: Voice) -> Phrases:
    """All phrases by which forms and choices are recognised in a line."""
    forms = catalog.forms.values()
    said = {word for form in forms for word in form.words}
    lists = [*catalog.lists.values(), *(choices for form in forms for choices in form.list.values())]
    said |= {voice.fill(word) for choices in lists for choice in choices for word in choice.words}
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
