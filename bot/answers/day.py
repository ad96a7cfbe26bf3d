"""A day: solar or lunar, by number, weekday or word; looking back for what has happened, ahead for plans."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.answers.calendars import Mention
from bot.answers.daywords import ALONE
from bot.answers.mentions import mentions_in
from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import clean, short
from bot.answers.tokens import DIGITS, WORD, Token, says, tokenise


def read(text: str, asked: Asked) -> Reading:
    """An ISO date; asked back where several days are meant, refused where none is."""
    kept = clean(text)
    data = {"text": short(kept)}
    tokens = tokenise(kept)
    found = mentions_in(tokens, asked.today, asked.planned) or _bare(tokens, asked)
    if not found:
        return Refuse("day_none", data)
    if any(mention.doubt == "impossible" for mention in found):
        return Refuse("day_impossible", data)
    return of_mentions(found, data)


def _bare(tokens: Sequence[Token], asked: Asked) -> list[Mention]:
    """An answer that is only "nay", or only a number."""
    known = [token for token in tokens if token.kind in (WORD, DIGITS)]
    if len(known) != 1:
        return []
    token = known[0]
    if token.kind == WORD:
        days = [off for word, off in ALONE.items() if says(token.text.lower(), word)]
        return (
            [Mention((asked.today + timedelta(days[0]),), 0, 1)]
            if days and (asked.planned or days[0] <= 0)
            else []
        )
    if len(token.text) > 2:
        return []
    found = mentions_in(tokenise(f"ngày {token.text}"), asked.today, asked.planned)
    return [Mention(mention.days, 0, 1, mention.doubt or "unclear") for mention in found]


def of_mentions(found: list[Mention], data: dict[str, str]) -> Reading:
    """One day where all mentions agree ("chủ nhật 8/12"); else those mentioned, to choose."""
    certain = [mention for mention in found if mention.doubt != "vague"]
    if not certain:
        return Ask("day_vague", (), data)
    if all(mention.doubt == "future" and not mention.days for mention in certain):
        return Refuse("day_future", data)
    common = set(certain[0].days).intersection(*(mention.days for mention in certain[1:]))
    sure = [mention for mention in certain if not mention.doubt]
    if len(common) == 1 and sure:
        return _value(common.pop())
    days = dict.fromkeys(day for mention in certain for day in mention.days)
    future = any(mention.doubt == "future" for mention in certain)
    return Ask("day_future" if future else "day_unclear", tuple(_value(day) for day in list(days)[:5]), data)


def _value(day: date) -> Value:
    return Value(day.isoformat())
