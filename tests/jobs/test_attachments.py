"""Photos: fetched, checked, kept by their content; what cannot be kept is told to whoever sent it."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from contextlib import suppress
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from jobs import files
from jobs.attachments import LIMIT, Attachments, Gone, TooLarge
from jobs.images import image_kind
from storage import attachments
from tests.jobs.conftest import BOT, House, at

pytestmark = pytest.mark.anyio

NOW = at("2024-12-08T08:05")


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), colour: int = 7) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (colour, 90, 120)).save(out, kind)
    return out.getvalue()


class Platform:
    """Holds files by address; what is an exception is raised."""

    def __init__(self, **files: bytes | Exception) -> None:
        self.files = files
        self.asked: list[tuple[str, str]] = []

    async def fetch(self, bot: str, address: str, limit: int) -> bytes:
        self.asked.append((bot, address))
        found = self.files[address]
        if isinstance(found, Exception):
            raise found
        return found


def worker(house: House, platform: Platform) -> Attachments:
    communes = {house.commune: house.settings}
    return Attachments(house.db, house.data, house.wording, communes, platform.fetch, lambda: NOW)


async def sent(house: House, address: str, **more: Any) -> int:
    fields: dict[str, Any] = {"name": None, "mime": None, "size": None, "album": None} | more
    return await house.db.write(
        lambda tx: attachments.add(
            tx,
            house.commune,
            house.heads["3"],
            None,
            None,
            BOT,
            "head3",
            "photo",
            address,
            fields["name"],
            fields["mime"],
            fields["size"],
            fields["album"],
            NOW,
        )
    )


async def stored(house: House, number: int) -> dict[str, Any]:
    columns = ("state", "path", "sha256", "reason", "tries", "not_before")
    sql = f"SELECT {', '.join(columns)} FROM attachment WHERE commune = ? AND attachment = ?"
    row = await house.db.read(lambda tx: tx.one(sql, (house.commune, number)))
    assert row is not None
    return dict(zip(columns, row, strict=True))


@pytest.mark.parametrize(
    ("kind", "ending"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp"), ("GIF", "gif")]
)
async def test_a_photo_is_kept_by_its_content(house: House, kind: str, ending: str) -> None:
    data = picture(kind)
    number = await sent(house, "p")
    assert await worker(house, Platform(p=data)).fetch_due(NOW) == 1
    found = await stored(house, number)
    digest = hashlib.sha256(data).hexdigest()
    assert found["state"] == "kept" and found["sha256"] == digest
    assert found["path"] == f"attachments/tan-an/{digest[:2]}/{digest}.{ending}"
    assert (house.data / found["path"]).read_bytes() == data
    assert await house.queued() == []
    assert await worker(house, Platform()).fetch_due(NOW) == 0


async def test_the_same_photo_twice_is_one_file(house: House) -> None:
    platform = Platform(a=picture(), b=picture(), c=picture(colour=8))
    for address in "abc":
        await sent(house, address)
    await worker(house, platform).fetch_due(NOW)
    assert len([p for p in (house.data / "attachments").rglob("*") if p.is_file()]) == 2


@pytest.mark.parametrize(
    ("found", "fields", "reason", "text"),
    [
        (b"%PDF-1.7 ...", {"name": "giay.pdf"}, "no_image",
         "Tệp “giay.pdf” không phải là ảnh nên chưa giữ được. Chú chụp ảnh rồi gửi lại vào đây."),
        (b"", {}, "no_image",
         "Tệp gửi lúc 08:05, 08/12 không phải là ảnh nên chưa giữ được. Chú chụp ảnh rồi gửi lại vào đây."),
        (TooLarge(), {"name": "a.jpg"}, "too_large",
         "Tệp “a.jpg” lớn hơn 20 MB nên chưa nhận được. Chú gửi lại dưới dạng ảnh, đừng gửi dạng tệp."),
        (picture() + b"\0" * LIMIT, {"name": "a.jpg"}, "too_large",
         "Tệp “a.jpg” lớn hơn 20 MB nên chưa nhận được. Chú gửi lại dưới dạng ảnh, đừng gửi dạng tệp."),
        (Gone(), {}, "gone", "Tệp gửi lúc 08:05, 08/12 không tải về được. Nhờ chú gửi lại vào đây."),
    ],
)  # fmt: skip
async def test_what_cannot_be_kept_is_told_once(
    house: House, found: bytes | Exception, fields: dict[str, Any], reason: str, text: str
) -> None:
    number = await sent(house, "f", **fields)
    jobs = worker(house, Platform(f=found))
    await jobs.fetch_due(NOW)
    await jobs.fetch_due(NOW + timedelta(days=1))
    assert {key: (await stored(house, number))[key] for key in ("state", "reason")} == {
        "state": "refused",
        "reason": reason,
    }
    (message,) = await house.queued()
    assert (message["address"], message["class"], message["text"]) == ("head3", 0, text)
    assert not (house.data / "attachments").exists()


async def test_a_size_that_is_known_to_be_too_much_is_not_fetched(house: House) -> None:
    platform = Platform()
    await sent(house, "f", size=50 * 1024 * 1024)
    await worker(house, platform).fetch_due(NOW)
    assert platform.asked == [] and len(await house.queued()) == 1


async def test_an_album_of_no_photos_is_one_message(house: House) -> None:
    for address in "abc":
        await sent(house, address, album="7")
    await worker(house, Platform(a=b"x", b=b"x", c=picture())).fetch_due(NOW)
    assert len(await house.queued()) == 1


async def test_a_cut_connection_is_tried_again_with_growing_pauses(house: House) -> None:
    number = await sent(house, "p")
    platform = Platform(p=ConnectionError("cut"))
    jobs, now, pauses = worker(house, platform), NOW, []
    for _ in range(9):
        await jobs.fetch_due(now)
        assert await jobs.fetch_due(now) == 0
        until = datetime.fromisoformat((await stored(house, number))["not_before"])
        pauses.append(int((until - now).total_seconds()))
        now = until
    assert pauses == [10, 30, 90, 270, 810, 2430, 3600, 3600, 3600]
    platform.files["p"] = picture()
    await jobs.fetch_due(now)
    assert (await stored(house, number))["state"] == "kept" and await house.queued() == []


async def test_after_days_of_trying_the_person_is_asked_to_send_it_again(house: House) -> None:
    number = await sent(house, "p")
    await worker(house, Platform(p=TimeoutError())).fetch_due(NOW + timedelta(days=4))
    assert (await stored(house, number))["reason"] == "gone" and len(await house.queued()) == 1


async def test_one_that_fails_keeps_no_other_back(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = await sent(house, "bad"), await sent(house, "good")
    full = picture(colour=1)
    keep = files.keep

    def disk(data: bytes, path: Path) -> None:
        if data == full:
            raise OSError(28, "No space left on device")
        keep(data, path)

    monkeypatch.setattr("jobs.files.keep", disk)
    with caplog.at_level(logging.ERROR, "matran.jobs"):
        await worker(house, Platform(bad=full, good=picture(colour=2))).fetch_due(NOW)
    assert (await stored(house, good))["state"] == "kept"
    assert (await stored(house, bad))["state"] == "waiting"
    assert f"Ảnh số {bad} chưa giữ được, sẽ thử lại." in caplog.text


async def test_it_works_by_itself_until_cancelled(house: House) -> None:
    done = asyncio.Event()

    class Noting(Platform):
        async def fetch(self, bot: str, address: str, limit: int) -> bytes:
            done.set()
            return await super().fetch(bot, address, limit)

    task = asyncio.create_task(worker(house, Noting(p=picture())).run())
    await asyncio.sleep(0)
    await sent(house, "p")
    await asyncio.wait_for(done.wait(), 5)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def test_a_picture_is_known_by_its_header_and_not_by_its_name() -> None:
    whole = picture("PNG", (300, 200))
    assert image_kind(whole[:64]) == "png"  # the pixels are never decoded
    assert image_kind(picture("JPEG")[:20]) is None
    assert image_kind(picture("BMP")) is None
    assert image_kind(b"GIF89a") is None
    assert image_kind(b"RIFF\x10\0\0\0WAVEfmt ") is None


def test_a_picture_that_claims_too_many_pixels_is_none() -> None:
    bomb = bytearray(picture("PNG"))
    bomb[16:24] = (60000).to_bytes(4, "big") * 2
    import zlib

    bomb[29:33] = zlib.crc32(bomb[12:29]).to_bytes(4, "big")
    assert image_kind(bytes(bomb)) is None
    large = bytearray(bomb)
    large[16:24] = (12000).to_bytes(4, "big") * 2  # more than Pillow's own warning allows
    large[29:33] = zlib.crc32(large[12:29]).to_bytes(4, "big")
    assert image_kind(bytes(large)) == "png"
