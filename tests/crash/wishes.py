"""What simulated heads want to report: what they type, how it has to read back, what has to be stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from templates import style


@dataclass(frozen=True)
class Wish:
    """One form. ``said`` is by question, as it is worded; ``shown`` by line of the summary; ``absent`` are
    the numbers that an attendance has to list in place of a summary."""

    form: str
    opening: str
    said: Mapping[str, str]
    shown: Mapping[str, str]
    stored: Mapping[str, Any]
    absent: frozenset[int] = frozenset()


def wishes(random: Random, hamlet: str, who: str) -> Iterator[Wish]:
    """One form after the other, no two of them alike."""
    number = 0
    while True:
        number += 1
        yield random.choice((_activity, _donation, _meeting))(random, hamlet, f"{who}-{number}")


def _activity(random: Random, hamlet: str, mark: str) -> Wish:
    place, people = f"đình {mark}", random.randint(11, 399)
    return Wish(
        "hoat_dong",
        "hoạt động",
        {
            "Việc gì?": random.choice(("1", "Tuyên truyền")),
            "Làm ngày nào?": "hôm nay",
            "Ở đâu?": place,
            "Mấy người dự?": str(people),
            "Ai tổ chức?": random.choice(("1", "Ấp mình")),
        },
        {"Việc": "tuyên truyền", "Nơi": place, "Số người": str(people), "Tổ chức": f"ấp {hamlet}"},
        {"viec": "tuyen_truyen", "noi": place, "so_nguoi": people, "to_chuc": "ap", "so_cuoc": 1},
    )


def _donation(random: Random, hamlet: str, mark: str) -> Wish:
    giver, amount = f"cơ sở {mark}", 50_000 * random.randint(2, 90)
    named, said = random.choice((("co", "Có"), ("khong", "Không")))
    return Wish(
        "ung_ho",
        "ủng hộ",
        {
            "Vào quỹ nào?": random.choice(("1", "Vì người nghèo")),
            "Ủng hộ bằng gì?": random.choice(("1", "Tiền")),
            "Số tiền bao nhiêu?": random.choice((f"{amount // 1000}k", f"{amount}")),
            "Ai ủng hộ?": giver,
            "đồng ý cho nêu tên": said,
        },
        {"Bằng": "tiền", "Số tiền": style.money(amount), "Người ủng hộ": giver, "Nêu tên": said},
        {
            "quy": "vi_nguoi_ngheo",
            "hinh_thuc": "tien",
            "so_tien": amount,
            "nguoi_ung_ho": giver,
            "neu_ten": named,
        },
    )


def _meeting(random: Random, hamlet: str, mark: str) -> Wish:
    absent = frozenset(random.sample(range(1, 10), 2))
    numbers = " ".join(map(str, sorted(absent)))
    return Wish("hop", "họp", {"Ai vắng?": numbers}, {}, {}, absent)
