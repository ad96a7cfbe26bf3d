"""A ratio: part of whole ("45/60 hộ"), or a bare percent ("93,64%")."""

from __future__ import annotations

from bot.answers.count import HIGHEST, is_negative, mark_before, numbers_in, short
from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import clean
from bot.answers.numerals import Number
from bot.answers.tokens import Lexicon, Token, tokenise

_OF: Lexicon[bool] = Lexicon(
    dict.fromkeys(("trên", "trong", "của", "trên tổng số", "trong tổng số", "trên tổng", "trong tổng"), True)
)
_PERCENT: Lexicon[bool] = Lexicon(dict.fromkeys(("phần trăm", "phần trăm số hộ"), True))
_ALL: Lexicon[bool] = Lexicon(dict.fromkeys(("đủ", "đầy đủ", "hết", "tất cả", "đủ hết", "toàn bộ"), True))


def read(text: str, asked: Asked) -> Reading:
    """``{"part": n, "whole": n}`` or ``{"percent": float}``."""
    kept = clean(text)
    data = {"text": short(kept)}
    tokens = tokenise(kept)
    numbers = numbers_in(tokens)
    if not numbers:
        if any(_ALL.at(tokens, here) for here in range(len(tokens))):
            return Ask("ratio_all", (Value({"percent": 100.0}),), data)
        return Refuse("ratio_none", data)
    if any(not number.readings for number in numbers):
        return Refuse("ratio_malformed", data)
    if is_negative(tokens, numbers[0]):
        return Refuse("ratio_negative", data)
    if len(numbers) == 1:
        return _alone(tokens, numbers[0], data)
    return _pair(tokens, numbers, data)


def _alone(tokens: list[Token], number: Number, data: dict[str, str]) -> Reading:
    percent = number.end < len(tokens) and tokens[number.end].text == "%"
    percent = percent or _PERCENT.at(tokens, number.end) is not None
    value = number.readings[0]
    if not percent:
        return Ask("ratio_whole", (), data)
    if value > 100:
        return Refuse("ratio_over", data)
    reading = Value({"percent": float(value)})
    if mark_before(tokens, number.start) or number.unsure or len(number.readings) > 1:
        return Ask("ratio_unclear", (reading,), data)
    return reading


def _pair(tokens: list[Token], numbers: list[Number], data: dict[str, str]) -> Reading:
    first, second = numbers[:2]
    part, whole = first.readings[0], second.readings[0]
    if part.denominator > 1 or whole.denominator > 1:
        return Refuse("ratio_fraction", data)
    if max(part, whole) > HIGHEST:
        return Refuse("ratio_too_large", data)
    slash = second.start == first.end + 1 and tokens[first.end].text in "/∕⁄"
    if slash and len(numbers) == 2:
        return _checked(int(part), int(whole), data)
    for here in range(first.end, second.start):
        found = _OF.at(tokens, here)
        if found and found[1] == second.start and len(numbers) == 2:
            return _checked(int(part), int(whole), data)
    low, high = sorted((int(part), int(whole)))
    if len(numbers) > 2 or not high:
        return Ask("ratio_unclear", (), data)
    return Ask("ratio_unclear", (Value({"part": low, "whole": high}),), data)


def _checked(part: int, whole: int, data: dict[str, str]) -> Reading:
    if not whole:
        return Refuse("ratio_zero", data)
    if part > whole:
        return Refuse("ratio_over", data)
    return Value({"part": part, "whole": whole})
