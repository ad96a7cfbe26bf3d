"""Where the people of a transcript are: at the terminal, or on a fake Telegram where they type or tap."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

from bot.answers.normal import fold
from bot.channels.telegram import TelegramChannel
from bot.messages import (
    COMMAND_BYTES,
    Button,
    FileRef,
    Handled,
    Identity,
    Incoming,
    Intake,
    Limits,
    Outgoing,
    Pace,
    Result,
    Sent,
)
from tests.fake_people import Person
from tests.fake_telegram import FakeTelegram
from tests.pictures import jpeg
from tests.transcripts.stage import Stage

LONGEST = 1_900  # characters of an answer: a screen or two of a phone
WIDEST = 18  # characters on a button
PDF = b"%PDF-1.7"
_FILES: dict[str, dict[str, Any]] = {
    "ảnh dạng tệp": {"name": "hop.png", "mime": "image/png"},
    "tệp": {"name": "bao cao.pdf", "mime": "application/pdf"},
    "tệp 50 MB": {"name": "hop.jpg", "mime": "image/jpeg", "size": 50 << 20},
}
_OTHERS = {"nhãn dán": "sticker", "ghi âm": "voice", "vị trí": "location", "video": "video"}


def check(outgoing: Outgoing) -> None:
    """What holds of every message of the program."""
    assert (0 if outgoing.document else 1) <= len(outgoing.text) <= LONGEST, outgoing.text
    assert not re.search(r"(?<!\{)\{\w+\}|\bNone\b", outgoing.text), outgoing.text
    assert "  " not in re.sub(r"^ +", "", outgoing.text, flags=re.MULTILINE), outgoing.text
    assert not re.search(r" $", outgoing.text, re.MULTILINE), outgoing.text
    assert not re.search(r" [.,:;?!]", outgoing.text), outgoing.text
    for button in outgoing.buttons:
        assert 0 < len(button.label) <= WIDEST, button
        assert button.command is None or len(button.command.encode()) <= COMMAND_BYTES, button


def seen(text: str, document: str | None, picture: bool) -> str:
    """A message as a transcript shows it."""
    return " ".join(filter(None, (document and f"[tệp {document}]", "[ảnh]" if picture else "", text)))


class Paper(Stage):
    """Messages go straight to the desk, as the terminal makes them; answers are written down."""

    bot = "terminal"
    pace = Pace()
    limits = Limits()
    here = r"[Mm]áy tính của Mặt trận (xã|phường)"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.channel = self
        self._written: list[tuple[str, Outgoing]] = []
        self._buttons: dict[str, dict[str, Button]] = {}
        self._last: Incoming | None = None
        self._albums = 0
        self._held: dict[str, bytes] = {}  # documents that people have sent, by address

    # As a channel

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        self._written.append((address, outgoing))
        shown = self._buttons.setdefault(address, {})
        shown |= {button.label: button for button in outgoing.buttons if button.command is not None}
        return Sent(str(len(self._written)))

    async def identity(self) -> Identity:
        return Identity(self.bot, self.bot)

    async def run(self, intake: Intake) -> None: ...

    async def typing(self, address: str) -> None: ...

    async def fetch(self, address: str, limit: int) -> bytes:
        return self._held[address] if address in self._held else a_photo(address)

    async def close(self) -> None: ...

    # As a stage

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        yield

    def new_address(self, name: str) -> str:
        return fold(name).replace(" ", "-")

    def received(self) -> list[tuple[str, str]]:
        written, self._written = self._written, []
        for _, outgoing in written:
            check(outgoing)
        return [(address, seen(o.text, o.name, o.picture is not None)) for address, o in written]

    async def types(self, text: str, **more: Any) -> None:
        self.number += 1
        address = self.addresses[self.speaker]
        usual: dict[str, Any] = {
            "bot": self.bot,
            "chat": address,
            "message": str(self.number),
            "sent_at": self.now(),
        }
        await self._hand_in(Incoming(**usual | {"sender": self.speaker, "text": text} | more))

    async def _hand_in(self, incoming: Incoming) -> None:
        self._last = incoming
        async with self.house() as (_, desk):
            assert await desk.handle(incoming) in (Handled.DONE, Handled.SEEN)

    async def attaches(self, what: str, text: str | None) -> None:
        if what == "gửi lại":
            assert self._last is not None
            await self._hand_in(self._last)
        elif what == "sửa tin":
            await self.types(text or "", edited=True)
        elif what == "nhóm":
            await self.types(text or "", chat="-100", private=False)
        elif label := re.fullmatch(r"bấm (.+)", what):
            button = self._buttons[self.addresses[self.speaker]][label[1]]
            await self.types(button.command or "", tap=str(self.number), message=f"tap:{self.number}")
        elif many := re.fullmatch(r"(?:(\d+) )?ảnh", what):
            await self._photos(int(many[1] or 1), text)
        elif what in _FILES:
            sent = {"address": "file-1"} | _FILES[what]
            kind: Literal["photo", "document"] = "photo" if sent["mime"].startswith("image/") else "document"
            await self.types(text or "", files=(FileRef(kind, **sent),))
        else:
            await self.types(text or "", files=(FileRef("other", "", name=_OTHERS[what]),))

    async def sends_file(self, name: str, data: bytes, text: str | None) -> None:
        address = f"document-{len(self._held) + 1}"
        self._held[address] = data
        await self.types(text or "", files=(FileRef("document", address, name, size=len(data)),))

    async def _photos(self, count: int, text: str | None) -> None:
        self._albums += 1
        album = f"album-{self._albums}" if count > 1 else None
        for number in range(count):
            caption = text if number == 0 else None
            photo = FileRef("photo", f"photo-{self.number}", size=len(a_photo("")))
            await self.types(caption or "", files=(photo,), album=album)


class OnTelegram(Stage):
    """People on a fake Telegram, through the real channel. ``tapping``: what a button says is not typed."""

    here = r"Telegram(?: \(máy chủ ở nước ngoài\))?"

    def __init__(self, folder: Path, tapping: bool = False) -> None:
        super().__init__(folder)
        self.telegram = FakeTelegram(now=lambda: self.clock.timestamp())
        self.bot = f"telegram:{self.telegram.token.partition(':')[0]}"
        self.tapping, self.taps = tapping, 0
        self._albums = self._photos_taken = 0
        self._read: dict[str, int] = {}
        self._last: dict[str, Any] = {}

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self.telegram:
            settings: dict[str, Any] = {"root": self.telegram.root, "pace": Pace()}
            channel = TelegramChannel(self.telegram.token, self.folder, self.now, **settings)
            self.channel = channel
            polling = asyncio.create_task(channel.run(self))
            try:
                yield
            finally:
                polling.cancel()
                await asyncio.wait([polling])
                await channel.close()

    # As an intake

    async def handle(self, incoming: Incoming) -> Handled:
        async with self.house() as (_, desk):
            return await desk.handle(incoming)

    async def undecodable(self, bot: str, key: str, raw: str, trace: str) -> Handled:
        async with self.house() as (_, desk):
            return await desk.undecodable(bot, key, raw, trace)

    # As a stage

    def new_address(self, name: str) -> str:
        chat = 7001 + len(self.addresses)
        self.telegram.person(chat, name)
        self._read[str(chat)] = 0
        return str(chat)

    @property
    def person(self) -> Person:
        return self.telegram.person(int(self.addresses[self.speaker]))

    def received(self) -> list[tuple[str, str]]:
        new: list[tuple[str, str]] = []
        for address, read in self._read.items():
            messages = self.telegram.person(int(address)).messages
            self._read[address] = len(messages)
            for message in messages[read:]:
                buttons = [*map(Button, message.labels), *(Button(*one) for one in message.commands.items())]
                check(Outgoing(message.text, tuple(buttons), document=message.file_name))
                picture = message.method == "sendPhoto"
                new.append((address, seen(message.text, None if picture else message.file_name, picture)))
        return new

    async def types(self, text: str) -> None:
        if self.tapping and not self.by_hand and (label := self._on_a_button(text)) is not None:
            self.taps += 1
            await self._sent(self.person.taps(label))
        else:
            await self._sent(self.person.says(text) if text else self.person.says(" "))

    def _on_a_button(self, text: str) -> str | None:
        """The button that says what the number stands for, or what is typed."""
        person = self.person
        if not person.messages:
            return None
        buttons = [*person.keyboard, *person.last.commands]
        if text == "Đ" and "Đúng" in person.keyboard:
            return "Đúng"
        line = re.search(rf"^{re.escape(text)}\. (.+)$", person.last.text, re.MULTILINE)
        if not text.isdecimal() or line is None:
            return text if text in person.keyboard else None
        meant = [button for button in buttons if _says(line[1], button)]
        return meant[0] if len(meant) == 1 else None

    async def _sent(self, update: dict[str, Any]) -> None:
        self._last = update
        await asyncio.wait_for(self.telegram.all_confirmed(), 20)

    async def attaches(self, what: str, text: str | None) -> None:
        if what == "gửi lại":
            await self._sent(self.telegram.again(self._last))
        elif what == "sửa tin":
            await self._sent(self.person.edits(self._last, text or ""))
        elif what == "nhóm":
            await self._sent(self.telegram.person(-100, "Nhóm ấp", "group").says(text or ""))
        elif label := re.fullmatch(r"bấm (.+)", what):
            await self._sent(self.person.taps(label[1]))
        elif many := re.fullmatch(r"(?:(\d+) )?ảnh", what):
            await self._photos(int(many[1] or 1), text)
        elif what in _FILES:
            await self._sent(self._document(_FILES[what], text))
        else:
            kind = _OTHERS[what]
            content = {"latitude": 9.3, "longitude": 105.7} if kind == "location" else {"file_id": "f1"}
            await self._sent(self.person.sends(**{kind: content}))

    async def sends_file(self, name: str, data: bytes, text: str | None) -> None:
        await self._sent(self.person.sends_document(data, name, "application/octet-stream", text))

    def _document(self, file: dict[str, Any], text: str | None) -> dict[str, Any]:
        file_id = self.telegram.keep(PDF)
        document = {"file_id": file_id, "file_unique_id": file_id, "file_name": file["name"]}
        document |= {"mime_type": file["mime"], "file_size": file.get("size", len(PDF))}
        return self.person.sends(document=document, **({"caption": text} if text else {}))

    def _photo(self) -> bytes:
        self._photos_taken += 1
        return a_photo(f"{self._photos_taken}")

    async def _photos(self, count: int, text: str | None) -> None:
        if count == 1:
            await self._sent(self.person.sends_photo(self._photo(), caption=text))
        else:
            self._albums += 1
            for number in range(count):
                words, album = (text if number == 0 else None), f"album-{self._albums}"
                self.person.sends_photo(self._photo(), caption=words, media_group_id=album)
            await self._sent({})


def a_photo(name: str) -> bytes:
    """A picture unlike those of other names."""
    return jpeg(40, 30) + name.encode()


def _says(line: str, button: str) -> bool:
    """Whether the button is the line, or its beginning, or what is left of it on a small label."""
    return fold(button) in fold(line) or fold(line) in fold(button)
