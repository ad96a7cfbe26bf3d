"""A day as somebody wrote it: its number, month, year and calendar, before anybody asks which day that is.

`bot.answers.mentions` places it in time, seen from today.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.answers import daywords as words
from bot.answers.tokens import DIGITS, SIGN, WORD, Token

DATE_SIGNS = "/-.,∕⁄–"


@dataclass(frozen=True, slots=True)
class Parts:
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


BEHIND_WORDS = frozenset({"thang", "th", "t", "tet", "am", "al"})


def written(tokens: Sequence[Token], here: int) -> Parts | None:
    """A day by its number, with or without month and year."""
    full_moon = words.FULL_MOON.at(tokens, here)
    if full_moon is not None:
        return _with_month(tokens, Parts(15, full_moon[1], lunar=True), full_moon[1])
    first_days, prefix = words.FIRST_DAYS.at(tokens, here), words.DAY.at(tokens, here)
    named = first_days or prefix
    start = named[1] if named else here
    if start >= len(tokens):
        return None
    if not named and tokens[start].kind == DIGITS and len(tokens[start].text) in (4, 8):
        return _iso(tokens, start)
    day, after = number_at_day(tokens, start)
    in_words = not named and tokens[start].kind != DIGITS
    if day is None or (in_words and (after >= len(tokens) or tokens[after].fold not in BEHIND_WORDS)):
        return None
    parts = _with_month(tokens, Parts(day, after), after)
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


def number_at_day(tokens: Sequence[Token], here: int) -> tuple[int | None, int]:
    if here < len(tokens) and tokens[here].kind == DIGITS and len(tokens[here].text) <= 2:
        return int(tokens[here].text), here + 1
    found = words.DAY_NUMBERS.at(tokens, here)
    return (found[0], found[1]) if found else (None, here)


def _iso(tokens: Sequence[Token], here: int) -> Parts | None:
    """ "2024-12-08"; also "08122024" typed without signs."""
    digits = tokens[here].text
    if len(digits) == 8:
        if digits[:2] in ("19", "20") and digits[4:6] <= "12" and digits[2:4] > "12":
            return Parts(int(digits[6:]), here + 1, int(digits[4:6]), int(digits[:4]))
        return Parts(int(digits[:2]), here + 1, int(digits[2:4]), int(digits[4:]))
    numbers, after = _signed(tokens, here)
    if len(numbers) == 3 and 1900 <= numbers[0] <= 2100:
        return Parts(numbers[2], after, numbers[1], numbers[0])
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
    if sign.kind != SIGN or sign.text not in DATE_SIGNS or then.kind != DIGITS or len(then.text) > 4:
        return False
    return sign.text not in ".," or (sign.glued and then.glued)


def _with_month(tokens: Sequence[Token], parts: Parts, after: int) -> Parts:
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
        month, months_off, in_lunar, behind = month_at(tokens, after + 1)
        after = behind if month or months_off is not None else after
        lunar = True if in_lunar else lunar
    lunar, leap, after = _calendar(tokens, after, lunar)
    if month:
        year, after = _year(tokens, after)
        lunar, leap, after = _calendar(tokens, after, lunar, leap)
    return replace(
        parts, end=after, month=month, year=year, months_off=months_off, lunar=lunar, leap=leap, eve=eve
    )


def month_at(tokens: Sequence[Token], here: int) -> tuple[int | None, int | None, bool, int]:
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
    sign = tokens[here].kind == SIGN and tokens[here].text in DATE_SIGNS
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


def _numeric(tokens: Sequence[Token], parts: Parts, here: int) -> Parts:
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
