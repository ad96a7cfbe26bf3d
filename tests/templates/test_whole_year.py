"""The whole annual report: every figure of the year, and a prose without the faults of the paper reports."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from templates import documents, figures, forms, rendering, telling, wording
from templates.commune import Commune
from templates.counting import Computed, compute
from templates.cover import Draft, cover
from templates.figures import COMMUNE as XA
from templates.figures import Amount, Override, State
from templates.reported import FigureRow
from tests.templates.reporting import CLOSED, COMMUNE, PLACES, SEATS, YEAR, event, gift, row, words

REPORT, CATALOG = documents.load(), forms.load()
TREASURY = {"quy": "vi_nguoi_ngheo", "hinh_thuc": "tien"}


def commune(form: str, day: str = "2024-06-01", **answers: Any) -> FigureRow:
    return row(form, {"ngay": day, **answers}, None, date.fromisoformat(day))


def hamlet(form: str, code: str, day: str = "2024-06-01", **answers: Any) -> FigureRow:
    return row(form, {"ngay": day, **answers}, code, date.fromisoformat(day))


def house(
    code: str | None, owner: str, kind: str = "cat_moi", handed: str | None = "2024-08-01"
) -> FigureRow:
    answers = {"loai": kind, "chu_ho": owner, "nguon": ["tinh", "huyen"], "kinh_phi_tinh": 40_000_000,
               "kinh_phi_huyen": 10_000_000, "ban_giao": handed}  # fmt: skip
    return row("nha_dai_doan_ket", answers, code, date(2024, 8, 1))


def cited(section: str, subject: str) -> FigureRow:
    return commune("vien_dan", muc=section, loai="Kế hoạch", so_ky_hieu="94/KH-MTTQ-BTT",
                   ngay_van_ban="2023-10-10", trich_yeu=subject, co_quan="")  # fmt: skip


def year() -> list[FigureRow]:
    """A year in which every section has something to say."""
    rows = [
        commune("chuong_trinh", pham_vi="ca_nam", so_viec=60, da_xong=58),
        *(commune("van_ban", loai=kind, so_luong=n) for kind, n in (
            ("ke_hoach", 20), ("cong_van", 10), ("to_trinh", 4), ("bao_cao", 22), ("quyet_dinh", 15))),
        commune("hoat_dong", viec="hoi_nghi", so_cuoc={"value": 10, "mark": "trên"}),
        event(so_cuoc=12, so_nguoi={"value": 800, "mark": "trên"}),
        *(hamlet("gia_dinh_van_hoa", p.code, ty_le={"part": 300, "whole": 300}) for p in PLACES),
        gift(1_562_410_000, hamlet=None),
        gift(18_090_000, quy="cuu_tro", hamlet=None),
        commune("tang_qua", dip="le_tet", nguon="quy", so_luot=7370, tri_gia=1_517_170_000),
        commune("tang_qua", dip="dot_xuat", nguon="quy", so_luot=6, tri_gia=30_000_000),
        *(house(PLACES[n % 3].code, f"bà Lê Thị {n}", "cat_moi" if n < 9 else "sua_chua") for n in range(14)),
        event("hang_viet", 403, so_cuoc=8),
        commune("bhyt", ty_le={"percent": 93.64}, nguon_so="bhxh", tinh_chat="uoc"),
        commune("giam_sat", chu_the="hdnd", noi_dung="chi trả trợ cấp", so_don_vi=9, so_ban=2),
        commune("giam_sat", chu_the="dau_tu", noi_dung="đường", so_cuoc=8),
        commune("tiep_xuc_cu_tri", ky_hop="cuối năm 2023", so_luot=300, so_y_kien=38),
        commune("tiep_xuc_cu_tri", ky_hop="giữa năm 2024", so_luot=325, so_y_kien=40),
        commune("tap_huan", noi_dung="nghiệp vụ", so_luot=15),
        commune("tai_san", "2022-01-01", loai="may_tinh", so_luong=1),
        commune("bien_che", "2022-01-01", so_nguoi=2),
        commune("nhiem_ky", "2022-01-01", cua="uy_ban", nhiem_ky="2024–2029"),
        commune("nhiem_ky", cua="ban_ctmt", nhiem_ky="2024–2026"),
        cited("I", "tổ chức Đại hội"),
        cited("II.5.1", "tổ chức Đại hội"),
    ]  # fmt: skip
    return rows + [words(code, f"Nhận định riêng {n}.") for n, code in enumerate(REPORT.outline.codes)]


def made(rows: list[FigureRow], **rest: Any) -> Computed:
    units: dict[str | None, str] = {place.code: f"ấp {place.code}" for place in PLACES}
    known = telling.labels(CATALOG, lambda label: label, units | {None: "Mặt trận xã"}, "ấp")
    given = {"places": PLACES, "closings": CLOSED, "seats": SEATS, "labels": known, **rest}
    return compute(REPORT.definitions, rows, YEAR, **given)


def context(computed: Computed, settings: Commune = COMMUNE) -> dict[str, Any]:
    return documents.context(REPORT, computed, settings, YEAR, edition=1, today=YEAR.until_day)


def printed(tmp_path: Path, computed: Computed, settings: Commune = COMMUNE) -> Any:
    rendering.render(REPORT.template, context(computed, settings), tmp_path / "out.docx")
    return Document(str(tmp_path / "out.docx"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dau_viec", "60"), ("van_ban", "71"), ("ke_hoach", "20"), ("cong_van", "10"), ("to_trinh", "04"),
        ("bao_cao", "22"), ("quyet_dinh", "15"), ("hoi_nghi", "trên 10"), ("tuyen_truyen_cuoc", "12"),
        ("tuyen_truyen_nguoi", "trên 800"), ("ban_ctmt", "03"), ("gia_dinh_van_hoa", "100%"),
        ("quy_tien", "1.562.410.000"), ("qua_luot", "7.370"), ("dot_xuat_nguoi", "06"),
        ("quy_chi", "1.547.170.000"), ("cuu_tro_tien", "18.090.000"), ("nha", "14"), ("nha_cat_moi", "09"),
        ("nha_sua_chua", "05"), ("nha_kinh_phi", "700.000.000"), ("hang_viet_cuoc", "08"),
        ("hang_viet_nguoi", "403"), ("bhyt", "93,64% (ước)"), ("giam_sat_ban", "02"),
        ("giam_sat_don_vi", "09"), ("thanh_tra_cuoc", "08"), ("cu_tri_luot", "625"), ("cu_tri_y_kien", "78"),
        ("tap_huan", "15"), ("may_tinh", "01"), ("bien_che", "02"), ("nhiem_ky_uy_ban", "2024–2029"),
        ("nhiem_ky_ban", "2024–2026"), ("ban_ctmt_nguoi", "27"),
    ],
)  # fmt: skip
def test_every_figure_of_the_year_is_fed_by_a_form(name: str, text: str) -> None:
    assert made(year()).figures[name].text == text


def test_a_house_counts_when_it_is_handed_over_and_once_for_its_owner() -> None:
    rows = [house("1", "bà  Lê Thị Tư"), house(None, "Lê thị Tư"), house("2", "ông Sáu", "sua_chua", None)]
    found = made(rows).figures
    assert [found[name].text for name in ("nha", "nha_cat_moi", "nha_kinh_phi", "nha_dang_lam")] == [
        *("01", "01", "50.000.000", "01"),
    ]
    parts = context(made(rows))["gom"]["nha_kinh_phi"]
    assert parts == "40.000.000 đồng của Mặt trận cấp tỉnh và 10.000.000 đồng của Mặt trận huyện Thử"


def test_gifts_of_the_commune_are_not_also_the_hamlets() -> None:
    given = {"doi_tuong": "ho_ngheo", "dip": "le_tet", "nguon": "quy"}
    told = [hamlet("tang_qua", code, "2024-02-05", **given, so_luot=100) for code in "12"]
    own = commune("tang_qua", "2024-02-01", **given, so_luot=300, tri_gia=60_000_000)
    others = hamlet("tang_qua", "1", **{**given, "nguon": "nha_hao_tam"}, so_luot=20)
    assert made([*told, others]).figures["qua_luot"].text == "220"
    with_own = made([*told, own, others])
    assert with_own.figures["qua_luot"].text == "320"
    assert [(note.kind, note.hamlets, note.day) for note in with_own.notes] == [
        ("joint_period", ("1", "2"), None)
    ]


def test_a_hamlets_bare_percentage_is_in_its_row_in_the_sources_and_in_the_cover() -> None:
    rows = [
        hamlet("bhyt", "1", ty_le={"percent": 95.0}, tinh_chat="chinh_thuc"),
        hamlet("bhyt", "2", ty_le={"part": 50, "whole": 100}, tinh_chat="chinh_thuc"),
    ]
    computed = made(rows)
    said = context(computed)
    assert sums(said, "bhyt")[:2] == (["95%", "50%", "–", ""], "50%")
    assert [line["phieu"] for line in said["phu_luc"]["nguon"] if "bảo hiểm" in line["so_lieu"]] == [
        f"2 phiếu: {rows[0].record}–{rows[1].record}"
    ]
    text = cover(wording.load(), Draft(REPORT, computed, said, COMMUNE, YEAR, 1), {})
    line = f"phiếu {rows[0].record} chỉ ghi phần trăm, không cộng được, chưa tính vào."
    assert f"• Tỷ lệ tham gia bảo hiểm y tế: {line}" in text


def test_land_is_added_in_square_metres() -> None:
    rows = [
        hamlet("hien_dat", "1", don_vi_dat="cong", dien_tich=2, so_ho=1),
        hamlet("hien_dat", "2", don_vi_dat="sao_500", dien_tich=1, so_ho=1),
        hamlet("hien_dat", "3", don_vi_dat="m2", dien_tich=150, so_ho=2),
    ]
    assert made(rows).figures["dat_m2"].text == "2.650"


def test_the_communes_word_stands_in_for_the_hamlets() -> None:
    rows = [hamlet("bhyt", "1", ty_le={"part": 1, "whole": 2}, tinh_chat="chinh_thuc")]
    assert made(rows).figures["bhyt"].text == "50%"
    office = commune("bhyt", ty_le={"percent": 93.64}, tinh_chat="chinh_thuc")
    assert made([*rows, office]).figures["bhyt"].text == "93,64%"


def test_what_the_committee_sets_prints_and_the_computed_stands_beside() -> None:
    override = Override(17, source="Ban Dân vận", reason="có thêm lớp", person="Nguyễn Thị Thử")
    computed = made(year(), overrides={"tap_huan": override})
    figure = computed.figures["tap_huan"]
    assert (figure.text, figure.computed, figure.split) == ("17", Amount(15), {XA: Amount(15)})
    sources = [
        line["phieu"] for line in context(computed)["phu_luc"]["nguon"] if "tập huấn" in line["so_lieu"]
    ]
    assert sources[0].startswith("Ban Dân vận: có thêm lớp (Nguyễn Thị Thử); máy tính được 15; 1 phiếu")


def test_the_cover_marks_what_the_committee_set() -> None:
    override = Override(17, source="Ban Dân vận", reason="có thêm lớp", person="Nguyễn Thị Thử")
    computed = made(year(), overrides={"tap_huan": override, "bhyt": Override(94.5, source="BHXH")})
    draft = Draft(REPORT, computed, context(computed), COMMUNE, YEAR, 1)
    text = cover(wording.load(), draft, {})
    assert "XÃ TỰ GHI 2 SỐ" in text
    assert "• II.5.2 Số lượt tập huấn: 17 (Ban Dân vận), máy tính được 15" in text
    assert "• II.2.5 Tỷ lệ tham gia bảo hiểm y tế: 94,5% (BHXH), máy tính được 93,64% (ước)" in text


def sums(said: dict[str, Any], name: str) -> tuple[list[str], str, str]:
    """A figure's column in annex I: its rows, its sum, and what stands below the table."""
    at, table = next((n, t) for n, t in enumerate(REPORT.outline.tables) if name in t.figures)
    rows, column = said["phu_luc"]["bang"][at], table.figures.index(name)
    return [line["o"][column] for line in rows["dong"]], rows["cong"]["o"][column], rows["chu_y"]


