"""A workbook of past months, from the plan to the records: made, filled, read, checked, stored."""

from __future__ import annotations

import asyncio
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot import backlog
from bot.commands import backlog as commands
from bot.context import Context
from bot.handover import Handover
from bot.messages import FileRef, Incoming
from jobs import book_read, book_write
from storage import attachments, people, previous
from storage.database import Database, Tx
from templates import documents, forms
from templates.figures import Definitions
from tests import books
from tests.books import put
from tests.bot.talk import BOT, Talk
from tests.sample import COMMUNE
from tests.transcripts.cast import Setting

Fill = Callable[[Any], None]
FUND = {"quy": "Quỹ “Vì người nghèo”", "hinh_thuc": "Tiền", "neu_ten": "Có"}
EVENT = {"viec": "Vệ sinh môi trường", "ngay": datetime(2024, 3, 8), "noi": "kinh Xáng", "to_chuc": "Ấp mình"}
TOTAL = {"@cach_ghi": "số lũy kế", "viec": "Tuyên truyền, phổ biến pháp luật", "to_chuc": "Ấp mình"}


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    return documents.load().definitions


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> dict[str | None, Path]:
    """The books of hamlet 3 and of the commune, as they go out."""
    folder, found = tmp_path_factory.mktemp("books"), {}
    for hamlet, unit in (("3", "Ấp 3"), (None, COMMUNE.title)):
        found[hamlet] = folder / f"{hamlet}.xlsx"
        found[hamlet].write_bytes(books.empty(COMMUNE, hamlet, unit))
    return found


@pytest.fixture
def filled(empty: dict[str | None, Path], tmp_path: Path) -> Callable[..., Path]:
    def fill(how: Fill, hamlet: str | None = "3", name: str = "x.xlsx") -> Path:
        book = load_workbook(empty[hamlet])
        how(book)
        book.save(tmp_path / name)
        return tmp_path / name

    return fill


def good(book: Any) -> None:
    put(book, "Hoạt động", 4, **EVENT, so_nguoi=45)
    put(book, "Hoạt động", 5, **TOTAL, ngay="11/2024", so_nguoi="trên 800", so_cuoc=4)
    put(book, "Ủng hộ", 4, **FUND, so_tien=500000, nguoi_ung_ho="bà Năm", ngay="7/12/2024")


@pytest.fixture
def talk(tmp_path: Path) -> Any:
    db = asyncio.run(Database.open(tmp_path / "data" / "matran.db"))
    yield Talk(db).join("Sáu", "Minh", "Bốn")
    asyncio.run(db.close())


def known(talk: Talk, book: dict[str, Any], definitions: Definitions, who: str = "Minh") -> backlog.Known:
    def read(tx: Tx) -> backlog.Known:
        account = people.account(tx, BOT, who)
        assert account is not None
        person = people.person(tx, talk.number, account.person, talk.house.purpose)
        incoming = Incoming(BOT, who, "x", talk.now, who)
        return commands.known(Context(tx, talk.house, talk.now, incoming, account, person), book, definitions)

    return talk.read(read)


def sends(talk: Talk, file: Path, definitions: Definitions, who: str = "Minh") -> list[str]:
    """The file as the job keeps it, then the way through the handover and intake."""
    talk.says(who, None, files=(FileRef("document", str(file), file.name),))
    data = file.parent / "data"
    found = book_read.read(file)
    kept = data / f"{file.stem}-{talk.count('attachment')}.json"
    kept.write_text(json.dumps(found), encoding="utf-8")
    number = talk.count("attachment")
    talk.write(lambda tx: attachments.kept(tx, talk.number, number, kept.name, file.stem))
    handover = Handover(talk.db, talk.desk, data, lambda: talk.now, talk.house, definitions)
    assert asyncio.run(handover.hand_over()) == 1
    return [outgoing.text for _, outgoing in talk.queued()]


def checked(talk: Talk, file: Path, definitions: Definitions, who: str = "Minh") -> dict[str, Any]:
    book = book_read.read(file)
    return backlog.check(book, known(talk, book, definitions, who))


