"""Which photos a report shows: the program's own choice, the committee's, and the words below them."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from typing import Any

import pytest

from templates import documents, forms, photos, telling
from templates.figures import PICTURE, check_against_forms
from templates.photos import Photo
from templates.reported import FigureRow
from tests.templates.reporting import row

REPORT, CATALOG = documents.load(), forms.load()
UNITS: dict[str | None, str] = {code: f"ấp {code}" for code in "1234567"} | {None: "Mặt trận xã"}
KNOWN = telling.labels(CATALOG, lambda label: label.replace("{xa}", "xã").replace("{ap}", "ấp"), UNITS)


def activity(hamlet: str | None = "1", day: str = "2024-06-01", **answers: Any) -> FigureRow:
    told = {"viec": "ve_sinh", "noi": "kinh Xáng", "so_nguoi": 20, "ngay": day, **answers}
    return row("hoat_dong", told, hamlet, date.fromisoformat(day))


def candidates(*rows: FigureRow, each: int = 1) -> list[Photo]:
    numbers = iter(range(1, 10_000))
    files = [
        photos.File(number := next(numbers), one.record, f"{number}.jpg") for one in rows for _ in range(each)
    ]
    return photos.candidates(REPORT.definitions.photo, rows, files, KNOWN)


def said(form: str, hamlet: str | None = "1", **answers: Any) -> str:
    (photo,) = candidates(row(form, answers, hamlet))
    return photo.what


@pytest.mark.parametrize(
    ("form", "answers", "words"),
    [
        ("hoat_dong", {"viec": "ngay_hoi", "noi": "chùa"}, "Ngày hội Đại đoàn kết tại chùa"),
        ("hoat_dong", {"viec": "khac", "noi": "chùa", "noi_dung": "gói bánh"}, "Gói bánh tại chùa"),
        ("hoat_dong", {"viec": "khac", "noi": "chùa", "noi_dung": ""}, "Hoạt động tại chùa"),
        ("tang_qua", {"doi_tuong": "hoc_sinh"}, "Tặng quà, hỗ trợ học sinh, trẻ em"),
        ("tang_qua", {"doi_tuong": "khac", "noi": "chùa"}, "Tặng quà, hỗ trợ tại chùa"),
        ("nha_dai_doan_ket", {"loai": "cat_moi", "chu_ho": "bà Thử"}, "Nhà Đại đoàn kết cất mới"),
        ("mo_hinh", {"ten": "Tuyến lộ hoa"}, "Mô hình “Tuyến lộ hoa”"),
        ("hop", {"vang": {"absent": [], "present": 9, "total": 9}}, "Họp Ban Công tác Mặt trận"),
        ("khen_thuong", {"hinh_thuc": "giay_khen", "doi_tuong": "ca_nhan"}, "Trao giấy khen cho cá nhân"),
    ],
)
def test_what_a_caption_says(form: str, answers: dict[str, Any], words: str) -> None:
    assert said(form, **answers) == words


def test_a_caption_has_what_where_who_and_the_day() -> None:
    shown = photos.rows(REPORT.outline.frame, candidates(activity(), activity(None, "2024-07-09")))
    assert shown == [
        [
            {
                "hinh": f"{PICTURE}1{PICTURE}",
                "chu_thich": "Ảnh 1. Vệ sinh môi trường tại kinh Xáng (ấp 1, ngày 01/06/2024)",
            },
            {
                "hinh": f"{PICTURE}2{PICTURE}",
                "chu_thich": "Ảnh 2. Vệ sinh môi trường tại kinh Xáng (Mặt trận xã, ngày 09/07/2024)",
            },
        ]
    ]


def test_an_odd_number_leaves_a_cell_empty() -> None:
    shown = photos.rows(REPORT.outline.frame, candidates(activity(), activity("2"), activity("3")))
    assert [len(one) for one in shown] == [2, 2]
    assert shown[1][1] == {"hinh": "", "chu_thich": ""}


def test_a_long_text_is_cut_between_words() -> None:
    what = said("hoat_dong", viec="khac", noi="chùa", noi_dung="làm việc rất dài " * 50)
    assert len(what) <= 120 and what.endswith("…")


def test_a_months_totals_and_a_picture_sent_twice_are_no_photos() -> None:
    once = activity()
    files = [photos.File(n, once.record, "a.jpg") for n in (1, 2)]
    (photo,) = photos.candidates(REPORT.definitions.photo, [once], files, KNOWN)
    assert (photo.number, photo.part) == (1, (1, 1))
    assert candidates(activity(luy_ke="2024-06")) == []


def test_every_form_that_is_named_exists_with_its_questions() -> None:
    check_against_forms(REPORT.definitions, "figures.toml", CATALOG.questions())
    assert not {"du_luan", "ton_giao", "ung_ho", "phieu_thu", "hoa_giai", "y_kien"} & {
        one.form for one in REPORT.definitions.photo
    }


def year() -> list[FigureRow]:
    """A busy hamlet, a busy month, a kind that is told most."""
    kinds = ("ve_sinh", "ve_sinh", "ve_sinh", "hop_dan", "tuyen_truyen")
    busy = [activity("1", f"2024-06-{1 + n % 28:02d}", viec=kinds[n % 5], so_nguoi=10 + n) for n in range(40)]
    rest = [
        activity(str(2 + n % 6), f"2024-{1 + n:02d}-10", viec=kinds[(n * 2) % 5], so_nguoi=5)
        for n in range(12)
    ]
    return [*busy, *rest]


def test_the_programs_choice_is_spread_over_hamlets_kinds_and_months() -> None:
    taken = photos.automatic(candidates(*year(), each=3))
    assert len(taken) == 12
    assert len({photo.record for photo in taken}) == 12
    shown = [(photo.hamlet, photo.kind, photo.day.month) for photo in taken]
    hamlets, kinds, months = (Counter(one[at] for one in shown) for at in range(3))
    assert (max(hamlets.values()), len(hamlets)) == (3, 7)
    assert max(months.values()) <= 3 and len(months) >= 7
    assert max(kinds.values()) <= 6 and len(kinds) == 3


def test_the_programs_choice_does_not_depend_on_the_order() -> None:
    found = candidates(*year(), each=2)
    wanted = {photo.number for photo in photos.automatic(found)}
    mixed = list(found)
    for seed in range(5):
        random.Random(seed).shuffle(mixed)
        assert {photo.number for photo in photos.automatic(mixed)} == wanted


def test_of_one_kind_the_larger_events_come_first() -> None:
    found = candidates(
        *(activity("1", "2024-06-01", so_nguoi=n) for n in (5, 400, {"value": 90, "mark": "trên"}))
    )
    assert [photo.number for photo in photos.automatic(found, 2)] == [2, 3]


def test_second_pictures_only_when_every_record_has_one() -> None:
    found = candidates(activity("1", so_nguoi=500), activity("1", so_nguoi=5), each=3)
    assert [photo.part[0] for photo in photos.automatic(found, 2)] == [1, 1]
    assert len(photos.automatic(found, 5)) == 5


def test_persons_and_money_are_not_compared() -> None:
    gift = row("hien_vat", {"hien_vat": "gạo", "tri_gia": 90_000_000}, "2", date(2024, 3, 1))
    small = row("hien_vat", {"hien_vat": "tập", "tri_gia": 1_000_000}, "2", date(2024, 3, 2))
    found = candidates(gift, small, activity("1", "2024-03-03", so_nguoi=9))
    assert [photo.weight for photo in found] == [1.0, pytest.approx(1 / 90), 1.0]


def test_the_same_picture_of_two_records_is_taken_once() -> None:
    first, second = activity("1"), activity("2")
    files = [photos.File(1, first.record, "a.jpg"), photos.File(2, second.record, "a.jpg")]
    found = photos.candidates(REPORT.definitions.photo, [first, second], files, KNOWN)
    assert len(found) == 2 and len(photos.automatic(found)) == 1


def test_the_committees_choice() -> None:
    found = candidates(*(activity(str(n)) for n in range(1, 6)))
    chosen = photos.album(found, [4, 2, 99])
    assert (chosen.numbers, chosen.candidates, chosen.by_hand, chosen.lost) == ((2, 4), 5, True, 1)
    assert photos.album(found, []).numbers == ()
    own = photos.album(found, None)
    assert (own.numbers, own.by_hand, own.lost) == ((1, 2, 3, 4, 5), False, 0)
    assert [p.number for p in own.without({3}).unreadable] == [3]
    assert own.without({3}).numbers == (1, 2, 4, 5)


def test_annexes_are_numbered_as_they_stand() -> None:
    outline = REPORT.outline
    assert outline.annex_numbers({"anh": [1]}) == {"PL1": "I", "PL2": "II", "PL3": "III"}
    assert outline.annex_numbers({"anh": []}) == {"PL1": "I", "PL2": "II", "PL3": ""}
