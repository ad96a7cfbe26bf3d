"""Invitation codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import codes


def test_a_code_is_long_and_plain() -> None:
    made = {codes.new_code() for _ in range(200)}

    assert len(made) == 200
    assert all(len(code) == 8 and set(code) <= set(codes.ALPHABET) for code in made)
    assert not any(code.isalpha() or code.isdecimal() for code in made), "no word that people type"
    assert not set("01OILBSZ") & set(codes.ALPHABET)


def test_it_is_read_however_it_was_typed() -> None:
    for typed in ("K7M2P9TX", "K7M2 P9TX", " k7m2-p9tx ", "k7 m2 p9 tx", "K7M2.P9TX", "k7m2–p9tx"):
        assert codes.read(typed) == "K7M2P9TX"
    assert codes.read(codes.shown("K7M2P9TX")) == "K7M2P9TX"


@pytest.mark.parametrize("typed", ["", "K7M2P9T", "K7M2P9TXX", "K7M2P9TO", "xin chào", "12345678901"])
def test_what_is_none(typed: str) -> None:
    assert codes.read(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("K7M2 P9TO", True), ("K7M2P9T", True), ("mã 1", False), ("xin chào", False), ("0900 000 000", True)],
)
def test_a_mistyped_code_counts_as_a_try(typed: str, meant: bool) -> None:
    assert codes.looks_like_one(typed) is meant


LETTER = """Kính gửi chú Sáu, Trưởng Ban Công tác Mặt trận ấp 3.
1. Bấm: https://t.me/matran24_bot?start=K7M2P9TX, hoặc quét mã tại trụ sở xã
2. Gõ mã: K7M2 P9TX
Mã dùng một lần, hết hạn 15/12. Xin đừng đưa mã cho ai.
Cần giúp, gọi: 0972 345 678"""


@pytest.mark.parametrize(
    ("typed", "codes_in_it"),
    [
        ("Gõ mã: K7M2 P9TX", ["K7M2P9TX"]),
        ("Gõ mã: k7 m2 p9 tx", ["K7M2P9TX"]),
        ("mã của tôi là k7m2p9tx ạ", ["K7M2P9TX"]),
        ("mã K7M2-P9TX, mã K7M2P9TX", ["K7M2P9TX"]),
        (LETTER, ["K7M2P9TX"]),
        ("K7M2 P9TX hay là Q3R4 T5U6", ["K7M2P9TX", "Q3R4T5U6"]),
        ("https://t.me/matran24_bot", []),
        ("đại hội 2345 nhan dan", []),
        ("gọi 0972 3456 7899", []),
        ("họp ngày 8/12 lúc 7h30", []),
        ("K7M2P9TXK7M2P9TX", []),
    ],
)
def test_codes_in_a_sentence(typed: str, codes_in_it: list[str]) -> None:
    assert list(codes.found(typed)) == codes_in_it


def test_a_mistyped_code_behind_its_label_counts_as_a_try() -> None:
    assert codes.looks_like_one("2. Gõ mã: K7M2 P9TO")
    assert not codes.looks_like_one("Cần giúp, gọi: 0900 000 000")


@given(st.text(max_size=50))
def test_any_text_is_read_or_not(text: str) -> None:
    code = codes.read(text)
    assert code is None or (len(code) == 8 and codes.read(code) == code)
    codes.looks_like_one(text)
    assert all(codes.read(one) == one for one in codes.found(text))


def test_the_hash_is_of_code_and_commune() -> None:
    hashed = codes.hashed("K7M2P9TX", "tan-an")

    assert hashed == codes.hashed("K7M2P9TX", "tan-an")
    assert hashed != codes.hashed("K7M2P9TX", "an-hoa")
    assert hashed != codes.hashed("K7M2P9TY", "tan-an")
    assert "K7M2" not in hashed and len(hashed) == 64
