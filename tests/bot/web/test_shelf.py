"""What people are told whose channel carries no files; and pictures that a platform fetches."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from bot.messages import DOCUMENT, Outgoing
from storage.encoding import from_json
from tests.bot.web.conftest import BASE, BOT, CONTENT, NAME, PATH, Commune

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n picture"
ENCLOSED = f"data:image/png;base64,{b64encode(PNG).decode()}"


async def queued(commune: Commune) -> list[tuple[Any, ...]]:
    rows = await commune.db.read(lambda tx: tx.all("SELECT bot, address, class, body, dedupe FROM outbox"))
    return [(*row[:3], Outgoing.from_json(from_json(row[3])), row[4]) for row in rows]


async def test_with_a_public_address_a_link(commune: Commune) -> None:
    said = await commune.shelf(mail_to=("a@b.example",)).document(BOT, "minh", PATH, NAME)
    lines = said.split("\n")
    assert lines[0] == f"Tệp “{NAME}”"
    assert lines[1].startswith("Chú bấm")
    assert lines[2].startswith(f"{BASE}/tai/") and len(lines[2]) < 120
    assert lines[3] == "Dùng được đến 08:05, 10/12, tải được 10 lần. Xin đừng chuyển cho người ngoài."
    assert await queued(commune) == []


async def test_the_same_document_is_the_same_link_while_it_lasts(commune: Commune) -> None:
    first = await commune.document()
    commune.passes(hours=24)
    assert await commune.document() == first
    assert await commune.document("sau") != first
    commune.passes(hours=1)
    assert await commune.document() != first


async def test_without_one_the_place_on_the_computer(commune: Commune) -> None:
    said = await commune.shelf(public=False).document(BOT, "minh", PATH, NAME)
    assert said == (
        f"Tệp “{NAME}” đã có sẵn trong máy tính của Mặt trận xã.\n"
        "Ở máy đó, chú mở thư mục “matran/du-lieu”, mở tiếp “documents”, rồi mở tệp:\n"
        "bao-cao-2024-du-thao-2.docx"
    )
    assert await queued(commune) == [] and await commune.shelf(public=False).picture(ENCLOSED) is None


async def test_and_by_mail_once_to_each_address(commune: Commune) -> None:
    shelf = commune.shelf(public=False, mail_to=("a@b.example", "c@d.example"))
    for _ in range(2):  # what was not sure to have arrived is sent again
        said = await shelf.document(BOT, "minh", PATH, NAME)
    assert said.split("\n")[-1] == "Tệp cũng được gửi qua thư điện tử tới: a@b.example, c@d.example."
    letters = await queued(commune)
    assert [row[:3] for row in letters] == [("mail", to, DOCUMENT) for to in ("a@b.example", "c@d.example")]
    letter = letters[0][3]
    assert (letter.document, letter.name) == (PATH, NAME)
    assert letter.text.startswith(f"Mặt trận xã Tân An: {NAME}\n\nKính gửi")
    await shelf.document(BOT, "minh", "documents/b.docx", "b.docx")
    assert len(await queued(commune)) == 4


@pytest.mark.parametrize("state", ["rejected", "unsure", "gone"])
async def test_a_letter_that_failed_is_written_anew(commune: Commune, state: str) -> None:
    shelf = commune.shelf(public=False, mail_to=("a@b.example", "c@d.example"))
    await shelf.document(BOT, "minh", PATH, NAME)
    failed = "UPDATE outbox SET state = ? WHERE address = 'a@b.example'"
    for letters in (3, 4):
        await commune.write(lambda tx: tx.run(failed, (state,)))
        for _ in range(2):
            await shelf.document(BOT, "minh", PATH, NAME)
        to = [row[1] for row in await queued(commune)]
        assert len(to) == letters and to.count("c@d.example") == 1


async def test_who_does_not_sit_at_that_computer_asks_the_commune(commune: Commune) -> None:
    shelf = commune.shelf(public=False, mail_to=("a@b.example",))
    for who in ("sau", "nobody"):
        said = await shelf.document(BOT, who, PATH, NAME)
        assert said.endswith("gọi Mặt trận xã để nhận tệp: 0900 000 000")
    assert await queued(commune) == []


async def test_a_picture_can_be_fetched_for_an_hour(commune: Commune) -> None:
    shelf = commune.shelf()
    address = await shelf.picture(ENCLOSED)
    assert address is not None and address.startswith(f"{BASE}/anh/") and address.endswith(".png")
    assert await shelf.picture(ENCLOSED) != address
    async with commune.phone() as phone:
        for _ in range(20):
            seen = await phone.get(address)
            assert seen.status_code == 200 and seen.content == PNG
            assert seen.headers["content-type"] == "image/png"
        assert (await phone.head(address)).status_code == 200
        other = "y" if address[-5] == "x" else "x"
        assert (await phone.get(f"{address[:-5]}{other}.png")).status_code == 404
        commune.passes(hours=1)
        assert (await phone.get(address)).status_code == 404


async def test_a_picture_of_the_data_folder_too_and_nothing_else_of_it(commune: Commune) -> None:
    for folder in (commune.data, commune.data.parent):
        (folder / "a.png").write_bytes(PNG)
    shelf = commune.shelf()
    assert await shelf.picture("a.png") is not None
    for path in (PATH, "link-key", "../a.png", "none.png"):
        assert await shelf.picture(path) is None


async def test_pictures_do_not_fill_the_memory(commune: Commune) -> None:
    pictures = type(commune.pages.pictures)(lambda: commune.now, most=3 * len(PNG))
    names = [pictures.lay(PNG) for _ in range(5)]
    assert [pictures.find(str(name)) is not None for name in names] == [False] * 2 + [True] * 3
    assert pictures.lay(PNG + CONTENT) is None


async def test_who_works_on_a_document_hears_how_it_comes_back(commune: Commune) -> None:
    path, name = "documents/nhap-bu-ap-3.xlsx", "nhap-bu-ap-3.xlsx"
    (commune.data / path).write_bytes(CONTENT)
    linked = await commune.shelf().document(BOT, "sau", path, name)
    assert linked.split("\n")[-1] == "Sửa xong muốn gửi lại, chú gõ: gửi tệp"
    here = await commune.shelf(public=False).document(BOT, "minh", path, name)
    assert here.split("\n")[-1] == "Sửa xong, chú lưu tệp vào thư mục “gui-vao” trong “matran/du-lieu”."
