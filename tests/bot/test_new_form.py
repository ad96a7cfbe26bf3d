"""A form that a commune adds as a file: told, shown, corrected, told on behalf and in the backlog's workbook.

No line of Python knows of it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from jobs.book_plan import Books
from storage import records
from storage.database import Database
from templates import documents, forms, wording
from tests.bot.talk import Talk
from tests.sample import COMMUNE
from tests.transcripts.cast import Setting

WELL = """
name = "gieng_nuoc"
version = 1
label = "Giếng nước chung"
short = "Giếng nước"
roles = ["hamlet_head", "standing_committee"]
title = "{viec} – {noi}[: {so_ho} hộ dùng]"
group = "Nước sạch"
menu = 95
command = ["giếng nước"]
words = ["khoan giếng", "sửa giếng"]
on_behalf = true

[[question]]
name = "viec"
type = "select_one viec_gieng"
label = "Khoan mới hay sửa?"
summary = "Việc"

[[question]]
name = "noi"
type = "text"
label = "Ở đâu?"
summary = "Nơi"

[[question]]
name = "so_ho"
type = "count"
label = "Mấy hộ dùng?"
summary = "Số hộ"
required = false
relevant = { viec = "khoan" }

[[question]]
name = "ngay"
type = "day"
label = "Xong ngày nào?"
summary = "Ngày"
default = "today"

[[list.viec_gieng]]
name = "khoan"
label = "Khoan giếng mới"
words = ["khoan giếng"]
[[list.viec_gieng]]
name = "sua"
label = "Sửa giếng cũ"
words = ["sửa giếng"]
"""


@pytest.fixture
def catalog(tmp_path: Path) -> forms.Catalog:
    (tmp_path / "gieng_nuoc.toml").write_text(WELL, encoding="utf-8")
    return forms.load(tmp_path)


def test_it_is_told_shown_and_corrected(database: Database, catalog: forms.Catalog) -> None:
    talk = Talk(database, Setting(catalog=catalog)).join("Sáu", "Minh")
    assert "Câu 1/" in talk.says("Sáu", "giếng nước")[0]
    said = talk.says_all("Sáu", "1", "xóm Chùa", "12 hộ")
    assert "2. Nơi: xóm Chùa\n3. Số hộ: 12" in said
    assert talk.says("Sáu", "Đ")[0].startswith("Đã ghi: phiếu số 1.")
    assert "Khoan giếng mới – xóm Chùa: 12 hộ dùng" in talk.says("Sáu", "đã báo")[0]
    talk.says_all("Sáu", "sửa 1", "1", "2", "Đ")
    stored = talk.read(lambda tx: records.get(tx, talk.number, 1))
    assert stored is not None
    assert (stored.form, stored.answers) == (
        "gieng_nuoc",
        {"viec": "sua", "noi": "xóm Chùa", "ngay": "2024-12-08"},
    )


def test_a_line_opens_it(database: Database, catalog: forms.Catalog) -> None:
    talk = Talk(database, Setting(catalog=catalog)).join("Sáu")
    assert "Khoan giếng mới" in talk.says("Sáu", "hom nay khoan gieng o xom Chua")[0]


def test_the_committee_tells_it_on_behalf(database: Database, catalog: forms.Catalog) -> None:
    talk = Talk(database, Setting(catalog=catalog)).join("Minh")
    talk.says_all("Minh", "báo thay", "ấp 3", "giấy", "giếng nước", "2", "xóm Chùa")
    assert talk.says("Minh", "Đ")[0].startswith("Đã ghi: phiếu số 1.")


def test_it_has_a_sheet_in_the_workbook(catalog: forms.Catalog) -> None:
    books = Books(catalog, documents.load().definitions, wording.load(), COMMUNE)
    sheet = next(s for s in books.plan("3", "Ấp 3", date(2024, 12, 8))["sheets"] if s["form"] == "gieng_nuoc")
    assert (sheet["sheet"], [c["heading"] for c in sheet["columns"]]) == (
        "Giếng nước",
        ["Việc", "Nơi", "Số hộ", "Ngày"],
    )
    assert sheet["columns"][0]["choices"] == ["Khoan giếng mới", "Sửa giếng cũ"]
