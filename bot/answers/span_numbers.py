"""How much and how many a line says: money, counts, goods, shares, and numbers that say nothing of it."""

from __future__ import annotations

from dataclasses import replace

from bot.answers import count, money, ratio, units
from bot.answers.amounts import BARE, GOODS, MONEY_KIND, PERCENT, SLANG, after_label, amount_of
from bot.answers.model import Ask, Asked, Value
from bot.answers.normal import short
from bot.answers.numeral_words import Number
from bot.answers.spans import Found, Line
from bot.answers.tokens import DIGITS


class Numbers(Line):
    """The amounts and counts that begin at a token, and how far each goes."""

    def number_at(self, here: int) -> tuple[Found, int] | None:
        ordinal = here > 0 and self.tokens[here - 1].fold == "thu"
        number = None if ordinal else self.clear_number(here)
        if number is None or after_label(self.tokens, here) or self._is_mere_word(number):
            return None
        amount = amount_of(self.tokens, number, self.text, None)
        if (share := self._share_at(number)) is not None:
            return share
        merged = self._range_end(number)
        start = self._with_marks(number.start)
        if amount.kind == PERCENT:
            return self._read("ratio", start, amount.end)
        if merged is not None:
            return self._read(merged[0], start, merged[1])
        unit = units.COUNTED.at(self.tokens, number.end)
        if unit is not None and (amount.kind in (GOODS, BARE) or (number.big == 1 and unit[1] > amount.end)):
            words = self.words(number.end, unit[1])
            attended = count.is_attending(self.tokens, unit[1])
            return self._read("count", start, unit[1] if attended else self._with_bounds(unit[1]), words)
        if amount.kind == GOODS and all(value.denominator == 1 for value in number.readings):
            return self.span("goods", number.start, amount.end, Value(int(number.readings[0])), amount.unit)
        if amount.kind in (MONEY_KIND, SLANG):
            return self._sum(start, self._with_bounds(amount.end))
        return self._bare(number)

    def _sum(self, start: int, end: int) -> tuple[Found, int]:
        """An amount; "5 cu" without diacritics may be five old people (cụ) as well as five millions (củ)."""
        found, after = self._read("money", start, end)
        if isinstance(found.reading, Value) and any(t.text.lower() == "cu" for t in self.tokens[start:end]):
            asked = Ask("money_unclear", (found.reading,), {"text": short(found.text)})
            return replace(found, reading=asked), after
        return found, after

    def _share_at(self, part: Number) -> tuple[Found, int] | None:
        """ "1.250/1.340", "45 hộ trên tổng số 60 hộ": a part of a whole of the same unit."""
        unit = units.COUNTED.at(self.tokens, part.end)
        of = ratio.OF.at(self.tokens, unit[1] if unit else part.end)
        whole = self.clear_number(of[1]) if of and of[1] < len(self.tokens) else None
        if whole is None:
            return None
        counted = units.COUNTED.at(self.tokens, whole.end)
        end = counted[1] if counted else whole.end
        if unit and (counted is None or counted[0] != unit[0]):
            return None  # "họp 2 cuộc trên 800 người"
        share = ratio.read(self.words(part.start, end), Asked("ratio", self.today))
        if not isinstance(share, Value):
            return None
        return self.span("ratio", part.start, end, share, self.words(whole.end, end) if counted else "")

    def _is_mere_word(self, number: Number) -> bool:
        """A number in words that counts nothing ("hai bên đường")."""
        if number.big > 1 or any(token.kind == DIGITS for token in self.tokens[number.start : number.end]):
            return False
        return not any(
            lexicon.at(self.tokens, number.end) for lexicon in (units.COUNTED, units.GOODS, units.CURRENCY)
        )

    def _bare(self, number: Number) -> tuple[Found, int] | None:
        digits = number.bare
        if (digits.startswith("0") and len(digits) > 3) or number.readings[0].denominator > 1:
            return None
        return self.span("number", number.start, number.end, Value(int(number.readings[0])))

    def _range_end(self, first: Number) -> tuple[str, int] | None:
        """ "35-40 người", "2-3 triệu": the kind and the end of the whole range."""
        if first.end >= len(self.tokens) or self.tokens[first.end].fold not in ("-", "–", "den", "toi"):
            return None
        then = self.clear_number(first.end + 1) if first.end + 1 < len(self.tokens) else None
        if then is None or first.big > 1:
            return None
        unit = units.COUNTED.at(self.tokens, then.end)
        if unit is not None:
            return "count", unit[1]
        amount = amount_of(self.tokens, then, self.text, None)
        return ("money", amount.end) if amount.kind == MONEY_KIND else None

    def _with_marks(self, start: int) -> int:
        """Where the words before a number begin that blur or mark it."""
        if count.marks_nothing(self.tokens, start):
            return start
        lexicons = (units.MARKS, units.BOUNDS, units.VAGUE)
        for width in (3, 2, 1):
            here = start - width
            if here >= self.taken and any(
                (found := lexicon.at(self.tokens, here)) and found[1] == start for lexicon in lexicons
            ):
                return here
        return start - 1 if count.mark_before(self.tokens, start, self.taken) else start

    def _with_bounds(self, end: int) -> int:
        behind = units.BOUNDS_BEHIND.at(self.tokens, end)
        return behind[1] if behind else end

    def _read(self, kind: str, start: int, end: int, unit: str = "") -> tuple[Found, int]:
        readers = {"money": money.read, "count": count.read, "ratio": ratio.read}
        return self.span(
            kind, start, end, readers[kind](self.words(start, end), Asked(kind, self.today)), unit
        )
