"""How a workbook looks to somebody who opens it: everything to be read, the cursor where to begin."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot import app
from jobs import book_write
from jobs.book_plan import Books
from templates import documents, forms, wording
from tests import books
from tests.sample import COMMUNE

_WIDE = 0.95  # of a column's width, what a letter of the text takes on average


@pytest.fixture(scope="module")
def book() -> Any:
    return books.opened(books.empty(COMMUNE, "3", "Ấp 3"))


def test_every_line_of_the_guide_has_room(book: Any) -> None:
    guide = book["Hướng dẫn"]
    for row in range(6, 14):
        text, height = guide.cell(row, 2).value, guide.row_dimensions[row].height
        assert height >= 15 * len(text) * _WIDE / guide.column_dimensions["B"].width
        assert guide.cell(row, 2).alignment.wrap_text
    assert guide.sheet_properties.pageSetUpPr.fitToPage


def test_headings_stay_and_the_cursor_waits_in_the_first_cell(book: Any) -> None:
    for sheet in book.worksheets[1:-1]:
        assert sheet.freeze_panes == "A4"
        assert sheet.print_title_rows == "$3:$3"
        (selection,) = [s for s in sheet.sheet_view.selection if s.pane == "bottomLeft"]
        assert selection.activeCell == "A4"


def test_columns_hold_their_headings_and_usual_answers(book: Any) -> None:
    for sheet in book.worksheets[1:-1]:
        for head in sheet[3]:
            column = sheet.column_dimensions[head.column_letter]
            longest = max(map(len, str(head.value).split()))
            assert column.width >= longest + 2, (sheet.title, head.value)
            assert len(str(head.value)) * 1.2 <= 3 * column.width, (sheet.title, head.value)  # in three lines
            assert column.alignment.wrap_text
    assert book["Hoạt động"].column_dimensions["C"].width >= len("08/12/2024") + 3
    money = next(head for head in book["Ủng hộ"][3] if head.value.startswith("Số tiền"))
    width = book["Ủng hộ"].column_dimensions[money.column_letter].width
    assert width >= len("1.562.410.000") + 2


def test_every_choice_is_offered_and_may_be_left_blank(book: Any) -> None:
    for sheet in book.worksheets[1:-1]:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.prompt or "") <= 255 and len(rule.promptTitle or "") <= 32
            assert rule.type is None or (rule.allow_blank and rule.error)


def test_of_last_year_only_what_the_report_compares_is_asked(tmp_path: Path) -> None:
    report, today = documents.load(), date(2024, 12, 8)
    asked = app._compared(report, COMMUNE, today)
    made = Books(forms.load(), report.definitions, wording.load(), COMMUNE).plan(None, "x", today, asked)
    figures = [name for name, *_ in made["previous"]["figures"]]
    assert {"van_ban", "quy_tien", "bhyt", "nha"} <= set(figures) == set(asked)
    assert len(figures) < 30  # nobody copies a hundred figures that nothing is done with
    assert all(section and "_" not in section for _, section, *_ in made["previous"]["figures"])
    book_write.make(made, tmp_path / "x.xlsx")
    sheet = books.opened((tmp_path / "x.xlsx").read_bytes())["Năm trước"]
    assert sheet.max_row == 3 + len(figures)
    assert sheet["E4"].fill.fgColor.rgb == "FFFFF2CC" and not sheet["E4"].protection.locked
