"""The words of numbers, what each does to a number, and a number once it has been read."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from bot.answers.tokens import Lexicon

DIGIT, TEN, TWENTY, SMALL, BIG, ODD, HALF_MORE, HALF_OF = range(8)

_WORDS: dict[str, tuple[int, int]] = {
    "không": (DIGIT, 0),
    "một": (DIGIT, 1),
    "mốt": (DIGIT, 1),
    "hai": (DIGIT, 2),
    "ba": (DIGIT, 3),
    "bốn": (DIGIT, 4),
    "tư": (DIGIT, 4),
    "năm": (DIGIT, 5),
    "lăm": (DIGIT, 5),
    "nhăm": (DIGIT, 5),
    "sáu": (DIGIT, 6),
    "bảy": (DIGIT, 7),
    "bẩy": (DIGIT, 7),
    "tám": (DIGIT, 8),
    "chín": (DIGIT, 9),
    "mười": (TEN, 10),
    "mươi": (TEN, 10),
    "hăm": (TWENTY, 20),
    "chục": (SMALL, 10),
    "trăm": (SMALL, 100),
    "k": (BIG, 10**3),
    "ngàn": (BIG, 10**3),
    "nghìn": (BIG, 10**3),
    "ngìn": (BIG, 10**3),
    "ngàng": (BIG, 10**3),
    "vạn": (BIG, 10**4),
    "tr": (BIG, 10**6),
    "triệu": (BIG, 10**6),
    "tỷ": (BIG, 10**9),
    "tỉ": (BIG, 10**9),
    "lẻ": (ODD, 0),
    "linh": (ODD, 0),
    "rưỡi": (HALF_MORE, 0),
    "nửa": (HALF_OF, 0),
}


_MONEY_WORDS: dict[str, tuple[int, int]] = {
    "ng": (BIG, 10**3),
    "ngđ": (BIG, 10**3),
    "nđ": (BIG, 10**3),
    "kđ": (BIG, 10**3),
    "trđ": (BIG, 10**6),
    "triêu": (BIG, 10**6),
    "củ": (BIG, 10**6),
    "tỷđ": (BIG, 10**9),
}


PLAIN: Lexicon[tuple[int, int]] = Lexicon(_WORDS)


MONEY: Lexicon[tuple[int, int]] = Lexicon(_WORDS | _MONEY_WORDS)


LINE: Lexicon[tuple[int, int]] = Lexicon(
    _WORDS | {word: meaning for word, meaning in _MONEY_WORDS.items() if word != "ng"}
)
"""Words of a number on its own, in an answer about money, and in a free line, where "ng" is người."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number over tokens ``start:end``; ``readings`` are its sane values, likeliest first.

    No readings: digits that make no number. ``big`` is the largest unit of a thousand or more that was said,
    or 1; ``bare`` where it is one run of digits. ``unsure`` where one reading still needs a question.
    """

    readings: tuple[Fraction, ...]
    start: int
    end: int
    big: int = 1
    bare: str = ""
    unsure: bool = False
    worded: bool = False
    spaced: bool = False  # only spaces join its groups ("12 403")