def test_a_book_has_a_sheet_for_each_form_of_heads(empty: dict[str | None, Path]) -> None:
    book = load_workbook(empty["3"])
    sheet = book["Hoạt động"]
    assert [cell.value for cell in sheet[3]][:4] == ["Cách ghi", "Việc *", "Ngày *", "Nơi *"]
    assert sheet.row_dimensions[1].hidden
    assert sheet.protection.sheet
    assert sheet.column_dimensions["C"].number_format == "dd/mm/yyyy"
    assert {rule.type for rule in sheet.data_validations.dataValidation} == {"list", None}
    assert book["_matran"].sheet_state == "veryHidden"
    assert not any(sheet.merged_cells.ranges for sheet in book)
    heads = {"hamlet_head", "hamlet_deputy"}
    own = [f for f in forms.load().forms.values() if f.end == "record" and heads & set(f.roles)]
    assert len(book.sheetnames) - 2 == len([f for f in own if all(q.kind != "lines" for q in f.question)])


def test_rows_are_understood_as_in_the_chat(talk: Talk, filled: Any, definitions: Definitions) -> None:
    found = checked(talk, filled(good), definitions)
    assert found["faults"] == []
    event, total, donation = found["lines"]
    assert event[2:] == ["2024-03-08", event[3]]
    assert (event[3]["viec"], event[3]["so_nguoi"], event[3]["so_cuoc"]) == ("ve_sinh", 45, 1)
    assert total[2] == "2024-11-30"
    assert total[3]["so_nguoi"] == {"value": 800, "mark": "trên"}
    assert (total[3]["so_cuoc"], total[3]["luy_ke"]) == (4, "2024-11")
    assert total[3]["noi"] == "số lũy kế tháng 11 năm 2024"
    assert (donation[3]["so_tien"], donation[3]["quy"]) == (500_000, "vi_nguoi_ngheo")


def test_a_merged_hamlet_has_nothing_after_its_last_day(
    tmp_path: Path, filled: Any, definitions: Definitions
) -> None:
    def ended(book: Any) -> None:
        put(book, "Hoạt động", 4, **EVENT, so_nguoi=45)
        put(book, "Hoạt động", 5, **{**EVENT, "ngay": datetime(2024, 10, 21)}, so_nguoi=45)
        put(book, "Hoạt động", 6, **TOTAL, ngay="10/2024", so_nguoi=80, so_cuoc=4)
        put(book, "Hoạt động", 7, **TOTAL, ngay="11/2024", so_nguoi=80, so_cuoc=4)

    last = datetime(2024, 10, 20).date()
    hamlets = tuple(
        replace(h, until_day=last, merged_into="1") if h.code == "3" else h for h in COMMUNE.hamlets
    )
    db = asyncio.run(Database.open(tmp_path / "data" / "matran.db"))
    found = checked(
        Talk(db, Setting(replace(COMMUNE, hamlets=hamlets))).join("Minh"), filled(ended), definitions
    )
    asyncio.run(db.close())

    assert [line[2] for line in found["lines"]] == ["2024-03-08", "2024-10-20"]
    assert [(row, text[:44]) for _, row, _, text in found["faults"]] == [
        (5, "Ấp 3 đã nhập vào ấp 1 từ ngày 21/10/2024. Vi"),
        (7, "Ấp 3 đã nhập vào ấp 1 từ ngày 21/10/2024 nên"),
    ]


def test_a_months_donations_and_handovers_are_told_as_totals(
    talk: Talk, filled: Any, definitions: Definitions
) -> None:
    total = {"@cach_ghi": "số lũy kế", "quy": FUND["quy"], "ngay": "11/2024"}

    def fill(book: Any) -> None:
        put(book, "Ủng hộ", 4, **total, hinh_thuc="Tiền", so_tien="12 triệu")
        put(book, "Nộp tiền", 4, **total, so_tien="9 triệu")

    file = filled(fill)
    found = checked(talk, file, definitions)
    assert found["faults"] == []
    given, handed = (answers for *_, answers in found["lines"])
    assert (given["so_tien"], given["neu_ten"], given["luy_ke"]) == (12_000_000, "khong", "2024-11")
    assert given["nguoi_ung_ho"] == handed["nguoi_nhan"] == "số lũy kế tháng 11 năm 2024"
    assert "2 dòng là số lũy kế" in sends(talk, file, definitions)[-1]
    talk.says("Minh", "Đ")
    assert "Đã nhận: 12.000.000" in talk.says("Minh", "sổ quỹ")[-1]


