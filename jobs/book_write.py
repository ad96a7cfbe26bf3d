"""Makes a backlog workbook of its plan, and marks the faults in one that came back. Runs in a child process.

Every sheet says in a hidden first row which form and which questions it holds; a hidden sheet says whose book
it is and holds the choices. No cell is merged and none is a formula: the same is asked of what comes back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from jobs.book_marks import (
    FIRST,
    HEADS,
    HOW,
    IDENTITY,
    MARK,
    MOST_ROWS,
    PREVIOUS,
    SOURCE_CELL,
    UNIT_CELL,
    YEAR_CELL,
)

_AUTHOR = "Matran"
_MOST_COMMENTS = 500  # more would make the file slow to open; the cells are coloured all the same
_FONT = "Times New Roman"
_HEAD, _WANTED = PatternFill("solid", fgColor="FFD9E2F3"), PatternFill("solid", fgColor="FFFFF2CC")
_FAULT = PatternFill("solid", fgColor="FFF8CBAD")
_OPEN = Protection(locked=False)
_THIN = Side(style="thin", color="FF8EA9DB")
_WIDTHS = {"day": 14, "count": 12, "money": 18, "ratio": 13, "people": 24, "text": 32}
_LABEL, _LINE = 18, 92  # the guide's columns, as wide as so many digits
_LINE_HEIGHT = 16.5  # points
_TOP = Alignment(wrap_text=True, vertical="top")
_FORMATS = {"day": "dd/mm/yyyy", "count": "#,##0", "money": "#,##0"}
_OF_PREVIOUS = (("B", "section", 19), ("C", "figure", 70), ("D", "unit", 16), ("E", "value", 20))
_TEXT = "@"  # nothing typed is turned into a date: "9/9" is nine of nine


def make(plan: Mapping[str, Any], output: Path) -> None:
    """Writes the workbook of a plan (`jobs.book_plan`)."""
    book = Workbook()
    guide, lists = book.active, book.create_sheet(IDENTITY)
    _guide(guide, plan)
    _identity(lists, plan)
    for sheet in plan["sheets"]:
        _form(book.create_sheet(sheet["sheet"]), sheet, plan, _Lists(lists))
    if plan["previous"]:
        _previous(book.create_sheet(plan["previous"]["sheet"]), plan)
    lists.sheet_state = "veryHidden"
    book.move_sheet(lists, len(book.worksheets))
    book.properties.creator, book.properties.title = _AUTHOR, plan["title"]
    book.active = 0
    book.save(output)


def _identity(sheet: Any, plan: Mapping[str, Any]) -> None:
    forms = [[s["form"], s["version"], [c["name"] for c in s["columns"]]] for s in plan["sheets"]]
    said = {key: plan[key] for key in ("commune", "hamlet", "unit")}
    said |= {"forms": forms, "guide": plan["words"]["guide"]}
    sheet["A1"], sheet["A2"] = MARK, json.dumps(said, ensure_ascii=False)


class _Lists:
    """Columns of choices on the hidden sheet: a drop-down of its own text may not be longer than 255."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet

    def put(self, choices: Sequence[str]) -> str:
        """Where the choices stand, as a drop-down names it."""
        column = max(self._sheet.max_column + 1, 3)
        for row, choice in enumerate(choices, 1):
            cell = self._sheet.cell(row, column, choice)
            cell.data_type = "s"
        letter = get_column_letter(column)
        return f"{quote_sheetname(IDENTITY)}!${letter}$1:${letter}${len(choices)}"


