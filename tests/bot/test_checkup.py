"""`matran check`: each bot with its people and messages, and what to do."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import app as composition
from bot import checkup
from bot.app import App
from bot.messages import REMINDER
from storage import bots, holding, messages, outbox, people, spending
from storage.database import Tx
from tests.bot.test_config import SMALL, settings
from tests.fake_zalo import TOKEN as ZALO

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
    ("text", "more", "said"),
    [
        ("", {}, "MATRAN_ZALO_TOKEN"),
        ("", {"telegram_token": "không phải mã"}, "MATRAN_TELEGRAM_TOKEN"),
        ("", {"zalo_token": "không"}, "MATRAN_ZALO_TOKEN"),
        ('[zalo]\nnhan_qua = "webhook"\n', {"zalo_token": ZALO}, "https"),
        ("", {"zalo_token": ZALO}, None),
    ],
)
async def test_tokens_and_what_they_need(
    tmp_path: Path, text: str, more: dict[str, Any], said: str | None
) -> None:
    async with AsyncExitStack() as stack:
        app = await opened(stack, tmp_path, text, **more)
        found = await checkup._seen(checkup._token, app)
    assert [said in line for line in found if said] == ([True] if said else [])
    assert bool(found) == (said is not None)


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
