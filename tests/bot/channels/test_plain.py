"""Texts for channels without buttons."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.plain import LONGEST, length, spelled_out, split
from bot.messages import Button, Outgoing
from templates import wording

WORDING = wording.load()


@pytest.mark.parametrize(
    ("text", "button"),
    [
        ("Vào quỹ nào?\n1. Quỹ “Vì người nghèo”\n2. Khác", Button("Vì người nghèo")),
        ("Chào chú.\n1. Có việc, báo ngay", Button("Báo ngay", "/baoviec")),
        ("1. Đã báo cách khác", Button("Đã báo cách khác", "/baokhac 12 2024")),
        ("Mời chú xem lại:\n1. Việc: họp\nĐúng thì gõ Đ.", Button("Đúng")),
        ("1. Danh sách ủng hộ của ấp", Button("Danh sách")),
        ("1. Ngày hội Đại đoàn kết", Button("Ngày hội ĐĐK")),
    ],
)
def test_what_the_text_shows_is_not_said_again(text: str, button: Button) -> None:
    assert spelled_out(Outgoing(text, (button,)), WORDING) == text


def test_what_only_a_button_shows_is_spelled_out() -> None:
    assert spelled_out(Outgoing("1. Một", (Button("Hai"), Button("Ba"))), WORDING).endswith("• Hai\n• Ba")
    outgoing = Outgoing(
        "Tháng 11: 3/7 ấp đã chốt.", (Button("Xem tiến độ", "/tiendo 11 2024"), Button("Nhắc"))
    )
    assert spelled_out(outgoing, WORDING).split("\n")[1:] == [
        "Gõ một trong các chữ sau:",
        "• Xem tiến độ: gõ /tiendo 11 2024",
        "• Nhắc",
    ]


def test_a_short_text_stays_whole() -> None:
    assert split("a\n\nb") == ["a\n\nb"]
    assert split("") == []
    assert split(" \n ") == []


def test_a_long_text_is_parted_at_line_ends() -> None:
    lines = [f"{number}. {'chữ ' * 20}".strip() for number in range(50)]
    parts = split("\n".join(lines))
    assert "\n".join(parts).split("\n") == lines
    assert len(parts) == 3


def test_a_long_line_is_parted_at_words() -> None:
    parts = split(" ".join(["chữ"] * 1000))
    assert all(part.endswith("chữ") for part in parts)
    assert " ".join(parts).split() == ["chữ"] * 1000
    assert [length(part) for part in split("🎋" * 2000)] == [1900, 1900, 200]


@given(st.text(alphabet="aắ🎋 \n", max_size=300), st.integers(min_value=2, max_value=40))
def test_no_part_is_too_long_and_nothing_is_lost(text: str, longest: int) -> None:
    parts = split(text, longest)
    assert all(0 < length(part) <= longest for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert LONGEST < 2000
