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


@given(st.text(max_size=50))
def test_any_text_is_read_or_not(text: str) -> None:
    code = codes.read(text)
    assert code is None or (len(code) == 8 and codes.read(code) == code)
    codes.looks_like_one(text)


def test_the_hash_is_of_code_and_commune() -> None:
    hashed = codes.hashed("K7M2P9TX", "tan-an")

    assert hashed == codes.hashed("K7M2P9TX", "tan-an")
    assert hashed != codes.hashed("K7M2P9TX", "an-hoa")
    assert hashed != codes.hashed("K7M2P9TY", "tan-an")
    assert "K7M2" not in hashed and len(hashed) == 64