def test_what_the_committee_sets_leaves_the_records_rows_and_other_figures_alone() -> None:
    telling = [event(so_nguoi=n, hamlet=code) for n, code in ((30, "1"), (20, "2"))]
    houses = [r for r in year() if r.form == "nha_dai_doan_ket"]
    set_ones = {"nha": Override(15, source="BHXH"), "tuyen_truyen_nguoi": Override(900, "trên")}
    computed = made([*telling, *houses], overrides=set_ones)
    said = context(computed)
    note = REPORT.outline.frame["set"][0]
    assert sums(said, "tuyen_truyen_nguoi") == (["30", "20", "–", ""], "trên 900*", note)
    assert sums(said, "nha") == (["05", "05", "04", ""], "15*", note)
    assert sums(said, "nha_cat_moi")[1:] == ("09", note)
    # Not "nha" less those that were told: all fourteen are handed over.
    assert sums(said, "nha_dang_lam")[:2] == (["0", "0", "0", ""], "0")
    assert said["so"]["nha_dang_lam"] == "0" and not said["duong"]["nha_dang_lam"]


def test_a_total_follows_a_part_that_the_committee_set_and_is_marked() -> None:
    computed = made(year(), overrides={"nha_sua_chua": Override(6, source="kế toán")})
    assert (computed.figures["nha"].text, computed.figures["nha"].override) == ("15", None)
    assert sums(context(computed), "nha")[:2] == (["05", "05", "04", ""], "15*")
    assert not computed.notes


