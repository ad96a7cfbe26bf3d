"""`matran check`: each bot with its people and messages, and what to do."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import httpx
import pytest

from bot import app as composition
from bot import checkup, greeting
from bot.app import App
from bot.channels import http
from bot.messages import REMINDER, Outgoing
from storage import bots, communes, holding, messages, outbox, people, spending
from storage.database import Tx
from tests.bot.test_config import SMALL, settings
from tests.fake_platform import CUT, HANG, HTML, Fault
from tests.fake_telegram import TOKEN as TELEGRAM
from tests.fake_telegram import FakeTelegram
from tests.fake_zalo import TOKEN as ZALO
from tests.fake_zalo import FakeZalo

pytestmark = pytest.mark.anyio
BOT = "zalo:987654321"
NOW = datetime(2024, 12, 10, 1, 0, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def opened(stack: AsyncExitStack, folder: Path, text: str = "", **more: Any) -> App:
    read = settings(folder, SMALL + text, **more)
    return await stack.enter_async_context(composition.opened(read, lambda: NOW))


async def looked(folder: Path, prepare: Any, text: str = "") -> tuple[list[str], list[str]]:
    """The notes and the troubles about the bots, after ``prepare(tx, commune)``."""
    async with AsyncExitStack() as stack:
        app = await opened(stack, folder, text)
        await app.db.write(lambda tx: prepare(tx, app.house.number))
        found = await checkup._bots(app)
    notes = [line for line in found if isinstance(line, checkup.Note)]
    return notes, [line for line in found if line not in notes]


def served(tx: Tx, users: int = 50) -> None:
    bots.serve(tx, [("telegram:1", None, None), (BOT, users, 3000)])
    bots.introduce(tx, "telegram:1", "Matran", "https://t.me/matran_bot")
    bots.introduce(tx, BOT, "Mặt trận xã", None)


async def test_each_bot_with_its_people_and_messages(tmp_path: Path) -> None:
    def prepare(tx: Tx, commune: int) -> None:
        served(tx)
        people.arrive(tx, commune, BOT, "z1", "Sáu", NOW)
        spending.add(tx, BOT, "2024-12", 1412)

    notes, troubles = await looked(tmp_path, prepare)
    assert notes == [
        "Telegram “Matran” (telegram:1): 0 người",
        f"Zalo “Mặt trận xã” ({BOT}): 1/50 người; 1.412/3.000 tin tháng 12/2024; máy tự hỏi tin",
    ]
    assert troubles == []


async def test_a_full_bot_and_one_that_was_never_reached(tmp_path: Path) -> None:
    def prepare(tx: Tx, commune: int) -> None:
        served(tx, users=1)
        people.arrive(tx, commune, BOT, "z1", "Sáu", NOW)
        bots.serve(tx, [(BOT, 1, 3000), ("zalo:2", 50, 3000)])

    notes, (full, unknown) = await looked(tmp_path, prepare, '[zalo]\nnhan_qua = "webhook"\n')
    assert "1/1 người" in notes[0] and "webhook" in notes[0]
    assert "hết chỗ" in full and "MATRAN_ZALO_TOKEN" in full
    assert unknown.startswith("zalo:2: chưa nối được")


async def test_messages_that_run_out_and_whom_to_call(tmp_path: Path) -> None:
    def short(tx: Tx, commune: int) -> None:
        served(tx)
        spending.add(tx, BOT, "2024-12", 2700)
        person = people.arrive(tx, commune, BOT, "z1", "Sáu", NOW).person
        people.rename(tx, commune, person, "Trần Văn Sáu")
        people.grant(tx, commune, person, "hamlet_head", "1", NOW)
        outbox.put(tx, commune, BOT, "z1", REMINDER, {"text": "nhắc"}, NOW)
        holding.hold(tx, BOT, 1, NOW)

    _, (warning, call) = await looked(tmp_path, short)
    assert "sắp hết tin" in warning
    assert call.endswith("ấp 1 (Trần Văn Sáu)")

    def exhausted(tx: Tx, commune: int) -> None:
        spending.exhaust(tx, BOT, "2024-12", NOW, datetime(2024, 12, 10, 1, 2, tzinfo=UTC))

    _, (none_left, _) = await looked(tmp_path, exhausted)
    assert "từ 08:00 10/12" in none_left and "lúc 08:02 10/12" in none_left


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, "MATRAN_ZALO_TOKEN"),
        ({"telegram_token": "không phải mã"}, "MATRAN_TELEGRAM_TOKEN"),
        ({"zalo_token": "không"}, "MATRAN_ZALO_TOKEN"),
    ],
)
async def test_tokens_that_are_none(tmp_path: Path, more: dict[str, Any], said: str) -> None:
    async with AsyncExitStack() as stack:
        app = await opened(stack, tmp_path, **more)
        (line,) = await checkup._seen(checkup._token, app)
    assert said in line


# Asking the platforms


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting for another program that receives."""
    monkeypatch.setattr(greeting, "POLL", 0)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def zalo() -> AsyncIterator[FakeZalo]:
    async with FakeZalo() as fake:
        yield fake


