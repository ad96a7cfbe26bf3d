"""What the Word files of the program are made of: paragraphs, rules, columns, tables, pages of NĐ 30/2020.

Builders of templates use it (`templates.building`, `templates.receipt_building`), nothing that answers chats.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Length, Pt

FONT, NO_BREAK = "Times New Roman", "\xa0"
BODY, SMALL, NONE = Pt(14), Pt(12), Pt(0)
CELL, CELL_STYLE = Pt(11), "List"  # a style that every new document has
EPOCH = datetime(2024, 1, 1)  # a file has the same bytes whenever it is built
_INDENT = Cm(1.27)
_BELOW_RULE = Pt(4)


def write(
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


def _paragraph(place: Any) -> Any:
    """A new paragraph; the first in a cell is the empty one that every cell begins with."""
    first = place.paragraphs[0] if hasattr(place, "_tc") else None
    if first is not None and len(place.paragraphs) == 1 and not first.text and not first.runs:
        return first
    return place.add_paragraph()


def tag(place: Any, words: str) -> None:
    _paragraph(place).add_run(f"{{%p {words} %}}")


@contextmanager
def tags(place: Any, begin: str, end: str = "endif") -> Iterator[None]:
    """Paragraphs that only hold a tag, before and after; rendering removes them."""
    tag(place, begin)
    yield
    tag(place, end)


def rule(place: Any, line: Length, length: Length, after: Length = _BELOW_RULE) -> None:
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


def columns(document: Any, left: Length, right: Length, before: Length = NONE) -> tuple[Any, Any]:
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


def landscape(document: Any) -> None:
    """A new section of landscape A4, numbered on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.bottom_margin = Cm(2)
    section.different_first_page_header_footer = False


def upright(document: Any) -> None:
    """A new section on the body's own page, numbered on."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.PORTRAIT
    _set_size(section)
    section.different_first_page_header_footer = False


class Grid:
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
            paragraph = write(cell, text, CELL, side, bold=bold)
            paragraph.style = CELL_STYLE  # an empty cell is no higher than the others
            paragraph.alignment, paragraph.paragraph_format.keep_with_next = side, together or None
            cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER if align is Align.CENTER else None
        return row

    def loop(self, rows: str, texts: Sequence[str], align: Align, *, together: bool = False) -> None:
        self._table.add_row().cells[0].paragraphs[0].add_run(f"{{%tr for dong in {rows} %}}")
        self.row(texts, align, together=together)
        self._table.add_row().cells[0].paragraphs[0].add_run("{%tr endfor %}")


def set_styles(document: Any) -> None:
    """Times New Roman everywhere, black; the body's measures sit in styles, so that Word can change them."""
    normal = document.styles["Normal"]
    set_font(normal, BODY)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.0
    text = document.styles["Body Text"]
    set_font(text, BODY)
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
    set_font(style, BODY)
    style.font.bold, style.font.italic = True, False
    style.paragraph_format.alignment = align
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(6)
    style.paragraph_format.keep_with_next = True
    for border in style.element.findall(f".//{qn('w:pBdr')}"):
        border.getparent().remove(border)


def set_font(style: Any, size: Length) -> None:
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


def set_page(document: Any) -> None:
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
    properties.created = properties.modified = EPOCH


def steady(document: Any) -> bytes:
    """The file's bytes with fixed times within the archive."""
    package = document.part.package
    for number, relation in list(package.rels.items()):
        # The library's own blank page: its picture, and the program that it was once made with.
        if relation.reltype.endswith(("/thumbnail", "/extended-properties")):
            del package.rels[number]
    written, steady = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            info = zipfile.ZipInfo(name, EPOCH.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(name))
    return steady.getvalue()


def parts(file: Path | io.BytesIO) -> dict[str, bytes]:
    """The parts of a .docx by name, to compare two of them."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
