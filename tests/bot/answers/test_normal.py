"""One form for what phones send: composed, without invisible characters, comparable."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.normal import clean, fold, short, sound


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  dọn   vệ sinh ", "dọn vệ sinh"),
        ("dòng một\r\ndòng\thai\n\nba", "dòng một\ndòng hai\n\nba"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Hường"), "Nguyễn Thị Hường"),
        ("vê\u0323 sinh", "vệ sinh"),
        ("ti\u0309\u0309nh", "tỉnh"),
        ("o\u0309\u0302n", "ổn"),
        ("a\u0301\u0302", "ấ"),
        ("x \u0301y", "x y"),
        ("a\u0301\u0300", "á"),
        ("500\u00a0000\u202fđ", "500 000 đ"),
        ("５００ｋ", "500k"),
        ("\u202eabc\u202c\u200bd\ufeff", "abcd"),
        ("a\x07b\x0cc", "ab\nc"),
        ("2\ufe0f\u20e3", "2"),
        ("\ud800x", "x"),
        ("", ""),
    ],
)
def test_clean(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Đồng  HOÀ", "dong hoa"),
        ("ủy\nuỷ", "uy uy"),
        ("Ngô Đình Ất", "ngo dinh at"),
        ("İstanbul", "istanbul"),
    ],
)
def test_fold(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("one", "other"), [("hoà", "hòa"), ("uỷ", "ủy"), ("thuý", "thúy"), ("rưởi", "rưỡi"), ("HOÀ", "hòa")]
)
def test_two_ways_to_write_one_sound(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"), [("bà", "ba"), ("tư", "từ"), ("hoa", "hòa"), ("dự", "du"), ("đa", "da")]
)
def test_different_sounds_stay_apart(one: str, other: str) -> None:
    assert sound(one) != sound(other)


def test_what_is_repeated_back_fits_into_a_line() -> None:
    assert short("a\nb") == "a b"
    assert len(short("dài " * 100)) <= 60


@given(st.text(max_size=200))
def test_clean_is_settled_composed_and_printable(typed: str) -> None:
    kept = clean(typed)
    assert clean(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"} for char in kept.replace("\n", ""))


@given(st.text(max_size=200))
def test_fold_is_settled(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)


@given(st.text("aăâeêioôơuưyđ áàảãạ", max_size=40))
def test_composed_and_decomposed_are_one(typed: str) -> None:
    assert clean(unicodedata.normalize("NFD", typed)) == clean(typed)
