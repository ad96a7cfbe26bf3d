"""Spreadsheets that people send: .xlsx and .csv as lines of text with tabs, read in a child process.

openpyxl reads the cells; what is ours is refusing what would fill the memory or mean something else.
``python -m jobs.sheets`` reads a job as JSON from standard input and prints one line of JSON; `text_of`
starts it: cells are read where no chat waits for them.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.answers.lines import cell_text
from jobs import render
from jobs.child import one_job

MOST_ROWS = 5_000
MOST_COLUMNS = 30
MOST_UNPACKED = 100 * 1024 * 1024  # bytes: a small file may unpack to far more than it is
ENDINGS = (".xlsx", ".csv")
_LIMIT = 30.0  # seconds for the child
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1258")


class SheetRefused(Exception):
    """``reason`` is no_sheet, macros, too_long or empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def text_of(file: Path) -> str:
    """As `read`, of a file, in a child process; raises SheetRefused."""
    try:
        answer = await render.ask_child("jobs.sheets", {"file": file}, _LIMIT)
    except render.RenderFailed as error:  # no list that people send takes so long
        raise SheetRefused("no_sheet") from error
    if not answer["ok"]:
        raise SheetRefused(answer["reason"])
    return str(answer["text"])


def read(data: bytes) -> str:
    """The rows of the first sheet that has any, as lines of cells with tabs between; raises SheetRefused."""
    rows = _workbook(data) if data.startswith(b"PK") else _csv(data)
    lines = ["\t".join(cells) for cells in _bounded(rows)]
    if not any(line.strip() for line in lines):
        raise SheetRefused("empty")
    return "\n".join(lines)


def _bounded(rows: Iterable[Sequence[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise SheetRefused("too_long")
        yield [" ".join(cell.split()) for cell in row[:MOST_COLUMNS]]


def _workbook(data: bytes) -> Iterator[list[str]]:
    # Imported when needed: the bot itself starts faster and stays smaller without it.
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            if sum(entry.file_size for entry in packed.infolist()) > MOST_UNPACKED:
                raise SheetRefused("too_long")
        if any(name.endswith("vbaProject.bin") for name in names):
            raise SheetRefused("macros")
        # data_only: of a formula the value that the sheet last showed.
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except SheetRefused:
        raise
    except Exception as error:  # broken or hostile bytes: openpyxl raises whatever they lead it to
        raise SheetRefused("no_sheet") from error
    for sheet in book.worksheets:
        rows = _cells(sheet.iter_rows(values_only=True))
        if (first := next(rows, None)) is not None:
            yield first
            yield from rows
            return


def _cells(rows: Iterable[Sequence[object]]) -> Iterator[list[str]]:
    """The rows as text; those before the first that says anything are left out."""
    begun = False
    for row in rows:
        cells = [_text(cell) for cell in row]
        begun = begun or any(cells)
        if begun:
            yield cells


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return f"{cell:%d/%m/%Y}"
    return cell_text(cell)


def _csv(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    if "\0" in text:
        raise SheetRefused("no_sheet")
    delimiter = max(";,\t", key=text[:4_000].count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise SheetRefused("no_sheet") from error


def _decoded(data: bytes) -> str:
    for encoding in _ENCODINGS:
        if encoding == "utf-16" and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetRefused("no_sheet")


def _done(job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return {"ok": True, "text": read(Path(job["file"]).read_bytes())}
    except SheetRefused as refused:
        return {"ok": False, "reason": refused.reason}


if __name__ == "__main__":
    raise SystemExit(one_job(_done))
