"""Builds the .docx template of a document from its text source, on the page of NĐ 30/2020 (domain §4).

What comes out is a plain Word file with `{{ }}` and `{%p %}`, which a commune may copy and edit in Word.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as Align
from docx.oxml import OxmlElement
from docx.shared import Cm, Length, Pt

from templates.layout import (
    BODY,
    CELL,
    CELL_STYLE,
    NO_BREAK,
    NONE,
    SMALL,
    Grid,
    columns,
    landscape,
    rule,
    set_font,
    set_page,
    set_styles,
    steady,
    tag,
    tags,
    upright,
    write,
)
from templates.outline import Line, Outline, Section, Table, heading_number

_LEFT, _RIGHT = Cm(6.5), Cm(9.5)  # the header's columns on a line of 16 cm
_HALF = Cm(8)
# Lengths of the rules: as long as the motto; a third to a half of the other two texts.
_UNDER_MOTTO, _UNDER_NAME, _UNDER_SUBJECT = Cm(5.6), Cm(1.8), Cm(3)
_WIDE, _NAMES = Cm(25.7), Cm(3.9)  # an annex's line, and its first column
_SOURCES = (Cm(8.7), Cm(7.5), Cm(5.9), Cm(3.6))
# The paragraphs that data give: kind of line -> (name in the context, what stands before each).
_LISTS = {"told": ("su_kien", "- "), "cited": ("vien_dan", "")}


def build(outline: Outline) -> bytes:
    """The template as the bytes of a .docx file; the same source always gives the same bytes."""
    page = _Page(outline)
    page.header()
    page.title()
    page.body()
    page.signature()
    page.annexes()
    return steady(page.document)


class _Page:
    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._frame = outline.frame
        self.document: Any = Document()
        set_styles(self.document)
        set_page(self.document)

    def header(self) -> None:
        """Organisation and nation side by side; the Quốc hiệu fits its 9.5 cm at 12 pt."""
        left, right = columns(self.document, _LEFT, _RIGHT)
        above, name, board = self._frame["organisation"]
        nation, motto = self._frame["nation"]
        write(left, above, SMALL, Align.CENTER)
        write(left, name, SMALL, Align.CENTER)
        write(left, board, SMALL, Align.CENTER, bold=True)
        rule(left, _LEFT, _UNDER_NAME)
        write(left, self._frame["number"][0], Pt(13), Align.CENTER)
        write(right, nation, SMALL, Align.CENTER, bold=True)
        write(right, motto, Pt(13), Align.CENTER, bold=True)
        rule(right, _RIGHT, _UNDER_MOTTO)
        write(right, _whole_date(self._frame["place"][0]), Pt(13), Align.CENTER, italic=True)

    def title(self) -> None:
        """DỰ THẢO in the body's first paragraphs, then what the document is and its subject."""
        with tags(self.document, "if lan"):
            write(self.document, self._frame["draft"][0], Pt(13), Align.LEFT, bold=True, before=Pt(12))
        write(self.document, self._frame["kind"][0], BODY, Align.CENTER, bold=True, before=Pt(12))
        for line in self._frame["subject"]:
            write(self.document, line, BODY, Align.CENTER, bold=True)
        rule(self.document, Cm(16), _UNDER_SUBJECT, after=Pt(12))

    def body(self) -> None:
        """Every line of the source; neighbours under the same conditions share their tags."""
        sections = {section.code: section for section in self._outline.sections}
        open_conditions: tuple[str, ...] = ()
        for line in self._outline.lines:
            open_conditions = self._turn(open_conditions, line.conditions)
            self._line(line, sections[line.section])
        self._turn(open_conditions, ())
        closing = write(self.document, self._frame["closing"][0], BODY, Align.JUSTIFY)
        closing.style = "Body Text"
        closing.paragraph_format.keep_with_next = True

    def _turn(self, before: tuple[str, ...], after: tuple[str, ...]) -> tuple[str, ...]:
        """Closes and opens blocks so that those of ``after`` are open."""
        shared = 0
        while shared < min(len(before), len(after)) and before[shared] == after[shared]:
            shared += 1
        for _ in before[shared:]:
            tag(self.document, "endif")
        for condition in after[shared:]:
            tag(self.document, f"if {condition}")
        return after

    def _line(self, line: Line, section: Section) -> None:
        if line.kind == "heading":
            self._heading(section)
        elif line.kind in _LISTS:
            name, mark = _LISTS[line.kind]
            place = f"{section.code}/{line.text}" if line.text else section.code
            mark = "+ " if line.text else mark  # they belong to the item above
            with tags(self.document, f'for doan in {name}["{place}"]', "endfor"):
                self._text(f"{mark}{{{{ doan }}}}")
        elif line.kind.startswith("words"):
            with tags(self.document, f'for doan in loi_van["{section.code}"]', "endfor"):
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
        left, right = columns(self.document, _HALF, _HALF, before=Pt(6))
        write(left, self._frame["recipients"][0], SMALL, Align.LEFT, bold=True, italic=True)
        with tags(left, "for noi in noi_nhan", "endfor"):
            write(left, "- {{ noi }};", Pt(11), Align.LEFT)
        write(left, f"- {self._frame['archive'][0]}", Pt(11), Align.LEFT)
        write(right, self._frame["signature"][0], BODY, Align.CENTER, bold=True)
        with tags(right, "if ky_thay"):
            write(right, "{{ ky_thay }}", BODY, Align.CENTER, bold=True)
        write(right, "{{ ky_chuc_vu }}", BODY, Align.CENTER, bold=True)
        write(right, "{{ ky_ten }}", BODY, Align.CENTER, bold=True, before=Pt(72))

    def annexes(self) -> None:
        """Each annex on pages of its own, landscape for tables; these only where they have rows."""
        at = 0
        if self._outline.annexes:
            cell = self.document.styles[CELL_STYLE]
            set_font(cell, CELL)
            cell.paragraph_format.left_indent = cell.paragraph_format.first_line_indent = NONE
        for annex in self._outline.annexes:
            (upright if annex.photos else landscape)(self.document)
            self._turn((), annex.conditions)
            write(self.document, annex.name, BODY, Align.CENTER, bold=True)
            write(self.document, annex.title, BODY, Align.CENTER, bold=True)
            for text in annex.text:
                write(self.document, text, SMALL, Align.JUSTIFY, italic=True, before=Pt(6))
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
        with tags(self.document, f"if {rows}.dong"):
            title = write(self.document, table.title, SMALL, Align.LEFT, bold=True, before=Pt(10))
            title.paragraph_format.keep_with_next = True
            title.paragraph_format.space_after = Pt(3)
            heads = [self._frame["unit"][0], *(head for _, head in table.columns)]
            grid = Grid(self.document, heads, [_NAMES, *([width] * len(table.columns))])
            grid.loop(f"{rows}.dong", cells, Align.RIGHT, together=True)
            grid.row(sums, Align.RIGHT, bold=True)
            with tags(self.document, f"if {rows}.chu_y"):
                write(self.document, f"{{{{ {rows}.chu_y }}}}", SMALL, Align.LEFT, italic=True, before=Pt(3))

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
            picture = write(cell, f"{{{{ hang[{at}].hinh }}}}", SMALL, Align.CENTER, before=Pt(8))
            # All of the space between the two: programs differ in how they add what both ask for.
            picture.paragraph_format.space_after = Pt(3)
            caption = write(cell, f"{{{{ hang[{at}].chu_thich }}}}", SMALL, Align.CENTER)
            caption.paragraph_format.space_after = Pt(4)

    def _sources(self, heads: Sequence[str]) -> None:
        cells = [f"{{{{ dong.{name} }}}}" for name in ("so_lieu", "phieu", "nguoi", "ngay")]
        Grid(self.document, heads, _SOURCES).loop("phu_luc.nguon", cells, Align.LEFT)


def _whole_date(text: str) -> str:
    """Place and date, of which the date stays on one line where the place is long."""
    place, comma, day = text.partition(", ")
    return f"{place}{comma}{day.replace(' ', NO_BREAK)}"
