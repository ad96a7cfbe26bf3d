"""Counts: whole numbers with their units and marks, and what is asked back or refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Ask, Asked, Refuse, Value, read

ASKED = Asked("count", date(2024, 12, 9))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("07 ấp", 7),
        ("7.370 lượt", 7370),
        ("7,370 lượt người", 7370),
        ("ba mươi lăm", 35),
        ("ba muoi lam nguoi", 35),
        ("ba lăm", 35),
        ("ba tư", 34),
        ("trăm lẻ năm", 105),
        ("tram le nam nguoi", 105),
        ("một trăm linh năm", 105),
        ("trăm hai", 120),
        ("trăm rưỡi", 150),
        ("hai trăm rưỡi người", 250),
        ("50 ng", 50),
        ("50ng", 50),
        ("45 người", 45),
        ("45 nguoi", 45),
        ("co 45 nguoi", 45),
        ("có 45 người dự", 45),
        ("dạ 45 người ạ", 45),
        ("bốn mươi lăm người", 45),
        ("24 người (12 nam, 12 nữ)", 24),
        ("45 (bốn mươi lăm) người", 45),
        ("hai chục", 20),
        ("chục rưỡi", 15),
        ("một chục", 10),
        ("mười người", 10),
        ("muoi nguoi", 10),
        ("mười một", 11),
        ("hăm mốt", 21),
        ("hai mươi mốt", 21),
        ("chín mươi chín", 99),
        ("sáu hai", 62),
        ("một ngàn hai trăm", 1200),
        ("1 ngàn 2", 1200),
        ("1,5 ngàn người", 1500),
        ("hai ngàn lẻ năm", 2005),
        ("ấp 3 có 45 người", 45),
        ("0", 0),
        ("0 người", 0),
        ("４５", 45),
        ("١٢", 12),
        ("nam", 5),
        ("bảy", 7),
    ],
)
def test_one_sane_reading_is_a_value(typed: str, number: int) -> None:
    assert read(typed, ASKED) == Value(number)


@pytest.mark.parametrize(
    ("typed", "number", "mark"),
    [
        ("trên 800 người", 800, "trên"),
        ("tren 800 nguoi", 800, "trên"),
        ("hơn 800 người", 800, "trên"),
        ("800+", 800, "trên"),
        (">800", 800, "trên"),
        ("khoảng 50", 50, "khoảng"),
        ("khoang 50 nguoi", 50, "khoảng"),
        ("chừng 50 người", 50, "khoảng"),
        ("cỡ 50 người", 50, "khoảng"),
        ("~50", 50, "khoảng"),
        ("trên dưới 50 người", 50, "khoảng"),
        ("gần 100 người", 100, "gần"),
        ("gần trăm người", 100, "gần"),
        ("dưới 50", 50, "dưới"),
        ("chưa tới 50 người", 50, "dưới"),
    ],
)
def test_an_approximate_count_keeps_its_mark(typed: str, number: int, mark: str) -> None:
    assert read(typed, ASKED) == Value({"value": number, "mark": mark})


@pytest.mark.parametrize(
    ("typed", "numbers"),
    [
        ("không có", [0]),
        ("khong co ai", [0]),
        ("không", [0]),
        ("vài chục", []),
        ("mấy chục người", []),
        ("đông lắm", []),
        ("nhiều", []),
        ("35-40 người", [35, 40]),
        ("35 đến 40 người", [35, 40]),
        ("hai ba người", [2, 3, 23]),
        ("trăm mấy người", [100]),
        ("ít nhất 50 người", [50]),
        ("50 người trở lên", [50]),
        ("08 cuộc 403 người", [8, 403]),
        ("45/60", [45, 60]),
        ("20 nam 25 nữ", [45, 20, 25]),
        ("hai trăm hai", [220, 202]),
        ("12 403", [12403]),
        ("7 370", [7370]),
    ],
)
def test_what_is_blurred_or_several_is_asked_back(typed: str, numbers: list[int]) -> None:
    reading = read(typed, ASKED)
    assert isinstance(reading, Ask)
    assert [value.value for value in reading.readings] == numbers


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1,5 người", "count_fraction"),
        ("1.5", "count_fraction"),
        ("-3", "count_negative"),
        ("âm 3", "count_negative"),
        ("1.2.3", "count_malformed"),
        ("50%", "count_percent"),
        ("10000000000", "count_too_large"),
        ("99999999999999999999999", "count_malformed"),
        ("dạ", "count_none"),
        ("", "count_none"),
        ("???", "count_none"),
    ],
)
def test_what_is_no_count_is_refused(typed: str, code: str) -> None:
    reading = read(typed, ASKED)
    assert isinstance(reading, Refuse)
    assert reading.code == code


ONES = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]


def words(number: int) -> str:
    """The number below a million in words, as schools teach it."""
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        tail = (
            "" if not rest else " " + (words(rest) if rest >= 100 else "không trăm " + _below(rest, odd=True))
        )
        return f"{words(thousands)} nghìn{tail}"
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below(rest, odd=False)
    return f"{ONES[hundreds]} trăm" + (f" {_below(rest, odd=True)}" if rest else "")


def _below(number: int, odd: bool) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return ("lẻ " if odd else "") + ONES[ones]
    head = "mười" if tens == 1 else f"{ONES[tens]} mươi"
    tail = {0: "", 1: " một" if tens == 1 else " mốt", 5: " lăm"}.get(ones, f" {ONES[ones]}")
    return head + tail


@given(st.integers(1, 999_999))
def test_every_number_in_words_reads_as_itself(number: int) -> None:
    assert read(words(number), ASKED) == Value(number)


@given(st.integers(0, 10**9), st.sampled_from(["", " người", " lượt", " hộ", " phần quà", " ng"]))
def test_every_number_in_digits_reads_as_itself(number: int, unit: str) -> None:
    for typed in (f"{number}{unit}", f"{number:,}{unit}", f"{number:,}{unit}".replace(",", ".")):
        assert read(typed, ASKED) == Value(number)


@given(st.integers(1, 10**6), st.sampled_from(["1", "5", "25", "50", "75"]), st.sampled_from([",", "."]))
def test_a_fraction_is_never_a_count(whole: int, part: str, mark: str) -> None:
    assert isinstance(read(f"{whole}{mark}{part} người", ASKED), Refuse)


@pytest.mark.parametrize("typed", ["40 nguoi du", "40 ng du", "40 người dự"])
def test_who_attends_is_no_bound(typed: str) -> None:
    assert read(typed, Asked("count", date(2024, 12, 9))) == Value(40)


@pytest.mark.parametrize("typed", ["40 người dư", "40 người có dư"])
def test_a_bound_is_asked_back(typed: str) -> None:
    assert isinstance(read(typed, Asked("count", date(2024, 12, 9))), Ask)


@pytest.mark.parametrize("typed", ["40 cu tri", "40 cử tri", "40 CU TRI"])
def test_voters_are_no_millions(typed: str) -> None:
    assert read(typed, ASKED) == Value(40)
    assert not isinstance(read(typed, Asked("money", ASKED.today)), Value)


def test_the_superior_is_no_mark() -> None:
    assert read("cấp trên 20 phần", ASKED) == Value(20)
    assert read("chuyển lên trên 10 triệu", Asked("money", ASKED.today)) == Value(10_000_000)
    assert isinstance(read("nộp trên 10 triệu", Asked("money", ASKED.today)), Ask)
