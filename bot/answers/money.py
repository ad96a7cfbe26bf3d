"""Money in whole đồng: never guessed, never blurred, never foreign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.answers.count import mark_before, short
from bot.answers.givers import giver_at, numbering, plain_name
from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import clean
from bot.answers.numerals import MONEY, Number, number_at
from bot.answers.tokens import DIGITS, SIGN, Lexicon, Token, says, tokenise
from bot.answers.units import BOUNDS, COUNTED, CURRENCY, FOREIGN, FOREIGN_SIGNS, GOODS, SLANG, VAGUE

HIGHEST = 10**15
_LABELS: Lexicon[bool] = Lexicon(
    dict.fromkeys(
        ("ấp", "tổ", "số", "khóm", "thôn", "khu phố", "khu vực", "kv", "đợt", "lần", "stt", "sđt", "đt"), True
    )
)
_EACH: Lexicon[bool] = Lexicon(
    dict.fromkeys(
        (
            "mỗi",
            "mỗi phần",
            "mỗi suất",
            "mỗi hộ",
            "mỗi người",
            "một phần",
            "x",
            "×",
            "*",
            "nhân",
            "trị giá mỗi",
        ),
        True,
    )
)
_AFTER_BLUR: Lexicon[bool] = Lexicon(
    dict.fromkeys(
        (
            "mấy",
            "hơn",
            "trở lên",
            "trở xuống",
            "đổ lại",
            "ngoài",
            "hay sao",
            "gì đó",
            "mấy đồng",
            "có dư",
            "dư",
        ),
        True,
    )
)
_NOTHING: Lexicon[bool] = Lexicon(
    dict.fromkeys(("không có", "không", "không đồng", "ko", "chưa có", "chưa"), True)
)


@dataclass(frozen=True, slots=True)
class Amount:
    """One number of the text, with what it stands for: money, bare, goods, slang or percent."""

    kind: str
    number: Number
    readings: tuple[int, ...]
    end: int  # token behind number and unit
    source: str | None = None
    whole: bool = True


def read(text: str, asked: Asked) -> Reading:
    """``int`` đồng, with ``source`` where the text names a giver."""
    kept = clean(text)
    data = {"text": short(kept)}
    tokens = tokenise(kept)
    if is_foreign(tokens):
        return Refuse("money_foreign", data)
    amounts = amounts_in(tokens, kept)
    if not amounts:
        return _without_number(tokens, data)
    return _refused(tokens, amounts, data) or _decided(tokens, amounts, data)


def is_foreign(tokens: Sequence[Token]) -> bool:
    """Whether a foreign currency stands beside a number."""
    for here, token in enumerate(tokens):
        beside = (here and tokens[here - 1].kind == DIGITS) or (
            here + 1 < len(tokens) and tokens[here + 1].kind == DIGITS
        )
        if token.text in FOREIGN_SIGNS:
            return True
        found = FOREIGN.at(tokens, here) if here else None
        if found and (beside or MONEY.at(tokens, here - 1)):
            return True
    return False


def amounts_in(tokens: Sequence[Token], text: str) -> list[Amount]:
    """All numbers of the text in order, each with the giver named before it; labels ("ấp 3") left out."""
    amounts: list[Amount] = []
    here, source = numbering(tokens), None
    while here < len(tokens):
        after = giver_at(tokens, here) or plain_name(tokens, here)
        if after is not None:
            source = text[tokens[here].start : tokens[after - 1].end]
            here = after
            continue
        label = _LABELS.at(tokens, here)
        if label is not None and label[1] < len(tokens) and tokens[label[1]].kind == DIGITS:
            here = label[1] + 1
            continue
        number = number_at(tokens, here, MONEY, lambda index: COUNTED.at(tokens, index) is not None)
        if number is None:
            here += 1
            continue
        amounts.append(_amount(tokens, number, source))
        here = amounts[-1].end
        source = None
    return amounts


def _amount(tokens: Sequence[Token], number: Number, source: str | None) -> Amount:
    currency = CURRENCY.at(tokens, number.end)
    if currency is not None or (number.big > 1 and tokens[number.end - 1].fold.endswith("d")):
        whole = tuple(int(value) for value in number.readings if value.denominator == 1)
        return Amount("money", number, whole, currency[1] if currency else number.end, source)
    if number.end < len(tokens) and number.big == 1:
        slang = next(
            (sum_ for word, sum_ in SLANG.items() if says(tokens[number.end].text.lower(), word)), None
        )
        goods = GOODS.at(tokens, number.end) or COUNTED.at(tokens, number.end)
        if slang is not None and (goods is None or goods[1] == number.end + 1):
            sums = tuple(int(value * slang) for value in number.readings if slang)
            return Amount("slang", number, sums, number.end + 1, source)
        if tokens[number.end].text == "%":
            return Amount("percent", number, (), number.end + 1, source)
    goods = GOODS.at(tokens, number.end) or COUNTED.at(tokens, number.end)
    if goods is not None:
        return Amount(
            "goods", number, tuple(int(v) for v in number.readings if v.denominator == 1), goods[1], source
        )
    if number.big > 1:
        whole = tuple(int(value) for value in number.readings if value.denominator == 1)
        return Amount("money", number, whole, number.end, source)
    return Amount("bare", number, _bare(number), number.end, source)


def _bare(number: Number) -> tuple[int, ...]:
    """What a number without a unit can mean in money: in hamlets one speaks of ngàn and triệu."""
    sums: list[Fraction] = []
    for value in number.readings:
        if value.denominator > 1:
            sums += [value * 10**6, value * 10**9]
        elif value < 21:
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


def _without_number(tokens: Sequence[Token], data: dict[str, str]) -> Reading:
    if any(VAGUE.at(tokens, here) for here in range(len(tokens))):
        return Ask("money_vague", (), data)
    return Refuse("money_zero" if _NOTHING.at(tokens, 0) else "money_none", data)


def _refused(tokens: Sequence[Token], amounts: list[Amount], data: dict[str, str]) -> Reading | None:
    first = amounts[0]
    if any(not amount.number.readings for amount in amounts):
        return Refuse("money_malformed", data)
    if _is_negative(tokens, first):
        return Refuse("money_negative", data)
    if any(value > HIGHEST for amount in amounts for value in amount.number.readings):
        return Refuse("money_too_large", data)
    if all(amount.kind == "goods" for amount in amounts):
        return Refuse("money_goods", data)
    if all(amount.kind == "percent" for amount in amounts):
        return Refuse("money_percent", data)
    if len(amounts) == 1 and max(first.number.readings) == 0:
        return Refuse("money_zero", data)
    if len(amounts) == 1 and first.kind == "money" and not first.readings:
        return Refuse("money_fraction", data)
    return None


def _is_negative(tokens: Sequence[Token], amount: Amount) -> bool:
    before = amount.number.start
    if not before:
        return False
    last = tokens[before - 1]
    if last.kind == SIGN:
        return last.text in "-−–" and before == 1
    return last.text.lower() in ("âm", "trừ")


def _decided(tokens: Sequence[Token], amounts: list[Amount], data: dict[str, str]) -> Reading:
    product = _product(tokens, amounts)
    if product is not None:
        return Ask("money_product", (Value(product),), data)
    if len(amounts) > 1:
        return _several(tokens, amounts, data)
    amount = amounts[0]
    readings = tuple(Value(value, amount.source) for value in amount.readings if 0 < value <= HIGHEST)
    if blurred(tokens, amount):
        vague = amount.number.start and VAGUE.at(tokens, amount.number.start - 1)
        return Ask("money_vague", () if vague else readings, data)
    if amount.kind == "money" and len(readings) == 1 and not amount.number.unsure:
        if _is_small_decimal(tokens, amount):
            value = readings[0].value
            return Ask("money_unclear", (Value(value * 1000, amount.source), readings[0]), data)
        return readings[0]
    if amount.kind == "bare" and _is_sure(amount):
        return readings[0]
    return Ask("money_unclear", readings[:4], data)


def _is_sure(amount: Amount) -> bool:
    """Whether a number without a unit can only be đồng: ten thousand or more, and no telephone number."""
    number = amount.number
    return (
        len(amount.readings) == 1
        and not number.unsure
        and number.readings[0] >= 10_000
        and not (number.bare.startswith("0"))
    )


def _is_small_decimal(tokens: Sequence[Token], amount: Amount) -> bool:
    """ "1.5k": 1.500 đồng is hardly given to anyone."""
    number = amount.number
    signs = any(token.kind == SIGN for token in tokens[number.start : number.end])
    return number.big == 1000 and signs and amount.readings[0] < 10_000 and amount.readings[0] % 1000 > 0


def blurred(tokens: Sequence[Token], amount: Amount) -> bool:
    """Whether a phrase beside the amount bounds or blurs it ("hơn 2 triệu", "2 triệu mấy", "dưới 7 ngàn")."""
    start = amount.number.start
    if mark_before(tokens, start) or _AFTER_BLUR.at(tokens, amount.end):
        return True
    for width in (1, 2):
        here = start - width
        for words in (BOUNDS, VAGUE):
            found = words.at(tokens, here) if here >= 0 else None
            if found is not None and found[1] == start:
                return True
    return False


def _product(tokens: Sequence[Token], amounts: list[Amount]) -> int | None:
    """ "50 phần quà, mỗi phần 300k": so many times so much, to be confirmed."""
    if len(amounts) != 2:
        return None
    many, each = amounts
    if each.kind != "money" or len(each.readings) != 1 or len(many.readings) < 1 or many.number.big > 1:
        return None
    times = many.number.readings[0]
    between = range(many.number.end, each.number.start)
    if times.denominator > 1 or not any(_EACH.at(tokens, here) for here in between):
        return None
    total = int(times) * each.readings[0]
    return total if 0 < total <= HIGHEST else None


def _several(tokens: Sequence[Token], amounts: list[Amount], data: dict[str, str]) -> Reading:
    """More than one number: those that are money are offered one by one."""
    money = [amount for amount in amounts if amount.kind == "money"] or amounts
    values = [
        Value(value, amount.source) for amount in money for value in amount.readings if 0 < value <= HIGHEST
    ]
    return Ask("money_several", tuple(_unique(values)[:5]), data)


def _unique(values: list[Value]) -> list[Value]:
    return list({(value.value, value.source): value for value in values}.values())
