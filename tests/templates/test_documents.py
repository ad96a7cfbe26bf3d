"""What a document is made of, and what its template is told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from templates import building, documents, layout, receipt
from templates.commune import Commune, Seat
from templates.counting import Computed
from templates.figures import BLANK, BLANK_LINE
from templates.periods import Period
from tests.templates import old
from tests.templates.reporting import COMMUNE, YEAR, computed, event, gift, words

REPORT = documents.load()


def said(made: Computed, commune: Commune = COMMUNE, period: Period = YEAR, **rest: Any) -> dict[str, Any]:
    given = {"edition": 1, "today": YEAR.until_day, **rest}
    return documents.context(REPORT, made, commune, period, **given)


def test_the_word_file_is_what_its_text_source_builds() -> None:
    built = layout.parts(BytesIO(building.build(REPORT.outline)))
    assert layout.parts(REPORT.template) == built, "python -m templates.documents build"


def test_the_word_files_carry_nothing_of_the_library_that_built_them() -> None:
    for template in (REPORT.template, receipt.template()):
        parts = layout.parts(template)
        assert not [name for name in parts if "thumbnail" in name or name == "docProps/app.xml"]
        assert not [name for name, content in parts.items() if b"Macintosh" in content]


def test_the_communes_own_copy_replaces_ours(tmp_path: Path) -> None:
    assert not documents.load(tmp_path).own
    copy = tmp_path / "bao_cao_nam.docx"
    copy.write_bytes(REPORT.template.read_bytes())
    report = documents.load(tmp_path)
    assert (report.own, report.template) == (True, copy)


def test_a_copy_of_before_the_photo_annex_is_recognised_and_can_be_mended(tmp_path: Path) -> None:
    copy = old.without_photos(tmp_path)
    report = documents.load(tmp_path)
    assert documents.own_without_photos(report) == REPORT.template

    old.mend(copy)
    assert documents.own_without_photos(report) is None
    copy.write_bytes(REPORT.template.read_bytes())
    assert documents.own_without_photos(report) is None
    assert documents.own_without_photos(REPORT) is None
    copy.write_bytes(b"no archive")  # what rendering says more about
    assert documents.own_without_photos(report) is None


def test_every_figure_is_printed_or_part_of_one_that_is() -> None:
    printed = {name for line in REPORT.outline.lines for name in (*line.figures, *line.asked)}
    parts = {part for definition in REPORT.definitions.figure for part in definition.refers_to}
    assert {definition.name for definition in REPORT.definitions.figure} == printed | parts


def test_the_context_survives_json() -> None:
    for context in documents.trial_contexts(REPORT):
        assert json.loads(json.dumps(context)) == context


def test_figures_reach_the_template_as_they_print() -> None:
    context = said(computed(REPORT.definitions, [gift(1_562_410_000), event("hang_viet", 403, so_cuoc=8)]))
    assert context["so"]["quy_tien"] == "1.562.410.000"
    assert (context["so"]["hang_viet_cuoc"], context["so"]["hang_viet_nguoi"]) == ("08", "403")
    assert (context["khong"]["hoi_nghi"], context["co"]["hoi_nghi"]) == (True, False)
    assert context["so"]["bhyt"] == BLANK


def test_years_and_words_come_from_the_period_and_the_configuration() -> None:
    commune = Commune("tp", "Bình Thử", kind="phường", hamlet_word="khu phố", place="Thành phố Thử")
    context = said(computed(REPORT.definitions, []), commune, edition=3)
    assert (context["ky"], context["ky_sau"], context["ky_hoa"]) == ("năm 2024", "năm 2025", "NĂM 2024")
    assert (context["tu_ngay"], context["den_ngay"]) == ("10/12/2023", "09/12/2024")
    assert (context["don_vi_hoa"], context["ap"], context["dia_danh"]) == (
        "PHƯỜNG BÌNH THỬ",
        "khu phố",
        "Thành phố Thử",
    )
    assert (context["cap_tren"], context["noi_nhan"], context["ky_ten"]) == ("", [BLANK], BLANK)
    assert not context["dai_hoi"]
    half = said(
        computed(REPORT.definitions, []),
        period=Period(date(2024, 1, 1), date(2024, 6, 30), "6 tháng đầu năm 2024"),
    )
    assert (half["ky"], half["ky_sau"]) == ("6 tháng đầu năm 2024", "thời gian tới")


def test_the_signing_block_names_who_holds_the_post_now() -> None:
    context = said(computed(REPORT.definitions, []))
    assert (context["ky_thay"], context["ky_chuc_vu"], context["ky_ten"]) == (
        "",
        "CHỦ TỊCH",
        "Nguyễn Thị Thử",
    )
    deputy = replace(COMMUNE, signer_post="Phó Chủ tịch", signer_by_proxy=True)
    context = said(computed(REPORT.definitions, []), deputy)
    assert (context["ky_thay"], context["ky_chuc_vu"], context["ky_ten"]) == (
        "KT. CHỦ TỊCH",
        "PHÓ CHỦ TỊCH",
        "Trần Văn Mẫu",
    )
    two = replace(deputy, committee=(*deputy.committee, Seat("pho_chu_tich", "Phạm Văn Hai")))
    assert said(computed(REPORT.definitions, []), two)["ky_ten"] == BLANK


def test_words_become_paragraphs_and_what_lacks_them_a_blank_line() -> None:
    told = [words("II.4", "Một.\n\n  Hai.\r\nBa."), words("II.1", "Thêm.")]
    context = said(computed(REPORT.definitions, told))
    assert context["loi_van"]["II.4"] == ["Một.", "Hai.", "Ba."]
    assert context["loi_van"]["II.1"] == ["Thêm."]
    assert context["loi_van"]["II.2.1"] == []
    assert context["loi_van"]["III.1"] == [BLANK_LINE]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\0b\x07c\x0cd", "abcd"),
        ("một\thai\nba", "một hai ba"),
        (f"x{BLANK}y{BLANK_LINE}z\ufffe", "xyz"),
        ("hoa\u0300", "hoà"),
        ("\ud83d{{ x }} <w:p> & =1+1", "{{ x }} <w:p> & =1+1"),
        ("🎉 \u202eabc", "🎉 \u202eabc"),
    ],
)
def test_what_word_cannot_hold_is_left_out(typed: str, kept: str) -> None:
    assert documents.clean(typed) == kept


def test_blanks_are_listed_in_order_each_once_with_printed_sections() -> None:
    made = computed(REPORT.definitions, [event()], closings={})
    blanks = documents.blanks(REPORT, made, said(made))
    names = [blank.name for blank in blanks if blank.name]
    assert len(names) == len(set(names))
    assert "tuyen_truyen_cuoc" not in names
    assert [b.section for b in blanks if b.name in ("bhyt", "uy_ban", "tap_huan")] == [
        "II.2.5",
        "II.5.1",
        "II.5.2",
    ]
    plain = replace(COMMUNE, congress_year=None)
    blanks = documents.blanks(REPORT, made, said(made, plain))
    assert [b.section for b in blanks if b.name in ("uy_ban", "tap_huan")] == ["II.5.1"]
    assert [b.label for b in blanks if b.section == "II.4"] == ["Đối ngoại Nhân dân"]
    assert [b.name for b in blanks if b.section == "III.2"] == ["", "bien_che", ""]
    assert blanks[-1].section == "Phần thứ hai, mục 5"


def test_the_committee_may_write_for_the_sections_that_stand() -> None:
    made = computed(REPORT.definitions, [])
    codes = [code for code, _, _ in documents.sections(REPORT, said(made))]
    assert "II.5.1" in codes
    assert "II.2" not in codes
    without = documents.sections(REPORT, said(made, replace(COMMUNE, congress_year=2029)))
    assert ("II.5.2", "II.5.1", "Tổ chức bộ máy") in without


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("năm 2024", "bao-cao-2024-du-thao-1.docx"),
        ("quý III năm 2024", "bao-cao-quy-iii-2024-du-thao-1.docx"),
        ("6 tháng đầu năm 2024", "bao-cao-6-thang-dau-2024-du-thao-1.docx"),
    ],
)
def test_file_names(label: str, name: str) -> None:
    assert documents.file_name(Period(YEAR.from_day, YEAR.until_day, label), 1) == name
