"""A draft that comes back from Word: kept as it was sent, never overwritten, refused where it is not ours."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from jobs import edited_file, marks
from jobs.attachments import Attachments
from jobs.marks import Mark
from storage import attachments, people, reports
from templates import documents
from templates.periods import Period
from tests.jobs.conftest import BOT, House, at
from tests.jobs.test_reports import NOW, YEAR, ask, editions, session, words, worker

pytestmark = pytest.mark.anyio

HALF = Period(date(2023, 12, 10), date(2024, 6, 30), "6 tháng đầu năm 2024")
BEFORE = Period(date(2022, 12, 10), date(2023, 12, 9), "năm 2023")


async def make(house: House, period: Period = YEAR, fresh: bool = False) -> Any:
    """The period's report is asked for and made; its last edition."""
    if fresh:
        days = (period.from_day, period.until_day, period.label, house.chair, BOT, "chair", NOW, True)
        await house.db.write(lambda tx: reports.request(tx, house.commune, "bao_cao_nam", *days))
    else:
        await ask(house, period)
    await worker(house).make_open()
    return (await editions(house, period))[-1]


def changed(path: Path, text: str = "Đoạn do Ban Thường trực viết.") -> bytes:
    """The file as somebody saved it who had added a paragraph."""
    document = Document(str(path))
    document.add_paragraph(text)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


async def send(
    house: House, data: bytes, name: str = "bao-cao.docx", person: int | None = None, address: str = "chair"
) -> str:
    """What the sender of the file is told."""

    async def fetch(bot: str, address: str, limit: int) -> bytes:
        return data

    who = person or house.chair
    before = len(await house.queued())
    said = (who, None, None, BOT, address, "docx", "f", name, None, len(data), None, NOW)
    await house.db.write(lambda tx: attachments.add(tx, house.commune, *said))
    served = {house.commune: replace(house.settings)}
    jobs = Attachments(house.db, house.data, house.wording, served, fetch, lambda: NOW)
    await jobs.fetch_due(NOW)
    (answer,) = (await house.queued())[before:]
    assert (answer["address"], answer["class"]) == (address, 0)
    assert len(answer["text"]) < 1_900
    return str(answer["text"])


