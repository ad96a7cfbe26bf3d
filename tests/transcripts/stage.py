"""Plays a transcript: each turn with a database, a house and a desk of its own, opened for it and closed.

What comes out went through the outbox and the real sender; `tests.transcripts.channels` are where people are.
"""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import app, codes
from bot.handover import Handover
from bot.held import Held
from bot.intake import Desk
from bot.messages import Channel
from bot.sender import Sender
from jobs import schedules
from jobs.attachments import Attachments
from jobs.backlog import Backlog
from jobs.comments import Comments
from jobs.reports import Reports
from jobs.tick import Ticker
from storage import messages
from storage.database import Database
from storage.encoding import from_json
from templates.commune import HANOI
from tests.transcripts import papers
from tests.transcripts.cast import CAST, COMMUNES, Setting, join, report
from tests.transcripts.elsewhere import Elsewhere, is_there
from tests.transcripts.script import Line

_CODE = re.compile(rf"(?<=mã: )[{codes.ALPHABET}]{{4}} [{codes.ALPHABET}]{{4}}")
_ATTACHED = re.compile(r"\[(?P<what>[^\]]+)\] ?(?P<text>.*)", re.DOTALL)


class Stage(ABC):
    """A house in a folder, and a clock that only the script moves (a second for each turn aside)."""

    bot: str
    channel: Channel
    here: str  # how sentences name the channel, as a pattern
    other = ("zalo:77", "Zalo")  # the second channel, and how sentences name it

    def __init__(self, folder: Path) -> None:
        self.folder, self.setting = folder, Setting()
        self.clock = datetime(2024, 12, 8, 8, 5, tzinfo=HANOI)
        self.addresses: dict[str, str] = {}
        self.codes: list[str] = []
        self.speaker = ""
        self.by_hand = False  # what is typed is typed, also where a button says it
        self.number = 0
        self.number_of_house: int | None = None  # in the database; known from the first turn on
        self.elsewhere = Elsewhere(self.other[0])
        self.files: dict[str, bytes] = {}  # that came with messages, by name, as people have worked on them
        self._filed = 0  # the outbox up to where they are known

    def now(self) -> datetime:
        return self.clock.astimezone(UTC)

    async def play(self, lines: list[Line]) -> list[Line]:
        """The same script with the answers that came."""
        played = []
        async with self.running():
            for line in lines:
                answers = [] if line.kind == "note" else await getattr(self, f"_{line.kind}")(line.text)
                played.append(replace(line, answers=answers))
        return played

    # Lines of the script

    async def _clock(self, text: str) -> list[str]:
        if moved := re.fullmatch(r"\+ (\d+) (phút|giờ|ngày)", text):
            unit = {"phút": "minutes", "giờ": "hours", "ngày": "days"}[moved[2]]
            self.clock += timedelta(**{unit: int(moved[1])})
        else:
            self.clock = datetime.strptime(text, "%d/%m/%Y %H:%M").replace(tzinfo=HANOI)
        return []

    async def _speaker(self, text: str) -> list[str]:
        self.speaker = text
        if text in self.addresses:
            return []
        if is_there(text):
            self.addresses[text] = self.elsewhere.address(text)
            return []
        self.addresses[text] = self.new_address(text)
        if text in CAST:
            async with self.house() as (db, desk):
                part, address = CAST[text], self.addresses[text]
                await db.write(lambda tx: join(tx, desk._house, part, self.bot, address, self.now()))
        return []

    async def _said(self, text: str) -> list[str]:
        self.clock += timedelta(seconds=1)
        for number, code in enumerate(self.codes, 1):
            text = text.replace(f"‹mã {number}›", code)
        attached = _ATTACHED.fullmatch(text)
        if is_there(self.speaker):
            async with self.house() as (_, desk):
                await desk.handle(self.elsewhere.says(self.speaker, text, self.now()))
        elif attached is None:
            await self.types(text)
        elif (file := papers.FILE.fullmatch(attached["what"])) and file["name"] in self.files:
            await self.sends_file(file["name"], self.files[file["name"]], attached["text"] or None)
        else:
            await self.attaches(attached["what"], attached["text"] or None)
        return await self.answers()

    async def _stage(self, text: str) -> list[str]:
        """What happens by itself, or at somebody's computer."""
        what, _, rest = text.partition(": ")
        verb, _, name = what.partition(" ")
        if name in self.files:
            return self._at_a_computer(verb, name, rest)
        match what:
            case "đến giờ":
                await self._tick()
            case "lập báo cáo":
                await self._make_reports()
            case "việc chờ":
                await self._work()
            case "mẫu mới":
                self.setting.renew_form(rest)
            case "bỏ mẫu":
                self.setting.drop_form(rest)
            case "đổi mục đích":
                self.setting.change_sentence("consent.purpose", "muc-dich-moi")
            case "gõ tay":
                self.by_hand = True
            case "đơn vị":
                self.setting.commune = COMMUNES[rest]
            case _:
                raise ValueError(f"no such stage direction: {text!r}")
        return await self.answers()

    async def _tick(self) -> None:
        async with self.house() as (db, desk):
            deadlines = self.setting.commune.deadlines
            calendar = {
                "reminder": schedules.monthly(deadlines),
                "comments": schedules.mornings(deadlines),
            }
            number, began = desk._house.number, self.now() - timedelta(hours=1)
            await db.write(lambda tx: schedules.synchronise(tx, number, calendar, began))
            months, purpose = desk._house.months, desk._house.purpose
            comments = Comments(db, self.setting.wording, {number: self.setting.commune}, purpose)
            handlers = {"reminder": months.fire, "comments": comments.fire}  # type: ignore[attr-defined]
            ticker = Ticker(db, self.setting.wording, frozenset([number]), handlers, self.now)
            await ticker.tick(self.now())

    async def _make_reports(self) -> None:
        async with self.house() as (db, desk):
            served = {desk._house.number: self.setting.commune}
            settings = (self.setting.wording, self.setting.catalog, served, report(), self.now)
            await Reports(db, self.folder, *settings).make_open()

    async def _work(self) -> None:
        """All that waits is done: files fetched and read, reports and workbooks made."""
        async with self.house() as (db, desk):
            served = {desk._house.number: self.setting.commune}
            fetch = app.fetcher([self.channel], Held(self.folder))
            settings = (self.setting.wording, self.setting.catalog)
            made = (*settings, served, report(), self.now)
            places: tuple[Any, Any] = (lambda _: [], lambda _: {})
            books = Backlog(db, self.folder, *settings, report().definitions, served, *places, self.now)
            files = Attachments(db, self.folder, self.setting.wording, served, fetch, self.now)
            desk_of = Handover(db, desk, self.folder, self.now, desk._house, report().definitions)
            while (
                await files.fetch_due(self.now())
                + await desk_of.hand_over()
                + await books.make_open()
                + await Reports(db, self.folder, *made).make_open()
            ):
                pass

    def _at_a_computer(self, verb: str, name: str, rest: str) -> list[str]:
        """Somebody fills in, corrects or looks at a file."""
        if verb == "xem":
            return [papers.seen(name, self.files[name], rest)]
        if verb not in ("điền", "sửa"):
            raise ValueError(f"nobody knows how to {verb!r} a file")
        self.files[name] = papers.changed(name, self.files[name], rest)
        return []

    # The house

    @asynccontextmanager
    async def house(self) -> AsyncIterator[tuple[Database, Desk]]:
        """Everything opened anew, from nothing but the file."""
        db = await Database.open(self.folder / "matran.db")
        try:
            if self.number_of_house is None:
                self.number_of_house = await db.write(lambda tx: self.setting.settle(tx, self.clock.date()))
            number = self.number_of_house
            yield db, Desk(db, self.setting.house(db, number), self.now)
        finally:
            await db.close()

    async def answers(self) -> list[str]:
        """What everybody gets now: first the speaker, then the others."""
        db = await Database.open(self.folder / "matran.db")
        try:
            failed = await db.read(lambda tx: messages.failed(tx, 1))
            assert not failed, failed[0].trace
            await self._send(db)
            await self._keep_files(db)
        finally:
            await db.close()
        received = [*self.received(), *self.elsewhere.received()]
        return [self._as_seen(who, text) for who, text in self._by_speaker(received)]

    async def _send(self, db: Database) -> None:
        sender = Sender(db, [self.channel, self.elsewhere], self.now, wording=self.setting.wording)
        running = asyncio.create_task(sender.run())
        try:
            for bot in (self.bot, self.elsewhere.bot):
                await asyncio.wait_for(sender.quiet(bot), 20)
        finally:
            running.cancel()
            await asyncio.wait([running])

    async def _keep_files(self, db: Database) -> None:
        """What was sent lies on people's computers, under its name; a later one takes its place."""
        rows = await db.read(lambda tx: tx.all("SELECT outbox, body FROM outbox ORDER BY outbox"))
        for number, body in rows:
            said = from_json(body)
            path = self.folder / said.get("document", "")
            if number > self._filed and path.is_file():
                self.files[said["name"]] = path.read_bytes()
        self._filed = max([self._filed, *(number for number, _ in rows)])

    def _by_speaker(self, received: list[tuple[str, str]]) -> list[tuple[str, str]]:
        names = {address: name for name, address in self.addresses.items()}
        named = [(names[address], text) for address, text in received]
        return sorted(named, key=lambda one: (one[0] != self.speaker, one[0]))

    def _as_seen(self, who: str, text: str) -> str:
        text = _CODE.sub(lambda found: f"‹mã {self._code(found[0])}›", text)
        text = re.sub(self.other[1], "‹kênh khác›", re.sub(self.here, "‹kênh›", text))
        return text if who == self.speaker else f"→ {who}: {text}"

    def _code(self, code: str) -> int:
        if code not in self.codes:
            self.codes.append(code)
        return self.codes.index(code) + 1

    # What a channel does

    @abstractmethod
    def running(self) -> AbstractAsyncContextManager[None]: ...

    @abstractmethod
    def new_address(self, name: str) -> str: ...

    @abstractmethod
    async def types(self, text: str) -> None: ...

    @abstractmethod
    async def attaches(self, what: str, text: str | None) -> None: ...

    @abstractmethod
    async def sends_file(self, name: str, data: bytes, text: str | None) -> None: ...

    @abstractmethod
    def received(self) -> list[tuple[str, str]]:
        """(address, text) since the last call, in order."""