async def asked(folder: Path, text: str = "", **more: Any) -> tuple[list[str], list[str]]:
    """The notes and the troubles about the tokens; no token is among them."""
    async with AsyncExitStack() as stack:
        app = await opened(stack, folder, text, **more)
        found = await checkup._seen(checkup._token, app)
    for secret in (ZALO.partition(":")[2], TELEGRAM.partition(":")[2], "wrong-token"):
        assert secret not in "".join(found)
    notes = [line for line in found if isinstance(line, checkup.Note)]
    return notes, [line for line in found if line not in notes]


def on_telegram(fake: FakeTelegram, **more: Any) -> dict[str, Any]:
    return {"telegram_token": TELEGRAM, "telegram_api": fake.root} | more


def on_zalo(fake: FakeZalo, **more: Any) -> dict[str, Any]:
    return {"zalo_token": ZALO, "zalo_api": fake.root} | more


async def test_right_tokens_are_told_with_their_bots(
    tmp_path: Path, telegram: FakeTelegram, zalo: FakeZalo
) -> None:
    notes, troubles = await asked(tmp_path, **on_telegram(telegram), **on_zalo(zalo))

    assert notes == [
        "Telegram: mã đúng, bot tên “Matran”",
        "Zalo (bot 987654321): mã đúng, bot tên “Mặt trận xã”",
    ]
    assert troubles == []
    assert [method for method, _ in zalo.calls] == ["getMe", "getWebhookInfo"]  # a poll would take messages


async def test_wrong_tokens(tmp_path: Path, telegram: FakeTelegram, zalo: FakeZalo) -> None:
    wrong = {"telegram_token": "123456:wrong-token", "zalo_token": f"{ZALO},11:wrong-token"}
    known, (of_telegram, of_zalo) = await asked(tmp_path, **on_telegram(telegram) | on_zalo(zalo) | wrong)

    assert len(known) == 1
    assert "Telegram không nhận mã này" in of_telegram and "BotFather" in of_telegram
    assert "Zalo không nhận mã của bot 11" in of_zalo


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (Fault(502, html=True), "đang trục trặc (HTTP 502)"),
        (Fault(403, html=True), "Wi-Fi đòi đăng nhập"),
        (HTML, "Wi-Fi đòi đăng nhập"),
        (CUT, "không tới được 127.0.0.1"),
        (HANG, "không tới được 127.0.0.1"),
    ],
)
async def test_what_answers_in_a_platforms_place(
    tmp_path: Path,
    telegram: FakeTelegram,
    zalo: FakeZalo,
    monkeypatch: pytest.MonkeyPatch,
    fault: Fault,
    said: str,
) -> None:
    monkeypatch.setattr(greeting, "PATIENCE", 0.2 if fault is HANG else 30.0)
    telegram.fail("getMe", fault)
    zalo.fail("getMe", fault)
    notes, troubles = await asked(tmp_path, **on_telegram(telegram), **on_zalo(zalo))

    assert notes == []
    assert [said in line for line in troubles] == [True, True]


