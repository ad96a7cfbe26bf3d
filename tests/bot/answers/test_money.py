"""Money as it is typed: the domain's table, the rules behind it walked by property tests, and no money."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Ask, Asked, Refuse, Value, read
from bot.answers.normal import fold

ASKED = Asked("money", date(2024, 12, 9))

AS_WRITTEN = {
    "1.562.410.000 đồng": 1_562_410_000,
    "1,562,410,000": 1_562_410_000,
    "18.090.000đ": 18_090_000,
    "500 000 đ": 500_000,
    "500000": 500_000,
    "500.000": 500_000,
    "500.000.-": 500_000,
    "500.000đ.": 500_000,
    "500.000 vnđ": 500_000,
    "500000VND": 500_000,
    "1 500 000": 1_500_000,
    "1\u00a0562\u00a0410\u00a0000 đồng": 1_562_410_000,
    "５００．０００ đ": 500_000,
    "1.562.410.000,00 đồng": 1_562_410_000,
    "1.500 đồng": 1_500,
    "số tiền: 250.000 đồng": 250_000,
}
THOUSANDS = {
    "500k": 500_000,
    "500K": 500_000,
    "500 k": 500_000,
    "500 ngàn": 500_000,
    "500 nghin": 500_000,
    "500ng": 500_000,
    "500 ngàn đồng": 500_000,
    "500 ngan dong": 500_000,
    "500kđ": 500_000,
    "nam tram nghin": 500_000,
    "năm trăm ngàn": 500_000,
    "NĂM TRĂM NGÀN": 500_000,
    "5 trăm ngàn": 500_000,
    "5 chục ngàn": 50_000,
    "năm chục ngàn": 50_000,
    "trăm ngàn": 100_000,
    "một trăm ngàn chẵn": 100_000,
    "trăm rưỡi ngàn": 150_000,
    "hai trăm rưỡi ngàn": 250_000,
    "trăm hai ngàn": 120_000,
    "hai trăm lẻ năm ngàn": 205_000,
    "mười lăm ngàn": 15_000,
    "hai mươi lăm ngàn": 25_000,
    "hăm lăm ngàn": 25_000,
    "ba lăm ngàn": 35_000,
    "bảy mươi mốt ngàn": 71_000,
    "1.562.410 nghìn đồng": 1_562_410_000,
    "12,5k": 12_500,
    "1k5": 1_500,
    "2 ngàn rưỡi": 2_500,
}
MILLIONS = {
    "2tr": 2_000_000,
    "2 Tr": 2_000_000,
    "2 triệu": 2_000_000,
    "2 trieu": 2_000_000,
    "2 triêu": 2_000_000,
    "2 củ": 2_000_000,
    "2 cu": 2_000_000,
    "2trđ": 2_000_000,
    "2 tr. đồng": 2_000_000,
    "1tr5": 1_500_000,
    "1tr 5": 1_500_000,
    "1tr500": 1_500_000,
    "1tr500k": 1_500_000,
    "1 triệu 500": 1_500_000,
    "1 triệu 500 ngàn": 1_500_000,
    "1 triệu 500.000": 1_500_000,
    "1,5 triệu": 1_500_000,
    "1.5tr": 1_500_000,
    "1,25 triệu": 1_250_000,
    "0,5 triệu": 500_000,
    "1tr05": 1_050_000,
    "1tr005": 1_005_000,
    "một triệu rưỡi": 1_500_000,
    "mot trieu ruoi": 1_500_000,
    "một triệu rưởi": 1_500_000,
    "triệu rưỡi": 1_500_000,
    "1tr rưỡi": 1_500_000,
    "2 triệu rưỡi": 2_500_000,
    "nửa triệu": 500_000,
    "nữa triệu": 500_000,
    "nua trieu": 500_000,
    "triệu hai": 1_200_000,
    "hai triệu tư": 2_400_000,
    "hai triệu năm": 2_500_000,
    "hai triệu năm trăm": 2_500_000,
    "hai triệu năm trăm ngàn": 2_500_000,
    "hai triệu không trăm năm mươi ngàn": 2_050_000,
    "1.500 triệu": 1_500_000_000,
    "mười hai triệu ba trăm bốn mươi lăm ngàn sáu trăm bảy mươi tám đồng": 12_345_678,
}
BILLIONS = {
    "1 tỷ 562 triệu 410 nghìn": 1_562_410_000,
    "1 tỉ 562 triệu 410 nghìn đồng": 1_562_410_000,
    "1 ty 562 trieu 410 ngan": 1_562_410_000,
    "một tỷ năm trăm sáu mươi hai triệu bốn trăm mười ngàn đồng": 1_562_410_000,
    "1,5 tỷ": 1_500_000_000,
    "1,5624 tỷ": 1_562_400_000,
    "tỷ rưỡi": 1_500_000_000,
    "nửa tỷ": 500_000_000,
    "1 tỷ 5": 1_500_000_000,
    "hai ngàn tỷ": 2_000_000_000_000,
    "1.234 tỷ": 1_234_000_000_000,
}


@pytest.mark.parametrize(("typed", "sum_"), (AS_WRITTEN | THOUSANDS | MILLIONS | BILLIONS).items())
def test_one_sane_reading_is_a_value(typed: str, sum_: int) -> None:
    assert read(typed, ASKED) == Value(sum_)


@pytest.mark.parametrize(
    ("typed", "sum_", "source"),
    [
        ("bà Sáu 200k", 200_000, "bà Sáu"),
        ("ba Sau 200k", 200_000, "ba Sau"),
        ("ong tu 2tr", 2_000_000, "ong tu"),
        ("co sau 200k", 200_000, "co sau"),
        ("co ung ho 500k", 500_000, None),
        ("bà Năm bệnh 500k", 500_000, "bà Năm"),
        ("mạnh thường quân 5 triệu", 5_000_000, "mạnh thường quân"),
        ("hội phụ nữ 2tr", 2_000_000, "hội phụ nữ"),
        ("Bà Năm: 200.000", 200_000, "Bà Năm"),
        ("bà Năm năm trăm ngàn", 500_000, "bà Năm"),
        ("ông Tư Lành ủng hộ 2 triệu", 2_000_000, "ông Tư Lành"),
        ("chú Ba cho 1tr5", 1_500_000, "chú Ba"),
        ("hộ ông Tư: 2 tr", 2_000_000, "hộ ông Tư"),
        ("Nguyễn Văn An – 200.000", 200_000, "Nguyễn Văn An"),
        ("1. Nguyễn Văn An – 200.000", 200_000, "Nguyễn Văn An"),
        ("chùa Phước Long 5 triệu", 5_000_000, "chùa Phước Long"),
        ("Công ty Hòa Bình 10tr", 10_000_000, "Công ty Hòa Bình"),
        ("cô Tư Bến Tre 300k", 300_000, "cô Tư Bến Tre"),
        ("200k bà Sáu", 200_000, "bà Sáu"),
        ("200k của bà Sáu", 200_000, "bà Sáu"),
        ("ấp 3 500k", 500_000, None),
        ("500k ngày 8/12", 500_000, None),
        ("500.000 đồng (năm trăm ngàn)", 500_000, None),
        ("ủng hộ 500k", 500_000, None),
        ("tiền mặt 500k nha", 500_000, None),
        ("gửi 300k cho quỹ", 300_000, None),
    ],
)
def test_the_giver_named_beside_an_amount_is_its_source(typed: str, sum_: int, source: str | None) -> None:
    assert read(typed, ASKED) == Value(sum_, source)


@pytest.mark.parametrize(
    ("typed", "sums"),
    [
        ("500", [500_000]),
        ("năm trăm", [500_000]),
        ("nam tram", [500_000]),
        ("50", [50_000, 50_000_000]),
        ("5", [5_000_000, 5_000]),
        ("1.500", [1_500_000, 1_500]),
        ("2000", [2_000_000, 2_000]),
        ("1,5", [1_500_000, 1_500_000_000]),
        ("1.5k", [1_500_000, 1_500]),
        ("1tr50", [1_500_000, 1_050_000]),
        ("2 triệu 50", [2_500_000, 2_050_000]),
        ("5 lít", [500_000]),
        ("500 đồng", [500_000, 500]),
        ("hai ba trăm ngàn", [200_000, 300_000]),
        ("bà Năm trăm ngàn", [500_000, 100_000]),
        ("5 xị", [500_000]),
        ("2 chai", [2_000_000]),
        ("hơn 2 triệu", [2_000_000]),
        ("khoảng 500k", [500_000]),
        ("gần 3 triệu", [3_000_000]),
        ("2 triệu mấy", [2_000_000]),
        ("dưới 7 ngàn", [7_000]),
        ("ít nhất 2 triệu", [2_000_000]),
        ("2 triệu trở lên", [2_000_000]),
        ("từ 1000 đến 2000 đồng", [1_000, 2_000]),
        ("500-600k", [500_000, 600_000]),
        ("mấy triệu", []),
        ("vài trăm ngàn", []),
        ("ông Tư 2tr, bà Năm 3tr", [2_000_000, 3_000_000]),
        ("2tr và 3tr", [2_000_000, 3_000_000]),
        ("50 phần quà, mỗi phần 300k", [15_000_000]),
        ("50 phần x 300k", [15_000_000]),
        ("20 suất, 500 ngàn một suất", [10_000_000]),
        ("10 hộ mỗi hộ 1tr5", [15_000_000]),
        ("2 lần, mỗi lần 500k", [1_000_000]),
        ("mỗi hộ 200k", [200_000]),
        ("50k/tháng", [50_000]),
        ("bà Sáu, ông Tư mỗi người 200k", [200_000]),
        ("ba bốn trăm ngàn", [300_000, 400_000]),
        ("triệu", [1_000_000]),
    ],
)
def test_several_readings_are_asked_back_the_likeliest_first(typed: str, sums: list[int]) -> None:
    reading = read(typed, ASKED)
    assert isinstance(reading, Ask)
    assert [value.value for value in reading.readings] == sums


def test_two_lines_keep_their_givers() -> None:
    reading = read("ông Tư 2tr, bà Năm 3tr", ASKED)
    assert isinstance(reading, Ask)
    assert [value.source for value in reading.readings] == ["ông Tư", "bà Năm"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("50 kg gạo", "money_goods"),
        ("2 giạ lúa", "money_goods"),
        ("10 thùng mì", "money_goods"),
        ("100 USD", "money_foreign"),
        ("$100", "money_foreign"),
        ("100 đô", "money_foreign"),
        ("2 triệu won", "money_foreign"),
        ("-500k", "money_negative"),
        ("- 500k", "money_negative"),
        ("âm 500k", "money_negative"),
        ("0 đồng", "money_zero"),
        ("0", "money_zero"),
        ("không có", "money_zero"),
        ("12.50.000", "money_malformed"),
        ("1.2.3 triệu", "money_malformed"),
        ("10%", "money_percent"),
        ("k", "money_none"),
        ("1,5 đồng", "money_fraction"),
        ("2000000 tỷ", "money_too_large"),
        ("99999999999999999999", "money_malformed"),
        ("dạ để hỏi lại", "money_none"),
        ("", "money_none"),
        ("👍", "money_none"),
    ],
)
def test_what_is_no_money_is_refused(typed: str, code: str) -> None:
    reading = read(typed, ASKED)
    assert isinstance(reading, Refuse)
    assert reading.code == code


def test_a_telephone_number_is_no_amount() -> None:
    reading = read("0912345678", ASKED)
    assert isinstance(reading, Ask)


UNITS = {
    "k": 10**3,
    "ngàn": 10**3,
    "nghìn": 10**3,
    "tr": 10**6,
    "triệu": 10**6,
    "củ": 10**6,
    "tỷ": 10**9,
    "tỉ": 10**9,
}
unit = st.sampled_from(sorted(UNITS))
large_unit = unit.filter(lambda name: UNITS[name] > 1000)
space = st.sampled_from(["", " "])


@given(st.integers(1, 999), space, unit)
def test_a_number_and_a_unit(number: int, gap: str, name: str) -> None:
    for typed in (f"{number}{gap}{name}", f"{number}{gap}{fold(name)} đồng", f"{number} {name.upper()}"):
        assert read(typed, ASKED) == Value(number * UNITS[name])


@given(st.integers(1, 99), space, large_unit, st.integers(1, 9))
def test_one_digit_behind_a_unit_is_tenths(number: int, gap: str, name: str, digit: int) -> None:
    assert read(f"{number}{gap}{name}{digit}", ASKED) == Value(
        number * UNITS[name] + digit * UNITS[name] // 10
    )


@given(st.integers(1, 99), space, large_unit, st.integers(0, 999))
def test_three_digits_behind_a_unit_are_thousandths(number: int, gap: str, name: str, digits: int) -> None:
    expected = number * UNITS[name] + digits * UNITS[name] // 1000
    assert read(f"{number}{gap}{name}{digits:03d}", ASKED) == Value(expected)


@given(st.integers(1, 99), large_unit, st.integers(10, 99))
def test_two_digits_behind_a_unit_are_asked_back(number: int, name: str, digits: int) -> None:
    reading = read(f"{number}{name}{digits}", ASKED)
    assert isinstance(reading, Ask)
    base = number * UNITS[name]
    assert {value.value for value in reading.readings} == {
        base + digits * UNITS[name] // 100,
        base + digits * UNITS[name] // 1000,
    }


@given(st.integers(10_000, 10**15), st.sampled_from([".", ",", " ", "\u00a0"]))
def test_groups_of_three_are_as_written(sum_: int, mark: str) -> None:
    assert read(f"{sum_:,}".replace(",", mark) + " đồng", ASKED) == Value(sum_)


@given(st.integers(1, 999), st.integers(1, 99), large_unit, st.sampled_from([".", ","]))
def test_one_or_two_digits_before_a_unit_are_decimals(whole: int, part: int, name: str, mark: str) -> None:
    for digits in (f"{part:02d}", f"{part % 10}"):
        expected = whole * UNITS[name] + int(digits) * UNITS[name] // 10 ** len(digits)
        assert read(f"{whole}{mark}{digits} {name}", ASKED) == Value(expected)


@given(st.integers(0, 999), st.integers(0, 999), st.integers(0, 999))
def test_units_going_down_are_added(billions: int, millions: int, thousands: int) -> None:
    parts = [(billions, "tỷ"), (millions, "triệu"), (thousands, "ngàn")]
    typed = " ".join(f"{number} {name}" for number, name in parts if number)
    total = sum(number * UNITS[name] for number, name in parts)
    if total:
        assert read(typed, ASKED) == Value(total)


@given(st.integers(1, 99), st.sampled_from(["ngàn", "triệu", "tỷ"]))
def test_half_of_the_unit_before_it(number: int, name: str) -> None:
    assert read(f"{number} {name} rưỡi", ASKED) == Value(number * UNITS[name] + UNITS[name] // 2)


@given(
    st.integers(1, 999), unit, st.sampled_from(["hơn", "trên", "gần", "khoảng", "dưới", "chừng", "cỡ", "từ"])
)
def test_a_blurred_amount_is_never_a_value(number: int, name: str, mark: str) -> None:
    assert not isinstance(read(f"{mark} {number} {name}", ASKED), Value)
