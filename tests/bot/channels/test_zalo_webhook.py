"""Zalo by webhook: stored before it is answered, handled from there, each once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from bot.channels import zalo_inbox, zalo_webhook
from bot.channels.zalo import ZaloChannel
from bot.messages import Handled, Incoming
from storage import messages
from storage.database import Database
from storage.errors import StorageUnavailable
from tests.bot.channels.conftest import MakeZalo
from tests.bot.channels.house import NOW, Cupboard, Echo, Notebook, running
from tests.fake_zalo import FakeZalo

pytestmark = pytest.mark.anyio

PLACE = "/zalo/987654321"
PUBLIC = f"https://xa.example.vn{PLACE}"


class Web:
    """The program's pages, called in process."""

    def __init__(self, channel: ZaloChannel, db: Database) -> None:
        self.channel = channel
        app = Starlette(routes=zalo_webhook.routes([channel], db, lambda: NOW))
        transport = httpx.ASGITransport(app=app)
        self._client = httpx.AsyncClient(transport=transport, base_url="https://xa.example.vn")

    async def post(self, body: Any, secret: str | None = None, place: str = PLACE) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {zalo_webhook.HEADER: (self.channel.secret if secret is None else secret).encode()}
        return (await self._client.post(place, content=content, headers=headers)).status_code


@pytest.fixture
async def web(join: MakeZalo, database: Database) -> AsyncIterator[Web]:
    async with join() as channel:
        yield Web(channel, database)


def waiting(database: Database, channel: ZaloChannel) -> Any:
    return database.read(lambda tx: messages.waiting(tx, channel.bot))


async def states(database: Database) -> list[tuple[str, str]]:
    return await database.read(lambda tx: tx.all("SELECT message, state FROM inbox ORDER BY at, message"))  # type: ignore[return-value]


@pytest.mark.parametrize("bare", [True, False])
async def test_what_is_said_is_stored_before_the_answer_and_handled_then(
    zalo: FakeZalo, web: Web, database: Database, bare: bool
) -> None:
    update = zalo.person().says("một")
    assert await web.post(update if bare else {"ok": True, "result": update}) == 200
    assert [json.loads(row.raw) for row in await waiting(database, web.channel)] == [update]
    notebook = Notebook()
    async with running(web.channel.run(notebook)):
        await notebook.keeps(1)
    assert notebook.texts == ["một"]
    assert zalo.calls == []  # nothing polls


async def test_each_is_handled_once_in_order(zalo: FakeZalo, web: Web, database: Database) -> None:
    echo = Echo(database)
    await database.write(lambda tx: tx.run("INSERT INTO commune VALUES (1, 'x', 'X')"))
    updates = [zalo.person().says(f"tin {number}") for number in range(5)]
    async with running(web.channel.run(echo)):
        for update in updates:
            assert await web.post(update) == 200
            assert await web.post(update) == 200
        while await waiting(database, web.channel):
            pass
    said = await database.read(lambda tx: tx.all("SELECT body FROM outbox ORDER BY outbox"))
    assert [json.loads(body)["text"] for (body,) in said] == [f"đã nghe: tin {n}" for n in range(5)]


async def test_what_was_taken_in_when_the_program_died_is_handled_at_the_next_start(
    zalo: FakeZalo, web: Web, join: MakeZalo, database: Database
) -> None:
    reached = asyncio.Event()

    async def gate(incoming: Incoming) -> None:
        reached.set()
        await asyncio.Event().wait()

    for number in range(3):
        await web.post(zalo.person().says(f"tin {number}"))
    async with running(web.channel.run(Notebook(gate=gate))):
        await reached.wait()
    async with join() as channel:
        Web(channel, database)
        notebook = Notebook()
        async with running(channel.run(notebook)):
            await notebook.keeps(3)
    assert notebook.texts == ["tin 0", "tin 1", "tin 2"]