@pytest.mark.parametrize(
    ("figure", "value", "line"),
    [
        ("nha", 15, "• Tổng số nhà Đại đoàn kết: 15 căn, các phần cộng lại 14 căn."),
        ("van_ban", 10, "• Tổng số văn bản đã ban hành: 10 văn bản, các phần cộng lại 71 văn bản."),
        (
            "dau_viec",
            50,
            "• Số đầu công việc trong chương trình năm: 50 đầu công việc, ít hơn “Số đầu công việc đã xong”: "
            "58 đầu công việc.",
        ),
    ],
)
def test_the_cover_names_a_set_figure_that_its_parts_contradict(figure: str, value: int, line: str) -> None:
    def text(number: int) -> str:
        computed = made(year(), overrides={figure: Override(number, source="BHXH")})
        return cover(wording.load(), Draft(REPORT, computed, context(computed), COMMUNE, YEAR, 1), {})

    assert f"CẦN ĐỐI CHIẾU\n{line}" in text(value)
    assert "CẦN ĐỐI CHIẾU" not in text(int(made(year()).figures[figure].value or 0))


def test_what_is_marked_contradicts_nothing() -> None:
    assert not made(year(), overrides={"nha": Override(10, "trên")}).notes


def test_comparison_with_the_year_before() -> None:
    before = {"quy_tien": Amount(1_400_000_000), "tuyen_truyen_cuoc": Amount(15), "nha": Amount(14),
              "gia_dinh_van_hoa": Amount(99.5), "hoi_nghi": Amount(8)}  # fmt: skip
    said = context(made(year(), previous=before))["so_sanh"]
    assert [said[name] for name in before] == [
        ", tăng 11,6% so với năm 2023",
        ", giảm 03 cuộc so với năm 2023",
        ", bằng năm 2023",
        ", tăng 0,5 điểm phần trăm so với năm 2023",
        "",  # "trên 10" is no exact number
    ]
    assert set(context(made(year()))["so_sanh"].values()) == {""}


