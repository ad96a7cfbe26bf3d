"""When it happened, as a line says it: days and hours, and pairs of numbers that may be a day or a ratio."""

from __future__ import annotations

from bot.answers import daywords, ratio, units
from bot.answers.amounts import is_counted
from bot.answers.calendars import Mention
from bot.answers.day import of_mentions
from bot.answers.mentions import after_hour, mention_at
from bot.answers.model import Ask, Asked, Value
from bot.answers.normal import short
from bot.answers.spans import Found, Line, Piece
from bot.answers.tokens import DIGITS, WORD

_NOT_WEEKDAY = frozenset({"trang", "lan", "dot", "ky", "khoa", "hang", "nhiem", "lop"})
_MOSTLY_PLACES = frozenset({"to", "ap", "thon", "khom", "xa", "ban", "nha", "dam", "ca", "don"})
"""Units that behind a day are mostly something else: "18/11 ấp mình", "8/12 tổ chức"."""
_RECENT = 31  # days: a pair like 8/12 that near is rather a day than a part of a whole
_TIMES = frozenset({"sang", "trua", "chieu", "toi", "dem", "vao"})


class Days(Line):
    """The days, hours and pairs that begin at a token, and how far each goes."""

    def pair_at(self, here: int) -> tuple[Found, int] | None:
        """ "7/9": a ratio, a day, or one of the two; "93,64%" a ratio."""
        tokens = self.tokens
        if tokens[here].kind != DIGITS or here + 2 >= len(tokens) or tokens[here + 1].text != "/":
            return None
        third = here + 4 < len(tokens) and tokens[here + 3].text in "/-" and tokens[here + 4].kind == DIGITS
        if tokens[here + 2].kind != DIGITS or third or len(tokens[here].text + tokens[here + 2].text) > 8:
            return None
        part, whole, end = int(tokens[here].text), int(tokens[here + 2].text), here + 3
        unit = units.COUNTED.at(tokens, end)
        mention = mention_at(tokens, here, self.today, False)
        if unit is not None and not (mention and mention.days and tokens[end].fold in _MOSTLY_PLACES):
            as_ratio = ratio.read(self.words(here, end), Asked("ratio", self.today))
            return self.span("ratio", here, unit[1], as_ratio, self.words(end, unit[1]))
        if part > whole or (mention is not None and mention.end > end):
            return None  # a day, or nothing
        as_ratio = ratio.read(self.words(here, end), Asked("ratio", self.today))
        days = mention.days if mention is not None and not mention.doubt else ()
        if not days or part == whole or not isinstance(as_ratio, Value):
            return self.span("ratio", here, end, as_ratio)
        readings = (Value(days[0].isoformat()), as_ratio)
        if (self.today - days[0]).days > _RECENT:
            readings = readings[::-1]
        return self.span("pair", here, end, Ask("pair_unclear", readings, {"text": self.words(here, end)}))

    def day_at(self, here: int) -> tuple[Found, int] | None:
        mention = mention_at(self.tokens, here, self.today, False)
        if mention is not None and mention.doubt in ("vague", "impossible"):
            self._doubt(mention)
            return None
        if mention is None or not self._is_clear_day(mention):
            return None
        words = self.words(mention.start, mention.end)
        start = mention.start
        if start > self.taken and self.tokens[start - 1].fold in _TIMES:
            start -= 1  # "sáng chủ nhật"
        return self.span("day", start, mention.end, of_mentions([mention], {"text": short(words)}))

    def _doubt(self, mention: Mention) -> None:
        """Keeps a day that is no one day, where the words are sure to be about days."""
        tokens = self.tokens[mention.start : mention.end]
        words = [token for token in tokens if token.kind == WORD]
        dated = mention.doubt == "impossible" and any(token.text == "/" for token in tokens)
        occasion = daywords.OCCASIONS.at(self.tokens, mention.start)
        if dated or (len(words) > 1 and daywords.VAGUE.at(tokens, 0) and not occasion):
            start, end = tokens[0].start, tokens[-1].end
            self.vague.append(Piece(start, end, self.text[start:end]))

    def _is_clear_day(self, mention: Mention) -> bool:
        """Not "lần thứ hai", "mỗi ngày 5 người", "bữa ba Sáu"."""
        tokens = self.tokens[mention.start : mention.end]
        if mention.start and self.tokens[mention.start - 1].fold in _NOT_WEEKDAY:
            return False
        folds = {token.fold for token in tokens}
        if folds & {"thang", "mung", "mong", "ram", "tet", "/"}:
            return True
        if daywords.NEAR.at(tokens, 0) or daywords.WEEKDAYS.at(tokens, 0) or daywords.FEASTS.at(tokens, 0):
            return True
        signs = any(token.text in "/-.," for token in tokens)
        digits = [token for token in tokens if token.kind == DIGITS]
        if signs and len(digits) == 2:  # "35-40", "7.30": only with a word for days
            return tokens[0].kind == WORD or any(token.text == "/" for token in tokens)
        return bool(digits) and not is_counted(self.tokens, mention.end) and len(tokens) > 1

    def hour_at(self, here: int) -> tuple[Found, int] | None:
        end = after_hour(self.tokens, here)
        if end is None:
            return None
        digits = [token.text for token in self.tokens[here:end] if token.kind == DIGITS]
        hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
        if hour > 24 or minute > 59:
            return None
        return self.span("hour", here, end, Value(f"{hour:02d}:{minute:02d}"))