def test_a_good_book_is_stored_whole_and_once(talk: Talk, filled: Any, definitions: Definitions) -> None:
    file = filled(good)
    offered = sends(talk, file, definitions)[-1]
    assert "Hoạt động: 2 phiếu; số người trên 845; số cuộc 5" in offered
    assert "số tiền 500.000 đồng" in offered
    assert talk.count("record") == 0
    assert talk.says("Minh", "Đ")[-1] == "Đã ghi 3 phiếu, từ số 1 đến số 3, của ấp 3."
    rows = talk.read(lambda tx: tx.all("SELECT draft, line, hamlet FROM record ORDER BY record"))
    assert len({draft for draft, _, _ in rows}) == 1
    assert [line for _, line, _ in rows] == [1, 2, 3]
    assert talk.read(lambda tx: tx.all("SELECT DISTINCT source FROM revision")) == [("giay",)]
    assert "thành phiếu số 1 đến số 3" in sends(talk, file, definitions)[-1]
    assert talk.count("record") == 3


def test_more_rows_in_the_same_book_add_only_these(talk: Talk, filled: Any, definitions: Definitions) -> None:
    sends(talk, filled(good), definitions)
    talk.says("Minh", "Đ")

    def more(book: Any) -> None:
        good(book)
        put(book, "Hoạt động", 6, **{**EVENT, "ngay": datetime(2024, 4, 8)}, so_nguoi=20)

    assert "Có 3 dòng đã ghi từ trước, bỏ qua." in sends(talk, filled(more), definitions)[-1]
    assert talk.says("Minh", "Đ")[-1] == "Đã ghi phiếu số 4 của ấp 3."


def test_nothing_of_a_faulty_book_is_taken(talk: Talk, filled: Any, definitions: Definitions) -> None:
    def bad(book: Any) -> None:
        good(book)
        put(book, "Hoạt động", 6, viec="múa lân", ngay="31/11/2024")

    file = filled(bad)
    answer = sends(talk, file, definitions)[-1]
    assert "chưa ghi dòng nào" in answer
    assert "ô C6: Không có ngày “31/11/2024”" in answer
    assert talk.count("record") == 0
    asked = talk.read(lambda tx: tx.all("SELECT report FROM request"))
    assert asked == [("nhap_bu_tra:1",)]
    faults = checked(talk, file, definitions)["faults"]
    marked = file.with_name("marked.xlsx")
    book_write.mark(file.read_bytes(), faults, marked)
    cell = load_workbook(marked)["Hoạt động"]["C6"]
    assert cell.value == "31/11/2024"
    assert cell.comment.text.startswith("Không có ngày")
    assert load_workbook(marked)["Hoạt động"]["C4"].comment is None


@pytest.mark.parametrize(
    ("sheet", "values", "expected"),
    [
        ("Ủng hộ", {**FUND, "so_tien": 500, "nguoi_ung_ho": "bà Năm", "ngay": "7/12/2024"}, "500.000 đồng"),
        ("Ủng hộ", {**FUND, "so_tien": 50000, "nguoi_ung_ho": "bà Năm", "ngay": "1/1/2025"}, "ngày chưa tới"),
        ("Ủng hộ", {**FUND, "so_tien": 50000, "nguoi_ung_ho": "bà Năm"}, "Chưa ghi “Ngày nhận”"),
        ("Ủng hộ", {**FUND, "so_tien": 9000, "hien_vat": "gạo", "nguoi_ung_ho": "x", "ngay": "1/12/2024"},
         "để trống"),
        ("Hoạt động", {**TOTAL, "ngay": "12/2024", "so_cuoc": 2}, "chưa hết"),
        ("Hoạt động", {**TOTAL, "ngay": "11/2024"}, "Chưa ghi “Số cuộc”"),
        ("Hoạt động", {**TOTAL, "ngay": "11/2024", "so_cuoc": 2, "to_chuc": "Ấp cùng với xã"}, "từng việc"),
        ("Hoạt động", {**EVENT, "@cach_ghi": "cả năm"}, "từng việc"),
        ("Ủng hộ", {"@cach_ghi": "số lũy kế", "quy": "Cứu trợ thiên tai", "hinh_thuc": "Hiện vật",
                    "hien_vat": "gạo", "ngay": "11/2024"}, "đếm từng việc"),
        ("Ủng hộ", {"@cach_ghi": "số lũy kế", "quy": "Quỹ khác", "hinh_thuc": "Tiền", "so_tien": 5000000,
                    "ngay": "11/2024"}, "Chưa ghi “Tên quỹ”"),
        ("Nộp tiền",
         {"quy": "Cứu trợ thiên tai", "so_tien": 9000000, "nguoi_nhan": "cô Lan", "ngay": "1/12/2024"},
         "Nộp nhiều hơn số đang giữ"),
    ],
)  # fmt: skip
def test_faults_are_named(
    talk: Talk, filled: Any, definitions: Definitions, sheet: str, values: dict[str, Any], expected: str
) -> None:
    found = checked(talk, filled(lambda book: put(book, sheet, 4, **values)), definitions)
    assert any(expected in text for *_, text in found["faults"]), found["faults"]


