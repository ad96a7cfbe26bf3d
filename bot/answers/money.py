"""Money in whole đồng: never guessed, never blurred, never foreign.

vn-money and vietnam-number were tried: they read well-formed amounts, and answer where they should ask.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers import units
from bot.answers.amounts import (
    BARE,
    GOODS,
    HIGHEST,
    MONEY_KIND,
    PERCENT,
    Amount,
    amounts_in,
    is_negative,
)
from bot.answers.count import is_bound, mark_before
from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import clean, short
from bot.answers.numeral_words import MONEY
from bot.answers.tokens import DIGITS, SIGN, WORD, Token, phrases, tokenise

_EACH = phrases("mỗi|một|1|x|×|*|nhân|/")
_RANGE = phrases("đến|tới|-|–|—|hoặc|hay")
_MORE = phrases("nữa|mấy đồng|mấy trăm|mấy chục")
_NOTHING = phrases("không có|không|không đồng|ko|chưa có|chưa|hổng có|hông có")


def read(text: str, asked: Asked) -> Reading:
    """``int`` đồng, with ``source`` where the text names a giver."""
    kept = clean(text)
    data = {"text": short(kept)}
    tokens = tokenise(kept)
    if is_foreign(tokens):
        return Refuse("money_foreign", data)
    return of_amounts(tokens, amounts_in(tokens, kept), data)


def of_amounts(tokens: Sequence[Token], amounts: list[Amount], data: dict[str, str]) -> Reading:
    """What the amounts found in a text come to as one answer."""
    if not amounts:
        return _without_number(tokens, data)
    return _refused(tokens, amounts, data) or _decided(tokens, amounts, data)


def is_foreign(tokens: Sequence[Token]) -> bool:
    """Whether a foreign currency stands beside a number."""
    for here, token in enumerate(tokens):
        if token.text in units.FOREIGN_SIGNS:
            return True
        found = units.FOREIGN.at(tokens, here)
        if found is None:
            continue
        behind = here and (tokens[here - 1].kind == DIGITS or MONEY.at(tokens, here - 1))
        ahead = found[1] < len(tokens) and tokens[found[1]].kind == DIGITS
        if behind or ahead:
            return True
    return False


def _without_number(tokens: Sequence[Token], data: dict[str, str]) -> Reading:
    if any(units.VAGUE.at(tokens, here) for here in range(len(tokens))):
        return Ask("money_vague", (), data)
    return Refuse("money_zero" if _NOTHING.at(tokens, 0) else "money_none", data)


def _refused(tokens: Sequence[Token], amounts: list[Amount], data: dict[str, str]) -> Reading | None:
    if any(not amount.number.readings for amount in amounts):
        return Refuse("money_malformed", data)
    if is_negative(tokens, amounts[0].number):
        return Refuse("money_negative", data)
    if any(value > HIGHEST for amount in amounts for value in amount.number.readings):
        return Refuse("money_too_large", data)
    for kind, code in ((GOODS, "money_goods"), (PERCENT, "money_percent")):
        if all(amount.kind == kind for amount in amounts):
            return Refuse(code, data)
    if all(max(amount.number.readings) == 0 for amount in amounts):
        return Refuse("money_zero", data)
    if len(amounts) == 1 and amounts[0].kind == MONEY_KIND and not amounts[0].readings:
        return Refuse("money_fraction", data)
    return None


def _decided(tokens: Sequence[Token], amounts: list[Amount], data: dict[str, str]) -> Reading:
    product = _product(tokens, amounts)
    if product is not None:
        return Ask("money_product", (Value(product),), data)
    if len(amounts) > 1 and not _same(amounts):
        return Ask("money_several", _several(tokens, amounts), data)
    amount = amounts[0]
    readings = _values(amount)
    if blurred(tokens, amount):
        start = amount.number.start
        return Ask(
            "money_vague",
            () if start > amount.floor and units.VAGUE.at(tokens, start - 1) else readings,
            data,
        )
    if is_small_decimal(tokens, amount):
        return Ask("money_unclear", (Value(amount.readings[0] * 1000, amount.source), *readings), data)
    if is_sure(amount) and len(readings) == 1:
        return Ask("money_each", readings, data) if _is_each(tokens, amount) else readings[0]
    return Ask("money_unclear", readings[:4], data)


def _same(amounts: list[Amount]) -> bool:
    """ "500.000 đồng (năm trăm ngàn)": one amount, said twice."""
    return all(amount.kind == MONEY_KIND and amount.readings == amounts[0].readings for amount in amounts)


def _is_each(tokens: Sequence[Token], amount: Amount) -> bool:
    """ "mỗi hộ 200k", "50k/tháng": how many times is not said."""
    before = tokens[max(amount.floor, amount.number.start - 3) : amount.number.start]
    per = tokens[amount.end : amount.end + 2]
    return any(token.fold == "moi" and token.text.lower() != "mới" for token in before) or (
        len(per) == 2 and per[0].text == "/" and per[1].kind == WORD
    )


def _values(amount: Amount) -> tuple[Value, ...]:
    return tuple(Value(value, amount.source) for value in amount.readings if 0 < value <= HIGHEST)


def is_sure(amount: Amount) -> bool:
    """Whether the amount has one sane reading; without a unit only from ten thousand on."""
    if amount.unsure or len(amount.readings) != 1:
        return False
    return amount.kind == MONEY_KIND or (amount.kind == BARE and amount.number.readings[0] >= 10_000)


def is_small_decimal(tokens: Sequence[Token], amount: Amount) -> bool:
    """ "1.5k": hardly anyone gives 1.500 đồng."""
    number = amount.number
    signs = any(token.kind == SIGN for token in tokens[number.start : number.end])
    small = number.big == 1000 and len(amount.readings) == 1 and 0 < amount.readings[0] < 10_000
    return signs and small and amount.readings[0] % 1000 > 0


def blurred(tokens: Sequence[Token], amount: Amount) -> bool:
    """Whether a phrase beside the amount bounds or blurs it ("hơn 2 triệu", "2 triệu mấy", "dưới 7 ngàn")."""
    start = amount.number.start
    if mark_before(tokens, start, amount.floor) or is_bound(tokens, start, amount.floor):
        return True
    return any(words.at(tokens, amount.end) for words in (units.BOUNDS_BEHIND, _MORE))


def _product(tokens: Sequence[Token], amounts: list[Amount]) -> int | None:
    """ "50 phần quà, mỗi phần 300k", "20 suất, 500 ngàn một suất": so many times so much, to be confirmed."""
    prices = [amount for amount in amounts if amount.kind == MONEY_KIND and len(amount.readings) == 1]
    counts = [amount for amount in amounts if amount.kind in (GOODS, BARE) and amount.number.readings[0] != 1]
    if len(prices) != 1 or len(counts) != 1 or counts[0].number.readings[0].denominator > 1:
        return None
    each, many = prices[0], counts[0]
    if any(amount.kind != GOODS for amount in amounts if amount is not each and amount is not many):
        return None
    before = range(many.number.end, each.number.start)
    after = range(each.end, min(each.end + 1, len(tokens)))
    if not any(_EACH.at(tokens, here) for here in (*before, *after)):
        return None
    total = int(many.number.readings[0]) * each.readings[0]
    return total if 0 < total <= HIGHEST else None


def _several(tokens: Sequence[Token], amounts: list[Amount]) -> tuple[Value, ...]:
    """More than one number: those that are money are offered; the ends of a range share its unit."""
    found: list[Value] = []
    for place, amount in enumerate(amounts):
        if amount.kind == MONEY_KIND:
            found += _values(amount)
        elif amount.kind == BARE and place + 1 < len(amounts):
            found += _range_begin(tokens, amount, amounts[place + 1])
    if not found:
        found = [value for amount in amounts for value in _values(amount) if amount.kind != GOODS]
    return tuple({(value.value, value.source): value for value in found}.values())[:5]


def _range_begin(tokens: Sequence[Token], first: Amount, then: Amount) -> list[Value]:
    """ "500-600k", "từ 1000 đến 2000 đồng": the first number counts in the second's unit."""
    joined = _RANGE.at(tokens, first.end)
    if joined is None or joined[1] != then.number.start or then.kind != MONEY_KIND:
        return []
    values = [value * then.number.big for value in first.number.readings]
    return [
        Value(int(value), first.source) for value in values if value.denominator == 1 and 0 < value <= HIGHEST
    ]
