"""Whatever is typed gives a value, a question or a refusal, and nothing that cannot be."""

from __future__ import annotations

import json
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.answers import TYPES, Ask, Asked, Option, Refuse, Value, read
from bot.answers.extract import extract
from bot.answers.lines import read_lines
from bot.answers.parse import as_json
from templates import wording
from tests.bot.answers.texts import WORST

TODAY = date(2024, 12, 9)
OPTIONS = tuple(
    Option(str(number), label)
    for number, label in enumerate(
        ["Trần Văn Sáu", "Lê Thị Ba", "Nguyễn Thị Hoa", "Hội, đoàn thể", "Ấp 3", "2024"]
    )
)
WORDING = wording.load()
PIECES = [
    "một",
    "hai",
    "ba",
    "bốn",
    "năm",
    "sáu",
    "bảy",
    "tám",
    "chín",
    "mười",
    "mươi",
    "mốt",
    "tư",
    "lăm",
    "lẻ",
    "linh",
    "rưỡi",
    "nửa",
    "chục",
    "trăm",
    "ngàn",
    "nghìn",
    "triệu",
    "tỷ",
    "k",
    "tr",
    "củ",
    "đồng",
    "đ",
    "đô",
    "usd",
    "kg",
    "gạo",
    "người",
    "hộ",
    "phần",
    "mỗi",
    "ngày",
    "tháng",
    "năm",
    "mùng",
    "rằm",
    "tết",
    "âm",
    "lịch",
    "nhuận",
    "thứ",
    "chủ",
    "nhật",
    "hôm",
    "qua",
    "nay",
    "tuần",
    "trước",
    "sau",
    "giờ",
    "h",
    "ấp",
    "bà",
    "ông",
    "chị",
    "anh",
    "Sáu",
    "Hoa",
    "vắng",
    "đủ",
    "không",
    "có",
    "mấy",
    "vài",
    "hơn",
    "khoảng",
    "từ",
    "đến",
    "dưới",
    "và",
    "với",
    "ủng",
    "hộ",
    "tổng",
    "cộng",
    "bằng",
    "chữ",
    "0",
    "1",
    "2",
    "5",
    "7",
    "9",
    "10",
    "12",
    "29",
    "30",
    "31",
    "45",
    "50",
    "60",
    "100",
    "500",
    "000",
    "1500",
    "2024",
    "1.500",
    "12.50.000",
    "1,5",
    "8/12",
    "/",
    "-",
    ".",
    ",",
    ";",
    ":",
    "%",
    "(",
    ")",
    "\n",
    "\t",
    "+",
    "x",
]
anything = st.text(st.characters(), max_size=60)
pieces = st.lists(st.sampled_from([*PIECES, *(piece.upper() for piece in PIECES)]), max_size=14)
typed = st.one_of(anything, pieces.map(" ".join), pieces.map("".join))


def asked(type_: str, planned: bool = False) -> Asked:
    return Asked(type_, TODAY, planned, OPTIONS)


def values(reading: Value | Ask | Refuse) -> list[Value]:
    return [reading] if isinstance(reading, Value) else list(getattr(reading, "readings", ()))


@pytest.mark.parametrize("type_", TYPES)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(text=typed, planned=st.booleans())
def test_any_text_gives_a_reading_that_can_be_shown(type_: str, text: str, planned: bool) -> None:
    reading = read(text, asked(type_, planned))
    json.dumps(as_json(reading, asked(type_), WORDING))
    for value in values(reading):
        check(type_, value.value)


def check(type_: str, value: object) -> None:
    """Nothing negative, fractional, beyond bounds, or not among the options."""
    if type_ in ("count", "money"):
        number = value["value"] if isinstance(value, dict) else value
        assert type(number) is int
        assert 0 <= number <= 10**15
        assert type_ == "count" or number > 0
    elif type_ == "ratio":
        assert isinstance(value, dict)
        assert 0 <= value.get("percent", 0) <= 100
        assert 0 <= value.get("part", 0) <= value.get("whole", 1)
    elif type_ == "day":
        assert date.fromisoformat(str(value))
    elif type_ == "select_one":
        assert value in {option.name for option in OPTIONS}
    elif type_ != "text":
        assert isinstance(value, list)
        assert set(value) <= {option.name for option in OPTIONS}
        assert value == sorted(value, key=[option.name for option in OPTIONS].index)


@settings(max_examples=500)
@given(typed)
@example("AP A mOT NGAN")
def test_any_line_is_extracted_in_order_and_whole(text: str) -> None:
    found = extract(text, TODAY)
    givers = [(span.start, span.end) for span in found.of("giver")]
    # A hamlet may stand within a giver: "bà con ấp 3".
    outer = [
        (span.start, span.end)
        for span in found.found
        if span.kind != "hamlet" or not any(a <= span.start and span.end <= b for a, b in givers)
    ]
    spans = sorted(outer + [(piece.start, piece.end) for piece in found.rest])
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert all(found.text[span.start : span.end] == span.text for span in found.found)
    kept = "".join(found.text[start:end] for start, end in spans)
    assert sum(map(str.isalnum, kept)) == sum(map(str.isalnum, found.text))


@settings(max_examples=200)
@given(st.lists(typed, max_size=8).map("\n".join))
def test_any_list_keeps_every_line(text: str) -> None:
    pasted = read_lines(text, TODAY)
    numbers = {line.number for group in (pasted.rows, pasted.doubts, pasted.skipped) for line in group}
    numbers |= {total.number for total in pasted.totals}
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    full = {number for number, line in enumerate(lines, 1) if any(char.isalnum() for char in line)}
    assert full <= numbers
    assert all(0 < row.amount <= 10**15 for row in pasted.rows)


@pytest.mark.parametrize("name", WORST)
@pytest.mark.parametrize("type_", TYPES)
def test_the_worst_texts_are_read_too(type_: str, name: str) -> None:
    for text in (WORST[name], WORST[name][:1000], WORST[name][:500]):
        assert isinstance(read(text, asked(type_)), Value | Ask | Refuse)


@pytest.mark.parametrize("name", WORST)
def test_the_worst_line_is_extracted_in_order(name: str) -> None:
    spans = [(found.start, found.end) for found in extract(WORST[name], TODAY).found]
    assert spans == sorted(spans)
    assert all(start < end for start, end in spans)