def test_what_some_hamlets_have_not_told_is_not_compared_and_the_cover_says_so() -> None:
    before = {
        "quy_tien": Amount(1_400_000_000),
        "gia_dinh_van_hoa": Amount(95.5),
        "van_ban": Amount(70),
        "bhyt": Amount(90.0),
    }
    rows = [r for r in year() if r.form not in ("gia_dinh_van_hoa", "bhyt")]
    rows.append(commune("bhyt", ty_le={"percent": 93.64}, tinh_chat="chinh_thuc"))
    rows.append(hamlet("gia_dinh_van_hoa", "1", ty_le={"part": 45, "whole": 60}))

    def drafted(closings: Any, **rest: Any) -> tuple[list[str], str]:
        computed = made(rows, previous=before, closings=closings, **rest)
        said = context(computed)
        text = cover(wording.load(), Draft(REPORT, computed, said, COMMUNE, YEAR, 1), {})
        return [said["so_sanh"][name] for name in before], text

    own = [", tăng 01 văn bản so với năm 2023", ", tăng 3,64 điểm phần trăm so với năm 2023"]
    open_one = {key: state for key, state in CLOSED.items() if key != ("2", "2024-05")}
    compared, text = drafted(open_one)
    assert compared == ["", "", *own]
    names = "Tỷ lệ hộ đăng ký “Gia đình văn hóa”, Tiền ủng hộ Quỹ “Vì người nghèo”"
    assert f"• Chưa đủ số các ấp nên chưa so với năm 2023: {names}." in text

    # All months closed: two hamlets have not told their households all the same.
    compared, text = drafted(CLOSED)
    assert compared == [", tăng 11,6% so với năm 2023", "", *own]
    assert "nên chưa so với năm 2023: Tỷ lệ hộ đăng ký “Gia đình văn hóa”." in text

    compared, text = drafted(CLOSED, overrides={"gia_dinh_van_hoa": Override(96.0, source="UBND")})
    assert compared[1] == ", tăng 0,5 điểm phần trăm so với năm 2023" and "chưa so với" not in text