async def test_a_server_of_ones_own_that_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = f"http://127.0.0.1:{taken.getsockname()[1]}"
    more = {"telegram_token": TELEGRAM, "telegram_api": nobody, "zalo_token": ZALO, "zalo_api": nobody}
    _, troubles = await asked(tmp_path, **more)

    for line, variable in zip(troubles, ("MATRAN_TELEGRAM_API", "MATRAN_ZALO_API"), strict=True):
        assert f"{nobody.removeprefix('http://')}, ghi ở {variable}" in line


def nobody_knows(*args: object, **more: object) -> NoReturn:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (False, ("máy chưa có mạng", "máy chưa có mạng")),
        (True, ("api.telegram.org (ConnectError). Nhiều nhà mạng ở Việt Nam chặn", "tường lửa")),
    ],
)
async def test_no_network_is_not_a_platform_that_is_blocked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, network: bool, said: tuple[str, str]
) -> None:
    for variable in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", nobody_knows)
    monkeypatch.setattr(greeting, "on_a_network", lambda: network)
    _, troubles = await asked(tmp_path, telegram_token=TELEGRAM, zalo_token=ZALO)

    assert [one in line for one, line in zip(said, troubles, strict=True)] == [True, True]


def test_why_there_was_no_connection() -> None:
    def behind(cause: BaseException) -> httpx.ConnectError:
        error = httpx.ConnectError("")
        error.__cause__ = OSError()
        error.__cause__.__context__ = cause
        return error

    assert http.unconnected(behind(socket.gaierror())) == "name"
    assert http.unconnected(behind(ssl.SSLCertVerificationError())) == "certificate"
    assert http.unconnected(behind(TimeoutError())) == "connect"


