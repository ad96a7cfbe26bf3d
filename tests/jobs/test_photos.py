"""The photo annex of a report: what it shows, what the cover says of it, and what goes wrong."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from PIL import Image

from jobs import pictures, render
from storage import attachments, photos, records
from storage.database import Tx
from templates import documents
from tests.jobs.conftest import BOT, ORIGIN, House, at
from tests.jobs.test_reports import YEAR, ask, editions, worker
from tests.pictures import TURNED, bomb, jpeg, phone, png
from tests.templates import old

pytestmark = pytest.mark.anyio

REPORT, PERIOD = "bao_cao_nam", (YEAR.from_day, YEAR.until_day)
SHAPES: Sequence[Callable[[], bytes]] = (
    jpeg,
    lambda: jpeg(1200, 1600),
    lambda: jpeg(1200, 1600, TURNED),
    lambda: jpeg(1600, 1200, 3),
    lambda: jpeg(1200, 1600, 8),
    lambda: jpeg(4000, 900),
    lambda: jpeg(700, 2400),
    lambda: jpeg(1000, 1000),
    lambda: jpeg(60, 40),
    lambda: png(900, 600, "RGBA"),
    lambda: png(400, 300, "P"),
    lambda: png(300, 500, "1"),
    lambda: png(640, 480, "L"),
    lambda: jpeg(4000, 3000, progressive=True),
)


async def pictured(house: House, hamlet: str | None, day: str, *data: bytes, **answers: Any) -> int:
    """An activity with photos that were fetched; its number."""
    told = {"viec": "ve_sinh", "ngay": day, "noi": "kinh Xáng", "so_nguoi": 20, "so_cuoc": 1, "noi_dung": ""}
    number = await house.record(hamlet, day, told | answers)
    for one in data:
        await add(house, number, one)
    return number


async def add(house: House, record: int, data: bytes) -> int:
    """A photo of the record; its number. Its file is named after it: here the same picture is not one."""

    def write(tx: Tx) -> int:
        file = ("photo", "x", None, None, len(data), None)
        photo = attachments.add(tx, house.commune, house.chair, None, record, BOT, "chair", *file, NOW)
        attachments.kept(tx, house.commune, photo, f"attachments/{photo}", "sha")
        return photo

    photo = await house.db.write(write)
    path = house.data / f"attachments/{photo}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return photo


NOW = at("2024-12-09T09:00")


async def choose(house: House, wanted: Sequence[int] | None) -> None:
    await house.db.write(
        lambda tx: photos.choose(tx, house.commune, REPORT, *PERIOD, wanted, house.chair, ORIGIN, NOW)
    )


async def made(house: House, **more: Any) -> tuple[Any, Path]:
    """The last edition and its file."""
    await ask(house)
    await worker(house, **more).make_open()
    edition = (await editions(house))[-1]
    return edition, house.data / edition.path


def annexes(path: Path) -> list[str]:
    return [p.text for p in Document(str(path)).paragraphs if p.text.startswith("Phụ lục ")]


def text(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


def shown(path: Path) -> list[tuple[str, tuple[int, int] | None]]:
    """The captions of the annex, with the size of each picture above in EMU."""
    found = []
    for table in Document(str(path)).tables:
        for cell in [cell for row in table.rows for cell in row.cells if "Ảnh" in cell.text]:
            extent = next(cell._tc.iter(qn("wp:extent")), None)
            size = None if extent is None else (int(extent.get("cx")), int(extent.get("cy")))
            found.append((cell.text.strip(), size))
    return found


def media(path: Path) -> list[bytes]:
    with zipfile.ZipFile(path) as packed:
        return [packed.read(name) for name in packed.namelist() if name.startswith("word/media/")]


async def test_fourteen_odd_pictures(house: House) -> None:
    """Each with its caption in one cell, two in a row that no page parts, within the width of the text."""
    for number, shape in enumerate(SHAPES):
        await pictured(house, str(number % 7 + 1), f"2024-03-{number + 1:02d}", shape())
    await choose(house, range(1, 15))
    edition, path = await made(house)
    assert annexes(path) == ["Phụ lục I", "Phụ lục II", "Phụ lục III"]
    found = shown(path)
    assert found[0][0] == "Ảnh 1. Vệ sinh môi trường tại kinh Xáng (ấp 1, ngày 01/03/2024)"
    assert [caption.partition(".")[0] for caption, _ in found] == [f"Ảnh {n}" for n in range(1, 15)]
    for (_, size), shape in zip(found, SHAPES, strict=True):
        assert size is not None
        upright = pictures.small(shape(), 10**6)
        assert size[0] <= Cm(7.6) and size[1] <= Cm(6.2)
        assert size[0] / size[1] == pytest.approx(upright[1] / upright[2], rel=0.02)
    document = Document(str(path))
    rows = [row for row in document.tables[-1].rows if next(row._tr.iter(qn("w:drawing")), None) is not None]
    assert len(rows) == 7
    assert all(row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    assert document.sections[-1].page_width == pytest.approx(Cm(21), abs=Cm(0.01))
    assert all(Image.open(BytesIO(one)).format == "JPEG" for one in media(path))
    assert len({one.get("id") for row in rows for one in row._tr.iter(qn("wp:docPr"))}) == 14
    assert "Phụ lục III có 14 ảnh đã chọn, trong 14 ảnh. Muốn chọn lại, gõ: chọn ảnh" in edition.cover


async def test_pictures_of_a_row_stand_in_the_middle_of_its_height(house: House) -> None:
    await pictured(house, "1", "2024-03-01", jpeg(1600, 800))
    await pictured(house, "2", "2024-03-02", jpeg(800, 1600))
    _, path = await made(house)
    table = Document(str(path)).tables[-1]
    low, high = (cell.paragraphs[0].paragraph_format for cell in table.rows[0].cells)
    (_, first), (_, second) = shown(path)
    assert first is not None and second is not None
    assert low.space_before is not None and high.space_before is not None
    assert low.space_after is not None and high.space_after is not None
    assert low.space_before - high.space_before == pytest.approx((second[1] - first[1]) // 2, abs=700)
    assert low.space_after - high.space_after == low.space_before - high.space_before


async def test_the_program_takes_twelve_and_says_how_to_choose(house: House) -> None:
    for number in range(15):
        await pictured(house, str(number % 7 + 1), f"2024-03-{number + 1:02d}", jpeg(300 + number, 200))
    edition, path = await made(house)
    assert len(shown(path)) == 12
    said = "Phụ lục III có 12 ảnh, chương trình tự chọn trong 15 ảnh. Muốn chọn ảnh khác, gõ: chọn ảnh"
    assert said in edition.cover
    assert "hình ảnh hoạt động ở Phụ lục III kèm theo" in text(path)


async def test_without_photos_there_is_no_third_annex(house: House) -> None:
    await house.record("1", "2024-03-01", {"viec": "ve_sinh", "noi": "x", "so_nguoi": 2, "so_cuoc": 1})
    edition, path = await made(house)
    assert annexes(path) == ["Phụ lục I", "Phụ lục II"]
    assert "ở Phụ lục I, nguồn của từng số liệu ở Phụ lục II kèm theo" in text(path)
    assert "ảnh" not in edition.cover and "hình ảnh" not in text(path)
    # No empty page behind the last annex: the document ends as that annex does.
    last = Document(str(path)).sections[-1]
    assert last.page_width is not None and last.page_height is not None
    assert last.page_width > last.page_height
    assert media(path) == []


async def test_another_choice_is_another_draft_and_the_same_is_not(house: House) -> None:
    await pictured(house, "1", "2024-03-01", jpeg(300, 200), jpeg(301, 200))
    assert [edition.number for edition in [(await made(house))[0]]] == [1]
    await choose(house, [2])
    edition, path = await made(house)
    assert (edition.number, len(shown(path))) == (2, 1)
    await choose(house, [2])
    assert (await made(house))[0].number == 2
    # The other one of the same record: its caption is the same, the picture is not.
    await choose(house, [1])
    edition, path = await made(house)
    assert edition.number == 3 and Image.open(BytesIO(media(path)[0])).width == 300
    await choose(house, [])
    edition, path = await made(house)
    assert (edition.number, annexes(path)) == (4, ["Phụ lục I", "Phụ lục II"])
    assert "Báo cáo không kèm ảnh (kỳ này có 2 ảnh)." in edition.cover
    await choose(house, None)
    edition, path = await made(house)
    assert (edition.number, len(shown(path))) == (5, 2)


async def test_an_unchanged_report_is_sent_again_without_looking_at_its_photos(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pictured(house, "1", "2024-03-01", jpeg(300, 200))
    first, _ = await made(house)

    async def none_looked_at(*args: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(pictures, "shrink", none_looked_at)
    assert (await made(house))[0].edition == first.edition
    assert (await house.queued())[-2]["text"].startswith("Số liệu không đổi, đây vẫn là dự thảo lần 1.")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda file: file.unlink(),
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(jpeg()[:4000]),
        lambda file: file.write_bytes(b"%PDF-1.7"),
        lambda file: file.write_bytes(bomb()),
    ],
    ids=["missing", "empty", "cut off", "another kind", "huge"],
)
async def test_a_picture_that_cannot_be_opened_is_named_and_the_rest_comes(
    house: House, spoil: Callable[[Path], None]
) -> None:
    await pictured(house, "1", "2024-03-01", jpeg(300, 200))
    broken = await pictured(house, "2", "2024-03-02", jpeg(310, 200))
    await pictured(house, "3", "2024-03-03", jpeg(320, 200))
    spoil(house.data / "attachments/2")
    edition, path = await made(house)
    assert f"Một ảnh của phiếu số {broken} không mở được, đã bỏ qua." in edition.cover
    assert "Phụ lục III có 2 ảnh" in edition.cover
    assert [caption[:6] for caption, _ in shown(path)] == ["Ảnh 1.", "Ảnh 2."]
    assert [Image.open(BytesIO(one)).width for one in media(path)] == [300, 320]
    # Asked for again, it is the same draft, and still said.
    again, _ = await made(house)
    assert again.edition == edition.edition
    assert f"Một ảnh của phiếu số {broken} không mở được" in (await house.queued())[-2]["text"]
    # Brought back from a backup, it is in the next.
    (house.data / "attachments/2").write_bytes(jpeg(310, 200))
    edition, path = await made(house)
    assert (edition.number, len(shown(path))) == (2, 3)


async def test_when_none_can_be_opened_there_is_no_annex(house: House) -> None:
    number = await pictured(house, "1", "2024-03-01", b"x", b"y")
    edition, path = await made(house)
    assert annexes(path) == ["Phụ lục I", "Phụ lục II"]
    assert f"2 ảnh của phiếu số {number} không mở được, đã bỏ qua." in edition.cover


async def test_a_child_that_dies_of_the_pictures_costs_only_these(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await pictured(house, "1", "2024-03-01", jpeg(300, 200))
    whole = pictures.shrink

    async def dies(*args: Any) -> None:
        raise render.RenderFailed("crash", "-9: ")

    monkeypatch.setattr(pictures, "shrink", dies)
    with caplog.at_level(logging.ERROR, "matran.jobs"):
        edition, path = await made(house)
    assert annexes(path) == ["Phụ lục I", "Phụ lục II"]
    assert "Lần này chưa đưa được ảnh vào phụ lục (kỳ này có 1 ảnh)." in edition.cover
    assert "Không đưa được ảnh vào phụ lục của báo cáo: crash" in caplog.text
    monkeypatch.setattr(pictures, "shrink", whole)
    edition, path = await made(house)
    assert (edition.number, len(shown(path))) == (2, 1)


async def test_photos_of_withdrawn_records_and_removed_photos_do_not_appear(house: House) -> None:
    """Also where they were chosen before; a record that was corrected keeps its own."""
    kept = await pictured(house, "1", "2024-03-01", jpeg(300, 200))
    gone = await pictured(house, "2", "2024-03-02", jpeg(310, 200))
    returned = await pictured(house, "3", "2024-03-03", jpeg(320, 200))
    removed = await pictured(house, "4", "2024-03-04", jpeg(330, 200))
    await choose(house, [1, 2, 3, 4])
    assert len(shown((await made(house))[1])) == 4

    def change(tx: Tx) -> None:
        for number, state, place in (
            (gone, "withdrawn", "x"),
            (returned, "returned", "x"),
            (kept, "valid", "chùa"),
        ):
            stored = records.get(tx, house.commune, number)
            assert stored is not None
            answers = {**stored.answers, "noi": place}
            records.revise(tx, house.commune, number, answers, 1, stored.day, state, house.chair, ORIGIN, NOW)
        tx.run(
            "UPDATE attachment SET state = 'removed' WHERE commune = ? AND record = ?",
            (house.commune, removed),
        )

    await house.db.write(change)
    edition, path = await made(house)
    assert [caption for caption, _ in shown(path)] == [
        "Ảnh 1. Vệ sinh môi trường tại chùa (ấp 1, ngày 01/03/2024)"
    ]
    assert "Phụ lục III có 1 ảnh đã chọn, trong 1 ảnh." in edition.cover
    assert "3 ảnh đã chọn nay không còn (phiếu đã rút hoặc trả lại, hoặc ảnh đã bỏ)." in edition.cover


async def test_a_choice_naming_what_was_never_there(house: House) -> None:
    """Of another hamlet's withdrawn record, of another year, of no record at all."""
    withdrawn = await pictured(house, "5", "2024-03-01", jpeg(300, 200))
    await pictured(house, "1", "2023-03-01", jpeg(300, 200))

    def withdraw(tx: Tx) -> None:
        stored = records.get(tx, house.commune, withdrawn)
        assert stored is not None
        records.revise(
            tx, house.commune, withdrawn, stored.answers, 1, stored.day, "withdrawn", house.chair, ORIGIN, NOW
        )

    await house.db.write(withdraw)
    await choose(house, [1, 2, 99])
    edition, path = await made(house)
    assert annexes(path) == ["Phụ lục I", "Phụ lục II"] and media(path) == []
    assert "3 ảnh đã chọn nay không còn" in edition.cover


