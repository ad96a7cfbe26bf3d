"""Who is absent: by number, by name as people are called, and nobody."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answers import Ask, Asked, Option, Refuse, Value, read
from bot.answers.people import noted

ROSTER = tuple(
    Option(str(number), name)
    for number, name in enumerate(
        [
            "Trần Văn Sáu",
            "Lê Thị Ba",
            "Nguyễn Thị Hoa",
            "Võ Văn Tư",
            "Đặng Văn Út",
            "Huỳnh Thị Lý",
            "Phạm Văn Bảy",
            "Võ Thị Bảy",
            "Nguyễn Hoàng Phước",
        ],
        1,
    )
)
ASKED = Asked("people", date(2024, 12, 9), options=ROSTER)


@pytest.mark.parametrize(
    "typed",
    [
        "0",
        "đủ",
        "Đủ mặt",
        "du mat",
        "đủ hết ạ",
        "đầy đủ",
        "không ai vắng",
        "khong ai vang",
        "ko ai vắng",
        "không vắng ai",
        "không",
        "hông ai vắng",
        "9/9",
        "có mặt 9/9",
        "vắng 0",
        "mọi người có mặt đầy đủ",
        "dạ đủ",
    ],
)
def test_nobody(typed: str) -> None:
    assert read(typed, ASKED) == Value([])


@pytest.mark.parametrize(
    ("typed", "absent"),
    [
        ("3 7", ["3", "7"]),
        ("7 3", ["3", "7"]),
        ("3,7", ["3", "7"]),
        ("3 và 7", ["3", "7"]),
        ("vắng 3, 7", ["3", "7"]),
        ("vắng số 3", ["3"]),
        ("chị Hoa", ["3"]),
        ("chi hoa", ["3"]),
        ("Hoa", ["3"]),
        ("chị Hoa, anh Bảy", ["3", "7"]),
        ("chị Hoa anh Bảy", ["3", "7"]),
        ("vắng chị Hoa và anh Bảy", ["3", "7"]),
        ("vang chi hoa va anh bay", ["3", "7"]),
        ("chị Bảy", ["8"]),
        ("Phạm Văn Bảy", ["7"]),
        ("Văn Bảy", ["7"]),
        ("anh Sáu", ["1"]),
        ("chú Tư, chú Út", ["4", "5"]),
        ("chị Ba", ["2"]),
        ("chị Sáu Lý", ["6"]),
        ("đồng chí Phước", ["9"]),
        ("Hoàng Phước", ["9"]),
        ("Nguyễn Phước", ["9"]),
        ("Nguyen Thi Hoa", ["3"]),
        ("hoa\nlý", ["3", "6"]),
        ("chị Hoa (bệnh), anh Sáu đi tập huấn", ["1", "3"]),
        ("vắng 2 người: chị Hoa, anh Sáu", ["1", "3"]),
        ("7/9, vắng chị Hoa, anh Bảy", ["3", "7"]),
        ("đủ, trừ chị Hoa", ["3"]),
        ("anh Phưóc", ["9"]),
        ("Phuowc", ["9"]),
    ],
)
def test_those_named(typed: str, absent: list[str]) -> None:
    assert read(typed, ASKED) == Value(absent)


@pytest.mark.parametrize(
    ("typed", "code", "readings"),
    [
        ("Bảy", "people_several", [["7"], ["8"]]),
        ("Hoa, Bảy", "people_several", [["3", "7"], ["3", "8"]]),
        ("2 người", "people_who", []),
        ("7/9", "people_who", []),
        ("8/9, vắng chị Hoa, anh Sáu", "people_count", [["1", "3"]]),
        ("vắng hết", "people_everyone", [[str(number) for number in range(1, 10)]]),
        ("có mặt 1 2 3 4 5 6", "people_present", [["7", "8", "9"], ["1", "2", "3", "4", "5", "6"]]),
    ],
)
def test_what_is_unclear_is_asked_back(typed: str, code: str, readings: list[list[str]]) -> None:
    reading = read(typed, ASKED)
    assert isinstance(reading, Ask)
    assert (reading.code, [value.value for value in reading.readings]) == (code, readings)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("10", "choice_number"),
        ("37", "choice_number"),
        ("cô Lan", "people_unknown"),
        ("", "people_none"),
        ("Hóp", "people_unknown"),
    ],
)
def test_who_is_not_in_the_roster_is_refused(typed: str, code: str) -> None:
    reading = read(typed, ASKED)
    assert isinstance(reading, Refuse)
    assert reading.code == code


def test_diacritics_typed_tell_people_apart() -> None:
    asked = Asked("people", date(2024, 12, 9), options=(Option("a", "Lê Thị Hoa"), Option("b", "Lê Văn Hòa")))
    assert read("Hòa", asked) == read("hoà", asked) == Value(["b"])
    assert isinstance(read("hoa", asked), Ask)


def test_a_nickname_of_the_roster_is_a_name() -> None:
    asked = Asked(
        "people",
        date(2024, 12, 9),
        options=(Option("a", "Lê Thị Hoa", ("Tư Lùn",)), Option("b", "Võ Văn Tư")),
    )
    assert read("anh tư lùn", asked) == Value(["a"])


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("7/9, vắng chị Hoa và anh Bảy", "vắng chị Hoa và anh Bảy"),
        ("7/9 vang chi Hoa, anh Bay.", "vang chi Hoa, anh Bay"),
        ("vắng bà Năm, 8/9", "vắng bà Năm"),
        ("chị Hoa và anh Bảy vắng, 7/9", "chị Hoa và anh Bảy vắng"),
        ("7/9, vắng 2 người: chị Hoa, anh Bảy", "vắng 2 người: chị Hoa, anh Bảy"),
        ("7/9", ""),
        ("có mặt 7/9, vắng 2 người ạ", ""),
        ("họp ban công tác mặt trận 9/9 không vắng ai", ""),
    ],
)
def test_what_is_said_of_the_absent_as_typed(typed: str, note: str) -> None:
    assert noted(typed) == note
