"""The program on Telegram, on Zalo and on both, with what can be wrong with their tokens."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import app as composition
from bot import checkup, platforms, serve, zalo_admin
from bot.config import Settings, SettingsError
from storage import bots, messages
from storage.database import Database
from tests.bot.test_config import SMALL, settings
from tests.fake_platform import SERVER_DOWN
from tests.fake_telegram import TOKEN as TELEGRAM
from tests.fake_telegram import FakeTelegram
from tests.fake_zalo import TOKEN as ZALO
from tests.fake_zalo import FakeZalo

pytestmark = pytest.mark.anyio

SECOND = "555000111:second-token_of-no-one"
PUBLIC = '[web]\ndia_chi = "https://xa.example.vn/mttq"\ncong = {port}\n'
BY_WEBHOOK = '[zalo]\nnhan_qua = "webhook"\n'


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def zalo() -> AsyncIterator[FakeZalo]:
    async with FakeZalo() as fake:
        yield fake


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def told(folder: Path, zalo: FakeZalo, text: str = "", **more: object) -> Settings:
    """A commune on Zalo."""
    known: dict[str, object] = {"zalo_token": ZALO, "zalo_api": zalo.root}
    return settings(folder, SMALL + text, **(known | more))


@asynccontextmanager
async def running(read: Settings) -> AsyncIterator[asyncio.Task[None]]:
    """`matran run`, until the test is done; it fails with what ended it before."""
    task = asyncio.create_task(serve.run(read))
    try:
        async with asyncio.timeout(20):
            yield task
    finally:
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (error := task.exception()) is not None:
            raise error


async def ended(read: Settings) -> str:
    """What `matran run` says where it does not begin."""
    with pytest.raises(SettingsError) as error:
        await asyncio.wait_for(serve.run(read), 20)
    return str(error.value)


async def test_it_serves_telegram_and_several_bots_of_zalo(
    tmp_path: Path, telegram: FakeTelegram, zalo: FakeZalo
) -> None:
    async with AsyncExitStack() as stack:
        other = await stack.enter_async_context(FakeZalo(SECOND))
        # One server knows one bot only: the second one's calls go the way of its own.
        zalo.others[SECOND] = other
        read = told(
            tmp_path,
            zalo,
            zalo_token=f"{ZALO}, {SECOND}",
            telegram_token=TELEGRAM,
            telegram_api=telegram.root,
        )
        for person in (telegram.person(), zalo.person(), other.person()):
            person.says("chào")
        await stack.enter_async_context(running(read))
        for person in (telegram.person(), zalo.person(), other.person()):
            await person.hears(1)
    database = await Database.open(read.database)

    try:
        served = await database.read(lambda tx: bots.served(tx, datetime.now(UTC)))
        assert [(b.bot, b.name, b.link, b.users, b.monthly) for b in served] == [
            ("telegram:123456", "Matran", "https://t.me/matran_test_bot", None, None),
            ("zalo:987654321", "Mặt trận xã", None, 50, 3000),
            ("zalo:555000111", "Mặt trận xã", None, 50, 3000),
        ]
    finally:
        await database.close()


async def test_without_a_token_it_says_where_to_write_one(tmp_path: Path) -> None:
    said = await ended(settings(tmp_path))
    assert "MATRAN_TELEGRAM_TOKEN" in said
    assert "MATRAN_ZALO_TOKEN" in said
    assert str(tmp_path / "du-lieu" / "zalo-token") in said


@pytest.mark.parametrize(
    ("tokens", "line"),
    [
        (f"{ZALO},{SECOND}", "mã của bot 555000111"),
        (f"{ZALO},a/b", "mã thứ 2 không đúng dạng"),
        (f"{ZALO},{ZALO}x", "bot 987654321 có hai mã"),
    ],
)
async def test_a_token_that_is_wrong_is_named_and_not_shown(
    tmp_path: Path, zalo: FakeZalo, tokens: str, line: str
) -> None:
    said = await ended(told(tmp_path, zalo, zalo_token=tokens))
    assert line in said
    assert "test-token" not in said
    assert "second-token" not in said
    assert zalo.people == {}


async def test_without_a_network_it_begins_and_says_so_once(
    tmp_path: Path, zalo: FakeZalo, caplog: pytest.LogCaptureFixture
) -> None:
    zalo.fail("getMe", SERVER_DOWN)
    async with running(told(tmp_path, zalo)):
        zalo.person().says("chào")
        await zalo.person().hears(1)
    assert caplog.text.count("Chưa nối được với Zalo (bot 987654321)") == 1


# The webhook


async def test_a_webhook_that_is_set_while_it_polls_is_told(
    tmp_path: Path, zalo: FakeZalo, caplog: pytest.LogCaptureFixture
) -> None:
    zalo.webhook = {"url": "https://other.example.vn/x", "secret_token": "12345678"}
    async with running(told(tmp_path, zalo)):
        await zalo.called("getUpdates", 1)
    assert "matran zalo webhook delete" in caplog.text
    assert not {"setWebhook", "deleteWebhook"} & {method for method, _ in zalo.calls}


@pytest.mark.parametrize(
    ("there", "line"), [(None, "chưa đặt webhook"), ("https://a.example.vn/x", "đang đặt ở nơi khác")]
)
async def test_a_webhook_that_is_missing_is_told(
    tmp_path: Path, zalo: FakeZalo, caplog: pytest.LogCaptureFixture, there: str | None, line: str
) -> None:
    zalo.webhook = {"url": there, "secret_token": "12345678"} if there else None
    read = told(tmp_path, zalo, PUBLIC.format(port=free_port()) + BY_WEBHOOK)
    async with composition.opened(read) as app:
        (channel,) = platforms.zalo(app)
        await platforms.introduced(app, channel)
        await channel.close()
    assert line in caplog.text
    assert "matran zalo webhook set" in caplog.text


async def test_a_webhook_needs_an_address(tmp_path: Path, zalo: FakeZalo) -> None:
    assert "[web]" in await ended(told(tmp_path, zalo, BY_WEBHOOK))
    with pytest.raises(SettingsError, match="dia_chi"):
        await zalo_admin.webhook(told(tmp_path, zalo), "set")
    assert "setWebhook" not in [method for method, _ in zalo.calls]


@pytest.mark.parametrize("bare", [True, False])
async def test_by_webhook_from_the_command_to_the_answer(tmp_path: Path, zalo: FakeZalo, bare: bool) -> None:
    port = free_port()
    polling = told(tmp_path, zalo, PUBLIC.format(port=port))
    assert await zalo_admin.webhook(polling, "show") == "Zalo (bot 987654321): chưa đặt webhook"
    said = await zalo_admin.webhook(polling, "set")
    url = "https://xa.example.vn/mttq/zalo/987654321"
    assert said.startswith(f"Zalo (bot 987654321): đã đặt webhook: {url}\n")
    assert "nhan_qua" in said
    called = told(tmp_path, zalo, PUBLIC.format(port=port) + BY_WEBHOOK)
    assert url in await zalo_admin.webhook(called, "show")

    zalo.forward, zalo.bare = f"http://127.0.0.1:{port}", bare
    zalo.person().says("chào")
    async with running(called):
        await listening(port)
        zalo.secret = "wrong secret"
        assert await zalo.deliver() == [403]
        zalo.secret = None
        zalo.person().says("chào")
        assert await zalo.deliver() == [200]
        await zalo.person().hears(1)
    assert "getUpdates" not in [method for method, _ in zalo.calls]
    assert "hoi" in await zalo_admin.webhook(called, "delete")
    assert zalo.webhook is None


async def listening(port: int) -> None:
    """Once the program's pages are served."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionError:
            await asyncio.sleep(0.01)
        else:
            writer.close()
            return


async def test_the_command_says_what_zalo_said(tmp_path: Path, zalo: FakeZalo) -> None:
    with pytest.raises(SettingsError, match="MATRAN_ZALO_TOKEN"):
        await zalo_admin.webhook(settings(tmp_path), "show")
    with pytest.raises(SettingsError, match="bot 1"):
        await zalo_admin.webhook(told(tmp_path, zalo, zalo_token="1:wrong"), "delete")
    zalo.fail("getWebhookInfo", SERVER_DOWN)
    with pytest.raises(SettingsError, match="Zalo chưa làm được"):
        await zalo_admin.webhook(told(tmp_path, zalo), "show")


async def test_what_a_webhook_left_is_worked_off_when_the_program_polls_again(
    tmp_path: Path, zalo: FakeZalo
) -> None:
    read = told(tmp_path, zalo)
    said = zalo.person().says("chào")
    zalo.undelivered.clear()
    async with composition.opened(read) as app:
        of = ("zalo:987654321", "zalo-7001", said["message"]["message_id"], app.now(), json.dumps(said))
        await app.db.write(lambda tx: messages.keep(tx, *of))
    async with running(read):
        await zalo.called("sendMessage", 1)
    async with composition.opened(read) as app:
        assert await checkup._failed(app) == []
