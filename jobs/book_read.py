"""Reads a backlog workbook that came back, after making sure that it can be read. Runs in a child process.

A file is first looked through as a stream of bytes, so that a hundred thousand rows, a formula, merged cells
or a file that unpacks to gigabytes are refused before anything is held in memory.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

from jobs.book_marks import FIRST, IDENTITY, MARK, MOST_ROWS, PREVIOUS, SOURCE_CELL, UNIT_CELL, YEAR_CELL

MOST_UNPACKED = 64 * 1024 * 1024  # bytes of all parts; a full book has some three million
_MOST_PARTS = 500
_LONGEST = 1_000  # characters of one cell
_MOST_COLUMNS = 60
_LAST_ROW = 100_000  # a book whose last row stands further down has been used for something else
_SLACK = 500  # rows of a book that are not the sender's: choices, last year's figures, headings
_CHUNK = 1 << 16
_UNREADABLE = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)


class BookRefused(Exception):
    """Why a workbook is not taken: ``reason`` is the end of a sentence's key, ``values`` fill it in."""

    def __init__(self, reason: str, **values: Any) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


def is_book(data: bytes) -> bool:
    """Whether some bytes are a workbook that this program made; nothing but the names of sheets is read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            info = packed.getinfo("xl/workbook.xml")
            return info.file_size < 1_000_000 and f'"{IDENTITY}"'.encode() in packed.read(info)
    except (*_UNREADABLE, KeyError):
        return False


def read(file: Path) -> dict[str, Any]:
    """Whose book it is, and of each sheet the rows that say anything; raises BookRefused.

    ``{"identity": {…}, "unit": …, "source": …, "year": …, "sheets": [{"title", "form", "version", "names",
    "heading", "rows": [[number, cells]]}]}``; a cell is a text, a number or None.
    """
    from openpyxl import load_workbook  # a sixth of the program's start, and only the child reads cells

    _look_through(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True)
        return _contents(book)
    except BookRefused:
        raise
    except Exception as error:  # broken or hostile bytes: openpyxl raises whatever they lead it to
        raise BookRefused("broken") from error


def _look_through(file: Path) -> None:
    """Refuses what must not reach the reader of cells."""
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise BookRefused("too_long")
            if any(
                part.filename.lower().endswith(".bin") and "vba" in part.filename.lower() for part in parts
            ):
                raise BookRefused("macros")
            rows = 0
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with packed.open(part) as stream:
                        rows += _Scan(part.filename, MOST_ROWS + _SLACK - rows).run(stream)
    except (
        zipfile.BadZipFile,
        OSError,
        NotImplementedError,
        RuntimeError,
        EOFError,
        expat.ExpatError,
    ) as error:
        raise BookRefused("broken") from error


class _Scan:
    """One part as a stream of XML: its rows with anything in them are counted, its formulas found."""

    def __init__(self, name: str, left: int) -> None:
        self._sheet = re.search(r"/worksheets/[^/]*\.xml$", f"/{name}") is not None
        self._left = left + FIRST
        self._rows = 0
        self._cell, self._row_said = "", False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        if self._sheet:
            self._parser.StartElementHandler = self._start

    def run(self, stream: Any) -> int:
        """The rows that say something."""
        while chunk := stream.read(_CHUNK):
            self._parser.Parse(chunk)
        self._parser.Parse(b"", True)
        return max(0, self._rows - FIRST)

    def _doctype(self, *_: Any) -> None:
        raise BookRefused("broken")  # entities that unfold are none of a spreadsheet's business

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(" ")[2]:
            case "row":
                self._row_said = False
            case "c":
                self._cell = attributes.get("r", "")
            case "v" | "is" if not self._row_said:
                self._row_said = True
                self._rows += 1
                if self._rows > self._left:
                    raise BookRefused("too_long")
            case "f":
                raise BookRefused("formula", o=self._cell)
            case "mergeCell":
                raise BookRefused("merged", o=attributes.get("ref", ""))


def _contents(book: Any) -> dict[str, Any]:
    identity = _identity(book)
    found: dict[str, Any] = {"identity": identity, "unit": None, "source": None, "year": None, "sheets": []}
    if identity["guide"] in book.sheetnames:
        guide = book[identity["guide"]]
        found["unit"], found["source"] = _at(guide, UNIT_CELL), _at(guide, SOURCE_CELL)
    rows = 0
    for sheet in book.worksheets:
        if sheet.title == IDENTITY or (read := _sheet(sheet)) is None:
            continue
        rows += len(read["rows"]) if read["form"] != PREVIOUS else 0
        if rows > MOST_ROWS:
            raise BookRefused("too_long")
        if read["form"] == PREVIOUS:
            found["year"] = _at(sheet, YEAR_CELL)
        found["sheets"].append(read)
    return found


def _identity(book: Any) -> dict[str, Any]:
    column = [row[0] for row in book[IDENTITY].iter_rows(max_row=2, max_col=1, values_only=True)]
    try:
        found = json.loads(str(column[1])) if column[0] == MARK else {}
        return {key: found[key] for key in ("commune", "hamlet", "unit", "forms", "guide")}
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise BookRefused("foreign") from error


def _at(sheet: Any, at: str) -> Any:
    row = next(sheet.iter_rows(min_row=int(at[1:]), max_row=int(at[1:]), max_col=5), ())
    return next((_said(cell) for cell in row if getattr(cell, "coordinate", "") == at), None)


def _sheet(sheet: Any) -> dict[str, Any] | None:
    """A form's sheet; None for one that is not ours (people make notes on sheets of their own)."""
    lines = _lines(sheet)
    first = next(lines, (0, []))
    begun = re.fullmatch(r"(@?\w+)/(\d+) (@?\w+)", str(first[1][0] or "")) if first[1] else None
    if first[0] != 1 or begun is None:
        return None
    names = [begun[3], *(str(name or "") for name in first[1][1:])]
    while not names[-1]:  # what stands to the right of our columns are notes of the sender's own
        names.pop()
    heading, rows = "", []
    for number, cells in lines:
        if number < FIRST:
            heading = heading or str(next((one for one in cells if one), ""))
        elif any(cell not in (None, "") for cell in cells[: len(names)]):
            rows.append([number, cells[: len(names)]])
            if len(rows) > MOST_ROWS:
                raise BookRefused("too_long")
    kept = {"title": sheet.title, "form": begun[1], "version": int(begun[2]), "names": names}
    return {**kept, "heading": heading, "rows": rows}


def _lines(sheet: Any) -> Iterator[tuple[int, list[Any]]]:
    """The rows as (number, cells), one after the other."""
    for number, row in enumerate(sheet.iter_rows(max_row=_LAST_ROW, max_col=_MOST_COLUMNS), 1):
        yield number, [_said(cell) for cell in row]


def _said(cell: Any) -> Any:
    """A cell as somebody would type it; a number stays one."""
    value = cell.value
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    if isinstance(value, datetime | date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        if "%" in str(cell.number_format):
            return f"{value * 100:.10g}%".replace(".", ",")
        return int(value) if value == int(value) else value
    return " ".join(str(value).split())[:_LONGEST]
