"""Backlog workbooks as jobs: made, kept with what they say, returned with their faults marked, or refused."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Callable
from copy import copy
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest

from jobs import book_child
from jobs.backlog import Backlog
from storage import attachments, reports, workbooks
from storage.database import Tx
from templates import documents, forms
from tests import books
from tests.jobs.conftest import BOT, House
from tests.jobs.test_attachments import NOW, Platform, stored, worker

pytestmark = pytest.mark.anyio

EVENT = {"viec": "Vệ sinh môi trường", "ngay": datetime(2024, 3, 8), "noi": "kinh Xáng", "to_chuc": "Ấp mình"}


def making(house: House) -> Backlog:
    report = documents.load()
    served = {house.commune: house.settings}
    found = (house.db, house.data, house.wording, forms.load(), report.definitions, served)
    return Backlog(*found, lambda _: [], lambda _: {"van_ban": "I"}, lambda: NOW)


async def asked(house: House, report: str, who: str = "chair") -> None:
    day = date(2024, 12, 8)

    def write(tx: Tx) -> None:
        person = house.chair if who == "chair" else house.heads[who.removeprefix("head")]
        reports.request(tx, house.commune, report, day, day, "tệp", person, BOT, who, NOW)

    await house.db.write(write)


async def sent(house: House, name: str = "nhap-bu-ap-3.xlsx") -> int:
    """The head of hamlet 3 has sent a workbook."""
    said = (None, None, BOT, "head3", "sheet", "f", name, None, None, None, NOW)
    return await house.db.write(lambda tx: attachments.add(tx, house.commune, house.heads["3"], *said))


async def kept(house: House, data: bytes, name: str = "nhap-bu-ap-3.xlsx") -> dict[str, Any]:
    """How the attachment stands once the job has looked at it."""
    number = await sent(house, name)
    assert await worker(house, Platform(f=data)).fetch_due(NOW) == 1
    return await stored(house, number)


def said(house: House, found: dict[str, Any]) -> dict[str, Any]:
    """What the job has read of it."""
    assert found["state"] == "kept", found["reason"]
    read: dict[str, Any] = json.loads((house.data / found["path"]).read_text(encoding="utf-8"))
    return read


def rows_of(read: dict[str, Any], form: str) -> list[tuple[int, list[Any]]]:
    return [(number, cells) for s in read["sheets"] if s["form"] == form for number, cells in s["rows"]]


def three(house: House, how: Callable[[Any], None]) -> bytes:
    """The book of hamlet 3 after somebody has worked on it."""
    book = books.opened(books.empty(house.settings, "3", "Ấp 3"))
    books.put(book, "Hoạt động", 4, **EVENT, so_nguoi=45)
    how(book)
    return books.saved(book)


# Going out


async def test_each_who_asks_gets_the_book(house: House) -> None:
    await asked(house, f"nhap_bu:3:{house.chair}")
    await asked(house, f"nhap_bu:3:{house.heads['3']}", "head3")
    assert await making(house).make_open() == 2
    chair, head = [*await house.queued("chair"), *await house.queued("head3")]
    assert chair["name"] == head["name"] == "nhap-bu-ap-3.xlsx"
    assert chair["text"] == "Tệp nhập bù của ấp 3. Điền xong, cô lưu lại rồi gửi lại tệp."
    assert (house.data / chair["document"]).read_bytes()[:2] == b"PK"
    assert await house.db.read(reports.open_requests) == []
    assert [f.name for f in (house.data / "documents").iterdir()] == ["nhap-bu-ap-3.xlsx"]


async def test_all_hamlets_are_a_file_each(house: House) -> None:
    await asked(house, "nhap_bu:tatca:1")
    await making(house).make_open()
    assert [m["name"] for m in await house.queued("chair")] == [f"nhap-bu-ap-{n}.xlsx" for n in range(1, 8)]


async def test_a_failure_is_told_and_the_request_is_over(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(book_child, "LIMIT", 0.0)
    await asked(house, "nhap_bu:3:1")
    with caplog.at_level(logging.ERROR, "matran.jobs"):
        await making(house).make_open()
    (message,) = await house.queued("chair")
    assert message["text"].startswith("Chưa làm được tệp nhập bù") and "document" not in message
    assert await house.db.read(reports.open_requests) == []
    assert list((house.data / "documents").iterdir()) == []
    assert "timeout" in caplog.text


# Coming back


async def test_a_book_is_kept_as_it_came_with_what_it_says_beside_it(house: House) -> None:
    data = three(house, lambda book: None)
    found = await kept(house, data)
    read = said(house, found)
    assert (read["identity"]["hamlet"], read["unit"]) == ("3", "Ấp 3")
    ((number, cells),) = rows_of(read, "hoat_dong")
    assert (number, cells[1:5]) == (4, ["Vệ sinh môi trường", "08/03/2024", "kinh Xáng", 45])
    original = (house.data / found["path"]).with_suffix(".xlsx")
    assert original.read_bytes() == data
    assert await house.queued() == []
    ready = await house.db.read(attachments.sheets_ready)
    assert [one.path for one in ready] == [found["path"]]


async def test_hidden_and_renamed_sheets_rows_and_columns_are_read_all_the_same(house: House) -> None:
    def hide(book: Any) -> None:
        books.put(book, "Ủng hộ", 9, so_tien="500k", ngay="7/12/2024")
        book["Ủng hộ"].sheet_state = "hidden"
        book["Ủng hộ"].row_dimensions[9].hidden = True
        book["Hoạt động"].title = "Việc tháng 3"
        book.create_sheet("Ghi chú riêng")["A1"] = "gọi chú Tám"

    read = said(house, await kept(house, three(house, hide)))
    ((number, cells),) = rows_of(read, "ung_ho")
    assert number == 9 and {"500k", "7/12/2024"} <= set(cells)  # dates as text, as they were typed
    assert [s["title"] for s in read["sheets"] if s["form"] == "hoat_dong"] == ["Việc tháng 3"]
    assert "Ghi chú riêng" not in {s["title"] for s in read["sheets"]}


async def test_a_hundred_thousand_empty_rows_are_no_rows(house: House) -> None:
    """Somebody has drawn borders down to the end."""

    def draw(book: Any) -> None:
        border = copy(book["Ủng hộ"]["A3"].border)
        for row in range(4, 100_000, 7):
            book["Ủng hộ"].cell(row, 3).border = border
        books.put(book, "Ủng hộ", 90_000, so_tien="500k")

    assert [n for n, _ in rows_of(said(house, await kept(house, three(house, draw))), "ung_ho")] == [90_000]


def _formula(book: Any) -> None:
    book["Ủng hộ"]["C9"] = "=SUM(C4:C8)"


def _hidden_formula(book: Any) -> None:
    book["Ủng hộ"].sheet_state = "hidden"
    _formula(book)


def _merged(book: Any) -> None:
    book["Ủng hộ"].merge_cells("B4:C4")


def _hundred_thousand(book: Any) -> None:
    sheet = book["Ủng hộ"]
    for row in range(4, 100_004):
        sheet.cell(row, 3, 500_000)


@pytest.mark.parametrize(
    ("how", "reason", "text"),
    [
        (_formula, "formula", "ô C9 là công thức nên chưa nhận"),
        (_hidden_formula, "formula", "ô C9 là công thức nên chưa nhận"),
        (_merged, "merged", "có ô gộp (B4:C4) nên chưa nhận"),
        (_hundred_thousand, "too_long", "dài quá 5.000 dòng"),
    ],
)
async def test_a_book_that_cannot_be_read_is_refused_whole(
    house: House, how: Callable[[Any], None], reason: str, text: str
) -> None:
    found = await kept(house, three(house, how))
    assert (found["state"], found["reason"], found["path"]) == ("refused", f"book_{reason}", None)
    (message,) = await house.queued()
    assert message["address"] == "head3" and text in message["text"]
    assert message["text"].startswith("Tệp “nhap-bu-ap-3.xlsx”")
    assert not [f for f in (house.data / "attachments").rglob("*") if f.is_file()]
    assert await house.db.read(attachments.sheets_ready) == []


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    out = BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("xl/media/bomb.xml", b"0" * (1 << 27), "too_long"),
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/worksheets/sheet99.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "broken"),
        ("xl/worksheets/sheet98.xml", b"<a><b></a>", "broken"),
    ],
)
async def test_hostile_books_are_refused(house: House, name: str, content: bytes, reason: str) -> None:
    data = with_part(books.empty(house.settings, "3", "Ấp 3"), name, content)
    assert len(data) < 1_000_000
    found = await kept(house, data)
    assert (found["state"], found["reason"]) == ("refused", f"book_{reason}")
    assert len(await house.queued()) == 1


async def test_a_torn_file_is_no_book_and_refused(house: House) -> None:
    found = await kept(house, books.empty(house.settings, "3", "Ấp 3")[:9_000])
    assert found["state"] == "refused" and len(await house.queued()) == 1


async def test_one_that_takes_too_long_is_told_to_be_divided(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book_child, "LIMIT", 0.0)
    found = await kept(house, books.empty(house.settings, "3", "Ấp 3"))
    assert found["reason"] == "book_slow"
    assert not [f for f in (house.data / "attachments").rglob("*") if f.is_file()]


# Returned


async def returned(house: House, data: bytes, faults: list[list[Any]]) -> Any:
    """The book that goes back, opened."""
    number = await sent(house)
    await worker(house, Platform(f=data)).fetch_due(NOW)

    def keep(tx: Tx) -> int:
        args = (house.heads["3"], "3", "digest", "faulty", {"faults": faults}, NOW)
        return workbooks.add(tx, house.commune, number, *args)

    book = await house.db.write(keep)
    await asked(house, f"nhap_bu_tra:{book}", "head3")
    await making(house).make_open()
    (message,) = await house.queued("head3")
    assert message["name"] == "nhap-bu-ap-3.xlsx" and message["text"].startswith("Tệp có đánh dấu.")
    return books.opened((house.data / message["document"]).read_bytes())


async def test_each_faulty_row_comes_back_marked_in_the_same_file(house: House) -> None:
    def fill(book: Any) -> None:
        for row in range(5, 9):
            books.put(book, "Hoạt động", row, **{**EVENT, "ngay": "31/11/2024"})

    faults = [["Hoạt động", row, 3, f"Không có ngày “31/11/2024”, dòng {row}."] for row in range(5, 9)]
    book = await returned(house, three(house, fill), faults)
    sheet = book["Hoạt động"]
    for row in range(5, 9):
        assert sheet.cell(row, 3).comment.text.endswith(f"dòng {row}.")
        assert sheet.cell(row, 3).fill.fgColor.rgb == "FFF8CBAD"
        assert (sheet.cell(row, 3).value, sheet.cell(row, 4).value) == ("31/11/2024", "kinh Xáng")
        assert not sheet.cell(row, 3).protection.locked
    assert sheet["C4"].comment is None and sheet["C4"].value == datetime(2024, 3, 8)
    assert book.active.title == "Hoạt động"
    assert sheet.data_validations.dataValidation and sheet.freeze_panes  # it is as it was otherwise


async def test_a_fault_on_a_hidden_sheet_or_row_is_to_be_seen(house: House) -> None:
    def hide(book: Any) -> None:
        books.put(book, "Ủng hộ", 9, so_tien=500)
        book["Ủng hộ"].sheet_state = "hidden"
        book["Ủng hộ"].row_dimensions[9].hidden = True

    book = await returned(house, three(house, hide), [["Ủng hộ", 9, 3, "Số tiền chưa rõ."]])
    assert book["Ủng hộ"].sheet_state == "visible" and book.active.title == "Ủng hộ"
    assert not book["Ủng hộ"].row_dimensions[9].hidden
    assert book["_matran"].sheet_state == "veryHidden"


async def test_marks_of_the_round_before_are_gone(house: House) -> None:
    first = await returned(
        house, three(house, lambda book: None), [["Hoạt động", 4, 3, "sai"], ["Hoạt động", 4, 4, "sai nữa"]]
    )
    first["Hoạt động"]["A20"] = "từng việc"
    before, after = house.data / "truoc.xlsx", house.data / "sau.xlsx"
    before.write_bytes(books.saved(first))
    await book_child.mark(before, [["Hoạt động", 4, 4, "vẫn sai"]], after)
    sheet = books.opened(after.read_bytes())["Hoạt động"]
    assert sheet["C4"].comment is None and sheet["C4"].fill.fill_type is None
    assert sheet["D4"].comment.text == "vẫn sai"
