"""The commune's receipt: its template, and what it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from templates import layout, receipt, receipt_building, rendering
from templates.commune import Commune
from templates.errors import TemplateError
from templates.receipt import Receipt

COMMUNE = Commune("tan-an", "Tân An")
ONE = Receipt(
    3, 2024, date(2024, 12, 8), "Ban Công tác Mặt trận ấp 2", "quỹ cứu trợ", 14_535_000, "nộp tiền cứu trợ"
)


def printed(one: Receipt, folder: Path, commune: Commune = COMMUNE) -> list[str]:
    """Every text of the printed document, tables too, in order."""
    output = folder / "phieu.docx"
    rendering.render(receipt.template(), receipt.context(one, commune), output)
    document: Any = Document(str(output))
    paragraphs = document.element.body.iter("{*}p")
    return ["".join(text.text or "" for text in paragraph.iter("{*}t")) for paragraph in paragraphs]


def test_the_word_file_is_what_its_text_source_builds() -> None:
    built = layout.parts(BytesIO(receipt_building.build(receipt.read(receipt.folder() / "phieu_thu.txt"))))
    assert layout.parts(receipt.template()) == built, "python -m templates.receipt build"


def test_it_says_who_paid_what_into_which_fund(tmp_path: Path) -> None:
    text = "\n".join(printed(ONE, tmp_path))
    for said in (
        "XÃ TÂN AN",
        "Số:\xa003/2024",
        "PHIẾU THU",
        "Ngày 08 tháng 12 năm 2024",
        "Người nộp tiền:Ban Công tác Mặt trận ấp 2",
        "Nộp vào:Quỹ cứu trợ",
        "Số tiền:14.535.000 đồng",
        "Bằng chữ:Mười bốn triệu năm trăm ba mươi lăm nghìn đồng.",
        "Lý do nộp:Nộp tiền cứu trợ",
        *("TM. BAN THƯỜNG TRỰC", "NGƯỜI LẬP PHIẾU", "THỦ QUỸ", "NGƯỜI NỘP TIỀN"),
    ):
        assert said in text
    assert "Thay bản" not in text


def test_a_corrected_one_takes_the_place_of_the_first_print(tmp_path: Path) -> None:
    text = "\n".join(printed(replace(ONE, corrected=True), tmp_path))
    assert "(Thay bản đã in trước của phiếu thu số 03/2024)" in text


def test_what_people_typed_is_data(tmp_path: Path) -> None:
    text = "\n".join(printed(replace(ONE, payer="{{ so }} <b> & \x07bà Năm"), tmp_path))
    assert "Người nộp tiền:{{ so }} <b> & bà Năm" in text


def test_long_texts_are_cut_so_that_it_stays_on_its_page() -> None:
    said = receipt.context(replace(ONE, payer="Năm " * 200, reason="dài " * 200), COMMUNE)
    assert {len(said["nguoi_nop"]), len(said["ly_do"])} <= {109, 110}


def test_another_commune_prints_its_own_name(tmp_path: Path) -> None:
    ward = Commune("bt", "Bình Thử", kind="phường")
    assert "PHƯỜNG BÌNH THỬ" in printed(ONE, tmp_path, ward)


def test_a_commune_may_have_a_template_of_its_own(tmp_path: Path) -> None:
    assert receipt.template(tmp_path) == receipt.template()
    own = tmp_path / "phieu_thu.docx"
    own.write_bytes(receipt.template().read_bytes())
    assert receipt.template(tmp_path) == own


def test_trial_contexts_name_all_that_the_template_asks_for() -> None:
    rendering.check(receipt.template(), receipt.trial_contexts())
    assert [context["thay"] for context in receipt.trial_contexts()] == [False, True]


@pytest.mark.parametrize("line", ["tieude: X", "line: một phần", "title: A\ntitle: B"])
def test_a_line_of_the_source_that_is_not_understood_is_named(line: str, tmp_path: Path) -> None:
    file = tmp_path / "phieu_thu.txt"
    file.write_text(line, encoding="utf-8")
    with pytest.raises(TemplateError, match="dòng"):
        receipt.read(file)


def test_a_missing_line_of_the_source_is_named(tmp_path: Path) -> None:
    file = tmp_path / "phieu_thu.txt"
    file.write_text("title: PHIẾU THU", encoding="utf-8")
    with pytest.raises(TemplateError, match="organisation"):
        receipt.read(file)


def test_the_file_is_named_by_year_and_number() -> None:
    assert ONE.file_name == "phieu-thu-2024-003.docx"
