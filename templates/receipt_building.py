"""Builds the receipt's .docx template of its text source: half a sheet (A5, lying), printed and signed."""

from __future__ import annotations

from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from docx.oxml import OxmlElement
from docx.shared import Cm, Length, Pt

from templates.layout import (
    BODY,
    EPOCH,
    NO_BREAK,
    SMALL,
    columns,
    rule,
    set_styles,
    steady,
    tags,
    write,
)
from templates.receipt import Source

_LEFT, _RIGHT = Cm(7.5), Cm(9.5)  # the header's columns on a line of 17 cm
_SIGNERS = (Cm(5), Cm(4.3), Cm(3.4), Cm(4.3))
_LABEL = Cm(3.4)
_UNDER_NAME = Cm(1.8)
_TEXT = Pt(13)
_FOR_SIGNATURE = Pt(52)


def build(source: Source) -> bytes:
    """The template as the bytes of a .docx file; the same source always gives the same bytes."""
    document: Any = Document()
    set_styles(document)
    _set_page(document, source.frame["title"][0])
    _header(document, source)
    write(document, source.frame["title"][0], Pt(16), Align.CENTER, bold=True, before=Pt(8))
    write(document, source.frame["date"][0], _TEXT, Align.CENTER, italic=True)
    with tags(document, "if thay"):
        write(document, source.frame["again"][0], SMALL, Align.CENTER, italic=True)
    for number, (label, value) in enumerate(source.lines):
        _line(document, label, value, before=Pt(8) if number == 0 else Pt(3))
    _signers(document, source)
    return steady(document)


def _header(document: Any, source: Source) -> None:
    left, right = columns(document, _LEFT, _RIGHT)
    above, name, board = source.frame["organisation"]
    write(left, above, SMALL, Align.CENTER)
    write(left, name, SMALL, Align.CENTER)
    write(left, board, SMALL, Align.CENTER, bold=True)
    rule(left, _LEFT, _UNDER_NAME)
    write(right, source.frame["number"][0].replace(" ", NO_BREAK), BODY, Align.RIGHT, bold=True)


def _line(document: Any, label: str, value: str, before: Length) -> None:
    """A label, and beside it what fills it; a long one goes on below itself, not below the label."""
    paragraph = write(document, f"{label}\t", _TEXT, Align.LEFT, before=before)
    form = paragraph.paragraph_format
    form.left_indent, form.first_line_indent = _LABEL, -_LABEL
    form.tab_stops.add_tab_stop(_LABEL)
    run = paragraph.add_run(value)
    run.font.size, run.bold = _TEXT, True


def _signers(document: Any, source: Source) -> None:
    """Who signs, side by side, with room for the signatures; the row is not divided between pages."""
    table = document.add_table(rows=1, cols=len(source.signers))
    table.autofit = False
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    places = zip(table.rows[0].cells, table.columns, _SIGNERS, source.signers, strict=True)
    for cell, column, width, (who, how) in places:
        cell.width = column.width = width
        write(cell, who, Pt(11), Align.CENTER, bold=True, before=Pt(10))
        write(cell, how, Pt(11), Align.CENTER, italic=True)
        write(cell, "", Pt(11), Align.CENTER, before=_FOR_SIGNATURE)


def _set_page(document: Any, title: str) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(21), Cm(14.8)
    section.left_margin, section.right_margin = Cm(2.5), Cm(1.5)
    section.top_margin, section.bottom_margin = Cm(1.2), Cm(0.8)
    section.header_distance = section.footer_distance = Cm(0.5)
    properties = document.core_properties
    properties.author = properties.comments = properties.keywords = properties.last_modified_by = ""
    properties.title, properties.language = title, "vi-VN"
    properties.created = properties.modified = EPOCH