def test_a_document_is_cited_in_full_the_first_time_only() -> None:
    said = context(made(year()))["vien_dan"]
    assert said["I"] == [
        "Các nhiệm vụ ở mục này được triển khai theo Kế hoạch số 94/KH-MTTQ-BTT ngày 10/10/2023 của"
        " Ban Thường trực Ủy ban MTTQ Việt Nam xã Tân Thử về tổ chức Đại hội."
    ]
    assert said["II.5.1"] == ["Các nhiệm vụ ở mục này được triển khai theo Kế hoạch số 94/KH-MTTQ-BTT."]


def test_the_largest_events_are_told_in_the_order_of_their_days() -> None:
    sizes = {
        "2024-03-01": 20,
        "2024-04-01": 200,
        "2024-05-01": 90,
        "2024-06-01": 10,
        "2024-07-01": 60,
        "2024-08-01": 5,
    }
    rows = [
        hamlet("hoat_dong", "2", day, viec="tuyen_truyen", so_nguoi=n, noi="chùa", so_cuoc=1, to_chuc="ap")
        for day, n in sizes.items()
    ]
    nowhere = hamlet("hoat_dong", "2", viec="tuyen_truyen", so_nguoi=900, so_cuoc=1, to_chuc="ap")
    told = made([*rows, nowhere]).told["II.1"]
    assert [text[5:15] for text in told] == ["01/03/2024", "01/04/2024", "01/05/2024", "01/07/2024"]
    assert told[1] == "Ngày 01/04/2024, ấp 2 tổ chức tuyên truyền tại chùa, có 200 người tham gia."


def test_events_stand_below_the_item_that_they_belong_to(tmp_path: Path) -> None:
    rows = [
        hamlet("hoat_dong", "1", viec="ve_sinh", so_nguoi=20, so_cuoc=1, noi="kinh Xáng", to_chuc="ap"),
        hamlet("hoat_dong", "2", viec="y_te", so_nguoi=9, so_cuoc=1, noi="trạm y tế", to_chuc="ap"),
        hamlet("hoat_dong", "1", viec="giao_thong", so_nguoi=7, so_cuoc=1, noi="đường Bờ Tre", to_chuc="ap"),
        hamlet("hoat_dong", "1", viec="van_hoa", so_nguoi=8, so_cuoc=1, noi="sân đình", to_chuc="ap"),
    ]
    computed = made(rows)
    text = prose(printed(tmp_path, computed))
    at = next(n for n, line in enumerate(text) if line.startswith("- Bảo vệ môi trường"))
    assert (
        text[at + 1]
        == "+ Ngày 01/06/2024, ấp 1 ra quân vệ sinh môi trường ở kinh Xáng, có 20 người tham gia."
    )
    assert text[at + 2].startswith("- Y tế:")
    assert text[at + 3].startswith("+ Ngày 01/06/2024, ấp 2 tổ chức hoạt động y tế, phòng dịch tại trạm y tế")
    assert text[at + 4].startswith("- Bảo hiểm y tế")
    assert "- Ngày 01/06/2024, ấp 1 ra quân làm cầu, đường ở đường Bờ Tre, có 07 người tham gia." in text
    assert any("ấp 1 tổ chức hoạt động văn hóa, thể thao tại sân đình" in line for line in text)
    # A copy made before has one place for all of the section's events.
    assert len(context(computed)["su_kien"]["II.2.5"]) == 2


