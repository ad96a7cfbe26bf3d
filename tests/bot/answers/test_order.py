"""Vietnamese order: alphabet, then tones; people by tên, then họ, then đệm."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.answers.order import people_key, text_key


def shuffled(texts: list[str]) -> list[str]:
    """The texts in another order, always the same."""
    return texts[1::2] + texts[::2][::-1]


def test_the_alphabet() -> None:
    letters = [
        "a",
        "ă",
        "â",
        "b",
        "c",
        "d",
        "đ",
        "e",
        "ê",
        "g",
        "h",
        "i",
        "k",
        "l",
        "m",
        "n",
        "o",
        "ô",
        "ơ",
        "p",
        "q",
        "r",
        "s",
        "t",
        "u",
        "ư",
        "v",
        "x",
        "y",
    ]
    assert sorted(shuffled(letters), key=text_key) == letters


def test_tones_come_after_letters() -> None:
    tones = ["ma", "mà", "mả", "mã", "má", "mạ", "mang", "màng", "mâm"]
    assert sorted(shuffled(tones), key=text_key) == tones
    assert sorted(["Bà Na", "Ba Nam"], key=text_key) == ["Bà Na", "Ba Nam"]


def test_both_tone_styles_stand_together() -> None:
    assert sorted(["hoán", "hòa", "hoà", "hoa"], key=text_key) == ["hoa", "hoà", "hòa", "hoán"]


def test_numbers_by_their_size() -> None:
    hamlets = ["Ấp 1", "Ấp 2", "Ấp 10", "Ấp 11", "Ấp Mỹ Hòa"]
    assert sorted(shuffled(hamlets), key=text_key) == hamlets


def test_people_by_ten_then_ho_then_dem() -> None:
    people = [
        "Lê Thị Ba",
        "Trần Văn Ba",
        "Đặng Thị Đào",
        "Lê Văn Hoa",
        "Nguyễn Thị Hoa",
        "Nguyễn Văn Hoa",
        "Út",
        "Võ Thị Yến",
    ]
    assert sorted(shuffled(people), key=people_key) == people


@given(st.lists(st.text(max_size=20)))
def test_any_texts_can_be_sorted(texts: list[str]) -> None:
    for key in (text_key, people_key):
        keys = [key(text) for text in sorted(texts, key=key)]
        assert keys == [key(text) for text in sorted(shuffled(texts), key=key)]
