"""The days that a text mentions, each with what it can mean seen from today.

dateparser was tried: it reads about half of what people type here, knows no lunar days, and guesses where it
should doubt. So the walk is ours; the calendars are the standard library's and lunar-vn's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.answers import daywords as words
from bot.answers.calendars import Mention, lunar_day, moved, solar_day
from bot.answers.tokens import DIGITS, Token
from bot.answers.written_days import BEHIND_WORDS, DATE_SIGNS, Parts, month_at, number_at_day, written

MOST = 12  # days looked at: an answer with more is no answer to one question


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
    parts = written(tokens, here)
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


_NEAR_NUMBERS = BEHIND_WORDS | words.SPANS.starts


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
        return _placed(Parts(day, feast[1], month, lunar=lunar), here, today, planned)
    eve = words.EVE.at(tokens, here)
    if eve is not None:
        return _placed(Parts(30, eve[1], 12, lunar=True, eve=True), here, today, planned)
    vague = words.VAGUE.at(tokens, here) or words.TET.at(tokens, here) or _whole_month(tokens, here)
    return None if vague is None else Mention((), here, vague[1], "vague")


def _whole_month(tokens: Sequence[Token], here: int) -> tuple[str, int] | None:
    """ "tháng 11", "tháng mười": no day is told."""
    if tokens[here].fold != "thang" or tokens[here].text.lower() not in ("thang", "tháng"):
        return None
    month, _, _, after = month_at(tokens, here + 1)
    return ("", after) if month else None


def _ago(tokens: Sequence[Token], here: int, today: date) -> Mention | None:
    """ "3 ngày trước", "cách đây 2 bữa"."""
    before = words.AGO.at(tokens, here)
    start = before[1] if before and len(tokens[here].text) > 3 else here
    if start >= len(tokens):
        return None
    many, after = number_at_day(tokens, start)
    span = words.SPANS.at(tokens, after) if many is not None else None
    if many is None or span is None or many > 60:
        return None
    if start > here:
        return moved(today, -many, here, span[1], False)
    behind = words.AGO.at(tokens, span[1])
    return moved(today, -many, here, behind[1], False) if behind and behind[0] in ("trước", "rồi") else None


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
        if tokens[after].glued or follows not in DATE_SIGNS or not follows:
            after += 1
    minute = words.MINUTE.at(tokens, after)
    return minute[1] if minute else after


def _placed(parts: Parts, start: int, today: date, planned: bool) -> Mention:
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
