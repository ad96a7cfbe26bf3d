"""What people type: whole forms, one message after the other, each time with other figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random

_PLACES = ("kinh Xáng", "chùa Phước Hưng", "nhà văn hóa ấp", "nhà bà Tư", "cầu số 3", "đình thần")
_GIVERS = ("bà Năm", "ông Hai Lúa", "cơ sở Minh Phát", "chị Út", "anh Tám Thợ", "gia đình bà Chín")
_DAYS = ("hôm nay", "hôm qua", "8/12", "thứ sáu tuần rồi", "1/12/2024")


def _activity(random: Random) -> list[str]:
    kind, crowd = str(random.randint(1, 9)), str(random.randint(8, 300))
    return ["hoạt động", kind, random.choice(_DAYS), random.choice(_PLACES), crowd, "1", "Đ"]


def _donation(random: Random) -> list[str]:
    amount = f"{random.randint(2, 90) * 50}k"
    return ["ủng hộ", "1", "1", amount, random.choice(_GIVERS), str(random.randint(1, 2)), "Đ"]


def _meeting(random: Random) -> list[str]:
    absent = sorted(random.sample(range(1, 10), 2))
    return ["họp", " ".join(map(str, absent)), "Đ"]


def _activity_line(random: Random) -> list[str]:
    return [f"sang nay don ve sinh kinh xang {random.randint(8, 90)} nguoi", "1", "Đ"]


def _donation_line(random: Random) -> list[str]:
    return [f"ba Nam ung ho quy nguoi ngheo {random.randint(2, 40) * 50}k", "1", "Đ"]


FORMS: tuple[Callable[[Random], list[str]], ...] = (
    _activity,
    _donation,
    _meeting,
    _activity_line,
    _donation_line,
)


def forms(seed: int, count: int) -> list[list[str]]:
    """So many whole forms of one person; each ends in one record."""
    random = Random(seed)
    first = seed % len(FORMS)
    return [FORMS[(first + number) % len(FORMS)](random) for number in range(count)]


def endless(seed: int) -> Iterator[str]:
    """One person's messages, form after form."""
    random, at = Random(seed), seed
    while True:
        yield from FORMS[at % len(FORMS)](random)
        at += 1
