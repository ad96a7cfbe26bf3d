"""The message with the draft: what is missing, blank, to compare; always short enough for a phone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from templates import documents, forms, kept, wording
from templates.commune import Commune, HamletInfo
from templates.cover import MOST, Draft, cover, event_labels, whole_lists
from templates.reported import FigureRow, Issued, Place
from tests.templates.reporting import CLOSED, COMMUNE, YEAR, computed, event

REPORT = documents.load()
EVENTS = event_labels(forms.load(), REPORT.definitions)
SAY = wording.load()


def message(rows: Sequence[FigureRow], commune: Commune = COMMUNE, edition: int = 2, **rest: Any) -> str:
    changed, money, today = rest.pop("changed", ()), rest.pop("money", ()), rest.pop("today", None)
    made = computed(REPORT.definitions, rows, **rest)
    said = documents.context(REPORT, made, commune, YEAR, edition=edition, today=YEAR.until_day)
    draft = Draft(REPORT, made, said, commune, YEAR, edition, changed, money, today=today)
    return cover(SAY, draft, EVENTS)


def test_the_whole_message() -> None:
    closings = {
        k: v for k, v in CLOSED.items() if k not in {("3", "2024-10"), ("3", "2024-11"), ("2", "2024-11")}
    }
    rows = [
        event("ngay_hoi", 90, "1", "ap_cung_xa", day=date(2024, 11, 18), number=12),
        event("ngay_hoi", 120, None, day=date(2024, 11, 18), number=15),
        event(so_nguoi=None, hamlet="2", day=date(2024, 11, 5), number=20),
    ]
    assert (
        message(rows, closings=closings)
        == """\