async def test_another_program_with_the_same_token_is_found(
    tmp_path: Path, telegram: FakeTelegram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(greeting, "POLL", 60)

    async def poll() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            while True:
                address = f"{telegram.root}/bot{TELEGRAM}/getUpdates"
                await client.post(address, data={"timeout": "30"}, timeout=60)

    other = asyncio.create_task(poll())
    await telegram.called("getUpdates", 1)
    try:
        _, (line,) = await asked(tmp_path, **on_telegram(telegram))
    finally:
        other.cancel()
    assert "có chương trình khác đang nhận tin" in line and "/revoke" in line

    telegram.fail(
        "getUpdates", Fault(409, description="Conflict: can't use getUpdates while webhook is active")
    )
    _, (line,) = await asked(tmp_path, **on_telegram(telegram))
    assert "webhook" in line


async def test_looking_takes_no_message_away_and_leaves_the_running_program_alone(
    tmp_path: Path, telegram: FakeTelegram
) -> None:
    telegram.person().says("chào")
    assert await asked(tmp_path, **on_telegram(telegram)) == (["Telegram: mã đúng, bot tên “Matran”"], [])
    assert len(telegram.unconfirmed) == 1

    calls = len(telegram.calls)
    held = composition.lock(settings(tmp_path, SMALL))
    try:
        assert await asked(tmp_path, **on_telegram(telegram)) == (["Telegram: mã đúng, bot tên “Matran”"], [])
    finally:
        held.release()
    assert [method for method, _ in telegram.calls[calls:]] == ["getMe"]


async def test_a_webhook_where_zalo_should_be_asked_and_the_reverse(tmp_path: Path, zalo: FakeZalo) -> None:
    zalo.webhook = {"url": "https://elsewhere.example"}
    _, (line,) = await asked(tmp_path, **on_zalo(zalo))
    assert "matran zalo webhook delete" in line

    zalo.webhook = None
    _, (unset, no_address) = await asked(tmp_path, '[zalo]\nnhan_qua = "webhook"\n', **on_zalo(zalo))
    assert "matran zalo webhook set" in unset
    assert "https" in no_address


async def test_updates_that_a_webhook_left_behind_are_counted(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        app = await opened(stack, tmp_path)
        assert await checkup._failed(app) == []
        for number in range(3):
            of = (BOT, "z1", str(number), NOW, "{}")
            await app.db.write(lambda tx, of=of: messages.keep(tx, *of))
        (line,) = await checkup._failed(app)
    assert line.startswith(f"{BOT}: 3 tin đã nhận qua webhook mà chưa xử lý")


async def test_mail_with_an_account_but_no_password(tmp_path: Path) -> None:
    mail = '[thu]\nmay_chu = "127.0.0.1"\ntai_khoan = "mttq"\ntu = "a@b.example"\nden = ["c@d.example"]\n'
    async with AsyncExitStack() as stack:
        app = await opened(stack, tmp_path, mail)
        (line,) = await checkup._mail(app)
    assert "MATRAN_SMTP_PASSWORD" in line and "smtp-password" in line


async def test_what_may_not_have_come_is_known_again(tmp_path: Path) -> None:
    """With whom to ask; a document has no text, so it is named."""
    long = "Tháng 12 ấp 1 chưa báo việc nào. Hạn là thứ Tư 25/12, xin gõ số để báo cho kịp trong tháng này."

    def prepare(tx: Tx, commune: int) -> None:
        person = people.arrive(tx, commune, BOT, "z1", "sáu", NOW).person
        people.rename(tx, commune, person, "Trần Văn Sáu")
        bodies = [
            Outgoing(long), Outgoing("", document="documents/x.docx", name="bao-cao-2024-du-thao-1.docx"),
            Outgoing("", document="documents/y.xlsx"), Outgoing("Mã quét", picture="qr.png"),
        ]  # fmt: skip
        for body in bodies:
            outbox.put(tx, commune, BOT, "z1", REMINDER, body.as_json(), NOW)
        outbox.put(tx, commune, BOT, "z9", REMINDER, Outgoing("Xin chào").as_json(), NOW)
        tx.run("UPDATE outbox SET state = CASE address WHEN 'z9' THEN 'rejected' ELSE 'unsure' END")

    async with AsyncExitStack() as stack:
        app = await opened(stack, tmp_path)
        await app.db.write(lambda tx: prepare(tx, app.house.number))
        lines = await checkup._unsure(app)

    who = f"Không rõ đã tới chưa, xin hỏi lại Trần Văn Sáu ({BOT} z1)"
    assert lines == [
        f"{who}: “{long[:60]}…”",
        f"{who}: tệp “bao-cao-2024-du-thao-1.docx”",
        f"{who}: tệp “y.xlsx”",
        f"{who}: ảnh “Mã quét”",
        f"Không gửi được, xin hỏi lại {BOT} z9: “Xin chào”",
    ]


async def test_a_hamlet_that_was_removed_is_named_with_the_day_that_it_ends_on(tmp_path: Path) -> None:
    """A merger of another day is written down instead."""
    two = '\n[[ap]]\nma = "7"\nten = "Ấp 7"\n'
    async with AsyncExitStack() as stack:
        app = await opened(stack, tmp_path, two)
        person = await app.db.write(lambda tx: people.arrive(tx, app.house.number, BOT, "z1", "Sáu", NOW))
        await app.db.write(
            lambda tx: people.grant(tx, app.house.number, person.person, "hamlet_head", "7", NOW)
        )
        assert await checkup._hamlets(app) == []
    async with AsyncExitStack() as stack:
        (line,) = await checkup._hamlets(await opened(stack, tmp_path))
    assert isinstance(line, checkup.Note)
    assert line.startswith("Ấp 7 không còn trong matran.toml, tính đến hết ngày 10/12/2024.")
    assert "den và nhap_vao" in line
    dated = f'{two}den = "30/06/2024"\nnhap_vao = "1"\n'
    async with AsyncExitStack() as stack:
        app = await opened(stack, tmp_path, dated)
        assert await checkup._hamlets(app) == []
        here = await app.db.read(lambda tx: communes.hamlets(tx, app.house.number))
    assert {h.hamlet: str(h.until_day) for h in here}["7"] == "2024-06-30"
