"""What one line at the menu says clearly, and what stays text."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answers import Ask, Value
from bot.answers.extract import extract
from bot.answers.span_names import written_hamlet

TODAY = date(2024, 12, 8)


def found(line: str) -> list[tuple[str, str]]:
    return [(span.kind, span.text) for span in extract(line, TODAY).found]


def rest(line: str) -> list[str]:
    return [piece.text for piece in extract(line, TODAY).rest]


def test_an_activity_without_diacritics() -> None:
    line = "sang nay ap 3 don ve sinh kinh xang 45 nguoi"
    said = extract(line, TODAY)
    assert [(span.kind, span.text, span.reading) for span in said.found] == [
        ("day", "sang nay", Value("2024-12-08")),
        ("hamlet", "ap 3", Value("ap 3")),
        ("count", "45 nguoi", Value(45)),
    ]
    assert said.of("count")[0].unit == "nguoi"
    assert rest(line) == ["don ve sinh kinh xang"]


def test_a_donation() -> None:
    line = "bà Sáu ủng hộ quỹ vì người nghèo 500k hôm qua"
    assert found(line) == [("giver", "bà Sáu"), ("money", "500k"), ("day", "hôm qua")]
    assert extract(line, TODAY).of("money")[0].reading == Value(500_000)
    assert rest(line) == ["ủng hộ quỹ vì người nghèo"]


def test_a_bare_number_is_left_for_the_question_that_takes_it() -> None:
    assert found("ba Nam ung ho quy nguoi ngheo 500") == [("giver", "ba Nam"), ("number", "500")]


def test_a_pair_may_be_a_ratio_or_a_day_the_likelier_first() -> None:
    said = extract("họp ban 7/9, vắng chị Hoa, anh Bảy", TODAY)
    reading = said.found[0].reading
    assert isinstance(reading, Ask)
    assert [value.value for value in reading.readings] == [{"part": 7, "whole": 9}, "2024-09-07"]
    recent = extract("họp ban 1/12", TODAY).found[0].reading
    assert isinstance(recent, Ask)
    assert recent.readings[0] == Value("2024-12-01")
    assert rest("họp ban 7/9, vắng chị Hoa, anh Bảy") == ["họp ban", "vắng chị Hoa, anh Bảy"]


@pytest.mark.parametrize(
    ("line", "spans"),
    [
        ("08 cuộc 403 người", [("count", "08 cuộc"), ("count", "403 người")]),
        ("trên 200 người dự", [("count", "trên 200 người")]),
        ("hop dan toi qua 35-40 nguoi", [("day", "toi qua"), ("count", "35-40 nguoi")]),
        ("khoảng 50 ng", [("count", "khoảng 50 ng")]),
        ("ba mươi lăm người", [("count", "ba mươi lăm người")]),
        ("45/60 hộ đăng ký", [("ratio", "45/60 hộ")]),
        ("họp 9/9", [("ratio", "9/9")]),
        ("hop to 9/9 du mat", [("ratio", "9/9")]),
        ("cất nhà đại đoàn kết cho ông Tư 50 triệu", [("money", "50 triệu")]),
        ("di dam ma ong Bay phung dieu 500k", [("money", "500k")]),
        ("vệ sinh sáng chủ nhật", [("day", "sáng chủ nhật")]),
        ("BHYT 93,64%", [("ratio", "93,64%")]),
        ("ngày 18/11 ấp 5 tổ chức", [("day", "ngày 18/11"), ("hamlet", "ấp 5")]),
        ("18/11/2024 họp", [("day", "18/11/2024")]),
        ("rằm tháng bảy phát quà", [("day", "rằm tháng bảy")]),
        ("7h30 ngày 8/12 họp", [("hour", "7h30"), ("day", "ngày 8/12")]),
        ("Ấp Mỹ Hòa họp dân", [("hamlet", "Ấp Mỹ Hòa")]),
        ("50 phần quà, mỗi phần 300k", [("count", "50 phần quà"), ("money", "300k")]),
        ("vận động 50 kg gạo", [("goods", "50 kg")]),
        (
            "ông Tư 2tr, bà Năm 3tr",
            [("giver", "ông Tư"), ("money", "2tr"), ("giver", "bà Năm"), ("money", "3tr")],
        ),
        ("ong tu 2tr", [("giver", "ong tu"), ("money", "2tr")]),
        ("nhận của bà Sáu 200k", [("giver", "bà Sáu"), ("money", "200k")]),
        ("Nguyễn Văn An ủng hộ 2 triệu rưỡi", [("giver", "Nguyễn Văn An"), ("money", "2 triệu rưỡi")]),
        ("hơn 2 triệu", [("money", "hơn 2 triệu")]),
        ("chùa Phước Long tặng 100 phần quà", [("giver", "chùa Phước Long"), ("count", "100 phần quà")]),
    ],
)
def test_what_is_clear(line: str, spans: list[tuple[str, str]]) -> None:
    assert found(line) == spans


@pytest.mark.parametrize(
    "line",
    [
        "tham ba con sau buoi hop",
        "lần thứ hai họp ban",
        "năm 2024 làm đường",
        "thăm bà Năm bệnh",
        "bà con trong ấp rất vui",
        "liên hệ 0912345678",
        "tuần trước họp",
        "quyết định số 12",
        "tổ 5 tự quản",
        "dọn vệ sinh kinh Xáng",
        "",
    ],
)
def test_what_is_not_clear_stays_text(line: str) -> None:
    assert found(line) == []


def test_someone_who_is_given_to_is_no_giver() -> None:
    assert [kind for kind, _ in found("tặng bà Sáu 500k")] == ["money"]


def test_spans_are_those_of_the_cleaned_line() -> None:
    said = extract("  bà  Sáu\u200b ủng hộ\t500k ", TODAY)
    assert said.text == "bà Sáu ủng hộ 500k"
    assert [said.text[span.start : span.end] for span in said.found] == ["bà Sáu", "500k"]


HAMLETS = ("Ấp 1", "Ấp 3", "Ấp Mỹ Hòa")


@pytest.mark.parametrize(
    ("line", "spans"),
    [
        ("o nha van hoa ap 62 nguoi", [("count", "62 nguoi")]),
        ("o nha van hoa ap 12 nguoi", [("count", "12 nguoi")]),
        ("ap 3 nguoi dan don ve sinh", [("hamlet", "ap 3")]),  # or three: then the number is asked for
        ("ap 3 50 nguoi", [("hamlet", "ap 3"), ("count", "50 nguoi")]),
        ("ap 3 to chuc 50 nguoi", [("hamlet", "ap 3"), ("count", "50 nguoi")]),
        ("ấp mỹ hòa họp dân", [("hamlet", "ấp mỹ hòa")]),
        ("ap my hoa hop dan", [("hamlet", "ap my hoa")]),
        ("ấp mỹ lệ họp dân", []),
    ],
)
def test_hamlets_that_there_are(line: str, spans: list[tuple[str, str]]) -> None:
    assert [(span.kind, span.text) for span in extract(line, TODAY, HAMLETS).found] == spans


@pytest.mark.parametrize(
    ("line", "counted", "unit"),
    [
        ("40 ng dự", 40, "ng"),
        ("40 ng dan", 40, "ng dan"),
        ("40 nguời", 40, "nguời"),
        ("7 đ/c", 7, "đ/c"),
        ("3 dong chi", 3, "dong chi"),
        ("40 nguoi du", 40, "nguoi"),
        ("40 người dự", 40, "người"),
    ],
)
def test_people_however_they_are_called(line: str, counted: int, unit: str) -> None:
    said = extract(line, TODAY).of("count")
    assert [(span.reading, span.unit) for span in said] == [(Value(counted), unit)]


@pytest.mark.parametrize(
    ("line", "giver"),
    [
        ("bà con ấp 3 góp 2tr", "bà con ấp 3"),
        ("ba con ap minh gop 2tr", "ba con ap minh"),
        ("chi bo ap 3 ung ho 1 trieu", "chi bo ap 3"),
        ("ong Tu lua gao gop 500k", "ong Tu lua gao"),
        ("chi Hai tiem vang ung ho 5tr", "chi Hai tiem vang"),
    ],
)
def test_givers_with_a_hamlet_or_a_by_name(line: str, giver: str) -> None:
    assert [span.text for span in extract(line, TODAY).of("giver")] == [giver]


def test_whose_house_burnt_gives_nothing() -> None:
    assert extract("nhà ông Tư cháy ủng hộ 500k", TODAY).of("giver") == ()


@pytest.mark.parametrize("line", ["ủng hộ 12,5 triệu", "ung ho 12,5tr"])
def test_a_decimal_comma_is_no_day(line: str) -> None:
    assert [kind for kind, _ in found(line)] == ["money"]


@pytest.mark.parametrize(
    ("line", "vague"),
    [("tuần trước họp", "tuần trước"), ("ngày 31/11 họp", "ngày 31/11"), ("họp năm ngoái", "năm ngoái")],
)
def test_days_that_are_no_one_day_are_told(line: str, vague: str) -> None:
    assert [piece.text for piece in extract(line, TODAY).vague] == [vague]


@pytest.mark.parametrize(
    ("line", "spans"),
    [
        ("quỹ người nghèo của ap 500k", [("money", "500k")]),
        ("phieu tin nhiem truong ap 45/50 ho", [("ratio", "45/50 ho")]),
        ("tặng bà con ấp 10 phần quà", [("count", "10 phần quà")]),
        ("các ấp năm nay 30 người", [("count", "30 người")]),
        ("ấp 3A 30 người", [("hamlet", "ấp 3A"), ("count", "30 người")]),
        ("ấp 9 tổ chức 30 người", [("hamlet", "ấp 9"), ("count", "30 người")]),
    ],
)
def test_a_number_that_no_hamlet_has_may_be_an_amount(line: str, spans: list[tuple[str, str]]) -> None:
    assert [(span.kind, span.text) for span in extract(line, TODAY, HAMLETS).found] == spans


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("ap 09", "ấp 9"),
        ("Ấp 3a", "ấp 3A"),
        ("ấp ba", "ấp 3"),
        ("ap nam", None),
        ("ấp tu", None),
        ("ấp Mỹ Đông", "ấp Mỹ Đông"),
        ("ấp Văn Hóa", None),
        ("ẤP TỔ", None),
    ],
)
def test_a_hamlets_name_as_it_is_written(typed: str, written: str | None) -> None:
    assert written_hamlet(typed) == written