DỰ THẢO LẦN 2: Báo cáo công tác Mặt trận năm 2024
Số liệu từ 10/12/2023 đến 09/12/2024.
CHƯA ĐỦ SỐ CỦA 2 ẤP
• Ấp 2: chưa chốt tháng 11
• Ấp 3: chưa báo tháng 10, 11
CÒN TRỐNG 46 CHỖ (tô vàng)
1. I Số đầu công việc trong chương trình năm: gõ “đầu việc”
2. I Tổng số văn bản đã ban hành: gõ “văn bản”
3. I Số kế hoạch đã ban hành: gõ “văn bản”
4. I Số công văn đã ban hành: gõ “văn bản”
5. I Số tờ trình đã ban hành: gõ “văn bản”
6. I Số báo cáo đã ban hành: gõ “văn bản”
7. I Số quyết định đã ban hành: gõ “văn bản”
8. I Số hội nghị
• và 26 số liệu nữa ở mục II.1, II.2, II.3, II.5, III.2
• Lời văn của 12 mục: II.2.4, II.3.2, II.4, II.5.3, III.1, III.2, Phần thứ hai
CẦN ĐỐI CHIẾU
• Số người dự tuyên truyền: phiếu 20 chưa ghi số, chưa cộng vào.
• Ngày hội Đại đoàn kết ngày 18/11: xã và ấp 1 cùng báo, đã tính một lần.
Gõ 1, 2, 3… để điền.
Gõ “nhắc 11” để nhắc ấp 2, ấp 3.
Viết nhận định cho một mục: gõ “lời văn”.
Sửa lời văn trong Word rồi gửi lại tệp: sẽ giữ làm dự thảo lần 3.
Số, ngày văn bản để trống đến khi ban hành."""
    )


def test_nothing_to_complain_about_is_not_complained_about() -> None:
    text = message([event()], edition=1)
    assert "CHƯA ĐỦ" not in text
    assert "ĐỐI CHIẾU" not in text
    assert "Gõ “nhắc" not in text


def test_it_offers_to_remind_of_the_months_that_it_names() -> None:
    gone = {("1", "2024-11"), ("2", "2024-10"), ("3", "2024-09"), ("3", "2024-11")}
    closings = {k: v for k, v in CLOSED.items() if k not in gone}
    assert [line for line in message([event()], closings=closings).splitlines() if "để nhắc" in line] == [
        "Gõ “nhắc 11” để nhắc ấp 1, ấp 3.",
        "Gõ “nhắc 10” để nhắc ấp 2.",
    ]


def test_it_offers_it_as_the_command_reads_it_today_and_not_of_what_is_long_past() -> None:
    closings = {k: v for k, v in CLOSED.items() if k != ("1", "2024-11")}
    assert "Gõ “nhắc 11/2024” để nhắc ấp 1." in message([event()], closings=closings, today=date(2025, 1, 20))
    late = message([event()], closings=closings, today=date(2025, 12, 1))
    assert "• Ấp 1: chưa báo tháng 11" in late and "Gõ “nhắc" not in late


def test_a_year_without_data_says_so() -> None:
    text = message([], closings={})
    assert "Kỳ này chưa có phiếu nào." in text
    assert "• Ấp 1, Ấp 2, Ấp 3: chưa báo tháng 12/2023 đến 11" in text


def test_months_before_the_program_was_used_are_named() -> None:
    text = message([event(day=date(2024, 10, 3))], closings={("2", "2024-10"): "otherwise"})
    assert "Chương trình có số từ tháng 10/2024, trước đó chưa có." in text
    assert "• Ấp 1: chưa báo tháng 11; chưa chốt tháng 10" in text
    assert "• Ấp 2: chưa báo tháng 11; đã báo cách khác tháng 10, chưa có số" in text


def test_months_to_come_are_not_missing() -> None:
    past = {key: state for key, state in CLOSED.items() if key[1] < "2024-09" or key[0] == "2"}
    text = message([event(day=date(2024, 11, 3))], closings=past, to_come="2024-10")
    assert "Tháng 10, 11 còn báo tiếp, chưa tính là thiếu." in text
    assert "CHƯA ĐỦ SỐ CỦA 2 ẤP\n• Ấp 1, Ấp 3: chưa báo tháng 9\n" in text
    assert "Gõ “nhắc 9” để nhắc ấp 1, ấp 3." in text

    text = message([event()], closings=past, to_come="2024-09")
    assert "Tháng 9 đến 11 còn báo tiếp, chưa tính là thiếu." in text
    assert "CHƯA ĐỦ" not in text and "Gõ “nhắc" not in text


def test_months_in_a_row_are_a_span() -> None:
    gone = {("1", f"2024-{month:02d}") for month in (2, 4, 5, 6, 8, 9)}
    text = message([event()], closings={k: v for k, v in CLOSED.items() if k not in gone})
    assert "• Ấp 1: chưa báo tháng 2, 4, 5, 8, 9; chưa chốt tháng 6" in text
    text = message([], closings={k: v for k, v in CLOSED.items() if k not in gone})
    assert "• Ấp 1: chưa báo tháng 2, 4 đến 6, 8, 9" in text


def test_hamlets_that_tell_a_joint_event_without_the_commune_are_named() -> None:
    rows = [event("ve_sinh", 20, code, "ap_cung_xa", day=date(2024, 3, 9)) for code in ("1", "3")]
    assert (
        "• Vệ sinh môi trường ngày 09/03: ấp 1, ấp 3 báo làm chung với xã, xã chưa có phiếu; đã"
        in message(rows)
    )


def test_late_records_are_named() -> None:
    issued = Issued(date(2022, 12, 10), date(2023, 12, 9), datetime(2023, 12, 11, tzinfo=UTC))
    late = event(day=date(2023, 12, 1), number=8, reported_at=datetime(2024, 2, 1, tzinfo=UTC))
    assert "• Phiếu 8 báo sau khi báo cáo kỳ trước ban hành, tính vào kỳ này." in message(
        [late], issued=[issued]
    )


def test_changes_since_the_draft_before() -> None:
    old, new = (computed(REPORT.definitions, [event(so_cuoc=n)]).figures for n in (1, 2))
    text = message([event(so_cuoc=2)], changed=kept.changes(old, new))
    assert "ĐỔI SO VỚI DỰ THẢO LẦN 1\n• II.1 Số cuộc tuyên truyền: 01 cuộc, nay 02 cuộc" in text


def test_every_line_of_a_list_begins_like_the_others() -> None:
    money = ["Quỹ “Vì người nghèo”, ấp 2: ấp báo nộp 14.000.000 đồng, xã chưa có phiếu thu."]
    closings = {key: state for key, state in CLOSED.items() if key != ("3", "2024-11")}
    old = computed(REPORT.definitions, [event(so_cuoc=1)]).figures
    rows = [
        event("ngay_hoi", 90, "1", "ap_cung_xa", day=date(2024, 11, 18), number=12),
        event("ngay_hoi", 120, None, day=date(2024, 11, 18), number=15),
    ]
    changed = kept.changes(old, computed(REPORT.definitions, rows).figures)
    text = message(rows, closings=closings, money=money, changed=changed)
    assert f"CẦN ĐỐI CHIẾU\n• {money[0]}\n• Ngày hội" in text
    heads = [line for line in text.splitlines()[2:] if not line.startswith(("• ", *"123456789"))]
    assert all(line.isupper() or line.endswith(("(tô vàng)", ".")) for line in heads), heads


def test_one_line_is_never_left_out_and_more_can_be_asked_for() -> None:
    rows = [
        event(kind, 10, code, "ap_cung_xa", day=date(2024, 3, day))
        for day in range(1, 14)
        for kind, code in (("ve_sinh", "1"), ("ve_sinh", "2"))
    ]

    def shown(days: int) -> list[str]:
        lines = message([row for row in rows if row.day.day <= days]).split("\n")
        return [line for line in lines if "báo làm chung" in line or "dòng nữa" in line]

    assert len(shown(8)) == 8 and len(shown(9)) == 9
    assert not [line for line in shown(9) if "dòng nữa" in line]
    assert shown(10)[8:] == ["• và 2 dòng nữa (gõ “xem đủ”)"]

    made = computed(REPORT.definitions, rows)
    said = documents.context(REPORT, made, COMMUNE, YEAR, edition=2, today=YEAR.until_day)
    lists = whole_lists(SAY, Draft(REPORT, made, said, COMMUNE, YEAR, 2), EVENTS)
    assert lists.count("báo làm chung") == 13 and "dòng nữa" not in lists


def test_the_words_for_units_are_the_communes() -> None:
    ward = Commune("p", "Bình Thử", kind="phường", hamlet_word="khu phố",
                   hamlets=(HamletInfo("1", "Khu phố 1"), HamletInfo("2", "An Lạc")))  # fmt: skip
    text = message([], ward, closings={}, places=(Place("1", ""), Place("2", "")))
    assert "CHƯA ĐỦ SỐ CỦA 2 KHU PHỐ" in text
    assert "nhắc khu phố 1, An Lạc." in text
    assert "ấp" not in text


def test_forty_hamlets_with_everything_wrong_still_fit() -> None:
    codes = [str(number) for number in range(1, 41)]
    big = replace(COMMUNE, hamlets=tuple(HamletInfo(c, f"Ấp Thạnh Mỹ Tây Hưng Thạnh {c}") for c in codes))
    rows = [
        event(kind, None if n % 2 else 10, code, "ap_cung_xa", day=date(2024, n % 12 + 1, 1 + n % 28))
        for n, code in enumerate(codes * 6)
        for kind in ("ve_sinh", "ngay_hoi", "an_ninh")
    ]
    text = message(rows, big, closings={}, places=tuple(Place(c, c) for c in codes))
    assert 1000 < len(text) <= MOST
    assert text.splitlines()[0].startswith("DỰ THẢO LẦN 2")
    assert text.endswith("đến khi ban hành.")
