"""What a number comes to while it is read: its hundreds and tens, what waits for its unit, the lower places.

`bot.answers.numeral_walk` reads the tokens and tells this what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.answers.numeral_words import Number
from bot.answers.tokens import Lexicon, Token


@dataclass(slots=True)
class Pending:
    """A number that waits to learn its unit."""

    value: Fraction
    start: int
    digits: str = ""  # as typed, where plain digits
    word: bool = False
    figure: bool = False  # digits with separators


class Places:
    """The state of one number, and the arithmetic on it; ``here`` is the token that is read next."""

    def __init__(
        self,
        tokens: Sequence[Token],
        start: int,
        words: Lexicon[tuple[int, int]],
        counted: Callable[[int], bool],
    ) -> None:
        self.tokens, self.start, self.here, self.words, self.counted = tokens, start, start, words, counted
        self.total: tuple[Fraction, ...] = (Fraction(0),)
        self.part: tuple[Fraction, ...] = ()  # what the last big unit added, for "ngàn tỷ"
        self.big = self.largest = 0  # the last and the largest unit of a thousand or more
        self.group: Fraction | None = None  # hundreds and tens since the last big unit
        self.small = 0  # the last of 100, 10
        self.implied = False  # "trăm hai": no digit before "trăm"
        self.hundreds = False
        self.group_start = start
        self.pending: Pending | None = None
        self.odd = self.done = False
        self.unsure = self.malformed = self.worded = self.is_spaced = False
        self.bare = ""

    def _open_group(self) -> None:
        if self.group is None and self.pending is None:
            self.group_start = self.here

    def _after_tens(self) -> bool:
        return (
            (self.pending is not None and self.pending.word)
            or self.small == 10
            or self.odd
            or self.small == 100
        )

    def _add(self, value: Fraction, small: int) -> None:
        self.group = (self.group or Fraction(0)) + value
        self.small, self.pending, self.odd = small, None, False
        self.hundreds = self.hundreds or small == 100

    def _cut(self) -> bool:
        """What waits for its unit begins another number: this one ends before it."""
        if self.group_start == self.start and not self.big:
            if self.pending is not None and self.group is not None:
                self.here, self.pending = self.pending.start, None
            return False
        if self.pending is not None and self.group is not None:
            self.here, self.pending = self.pending.start, None
        else:
            self.here = self.group_start
            self._clear()
        return False

    def _clear(self) -> None:
        self.group, self.pending, self.small = None, None, 0
        self.odd = self.implied = self.hundreds = False

    def _group_values(self) -> tuple[Fraction, ...]:
        """Hundreds, tens and what stands behind them."""
        group, pending = self.group or Fraction(0), self.pending
        if pending is None:
            return (group,)
        if self.group is None or self.odd or self.small in (10, 1):
            return (group + pending.value,)
        if pending.value >= 10 or pending.digits.startswith("0"):
            return (group + pending.value,)
        tens = group + pending.value * 10
        return (tens,) if self.implied or pending.digits else (tens, group + pending.value)

    def _finished(self) -> Number | None:
        if self.here == self.start:
            return None
        if self.malformed:
            return Number((), self.start, self.here)
        self._trailing()
        pending = self.pending
        if pending is not None and pending.digits and self.group is None and not self.big:
            self.bare = pending.digits
        return Number(
            self.total,
            self.start,
            self.here,
            big=self.largest or 1,
            bare=self.bare,
            unsure=self.unsure,
            worded=self.worded,
            spaced=self.is_spaced,
        )

    def _trailing(self) -> None:
        """What follows the last big unit, or the whole number where there is none."""
        if self.group is None and self.pending is None:
            return
        values = self._group_values()
        if self.big:
            values = self._lower_places(values)
        self.total = sums(self.total, values)

    def _lower_places(self, values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        """Values behind unit ``big``: one digit is tenths, three are thousandths, two leave a doubt."""
        unit, pending = self.big, self.pending
        if self.group is None and pending is not None:
            if pending.figure:
                return values
            if self.odd:
                return once(pending.value * unit / 1000, pending.value)
            if pending.word:
                if pending.value < 10:
                    return (pending.value * unit / 10,)
                return once(pending.value * unit / 1000, pending.value * unit / 100)
            return digits_behind(pending.value, pending.digits, unit)
        if self.hundreds:
            return tuple(value * unit / 1000 for value in values)
        return tuple(reading for value in values for reading in once(value * unit / 1000, value * unit / 100))


def digits_behind(value: Fraction, digits: str, unit: int) -> tuple[Fraction, ...]:
    places = len(str(unit)) - 1
    many = len(digits)
    if many in (1, 3) or many == places or (digits.startswith("0") and many == 2):
        return (value * unit / 10**many,)
    if many == 2:
        return once(value * unit / 100, value * unit / 1000)
    return once(value * unit / 10**many, value) if many < places else (value,)


def once(*values: Fraction) -> tuple[Fraction, ...]:
    return tuple(dict.fromkeys(values))


def sums(ones: tuple[Fraction, ...], others: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    return tuple(dict.fromkeys(one + other for one in ones for other in others))[:4]
