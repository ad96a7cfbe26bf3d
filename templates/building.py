"""Builds the .docx template of a document from its text source, on the page of NĐ 30/2020 (domain §4).

What comes out is a plain Word file with `{{ }}` and `{%p %}`, which a commune may copy and edit in Word.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt

from templates.outline import Line, Outline, Section, Table, heading_number

FONT, NO_BREAK = "Times New Roman", "\xa0"
BODY, SMALL, NONE = Pt(14), Pt(12), Pt(0)
_BELOW_RULE = Pt(4)
_LEFT, _RIGHT = Cm(6.5), Cm(9.5)  # the header's columns on a line of 16 cm
_HALF = Cm(8)
_INDENT = Cm(1.27)
# Lengths of the rules: as long as the motto; a third to a half of the other two texts.
_UNDER_MOTTO, _UNDER_NAME, _UNDER_SUBJECT = Cm(5.6), Cm(1.8), Cm(3)
_WIDE, _NAMES = Cm(25.7), Cm(3.9)  # an annex's line, and its first column
_SOURCES = (Cm(8.7), Cm(7.5), Cm(5.9), Cm(3.6))
_CELL, _CELL_STYLE = Pt(11), "List"  # a style that every new document has
# The paragraphs that data give: kind of line -> (name in the context, what stands before each).
_LISTS = {"told": ("su_kien", "- "), "cited": ("vien_dan", "")}
_EPOCH = datetime(2024, 1, 1)  # the file has the same bytes whenever it is built


def build(outline: Outline) -> bytes:
    """The template as the bytes of a .docx file; the same source always gives the same bytes."""
    page = _Page(outline)
    page.header()
    page.title()
    page.body()
    page.signature()
    page.annexes()
    return _steady(page.document)


class _Page:
    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._frame = outline.frame
        self.document: Any = Document()
        _set_styles(self.document)
        _set_page(self.document)

    def header(self) -> None:
        """Organisation and nation side by side; the Quốc hiệu fits its 9.5 cm at 12 pt."""
        left, right = _columns(self.document, _LEFT, _RIGHT)
        above, name, board = self._frame["organisation"]
        nation, motto = self._frame["nation"]
        _write(left, above, SMALL, Align.CENTER)
        _write(left, name, SMALL, Align.CENTER)
        _write(left, board, SMALL, Align.CENTER, bold=True)
        _rule(left, _LEFT, _UNDER_NAME)
        _write(left, self._frame["number"][0], Pt(13), Align.CENTER)
        _write(right, nation, SMALL, Align.CENTER, bold=True)
        _write(right, motto, Pt(13), Align.CENTER, bold=True)
        _rule(right, _RIGHT, _UNDER_MOTTO)
        _write(right, _whole_date(self._frame["place"][0]), Pt(13), Align.CENTER, italic=True)

    def title(self) -> None:
        """DỰ THẢO in the body's first paragraphs, then what the document is and its subject."""
        with _tags(self.document, "if lan"):
            _write(self.document, self._frame["draft"][0], Pt(13), Align.LEFT, bold=True, before=Pt(12))
        _write(self.document, self._frame["kind"][0], BODY, Align.CENTER, bold=True, before=Pt(12))
        for line in self._frame["subject"]:
            _write(self.document, line, BODY, Align.CENTER, bold=True)
        _rule(self.document, Cm(16), _UNDER_SUBJECT, after=Pt(12))

    def body(self) -> None:
        """Every line of the source; neighbours under the same conditions share their tags."""
        sections = {section.code: section for section in self._outline.sections}
        open_conditions: tuple[str, ...] = ()
        for line in self._outline.lines:
            open_conditions = self._turn(open_conditions, line.conditions)
            self._line(line, sections[line.section])
        self._turn(open_conditions, ())
        closing = _write(self.document, self._frame["closing"][0], BODY, Align.JUSTIFY)
        closing.style = "Body Text"
        closing.paragraph_format.keep_with_next = True

    def _turn(self, before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
        """Closes and opens blocks so that those of ``after`` are open."""
        shared = 0
        while shared < min(len(before), len(after)) and before[shared] == after[shared]:
            shared += 1
        for _ in before[shared:]:
            _tag(self.document, "endif")
        for condition in after[shared:]:
            _tag(self.document, f"if {condition}")
        return after

    def _line(self, line: Line, section: Section) -> None:
        if line.kind == "heading":
            self._heading(section)
        elif line.kind in _LISTS:
            name, mark = _LISTS[line.kind]
            with _tags(self.document, f'for doan in {name}["{section.code}"]', "endfor"):
                self._text(f"{mark}{{{{ doan }}}}")
        elif line.kind.startswith("words"):
            with _tags(self.document, f'for doan in loi_van["{section.code}"]', "endfor"):
                self._text("{{ doan }}")
        else:
            self._text(line.text)

    def _text(self, text: str) -> None:
        self.document.add_paragraph(style="Body Text").add_run(text)

    def _heading(self, section: Section) -> None:
        if section.level == 0:
            name, title = section.title.split(" | ")
            self.document.add_paragraph(style="Title").add_run(name)
            self.document.add_paragraph(style="Heading 1").add_run(title)
            return
        number = heading_number(section.code)
        if self._outline.moves(section):
            number = f'{{{{ muc["{section.code}"] }}}}'
        text = f"{number}. {section.title}" if section.numbered else section.title
        self.document.add_paragraph(style=f"Heading {section.level + 1}").add_run(text)

    def signature(self) -> None:
        """Recipients and the signing block, which stay together on one page with the closing line."""
        left, right = _columns(self.document, _HALF, _HALF, before=Pt(6))
        _write(left, self._frame["recipients"][0], SMALL, Align.LEFT, bold=True, italic=True)
        with _tags(left, "for noi in noi_nhan", "endfor"):
            _write(left, "- {{ noi }};", Pt(11), Align.LEFT)
        _write(left, f"- {self._frame['archive'][0]}", Pt(11), Align.LEFT)
        _write(right, self._frame["signature"][0], BODY, Align.CENTER, bold=True)
        with _tags(right, "if ky_thay"):
            _write(right, "{{ ky_thay }}", BODY, Align.CENTER, bold=True)
        _write(right, "{{ ky_chuc_vu }}", BODY, Align.CENTER, bold=True)
        _write(right, "{{ ky_ten }}", BODY, Align.CENTER, bold=True, before=Pt(72))

    def annexes(self) -> None:
        """Each annex on pages of its own, landscape for tables; these only where they have rows."""
        at = 0
        if self._outline.annexes:
            cell = self.document.styles[_CELL_STYLE]
            _set_font(cell, _CELL)
            cell.paragraph_format.left_indent = cell.paragraph_format.first_line_indent = NONE
        for annex in self._outline.annexes:
            (_upright if annex.photos else _landscape)(self.document)
            self._turn((), annex.conditions)
            _write(self.document, annex.name, BODY, Align.CENTER, bold=True)
            _write(self.document, annex.title, BODY, Align.CENTER, bold=True)
            for text in annex.text:
                _write(self.document, text, SMALL, Align.JUSTIFY, italic=True, before=Pt(6))
            for table in annex.tables:
                self._figures(table, f"phu_luc.bang[{at}]")
                at += 1
            if annex.sources:
                self._sources(annex.sources)
            if annex.photos:
                self._photos()
            self._turn(annex.conditions, ())

    def _figures(self, table: Table, rows: str) -> None:
        """A table that stays on one page while it fits one, with its sums in bold."""
        count = range(len(table.columns))
        cells = ["{{ dong.ten }}", *(f"{{{{ dong.o[{n}] }}}}" for n in count)]
        sums = [self._frame["total"][0], *(f"{{{{ {rows}.cong.o[{n}] }}}}" for n in count)]
        width = Length((_WIDE - _NAMES) // len(table.columns))
        with _tags(self.document, f"if {rows}.dong"):
            title = _write(self.document, table.title, SMALL, Align.LEFT, bold=True, before=Pt(10))
            title.paragraph_format.keep_with_next = True
            title.paragraph_format.space_after = Pt(3)
            heads = [self._frame["unit"][0], *(head for _, head in table.columns)]
            grid = _Grid(self.document, heads, [_NAMES, *([width] * len(table.columns))])
            grid.loop(f"{rows}.dong", cells, Align.RIGHT, together=True)
            grid.row(sums, Align.RIGHT, bold=True)

    def _photos(self) -> None:
        """Two pictures in a row, each with its caption below it in the same cell: pages do not part them."""
        table = self.document.add_table(rows=3, cols=2)
        table.autofit = False
        for column in table.columns:
            column.width = _HALF
        begin, row, end = table.rows
        begin.cells[0].paragraphs[0].add_run("{%tr for hang in anh %}")
        end.cells[0].paragraphs[0].add_run("{%tr endfor %}")
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for at, cell in enumerate(row.cells):
            cell.width = _HALF
            picture = _write(cell, f"{{{{ hang[{at}].hinh }}}}", SMALL, Align.CENTER, before=Pt(8))
            # All of the space between the two: programs differ in how they add what both ask for.
            picture.paragraph_format.space_after = Pt(3)
            caption = _write(cell, f"{{{{ hang[{at}].chu_thich }}}}", SMALL, Align.CENTER)
            caption.paragraph_format.space_after = Pt(4)

    def _sources(self, heads: Sequence[str]) -> None:
        cells = [f"{{{{ dong.{name} }}}}" for name in ("so_lieu", "phieu", "nguoi", "ngay")]
        _Grid(self.document, heads, _SOURCES).loop("phu_luc.nguon", cells, Align.LEFT)


def _write(
    place: Any,
    text: str,
    size: Length,
    align: Align,
    *,
    bold: bool = False,
    italic: bool = False,
    before: Length = NONE,
) -> Any:
    """A paragraph of the frame, without the body's indents and spaces."""
    paragraph = _paragraph(place)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = before
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = size, bold or None, italic or None
    return paragraph


def _whole_date(text: str) -> str:
    """Place and date, of which the date stays on one line where the place is long."""
    place, comma, day = text.partition(", ")
    return f"{place}{comma}{day.replace(' ', NO_BREAK)}"


def _paragraph(place: Any) -> Any:
    """A new paragraph; the first in a cell is the empty one that every cell begins with."""
    first = place.paragraphs[0] if hasattr(place, "_tc") else None
    if first is not None and len(place.paragraphs) == 1 and not first.text and not first.runs:
        return first
    return place.add_paragraph()


def _tag(place: Any, words: str) -> None:
    _paragraph(place).add_run(f"{{%p {words} %}}")


@contextmanager
def _tags(place: Any, begin: str, end: str = "endif") -> Iterator[None]:
    """Paragraphs that only hold a tag, before and after; rendering removes them."""
    _tag(place, begin)
    yield
    _tag(place, end)


def _rule(place: Any, line: Length, length: Length, after: Length = _BELOW_RULE) -> None:
    """A drawn rule in the middle of a line of the given width: the border of an all but flat paragraph."""
    paragraph = _paragraph(place)
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Length((line - length) // 2)
    form.line_spacing, form.space_after = Pt(3), after
    border = OxmlElement("w:pBdr")
    bottom = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "6"), ("space", "0"), ("color", "000000")):
        bottom.set(qn(f"w:{key}"), value)
    border.append(bottom)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _columns(document: Any, left: Length, right: Length, before: Length = NONE) -> tuple[Any, Any]:
    """A borderless row of two cells without inner margins, which is not divided between pages."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    row = table.rows[0]
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "0")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    # Word minds the order of a table's properties.
    table._tbl.tblPr.find(qn("w:tblLook")).addprevious(margins)
    for cell, column, width in zip(row.cells, table.columns, (left, right), strict=True):
        cell.width = column.width = width
        cell.paragraphs[0].paragraph_format.space_before = before
    return row.cells[0], row.cells[1]


def _landscape(document: Any) -> None:
    """A new section of landscape A4, numbered on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.bottom_margin = Cm(2)
    section.different_first_page_header_footer = False


def _upright(document: Any) -> None:
    """A new section on the body's own page, numbered on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.PORTRAIT
    _set_size(section)
    section.different_first_page_header_footer = False


class _Grid:
    """A table with lines; its head is repeated on each page, no row is divided."""

    def __init__(self, document: Any, heads: Sequence[str], widths: Sequence[Length]) -> None:
        self._table = document.add_table(rows=0, cols=len(heads))
        self._table.style, self._table.autofit = "Table Grid", False
        self._widths = widths
        for column, width in zip(self._table.columns, widths, strict=True):
            column.width = width
        head = self.row(heads, Align.CENTER, bold=True, together=True)
        head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    def row(self, texts: Sequence[str], align: Align, *, bold: bool = False, together: bool = False) -> Any:
        """One row; the first column of what is no head stands on the left."""
        row = self._table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for at, (cell, text, width) in enumerate(zip(row.cells, texts, self._widths, strict=True)):
            cell.width = width
            side = align if at or align is Align.CENTER else Align.LEFT
            paragraph = _write(cell, text, _CELL, side, bold=bold)
            paragraph.style = _CELL_STYLE  # an empty cell is no higher than the others
            paragraph.alignment, paragraph.paragraph_format.keep_with_next = side, together or None
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER if align is Align.CENTER else None
        return row

    def loop(self, rows: str, texts: Sequence[str], align: Align, *, together: bool = False) -> None:
        self._table.add_row().cells[0].paragraphs[0].add_run(f"{{%tr for dong in {rows} %}}")
        self.row(texts, align, together=together)
        self._table.add_row().cells[0].paragraphs[0].add_run("{%tr endfor %}")


def _set_styles(document: Any) -> None:
    """Times New Roman everywhere, black; the body's measures sit in styles, so that Word can change them."""
    normal = document.styles["Normal"]
    _set_font(normal, BODY)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    text = document.styles["Body Text"]
    _set_font(text, BODY)
    text.paragraph_format.alignment = Align.JUSTIFY
    text.paragraph_format.first_line_indent = _INDENT
    text.paragraph_format.space_before = Pt(0)
    text.paragraph_format.space_after = Pt(6)
    text.paragraph_format.line_spacing = 1.1
    for name in ("Title", "Heading 1"):
        _set_heading(document.styles[name], Align.CENTER)
    document.styles["Title"].paragraph_format.space_before = Pt(12)
    document.styles["Title"].paragraph_format.space_after = Pt(0)
    for name, italic in (("Heading 2", False), ("Heading 3", False), ("Heading 4", True)):
        _set_heading(document.styles[name], Align.LEFT)
        document.styles[name].paragraph_format.first_line_indent = _INDENT
        document.styles[name].font.italic = italic


def _set_heading(style: Any, align: Align) -> None:
    _set_font(style, BODY)
    style.font.bold, style.font.italic = True, False
    style.paragraph_format.alignment = align
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(6)
    style.paragraph_format.keep_with_next = True
    for border in style.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)


