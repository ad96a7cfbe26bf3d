"""The days that a text mentions, each with what it can mean seen from today.

dateparser was tried: it reads about half of what people type here, knows no lunar days, and guesses where it
should doubt. So the walk is ours; the calendars are the standard library's and lunar-vn's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.answers import daywords as words
from bot.answers.calendars import Mention, lunar_day, moved, solar_day
from bot.answers.tokens import DIGITS, SIGN, WORD, Token

MOST = 12  # days looked at: an answer with more is no answer to one question
_DATE_SIGNS = "/-.,∕⁄–"


@dataclass(frozen=True, slots=True)
class _Parts:
    """A day as written: what was said of it, and the token behind it."""

    day: int
    end: int
    month: int | None = None
    year: int | None = None
    months_off: int | None = None  # "ngày 5 tháng trước"
    lunar: bool | None = None  # None where nothing says so
    leap: bool = False
    either: bool = False  # "mùng 5": said of both calendars
    eve: bool = False  # "30 Tết"
    until: int | None = None  # "8-9/12": the last day


def mentions_in(tokens: Sequence[Token], today: date, planned: bool) -> list[Mention]:
    """All days mentioned, in order."""
    found: list[Mention] = []
    here = 0
    while here < len(tokens) and len(found) < MOST:
        mention = mention_at(tokens, here, today, planned)
        if mention is None:
            here = after_hour(tokens, here) or here + 1
        else:
            found.append(mention)
            here = mention.end
    return found


def mention_at(tokens: Sequence[Token], here: int, today: date, planned: bool) -> Mention | None:
    """The day mentioned at token ``here``, or None."""
    if not _may_begin(tokens, here) or after_hour(tokens, here):
        return None
    parts = _written(tokens, here)
    if parts is not None and parts.month is not None and 1900 <= parts.month <= 2100 and parts.year is None:
        return Mention((), here, parts.end, "vague")  # "12/2024"
    if parts is not None:
        return _placed(parts, here, today, planned)
    weekday = words.WEEKDAYS.at(tokens, here)
    if weekday is not None:
        return _weekday(tokens, here, weekday, today, planned)
    return _word(tokens, here, today, planned)


_STARTS = frozenset[str]().union(
    *(
        lexicon.starts
        for lexicon in (
            *(words.FULL_MOON, words.FIRST_DAYS, words.DAY, words.WEEKDAYS),
            *(words.AGO, words.NEAR, words.FEASTS, words.VAGUE, words.TET, words.EVE),
        )
    )
)
_BEHIND_WORDS = frozenset({"thang", "th", "t", "tet", "am", "al"})
_NEAR_NUMBERS = _BEHIND_WORDS | words.SPANS.starts


def _may_begin(tokens: Sequence[Token], here: int) -> bool:
    """A quick look: whether a day may begin at token ``here``."""
    token = tokens[here]
    if token.kind == DIGITS or token.fold in _STARTS or token.fold == "thang":
        return True
    near = {other.fold for other in tokens[here + 1 : here + 4]}  # "ba mươi mốt tháng mười", "hai bữa trước"
    return words.DAY_NUMBERS.begins(token) and not near.isdisjoint(_NEAR_NUMBERS)


def _word(tokens: Sequence[Token], here: int, today: date, planned: bool) -> Mention | None:
    ago = _ago(tokens, here, today)
    if ago is not None:
        return ago
    near = words.NEAR.at(tokens, here)
    if near is not None:
        return moved(today, near[0], here, near[1], planned)
    feast = words.FEASTS.at(tokens, here)
    if feast is not None:
        day, month, lunar = feast[0]
        return _placed(_Parts(day, feast[1], month, lunar=lunar), here, today, planned)
    eve = words.EVE.at(tokens, here)
    if eve is not None:
        return _placed(_Parts(30, eve[1], 12, lunar=True, eve=True), here, today, planned)
    vague = words.VAGUE.at(tokens, here) or words.TET.at(tokens, here) or _whole_month(tokens, here)
    return None if vague is None else Mention((), here, vague[1], "vague")


def _whole_month(tokens: Sequence[Token], here: int) -> tuple[str, int] | None:
    """ "tháng 11", "tháng mười": no day is told."""
    if tokens[here].fold != "thang" or tokens[here].text.lower() not in ("thang", "tháng"):
        return None
    month, _, _, after = _month(tokens, here + 1)
    return ("", after) if month else None


def _ago(tokens: Sequence[Token], here: int, today: date) -> Mention | None:
    """ "3 ngày trước", "cách đây 2 bữa"."""
    before = words.AGO.at(tokens, here)
    start = before[1] if before and len(tokens[here].text) > 3 else here
    if start >= len(tokens):
        return None
    many, after = _number(tokens, start)
    span = words.SPANS.at(tokens, after) if many is not None else None
    if many is None or span is None or many > 60:
        return None
    if start > here:
        return moved(today, -many, here, span[1], False)
    behind = words.AGO.at(tokens, span[1])
    return moved(today, -many, here, behind[1], False) if behind and behind[0] in ("trước", "rồi") else None


def _number(tokens: Sequence[Token], here: int) -> tuple[int | None, int]:
    if here < len(tokens) and tokens[here].kind == DIGITS and len(tokens[here].text) <= 2:
        return int(tokens[here].text), here + 1
    found = words.DAY_NUMBERS.at(tokens, here)
    return (found[0], found[1]) if found else (None, here)


def after_hour(tokens: Sequence[Token], here: int) -> int | None:
    """The index after an hour ("7h30", "7 giờ 30 phút", "19:00"), or None."""
    if tokens[here].kind != DIGITS or len(tokens[here].text) > 2 or here + 1 >= len(tokens):
        return None
    hour = words.HOUR.at(tokens, here + 1)
    if hour is None:
        colon = tokens[here + 1].text == ":" and here + 2 < len(tokens) and tokens[here + 2].kind == DIGITS
        return here + 3 if colon and tokens[here + 2].glued else None
    after = hour[1]
    if after < len(tokens) and tokens[after].kind == DIGITS and len(tokens[after].text) == 2:
        follows = tokens[after + 1].text if after + 1 < len(tokens) else ""
        if tokens[after].glued or follows not in _DATE_SIGNS or not follows:
            after += 1
    minute = words.MINUTE.at(tokens, after)
    return minute[1] if minute else after


def _written(tokens: Sequence[Token], here: int) -> _Parts | None:
    """A day by its number, with or without month and year."""
    full_moon = words.FULL_MOON.at(tokens, here)
    if full_moon is not None:
        return _with_month(tokens, _Parts(15, full_moon[1], lunar=True), full_moon[1])
    first_days, prefix = words.FIRST_DAYS.at(tokens, here), words.DAY.at(tokens, here)
    named = first_days or prefix
    start = named[1] if named else here
    if start >= len(tokens):
        return None
    if not named and tokens[start].kind == DIGITS and len(tokens[start].text) in (4, 8):
        return _iso(tokens, start)
    day, after = _number(tokens, start)
    in_words = not named and tokens[start].kind != DIGITS
    if day is None or (in_words and (after >= len(tokens) or tokens[after].fold not in _BEHIND_WORDS)):
        return None
    parts = _with_month(tokens, _Parts(day, after), after)
    if (
        parts.month is None
        and parts.months_off is None
        and not parts.eve
        and not named
        and parts.lunar is None
    ):
        return None
    if words.SPANS.at(tokens, after) and parts.month is None:
        return None  # "hôm 3 ngày"
    if first_days and parts.lunar is None:
        return replace(parts, either=True)
    return parts


def _iso(tokens: Sequence[Token], here: int) -> _Parts | None:
    """ "2024-12-08"; also "08122024" typed without signs."""
    digits = tokens[here].text
    if len(digits) == 8:
        if digits[:2] in ("19", "20") and digits[4:6] <= "12" and digits[2:4] > "12":
            return _Parts(int(digits[6:]), here + 1, int(digits[4:6]), int(digits[:4]))
        return _Parts(int(digits[:2]), here + 1, int(digits[2:4]), int(digits[4:]))
    numbers, after = _signed(tokens, here)
    if len(numbers) == 3 and 1900 <= numbers[0] <= 2100:
        return _Parts(numbers[2], after, numbers[1], numbers[0])
    return None


def _signed(tokens: Sequence[Token], here: int) -> tuple[list[int], int]:
    """Up to four numbers with the same kind of signs between, and the index after them."""
    numbers, after = [int(tokens[here].text)], here + 1
    while len(numbers) < 4 and after + 1 < len(tokens) and _is_date_sign(tokens, after):
        numbers.append(int(tokens[after + 1].text))
        after += 2
    return numbers, after


def _is_date_sign(tokens: Sequence[Token], here: int) -> bool:
    sign, then = tokens[here], tokens[here + 1]
    if sign.kind != SIGN or sign.text not in _DATE_SIGNS or then.kind != DIGITS or len(then.text) > 4:
        return False
    return sign.text not in ".," or (sign.glued and then.glued)


def _with_month(tokens: Sequence[Token], parts: _Parts, after: int) -> _Parts:
    """What stands behind a day's number: month, year, calendar."""
    if after + 1 < len(tokens) and tokens[after - 1].kind == DIGITS and _is_date_sign(tokens, after):
        return _numeric(tokens, parts, after - 1)
    month: int | None = None
    months_off: int | None = None
    lunar, year, eve = parts.lunar, None, False
    tet = words.TET.at(tokens, after)
    if tet is not None:
        month, lunar, after, eve = (12 if parts.day > 22 else 1), True, tet[1], parts.day >= 30
    elif after < len(tokens) and tokens[after].fold in ("thang", "th", "t"):
        month, months_off, in_lunar, behind = _month(tokens, after + 1)
        after = behind if month or months_off is not None else after
        lunar = True if in_lunar else lunar
    lunar, leap, after = _calendar(tokens, after, lunar)
    if month:
        year, after = _year(tokens, after)
        lunar, leap, after = _calendar(tokens, after, lunar, leap)
    return replace(
        parts, end=after, month=month, year=year, months_off=months_off, lunar=lunar, leap=leap, eve=eve
    )


