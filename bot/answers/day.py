"""A day: solar or lunar, by number, weekday or word; looking back for what has happened, ahead for plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.answers.count import short
from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import clean
from bot.answers.tokens import DIGITS, Lexicon, Token, tokenise

_NEAR: Lexicon[int] = Lexicon(
    {
        "hôm nay": 0, "bữa nay": 0, "ngày nay": 0, "sáng nay": 0, "trưa nay": 0, "chiều nay": 0, "tối nay": 0,
        "đêm nay": 0, "hồi sáng": 0, "hồi trưa": 0, "nay": 0, "mới đây": 0, "hồi nãy": 0, "vừa rồi": 0, "hồi hôm": -1,
        "hôm qua": -1, "bữa qua": -1, "ngày qua": -1, "sáng qua": -1, "trưa qua": -1, "chiều qua": -1, "tối qua": -1,
        "đêm qua": -1, "qua": -1, "hôm kia": -2, "bữa kia": -2, "hôm kìa": -3, "bữa kìa": -3,
        "ngày mai": 1, "mai": 1, "bữa mai": 1, "sáng mai": 1, "chiều mai": 1, "tối mai": 1, "trưa mai": 1,
        "ngày mốt": 2, "mốt": 2, "bữa mốt": 2, "ngày kia": 2,
    }
)  # fmt: skip
_WEEKDAYS: Lexicon[int] = Lexicon(
    {
        "thứ hai": 0, "thứ 2": 0, "t2": 0, "thứ ba": 1, "thứ tư": 2, "thứ năm": 3, "thứ sáu": 4, "thứ bảy": 5,
        "thứ bẩy": 5, "chủ nhật": 6, "chúa nhật": 6, "cn": 6, "ch nhật": 6,
    }
)  # fmt: skip
_VAGUE: Lexicon[bool] = Lexicon(
    dict.fromkeys(
        [
            "tuần trước",
            "tuần rồi",
            "tuần này",
            "tuần qua",
            "tuần sau",
            "tháng trước",
            "tháng rồi",
            "tháng này",
            "tháng sau",
            "đầu tháng",
            "giữa tháng",
            "cuối tháng",
            "cuối tuần",
            "đầu tuần",
            "giữa tuần",
            "mấy bữa",
            "mấy hôm",
            "mấy ngày",
            "hôm nọ",
            "bữa nọ",
            "bữa trước",
            "hôm trước",
            "bữa hổm",
            "hổm rày",
            "dạo này",
            "năm ngoái",
            "năm nay",
            "đầu năm",
            "cuối năm",
            "không nhớ",
            "quên",
            "hôm bữa",
            "vài ngày",
        ],
        True,
    )
)


@dataclass(frozen=True, slots=True)
class _Written:
    """A day as written: numbers, and whether of the lunar calendar."""

    day: int
    month: int | None
    year: int | None
    end: int


def read(text: str, asked: Asked) -> Reading:
    """An ISO date."""
    kept = clean(text)
    data = {"text": short(kept)}
    tokens = tokenise(kept)
    for here in range(len(tokens)):
        written = _written(tokens, here)
        if written is not None:
            return _placed(written, asked, data)
        near = _NEAR.at(tokens, here)
        if near is not None:
            return _checked([asked.today + timedelta(near[0])], asked, data)
        weekday = _WEEKDAYS.at(tokens, here)
        if weekday is not None:
            return _weekday(weekday[0], asked, data)
    return Refuse("day_none", data)


def _weekday(weekday: int, asked: Asked, data: dict[str, str]) -> Reading:
    back = (asked.today.weekday() - weekday) % 7
    if back == 0:
        return Ask(
            "day_unclear",
            (Value(asked.today.isoformat()), Value((asked.today - timedelta(7)).isoformat())),
            data,
        )
    return Value((asked.today - timedelta(back)).isoformat())


def _written(tokens: Sequence[Token], here: int) -> _Written | None:
    if tokens[here].kind != DIGITS or len(tokens[here].text) > 4:
        return None
    numbers, after = [int(tokens[here].text)], here + 1
    while after + 1 < len(tokens) and tokens[after].text in "/-." and tokens[after + 1].kind == DIGITS:
        numbers.append(int(tokens[after + 1].text[:6]))
        after += 2
    if len(numbers) == 1:
        return None
    return _Written(numbers[0], numbers[1], numbers[2] if len(numbers) > 2 else None, after)


def _placed(written: _Written, asked: Asked, data: dict[str, str]) -> Reading:
    year = written.year or asked.today.year
    try:
        day = date(year, written.month or asked.today.month, written.day)
    except ValueError:
        return Refuse("day_impossible", data)
    return _checked([day], asked, data)


def _checked(days: list[date], asked: Asked, data: dict[str, str]) -> Reading:
    if days[0] > asked.today and not asked.planned:
        return Refuse("day_future", data)
    return Value(days[0].isoformat())
