"""Where the people of a transcript are on a fake Zalo: without buttons, they type numbers or words."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.answers.normal import fold
from bot.channels.zalo import ZaloChannel
from bot.messages import FileRef, Handled, Incoming, Outgoing, Pace
from tests.fake_people import PNG
from tests.fake_zalo import Delivery, FakeZalo
from tests.fake_zalo_people import ZaloPerson
from tests.transcripts.channels import _FILES, check, seen
from tests.transcripts.stage import Stage

_LAID = re.compile(r"\n?\[tệp (.+)\]$")
_EVENTS = {"nhãn dán": "sticker", "ghi âm": "voice"}


class Shelf:
    """Documents lie there under their name, pictures have an address."""

    async def document(self, bot: str, address: str, path: str, name: str) -> str:
        return f"[tệp {name}]"

    async def picture(self, picture: str) -> str | None:
        return "https://xa.example.vn/anh/1.png"


class OnZalo(Stage):
    """Through the real channel. Where a number names a line, every second time the line is typed instead."""

    here = "Zalo"
    other = ("telegram:77", r"Telegram(?: \(máy chủ ở nước ngoài\))?")

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        # The hardest way: what comes while no poll is open is lost.
        self.zalo = FakeZalo(now=lambda: self.clock.timestamp(), delivery=Delivery.LIVE)
        self.bot = f"zalo:{self.zalo.token.partition(':')[0]}"
        self._numbers = 0
        self._read: dict[str, int] = {}
        self._last: dict[str, Any] = {}
        self._photographed = 0
        self._handled: set[str] = set()
        self._moved = asyncio.Event()
        self._held: dict[str, bytes] = {}
        self._polling: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self.zalo:
            self._start()
            try:
                yield
            finally:
                await self._stop()

    def _start(self) -> None:
        settings: dict[str, Any] = {"root": self.zalo.root, "pace": Pace(), "take": self._take}
        # A turn takes a second here: photos of two turns were not sent together.
        channel = ZaloChannel(self.zalo.token, Shelf(), together=timedelta(seconds=0.5), **settings)
        self.channel = channel
        self._polling = asyncio.create_task(channel.run(self))

    async def _stop(self) -> None:
        assert self._polling is not None
        self._polling.cancel()
        await asyncio.wait([self._polling])
        await self.channel.close()

    async def _take(self, address: str, limit: int) -> bytes:
        return self._held.get(address, PNG + address.encode())  # no two photos alike

    # As an intake

    async def handle(self, incoming: Incoming) -> Handled:
        async with self.house() as (_, desk):
            handled = await desk.handle(incoming)
        self._handled.add(incoming.message)
        self._moved.set()
        self._moved = asyncio.Event()
        return handled

    async def undecodable(self, bot: str, key: str, raw: str, trace: str) -> Handled:
        async with self.house() as (_, desk):
            return await desk.undecodable(bot, key, raw, trace)

    # As a stage

    def new_address(self, name: str) -> str:
        chat = f"zalo-{7001 + len(self.addresses)}"
        self.zalo.person(chat, name)
        self._read[chat] = 0
        return chat

    @property
    def person(self) -> ZaloPerson:
        return self.zalo.person(self.addresses[self.speaker])

    def received(self) -> list[tuple[str, str]]:
        new: list[tuple[str, str]] = []
        for address, read in self._read.items():
            messages = self.zalo.person(address).messages
            self._read[address] = len(messages)
            for message in messages[read:]:
                laid = _LAID.search(message.text)
                text = _LAID.sub("", message.text)
                check(Outgoing(text, document=laid[1] if laid else None))
                new.append((address, seen(text, laid[1] if laid else None, message.url is not None)))
        return new

    async def types(self, text: str) -> None:
        if not self.by_hand and (words := self._stands_for(text)) is not None:
            self._numbers += 1
            text = words if self._numbers % 2 else text
        await self._sent(lambda: self.person.says(text or " "))

    def _stands_for(self, text: str) -> str | None:
        """The line of the last message that the number names; nobody copies the lines of a summary."""
        if not text.isdecimal() or not self.person.messages or "số dòng đó" in self.person.last.text:
            return None
        lines = re.findall(rf"^{re.escape(text)}\. (.+)$", self.person.last.text, re.MULTILINE)
        return lines[0] if len(lines) == 1 else None

    async def _sent(self, act: Any) -> None:
        """Does it while a poll is open; returns once intake has it."""
        async with asyncio.timeout(20):
            await self.zalo.polled()
            self._last = act()
            await self._taken(self._last["message"]["message_id"])

    async def _taken(self, message: str) -> None:
        while message not in self._handled:
            await self._moved.wait()

    async def attaches(self, what: str, text: str | None) -> None:
        if what == "gửi lại":
            await self._again()
        elif what == "nhóm":
            await self._sent(lambda: self.zalo.person("zalo-nhom", "Nhóm ấp", "GROUP").says(text or ""))
        elif label := re.fullmatch(r"bấm (.+)", what):
            await self._sent(lambda: self.person.says(self._typed_for(label[1])))
        elif many := re.fullmatch(r"(?:(\d+) )?ảnh", what):
            await self._photos(int(many[1] or 1), text)
        elif what in _EVENTS:
            await self._sent(lambda: self.person.sends(_EVENTS[what]))
        elif what in _FILES:
            sent = {"address": "file-1"} | _FILES[what]
            kind = "photo" if sent["mime"].startswith("image/") else "document"
            await self._handed(text, files=(FileRef(kind, **sent),))  # type: ignore[arg-type]
        elif what == "sửa tin":  # nobody can on Zalo
            await self._handed(text, edited=True)
        else:
            await self._sent(self.person.sends_unsupported)

    async def _photos(self, count: int, text: str | None) -> None:
        for number in range(count):
            self._photographed += 1
            url = f"https://photo.zdn.vn/{self._photographed}.jpg"
            await self._sent(partial(self.person.sends_photo, url, text if number == 0 else None))

    def _typed_for(self, label: str) -> str:
        """What is typed where Telegram has a button: its number, if that stands in the last message."""
        for number, line in re.findall(r"^(\d+)\. (.+)$", self.person.last.text, re.MULTILINE):
            if fold(label) in fold(line) or fold(line) in fold(label):
                return str(number)
        return label

    async def _again(self) -> None:
        """The same update once more, to a program that was started anew."""
        await self._stop()
        self._handled.clear()
        asked = sum(method == "getUpdates" for method, _ in self.zalo.calls)
        self._start()
        await self.zalo.called("getUpdates", asked + 1)

        def again() -> dict[str, Any]:
            self.zalo.queue(self._last)
            return self._last

        await self._sent(again)

    async def sends_file(self, name: str, data: bytes, text: str | None) -> None:
        address = f"document-{len(self._held) + 1}"
        self._held[address] = data
        await self._handed(text, files=(FileRef("document", address, name, size=len(data)),))

    async def _handed(self, text: str | None, **more: Any) -> None:
        """What Zalo does not carry, as the program's own pages hand it in."""
        self.number += 1
        chat, message = self.addresses[self.speaker], f"page:{self.number}"
        await self.handle(Incoming(self.bot, chat, message, self.now(), self.speaker, text, **more))
