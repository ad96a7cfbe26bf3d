"""How numbers, money and days are written in Vietnamese, in chats and documents (NĐ 30/2020, domain §4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

_LOCALE = "vi"
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_MONTHS_WITH_ZERO = 2  # NĐ 30 writes a zero before January and February only
_BILLION = 10**9


@lru_cache(maxsize=4096)
def number(value: int) -> str:
    """An integer with dots between the thousands: 7370 is "7.370"."""
    return str(format_decimal(value, locale=_LOCALE))


def count(value: int) -> str:
    """A count as documents write it: below ten with a leading zero ("07"), zero itself as "0"."""
    return f"{value:02d}" if 0 < value < 10 else number(value)


def money(value: int) -> str:
    """An amount in đồng: "1.562.410.000 đồng"."""
    return f"{number(value)} đồng"


def percent(value: float | Decimal) -> str:
    """A percentage of at most two decimals, rounded half up: "93,64%", "100%"."""
    exact = Decimal(str(value)).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    return f"{format_decimal(exact, format='#,##0.##', locale=_LOCALE)}%"


def marked(answer: int | Mapping[str, Any]) -> str:
    """A count as it was answered, with its mark if any: {"value": 800, "mark": "trên"} is "trên 800"."""
    if isinstance(answer, Mapping):
        return with_mark(count(int(answer["value"])), answer.get("mark"))
    return count(answer)


def with_mark(text: str, mark: str | None) -> str:
    """``text`` after its mark ("trên 800"); unchanged without one."""
    return f"{mark} {text}" if mark else text


def weekday(value: date) -> str:
    """The day of the week within a sentence: "thứ Tư", "Chủ nhật"."""
    return _WEEKDAYS[value.weekday()]


def short_day(value: date) -> str:
    """ "08/12/2024"."""
    return value.strftime("%d/%m/%Y") if value.year >= 1000 else f"{value:%d/%m/}{value.year:04d}"


def day(value: date) -> str:
    """A day with its weekday, as summaries show it: "Chủ nhật 08/12/2024"."""
    return f"{capitalised(weekday(value))} {short_day(value)}"


def long_day(value: date) -> str:
    """A day as NĐ 30 writes it: "ngày 09 tháng 12 năm 2024", "ngày 15 tháng 01 năm 2025"."""
    return f"ngày {value.day:02d} {long_month(value)}"


def long_month(value: date) -> str:
    """ "tháng 12 năm 2024", "tháng 01 năm 2025": a zero only before months 1 and 2."""
    month = f"{value.month:02d}" if value.month <= _MONTHS_WITH_ZERO else str(value.month)
    return f"tháng {month} năm {value.year}"


def due_day(value: date) -> str:
    """A deadline as reminders name it: "thứ Tư, 25/12"."""
    return f"{weekday(value)}, {value:%d/%m}"


def moment(value: datetime) -> str:
    """An aware moment on the commune's clock: "08:00, 25/11"."""
    return f"{value.astimezone(_ZONE):%H:%M, %d/%m}"


def month(value: str) -> str:
    """A month "2024-12" as people read it: "12/2024"."""
    return f"{value[5:7]}/{value[:4]}"


def capitalised(text: str) -> str:
    """``text`` with its first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def money_words(value: int) -> str:
    """An amount in words, as receipts and documents state it: "Năm trăm nghìn đồng"."""
    return f"{capitalised(words(value))} đồng"


def words(value: int) -> str:
    """A whole number in words: 1005 is "một nghìn không trăm lẻ năm"; below zero with "âm"."""
    if value < 0:
        return f"âm {words(-value)}"
    if value == 0:
        return _DIGITS[0]
    return " ".join(_words(value, full=False))


def _words(value: int, full: bool) -> list[str]:
    """The words of ``value``; ``full`` says that something stands before it, so zeros are spoken."""
    if value >= _BILLION:
        above, rest = divmod(value, _BILLION)
        return [*_words(above, full), "tỷ", *(_words(rest, full=True) if rest else [])]
    said: list[str] = []
    for size, unit in ((10**6, "triệu"), (1000, "nghìn"), (1, "")):
        group, value = divmod(value, size)
        if group:
            said += _group(group, full or bool(said))
            said += [unit] if unit else []
    return said


def _group(value: int, full: bool) -> list[str]:
    """The words of one to 999."""
    hundreds, rest = divmod(value, 100)
    tens, ones = divmod(rest, 10)
    said = [_DIGITS[hundreds], "trăm"] if hundreds or full else []
    if tens > 1:
        said += [_DIGITS[tens], "mươi"]
    elif tens == 1:
        said.append("mười")
    elif ones and said:
        said.append("lẻ")
    return said + ([_one(tens, ones)] if ones else [])


def _one(tens: int, ones: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 5 and tens:
        return "lăm"
    return _DIGITS[ones]


def within_sentence(name: str, word: str) -> str:
    """A hamlet's name within a sentence: "Ấp 3" is "ấp 3", a proper name stays as it is."""
    if name.casefold().startswith(word.casefold()):
        return name[: len(word)].lower() + name[len(word) :]
    return name