def _month(tokens: Sequence[Token], here: int) -> tuple[int | None, int | None, bool, int]:
    """Month, months from this one, whether its name is lunar, and the index after it."""
    if here >= len(tokens):
        return None, None, False, here
    token = tokens[here]
    if token.kind == DIGITS:
        return (
            (int(token.text) or 99, None, False, here + 1)
            if len(token.text) <= 2
            else (None, None, False, here)
        )
    other = words.OTHER_MONTHS.at(tokens, here)
    if other is not None:
        return None, other[0], False, other[1]
    found = words.MONTHS.at(tokens, here)
    return (
        (found[0], None, token.fold in words.LUNAR_MONTHS, found[1]) if found else (None, None, False, here)
    )


def _year(tokens: Sequence[Token], here: int) -> tuple[int | None, int]:
    """ "năm 2024", "/2024", "năm ngoái" (as 0, -1 …)."""
    if here < len(tokens) and tokens[here].kind == DIGITS and tokens[here].text[:2] in ("19", "20"):
        return (int(tokens[here].text), here + 1) if len(tokens[here].text) == 4 else (None, here)
    if here + 1 >= len(tokens):
        return None, here
    sign = tokens[here].kind == SIGN and tokens[here].text in _DATE_SIGNS
    if not sign and tokens[here].fold != "nam":
        return None, here
    if tokens[here + 1].kind == DIGITS and len(tokens[here + 1].text) in (2, 4):
        return _full_year(tokens[here + 1].text), here + 2
    other = words.OTHER_YEARS.at(tokens, here + 1) if not sign else None
    return (other[0], other[1]) if other else (None, here)