def _set_font(style: Any, size: Length) -> None:
    """One font for every script: Word's theme fonts would take over otherwise."""
    style.font.name, style.font.size = FONT, size
    properties = style.element.get_or_add_rPr()
    for name in ("w:color", "w:spacing", "w:kern", "w:lang"):
        for found in properties.findall(qn(name)):
            properties.remove(found)
    fonts = properties.find(qn("w:rFonts"))
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "vi-VN")
    properties.append(language)


def _set_size(section: Any) -> None:
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = section.right_margin = Cm(2)
    section.left_margin = Cm(3)


def _set_page(document: Any) -> None:
    """A4 upright, 20/20/30/20 mm; the page's number in the middle of the top margin, not on the first."""
    section = document.sections[0]
    _set_size(section)
    section.header_distance = section.footer_distance = Cm(1)
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = Align.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        element.text = text
        run._r.append(element)
    properties = document.core_properties
    properties.author = properties.comments = properties.keywords = properties.last_modified_by = ""
    properties.title, properties.language = "Báo cáo", "vi-VN"
    properties.created = properties.modified = _EPOCH


def _steady(document: Any) -> bytes:
    """The file's bytes with fixed times within the archive."""
    written, steady = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            info = zipfile.ZipInfo(name, _EPOCH.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return steady.getvalue()


def parts(file: Path | io.BytesIO) -> dict[str, bytes]:
    """The parts of a .docx by name, to compare two of them."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
