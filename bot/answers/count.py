"""A count: a whole number that is not negative, with its mark where the person gave one ("trên 800")."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import clean
from bot.answers.numerals import Number, number_at
from bot.answers.tokens import SIGN, Token, tokenise
from bot.answers.units import BOUNDS, COUNTED, MARKS, NOTHING, VAGUE

HIGHEST = 10**9  # more people than the country has


def read(text: str, asked: Asked) -> Reading:
    """``int``, or ``{"value": int, "mark": str}``; asked back where blurred, a range, or several numbers."""
    kept = clean(text)
    data = {"text": short(kept)}
    tokens = tokenise(kept)
    if not tokens:
        return Refuse("count_none", data)
    numbers = numbers_in(tokens)
    if not numbers:
        return _without_number(tokens, data)
    if any(not number.readings for number in numbers):
        return Refuse("count_malformed", data)
    if is_negative(tokens, numbers[0]):
        return Refuse("count_negative", data)
    return _decided(tokens, numbers, data)


def short(text: str) -> str:
    """What was typed, cut to what fits into one line of an answer."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def numbers_in(tokens: Sequence[Token]) -> list[Number]:
    """All numbers of the tokens, in order."""
    numbers, here = [], 0
    while here < len(tokens):
        number = number_at(tokens, here, counted=lambda index: COUNTED.at(tokens, index) is not None)
        if number is None:
            here += 1
        else:
            numbers.append(number)
            here = number.end
    return numbers


def is_negative(tokens: Sequence[Token], number: Number) -> bool:
    """Whether a minus (or "âm", "trừ") stands before the number with nothing before it."""
    before = tokens[: number.start]
    if not before:
        return False
    last = before[-1]
    if last.kind == SIGN:
        return last.text in "-−–" and len(before) == 1
    return last.text.lower() in ("âm", "trừ")


def mark_before(tokens: Sequence[Token], start: int) -> str | None:
    """The mark that stands right before token ``start`` ("trên", "khoảng"), as it is printed."""
    for width in (2, 1):
        here = start - width
        found = MARKS.at(tokens, here) if here >= 0 else None
        if found is not None and found[1] == start:
            return found[0]
    if start and tokens[start - 1].text in "~≈>":
        return "trên" if tokens[start - 1].text == ">" else "khoảng"
    return None


def _without_number(tokens: Sequence[Token], data: dict[str, str]) -> Reading:
    nothing = NOTHING.at(tokens, 0)
    if nothing is not None:
        return Ask("count_nothing", (Value(0),), data)
    if any(VAGUE.at(tokens, here) for here in range(len(tokens))):
        return Ask("count_vague", (), data)
    return Refuse("count_none", data)


def _decided(tokens: Sequence[Token], numbers: list[Number], data: dict[str, str]) -> Reading:
    values = list(dict.fromkeys(reading for number in numbers for reading in number.readings))
    if any(value > HIGHEST for value in values):
        return Refuse("count_too_large", data)
    if all(value.denominator > 1 for value in values):
        return Refuse("count_fraction", data)
    whole = [int(value) for value in values if value.denominator == 1]
    options = tuple(Value(value) for value in whole[:4])
    if len(numbers) > 1:
        return Ask("count_several", options, data)
    number = numbers[0]
    if len(whole) > 1 or number.unsure:
        return Ask("count_unclear", options, data)
    if _blurred(tokens, number):
        return Ask("count_vague", options, data)
    mark = mark_before(tokens, number.start)
    return Value({"value": whole[0], "mark": mark}) if mark else Value(whole[0])


def _blurred(tokens: Sequence[Token], number: Number) -> bool:
    """Whether a word bounds or blurs the number ("mấy chục", "ít nhất 50", "trăm mấy")."""
    for here in range(len(tokens)):
        if number.start <= here < number.end:
            continue
        if VAGUE.at(tokens, here) or BOUNDS.at(tokens, here):
            return True
    return False


def whole(value: Fraction) -> bool:
    """Whether the value is a whole number."""
    return value.denominator == 1
