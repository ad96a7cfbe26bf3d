"""A commune to measure: twenty hamlets, those who report, a committee; and a channel in process."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import app as composition
from bot.app import App
from bot.config import CONFIG_NAME, Settings, Variables, load
from bot.intake import receive
from bot.messages import FileGone, Handled, Identity, Incoming, Intake, Limits, Outgoing, Pace, Result, Sent
from storage import people
from storage.database import Tx
from storage.rows import Origin
from tests.bench import scripts

BOT = "bench:1"
HAMLETS, BOARD = 20, 9
BEGAN = datetime(2024, 12, 9, 2, tzinfo=UTC)  # nine in the morning; no reminder and no report is due
_YEAR_BEGAN = datetime(2024, 1, 1, 2, tzinfo=UTC)
_TOLD_AT_ONCE = 50
CHAIR = "9001"  # chats of committee members begin here
REPORTER = "1001"  # the head of the first hamlet


def moving_clock() -> Callable[[], datetime]:
    """A clock that starts at the same moment in every run, and goes."""
    started = time.monotonic()
    return lambda: BEGAN + timedelta(seconds=time.monotonic() - started)


def chats(count: int) -> list[str]:
    return [str(1001 + number) for number in range(count)]


def write_config(folder: Path) -> Path:
    """matran.toml of the commune."""
    file = folder / CONFIG_NAME
    file.write_text("\n".join(_lines()), encoding="utf-8")
    return file


def _lines() -> Iterator[str]:
    yield '[don_vi]\nma = "do-thu"\nten = "Đo Thử"\ndien_thoai = "0900 000 000"\ndia_chi = "ấp 1"'
    yield 'dia_diem = ["kinh Xáng", "chùa Phước Hưng"]'
    yield '[[don_vi.uy_ban]]\nchuc = "chu_tich"\nten = "Nguyễn Văn Minh"'
    for hamlet in range(1, HAMLETS + 1):
        yield f'[[ap]]\nma = "{hamlet}"\nten = "Ấp {hamlet}"'
        for seat in range(BOARD):
            post = ("truong_ban", "pho_ban")[seat] if seat < 2 else "thanh_vien"
            yield f'[[ap.ban]]\nchuc = "{post}"\nten = "Trần Văn {_FIRST[seat]} {_MIDDLE[hamlet % 5]}"'


_FIRST = ("Sáu", "Ba", "Hoa", "Tư", "Năm", "Sết", "Bảy", "Tám", "Chín")
_MIDDLE = ("Lành", "Thiện", "Phước", "Nhân", "Nghĩa")


def settings_in(folder: Path) -> Settings:
    folder.mkdir(parents=True, exist_ok=True)
    variables = Variables(config=write_config(folder), data=folder / "du-lieu", clock=None)
    return load(variables)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[App]:
    async with composition.opened(settings_in(folder), moving_clock()) as app:
        yield app


async def join(app: App, bot: str, members: int, committee: int = 1) -> None:
    """So many people of the hamlets, and of the committee, have joined and agreed."""

    def write(tx: Tx) -> None:
        for number, chat in enumerate(chats(members)):
            kind = "hamlet_head" if number < HAMLETS else "hamlet_deputy"
            _join(tx, app, bot, chat, kind, str(number % HAMLETS + 1))
        for number in range(committee):
            _join(tx, app, bot, str(int(CHAIR) + number), "standing_committee", None)

    await app.db.write(write)


def _join(tx: Tx, app: App, bot: str, chat: str, kind: str, hamlet: str | None) -> None:
    house, now = app.house, BEGAN - timedelta(days=30)
    account = people.arrive(tx, house.number, bot, chat, f"Người {chat}", now)
    people.set_address_form(tx, house.number, account.person, "chú")
    people.grant(tx, house.number, account.person, kind, hamlet, now)
    origin = Origin(bot, chat, "dong-y")
    people.consent(tx, house.number, account.person, now, "yes", house.purpose, "như đã đọc", origin)


async def tell_the_year(app: App, bot: str, forms: int) -> None:
    """So many whole forms have been told over the year, through the intake, and answered."""
    days = (BEGAN - _YEAR_BEGAN).days
    for at in range(0, forms, _TOLD_AT_ONCE):
        numbers = range(at, min(at + _TOLD_AT_ONCE, forms))
        await app.db.write(lambda tx, numbers=numbers: _tell(tx, app, bot, numbers, days / forms))  # type: ignore[misc]


def _tell(tx: Tx, app: App, bot: str, numbers: range, days_each: float) -> None:
    for number in numbers:
        now = _YEAR_BEGAN + timedelta(days=number * days_each)
        chat = chats(HAMLETS)[number % HAMLETS]
        for position, text in enumerate(scripts.forms(number, 1)[0]):
            told = Incoming(bot, chat, f"nam-{number}-{position}", now, f"Người {chat}", text)
            assert receive(tx, app.house, told, now) is Handled.DONE
    tx.run("UPDATE outbox SET state = 'sent' WHERE state = 'waiting'")


@dataclass
class InProcess:
    """A channel without a network and without a pace: what is sent has arrived. ``drive`` is its people."""

    drive: Callable[[Intake], Awaitable[None]]
    bot: str = BOT
    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    sent: int = 0

    async def run(self, intake: Intake) -> None:
        await self.drive(intake)

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        self.sent += 1
        return Sent(str(self.sent))

    async def identity(self) -> Identity:
        return Identity(self.bot, "Đo thử")

    async def typing(self, address: str) -> None:
        return None

    async def fetch(self, address: str, limit: int) -> bytes:
        raise FileGone(address)

    async def close(self) -> None:
        return None


def message(chat: str, number: int, text: str) -> Incoming:
    return Incoming(BOT, chat, str(number), datetime.now(UTC), f"Người {chat}", text)
