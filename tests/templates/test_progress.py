"""How far a month has come: the committee's text, whole."""

from __future__ import annotations

from datetime import UTC, date, datetime

from templates import progress, wording
from templates.progress import Place

WORDING = wording.load()
AT = datetime(2024, 11, 25, 1, 0, tzinfo=UTC)
PLACES = [Place(str(n), f"Ấp {n}", "ông Tư Lành" if n == 6 else None) for n in range(1, 8)]
STATES = {(h, "2024-11"): "closed" for h in "125"} | {("7", "2024-11"): "nothing"}
COUNTS = {(h, "2024-11"): n for h, n in (("1", 6), ("2", 3), ("3", 5), ("4", 1), ("5", 4))}
BEFORE = {(h, m): "closed" for h in "123457" for m in ("2024-09", "2024-10")} | {("6", "2024-09"): "nothing"}


def test_the_whole_text() -> None:
    rows = progress.survey(PLACES, "2024-11", STATES | BEFORE, COUNTS)
    assert progress.full(WORDING, rows, "2024-11", AT, "ấp") == (
        "TIẾN ĐỘ THÁNG 11/2024 (đến 08:00, 25/11)\n"
        "Đã chốt 4/7 ấp:\n"
        "  Ấp 1: 6 việc\n"
        "  Ấp 2: 3 việc\n"
        "  Ấp 5: 4 việc\n"
        "  Ấp 7: không phát sinh\n"
        "Đang báo, chưa chốt:\n"
        "  Ấp 3: 5 việc\n"
        "  Ấp 4: 1 việc\n"
        "Chưa báo:\n"
        "  Ấp 6 (ông Tư Lành), từ tháng 10\n"
        "1. Nhắc 3 ấp chưa chốt\n"
        "2. Báo thay một ấp"
    )
    assert progress.offers(rows) == ("nudge", "on_behalf")
    assert progress.line(WORDING, rows, "2024-11", "ấp") == (
        "Tiến độ tháng 11/2024: đã chốt 4/7 ấp, 2 đang báo, 1 chưa báo. Xem kỹ, gõ: tiến độ"
    )


def test_all_closed_leaves_nothing_to_nudge() -> None:
    states = {(str(n), "2024-11"): "closed" for n in range(1, 6)}
    states |= {("6", "2024-11"): "otherwise", ("7", "2024-11"): "nothing"}
    counts = {("6", "2024-11"): 2, ("7", "2024-11"): 1}
    rows = progress.survey(PLACES, "2024-11", states, counts)
    text = progress.full(WORDING, rows, "2024-11", AT, "khóm")
    assert text.endswith(
        "  Ấp 5: 0 việc\n"
        "  Ấp 6: 2 việc, phần còn lại đã báo cách khác\n"
        "  Ấp 7: không phát sinh, báo bổ sung 1 việc\n"
        "1. Báo thay một khóm"
    )
    assert progress.offers(rows) == ("on_behalf",)
    assert progress.line(WORDING, rows, "2024-11", "ấp") == (
        "Tiến độ tháng 11/2024: đủ 7/7 ấp đã chốt. Xem kỹ, gõ: tiến độ"
    )


def test_nobody_has_begun() -> None:
    rows = progress.survey(PLACES, "2024-01", {}, {})
    text = progress.full(WORDING, rows, "2024-01", datetime(2024, 1, 25, 1, tzinfo=UTC), "ấp")
    assert text.startswith("TIẾN ĐỘ THÁNG 01/2024 (đến 08:00, 25/01)\nChưa ấp nào chốt.\nChưa báo:\n  Ấp 1\n")
    assert "từ tháng" not in text


def test_silence_is_counted_without_a_gap_over_the_year_and_from_where_the_hamlet_begins() -> None:
    places = [Place("1", "Ấp 1"), Place("2", "Ấp 2"), Place("3", "Ấp 3", from_day=date(2024, 12, 10))]
    states = {("1", "2024-10"): "nothing"}
    counts = {("2", "2024-09"): 1, ("2", "2024-12"): 3}
    rows = progress.survey(places, "2025-01", states, counts)
    assert [row.silent_since for row in rows] == ["2024-11", "2025-01", "2024-12"]
    assert "  Ấp 1, từ tháng 11/2024\n" in progress.full(WORDING, rows, "2025-01", AT, "ấp")