def test_a_place_that_every_hamlet_has_is_told_with_its_hamlet_or_not_at_all() -> None:
    hall = {"viec": "ngay_hoi", "so_nguoi": 180, "so_cuoc": 1, "noi": "nhà văn hóa ấp"}
    own, told = (
        commune("hoat_dong", "2024-11-18", **hall),
        hamlet("hoat_dong", "2", "2024-11-18", **hall, to_chuc="ap_cung_xa"),
    )
    where = "tổ chức Ngày hội Đại đoàn kết tại nhà văn hóa ấp, có 180 người tham gia."
    assert made([own, told]).told["II.1"] == (f"Ngày 18/11/2024, Mặt trận xã và ấp 2 {where}",)
    assert "II.1" not in made([own]).told
    assert made([told]).told["II.1"] == (f"Ngày 18/11/2024, ấp 2 {where}",)


def test_nothing_is_said_of_what_nobody_told(tmp_path: Path) -> None:
    said = ("báo hằng tháng", "được vận động ở xã và các ấp")
    empty = "\n".join(prose(printed(tmp_path, made([], closings={}))))
    assert not [words for words in said if words in empty]
    full = "\n".join(prose(printed(tmp_path, made(year()))))
    assert [words for words in said if words in full] == list(said)


def test_every_paragraph_on_a_cited_document_is_a_sentence() -> None:
    for texts in context(made(year()))["vien_dan"].values():
        assert all(text.startswith("Các nhiệm vụ ở mục này được triển khai theo ") for text in texts)


def test_the_annex_speaks_of_the_movement_that_the_unit_takes_part_in(tmp_path: Path) -> None:
    for kind, title in (("xã", "Nông thôn mới, văn hóa"), ("phường", "Đô thị văn minh, văn hóa")):
        text = prose(printed(tmp_path, made(year()), replace(COMMUNE, kind=kind)))
        assert [line for line in text if line.endswith(", văn hóa")] == [title]
        assert any("Ô để trống: đơn vị ở dòng đó không có số liệu riêng." in line for line in text)


def test_the_annex_adds_up_to_the_text() -> None:
    computed = made(year())
    annex = context(computed)["phu_luc"]["bang"]
    for table, rows in zip(REPORT.outline.tables, annex, strict=True):
        for column, name in enumerate(table.figures):
            figure = computed.figures[name]
            if figure.amount is None or not rows["dong"]:
                continue
            assert rows["cong"]["o"][column] == figure.text
            if not figure.is_ratio:
                numbers = [re.sub(r"\D", "", line["o"][column]) or "0" for line in rows["dong"]]
                assert sum(map(int, numbers)) == figure.amount.value, name


def test_every_figure_with_a_number_has_a_row_in_the_sources() -> None:
    computed = made(year(), overrides={"hang_viet_cuoc": Override(9, source="kế toán")})
    rows = context(computed)["phu_luc"]["nguon"]
    for figure in computed.figures.values():
        if figure.state in (State.VALUE, State.ZERO):
            said = [line for line in rows if f"{figure.label}: {figure.text}" in line["so_lieu"]]
            assert said and all(line["phieu"] for line in said), figure.name

    def source(label: str) -> dict[str, str]:
        return next(line for line in rows if label in line["so_lieu"])

    issued = source("Tổng số văn bản đã ban hành: 71 văn bản")
    assert issued["phieu"].startswith("tính từ: Số kế hoạch đã ban hành; Số công văn đã ban hành; ")
    assert "; 5 phiếu: " in issued["phieu"]
    assert issued["nguoi"] == "Trần Văn Sáu (5)" and issued["ngay"] == "01/06/2024"
    assert source("Tổng số tiền đã chi của Quỹ")["phieu"].startswith("tính từ: Trị giá quà, hỗ trợ từ Quỹ; 2")
    boards = source("Tổng số vị trong các Ban Công tác Mặt trận: 27 vị")
    assert (boards["phieu"], boards["ngay"]) == ("danh sách ghi trong tệp matran.toml", "09/12/2024")
    assert boards is source("Số Trưởng Ban Công tác Mặt trận: 03 vị")


def test_cells_keep_three_kinds_of_nothing_apart() -> None:
    open_month = {key: state for key, state in CLOSED.items() if key != ("2", "2024-05")}
    rows = [event("ve_sinh", 0, "3")]
    table = next(t for t in REPORT.outline.tables if "ve_sinh_nguoi" in t.figures)
    annex = context(made(rows, closings=open_month))["phu_luc"]["bang"][REPORT.outline.tables.index(table)]
    column = table.figures.index("ve_sinh_nguoi")
    assert [line["o"][column] for line in annex["dong"]] == ["–", "…", "0", ""]