async def test_it_becomes_the_next_edition_as_it_was_sent(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    first = await make(house)
    await session(house, "3", "2024-04-02", 10)  # not in the file: its figures are those of the first draft
    data = changed(house.data / first.path)
    said = await send(house, data)
    assert said.startswith(
        "Đã giữ làm DỰ THẢO LẦN 2: Báo cáo công tác Mặt trận năm 2024.\nSố liệu từ 10/12/2023"
    )
    second = (await editions(house))[-1]
    assert (second.number, second.base, second.person) == (2, 1, house.chair)
    assert second.figures == first.figures
    kept = house.data / second.path
    assert kept.read_bytes() == data and second.sha256 == hashlib.sha256(data).hexdigest()
    assert kept.name == "bao-cao-2024-du-thao-2.docx"
    assert not list(kept.parent.glob(".*"))


async def test_a_later_report_says_what_changed_and_gives_the_file_again(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    data = changed(house.data / (await make(house)).path)
    await send(house, data)
    await session(house, "3", "2024-04-02", 10)
    before = len(await house.queued())
    assert (await make(house)).number == 2
    cover, file = (await house.queued())[before:]
    assert cover["text"].split("\n") == [
        "DỰ THẢO LẦN 2: Báo cáo công tác Mặt trận năm 2024",
        "Tệp do Nguyễn Thị Lan sửa trong Word, gửi lúc 09:00, 09/12, nên không lập đè.",
        "SỐ ĐÃ ĐỔI so với dự thảo lần 2, cần sửa trong Word",
        "• II.1 Số cuộc tuyên truyền: 01 cuộc, nay 02 cuộc",
        "• II.1 Số người dự tuyên truyền: 45 người, nay 55 người",
        "Sửa trong Word rồi gửi lại tệp, hoặc gõ:",
        "1. Lập lại từ đầu (tệp đã sửa vẫn giữ)",
    ]
    assert cover["offer"]["options"] == {"1": "/laplai năm 2024"}
    assert (house.data / file["document"]).read_bytes() == data


async def test_nothing_changed_is_said_too(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    await send(house, changed(house.data / (await make(house)).path))
    await make(house)
    assert "Từ đó số liệu không đổi." in (await house.queued())[-2]["text"]


async def test_only_asked_for_afresh_a_new_draft_is_made(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    data = changed(house.data / (await make(house)).path)
    await send(house, data)
    await session(house, "3", "2024-04-02", 10)
    third = await make(house, fresh=True)
    assert (third.number, third.base) == (3, None)
    assert "với 55 người tham dự" in words(house.data / third.path)
    assert (house.data / (await editions(house))[1].path).read_bytes() == data
    assert (await make(house)).number == 3  # and from here on it is as ever


async def test_an_edited_draft_can_be_edited_again(house: House) -> None:
    first = await make(house)
    await send(house, changed(house.data / first.path))
    second = (await editions(house))[-1]
    await send(house, changed(house.data / second.path, "Lại thêm."))
    assert [(one.number, one.base) for one in await editions(house)] == [(1, None), (2, 1), (3, 1)]


def renumbered(path: Path, number: int) -> bytes:
    """The file as somebody saved it who had typed another number at its head."""
    document = Document(str(path))
    head = next(p for p in document.paragraphs if p.text.startswith("DỰ THẢO LẦN"))
    head.runs[0].text = f"Dự thảo lần {number}"
    for run in head.runs[1:]:
        run.text = ""
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


async def test_a_number_in_the_file_that_is_not_its_own_is_said_and_left_alone(house: House) -> None:
    first = await make(house)
    data = changed(house.data / first.path)
    said = await send(house, data)
    assert "Đầu tệp vẫn ghi “DỰ THẢO LẦN 1”: tệp được giữ đúng như đã gửi." in said
    assert "ghi sẵn ở đó là lần 3." in said
    second = (await editions(house))[-1]
    assert (house.data / second.path).read_bytes() == data

    said = await send(house, renumbered(house.data / second.path, 3))
    assert "Đã giữ làm DỰ THẢO LẦN 3" in said and "Đầu tệp" not in said


async def test_a_file_of_an_older_draft_is_kept_with_a_word(house: House) -> None:
    first = await make(house)
    await session(house, "3", "2024-03-02", 45)
    await make(house)
    said = await send(house, changed(house.data / first.path))
    assert "LẦN 3" in said and "sửa từ dự thảo lần 1, sau đó còn có lần 2" in said


async def test_the_same_file_again_makes_no_edition(house: House) -> None:
    first = await make(house)
    said = await send(house, (house.data / first.path).read_bytes())
    assert "giống hệt dự thảo lần 1" in said
    assert len(await editions(house)) == 1
    # Who dropped it into the folder finds this beside the file, with those that were not taken.
    assert await house.db.read(lambda tx: attachments.why_not_taken(tx, house.commune, 1)) == said
    await send(house, changed(house.data / first.path))
    assert await house.db.read(lambda tx: attachments.why_not_taken(tx, house.commune, 2)) is None


def packed(parts: dict[str, bytes]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue()


def with_parts(data: bytes, **parts: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        kept = {name: archive.read(name) for name in archive.namelist()}
    return packed(kept | {name.replace("__", "/"): content for name, content in parts.items()})


def broken_inside(data: bytes) -> bytes:
    """A byte of a part that nobody reads is another: the archive's sum no longer holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:  # stored: the text stands in the bytes
        for name, content in parts.items():
            archive.writestr(name, content)
    return kept.getvalue().replace(b"<w:docDefaults>", b"<w:docDefaultX>", 1)


def bomb(data: bytes) -> bytes:
    return with_parts(data, word__media__x=bytes(edited_file.MOST_UNPACKED))


TYPES = "[Content_Types].xml"
SPOILED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "a text": ("không phải tệp Word .docx", lambda data: b"xin chao"),
    "an archive of something else": ("không phải tệp Word .docx", lambda data: packed({"a.txt": b"a"})),
    "an old .doc": ("kiểu cũ, hoặc có đặt mật khẩu", lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + data),
    "macros": ("mã lệnh (macro)", lambda data: with_parts(data, **{"word/vbaProject.bin": b"x"})),
    "a macro type": (
        "mã lệnh (macro)",
        lambda data: with_parts(data, **{TYPES: b"<Types>application/vnd.ms-word.macroEnabled</Types>"}),
    ),
    "half a file": ("bị hỏng", lambda data: data[: len(data) // 2]),
    "a changed byte": ("bị hỏng", broken_inside),
    "no XML": ("bị hỏng", lambda data: with_parts(data, **{"word/document.xml": b"<w:document"})),
    "another root": ("bị hỏng", lambda data: with_parts(data, **{"word/document.xml": b"<html/>"})),
    "a bomb": ("lớn quá mức", bomb),
    "another document": (
        "không phải dự thảo do chương trình này lập",
        lambda data: documents.load().template.read_bytes(),
    ),
}


@pytest.mark.parametrize(("reason", "spoil"), SPOILED.values(), ids=SPOILED)
async def test_what_is_refused(house: House, reason: str, spoil: Callable[[bytes], bytes]) -> None:
    first = await make(house)
    said = await send(house, spoil(changed(house.data / first.path)))
    assert said.startswith("Tệp “bao-cao.docx” ") and reason in said
    assert len(await editions(house)) == 1
    assert [path.name for path in (house.data / "documents").iterdir()] == ["bao-cao-2024-du-thao-1.docx"]


def marked(house: House, tmp_path: Path, **values: Any) -> bytes:
    mark = Mark("tan-an", "bao_cao_nam", YEAR.from_day, YEAR.until_day, 1)
    target = tmp_path / "khac.docx"
    return marks.put(documents.load().template, target, replace(mark, **values)).read_bytes()


async def test_another_commune_and_a_draft_that_is_not_known(house: House, tmp_path: Path) -> None:
    await make(house)
    assert "của đơn vị khác, không phải của xã Tân An" in await send(
        house, marked(house, tmp_path, commune="an-hoa")
    )
    assert "không có dự thảo đó" in await send(house, marked(house, tmp_path, number=7))
    assert "không có dự thảo đó" in await send(
        house, marked(house, tmp_path, from_day=HALF.from_day, until_day=HALF.until_day)
    )


async def test_last_years_report_while_this_years_is_made(house: House) -> None:
    old = changed(house.data / (await make(house, BEFORE)).path)
    await ask(house, YEAR, "2024-12-09T10:00")
    said = await send(house, old)
    assert "là báo cáo năm 2023, mà đang làm là báo cáo năm 2024" in said and "gõ “báo cáo 2023”" in said
    await ask(house, BEFORE, "2024-12-09T11:00")
    assert "DỰ THẢO LẦN 2: Báo cáo công tác Mặt trận năm 2023" in await send(house, old)


async def test_the_half_years_report_beside_the_years(house: House) -> None:
    half = changed(house.data / (await make(house, HALF)).path)
    await ask(house, YEAR, "2024-12-09T10:00")
    assert "DỰ THẢO LẦN 2" in await send(house, half)


async def test_only_the_committee_sends_a_draft_back(house: House) -> None:
    first = await make(house)
    data, head = changed(house.data / first.path), house.heads["3"]
    assert "chỉ Ban Thường trực gửi lại được" in await send(house, data, person=head, address="head3")
    await house.db.write(lambda tx: people.end_roles(tx, house.commune, house.chair, at("2024-12-09T08:00")))
    assert "chỉ Ban Thường trực gửi lại được" in await send(house, data)
    assert len(await editions(house)) == 1
