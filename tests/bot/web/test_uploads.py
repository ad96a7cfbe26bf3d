"""A page that takes files: who sends what, what is refused and why, and how much of it is listened to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest

from bot.handed import LIMIT, file_name
from bot.held import Held
from bot.messages import FileRef, Handled
from bot.web import uploads
from storage import people
from tests.bot.web.conftest import BOT, CONTENT, Commune

pytestmark = pytest.mark.anyio

NAME = "Danh sách ủng hộ.xlsx"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def send(
    phone: httpx.AsyncClient, page: str, name: str = NAME, content: bytes = CONTENT, nonce: str = "0" * 16
) -> httpx.Response:
    file = {"tep": (name, content, "application/octet-stream")}
    return await phone.post(page, files=file, data={"lan": nonce})


async def shown(phone: httpx.AsyncClient, page: str) -> str:
    """The nonce of the form that a look at the page gives."""
    found = re.search('name="lan" value="([0-9a-f]{16})"', (await phone.get(page)).text)
    assert found is not None
    return found[1]


def waiting(commune: Commune) -> list[str]:
    """What lies with the program, by name."""
    folder = commune.data / "incoming"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


async def test_the_form_is_for_a_phone_without_scripts(commune: Commune) -> None:
    page = await commune.upload()
    async with commune.phone() as phone:
        seen = await phone.get(page)
        assert seen.status_code == 200 and "<script" not in seen.text
        for words in (
            "Gửi tệp cho Mặt trận xã Tân An",
            'type="file"',
            "multipart/form-data",
            "20 MB",
            "10 tệp",
        ):
            assert words in seen.text
        assert (await phone.head(page)).status_code == 200
    assert (await commune.link()).uses == 0 and commune.desk.kept == []


async def test_a_file_becomes_the_persons_message(commune: Commune) -> None:
    page = await commune.upload()
    async with commune.phone() as phone:
        answer = await send(phone, page)
    assert answer.status_code == 200
    for words in ("Đã nhận tệp", NAME, "Mở lại Zalo để xem trả lời"):
        assert words in answer.text
    (message,) = commune.desk.kept
    assert (message.bot, message.chat, message.sender) == (BOT, "sau", "Trần Văn Sáu")
    (file,) = message.files
    assert message.message == f"file:{'0' * 16}:{file.address.removeprefix('local:')}"
    assert file == FileRef("document", file.address, NAME, XLSX, len(CONTENT))
    assert await Held(commune.data).fetch(file.address, LIMIT) == CONTENT
    assert (await commune.link()).uses == 1


async def test_a_photo_is_a_photo(commune: Commune) -> None:
    page = await commune.upload()
    async with commune.phone() as phone:
        assert (await send(phone, page, "IMG_1.JPG", b"\xff\xd8\xff photo")).status_code == 200
    assert commune.desk.kept[0].files[0].kind == "photo"


async def test_a_form_sent_twice_is_taken_once_and_counts_once(commune: Commune) -> None:
    page = await commune.upload()
    async with commune.phone() as phone:
        await send(phone, page)
        again = await send(phone, page, "ten khac.xlsx")
        assert again.status_code == 200 and "đã nhận trước rồi" in again.text
        await send(phone, page, content=CONTENT + b"x")
    assert len(commune.desk.kept) == 2 and (await commune.link()).uses == 2


async def test_the_same_file_may_come_again_by_another_form(commune: Commune) -> None:
    page = await commune.upload()
    async with commune.phone() as phone:
        for _ in range(2):
            answer = await send(phone, page, nonce=await shown(phone, page))
            assert "Đã nhận tệp" in answer.text
        odd = await send(phone, page, nonce="x" * 5000)
        assert odd.status_code == 200
    assert len({message.message for message in commune.desk.kept}) == 3
    assert max(len(message.message) for message in commune.desk.kept) < 100


async def test_ten_files_and_no_more(commune: Commune) -> None:
    page = await commune.upload()
    async with commune.phone() as phone:
        sent = await asyncio.gather(
            *(send(phone, page, content=CONTENT + bytes([n])) for n in range(12)), return_exceptions=False
        )
        assert sorted(answer.status_code for answer in sent) == [200] * 10 + [410] * 2
        assert len(waiting(commune)) == 10, "what comes too late is not kept"
        seen = await phone.get(page)
    assert seen.status_code == 410 and "gửi tệp" in seen.text
    assert len(commune.desk.kept) == 10


@pytest.mark.parametrize(
    ("name", "content", "status", "says"),
    [
        ("virus.exe", b"MZ", 415, "Loại tệp này không nhận được"),
        ("bang.xlsx", b"MZ not a spreadsheet", 415, "Loại tệp này không nhận được"),
        ("anh.png", b"<svg onload=1>", 415, "Loại tệp này không nhận được"),
        ("danh sach.csv", b"a;b\0c", 415, "Loại tệp này không nhận được"),
        ("bao cao.doc", b"\xd0\xcf\x11\xe0", 415, "Loại tệp này không nhận được"),
        ("rong.docx", b"", 415, "Loại tệp này không nhận được"),
        ("", b"", 400, "Chưa chọn tệp"),
    ],
)
async def test_what_is_refused_counts_nothing(
    commune: Commune, name: str, content: bytes, status: int, says: str
) -> None:
    page = await commune.upload()
    async with commune.phone() as phone:
        answer = await send(phone, page, name, content)
    assert answer.status_code == status and says in answer.text and "Gửi tệp khác" in answer.text
    assert commune.desk.kept == [] and (await commune.link()).uses == 0
    assert waiting(commune) == []


async def test_forms_that_are_none(commune: Commune) -> None:
    page = await commune.upload()
    boundary = {"Content-Type": "multipart/form-data; boundary=x"}
    async with commune.phone() as phone:
        for content, headers in [
            (b"tep=abc", {"Content-Type": "application/x-www-form-urlencoded"}),
            (b"abc", {"Content-Type": "text/plain"}),
            (b"", {}),
            (b"garbage", boundary),
            (b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n", boundary),
            (b"a", {"Content-Type": "multipart/form-data"}),
        ]:
            answer = await phone.post(page, content=content, headers=headers)
            assert answer.status_code == 400, (content, answer.text)
        two = await phone.post(page, files=[("tep", ("a.docx", CONTENT)), ("tep", ("b.docx", CONTENT))])
        assert two.status_code == 400
    assert commune.desk.kept == [] and waiting(commune) == []


async def test_a_file_that_is_too_large_is_not_kept_and_not_listened_to_for_ever(
    commune: Commune, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_LET_PASS", LIMIT)
    page, given = await commune.upload(), 0
    head = b'--x\r\nContent-Disposition: form-data; name="tep"; filename="a.docx"\r\n\r\n'

    async def endless() -> AsyncIterator[bytes]:
        nonlocal given
        yield head + CONTENT
        while True:
            given += 1
            yield b"x" * 1_000_000

    async with commune.phone() as phone:
        kind = {"Content-Type": "multipart/form-data; boundary=x"}
        announced = await phone.post(page, content=b"x", headers=kind | {"Content-Length": str(LIMIT * 2)})
        assert announced.status_code == 413
        answer = await asyncio.wait_for(phone.post(page, content=_bounded(endless(), 100), headers=kind), 60)
    assert answer.status_code == 413 and "20 MB" in answer.text
    assert given < 2 * LIMIT / 1_000_000 + 3
    assert commune.desk.kept == [] and waiting(commune) == []


async def _bounded(pieces: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
    """So that a fault of the program does not fill this computer's memory."""
    count = 0
    async for piece in pieces:
        count += 1
        if count > most:
            return
        yield piece