def _guide(sheet: Any, plan: Mapping[str, Any]) -> None:
    words = plan["words"]
    sheet.title = words["guide"]
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = _LABEL, _LINE
    _put(sheet, "A1", plan["title"], bold=True, size=16)
    _put(sheet, "A3", words["unit"], bold=True)
    _put(sheet, UNIT_CELL, plan["unit"])
    if plan["sources"]:
        _put(sheet, "A4", words["source"], bold=True)
        cell = _put(sheet, SOURCE_CELL, plan["sources"][0])
        cell.fill, cell.protection = _WANTED, _OPEN
        inline = '"' + ",".join(one.replace(",", " ") for one in plan["sources"]) + '"'
        _validate(sheet, SOURCE_CELL, inline, words)
    lines = [*plan["guide"], *filter(None, [plan["guide_own"]])]
    for number, line in enumerate(lines, 1):
        _put(sheet, f"A{number + 5}", f"{number}.").alignment = Alignment(horizontal="right", vertical="top")
        _put(sheet, f"B{number + 5}", line).alignment = _TOP
        # Nobody else works out how many lines a wrapped text takes: some programs would print them over
        # each other.
        sheet.row_dimensions[number + 5].height = _LINE_HEIGHT * (1 + len(line) // _LINE) + 4
    _page(sheet, "portrait")
    _protect(sheet)


def _form(sheet: Any, form: Mapping[str, Any], plan: Mapping[str, Any], lists: _Lists) -> None:
    words = plan["words"]
    columns = list(form["columns"])
    if form["totals"]:
        columns.insert(0, _how(words))
    _put(sheet, "A1", f"{form['form']}/{form['version']}")
    _put(sheet, "A2", form["heading"], bold=True, size=14)
    for at, column in enumerate(columns, 1):
        _column(sheet, at, column, words, lists)
    sheet.row_dimensions[1].hidden = True
    sheet.row_dimensions[HEADS].height = 48
    _freeze(sheet, "A")
    _page(sheet)
    _protect(sheet)


def _freeze(sheet: Any, column: str) -> None:
    """The headings stay in sight; the cursor waits in the first cell to fill, where its hint shows."""
    sheet.freeze_panes = f"A{FIRST}"
    for selection in sheet.sheet_view.selection:
        selection.activeCell = selection.sqref = f"{column}{FIRST}"


def _how(words: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": HOW,
        "heading": words["how"],
        "label": words["how"],
        "hint": words["how_hint"],
        "kind": "select_one",
        "required": False,
        "choices": [words["single"], words["total"]],
    }


def _column(sheet: Any, at: int, column: Mapping[str, Any], words: Mapping[str, str], lists: _Lists) -> None:
    letter = get_column_letter(at)
    # The name of the question stands above its heading, in the hidden row; the form's before the first.
    name = sheet.cell(1, at)
    name.value = f"{name.value} {column['name']}" if at == 1 else column["name"]
    mark = " *" if column["required"] else ""
    head = _put(sheet, f"{letter}{HEADS}", column["heading"] + mark, bold=True)
    head.fill, head.border = _HEAD, Border(_THIN, _THIN, _THIN, _THIN)
    head.alignment = Alignment(wrap_text=True, horizontal="center", vertical="center")
    whole = sheet.column_dimensions[letter]
    whole.width = _width(column)
    whole.number_format = _FORMATS.get(column["kind"], _TEXT)
    whole.alignment = _TOP
    whole.protection, whole.font = _OPEN, Font(name=_FONT, size=12)
    cells = f"{letter}{FIRST}:{letter}{FIRST + MOST_ROWS - 1}"
    listed = lists.put(column["choices"]) if column["choices"] and column["kind"] == "select_one" else None
    _validate(sheet, cells, listed, words, column)


def _width(column: Mapping[str, Any]) -> float:
    longest = max([len(column["heading"]) * 0.7, *(len(one) for one in column["choices"])])
    return _WIDTHS.get(column["kind"]) or min(max(14.0, longest * 1.05 + 3), 34.0)


def _validate(
    sheet: Any,
    cells: str,
    choices: str | None,
    words: Mapping[str, str],
    column: Mapping[str, Any] | None = None,
) -> None:
    """A drop-down where there are ``choices``, and beside the cell what is asked and an example."""
    if choices:
        rule = DataValidation("list", formula1=choices, allow_blank=True, showErrorMessage=True)
        rule.error, rule.errorTitle = words["list_error"][:225], _AUTHOR
    else:
        rule = DataValidation()
    if column is not None:
        rule.promptTitle = column["heading"][:32]
        rule.prompt = _prompt(column, words)[:255]
        rule.showInputMessage = True
    rule.add(cells)
    sheet.add_data_validation(rule)


def _prompt(column: Mapping[str, Any], words: Mapping[str, str]) -> str:
    many = "; ".join(column["choices"]) if column["kind"] == "select_multiple" else ""
    date = words["date_hint"] if column["kind"] == "day" else ""
    hint = "" if column["kind"] == "day" else column["hint"]
    return " ".join(filter(None, (column["label"], hint, many, date)))


def _previous(sheet: Any, plan: Mapping[str, Any]) -> None:
    """Last year's figures: what each is, and an open cell for its value."""
    said, words = plan["previous"], plan["words"]
    _put(sheet, "A1", f"{PREVIOUS}/1 so_lieu")
    for at, name in enumerate(("muc", "nhan", "don_vi", "gia_tri"), 2):
        _put(sheet, f"{get_column_letter(at)}1", name)
    _put(sheet, "B2", words["year"], bold=True, size=14)
    year = _put(sheet, YEAR_CELL, said["year"], bold=True, size=14)
    year.fill, year.protection = _WANTED, _OPEN
    year.alignment = Alignment(horizontal="left")
    for letter, key, width in _OF_PREVIOUS:
        head = _put(sheet, f"{letter}{HEADS}", words[key], bold=True)
        head.fill, head.border = _HEAD, Border(_THIN, _THIN, _THIN, _THIN)
        head.alignment = Alignment(horizontal="center", vertical="center")
        sheet.column_dimensions[letter].width = width
    for row, figure in enumerate(said["figures"], FIRST):
        for at, text in enumerate(figure, 1):
            _put(sheet, f"{get_column_letter(at)}{row}", text).alignment = Alignment(wrap_text=True)
        value = sheet.cell(row, 5)
        value.protection, value.fill = _OPEN, _WANTED
        value.number_format = _TEXT if figure[3] == "%" else "#,##0"
    sheet.column_dimensions["A"].hidden = True
    sheet.row_dimensions[1].hidden = True
    _freeze(sheet, "E")
    _page(sheet, "portrait")
    _protect(sheet)


def _put(sheet: Any, at: str, value: Any, *, bold: bool = False, size: int = 12) -> Any:
    cell = sheet[at]
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" is a text
    cell.font = Font(name=_FONT, size=size, bold=bold)
    return cell


def _page(sheet: Any, orientation: str = "landscape") -> None:
    """A4, as wide as the paper; the headings on every page of one that has them."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = orientation, 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.freeze_panes:
        sheet.print_title_rows = f"{HEADS}:{HEADS}"


def _protect(sheet: Any) -> None:
    """Headings stay as they are; cells are filled, columns widened, rows sorted. There is no password."""
    rules = sheet.protection
    rules.sheet = True
    rules.formatColumns = rules.formatRows = rules.formatCells = rules.sort = rules.autoFilter = False


def mark(original: bytes, faults: Sequence[Sequence[Any]], output: Path) -> None:
    """The same workbook with its faulty cells coloured and commented; marks of an earlier round are gone.

    What was hidden of a faulty cell's sheet, row or column is shown again. A fault is [sheet, row, column,
    what is expected], row and column counted from 1.
    """
    book = load_workbook(BytesIO(original))
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if cell.comment is not None and cell.comment.author == _AUTHOR:
                    cell.comment, cell.fill = None, PatternFill()
    opened = False
    for number, (title, row, column, text) in enumerate(faults):
        if title not in book.sheetnames:
            continue
        cell = book[title].cell(row, column)
        _show(book[title], cell)
        cell.fill, cell.protection = _FAULT, _OPEN
        if number < _MOST_COMMENTS:
            cell.comment = Comment(text, _AUTHOR, width=300, height=40 + 22 * (1 + len(text) // 38))
        if not opened:
            book.active, opened = book.sheetnames.index(title), True
    book.save(output)


def _show(sheet: Any, cell: Any) -> None:
    """Brings a cell to light that somebody has hidden, or a filter."""
    sheet.sheet_state = "visible"
    sheet.row_dimensions[cell.row].hidden = False
    sheet.column_dimensions[cell.column_letter].hidden = False
