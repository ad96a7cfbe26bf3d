"""The amounts that a text holds: money, bare numbers, goods, each with the giver named before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from bot.answers import units
from bot.answers.givers import giver_at, numbering, plain_name
from bot.answers.normal import sound
from bot.answers.numeral_words import BIG, MONEY, SMALL, Number
from bot.answers.numerals import number_at
from bot.answers.tokens import DIGITS, SIGN, Token, phrases, says

HIGHEST = 10**15
MOST = 12  # amounts looked at: an answer with more is no answer to one question
MONEY_KIND, BARE, GOODS, SLANG, PERCENT, PAIR = "money", "bare", "goods", "slang", "percent", "pair"
_LABELS = phrases(
    "ấp|tổ|số|khóm|thôn|khu phố|khu vực|kv|đợt|lần|stt|sđt|đt|ngày|tháng|thứ|mùng|mồng|quý|câu|phiếu|"
    "phiếu số|số nhà"
)
_PARTICLES = frozenset({"nha", "nhe", "nhé", "a", "ạ", "vay", "do"})


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of the text and what it stands for; ``readings`` in đồng where it is or may be money.

    ``end`` is the token behind number and unit; ``unit`` what goods are counted in, as typed; words before
    token ``floor`` (a giver's name, another amount) say nothing about it.
    """

    kind: str
    number: Number
    readings: tuple[int, ...]
    end: int
    source: str | None = None
    unit: str = ""
    unsure: bool = False
    floor: int = 0


def amounts_in(tokens: Sequence[Token], text: str) -> list[Amount]:
    """All amounts in order; a line's own number, labels ("ấp 3") and days ("8/12") are none."""
    found: list[Amount] = []
    here, source, name, floor, crowd = numbering(tokens), None, None, 0, False
    while here < len(tokens) and len(found) < MOST:
        skipped = after_label(tokens, here)
        giver = None if skipped else _giver(tokens, here)
        if (
            giver is not None
            and found
            and found[-1].source is None
            and _right_behind(tokens, found[-1].end, here)
        ):
            found[-1] = replace(found[-1], source=text[tokens[here].start : tokens[giver - 1].end])
        elif giver is not None:
            crowd = source is not None  # "bà Sáu, ông Tư mỗi người 200k"
            source, name = text[tokens[here].start : tokens[giver - 1].end], giver - 1
        if skipped or giver:
            here = floor = skipped or giver or here
            continue
        number = number_at(tokens, here, MONEY, lambda index: is_counted(tokens, index))
        if number is None:
            here += 1
            continue
        amount = amount_of(tokens, number, text, source)
        if name == number.start - 1 and amount.kind == MONEY_KIND:
            amount = _with_name_as_number(tokens, amount, number.start - 1)
        found.append(replace(amount, floor=floor, unsure=amount.unsure or crowd))
        crowd = False
        here = floor = amount.end
        source = name = None
    return found


def _right_behind(tokens: Sequence[Token], end: int, here: int) -> bool:
    """ "200k bà Sáu", "200k của bà Sáu": the giver stands behind."""
    return here == end or (here == end + 1 and tokens[end].fold in ("cua", "tu", "(", "-", "–"))


def is_counted(tokens: Sequence[Token], here: int) -> bool:
    """Whether a unit of counting stands at token ``here``."""
    return units.COUNTED.at(tokens, here) is not None


def after_label(tokens: Sequence[Token], here: int) -> int | None:
    """The index after a number that only names something: "ấp 3", "ngày 8/12", "8/12"; else None."""
    label = _LABELS.at(tokens, here)
    start = label[1] if label else here
    if start >= len(tokens) or tokens[start].kind != DIGITS:
        return None
    pair = start + 1 < len(tokens) and tokens[start + 1].text == "/"
    if label and pair and label[0] not in ("ngày", "mùng", "mồng", "số"):
        return None  # "họp tổ 9/9"
    if label and (MONEY.at(tokens, start + 1) or units.CURRENCY.at(tokens, start + 1)):
        return None  # "mỗi lần 500k"
    after = start + 1
    while after + 1 < len(tokens) and tokens[after].text in "/-" and tokens[after + 1].kind == DIGITS:
        if tokens[after].text == "-" and not label:
            break
        after += 2
    return after if label or after > start + 1 else None


def _giver(tokens: Sequence[Token], here: int) -> int | None:
    """The index after a giver; "ba" alone may be the number three ("ba lăm ngàn")."""
    if tokens[here].text.lower() == "ba":
        number = number_at(tokens, here, MONEY)
        marked = any(not token.text.isascii() for token in tokens[here : here + 4])
        if number is not None and (number.big > 1 or (marked and tokens[here].text == "ba")):
            return None
    return giver_at(tokens, here) or plain_name(tokens, here)


