"""A cleaned text cut into words, runs of digits and single signs, in one pass; and the words' meanings.

Everything that reads an answer walks these tokens forward; no pattern is used that could backtrack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar
from unicodedata import decimal

from bot.answers.normal import fold, sound, strip_marks

T = TypeVar("T")
WORD, DIGITS, SIGN = "word", "digits", "sign"
_PIECE = re.compile(r"(?P<digits>\d+)|(?P<word>[^\W\d_]+)|\S")  # classes that share no character


class Token(NamedTuple):
    """A piece ``text`` (as typed, digits as ASCII) at ``start:end``; ``glued`` without a space before it."""

    kind: str
    text: str
    fold: str
    start: int
    end: int
    glued: bool


@lru_cache(maxsize=64)
def tokenise(text: str) -> tuple[Token, ...]:
    """The tokens of a text that ``normal.clean`` has seen; white space only sets ``glued``."""
    tokens: list[Token] = []
    before = -1
    for match in _PIECE.finditer(text):
        start, end = match.span()
        piece = match[0]
        if match.lastgroup == WORD:
            tokens.append(Token(WORD, piece, folded_word(piece), start, end, start == before))
        elif match.lastgroup == DIGITS:
            digits = piece if piece.isascii() else "".join(str(decimal(digit)) for digit in piece)
            tokens.append(Token(DIGITS, digits, digits, start, end, start == before))
        else:
            tokens.append(Token(SIGN, piece, piece, start, end, start == before))
        before = end
    return tuple(tokens)


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


class _Phrase(NamedTuple, Generic[T]):
    words: tuple[str, ...]
    folds: tuple[str, ...]
    meaning: T


class Lexicon(Generic[T]):
    """Words and phrases with their meanings, found at a place in a list of tokens.

    Longer phrases win; a phrase typed as one word ("homqua") is found too. Where two entries fit a text
    without diacritics, the one listed first is meant.
    """

    def __init__(self, entries: Mapping[str, T]) -> None:
        self._first: dict[str, list[_Phrase[T]]] = {}
        for phrase, meaning in entries.items():
            words = tuple(phrase.split())
            self._add(words, meaning)
            if len(words) > 1:
                self._add(("".join(words),), meaning)
        for found in self._first.values():
            found.sort(key=lambda entry: -len(entry.words))

    def _add(self, words: tuple[str, ...], meaning: T) -> None:
        folds = tuple(map(folded_word, words))
        self._first.setdefault(folds[0], []).append(_Phrase(words, folds, meaning))

    @property
    def starts(self) -> frozenset[str]:
        """The first words of all phrases, folded: for a quick look before a longer one."""
        return frozenset(self._first)

    def begins(self, token: Token) -> bool:
        """Whether a phrase may begin with ``token``."""
        return token.fold in self._first

    def at(self, tokens: Sequence[Token], here: int) -> tuple[T, int] | None:
        """The meaning of the longest phrase that begins at token ``here``, and the index after it."""
        if here >= len(tokens):
            return None
        for words, folds, meaning in self._first.get(tokens[here].fold, ()):
            if len(folds) > 1 and (here + len(folds) > len(tokens) or tokens[here + 1].fold != folds[1]):
                continue
            if all(says(tokens[here + place].text, word) for place, word in enumerate(words)):
                return meaning, here + len(words)
        return None


def phrases(listed: str) -> Lexicon[str]:
    """A lexicon of phrases with "|" between, each meaning itself."""
    return Lexicon({phrase: phrase for phrase in listed.split("|")})
