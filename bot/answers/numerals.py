"""Numbers as people write and say them, in digits, words or both ("1 tỷ 562 triệu 410 nghìn", "ba lăm").

vn-numberwords and vietnam-number read well-formed words with diacritics; they know neither "trăm rưỡi",
"1tr5" nor "hai tram nam", and answer where they should doubt. So the rules are ours: a number is walked once,
unit by unit, each smaller than the one before, and digits after the last unit count in its next lower places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.answers.figures import Figure, figure_at
from bot.answers.tokens import DIGITS, Lexicon, Token

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
_ABBREVIATIONS = {"k", "tr", "ng", "ngd", "nd", "kd", "trd", "cu", "tyd"}
_ONLY_AFTER_TENS = {"mot", "lam", "nham"}
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


def number_at(
    tokens: Sequence[Token],
    here: int,
    words: Lexicon[tuple[int, int]] = PLAIN,
    counted: Callable[[int], bool] = lambda index: False,
) -> Number | None:
    """The longest number that begins at token ``here``, or None.

    ``counted(i)`` says whether a unit of counting stands at token i: digits before one are a number of their
    own ("2tr 3 người").
    """
    if here >= len(tokens) or (tokens[here].kind != DIGITS and not words.begins(tokens[here])):
        return None
    if _is_two_or_three(tokens, here, words):
        return _two_or_three(tokens, here, words, counted)
    return _Walk(tokens, here, words, counted).run()


def _is_two_or_three(tokens: Sequence[Token], here: int, words: Lexicon[tuple[int, int]]) -> bool:
    """ "hai ba người", "ba bốn trăm": two digits in words that run on by one ("ba tư" is 34)."""
    first, then = words.at(tokens, here), words.at(tokens, here + 1)
    if first is None or then is None or first[0][0] != DIGIT or then[0][0] != DIGIT:
        return False
    return then[0][1] == first[0][1] + 1 > 1 and not _spoken_after_tens(tokens[here + 1])


def _two_or_three(
    tokens: Sequence[Token], here: int, words: Lexicon[tuple[int, int]], counted: Callable[[int], bool]
) -> Number | None:
    high = _Walk(tokens, here + 1, words, counted).run()
    low = _Walk(
        [tokens[here], *tokens[here + 2 : here + 26]], 0, words, lambda index: counted(here + index + 1)
    ).run()
    if high is None or low is None or not high.readings or not low.readings:
        return high
    readings = low.readings[:1] + high.readings[:1]
    if high.end == here + 2:
        readings += (low.readings[0] * 10 + high.readings[0],)
    return replace(high, readings=readings, start=here, unsure=True, bare="")


def _spoken_after_tens(token: Token) -> bool:
    """ "lăm", "tư", "mốt": only behind tens."""
    return token.fold in {"lam", "nham", "tu"} or token.text.lower() == "mốt"


@dataclass(slots=True)
class _Pending:
    """A number that waits to learn its unit."""

    value: Fraction
    start: int
    digits: str = ""  # as typed, where plain digits
    word: bool = False
    figure: bool = False  # digits with separators


class _Walk:
    """One walk over a number's tokens; every method that takes a token says whether it belongs to it."""

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
        self.pending: _Pending | None = None
        self.odd = self.done = False
        self.unsure = self.malformed = self.worded = self.is_spaced = False
        self.bare = ""

    def run(self) -> Number | None:
        while self.here < len(self.tokens) and not self.done and self._step():
            pass
        return self._finished()

    def _step(self) -> bool:
        figure = figure_at(self.tokens, self.here)
        if figure is not None:
            return self._figure(figure)
        found = self.words.at(self.tokens, self.here)
        if found is None:
            return False
        (kind, size), after = found
        taken = self._take(kind, size)
        if taken:
            self.here = after
            self.worded = self.worded or kind != BIG
        return taken

    def _take(self, kind: int, size: int) -> bool:
        if kind == DIGIT:
            return self._digit(size)
        if kind in (TEN, TWENTY):
            return self._tens(size)
        if kind == SMALL:
            return self._small(size)
        if kind == BIG:
            return self._big(size)
        if kind == ODD:
            return self._odd()
        return self._half_more() if kind == HALF_MORE else self._half_of()

    def _figure(self, figure: Figure) -> bool:
        if self.pending is not None or (self.small == 10 and self.group is not None and not self.odd):
            return False
        if self.big and self.counted(figure.end):
            return False
        if figure.value is None:
            self.malformed = True
            self.here = figure.end
            return False
        if self.big and (figure.decimal or figure.spaced):
            return False
        self._open_group()
        self.pending = _Pending(figure.value, self.here, figure.digits, figure=not figure.digits)
        self.is_spaced = self.is_spaced or figure.spaced
        if figure.long_decimal:
            follows = self.words.at(self.tokens, figure.end)
            if follows is None or follows[0][0] != BIG:
                self.malformed = True
        self.here = figure.end
        return True

    def _open_group(self) -> None:
        if self.group is None and self.pending is None:
            self.group_start = self.here

    def _digit(self, size: int) -> bool:
        token = self.tokens[self.here]
        if token.fold in _ONLY_AFTER_TENS and token.fold != "mot" and not self._after_tens():
            return False
        if self.pending is not None:
            return self._pair(size, token)
        if size == 0 and not self._zero_counts():
            return False
        if self.big and self.group is None and self.counted(self.here + 1):
            return False
        if figure_at(self.tokens, self.here + 1) is not None:
            return False  # "Năm 200k", "tu 1000": a name, another word
        self._open_group()
        self.pending = _Pending(Fraction(size), self.here, word=True)
        return True

    def _after_tens(self) -> bool:
        return (
            (self.pending is not None and self.pending.word)
            or self.small == 10
            or self.odd
            or self.small == 100
        )

    def _zero_counts(self) -> bool:
        """Whether "không" is a digit here: before "trăm", or after hundreds and thousands."""
        follows = self.words.at(self.tokens, self.here + 1)
        return follows is not None and follows[0] == (SMALL, 100)

    def _pair(self, size: int, token: Token) -> bool:
        """Two digits in words ("ba lăm" 35); where they run on by one they may be "two or three"."""
        pending = self.pending
        assert pending is not None
        if not pending.word or not 0 < pending.value < 10 or self.small == 10:
            return False
        if size == 0:
            return False
        if size == pending.value + 1 and not _spoken_after_tens(token):
            self.unsure = True
        self.pending = _Pending(pending.value * 10 + size, pending.start, word=True)
        return True

    def _tens(self, size: int) -> bool:
        pending = self.pending
        if pending is None:
            if self.small == 10:
                return False
            self._open_group()
            if self.tokens[self.here].text.lower() == "mươi":
                self.unsure = True
            self._add(Fraction(size), 10)
            return True
        if self.tokens[self.here].text.lower() == "mười":
            self.unsure = True  # "chín mười người": nine or ten, or ninety
        if pending.value.denominator != 1 or not 1 <= pending.value < 10 or self.small == 10:
            return False
        return self._small(10)

    def _small(self, size: int) -> bool:
        """ "trăm", "chục", "mươi": how many of them is what was pending, or one."""
        if self.small and size >= self.small:
            return self._cut()
        if self.pending is None and size == 100 and self.big:
            self.implied = True
        many = Fraction(1)
        if self.pending is not None:
            many = self.pending.value
            if many >= (10 if self.pending.word else 1000) or (self.pending.figure and many.denominator == 1):
                return self._cut()
        elif size == 100:
            self.implied = True
        self._open_group()
        self._add(many * size, size)
        return True

    def _add(self, value: Fraction, small: int) -> None:
        self.group = (self.group or Fraction(0)) + value
        self.small, self.pending, self.odd = small, None, False
        self.hundreds = self.hundreds or small == 100

    def _big(self, size: int) -> bool:
        if self.tokens[self.here].fold == "cu" and self.counted(self.here):
            return False  # "40 cu tri": voters, no millions
        empty = self.group is None and self.pending is None
        if empty and not self.big and self.tokens[self.here].fold in _ABBREVIATIONS:
            return False  # "k" alone
        if empty and self.big:
            return self._product(size)
        if self.big and size >= self.big:
            return self._cut()
        values = (Fraction(1),) if empty else self._group_values()
        self.part = tuple(value * size for value in values)
        self.total = _sums(self.total, self.part)
        self.big, self.largest = size, max(self.largest, size)
        self._clear()
        return True

    def _product(self, size: int) -> bool:
        """ "ngàn tỷ": a unit right behind a smaller one multiplies it."""
        if size <= self.big or self.here == self.start or len(self.tokens[self.here - 1].text) < 3:
            return False
        rest = [whole - part for whole, part in zip(self.total, self.part, strict=False)]
        self.part = tuple(part * size for part in self.part)
        self.total = tuple(other + part for other, part in zip(rest, self.part, strict=False))
        self.big = self.largest = size
        return True

    def _odd(self) -> bool:
        """ "lẻ", "linh": the digit behind it stands in the last place."""
        if self.pending is not None or not (self.small == 100 or self.big) or self.odd:
            return False
        follows = self.words.at(self.tokens, self.here + 1)
        digit = follows is not None and follows[0][0] in (DIGIT, TEN) and follows[0][1] > 0
        if not digit and figure_at(self.tokens, self.here + 1) is None:
            return False
        self._open_group()
        self.odd = True
        return True

    def _half_more(self) -> bool:
        """ "rưỡi": half of the unit before it; after a mere number, half of one."""
        if self.pending is not None:
            if self.group is not None or self.big or self.pending.value.denominator > 1:
                return False
            self.pending.value += Fraction(1, 2)
            self.pending.digits, self.pending.figure = "", True
            return True
        if self.group is not None:
            self.group += Fraction(self.small, 2)
            self.small = 1
            return True
        if not self.big:
            return False
        self.total = tuple(value + Fraction(self.big, 2) for value in self.total)
        self.done = True
        return True

    def _half_of(self) -> bool:
        """ "nửa triệu", "nửa trăm ngàn": only before a unit."""
        follows = self.words.at(self.tokens, self.here + 1)
        if (
            self.pending
            or self.group is not None
            or self.big
            or follows is None
            or follows[0][0] not in (SMALL, BIG)
        ):
            return False
        self._open_group()
        self.pending = _Pending(Fraction(1, 2), self.here, figure=False)
        return True

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
        self.total = _sums(self.total, values)

    def _lower_places(self, values: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        """Values behind unit ``big``: one digit is tenths, three are thousandths, two leave a doubt."""
        unit, pending = self.big, self.pending
        if self.group is None and pending is not None:
            if pending.figure:
                return values
            if self.odd:
                return _once(pending.value * unit / 1000, pending.value)
            if pending.word:
                if pending.value < 10:
                    return (pending.value * unit / 10,)
                return _once(pending.value * unit / 1000, pending.value * unit / 100)
            return _digits_behind(pending.value, pending.digits, unit)
        if self.hundreds:
            return tuple(value * unit / 1000 for value in values)
        return tuple(
            reading for value in values for reading in _once(value * unit / 1000, value * unit / 100)
        )


def _digits_behind(value: Fraction, digits: str, unit: int) -> tuple[Fraction, ...]:
    places = len(str(unit)) - 1
    many = len(digits)
    if many in (1, 3) or many == places or (digits.startswith("0") and many == 2):
        return (value * unit / 10**many,)
    if many == 2:
        return _once(value * unit / 100, value * unit / 1000)
    return _once(value * unit / 10**many, value) if many < places else (value,)


def _once(*values: Fraction) -> tuple[Fraction, ...]:
    return tuple(dict.fromkeys(values))


def _sums(ones: tuple[Fraction, ...], others: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    return tuple(dict.fromkeys(one + other for one in ones for other in others))[:4]