def _full_year(digits: str) -> int:
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _calendar(
    tokens: Sequence[Token], here: int, lunar: bool | None, leap: bool = False
) -> tuple[bool | None, bool, int]:
    """ "(nhuận) (âm lịch)" behind a day, and the index after it."""
    found = words.LEAP.at(tokens, here)
    if found is not None:
        leap, lunar, here = True, True, found[1]
    bracket = here < len(tokens) and tokens[here].text == "("
    start = here + 1 if bracket else here
    for lexicon, meaning in ((words.LUNAR, True), (words.SOLAR, False)):
        found = lexicon.at(tokens, start)
        if found is not None:
            return meaning, leap, found[1]
    return lunar, leap, here


def _numeric(tokens: Sequence[Token], parts: _Parts, here: int) -> _Parts:
    """ "8/12", "8-12-2024", "8-9/12" (two days), "8/12 âm lịch"."""
    numbers, after = _signed(tokens, here)
    signs = {tokens[place].text for place in range(here + 1, after, 2)}
    if len(numbers) == 2 and after + 1 < len(tokens) and tokens[after].text == "/" and tokens[after].glued:
        numbers.append(99999)  # "8/12/20245"
    until: int | None = None
    if len(numbers) > 2 and tokens[here + 1].text in "-–," and len(signs) > 1:
        until, numbers = numbers[1], [numbers[0], *numbers[2:]]
    year: int | None = None
    if len(numbers) > 2:
        year = _full_year(tokens[after - 1].text) if numbers[-1] < 10_000 else 99999
        if len(tokens[after - 1].text) not in (2, 4) or len(numbers) > 3:
            year = 99999
    else:
        year, after = (
            _year(tokens, after) if after < len(tokens) and tokens[after].kind == WORD else (None, after)
        )
    lunar, leap, after = _calendar(tokens, after, parts.lunar)
    return replace(parts, end=after, month=numbers[1] or 99, year=year, lunar=lunar, leap=leap, until=until)


