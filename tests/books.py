"""Workbooks of past months for tests: as they go out, and as somebody has filled them in."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from openpyxl import load_workbook

from jobs import book_write
from jobs.book_plan import Books
from templates import documents, forms, wording
from templates.commune import Commune

TODAY = date(2024, 12, 8)


@cache
def empty(commune: Commune, hamlet: str | None, unit: str) -> bytes:
    """The book of a hamlet, or with None the commune's own, as it goes out."""
    lists = {"ap": [(h.code, h.name) for h in commune.hamlets], "muc": []}
    books = Books(forms.load(), documents.load().definitions, wording.load(), commune, lists)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x.xlsx"
        book_write.make(books.plan(hamlet, unit, TODAY), file)
        return file.read_bytes()


def opened(data: bytes) -> Any:
    return load_workbook(BytesIO(data))


def saved(book: Any) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def put(book: Any, sheet: str, row: int, **values: Any) -> None:
    """Fills cells by the names of their questions."""
    columns = {str(cell.value).split()[-1]: cell.column for cell in book[sheet][1] if cell.value}
    for name, value in values.items():
        book[sheet].cell(row, columns[name], value)