async def test_what_waits_when_the_owner_goes_back_to_polling_is_handled_first(
    zalo: FakeZalo, web: Web, join: MakeZalo, database: Database
) -> None:
    for number in range(3):
        await web.post(zalo.person().says(f"tin {number}"))
    zalo.undelivered.clear()
    zalo.person().says("tin mới")
    async with join() as channel:
        zalo_inbox.work_off_first([channel], database, lambda: NOW)
        notebook = Notebook()
        async with running(channel.run(notebook)):
            await notebook.keeps(4)
    assert notebook.texts == ["tin 0", "tin 1", "tin 2", "tin mới"]


@pytest.mark.parametrize("secret", ["", "wrong", "Ä"])
async def test_a_wrong_secret_changes_nothing(
    zalo: FakeZalo, web: Web, database: Database, secret: str
) -> None:
    update = zalo.person().says("một")
    assert await web.post(update, secret=secret) == 403
    assert await web.post(update, secret="of no bot", place="/zalo/1") == 403
    assert await web.post(update, secret=web.channel.secret, place="/zalo/1") == 403
    assert await states(database) == []


def test_the_secret_is_of_the_token_and_does_not_tell_it() -> None:
    one, same, other = (ZaloChannel(token, shelf=Cupboard()).secret for token in ("1:a", "1:a", "1:b"))
    assert one == same != other
    assert len(one) == 64


async def test_a_body_that_is_too_large_is_not_read(web: Web, database: Database) -> None:
    assert await web.post(b" " * (zalo_webhook.LARGEST + 1)) == 413
    assert await states(database) == []


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b'{"event_name": "message.text.received"'])
async def test_what_cannot_be_read_is_kept_once_and_answered(
    web: Web, database: Database, body: bytes
) -> None:
    for _ in range(2):
        assert await web.post(body) == 200
    (failed,) = await database.read(lambda tx: messages.failed(tx, 9))
    assert failed.bot == web.channel.bot
    assert "Traceback" in (failed.trace or "")


async def test_what_asks_for_nothing_is_answered(web: Web, database: Database) -> None:
    assert await web.post({"event_name": "user.followed"}) == 200
    assert await states(database) == []


async def test_a_full_disk_is_told_to_zalo(
    zalo: FakeZalo, web: Web, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    update = zalo.person().says("một")

    async def full(function: object) -> None:
        raise StorageUnavailable("full", "đĩa đầy")

    with monkeypatch.context() as patch:
        patch.setattr(database, "write", full)
        assert await web.post(update) == 503
    notebook = Notebook()
    async with running(web.channel.run(notebook)):
        assert await web.post(update) == 200
        await notebook.keeps(1)
    assert notebook.texts == ["một"]


async def test_what_fails_does_not_wait_any_more(zalo: FakeZalo, web: Web, database: Database) -> None:
    notebook = Notebook(answers=[Handled.FAILED, ZeroDivisionError("lỗi")])
    for text in ("một", "hai", "ba"):
        await web.post(zalo.person().says(text))
    notebook.answers += [Handled.FAILED]  # of keeping the second one
    async with running(web.channel.run(notebook)):
        await notebook.keeps(1)
        while len(await waiting(database, web.channel)) > 1:  # the notebook keeps no inbox
            pass
    assert notebook.texts == ["ba"]
    assert [state for _, state in await states(database)] == ["failed", "failed", "waiting"]


async def test_rows_that_can_no_longer_be_read_are_set_aside(
    zalo: FakeZalo, web: Web, database: Database
) -> None:
    of = (web.channel.bot, "z", "cũ", NOW, json.dumps({"event_name": "message.text.received", "message": 5}))
    await database.write(lambda tx: messages.keep(tx, *of))
    await web.post(zalo.person().says("một"))
    notebook = Notebook()
    async with running(web.channel.run(notebook)):
        await notebook.keeps(1)
        while not (failed := await database.read(lambda tx: messages.failed(tx, 9))):
            pass
    assert [one.message for one in failed] == ["cũ"]


async def test_only_post_is_answered(web: Web) -> None:
    assert (await web._client.get(PLACE)).status_code == 405


def test_the_address_that_zalo_is_told() -> None:
    channel = ZaloChannel("987654321:x", shelf=Cupboard())
    assert zalo_webhook.address("https://xa.example.vn/", channel) == PUBLIC
