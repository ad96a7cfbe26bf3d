"""A ratio: part of whole ("45/60 hộ"), or a bare percent ("93,64%")."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers.amounts import is_negative
from bot.answers.count import HIGHEST, PERCENT, is_bound, mark_before, numbers_in
from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import clean, short
from bot.answers.numeral_words import Number
from bot.answers.tokens import Token, phrases, tokenise

OF = phrases(
    "/|∕|⁄|trên|trong|của|trên tổng số|trong tổng số|trên tổng|trong tổng|trên số|trong số|tổng số|tổng"
)
_ALL = phrases("đủ|đầy đủ|đủ hết|tất cả|toàn bộ|hết")
_NEAR = 1  # percent points by which a percent beside its ratio may be rounded


def read(text: str, asked: Asked) -> Reading:
    """``{"part": n, "whole": n}`` or ``{"percent": float}``, the latter only where that is enough."""
    reading = _read(text)
    said = reading.readings[0] if isinstance(reading, Ask) and reading.readings else reading
    if asked.counted and isinstance(said, Value) and "percent" in said.value:
        return Ask("ratio_counted", (), {"text": short(clean(text))})
    return reading


def _read(text: str) -> Reading:
    kept = clean(text)
    data = {"text": short(kept)}
    tokens = tokenise(kept)
    numbers = numbers_in(tokens)
    if not numbers:
        full = any(_ALL.at(tokens, here) for here in range(len(tokens)))
        return Ask("ratio_all", (Value({"percent": 100.0}),), data) if full else Refuse("ratio_none", data)
    if any(not number.readings for number in numbers):
        return Refuse("ratio_malformed", data)
    if is_negative(tokens, numbers[0]):
        return Refuse("ratio_negative", data)
    return _decided(tokens, numbers, data)


def _decided(tokens: Sequence[Token], numbers: list[Number], data: dict[str, str]) -> Reading:
    percents = [number for number in numbers if PERCENT.at(tokens, number.end)]
    counts = [number for number in numbers if number not in percents]
    if len(percents) > 1 or len(counts) > 2:
        return Ask("ratio_unclear", (), data)
    if not counts:
        return _percent(tokens, percents[0], data)
    if len(counts) == 1:
        shares = _share_of(tokens, percents[0], counts[0]) if percents else ()
        return Ask("ratio_unclear" if shares else "ratio_whole", shares, data)
    found = _pair(tokens, counts[0], counts[1], data)
    if percents and isinstance(found, Value) and not _agrees(found, percents[0]):
        return Ask("ratio_unclear", (found, Value({"percent": float(percents[0].readings[0])})), data)
    return found


def _percent(tokens: Sequence[Token], number: Number, data: dict[str, str]) -> Reading:
    value = number.readings[0]
    if value > 100:
        return Refuse("ratio_over", data)
    reading = Value({"percent": float(value)})
    blurred = mark_before(tokens, number.start) or is_bound(tokens, number.start)
    if blurred or number.unsure or len(number.readings) > 1:
        return Ask("ratio_unclear", (reading,), data)
    return reading


def _share_of(tokens: Sequence[Token], percent: Number, whole: Number) -> tuple[Value, ...]:
    """ "100% của 312 hộ", "95% trong 300": how many that are; "45 hộ, 75%" tells no whole."""
    share, of = percent.readings[0], whole.readings[0]
    said = any(OF.at(tokens, here) for here in range(percent.end, whole.start))
    if not said or share > 100 or not of or of.denominator > 1 or of > HIGHEST:
        return ()
    return (Value({"part": round(share * of / 100), "whole": int(of)}),)


def _agrees(ratio: Value, percent: Number) -> bool:
    return bool(abs(ratio.value["part"] * 100 / ratio.value["whole"] - float(percent.readings[0])) <= _NEAR)


def _pair(tokens: Sequence[Token], first: Number, second: Number, data: dict[str, str]) -> Reading:
    part, whole = first.readings[0], second.readings[0]
    if part.denominator > 1 or whole.denominator > 1:
        return Refuse("ratio_fraction", data)
    if max(part, whole) > HIGHEST:
        return Refuse("ratio_too_large", data)
    if not whole:
        return Refuse("ratio_zero", data)
    unsure = any(number.unsure or number.spaced or len(number.readings) > 1 for number in (first, second))
    if any(OF.at(tokens, here) for here in range(first.end, second.start)):
        if part > whole:
            return Refuse("ratio_over", data)
        reading = Value({"part": int(part), "whole": int(whole)})
        return Ask("ratio_unclear", (reading,), data) if unsure else reading
    low, high = sorted((int(part), int(whole)))
    return Ask("ratio_unclear", (Value({"part": low, "whole": high}),) if high else (), data)
