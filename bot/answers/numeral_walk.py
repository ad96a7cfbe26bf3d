"""One walk over a number's tokens, each unit smaller than the one before."""

from __future__ import annotations

from fractions import Fraction

from bot.answers.figures import Figure, figure_at
from bot.answers.numeral_places import Pending, Places, sums
from bot.answers.numeral_words import BIG, DIGIT, HALF_MORE, ODD, SMALL, TEN, TWENTY, Number
from bot.answers.tokens import Token

_ABBREVIATIONS = {"k", "tr", "ng", "ngd", "nd", "kd", "trd", "cu", "tyd"}
_ONLY_AFTER_TENS = {"mot", "lam", "nham"}


class Walk(Places):
    """One walk over a number's tokens; every method that takes a token says whether it belongs to it."""

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
        self.pending = Pending(figure.value, self.here, figure.digits, figure=not figure.digits)
        self.is_spaced = self.is_spaced or figure.spaced
        if figure.long_decimal:
            follows = self.words.at(self.tokens, figure.end)
            if follows is None or follows[0][0] != BIG:
                self.malformed = True
        self.here = figure.end
        return True

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
        self.pending = Pending(Fraction(size), self.here, word=True)
        return True

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
        if size == pending.value + 1 and not spoken_after_tens(token):
            self.unsure = True
        self.pending = Pending(pending.value * 10 + size, pending.start, word=True)
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
        self.total = sums(self.total, self.part)
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
        self.pending = Pending(Fraction(1, 2), self.here, figure=False)
        return True


def spoken_after_tens(token: Token) -> bool:
    """ "lăm", "tư", "mốt": only behind tens."""
    return token.fold in {"lam", "nham", "tu"} or token.text.lower() == "mốt"
