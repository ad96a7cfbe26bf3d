"""Days as they are typed, seen from Monday 2024-12-09: what has happened looks back, plans look ahead."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Ask, Asked, Refuse, Value, read
from bot.answers.lunar import to_lunar

TODAY = date(2024, 12, 9)
PAST = Asked("day", TODAY)
PLANNED = Asked("day", TODAY, planned=True)

SOLAR = {
    "09/12/2024": "2024-12-09",
    "9-12": "2024-12-09",
    "9.12": "2024-12-09",
    "8 / 12 / 2024": "2024-12-08",
    "8/12/24": "2024-12-08",
    "08.12.2024": "2024-12-08",
    "08122024": "2024-12-08",
    "2024-12-08": "2024-12-08",
    "20241208": "2024-12-08",
    "ngày 8 tháng 12": "2024-12-08",
    "ngay 8 thang 12 nam 2024": "2024-12-08",
    "ngày 8-12": "2024-12-08",
    "8 tháng 12, 2024": "2024-12-08",
    "8t12": "2024-12-08",
    "hôm 5/12": "2024-12-05",
    "ngày mười lăm tháng mười một": "2024-11-15",
    "ngày 5": "2024-12-05",
    "ngày 5 tháng trước": "2024-11-05",
    "5/11 năm ngoái": "2023-11-05",
    "29/2": "2024-02-29",
    "7h30 ngày 8/12": "2024-12-08",
    "lúc 7 giờ 30 ngày 8/12": "2024-12-08",
    "19:00 8/12": "2024-12-08",
    "sáng 8/12": "2024-12-08",
    "８/１２": "2024-12-08",
    "2/9": "2024-09-02",
    "quốc khánh": "2024-09-02",
}
NEAR = {
    "hôm nay": "2024-12-09",
    "bữa nay": "2024-12-09",
    "sáng nay": "2024-12-09",
    "sang nay": "2024-12-09",
    "hồi sáng": "2024-12-09",
    "hum qua": "2024-12-08",
    "nay": "2024-12-09",
    "hom qua": "2024-12-08",
    "hômqua": "2024-12-08",
    "tối qua": "2024-12-08",
    "chiều hôm qua": "2024-12-08",
    "hôm kia": "2024-12-07",
    "bữa kia": "2024-12-07",
    "3 ngày trước": "2024-12-06",
    "cách đây 2 bữa": "2024-12-07",
}
WEEKDAYS = {
    "chủ nhật": "2024-12-08",
    "chu nhat": "2024-12-08",
    "chúa nhựt": "2024-12-08",
    "CN": "2024-12-08",
    "thứ 7": "2024-12-07",
    "thu bay": "2024-12-07",
    "t7": "2024-12-07",
    "chiều thứ bảy": "2024-12-07",
    "thứ ba": "2024-12-03",
    "thứ hai tuần trước": "2024-12-02",
    "thứ 7 tuần rồi": "2024-12-07",
    "thứ hai vừa rồi": "2024-12-02",
    "chủ nhật 8/12": "2024-12-08",
    "thứ hai 9/12": "2024-12-09",
    "thứ hai, 2/12": "2024-12-02",
}
LUNAR = {
    "mùng 5/1 âm lịch": "2024-02-14",
    "mung 5/1 am lich": "2024-02-14",
    "5/1 ÂL": "2024-02-14",
    "5/1 (âm lịch)": "2024-02-14",
    "mùng 1 Tết": "2024-02-10",
    "mồng một tết": "2024-02-10",
    "rằm tháng bảy": "2024-08-18",
    "ram thang 7": "2024-08-18",
    "rằm tháng giêng": "2024-02-24",
    "ngày mười lăm tháng bảy âm lịch": "2024-08-18",
    "trung thu": "2024-09-17",
    "vu lan": "2024-08-18",
    "giỗ tổ": "2024-04-18",
    "rằm tháng 2 nhuận 2023": "2023-04-05",
    "mùng 1 Tết năm 2023": "2023-01-22",
}


@pytest.mark.parametrize(("typed", "day"), (SOLAR | NEAR | WEEKDAYS | LUNAR).items())
def test_one_sane_day_is_a_value(typed: str, day: str) -> None:
    assert read(typed, PAST) == Value(day)


@pytest.mark.parametrize(
    ("typed", "code", "days"),
    [
        ("thứ hai", "day_unclear", ["2024-12-09", "2024-12-02"]),
        ("20/12", "day_future", ["2023-12-20"]),
        ("ngày 15", "day_future", ["2024-11-15"]),
        ("ngày 31", "day_future", ["2024-10-31"]),
        ("5", "day_unclear", ["2024-12-05"]),
        ("8-9/12", "day_unclear", ["2024-12-08", "2024-12-09"]),
        ("từ 1/12 đến 3/12", "day_unclear", ["2024-12-01", "2024-12-03"]),
        ("thứ bảy 8/12", "day_unclear", ["2024-12-07", "2024-12-08"]),
        ("mùng 5/1", "day_unclear", ["2024-02-14", "2024-01-05"]),
        ("rằm", "day_future", ["2024-11-15"]),
        ("30 Tết", "day_future", ["2024-02-09"]),
        ("30 tết năm 2022", "day_unclear", ["2022-01-31", "2023-01-21"]),
        ("23 tháng chạp", "day_future", ["2024-02-02"]),
        ("8/12 âm lịch", "day_future", ["2024-01-18"]),
        ("rằm tháng 2 năm 2023 âm lịch", "day_unclear", ["2023-03-06", "2023-04-05"]),
        ("tuần trước", "day_vague", []),
        ("đầu tháng", "day_vague", []),
        ("mấy bữa trước", "day_vague", []),
        ("tết", "day_vague", []),
        ("tháng 11", "day_vague", []),
        ("12/2024", "day_vague", []),
        ("giao thừa", "day_future", ["2024-02-09"]),
        ("quên rồi", "day_vague", []),
    ],
)
def test_what_is_unclear_or_still_to_come_is_asked_back(typed: str, code: str, days: list[str]) -> None:
    reading = read(typed, PAST)
    assert isinstance(reading, Ask)
    assert (reading.code, [value.value for value in reading.readings]) == (code, days)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("31/11", "day_impossible"),
        ("29/2/2023", "day_impossible"),
        ("11/18/2024", "day_impossible"),
        ("ngày 32", "day_impossible"),
        ("0/12", "day_impossible"),
        ("8/12/20245", "day_impossible"),
        ("30/1/2024 âm lịch", "day_impossible"),
        ("8/12/2025", "day_future"),
        ("ngày mai", "day_future"),
        ("thứ tư tuần sau", "day_future"),
        ("abc", "day_none"),
        ("", "day_none"),
        ("7h30", "day_none"),
    ],
)
def test_what_is_no_day_is_refused(typed: str, code: str) -> None:
    reading = read(typed, PAST)
    assert isinstance(reading, Refuse)
    assert reading.code == code


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("thứ tư", "2024-12-11"),
        ("thứ tư tuần sau", "2024-12-18"),
        ("chủ nhật", "2024-12-15"),
        ("ngày mai", "2024-12-10"),
        ("mai", "2024-12-10"),
        ("20/12", "2024-12-20"),
        ("ngày 5", "2025-01-05"),
        ("ngày 15 tháng sau", "2025-01-15"),
        ("mùng 1 Tết", "2025-01-29"),
        ("rằm", "2024-12-15"),
        ("8/12/2025", "2025-12-08"),
    ],
)
def test_plans_look_ahead(typed: str, day: str) -> None:
    assert read(typed, PLANNED) == Value(day)


@given(st.dates(date(2000, 1, 1), TODAY), st.sampled_from(["/", "-", ".", " / "]), st.booleans())
def test_every_written_day_reads_as_itself(day: date, sign: str, padded: bool) -> None:
    number, month = (f"{day:%d}", f"{day:%m}") if padded else (str(day.day), str(day.month))
    for typed in (f"{number}{sign}{month}{sign}{day.year}", f"ngày {number} tháng {month} năm {day.year}"):
        assert read(typed, PAST) == Value(day.isoformat())


@given(st.dates(date(2023, 1, 1), date(2026, 12, 31)), st.integers(0, 6), st.integers(1, 6))
def test_a_weekday_is_the_last_one_or_the_next(today: date, weekday: int, ahead: int) -> None:
    name = ["thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật"][
        (today.weekday() + ahead) % 7
    ]
    assert read(name, Asked("day", today)) == Value((today - timedelta(7 - ahead)).isoformat())
    assert read(name, Asked("day", today, planned=True)) == Value((today + timedelta(ahead)).isoformat())


@given(st.dates(date(1950, 1, 1), TODAY))
def test_a_lunar_day_with_its_year_reads_as_its_date(day: date) -> None:
    lunar = to_lunar(day)
    leap = " nhuận" if lunar.leap else ""
    reading = read(f"ngày {lunar.day} tháng {lunar.month}{leap} âm lịch năm {lunar.year}", PAST)
    assert reading == Value(day.isoformat()) or (
        isinstance(reading, Ask) and Value(day.isoformat()) in reading.readings
    )


@given(st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(1, 31), st.integers(1, 12))
def test_what_has_happened_is_never_in_the_future(today: date, number: int, month: int) -> None:
    for typed in (f"{number}/{month}", f"ngày {number}", f"{number}/{month} âm lịch", f"mùng {number}"):
        reading = read(typed, Asked("day", today))
        values = [reading] if isinstance(reading, Value) else getattr(reading, "readings", ())
        assert all(date.fromisoformat(value.value) <= today for value in values)