def _placed(parts: _Parts, start: int, today: date, planned: bool) -> Mention:
    year = parts.year
    if year is not None and -1 <= year <= 1:
        year += today.year
    month = parts.month
    if parts.months_off is not None:
        whole = today.year * 12 + today.month - 1 + parts.months_off
        year, month = whole // 12, whole % 12 + 1
    if parts.lunar:
        return lunar_day(parts.day, month, year, parts.leap, parts.eve, (start, parts.end), today, planned)
    solar = solar_day(parts.day, month, year, (start, parts.end), today, planned)
    if parts.until is not None:
        last = solar_day(parts.until, month, year, (start, parts.end), today, planned)
        return Mention(solar.days[:1] + last.days[:1], start, parts.end, "unclear")
    if parts.either:
        lunar = lunar_day(parts.day, month, year, False, False, (start, parts.end), today, planned)
        both = tuple(dict.fromkeys(lunar.days + solar.days))
        return Mention(both, start, parts.end, "unclear" if both else "impossible")
    return solar


def _weekday(
    tokens: Sequence[Token], start: int, found: tuple[int, int], today: date, planned: bool
) -> Mention:
    weekday, after = found
    monday = today - timedelta(today.weekday())
    week = words.WEEKS.at(tokens, after)
    if week is not None:
        return moved(monday, weekday + 7 * week[0], start, week[1], planned, today)
    last, following = words.LAST.at(tokens, after), words.NEXT.at(tokens, after)
    back, ahead = (today.weekday() - weekday) % 7, (weekday - today.weekday()) % 7
    if last is not None:
        return moved(today, -(back or 7), start, last[1], True)
    if following is not None:
        return moved(today, ahead or 7, start, following[1], planned)
    if back == 0:
        other = today + timedelta(7 if planned else -7)
        return Mention((today, other), start, after, "unclear")
    return moved(today, ahead if planned else -back, start, after, True)
