"""The parts of a typed line, and the line itself while it is walked: what all its readers share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.answers.amounts import is_counted
from bot.answers.model import Reading
from bot.answers.numeral_words import LINE, Number
from bot.answers.numerals import number_at
from bot.answers.tokens import DIGITS, Token

_AMBIGUOUS = frozenset(
    {"ba", "nam", "sau", "tam", "tu", "chin", "bay", "muoi", "mot", "bon", "khong", "tram", "chuc"}
)


@dataclass(frozen=True, slots=True)
class Found:
    """A span ``start:end`` of the cleaned line and what it says.

    ``kind``: money, count, goods, number (a bare one), ratio, day, pair (a day or a ratio), hour, hamlet,
    giver. ``reading`` is as ``read`` gives it for that type; hamlet and giver are as typed, an hour "07:30".
    ``unit`` is what is counted, as typed.
    """

    kind: str
    start: int
    end: int
    text: str
    reading: Reading
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of the line that no span took."""

    start: int
    end: int
    text: str


class Line:
    """A line's tokens with what is known while it is walked; ``taken`` is the token behind the last span."""

    def __init__(self, text: str, tokens: Sequence[Token], today: date) -> None:
        self.text, self.tokens, self.today = text, tokens, today
        self.vague: list[Piece] = []
        self.plain = text.isascii()
        self.tried: Number | None = None  # the last number looked at
        self.taken = 0

    def span(self, kind: str, start: int, end: int, reading: Reading, unit: str = "") -> tuple[Found, int]:
        left, right = self.tokens[start].start, self.tokens[end - 1].end
        return Found(kind, left, right, self.text[left:right], reading, unit), end

    def words(self, start: int, end: int) -> str:
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def clear_number(self, here: int) -> Number | None:
        """A number that is not perhaps a word: without diacritics "sau" may be after, "nam" a man."""
        number = number_at(self.tokens, here, LINE, lambda index: is_counted(self.tokens, index))
        self.tried = number
        if number is None or not number.readings:
            return None
        tokens = self.tokens[number.start : number.end]
        if any(token.kind == DIGITS for token in tokens):
            return number
        unclear = (
            len(tokens) == 1 and tokens[0].fold in _AMBIGUOUS and tokens[0].text.isascii() and self.plain
        )
        alone = len(tokens) == 1 and number.big > 1  # "Triệu", "k"
        return None if unclear or alone else number