async def test_three_hundred_pictures_of_phones_make_a_file_that_can_be_sent(house: House) -> None:
    """Two stand for all: each is decoded and made smaller by itself."""
    large = [phone(n, size=(2000, 1500)) for n in (1, 2)]
    for number in range(30):
        many = [large[(number + n) % 2] for n in range(10)]
        await pictured(house, str(number % 7 + 1), f"2024-03-{number + 1:02d}", *many)
    await choose(house, range(1, 301))
    edition, path = await made(house)
    assert len(shown(path)) == 300
    assert path.stat().st_size < 20_000_000
    assert all(len(one) <= pictures.TOTAL // 300 for one in media(path))
    assert "Phụ lục III có 300 ảnh đã chọn" in edition.cover


async def test_photos_of_forms_that_are_not_named_never_appear(house: House) -> None:
    """Opinions, lists of donors, receipts."""
    for form in ("du_luan", "ton_giao", "ung_ho", "phieu_thu", "hoa_giai"):
        number = await house.record(None, "2024-03-01", {"noi_dung": "x", "quy": "khac"}, form=form)
        await add(house, number, jpeg(300, 200))
    edition, path = await made(house)
    assert media(path) == [] and "ảnh" not in edition.cover


async def test_nothing_is_left_behind(house: House) -> None:
    await pictured(house, "1", "2024-03-01", jpeg(300, 200))
    _, path = await made(house)
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    left = path.parent / ".anh-killed"
    left.mkdir()
    (left / "1.jpg").write_bytes(b"x")
    worker(house).sweep()
    assert [one.name for one in path.parent.iterdir()] == [path.name]


async def test_a_template_of_before_the_annex_shows_no_photos_and_claims_none(house: House) -> None:
    """The report comes all the same; once the template is mended, the next draft shows them."""
    copy = old.without_photos(house.data / "reports")
    await pictured(house, "3", "2024-12-08", jpeg())
    of_their_own = replace(worker(house), report=documents.load(house.data / "reports"))
    await ask(house)
    assert await of_their_own.make_open() == 1
    first = (await editions(house))[-1]

    assert "Kỳ này có 1 ảnh, nhưng mẫu báo cáo riêng chưa có chỗ cho ảnh" in first.cover
    assert "matran check" in first.cover and "Phụ lục III" not in first.cover
    assert (media(house.data / first.path), first.figures["photos"]) == ([], [])

    old.mend(copy)
    await ask(house)
    await of_their_own.make_open()
    second = (await editions(house))[-1]
    assert second.number == 2 and "Phụ lục III có 1 ảnh" in second.cover
    assert len(media(house.data / second.path)) == 1

    await choose(house, [])
    copy.unlink()
    old.without_photos(copy.parent)
    await ask(house)
    await of_their_own.make_open()
    third = (await editions(house))[-1]
    assert "Báo cáo không kèm ảnh" in third.cover, "nobody wanted any"