def test_a_long_list_of_choices_is_cut_after_a_whole_word_with_a_sign(
    talk: Talk, filled: Any, definitions: Definitions
) -> None:
    file = filled(lambda book: put(book, "Hoạt động", 4, **{**EVENT, "viec": "múa lân"}))
    answer = sends(talk, file, definitions)[-1]
    (line,) = [line for line in answer.splitlines() if "Xin chọn một trong" in line]
    *whole, last = line.partition("Xin chọn một trong: ")[2].split("; ")
    catalog = forms.load()
    question = catalog["hoat_dong"].get("viec")
    assert question is not None
    labels = [choice.label for choice in catalog.choices(catalog["hoat_dong"], question)]
    assert whole == labels[: len(whole)] and len(labels) > len(whole) + 1
    assert last.endswith("…") and labels[len(whole)].startswith(last.removesuffix("…"))


def test_what_is_another_s_or_older_is_refused(talk: Talk, filled: Any, definitions: Definitions) -> None:
    file = filled(good)
    assert checked(talk, file, definitions, "Bốn")["refused"][0] == "other_hamlet"
    assert checked(talk, file, definitions, "Sáu")["refused"] is None
    book = book_read.read(file)
    told = known(talk, book, definitions)
    assert backlog.check(book, replace(told, code="khac"))["refused"][0] == "other_commune"
    book["sheets"][0]["version"] = 99
    assert backlog.check(book, told)["refused"][0] == "old"

    def renamed(book: Any) -> None:
        good(book)
        book["Hướng dẫn"]["B3"] = "Ấp 4"

    assert checked(talk, filled(renamed), definitions)["refused"][0] == "renamed"


def test_formulas_merged_cells_and_too_many_rows(filled: Any) -> None:
    def formula(book: Any) -> None:
        book["Ủng hộ"]["D9"] = "=1+1"

    def long(book: Any) -> None:
        for row in range(4, 5_005):
            book["Ủng hộ"].cell(row, 2, "x")

    cases = {"formula": formula, "merged": lambda book: book["Ủng hộ"].merge_cells("B4:C4"), "too_long": long}
    for reason, how in cases.items():
        with pytest.raises(book_read.BookRefused) as refused:
            book_read.read(filled(how))
        assert refused.value.reason == reason
    with pytest.raises(book_read.BookRefused) as refused:
        book_read.read(filled(formula))
    assert refused.value.values == {"o": "D9"}


def test_macros_bombs_and_broken_files(filled: Any, tmp_path: Path) -> None:
    plain = filled(good)
    for name, part, size in (("macros", "xl/vbaProject.bin", 9), ("too_long", "xl/media/x.xml", 1 << 27)):
        file = tmp_path / f"{name}.xlsx"
        file.write_bytes(plain.read_bytes())
        with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr(part, b"0" * size)
        with pytest.raises(book_read.BookRefused) as refused:
            book_read.read(file)
        assert refused.value.reason == name
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(plain.read_bytes()[:9000])
    assert not book_read.is_book(broken.read_bytes())
    with pytest.raises(book_read.BookRefused):
        book_read.read(broken)


def test_last_year_is_entered_once_for_comparison(talk: Talk, filled: Any, definitions: Definitions) -> None:
    def figures(book: Any) -> None:
        rows = {str(row[0].value): row[4] for row in book["Năm trước"].iter_rows(min_row=4)}
        rows["van_ban"].value, rows["quy_tien"].value, rows["bhyt"].value = 70, "1,5 tỷ", 92.5

    answer = sends(talk, filled(figures, None), definitions)[-1]
    assert "Số liệu năm 2023 để so sánh: 3 số" in answer
    assert talk.says("Minh", "Đ")[-1] == "Đã giữ 3 số liệu năm 2023 để so sánh."
    held = talk.read(lambda tx: previous.of_year(tx, talk.number, "bao_cao_nam", 2023))
    assert held == {"van_ban": 70, "quy_tien": 1_500_000_000, "bhyt": {"percent": 92.5}}
