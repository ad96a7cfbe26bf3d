"""A cleaned text cut into words, runs of digits and single signs, in one pass; and the words' meanings.

Everything that reads an answer walks these tokens forward: no pattern that could backtrack is used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar
from unicodedata import decimal

from bot.answers.normal import fold, sound, strip_marks

T = TypeVar("T")
WORD, DIGITS, SIGN = "word", "digits", "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece ``text`` (as typed; digits as ASCII) at ``start:end``; ``glued`` where no space is before it."""

    kind: str
    text: str
    fold: str
    start: int
    end: int
    glued: bool


def tokenise(text: str) -> list[Token]:
    """The tokens of a text that ``normal.clean`` has seen; white space only sets ``glued``."""
    tokens: list[Token] = []
    here, length = 0, len(text)
    while here < length:
        kind = _kind(text[here])
        after = here + 1
        if kind not in (SIGN, ""):
            while after < length and _kind(text[after]) == kind:
                after += 1
        if kind:
            tokens.append(_token(kind, text[here:after], here, bool(tokens) and tokens[-1].end == here))
        here = after
    return tokens


def _token(kind: str, text: str, start: int, glued: bool) -> Token:
    end = start + len(text)
    if kind == DIGITS and not text.isascii():
        text = "".join(str(decimal(digit)) for digit in text)
    folded = folded_word(text) if kind == WORD else text
    return Token(kind, text, folded, start, end, glued)


def _kind(char: str) -> str:
    if char.isdecimal():
        return DIGITS
    if char.isalpha():
        return WORD
    return "" if char.isspace() else SIGN


@lru_cache(maxsize=8192)
def folded_word(word: str) -> str:
    """One word lowercase without diacritics."""
    return strip_marks(word.lower())


@lru_cache(maxsize=16384)
def says(typed: str, word: str) -> bool:
    """Whether ``typed`` can be ``word``: the same word, or typed without any diacritics.

    "trieu" can be "triệu"; "bà" cannot be "ba", nor "tư" be "từ": half-typed diacritics make other words.
    """
    if sound(typed) == sound(word):
        return True
    lowered = typed.lower()
    return fold(word) == lowered


class Lexicon(Generic[T]):
    """Words and phrases with their meanings, found at a place in a list of tokens.

    Longer phrases win; a phrase typed as one word ("homqua") is found too. Where two entries fit a text
    without diacritics, the one listed first is meant.
    """

    def __init__(self, entries: Mapping[str, T]) -> None:
        self._first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, meaning in entries.items():
            words = tuple(phrase.split())
            self._add(words, meaning)
            if len(words) > 1:
                self._add(("".join(words),), meaning)
        for found in self._first.values():
            found.sort(key=lambda entry: -len(entry[0]))

    def _add(self, words: tuple[str, ...], meaning: T) -> None:
        self._first.setdefault(folded_word(words[0]), []).append((words, meaning))

    def at(self, tokens: Sequence[Token], here: int) -> tuple[T, int] | None:
        """The meaning of the longest phrase that begins at token ``here``, and the index after it."""
        if here >= len(tokens):
            return None
        for words, meaning in self._first.get(tokens[here].fold, ()):
            after = here + len(words)
            if after <= len(tokens) and all(
                says(token.text, word) for token, word in zip(tokens[here:after], words, strict=True)
            ):
                return meaning, after
        return None


def phrases(listed: str) -> Lexicon[str]:
    """A lexicon of phrases with "|" between, each meaning itself."""
    return Lexicon({phrase: phrase for phrase in listed.split("|")})
