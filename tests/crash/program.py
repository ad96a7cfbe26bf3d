"""The real program as a process, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bot import app as composition
from bot.config import CONFIG_NAME, Variables, load
from storage import people
from storage.database import Tx
from storage.rows import Origin
from tests.fake_telegram import TOKEN, FakeTelegram

BOT = f"telegram:{TOKEN.partition(':')[0]}"
HAMLETS, MEMBERS = 6, 3  # people who report, of each hamlet
DEADLINE = 60.0  # seconds for what must happen at some time
POLL = 0.02
MESSAGES = 70  # of one life, at most


def chats() -> dict[int, str]:
    """Who reports, by chat, and for which hamlet."""
    return {
        7000 + 10 * hamlet + seat: str(hamlet) for hamlet in range(1, HAMLETS + 1) for seat in range(MEMBERS)
    }


def write_config(folder: Path) -> Path:
    """A commune in which nothing happens by itself while the test runs."""
    far = date.today() + timedelta(days=180)
    text = '[don_vi]\nma = "xa-thu"\nten = "Thử"\n'
    text += f'[han]\nnhac = []\nbao_cao_nam = "{min(far.day, 28)}/{far.month}"\n'
    for hamlet in range(1, HAMLETS + 1):
        text += f'[[ap]]\nma = "{hamlet}"\nten = "Ấp {hamlet}"\n'
        text += "".join(
            f'[[ap.ban]]\nchuc = "thanh_vien"\nten = "Người Số {seat} Ấp {hamlet}"\n' for seat in range(1, 10)
        )
    file = folder / CONFIG_NAME
    file.write_text(text, encoding="utf-8")
    return file


async def prepare(folder: Path) -> None:
    """The data folder of a commune whose people have joined and agreed."""
    settings = load(Variables(config=write_config(folder), data=folder / "du-lieu", clock=None))
    async with composition.opened(settings) as app:

        def join(tx: Tx) -> None:
            seats = set[str]()
            for chat, hamlet in chats().items():
                now, house = app.now(), app.house
                account = people.arrive(tx, house.number, BOT, str(chat), f"Người {chat}", now)
                kind = "hamlet_deputy" if hamlet in seats else "hamlet_head"
                people.grant(tx, house.number, account.person, kind, hamlet, now)
                origin = Origin(BOT, str(chat), "dong-y")
                people.consent(tx, house.number, account.person, now, "yes", house.purpose, "đã đọc", origin)
                seats.add(hamlet)

        await app.db.write(join)


class Program:
    """`matran run` on ``folder``, writing what it says to a file beside."""

    def __init__(self, folder: Path, telegram: FakeTelegram) -> None:
        self._folder, self._telegram = folder, telegram
        self._process: asyncio.subprocess.Process | None = None
        self.log = folder / "log.txt"

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run"), env=self._environment(), stdout=log, stderr=log
            )

    def _environment(self) -> dict[str, str]:
        ours = {
            "MATRAN_CONFIG": str(self._folder / CONFIG_NAME),
            "MATRAN_DATA": str(self._folder / "du-lieu"),
            "MATRAN_TELEGRAM_TOKEN": TOKEN,
            "MATRAN_TELEGRAM_API": self._telegram.root,
        }
        return {key: value for key, value in os.environ.items() if not key.startswith("MATRAN_")} | ours

    async def kill_at_random(self, random: Random) -> None:
        """SIGKILL at some message or other that it sends, or before the first, while it starts and recovers.

        Raises TimeoutError where it does nothing.
        """
        async with asyncio.timeout(DEADLINE):
            if random.random() < 0.2:
                await asyncio.sleep(random.uniform(0.0, 1.5))
            else:
                await self._telegram.called("sendMessage", self._sent() + random.randint(1, MESSAGES))
            for _ in range(random.randint(0, 20)):  # while the call is made, answered, or long over
                await asyncio.sleep(0)
        assert self._process is not None
        if self._process.returncode is not None:
            raise AssertionError(f"ended by itself: {self.log.read_text(encoding='utf-8')[-2000:]}")
        self._process.kill()
        await self._process.wait()

    def _sent(self) -> int:
        return sum(method == "sendMessage" for method, _ in self._telegram.calls)

    async def stop(self) -> None:
        """Ends it as a computer does that is switched off."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(DEADLINE):
            await self._process.wait()

    async def nothing_left(self) -> None:
        """Returns once every update is taken and every answer settled."""
        await self._telegram.all_confirmed()
        database = self._folder / "du-lieu" / "matran.db"
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as db:
            # Another process's commits tell us nothing: looked for again and again.
            while db.execute("SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending')").fetchone():  # noqa: ASYNC110
                await asyncio.sleep(POLL)

    def give_up(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
