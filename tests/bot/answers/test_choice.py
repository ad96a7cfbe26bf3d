"""Choosing by number, label, beginning, words and with one letter wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Ask, Asked, Option, Refuse, Value, read

OPTIONS = (
    Option("ap", "Ấp mình"),
    Option("ap_xa", "Ấp cùng với xã"),
    Option("hoi", "Hội, đoàn thể ở ấp", ("phụ nữ", "thanh niên")),
    Option("ve_sinh", "Vệ sinh môi trường", ("dọn vệ sinh", "phát quang"), "Vệ sinh"),
    Option("hoa", "Trồng hoa"),
    Option("hoa_giai", "Hòa giải"),
)
ONE = Asked("select_one", date(2024, 12, 9), options=OPTIONS)
MORE = Asked("select_multiple", date(2024, 12, 9), options=OPTIONS)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("1", "ap"),
        ("2.", "ap_xa"),
        ("(2)", "ap_xa"),
        ("số 3", "hoi"),
        ("so 3 a", "hoi"),
        ("２", "ap_xa"),
        ("2️⃣", "ap_xa"),
        ("Ấp mình", "ap"),
        ("ap minh", "ap"),
        ("ẤP MÌNH", "ap"),
        ("dạ ấp mình ạ", "ap"),
        ("Ấp cùng", "ap_xa"),
        ("hoi", "hoi"),
        ("hội doan the", "hoi"),
        ("hội, đoàn thể ở ấp", "hoi"),
        ("phụ nữ", "hoi"),
        ("môi trường", "ve_sinh"),
        ("Vệ sinh", "ve_sinh"),
        ("đi dọn vệ sinh kinh Xáng", "ve_sinh"),
        ("ve sihn", "ve_sinh"),
        ("ve sinh moi truogn", "ve_sinh"),
        ("trong ho", "hoa"),
        ("hoà giải", "hoa_giai"),
        ("2. Ấp cùng với xã", "ap_xa"),
        ("ap mihn", "ap"),
    ],
)
def test_one_choice(typed: str, name: str) -> None:
    assert read(typed, ONE) == Value(name)


@pytest.mark.parametrize(
    ("typed", "code", "names"),
    [
        ("ấp", "choice_several", ["ap", "ap_xa"]),
        ("1 2", "choice_one_only", ["ap", "ap_xa"]),
        ("2. Ấp mình", "choice_several", ["ap_xa", "ap"]),
    ],
)
def test_several_fitting_choices_are_asked_back(typed: str, code: str, names: list[str]) -> None:
    reading = read(typed, ONE)
    assert isinstance(reading, Ask)
    assert (reading.code, [value.value for value in reading.readings]) == (code, names)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("9", "choice_number"), ("0", "choice_number"), ("xyz", "choice_none"), ("", "choice_none")],
)
def test_what_is_no_choice_is_refused(typed: str, code: str) -> None:
    reading = read(typed, ONE)
    assert isinstance(reading, Refuse)
    assert reading.code == code


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("2 5", ["ap_xa", "hoa"]),
        ("5,2", ["ap_xa", "hoa"]),
        ("2, 5 và 6", ["ap_xa", "hoa", "hoa_giai"]),
        ("1 1", ["ap"]),
        ("1 đến 3", ["ap", "ap_xa", "hoi"]),
        ("0", []),
        ("không", []),
        ("khong co", []),
        ("tất cả", [option.name for option in OPTIONS]),
        ("vệ sinh, hòa giải", ["ve_sinh", "hoa_giai"]),
        ("ve sinh va hoa giai", ["ve_sinh", "hoa_giai"]),
        ("1 và hòa giải", ["ap", "hoa_giai"]),
        ("hội, đoàn thể ở ấp", ["hoi"]),
    ],
)
def test_several_choices(typed: str, names: list[str]) -> None:
    assert read(typed, MORE) == Value(names)


@pytest.mark.parametrize(
    ("typed", "code", "readings"),
    [
        ("25", "choice_glued", [["ap_xa", "hoa"]]),
        ("2-5", "choice_range", [["ap_xa", "hoi", "ve_sinh", "hoa"], ["ap_xa", "hoa"]]),
        ("vệ sinh, ấp", "choice_several", [["ap", "ve_sinh"], ["ap_xa", "ve_sinh"]]),
    ],
)
def test_several_choices_in_doubt(typed: str, code: str, readings: list[list[str]]) -> None:
    reading = read(typed, MORE)
    assert isinstance(reading, Ask)
    assert (reading.code, [value.value for value in reading.readings]) == (code, readings)


def test_a_label_that_is_a_number_wins_over_the_numbering() -> None:
    asked = Asked("select_one", date(2024, 12, 9), options=(Option("a", "2023"), Option("b", "2024")))
    assert read("2024", asked) == Value("b")
    assert read("1", asked) == Value("a")


@given(st.sampled_from(OPTIONS[1:4]), st.data())
def test_one_wrong_letter_finds_the_only_choice_that_near(option: Option, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(option.label) - 1))
    typed = option.label[:place] + "q" + option.label[place + 1 :]
    reading = read(typed, ONE)
    assert isinstance(reading, Ask | Refuse) or reading == Value(option.name)
    if option.label[place].isalpha():
        assert reading == Value(option.name)


@pytest.mark.parametrize("typed", ["Đ", "đ", "d", "D", "dd", "ok", "dạ", "da"])
def test_a_yes_chooses_nothing_by_its_beginning(typed: str) -> None:
    options = (Option("dt", "Đoàn thể"), Option("dai", "Đại biểu"), Option("hoi", "Hội, đoàn thể ở ấp"))
    assert isinstance(read(typed, Asked("select_one", date(2024, 12, 9), options=options)), Refuse)


@pytest.mark.parametrize("typed", ["H", "t", "v"])
def test_a_beginning_needs_two_letters(typed: str) -> None:
    assert isinstance(read(typed, ONE), Refuse)


def test_a_yes_is_taken_where_it_is_one_of_the_words() -> None:
    asked = Asked(
        "select_one", date(2024, 12, 9), options=(Option("co", "Có", ("đ", "dạ")), Option("khong", "Không"))
    )
    assert read("Đ", asked) == Value("co")


@pytest.mark.parametrize("typed", ["ấp 39", "ap 2", "ấp 13"])
def test_another_number_is_no_slip(typed: str) -> None:
    hamlets = (Option("1", "Ấp 1", ("1",)), Option("3", "Ấp 3", ("3",)))
    assert isinstance(read(typed, Asked("select_one", date(2024, 12, 9), options=hamlets)), Refuse)