def _with_name_as_number(tokens: Sequence[Token], amount: Amount, name: int) -> Amount:
    """ "bà Năm trăm ngàn": a hundred thousand from bà Năm, or five hundred thousand."""
    first, word = MONEY.at(tokens, amount.number.start), MONEY.at(tokens, name)
    if first is None or word is None or first[0][0] not in (SMALL, BIG):
        return amount
    other = number_at(tokens, name, MONEY)
    if other is None or other.end != amount.number.end:
        return amount
    readings = tuple(dict.fromkeys((*_whole(other), *amount.readings)))
    return replace(amount, readings=readings, unsure=True)


def amount_of(tokens: Sequence[Token], number: Number, text: str, source: str | None) -> Amount:
    """What the number stands for, by what follows it."""
    currency = units.CURRENCY.at(tokens, number.end)
    glued = number.big > 1 and tokens[number.end - 1].fold.endswith("d")  # "2trđ"
    if currency is not None or glued:
        return _in_dong(number, currency[1] if currency else number.end, source)
    goods = _goods(tokens, number)
    slang = _slang(tokens, number)
    if slang is not None and (goods is None or goods == number.end + 1):
        sums = tuple(int(value * slang) for value in number.readings if slang)
        return Amount(SLANG, number, sums, number.end + 1, source, unsure=True)
    if number.end < len(tokens) and tokens[number.end].text == "%":
        return Amount(PERCENT, number, (), number.end + 1, source)
    if goods is not None:
        unit = text[tokens[number.end].start : tokens[goods - 1].end]
        return Amount(GOODS, number, _whole(number), goods, source, unit)
    alone = number.end == number.start + 1 and tokens[number.start].kind != DIGITS  # "triệu"
    if number.big > 1:
        return Amount(
            MONEY_KIND,
            number,
            _whole(number),
            number.end,
            source,
            unsure=alone or number.unsure or number.spaced,
        )
    unsure = number.unsure or number.spaced or number.bare.startswith("0")
    return Amount(BARE, number, _bare(number), number.end, source, unsure=unsure)


def _in_dong(number: Number, end: int, source: str | None) -> Amount:
    """With "đồng" as written; but nobody gives less than a thousand: "500 đồng" is mostly 500 ngàn."""
    readings = _whole(number)
    if number.big == 1 and len(readings) == 1 and 0 < readings[0] < 1000:
        return Amount(MONEY_KIND, number, (readings[0] * 1000, readings[0]), end, source, unsure=True)
    return Amount(MONEY_KIND, number, readings, end, source, unsure=number.unsure)


def _goods(tokens: Sequence[Token], number: Number) -> int | None:
    """The index after a unit of goods or of counting; behind "ngàn", "triệu" only one typed in full."""
    here = number.end
    if here < len(tokens) and tokens[here].text.lower() in _PARTICLES:
        return None
    found = units.GOODS.at(tokens, here) or units.COUNTED.at(tokens, here)
    if found is None or (number.big > 1 and sound(tokens[here].text) != sound(found[0].split()[0])):
        return None  # "300k cho quỹ" is no "300k chỗ"
    return found[1]


def _slang(tokens: Sequence[Token], number: Number) -> int | None:
    if number.end >= len(tokens) or number.big > 1:
        return None
    typed = tokens[number.end].text.lower()
    return next((sum_ for word, sum_ in units.SLANG.items() if says(typed, word)), None)


def _whole(number: Number) -> tuple[int, ...]:
    return tuple(int(value) for value in number.readings if value.denominator == 1)


def _bare(number: Number) -> tuple[int, ...]:
    """What a number without a unit can mean in money: in hamlets one speaks of ngàn and triệu."""
    sums: list[Fraction] = []
    for value in number.readings:
        if value.denominator > 1:
            sums += [value * 10**6, value * 10**9]
        elif value <= 20:
            sums += [value * 10**6, value * 1000]
        elif value < 100:
            sums += [value * 1000, value * 10**6]
        elif value < 1000:
            sums.append(value * 1000)
        elif value < 10_000:
            sums += [value * 1000, value]
        else:
            sums.append(value)
    return tuple(dict.fromkeys(int(value) for value in sums if value.denominator == 1 and value > 0))


def is_negative(tokens: Sequence[Token], number: Number) -> bool:
    """Whether a minus ("âm", "trừ") stands before the number with nothing before it."""
    if not number.start:
        return False
    last = tokens[number.start - 1]
    if last.kind == SIGN:
        return last.text in "-−–" and number.start == 1
    return last.text.lower() in ("âm", "trừ")


def in_unit(amount: Amount, unit: int) -> Amount:
    """A bare number as so many times ``unit`` đồng, where a list says what it counts in."""
    if amount.kind != BARE or not amount.number.readings:
        return amount
    values = [value * unit for value in amount.number.readings]
    readings = tuple(int(value) for value in values if value.denominator == 1)
    return replace(amount, kind=MONEY_KIND, readings=readings)