@pytest.mark.parametrize(
    ("handled", "status", "says", "uses"),
    [
        (Handled.RETRY, 503, "Máy đang bận", 0),
        (Handled.FAILED, 500, "Chưa nhận được tệp", 1),
        (Handled.SEEN, 200, "đã nhận trước rồi", 0),
    ],
)
async def test_what_intake_says_is_said(
    commune: Commune, handled: Handled, status: int, says: str, uses: int
) -> None:
    page = await commune.upload()
    commune.desk.answers.append(handled)
    async with commune.phone() as phone:
        answer = await send(phone, page)
    assert answer.status_code == status and says in answer.text
    assert (await commune.link()).uses == uses


async def test_after_two_days_and_after_a_term_it_takes_nothing(commune: Commune) -> None:
    page, late = await commune.upload("minh"), await commune.upload("sau")
    async with commune.phone() as phone:
        person = commune.people["minh"]
        await commune.write(lambda tx: people.end_roles(tx, commune.number, person, commune.now))
        assert (await send(phone, page)).status_code == 410
        commune.passes(hours=48)
        answer = await send(phone, late)
    assert answer.status_code == 410 and "gửi tệp" in answer.text
    assert commune.desk.kept == [] and waiting(commune) == []


async def test_who_has_changed_the_channel_is_answered_on_the_new_one(commune: Commune) -> None:
    page = await commune.upload()

    def change(tx: object) -> None:
        tx.run("UPDATE account SET state = 'gone' WHERE address = 'sau'")  # type: ignore[attr-defined]
        tx.run(  # type: ignore[attr-defined]
            "INSERT INTO account (bot, address, commune, person, name, last_at)"
            " SELECT 'telegram:7', '77', commune, person, 'Sáu', last_at FROM account WHERE address = 'sau'"
        )

    await commune.write(change)
    async with commune.phone() as phone:
        answer = await send(phone, page)
    assert "Mở lại Telegram" in answer.text
    assert (commune.desk.kept[0].bot, commune.desk.kept[0].chat) == ("telegram:7", "77")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("a.docx", "a.docx"),
        ("C:\\Users\\sau\\a.docx", "a.docx"),
        ("../../etc/passwd.csv", "passwd.csv"),
        ("a\0b\r\n.xlsx", "ab .xlsx"),
        ("  Ba\u0301o cáo.docx ", "Báo cáo.docx"),
        ("x" * 300 + ".docx", "x" * 116 + ".docx"),
        (".docx", ""),
        ("..", ""),
        ("", ""),
    ],
)
def test_names(said: str, kept: str) -> None:
    assert file_name(said) == kept
