"""Numbers, money and days as documents and chats write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from templates import style


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"),
        (7, "07"),
        (9, "09"),
        (10, "10"),
        (12, "12"),
        (7370, "7.370"),
        (1_562_410_000, "1.562.410.000"),
    ],
)
def test_a_count_below_ten_has_a_leading_zero(value: int, said: str) -> None:
    assert style.count(value) == said


def test_money_has_dots_and_its_unit() -> None:
    assert style.money(1_562_410_000) == "1.562.410.000 đồng"
    assert style.money(500) == "500 đồng"
    assert style.number(7) == "7"


@pytest.mark.parametrize(
    ("value", "said"),
    [(93.64, "93,64%"), (100, "100%"), (77.777, "77,78%"), (12.5, "12,5%"), (0.125, "0,13%"), (0, "0%")],
)
def test_percent(value: float, said: str) -> None:
    assert style.percent(value) == said


def test_days() -> None:
    sunday, wednesday = date(2024, 12, 8), date(2024, 12, 25)
    assert style.day(sunday) == "Chủ nhật 08/12/2024"
    assert style.day(wednesday) == "Thứ Tư 25/12/2024"
    assert style.short_day(sunday) == "08/12/2024"
    assert style.due_day(wednesday) == "thứ Tư, 25/12"
    assert style.due_day(sunday) == "Chủ nhật, 08/12"


def test_long_day_has_a_zero_before_days_and_the_first_two_months_only() -> None:
    assert style.long_day(date(2024, 12, 9)) == "ngày 09 tháng 12 năm 2024"
    assert style.long_day(date(2025, 1, 5)) == "ngày 05 tháng 01 năm 2025"
    assert style.long_day(date(2025, 3, 15)) == "ngày 15 tháng 3 năm 2025"


def test_a_moment_is_on_the_communes_clock() -> None:
    assert style.moment(datetime(2024, 11, 25, 1, 0, tzinfo=UTC)) == "08:00, 25/11"
    assert style.moment(datetime(2024, 11, 24, 20, 30, tzinfo=UTC)) == "03:30, 25/11"


def test_a_marked_count_keeps_its_mark() -> None:
    assert style.marked({"value": 800, "mark": "trên"}) == "trên 800"
    assert style.marked({"value": 5}) == "05"
    assert style.marked(50) == "50"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (31, "ba mươi mốt"),
        (45, "bốn mươi lăm"),
        (105, "một trăm lẻ năm"),
        (500_000, "năm trăm nghìn"),
        (1_005, "một nghìn không trăm lẻ năm"),
        (1_000_015, "một triệu không trăm mười lăm"),
        (1_562_410_000, "một tỷ năm trăm sáu mươi hai triệu bốn trăm mười nghìn"),
        (2_000_000_000_000, "hai nghìn tỷ"),
        (1_000_000_001, "một tỷ không trăm lẻ một"),
        (-3, "âm ba"),
    ],
)
def test_words(value: int, said: str) -> None:
    assert style.words(value) == said


def test_money_in_words_begins_with_a_capital() -> None:
    assert style.money_words(500_000) == "Năm trăm nghìn đồng"
    assert style.money_words(680_000_000) == "Sáu trăm tám mươi triệu đồng"


def test_a_month_reads_as_people_write_it() -> None:
    assert style.month("2024-12") == "12/2024"
