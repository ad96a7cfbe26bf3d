"""The program with its pages: from a file that is sent through one to the answer in the chat; and without."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx
import pytest
from aiosmtpd.smtp import SMTP

from bot import app as composition
from bot import checkup
from bot.app import App
from bot.config import SettingsError
from bot.messages import Channel, FileGone, Identity, Incoming, Intake, Limits, Outgoing, Pace, Result, Sent
from bot.serve import mail
from storage import people
from storage.database import Tx
from storage.rows import Origin
from tests.bot.test_config import SMALL, settings

pytestmark = pytest.mark.anyio

BOT, WHO = "zalo:1", "minh"
CSV = "Họ tên;Số tiền\nBà Năm;500000\nÔng Tư;200000\n".encode()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Phone:
    """A channel that carries texts only, as Zalo does; what it sends arrives here."""

    bot, pace, limits = BOT, Pace(), Limits()

    def __init__(self, app: App) -> None:
        self.shelf = app.shelf()
        self.arrived: asyncio.Queue[str] = asyncio.Queue()

    async def identity(self) -> Identity:
        return Identity(BOT, "Matran")

    async def run(self, intake: Intake) -> None:
        await asyncio.Event().wait()

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        lines = [outgoing.text] if outgoing.text else []
        if outgoing.document is not None:
            name = outgoing.name or "tệp"
            lines.append(await self.shelf.document(BOT, address, outgoing.document, name))
        self.arrived.put_nowait("\n".join(lines))
        return Sent()

    async def typing(self, address: str) -> None:
        return

    async def fetch(self, address: str, limit: int) -> bytes:
        raise FileGone(address)

    async def close(self) -> None:
        return


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def joins(tx: Tx, app: App) -> int:
    """Minh, of the committee."""
    person = people.arrive(tx, app.house.number, BOT, WHO, "Nguyễn Văn Minh", app.now()).person
    people.grant(tx, app.house.number, person, "standing_committee", None, app.now())
    origin = Origin(BOT, WHO, "m")
    people.consent(tx, app.house.number, person, app.now(), "yes", app.house.purpose, "…", origin)
    return person


@asynccontextmanager
async def running(folder: Path, text: str = "") -> AsyncIterator[tuple[App, Phone]]:
    """The program with one person on it, as `matran run` starts it."""
    async with composition.opened(settings(folder, SMALL + text)) as app:
        await app.db.write(lambda tx: joins(tx, app))
        phone = Phone(app)
        channels: list[Channel] = [phone, *mail(app)]
        serving = asyncio.create_task(app.serve(channels, public=True))
        try:
            yield app, phone
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving


async def says(app: App, text: str) -> None:
    await app.desk.handle(Incoming(BOT, WHO, text, app.now(), "Minh", text))


async def hears(phone: Phone) -> str:
    async with asyncio.timeout(20):
        return await phone.arrived.get()


def web(port: int) -> str:
    return f'\n[web]\ndia_chi = "http://127.0.0.1:{port}"\ncong = {port}\n'


async def test_a_file_through_the_page_is_answered_in_the_chat(tmp_path: Path) -> None:
    async with running(tmp_path, web(free_port())) as (app, phone), httpx.AsyncClient() as browser:
        await says(app, "gửi tệp")
        page = (await hears(phone)).split("\n")[1]
        assert (await browser.get(page)).status_code == 200
        sent = await browser.post(page, files={"tep": ("Ủng hộ.csv", CSV)})
        assert sent.status_code == 200 and "Đã nhận tệp" in sent.text
        assert "Đã nhận tệp" in await hears(phone)
        assert "2 dòng, 700.000 đồng" in await hears(phone)


async def test_the_report_comes_as_a_link_that_gives_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))  # for the child that renders
    async with running(tmp_path, web(free_port())) as (app, phone), httpx.AsyncClient() as browser:
        await says(app, "báo cáo 2024")
        heard = [await hears(phone) for _ in range(3)]
        assert heard[-1].endswith("gõ: gửi tệp")
        page = next(line for line in heard[-1].split("\n") if line.startswith("http"))
        assert "bao-cao-2024" in (await browser.get(page)).text
        file = await browser.post(page, follow_redirects=True)
        assert file.content.startswith(b"PK") and "bao-cao-2024" in file.headers["content-disposition"]


async def test_without_an_address_it_lies_on_the_computer_and_goes_by_mail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    letters: asyncio.Queue[list[str]] = asyncio.Queue()

    class Handler:
        async def handle_DATA(self, server: SMTP, session: object, envelope: object) -> str:
            letters.put_nowait(envelope.rcpt_tos)  # type: ignore[attr-defined]
            return "250 OK"

    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(Handler(), loop=loop, hostname="localhost"), "127.0.0.1", 0
    )
    port = server.sockets[0].getsockname()[1]
    thu = f'\n[thu]\nmay_chu = "127.0.0.1"\ncong = {port}\nbao_mat = "khong"\n'
    thu += 'tu = "mt@xa.example"\nden = ["btt@xa.example"]\n'
    async with running(tmp_path, thu) as (app, phone):
        await says(app, "báo cáo 2024")
        heard = [await hears(phone) for _ in range(3)]
        assert "mở thư mục" in heard[-1] and "“gui-vao”" in heard[-1] and "tới: btt@xa.example." in heard[-1]
        async with asyncio.timeout(20):
            assert await letters.get() == ["btt@xa.example"]
    server.close()


async def test_a_taken_port_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with composition.opened(settings(tmp_path, SMALL + web(port))) as app:
            with pytest.raises(SettingsError, match=rf"cổng {port} .*matran.toml"):
                await app.serve([], public=True)


async def test_a_key_that_others_can_read_is_named_with_the_remedy(tmp_path: Path) -> None:
    async with composition.opened(settings(tmp_path, SMALL + web(free_port()))) as app:
        key = app.settings.data / "link-key"
        key.write_text("x")
        key.chmod(0o644)
        with pytest.raises(SettingsError, match="chmod 600"):
            await app.serve([], public=True)


async def test_without_an_address_nothing_is_served_or_loaded(tmp_path: Path) -> None:
    async with composition.opened(settings(tmp_path, SMALL)) as app:
        assert app.pages is None and app.house.uploads is None
    code = (
        "import sys, bot.app, bot.serve, bot.web.shelf\n"
        "ours = {'starlette', 'uvicorn', 'itsdangerous', 'aiosmtplib', 'python_multipart'}\n"
        "loaded = ours & set(sys.modules)\n"
        "sys.exit(str(loaded) if loaded else 0)"
    )
    ended = await asyncio.to_thread(
        subprocess.run, [sys.executable, "-c", code], capture_output=True, cwd=Path(__file__).parents[2]
    )
    assert ended.returncode == 0, ended.stderr


async def test_check_says_what_is_wrong_with_pages_and_mail(tmp_path: Path) -> None:
    thu = f'\n[thu]\nmay_chu = "127.0.0.1"\ncong = {free_port()}\nbao_mat = "khong"\n'
    thu += 'tu = "mt@xa.example"\nden = ["btt@xa.example"]\n'
    async with composition.opened(settings(tmp_path, SMALL + web(free_port()) + thu)) as app:
        assert ["https" in line for line in await checkup._web(app)] == [True]
        (away,) = await checkup._mail(app)
        assert "127.0.0.1" in away and "[thu]" in away
        (app.settings.data / "link-key").chmod(0o644)
        async with composition.opened(app.settings) as again:
            assert "chmod 600" in (await checkup._web(again))[0]
    async with composition.opened(settings(tmp_path, SMALL)) as app:
        assert await checkup._web(app) == [] and await checkup._mail(app) == []
