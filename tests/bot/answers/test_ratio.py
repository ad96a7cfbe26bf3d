"""Ratios: part of whole, or a bare percent."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Ask, Asked, Refuse, Value, read

ASKED = Asked("ratio", date(2024, 12, 9))


@pytest.mark.parametrize(
    ("typed", "part", "whole"),
    [
        ("45/60 hộ", 45, 60),
        ("45 / 60", 45, 60),
        ("9/9", 9, 9),
        ("0/9", 0, 9),
        ("45 hộ/60 hộ", 45, 60),
        ("45 trên 60 hộ", 45, 60),
        ("45 tren 60", 45, 60),
        ("45 trên tổng số 60", 45, 60),
        ("45 trong 60 hộ", 45, 60),
        ("1.045/1.060", 1045, 1060),
        ("chín trên chín", 9, 9),
        ("45/60 hộ (75%)", 45, 60),
        ("đạt 75% (45/60)", 45, 60),
    ],
)
def test_part_of_whole(typed: str, part: int, whole: int) -> None:
    assert read(typed, ASKED) == Value({"part": part, "whole": whole})


@pytest.mark.parametrize(
    ("typed", "percent"),
    [
        ("93,64%", 93.64),
        ("93.64 %", 93.64),
        ("100%", 100.0),
        ("0%", 0.0),
        ("chín mươi phần trăm", 90.0),
        ("đạt 95%", 95.0),
    ],
)
def test_a_bare_percent(typed: str, percent: float) -> None:
    assert read(typed, ASKED) == Value({"percent": percent})


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("45", []),
        ("đủ", [{"percent": 100.0}]),
        ("trên 90%", [{"percent": 90.0}]),
        ("60 hộ, 45 đạt", [{"part": 45, "whole": 60}]),
        ("45/60 (50%)", [{"part": 45, "whole": 60}, {"percent": 50.0}]),
        ("45/60/70", []),
        ("100% của 312 hộ", [{"part": 312, "whole": 312}]),
        ("95% trong 300", [{"part": 285, "whole": 300}]),
        ("75%, 45 hộ", []),
    ],
)
def test_what_is_unclear_is_asked_back(typed: str, readings: list[object]) -> None:
    reading = read(typed, ASKED)
    assert isinstance(reading, Ask)
    assert [value.value for value in reading.readings] == readings


@pytest.mark.parametrize("typed", ["100%", "đủ hết", "trên 90%", "chín mươi phần trăm"])
def test_a_percent_is_not_enough_where_both_numbers_are_needed(typed: str) -> None:
    assert read(typed, ASKED._replace(counted=True)) == Ask("ratio_counted", (), {"text": typed})
    assert read("312/312", ASKED._replace(counted=True)) == Value({"part": 312, "whole": 312})


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("120%", "ratio_over"),
        ("70/60", "ratio_over"),
        ("0/0", "ratio_zero"),
        ("7,5/9", "ratio_fraction"),
        ("-5/9", "ratio_negative"),
        ("1.2.3/9", "ratio_malformed"),
        ("abc", "ratio_none"),
    ],
)
def test_what_is_no_ratio_is_refused(typed: str, code: str) -> None:
    reading = read(typed, ASKED)
    assert isinstance(reading, Refuse)
    assert reading.code == code


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_part_is_never_larger_than_its_whole(part: int, whole: int) -> None:
    reading = read(f"{part}/{whole}", ASKED)
    if part <= whole:
        assert reading == Value({"part": part, "whole": whole})
    else:
        assert isinstance(reading, Refuse)


@given(st.integers(0, 30_000))
def test_a_percent_is_never_above_a_hundred(hundredths: int) -> None:
    reading = read(f"{hundredths // 100},{hundredths % 100:02d}%", ASKED)
    if hundredths <= 10_000:
        assert reading == Value({"percent": hundredths / 100})
    else:
        assert isinstance(reading, Refuse)
