"""What one typed line clearly says: amounts, counts, ratios, days, hamlets, givers; and the text around them.

"The message is the report": which form and which question these belong to is for the caller, who has the
forms' words. Nothing here is stored; a span with two readings carries a question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from bot.answers import count, daywords, money, ratio, units
from bot.answers.amounts import BARE, GOODS, MONEY_KIND, PERCENT, SLANG, after_label, amount_of, is_counted
from bot.answers.calendars import Mention
from bot.answers.day import of_mentions
from bot.answers.givers import GIVING, STOPS, TITLES, giver_at, plain_name
from bot.answers.mentions import after_hour, mention_at
from bot.answers.model import Ask, Asked, Reading, Value
from bot.answers.normal import clean, short
from bot.answers.numeral_words import LINE, Number
from bot.answers.numerals import number_at
from bot.answers.tokens import DIGITS, SIGN, WORD, Token, phrases, says, tokenise

_HAMLET = phrases("ấp|thôn|khóm|khu phố|kp|tổ dân phố|tdp|buôn|làng|sóc|phum")
_CROWD = phrases("người|ng|nguời|ngừoi|ngưòi|hộ|hộ dân|đại biểu|lượt|lượt người|hội viên|cử tri|đồng chí|vị")
_MOST_HAMLETS = 20  # "ấp 62 người" is no hamlet, whichever there are
_HAMLET_NUMBERS = phrases("một|hai|ba|bốn|tư|năm|sáu|bảy|tám|chín|mười")
_RECEIVING = frozenset({"tham", "cho", "tang", "giup", "tro", "trao", "bieu", "vieng", "phung"})
_BEFORE_GIVING = phrases("đã|có|vừa|mới|xin|cũng|tiếp tục|lại|đồng ý")
_NOT_WEEKDAY = frozenset({"trang", "lan", "dot", "ky", "khoa", "hang", "nhiem", "lop"})
_SURELY_GIVING = phrases(
    "ủng hộ|ubh|đóng góp|góp|quyên góp|tài trợ|hiến|xin ủng hộ|xin góp|có góp|có ủng hộ|"
    "mới góp|gửi ủng hộ|vừa góp|vừa ủng hộ"
)
_MISFORTUNES = frozenset({"nha", "cho", "giup", "tham"})  # "nhà ông Tư cháy": he gives nothing
LONGEST_BYNAME = 3  # words of a trade or a house behind a name: "ong Tu lua gao"
_AMBIGUOUS = frozenset(
    {"ba", "nam", "sau", "tam", "tu", "chin", "bay", "muoi", "mot", "bon", "khong", "tram", "chuc"}
)
MOST, MOST_TOKENS = 40, 200  # spans and words looked at: no line tells more
_MOSTLY_PLACES = frozenset({"to", "ap", "thon", "khom", "xa", "ban", "nha", "dam", "ca", "don"})
"""Units that behind a day are mostly something else: "18/11 ấp mình", "8/12 tổ chức"."""
_RECENT = 31  # days: a pair like 8/12 that near is rather a day than a part of a whole
_TIMES = frozenset({"sang", "trua", "chieu", "toi", "dem", "vao"})
_TRIM = " \t\n,;:.-–—+*•/|()"


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


@dataclass(frozen=True, slots=True)
class Extract:
    """The cleaned line, what was found in it in order, and the pieces between."""

    text: str
    found: tuple[Found, ...]
    rest: tuple[Piece, ...]
    vague: tuple[Piece, ...] = ()  # days told without telling which: "tuần trước", "31/11"

    def of(self, *kinds: str) -> tuple[Found, ...]:
        """What was found of these kinds."""
        return tuple(found for found in self.found if found.kind in kinds)


@lru_cache(maxsize=64)
def extract(line: str, today: date, hamlets: tuple[str, ...] = ()) -> Extract:
    """What ``line`` says, with offsets into ``Extract.text``; in time linear in its length.

    ``hamlets`` are the names of those that there are ("Ấp 3", "Ấp Mỹ Hòa"), known without their capitals.
    """
    text = " ".join(clean(line).split())
    walk = _Walk(text, tokenise(text), today, hamlets)
    found = tuple(walk.run())
    return Extract(text, found, tuple(_pieces(text, found)), tuple(walk.vague))


def _pieces(text: str, found: Sequence[Found]) -> list[Piece]:
    pieces, here = [], 0
    for start, end in [*((span.start, span.end) for span in found), (len(text), len(text))]:
        left = here + len(text[here:start]) - len(text[here:start].lstrip(_TRIM))
        right = left + len(text[left:start].rstrip(_TRIM))
        if any(char.isalnum() for char in text[left:right]):
            pieces.append(Piece(left, right, text[left:right]))
        here = end
    return pieces


class _Walk:
    """One walk over the tokens; each ``_at`` method tells what begins there, and how far it goes."""

    def __init__(self, text: str, tokens: Sequence[Token], today: date, hamlets: tuple[str, ...]) -> None:
        self.text, self.tokens, self.today = text, tokens, today
        self.named, self.numbered = _known(hamlets)
        self.vague: list[Piece] = []
        self.plain = text.isascii()
        self.givers_left = MOST  # names looked at
        self.tried: Number | None = None  # the last number looked at
        self.taken = 0  # the token behind the last span found
        self.ways: tuple[Callable[[int], tuple[Found, int] | None], ...] = (
            self._giver_at,
            self._hamlet_at,
            self._pair_at,
            self._day_at,
            self._hour_at,
            self._number_at,
        )

    def run(self) -> list[Found]:
        found: list[Found] = []
        here = 0
        while here < min(len(self.tokens), MOST_TOKENS) and len(found) < MOST:
            here = self._step(here, found)
        return found

    def _step(self, here: int, found: list[Found]) -> int:
        if self.tokens[here].kind == SIGN:
            return here + 1
        for way in self.ways:
            match = way(here)
            if match is not None:
                found.append(match[0])
                if match[0].kind == "giver":
                    found += self._hamlet_within(here, match[1])
                self.taken = match[1]
                return match[1]
        label = None if self._is_place_of_many(here) else after_label(self.tokens, here)
        if label is not None:
            return label
        if (
            self.tokens[here].fold == "nam"
            and here + 1 < len(self.tokens)
            and _is_year(self.tokens[here + 1])
        ):
            return here + 2
        tried, self.tried = self.tried, None
        return tried.end if tried is not None and tried.start == here else here + 1

    def _span(self, kind: str, start: int, end: int, reading: Reading, unit: str = "") -> tuple[Found, int]:
        left, right = self.tokens[start].start, self.tokens[end - 1].end
        return Found(kind, left, right, self.text[left:right], reading, unit), end

    def _words(self, start: int, end: int) -> str:
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def _giver_at(self, here: int) -> tuple[Found, int] | None:
        """A name with a title, or a full name, beside giving or beside its amount."""
        if not self.givers_left or not self.tokens[here].text[0].isalpha():
            return None
        given_to = here > 0 and self.tokens[here - 1].fold in _RECEIVING
        if self.tokens[here].kind != WORD or given_to:
            return None
        titled = giver_at(self.tokens, here)
        after = titled or plain_name(self.tokens, here)
        self.givers_left -= after is not None
        if after is not None and not (self._gives(after) or (titled and self._is_from(here))):
            after = self._after_byname(here, after)
        if after is None:
            return None
        return self._span("giver", here, after, Value(self._words(here, after)))

    def _after_byname(self, here: int, after: int) -> int | None:
        """ "ong Tu lua gao gop": a few words behind the name, before a word that only giving has."""
        if here and self.tokens[here - 1].fold in _MISFORTUNES:
            return None
        for end in range(after, min(after + LONGEST_BYNAME, len(self.tokens) - 1)):
            token = self.tokens[end]
            titled = TITLES.at(self.tokens, end)
            if token.kind != WORD or STOPS.at(self.tokens, end) or (titled and titled[0] == "person"):
                return None
            if _SURELY_GIVING.at(self.tokens, end + 1):
                return end + 1
        return None

    def _hamlet_within(self, start: int, end: int) -> list[Found]:
        """The hamlet in a giver's name ("bà con ấp 3")."""
        matches = (self._hamlet_at(here) for here in range(start, end))
        return [match[0] for match in matches if match is not None and match[1] <= end]

    def _gives(self, after: int) -> bool:
        while after < len(self.tokens) and self.tokens[after].text in ",:-–":
            after += 1
        helping = _BEFORE_GIVING.at(self.tokens, after)
        after = helping[1] if helping else after
        if GIVING.at(self.tokens, after):
            return True
        number = self._clear_number(after) if after < len(self.tokens) else None
        return number is not None and (
            number.big > 1 or units.CURRENCY.at(self.tokens, number.end) is not None
        )

    def _is_from(self, here: int) -> bool:
        return (
            here > 0
            and self.tokens[here - 1].fold in ("cua", "do", "tu")
            and self.tokens[here - 1].kind == WORD
        )

    def _hamlet_at(self, here: int) -> tuple[Found, int] | None:
        found = _HAMLET.at(self.tokens, here)
        if found is None or found[1] >= len(self.tokens) or self._is_place_of_many(here):
            return None
        known = self._known_hamlet(here)
        if known is not None:
            return self._span("hamlet", here, known, Value(self._words(here, known)))
        after = found[1]
        token = self.tokens[after]
        if token.kind == DIGITS and len(token.text) <= 3:
            return self._span("hamlet", here, after + 1, Value(self._words(here, after + 1)))
        number = _HAMLET_NUMBERS.at(self.tokens, after)
        end = number[1] if number else self._capitals(after)
        return self._span("hamlet", here, end, Value(self._words(here, end))) if end > after else None

    def _known_hamlet(self, here: int) -> int | None:
        """The index after the name of a hamlet that there is, with or without its capitals."""
        for name in self.named:
            end = here + len(name)
            typed = self.tokens[here:end]
            if len(typed) == len(name) and all(says(t.text, w) for t, w in zip(typed, name, strict=True)):
                return end
        return None

    def _is_place_of_many(self, here: int) -> bool:
        """ "o nha van hoa ap 62 nguoi": the number counts people, "ap" ends the place.

        Where there is a hamlet of that number, it may be either: then the number is left unread.
        """
        found = _HAMLET.at(self.tokens, here)
        if found is None or found[1] + 1 >= len(self.tokens) or self.tokens[found[1]].kind != DIGITS:
            return False
        number = self.tokens[found[1]].text
        crowd = any(words.at(self.tokens, found[1] + 1) for words in (_CROWD, units.PEOPLE))
        if not crowd or len(number) > 6:
            return False
        if number.startswith("0"):
            return False
        return int(number) > _MOST_HAMLETS or (bool(self.numbered) and number not in self.numbered)

    def _capitals(self, here: int) -> int:
        after = here
        while after < len(self.tokens) and after < here + 3:
            token = self.tokens[after]
            if (
                token.kind != WORD
                or not token.text[0].isupper()
                or (token.text.isupper() and len(token.text) > 2)
            ):
                break
            after += 1
        return after

    def _pair_at(self, here: int) -> tuple[Found, int] | None:
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
            as_ratio = ratio.read(self._words(here, end), Asked("ratio", self.today))
            return self._span("ratio", here, unit[1], as_ratio, self._words(end, unit[1]))
        if part > whole or (mention is not None and mention.end > end):
            return None  # a day, or nothing
        as_ratio = ratio.read(self._words(here, end), Asked("ratio", self.today))
        days = mention.days if mention is not None and not mention.doubt else ()
        if not days or part == whole or not isinstance(as_ratio, Value):
            return self._span("ratio", here, end, as_ratio)
        readings = (Value(days[0].isoformat()), as_ratio)
        if (self.today - days[0]).days > _RECENT:
            readings = readings[::-1]
        return self._span("pair", here, end, Ask("pair_unclear", readings, {"text": self._words(here, end)}))

    def _day_at(self, here: int) -> tuple[Found, int] | None:
        mention = mention_at(self.tokens, here, self.today, False)
        if mention is not None and mention.doubt in ("vague", "impossible"):
            self._doubt(mention)
            return None
        if mention is None or not self._is_clear_day(mention):
            return None
        words = self._words(mention.start, mention.end)
        start = mention.start
        if start > self.taken and self.tokens[start - 1].fold in _TIMES:
            start -= 1  # "sáng chủ nhật"
        return self._span("day", start, mention.end, of_mentions([mention], {"text": short(words)}))

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

    def _hour_at(self, here: int) -> tuple[Found, int] | None:
        end = after_hour(self.tokens, here)
        if end is None:
            return None
        digits = [token.text for token in self.tokens[here:end] if token.kind == DIGITS]
        hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
        if hour > 24 or minute > 59:
            return None
        return self._span("hour", here, end, Value(f"{hour:02d}:{minute:02d}"))

    def _clear_number(self, here: int) -> Number | None:
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

    def _number_at(self, here: int) -> tuple[Found, int] | None:
        ordinal = here > 0 and self.tokens[here - 1].fold == "thu"
        number = None if ordinal else self._clear_number(here)
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
            words = self._words(number.end, unit[1])
            attended = count.is_attending(self.tokens, unit[1])
            return self._read("count", start, unit[1] if attended else self._with_bounds(unit[1]), words)
        if amount.kind == GOODS and all(value.denominator == 1 for value in number.readings):
            return self._span("goods", number.start, amount.end, Value(int(number.readings[0])), amount.unit)
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
        whole = self._clear_number(of[1]) if of and of[1] < len(self.tokens) else None
        if whole is None:
            return None
        counted = units.COUNTED.at(self.tokens, whole.end)
        end = counted[1] if counted else whole.end
        if unit and (counted is None or counted[0] != unit[0]):
            return None  # "họp 2 cuộc trên 800 người"
        share = ratio.read(self._words(part.start, end), Asked("ratio", self.today))
        if not isinstance(share, Value):
            return None
        return self._span("ratio", part.start, end, share, self._words(whole.end, end) if counted else "")

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
        return self._span("number", number.start, number.end, Value(int(number.readings[0])))

    def _range_end(self, first: Number) -> tuple[str, int] | None:
        """ "35-40 người", "2-3 triệu": the kind and the end of the whole range."""
        if first.end >= len(self.tokens) or self.tokens[first.end].fold not in ("-", "–", "den", "toi"):
            return None
        then = self._clear_number(first.end + 1) if first.end + 1 < len(self.tokens) else None
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
        return self._span(
            kind, start, end, readers[kind](self._words(start, end), Asked(kind, self.today)), unit
        )


@lru_cache(maxsize=64)
def _known(hamlets: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    """The hamlets' names word by word, the longest first, and the numbers that are names."""
    names = sorted((tuple(token.text for token in tokenise(clean(name))) for name in hamlets), key=len)
    numbers = frozenset(name[-1] for name in names if name and name[-1].isdigit())
    return tuple(reversed([name for name in names if name])), numbers


def _is_year(token: Token) -> bool:
    return token.kind == DIGITS and len(token.text) == 4 and token.text[:2] in ("19", "20")
