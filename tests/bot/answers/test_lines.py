"""Donation lists as they are pasted from a chat or a spreadsheet."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Ask, Refuse, Value
from bot.answers.lines import cell_text, read_cells, read_lines
from tests.bot.answers.texts import LIST

TODAY = date(2024, 12, 9)


def test_a_list_with_headings_totals_and_doubts() -> None:
    pasted = read_lines(LIST, TODAY)
    assert [(row.number, row.name, row.amount) for row in pasted.rows] == [
        (4, "Nguyễn Văn An", 200_000),
        (5, "Bà Sáu", 50_000),
        (6, "hộ ông Tư", 2_000_000),
        (7, "Trần Thị Bé", 1_500_000),
        (8, "Lê Văn Cọp", 300_000),
        (9, "Chùa Phước Long", 5_000_000),
        (12, "ông Tư", 2_000_000),
        (12, "bà Năm", 3_000_000),
        (15, "bà Tám", 200_000),
        (16, "Cong ty Hoa Binh", 10_000_000),
        (17, "Tong Van Dau", 100_000),
    ]
    assert pasted.rows[3].note == "ấp 3"
    assert pasted.rows[0].reading == Value(200_000, "Nguyễn Văn An")
    assert [
        (line.number, line.name, line.reading.code)
        for line in pasted.doubts
        if not isinstance(line.reading, Value)
    ] == [
        (10, "ông Bảy", "money_unclear"),
        (11, "bà Năm", "money_none"),
        (13, "Bà Bảy", "money_goods"),
        (14, "Cô Út", "money_vague"),
    ]
    assert [line.number for line in pasted.skipped] == [1, 2, 19, 20]
    assert pasted.sum == pasted.written_total == 24_350_000
    assert pasted.agrees is True


def test_a_total_that_does_not_agree_is_told() -> None:
    pasted = read_lines("bà Sáu 200k\nông Tư 300k\nTổng: 600k", TODAY)
    assert (pasted.sum, pasted.written_total, pasted.agrees) == (500_000, 600_000, False)


def test_no_total_no_answer() -> None:
    assert read_lines("bà Sáu 200k", TODAY).agrees is None


def test_subtotals_are_compared_with_their_own_lines() -> None:
    pasted = read_lines("bà Sáu 200k\nCộng ấp 1: 200k\nông Tư 300k\nCộng ấp 2: 300k\nTổng cộng: 500k", TODAY)
    assert [(total.written, total.counted) for total in pasted.totals] == [
        (200_000, 200_000),
        (300_000, 300_000),
        (500_000, 500_000),
    ]
    assert pasted.agrees is True


def test_bare_numbers_are_settled_by_one_unit() -> None:
    text = "Bà Sáu 200\nông Tư 1.500\nchú Ba 50"
    doubtful = read_lines(text, TODAY)
    assert len(doubtful.bare) == 3
    assert isinstance(doubtful.doubts[0].reading, Ask)
    assert [row.amount for row in read_lines(text, TODAY, unit=1000).rows] == [200_000, 1_500_000, 50_000]


def test_the_list_may_state_its_unit() -> None:
    assert read_lines("ĐVT: 1.000 đồng\nBà Sáu 200\nông Tư 1.500", TODAY).sum == 1_700_000


def test_a_spreadsheet_pasted_with_its_header() -> None:
    pasted = read_lines(
        "STT\tHọ và tên\tĐịa chỉ\tSố tiền (1.000đ)\tGhi chú\n"
        "1\tNguyễn Văn An\tẤp 3\t200\t\n"
        "2\tBà Sáu\tẤp 3\t1.500\ttiền mặt\n"
        "3\tÔng Tư\tẤp 4\t\t\n"
        "\tTổng cộng\t\t1.700\t",
        TODAY,
    )
    assert [(row.name, row.amount, row.note) for row in pasted.rows] == [
        ("Nguyễn Văn An", 200_000, "Ấp 3"),
        ("Bà Sáu", 1_500_000, "Ấp 3, tiền mặt"),
    ]
    assert [(line.name, type(line.reading)) for line in pasted.doubts] == [("Ông Tư", Refuse)]
    assert pasted.agrees is True


def test_a_spreadsheet_without_a_header() -> None:
    pasted = read_lines("1\tNguyễn Văn An\tẤp 3\t200.000\n2\tBà Sáu\t0912345678\t1.500.000\t8/12", TODAY)
    assert [(row.name, row.amount) for row in pasted.rows] == [
        ("Nguyễn Văn An", 200_000),
        ("Bà Sáu", 1_500_000),
    ]


def test_cells_of_a_file() -> None:
    pasted = read_cells(
        [["STT", "Họ tên", "Số tiền"], [1, "Bà Sáu", 200000.0], [2, "Ông Tư", None], [None, "Tổng", 200000]],
        TODAY,
    )
    assert [(row.name, row.amount) for row in pasted.rows] == [("Bà Sáu", 200_000)]
    assert [line.name for line in pasted.doubts] == ["Ông Tư"]
    assert pasted.agrees is True


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (200000.0, "200000"),
        (1.5, "1,5"),
        (7, "7"),
        (None, ""),
        (True, ""),
        ("a", "a"),
        (float("nan"), "nan"),
        (float("inf"), "inf"),
    ],
)
def test_a_cell_as_text(cell: object, text: str) -> None:
    assert cell_text(cell) == text


names = st.sampled_from(
    ["Bà Sáu", "ông Tư", "Nguyễn Văn An", "hộ ông Bảy", "chùa Phước Long", "cô Út", "Trần Thị Bé"]
)
amounts = st.integers(10, 99_999).map(lambda thousands: thousands * 1000)
joints = st.sampled_from([" – ", ": ", " ", "\t", " ủng hộ ", " - "])


@given(st.lists(st.tuples(names, joints, amounts), min_size=1, max_size=12), st.booleans())
def test_a_tidy_list_is_understood_whole(rows: list[tuple[str, str, int]], numbered: bool) -> None:
    typed = [f"{name}{joint}{amount:,}".replace(",", ".") for name, joint, amount in rows]
    if numbered:
        typed = [f"{number}. {line}" for number, line in enumerate(typed, 1)]
    total = sum(amount for _, _, amount in rows)
    pasted = read_lines("\n".join([*typed, f"Tổng cộng: {total:,} đồng"]), TODAY)
    assert not pasted.doubts
    assert [row.amount for row in pasted.rows] == [amount for _, _, amount in rows]
    assert pasted.agrees is True


def test_five_thousand_lines_are_one_list() -> None:
    lines = [f"{number}. {line}" for number, line in enumerate(LIST.split("\n")[3:17] * 358, 1)]
    pasted = read_lines("\n".join(lines[:5000]), TODAY)
    assert len(pasted.rows) > 3000
