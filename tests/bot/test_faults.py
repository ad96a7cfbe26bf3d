"""A disk that is full, and a database that another process holds: from the platform to the answer and back.

The update stays with the platform and is taken once there is room: nothing is lost, nothing said twice.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import app as composition
from bot.app import App
from bot.channels.telegram import TelegramChannel
from bot.config import CONFIG_NAME, Variables, load
from bot.messages import Pace
from storage import audit, engine
from storage.errors import StorageUnavailable
from tests.bot.channels.house import FakeTime
from tests.crash.program import chats, prepare
from tests.fake_people import Person
from tests.fake_telegram import TOKEN, FakeTelegram

TRIES = 3  # how often the update is offered in vain before there is room again
LONG = "nhà văn hóa " + "x" * 3_900  # an answer that needs pages of its own


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Pauses(FakeTime):
    """The time that the channel waits by; each pause can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._slept = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        self._slept.set()
        self._slept = asyncio.Event()

    async def more(self, times: int) -> None:
        """Once something has paused so often from now."""
        enough = len(self.slept) + times
        while len(self.slept) < enough:
            await self._slept.wait()


@dataclass
class Bot:
    """The program at work, without the process around it."""

    app: App
    telegram: FakeTelegram
    pauses: Pauses

    def person(self) -> Person:
        chat = next(iter(chats()))
        return self.telegram.person(chat, f"Người {chat}")

    def taken(self) -> list[str]:
        """The messages that the inbox has, in their order, as another process sees them."""
        with closing(sqlite3.connect(self.app.db.path)) as db:
            return [row[0] for row in db.execute("SELECT message FROM inbox ORDER BY at")]


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[Bot]:
    await prepare(folder)
    settings = load(Variables(config=folder / CONFIG_NAME, data=folder / "du-lieu", clock=None))
    pauses = Pauses()
    async with FakeTelegram() as telegram, composition.opened(settings) as app:
        channel = TelegramChannel(
            TOKEN,
            settings.data,
            app.now,
            root=telegram.root,
            pace=Pace(),
            clock=pauses.clock,
            sleep=pauses.sleep,
        )
        serving = asyncio.create_task(app.serve([channel], jobs=False))
        try:
            async with asyncio.timeout(60):
                yield Bot(app, telegram, pauses)
        finally:
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await channel.close()


async def fill_the_disk(app: App) -> None:
    """No page more than there are, and none of them free: SQLite then says what a full disk makes it say."""
    await app.db.write(lambda tx: tx.all("PRAGMA max_page_count = 1"))  # no less than there are, says SQLite
    for size in (2_000, 200, 20):
        with pytest.raises(StorageUnavailable, match="full"):
            while True:
                await app.db.write(
                    lambda tx, size=size: audit.note(  # type: ignore[misc]
                        tx, app.house.number, app.now(), None, "đầy", None, {"chữ": "x" * size}
                    )
                )


async def make_room(app: App) -> None:
    await app.db.write(lambda tx: tx.all("PRAGMA max_page_count = 1000000"))


@pytest.mark.anyio
async def test_a_full_disk_keeps_the_update_at_the_platform_until_there_is_room(tmp_path: Path) -> None:
    async with at_work(tmp_path) as bot:
        head = bot.person()
        for number, text in enumerate(("hoạt động", "1", "hôm nay"), 1):
            head.says(text)
            await head.hears(number)
        await bot.telegram.all_confirmed()
        before = bot.taken()
        await fill_the_disk(bot.app)
        update = head.says(LONG)
        await bot.pauses.more(TRIES)
        assert bot.telegram.unconfirmed == [update]
        assert (bot.taken(), len(head.messages)) == (before, 3)
        await make_room(bot.app)
        await head.hears(4)
        await bot.telegram.all_confirmed()
        assert bot.taken() == [*before, str(update["message"]["message_id"])]
        await finished(head, ["45", "1", "Đ"])


@pytest.mark.anyio
async def test_a_locked_database_keeps_the_update_at_the_platform_until_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 10)  # how long one try waits
    async with at_work(tmp_path) as bot:
        head = bot.person()
        head.says("hoạt động")
        await head.hears(1)
        await bot.telegram.all_confirmed()
        with closing(sqlite3.connect(bot.app.db.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            update = head.says("1")
            await bot.pauses.more(TRIES)
            assert bot.telegram.unconfirmed == [update]
            assert len(head.messages) == 1
            other.execute("ROLLBACK")
        await head.hears(2)
        await bot.telegram.all_confirmed()
        assert bot.taken().count(str(update["message"]["message_id"])) == 1
        await finished(head, ["hôm nay", "kinh Xáng", "45", "1", "Đ"])


async def finished(head: Person, texts: list[str]) -> None:
    """The form goes on where it was, to its end."""
    for text in texts:
        heard = len(head.messages)
        head.says(text)
        await head.hears(heard + 1)
    assert "Đã ghi: phiếu số 1." in head.last.text
    assert sum("Đã ghi" in text for text in head.texts) == 1
