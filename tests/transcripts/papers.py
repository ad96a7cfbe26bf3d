"""Files in a transcript: what a person does to one at the computer, and what is to be seen in it.

⚙ điền nhap-bu-ap-3.xlsx: Hoạt động 4 | viec=Vệ sinh môi trường | ngay=8/3/2024
⚙ sửa bao-cao-2024-du-thao-1.docx: có 45 người → có 54 người
⚙ xem nhap-bu-ap-3.xlsx: Hoạt động 4
⚙ xem bao-cao-2024-du-thao-1.docx: tuyên truyền
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

from docx import Document
from openpyxl import load_workbook


def changed(name: str, data: bytes, how: str) -> bytes:
    """The file after somebody has worked on it; ValueError where there is nothing such to change."""
    if name.endswith(".xlsx"):
        return _filled(data, how)
    before, _, after = how.partition(" → ")
    return _replaced(data, before, after)


def seen(name: str, data: bytes, where: str) -> str:
    """A row's cells with what is marked at them, or the paragraphs that hold a text."""
    if name.endswith(".xlsx"):
        return _row(data, where)
    found = [p.text for p in Document(BytesIO(data)).paragraphs if where in p.text]
    return "\n".join(found) or "(không có)"


def _place(where: str) -> tuple[str, int]:
    sheet, _, row = where.strip().rpartition(" ")
    return sheet, int(row)


def _filled(data: bytes, how: str) -> bytes:
    where, *cells = (part.strip() for part in how.split("|"))
    sheet, row = _place(where)
    book = load_workbook(BytesIO(data))
    columns = {str(cell.value).split()[-1]: cell.column for cell in book[sheet][1] if cell.value}
    for cell in cells:
        name, _, value = cell.partition("=")
        put_at = columns.get(name) or _figure_column(book[sheet])
        put_row = row if name in columns else _figure_row(book[sheet], name)
        book[sheet].cell(put_row, put_at, _as_typed(value))
    return _saved(book)


def _figure_row(sheet: Any, name: str) -> int:
    """Of last year's figures each has a row of its own."""
    return next(int(row[0].row) for row in sheet.iter_rows(min_row=4) if row[0].value == name)


def _figure_column(sheet: Any) -> int:
    return next(int(cell.column) for cell in sheet[1] if cell.value == "gia_tri")


def _as_typed(value: str) -> Any:
    """As a spreadsheet takes what is typed: digits are a number."""
    return int(value) if value.isdecimal() else value or None


def _row(data: bytes, where: str) -> str:
    sheet, row = _place(where)
    cells = load_workbook(BytesIO(data))[sheet][row]
    said = [
        f"{cell.coordinate}: {cell.value or '(trống)'}"
        + (f" ⚑ {cell.comment.text}" if cell.comment is not None else "")
        for cell in cells
        if cell.value is not None or cell.comment is not None
    ]
    return "\n".join(said) or "(trống)"


def _replaced(data: bytes, before: str, after: str) -> bytes:
    document = Document(BytesIO(data))
    found = [p for p in document.paragraphs if before in p.text]
    if not found:
        raise ValueError(f"no paragraph says {before!r}")
    for paragraph in found:
        text = paragraph.text.replace(before, after)
        for run in paragraph.runs[1:]:
            run.text = ""
        paragraph.runs[0].text = text
    return _saved(document)


def _saved(file: Any) -> bytes:
    out = BytesIO()
    file.save(out)
    return out.getvalue()


FILE = re.compile(r"tệp (?P<name>\S+\.\w+)")
"""``[tệp nhap-bu-ap-3.xlsx]`` before what is typed: one of the files that somebody has here."""
