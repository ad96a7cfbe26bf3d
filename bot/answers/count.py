"""A count: a whole number that is not negative, with its mark where the person gave one ("trên 800")."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers import units
from bot.answers.amounts import after_label, is_counted, is_negative
from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import clean, short
from bot.answers.numeral_words import Number
from bot.answers.numerals import number_at
from bot.answers.tokens import Token, phrases, tokenise

MOST = 12  # numbers looked at: an answer with more is no answer to one question
HIGHEST = 10**9  # more people than the country has
PERCENT = phrases("%|phần trăm")


def read(text: str, asked: Asked) -> Reading:
    """``int``, or ``{"value": int, "mark": str}``; asked back where blurred, a range, or several numbers."""
    kept = clean(text)
    data = {"text": short(kept)}
    tokens = tokenise(kept)
    if not tokens:
        return Refuse("count_none", data)
    numbers = numbers_in(tokens, labels=True) or numbers_in(tokens)
    if not numbers:
        return _without_number(tokens, data)
    if any(not number.readings for number in numbers):
        return Refuse("count_malformed", data)
    if is_negative(tokens, numbers[0]):
        return Refuse("count_negative", data)
    return _decided(tokens, numbers, data)


def numbers_in(tokens: Sequence[Token], labels: bool = False) -> list[Number]:
    """All numbers of the tokens, in order; with ``labels`` those that only name something are left out."""
    numbers: list[Number] = []
    here = 0
    while here < len(tokens) and len(numbers) < MOST:
        label = after_label(tokens, here) if labels else None
        number = None if label else number_at(tokens, here, counted=lambda index: is_counted(tokens, index))
        if number is not None:
            numbers.append(number)
        percent = PERCENT.at(tokens, number.end) if number else None
        unit = units.COUNTED.at(tokens, number.end) if number else None
        behind = percent or unit
        here = label or (behind[1] if behind else number.end if number else here + 1)
    return numbers


def mark_before(tokens: Sequence[Token], start: int, floor: int = 0) -> str | None:
    """The mark right before token ``start`` ("trên"), as it is printed; not from before ``floor``."""
    if marks_nothing(tokens, start):
        return None
    for width in (3, 2, 1):
        found = units.MARKS.at(tokens, start - width) if start - width >= floor else None
        if found is not None and found[1] == start:
            return found[0]
    if start <= floor:
        return None
    last = tokens[start - 1].text.lower()
    return units.MARK_SIGNS.get(last) or units.MARKS_WITH_DIACRITICS.get(last)


def marks_nothing(tokens: Sequence[Token], start: int) -> bool:
    """Whether the word before token ``start`` is no mark but part of another ("cấp trên")."""
    found = units.NO_MARKS.at(tokens, start - 2) if start > 1 else None
    return found is not None and found[1] == start


def is_bound(tokens: Sequence[Token], start: int, floor: int = 0) -> bool:
    """Whether a phrase right before token ``start`` bounds or blurs it ("ít nhất", "từ", "mấy")."""
    for lexicon in (units.BOUNDS, units.VAGUE):
        for width in (2, 1):
            found = lexicon.at(tokens, start - width) if start - width >= floor else None
            if found is not None and found[1] == start:
                return True
    return False


def _without_number(tokens: Sequence[Token], data: dict[str, str]) -> Reading:
    if any(units.VAGUE.at(tokens, here) for here in range(len(tokens))):
        return Ask("count_vague", (), data)
    if any(units.NOTHING.at(tokens, here) for here in range(min(len(tokens), 4))):
        return Ask("count_nothing", (Value(0),), data)
    return Refuse("count_none", data)


def _decided(tokens: Sequence[Token], numbers: list[Number], data: dict[str, str]) -> Reading:
    values = list(dict.fromkeys(reading for number in numbers for reading in number.readings))
    if any(value > HIGHEST for value in values):
        return Refuse("count_too_large", data)
    if all(value.denominator > 1 for value in values):
        return Refuse("count_fraction", data)
    whole = [int(value) for value in values if value.denominator == 1]
    parts = [number.readings[0] for number in numbers[1:]]
    if len(parts) > 1 and sum(parts) == numbers[0].readings[0]:
        whole = whole[:1]  # "24 người (12 nam, 12 nữ)"
    if len(numbers) > 1 and len(whole) > 1:
        return Ask("count_several", _options(_with_sum(tokens, numbers, whole)), data)
    return _single(tokens, numbers[0], whole, data)


def _single(tokens: Sequence[Token], number: Number, whole: list[int], data: dict[str, str]) -> Reading:
    """One number, or the same one twice ("45 (bốn mươi lăm) người")."""
    if len(whole) > 1 or number.unsure or number.spaced or (len(number.bare) > 1 and number.bare[:2] == "00"):
        return Ask("count_unclear", _options(whole), data)
    if PERCENT.at(tokens, number.end):
        return Refuse("count_percent", data)
    if number.start and units.VAGUE.at(tokens, number.start - 1):
        return Ask("count_vague", (), data)
    mark = mark_before(tokens, number.start)
    if number.end < len(tokens) and tokens[number.end].text == "+":
        mark = "trên"
    if mark is None and (is_bound(tokens, number.start) or _bound_behind(tokens, number)):
        return Ask("count_vague", _options(whole), data)
    return Value({"value": whole[0], "mark": mark}) if mark else Value(whole[0])


def _bound_behind(tokens: Sequence[Token], number: Number) -> bool:
    after = number.end
    unit = units.COUNTED.at(tokens, after)
    if unit is not None and is_attending(tokens, unit[1]):
        return False
    return any(units.BOUNDS_BEHIND.at(tokens, here) for here in {after, unit[1] if unit else after})


def is_attending(tokens: Sequence[Token], here: int) -> bool:
    """Whether "du" at token ``here``, behind what is counted, is dự: "40 nguoi du"; "40 người dư" bounds."""
    return here < len(tokens) and tokens[here].text.lower() == "du"


def _with_sum(tokens: Sequence[Token], numbers: list[Number], whole: list[int]) -> list[int]:
    """ "20 nam, 25 nữ": the sum before its parts."""
    behind = {tokens[number.end].fold for number in numbers if number.end < len(tokens)}
    return [sum(whole), *whole] if len(numbers) == 2 and behind == {"nam", "nu"} else whole


def _options(whole: list[int]) -> tuple[Value, ...]:
    return tuple(Value(value) for value in whole[:5])
