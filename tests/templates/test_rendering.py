"""Documents opened again and read: what was typed stands there, what is missing is highlighted."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.shared import Mm, Pt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from templates import documents, rendering
from templates.commune import Commune
from templates.figures import BLANK, BLANK_LINE
from templates.rendering import TemplateProblem
from tests.templates.reporting import COMMUNE, YEAR, computed, event, gift, meeting, words

REPORT = documents.load()
ROWS = [
    event(so_nguoi={"value": 800, "mark": "trên"}, so_cuoc=12),
    event("hang_viet", 403, so_cuoc=8),
    gift(1_562_410_000),
    meeting(7, 9),
]


def context(*more: Any, commune: Commune = COMMUNE, edition: int | None = 1) -> dict[str, Any]:
    made = computed(REPORT.definitions, [*ROWS, *more], closings={})
    return documents.context(REPORT, made, commune, YEAR, edition=edition, today=date(2024, 12, 9))


def render(tmp_path: Path, said: dict[str, Any], template: Path = REPORT.template) -> Any:
    rendering.render(template, said, tmp_path / "out.docx")
    return Document(str(tmp_path / "out.docx"))


def texts(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def runs(document: Any) -> list[Any]:
    cells = [cell for table in document.tables for row in table.rows for cell in row.cells]
    places = [*document.paragraphs, *(p for cell in cells for p in cell.paragraphs)]
    return [run for paragraph in places for run in paragraph.runs]


def own_template(tmp_path: Path, *paragraphs: str) -> Path:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(tmp_path / "own.docx"))
    return tmp_path / "own.docx"


def test_the_figures_stand_in_the_text(tmp_path: Path) -> None:
    text = "\n".join(texts(render(tmp_path, context())))
    for phrase in (
        "12 cuộc tuyên truyền với trên 800 người tham dự",
        "08 cuộc tuyên truyền với 403 người dự",
        "1.562.410.000 đồng cho Quỹ “Vì người nghèo”",
        "03 Ban Công tác Mặt trận",
        "77,78%",
        "từ ngày 10/12/2023 đến ngày 09/12/2024",
    ):
        assert phrase in text
    assert not re.search(r"[{}]|None|\ue000|\ue001", text)


def test_the_whole_outline_stands_in_order(tmp_path: Path) -> None:
    found = texts(render(tmp_path, context()))
    headings = [text for text in found if re.match(r"Phần thứ|[IVX]+\. |\d(\.\d)?\. ", text)]
    numbers = [re.match(r"Phần thứ \w+|[\dIV.]+", text).group() for text in headings]  # type: ignore[union-attr]
    assert numbers == [
        *("Phần thứ nhất", "I.", "II."),
        *("1.", "2.", "2.1.", "2.2.", "2.3.", "2.4.", "2.5."),
        *("3.", "3.1.", "3.2.", "3.3.", "4.", "5.", "5.1.", "5.2.", "5.3."),
        *("III.", "1.", "2.", "Phần thứ hai", "1.", "2.", "3.", "4.", "5."),
    ]
    without = texts(render(tmp_path, context(commune=replace(COMMUNE, congress_year=None))))
    assert "5.1. Tổ chức bộ máy" in without
    assert not any("Đại hội Mặt trận" in text for text in without)


def test_a_draft_says_so_in_the_first_paragraphs_and_leaves_number_and_day_open(tmp_path: Path) -> None:
    document = render(tmp_path, context(edition=2))
    assert document.paragraphs[0].text == "DỰ THẢO LẦN 2"
    header = [cell.text for cell in document.tables[0].rows[0].cells]
    assert re.search(r"Số: +/BC-MTTQ-BTT", header[0])
    assert re.search(r"Tân Thử, ngày\s+tháng\s+năm\s2024", header[1])
    assert not any("DỰ THẢO" in text for text in texts(render(tmp_path, context(edition=None))))


def test_blanks_are_highlighted_dots_and_as_many_as_the_cover_counts(tmp_path: Path) -> None:
    said = context()
    document = render(tmp_path, said)
    found = [("……" in run.text, run.font.highlight_color) for run in runs(document)]
    assert set(found) == {(True, WD_COLOR_INDEX.YELLOW), (False, None)}
    made = computed(REPORT.definitions, ROWS, closings={})
    assert sum(dotted for dotted, _ in found) == len(documents.blanks(REPORT, made, said))


def test_a_blank_keeps_font_and_weight(tmp_path: Path) -> None:
    document = render(tmp_path, context(commune=Commune("thu", "Thử")))
    block = document.tables[1].rows[0].cells[1].paragraphs[-1].runs[0]
    assert "…" in block.text
    assert (block.bold, block.font.size) == (True, Pt(14))


NASTY = [
    "{{ x }}",
    "{% if x %}",
    "{%p endfor %}",
    "{# x #}",
    "{_{ x }_}",
    "<w:p>",
    "</w:t></w:r></w:p>",
    "&",
    "&amp; &lt;",
    "=1+1",
    "]]>",
    "a_b",
    "“nháy” 'đơn' \"kép\"",
    "hai  dấu  cách",
    "🎉 và chữ \u202e ngược",
    "C:\\thu\\1 \\g<0>",
]


@pytest.mark.parametrize("typed", NASTY)
def test_what_was_typed_comes_out_as_typed(tmp_path: Path, typed: str) -> None:
    commune = replace(COMMUNE, recipients=(f"Gửi {typed} nhé",))
    document = render(tmp_path, context(words("II.4", f"Đã gõ: {typed} hết."), commune=commune))
    assert f"Đã gõ: {typed} hết." in texts(document)
    assert f"- Gửi {typed} nhé;" in document.tables[1].rows[0].cells[0].text


@given(st.text(max_size=200))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_makes_a_document_that_opens(tmp_path: Path, typed: str) -> None:
    # A small template of the same shape: the whole report takes a second for each text.
    small = own_template(tmp_path, "{%p for doan in loi_van %}", "{{ doan }}", "{%p endfor %}", "Hết.")
    lines = documents.paragraphs(typed)
    assert texts(render(tmp_path, {"loi_van": lines}, small)) == [*lines, "Hết."]


def test_private_use_characters_of_an_answer_are_no_blanks(tmp_path: Path) -> None:
    document = render(tmp_path, context(words("II.4", f"Trước{BLANK}sau{BLANK_LINE}.")))
    assert "Trướcsau." in texts(document)


def test_the_page_is_that_of_the_decree(tmp_path: Path) -> None:
    document = render(tmp_path, context())
    section = document.sections[0]
    page = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    assert [round(side.mm) for side in page] == [210, 297, 20, 20]
    assert (round(section.left_margin.mm), round(section.right_margin.mm)) == (30, 20)
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert not section.first_page_header._element.xpath(".//w:instrText")
    left, right = document.tables[0].rows[0].cells
    assert (round(left.width.cm, 1), round(right.width.cm, 1)) == (6.5, 9.5)
    assert {run.font.size for run in right.paragraphs[0].runs} == {Pt(12)}
    assert document.styles["Body Text"].font.name == "Times New Roman"
    assert document.styles["Body Text"].paragraph_format.space_after >= Pt(6)
    assert Mm(10) <= document.styles["Body Text"].paragraph_format.first_line_indent <= Mm(12.7)


def test_the_signing_block_stays_together(tmp_path: Path) -> None:
    commune = replace(COMMUNE, recipients=tuple(f"Nơi {n}" for n in range(12)), signer_by_proxy=True,
                      signer_post="Phó Chủ tịch")  # fmt: skip
    document = render(tmp_path, context(commune=commune))
    [row] = document.tables[1].rows
    assert row._tr.xpath("./w:trPr/w:cantSplit")
    assert document.paragraphs[-1].paragraph_format.keep_with_next or any(
        p.text.endswith("./.") and p.paragraph_format.keep_with_next for p in document.paragraphs
    )
    left, right = row.cells
    assert left.text.splitlines() == ["Nơi nhận:", *(f"- Nơi {n};" for n in range(12)), "- Lưu: VT."]
    assert right.text.split("\n") == ["TM. BAN THƯỜNG TRỰC", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Trần Văn Mẫu"]


def test_another_communes_words_leave_nothing_of_ours(tmp_path: Path) -> None:
    ward = Commune("phuong", "Bình Thử", kind="phường", hamlet_word="khu phố", superior="", recipients=("A",))
    document = render(tmp_path, context(commune=ward))
    text = "\n".join([*texts(document), *(c.text for t in document.tables for c in t.rows[0].cells)])
    assert "PHƯỜNG BÌNH THỬ" in text
    assert "các khu phố" in text
    assert not re.search(r"\b(xã|ấp|XÃ|Ấp|thị xã|huyện)\b", re.sub("xã hội", "", text, flags=re.IGNORECASE))
    assert set(re.findall(r"\b20\d\d\b", text)) == {"2023", "2024", "2025"}


def test_trial_renderings_of_our_template_pass() -> None:
    rendering.check(REPORT.template, documents.trial_contexts(REPORT))


@pytest.mark.parametrize(
    ("paragraph", "key", "expected"),
    [
        ("Có {{ so.khong_co }} cuộc.", "so.khong_co", "khong_co"),
        ("Có {{ la }} cuộc.", "la", "chương trình không có tên này"),
        ("{% if lan %}một", "", "thẻ viết sai"),
        ("{{ lan", "", "thẻ viết sai"),
        ("{{ so.bhyt|khong }}", "", "thẻ viết sai"),
        ("{{ ''.__class__.__mro__ }}", "", "không dùng được"),
        ("{{ lan / 0 }}", "", "không dùng được"),
    ],
)
def test_a_wrong_tag_is_named(tmp_path: Path, paragraph: str, key: str, expected: str) -> None:
    template = own_template(tmp_path, "Trước.", paragraph, "Sau.")
    with pytest.raises(TemplateProblem) as caught:
        rendering.check(template, documents.trial_contexts(REPORT))
    assert key in caught.value.key
    assert expected in caught.value.expected


def test_a_tag_that_only_fails_without_data_is_found(tmp_path: Path) -> None:
    template = own_template(tmp_path, "{% if not lan %}{{ la }}{% endif %}")
    full, empty, _ = documents.trial_contexts(REPORT)
    rendering.check(template, [full])
    with pytest.raises(TemplateProblem, match="la"):
        rendering.check(template, [empty])


@pytest.mark.parametrize("content", [b"", b"not a document", b"PK\x03\x04 broken"])
def test_what_is_no_word_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.docx").write_bytes(content)
    with pytest.raises(TemplateProblem, match="không mở được tệp Word"):
        rendering.check(tmp_path / "own.docx", [{}])


def test_another_archive_a_macro_and_a_bomb_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "own.docx"
    for names, expected in (
        (["a.txt"], "không phải tệp Word"),
        (["word/document.xml", "word/vbaProject.bin"], "macro"),
        (["word/document.xml"], "không phải tệp Word dùng được"),
    ):
        with zipfile.ZipFile(file, "w") as archive:
            for name in names:
                archive.writestr(name, "x")
        with pytest.raises(TemplateProblem, match=expected):
            rendering.check(file, [{}])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    with pytest.raises(TemplateProblem, match="quá lớn"):
        rendering.check(file, [{}])