def test_a_cell_of_a_hamlet_with_months_to_come_is_unknown() -> None:
    past = {key: state for key, state in CLOSED.items() if key[1] < "2024-10"}
    table = next(t for t in REPORT.outline.tables if "ve_sinh_nguoi" in t.figures)
    annex = context(made([event("ve_sinh", 0, "3")], closings=past, to_come="2024-10"))["phu_luc"]["bang"]
    column = table.figures.index("ve_sinh_nguoi")
    rows = annex[REPORT.outline.tables.index(table)]["dong"]
    assert [line["o"][column] for line in rows] == ["…", "…", "0", ""]


def test_the_annexes_are_tables_with_repeated_heads_on_landscape_pages(tmp_path: Path) -> None:
    document = printed(tmp_path, made(year()))
    _, *wide = document.sections
    assert [s.page_width > s.page_height for s in wide] == [True, True]
    for table in document.tables[2:]:
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        sizes = {
            run.font.size.pt for r in table.rows for c in r.cells for p in c.paragraphs for run in p.runs
        }
        assert sizes <= {11.0, 12.0}
    assert document.tables[-1].rows[1].cells[1].text.startswith("1 phiếu: ")


def prose(document: Any) -> list[str]:
    return [p.text for p in document.paragraphs if p.text.strip()]


def test_the_prose_has_none_of_the_faults_of_the_paper_report(tmp_path: Path) -> None:
    """A year left over, a paragraph printed twice, a superior's name of one's own, a total without parts."""
    ward = replace(
        COMMUNE, kind="phường", name="Bình Thử", hamlet_word="khu phố", superior="Ủy ban MTTQ thành phố"
    )
    found = prose(printed(tmp_path, made([r for r in year() if r.form != "hoat_dong" or r.hamlet]), ward))
    text = "\n".join(found)
    assert set(re.findall(r"\b(?:19|20)\d\d\b", text)) <= {"2022", "2023", "2024", "2025", "2026", "2029"}
    assert not re.search(r"Quý Mão|Giáp Thìn|thị xã|huyện ủy|thị ủy", text, re.IGNORECASE)
    assert not re.search(r"\b(xã|ấp)\b", re.sub("xã hội|Đảng ủy xã|Mặt trận xã", "", text))
    long = Counter(line for line in found if len(line) > 60 and not re.match(r"[\d.]+ ", line))
    assert [line for line, times in long.items() if times > 1] == []
    assert "71 văn bản, gồm 20 kế hoạch, 10 công văn, 04 tờ trình, 22 báo cáo và 15 quyết định" in text
    assert "14 căn nhà Đại đoàn kết được bàn giao, trong đó cất mới 09 căn, sửa chữa 05 căn" in text


def test_the_source_names_no_year_no_place_and_no_superior() -> None:
    said = [line.text for line in REPORT.outline.lines] + [
        part for f in REPORT.outline.frame.values() for part in f
    ]
    for text in said:
        assert not re.search(r"\b(?:19|20)\d\d\b", text), text
        assert not re.search(r"thị xã|huyện ủy|Tân An|An Giang|\bấp\b", text, re.IGNORECASE), text
        assert not re.search(r"\bxã\b", text.replace("xã hội", "")), text
    paragraphs = [
        (line.text, line.conditions) for line in REPORT.outline.lines if line.kind in ("text", "item")
    ]
    assert len(set(paragraphs)) == len(paragraphs)


