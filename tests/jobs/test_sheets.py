"""Spreadsheets that people send: their rows as text, whatever else they hold; what is no list is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from jobs import sheets
from jobs.attachments import Attachments
from storage import attachments
from tests.jobs.conftest import BOT, House, at

pytestmark = pytest.mark.anyio

NOW = at("2024-12-08T08:05")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def book(*rows: tuple[object, ...], empty_first: bool = False) -> bytes:
    made = Workbook()
    sheet = made.create_sheet("Danh sách") if empty_first else made.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    kept = io.BytesIO()
    made.save(kept)
    return kept.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    kept = io.BytesIO(data)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return kept.getvalue()


LIST = book((None, None), ("Họ  tên", "Số tiền", "Ngày"), ("bà Năm", 500_000, datetime(2024, 12, 7)))
SAID = "Họ tên\tSố tiền\tNgày\nbà Năm\t500000\t07/12/2024"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (LIST, SAID),
        (book(("bà Năm", "500k"), empty_first=True), "bà Năm\t500k"),
        ("Họ tên;Số tiền\nbà Năm;500k\n".encode("utf-8-sig"), "Họ tên\tSố tiền\nbà Năm\t500k"),
        ("bà Năm\t500k".encode("utf-16"), "bà Năm\t500k"),
        ('"bà Năm, ấp 3","1,500"'.encode(), "bà Năm, ấp 3\t1,500"),
    ],
    ids=["workbook", "second-sheet", "semicolons", "utf-16", "quoted"],
)
def test_rows_are_lines_of_cells(data: bytes, text: str) -> None:
    assert sheets.read(data) == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (lambda: b"PK\x03\x04 no zip", "no_sheet"),
        (lambda: with_part(LIST, "xl/vbaProject.bin", b"x"), "macros"),
        (lambda: with_part(LIST, "xl/media/x.bin", bytes(sheets.MOST_UNPACKED)), "too_long"),
        (lambda: book(*[("bà Năm", n) for n in range(sheets.MOST_ROWS + 1)]), "too_long"),
        (lambda: book(), "empty"),
        (lambda: "bà\0Năm".encode(), "no_sheet"),
        (lambda: b"", "empty"),
    ],
    ids=["broken", "macros", "bomb", "rows", "no-rows", "nul", "no-bytes"],
)
def test_what_is_no_list_is_refused(data: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(sheets.SheetRefused) as refused:
        sheets.read(data())
    assert refused.value.reason == reason


async def test_in_the_child_it_reads_the_same(tmp_path: Path) -> None:
    file = tmp_path / "sheet"
    file.write_bytes(LIST)
    assert await sheets.text_of(file) == SAID
    file.write_bytes(b"")
    with pytest.raises(sheets.SheetRefused) as refused:
        await sheets.text_of(file)
    assert refused.value.reason == "empty"


async def test_one_that_takes_too_long_is_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_LIMIT", 0.001)
    file = tmp_path / "sheet"
    file.write_bytes(LIST)
    with pytest.raises(sheets.SheetRefused) as refused:
        await sheets.text_of(file)
    assert refused.value.reason == "no_sheet"


@pytest.mark.parametrize(("data", "kept"), [(LIST, True), (b"", False)], ids=["list", "empty"])
async def test_of_a_file_only_its_rows_are_kept(house: House, data: bytes, kept: bool) -> None:
    async def fetch(bot: str, address: str, limit: int) -> bytes:
        return data

    said = (house.chair, None, None, BOT, "chair", "sheet", "f", "ds.xlsx", None, len(data), None, NOW)
    await house.db.write(lambda tx: attachments.add(tx, house.commune, *said))
    seen = house.db.signals("sheet")
    served = {house.commune: house.settings}
    await Attachments(house.db, house.data, house.wording, served, fetch, lambda: NOW).fetch_due(NOW)
    left = [file for file in (house.data / "attachments").rglob("*") if file.is_file()]
    assert [file.read_text(encoding="utf-8") for file in left] == ([SAID] if kept else [])
    assert (house.db.signals("sheet") > seen) is kept
    assert len(await house.queued()) == (0 if kept else 1)