def test_a_new_form_a_figure_and_a_sentence_need_no_python(tmp_path: Path) -> None:
    """A commune's own form, counted and printed: three data files."""
    (tmp_path / "cay_xanh.toml").write_text(
        'name = "cay_xanh"\nversion = 1\nlabel = "Trồng cây"\nroles = ["hamlet_head"]\nmenu = 90\n'
        'group = "Việc khác"\n[[question]]\nname = "so_cay"\ntype = "count"\nlabel = "Mấy cây?"\n'
        '[[question]]\nname = "ngay"\ntype = "day"\nlabel = "Ngày nào?"\ndefault = "today"\n',
        encoding="utf-8",
    )
    catalog = forms.load(tmp_path)
    folder = Path(str(REPORT.template)).parent
    definitions = tmp_path / "figures.toml"
    own = '\n[[figure]]\nname = "cay"\nlabel = "Số cây"\nsection = "II.2.5"\nunit = "cây"\nkind = "sum"\n'
    definitions.write_text(
        (folder / "figures.toml").read_text(encoding="utf-8") + own + 'form = "cay_xanh"\nof = "so_cay"\n',
        encoding="utf-8",
    )
    source = (folder / "bao_cao.txt").read_text(encoding="utf-8")
    sentence = "? duong.cay\n- Các {{ ap }} đã trồng {{ so.cay }} cây.\n??\n- Bảo hiểm y tế"
    (tmp_path / "bao_cao.txt").write_text(source.replace("- Bảo hiểm y tế", sentence, 1), encoding="utf-8")
    from templates import building, outline

    read = outline.read(tmp_path / "bao_cao.txt")
    (tmp_path / "bao_cao.docx").write_bytes(building.build(read))
    loaded = figures.load(definitions, read.codes)
    figures.check_against_forms(loaded, definitions, catalog.questions())
    report = documents.Report("own", tmp_path / "bao_cao.docx", loaded, read)
    computed = compute(loaded, [hamlet("cay_xanh", "1", so_cay=120)], YEAR, places=PLACES, closings=CLOSED)
    said = documents.context(report, computed, COMMUNE, YEAR, edition=1, today=YEAR.until_day)
    rendering.render(report.template, said, tmp_path / "out.docx")
    assert "- Các ấp đã trồng 120 cây." in prose(Document(str(tmp_path / "out.docx")))
    assert [f.name for f in catalog.more(["hamlet_head"])][-1] == "cay_xanh"


def test_every_figure_without_a_number_says_where_it_is_to_be_had() -> None:
    """Those that print as a blank in a year without data, unless the hamlets' months explain it."""
    computed = made([], closings={}, seats=())
    empty = documents.blanks(REPORT, computed, context(computed))
    hamlets_own = {"hoi_nghi", "ban_ctmt", "quy_tien", "cuu_tro_tien"}
    silent = [b.name for b in empty if b.name and not b.ask and b.name not in hamlets_own]
    assert not [n for n in silent if computed.figures[n].state is State.BLANK and not _told_by_heads(n)]


def _told_by_heads(name: str) -> bool:
    definition = REPORT.definitions[name]
    return definition.kind == "roster" or (definition.form or "") == "hoat_dong" or definition.kind == "total"


def test_voter_meetings_are_the_communes_and_only_without_them_the_hamlets() -> None:
    told = [hamlet("tiep_xuc_cu_tri", code, so_luot=80, so_y_kien=12) for code in "12"]
    assert made(told).figures["cu_tri_luot"].text == "160"

    own = commune("tiep_xuc_cu_tri", ky_hop="giữa năm 2024", so_luot=300, so_y_kien=38)
    found = made([*told, own]).figures
    assert (found["cu_tri_luot"].text, found["cu_tri_y_kien"].text) == ("300", "38")


def test_other_funds_are_summed_once_and_told_by_name() -> None:
    def named(amount: int, name: str, code: str = "1") -> FigureRow:
        return hamlet("ung_ho", code, **{**TREASURY, "quy": "khac"}, ten_quy=name, so_tien=amount)

    receipted = commune("phieu_thu", tu="ap", ap="1", quy="khac", ten_quy="Khuyến học", so_tien=500_000)
    rows = [named(500_000, "khuyen hoc"), receipted, named(200_000, "Đền ơn đáp nghĩa", "2")]
    said = context(made(rows))
    assert said["so"]["quy_khac_tien"] == "700.000"
    assert said["gom"]["quy_khac_tien"] == (
        "200.000 đồng của quỹ Đền ơn đáp nghĩa và 500.000 đồng của quỹ Khuyến học"
    )
    unnamed = hamlet("ung_ho", "1", **{**TREASURY, "quy": "khac"}, so_tien=100_000)
    said = context(made([*rows, unnamed]))
    assert (said["so"]["quy_khac_tien"], said["gom"]["quy_khac_tien"]) == ("800.000", "")
