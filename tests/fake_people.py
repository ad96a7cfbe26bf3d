"""People on a fake platform: they type, tap and send photos, and see what the bot sent them."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c63f8cfc0f01f00050001ff56c72f0d0000000049454e44ae426082"
)


class Telegram(Protocol):
    """What a person needs of the platform."""

    def now(self) -> int: ...
    def keep(self, content: bytes) -> str: ...
    def new_tap(self) -> str: ...
    def person(self, chat: int, name: str, kind: str) -> Person: ...
    def update(self, **content: Any) -> dict[str, Any]: ...


@dataclass
class Received:
    """A message of the bot as a person sees it."""

    message_id: int | str
    text: str
    method: str = "sendMessage"
    labels: list[str] = field(default_factory=list)  # of the reply keyboard
    commands: dict[str, str] = field(default_factory=dict)  # inline buttons: label to data
    keyboard_removed: bool = False
    file: bytes | None = None
    file_name: str | None = None
    url: str | None = None  # of a photo that came as one

    def as_json(self) -> dict[str, Any]:
        shown = {key: value for key, value in vars(self).items() if key != "file"}
        return shown | {"bytes": None if self.file is None else len(self.file)}


class Listener:
    """Somebody who hears what a bot says, on any platform."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.messages: list[Received] = []
        self.typing = 0  # how often the bot showed that it types
        self._heard = asyncio.Event()

    @property
    def last(self) -> Received:
        return self.messages[-1]

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    async def hears(self, count: int) -> list[Received]:
        """The first ``count`` messages, once so many have come."""
        while len(self.messages) < count:
            await self._heard.wait()
        return self.messages[:count]

    def receives(self, message: Received) -> None:
        self.messages.append(message)
        self._heard.set()
        self._heard = asyncio.Event()


class Person(Listener):
    """Somebody in a private chat with the bot (or, with ``kind`` "group", a whole group)."""

    def __init__(self, telegram: Telegram, chat: int, name: str, kind: str) -> None:
        super().__init__(name)
        self._telegram, self.chat, self.kind = telegram, chat, kind
        self.keyboard: list[str] = []
        self.blocked = False
        self.moved_to: int | None = None
        self._numbers = 0

    # What people do. Each returns the update.

    def says(self, text: str, **more: Any) -> dict[str, Any]:
        return self._sends(text=text, **more)

    def taps(self, button: str) -> dict[str, Any]:
        """A button that is shown: of the keyboard by its label, below a message by label or command."""
        if button in self.keyboard:
            return self.says(button)
        for message in reversed(self.messages):
            for label, command in message.commands.items():
                if button in (label, command):
                    return self._taps(message, command)
        raise AssertionError(f"{self.name} sees no button {button!r}")

    def sends_photo(self, content: bytes = PNG, caption: str | None = None, **more: Any) -> dict[str, Any]:
        thumb, whole = self._telegram.keep(content[:20]), self._telegram.keep(content)
        sizes = [
            {
                "file_id": file_id,
                "file_unique_id": f"u{file_id}",
                "width": side,
                "height": side,
                "file_size": size,
            }
            for file_id, side, size in ((thumb, 90, 20), (whole, 1280, len(content)))
        ]
        return self._sends(photo=sizes, **_caption(caption), **more)

    def sends_album(self, photos: int, caption: str | None = None) -> list[dict[str, Any]]:
        """So many photos as one album: several updates, the caption on the first."""
        album = f"album{time.monotonic_ns()}"
        return [
            self.sends_photo(caption=caption if number == 0 else None, media_group_id=album)
            for number in range(photos)
        ]

    def sends_document(
        self, content: bytes, name: str, mime: str, caption: str | None = None
    ) -> dict[str, Any]:
        file_id = self._telegram.keep(content)
        document = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_name": name, "mime_type": mime}
        return self._sends(document=document | {"file_size": len(content)}, **_caption(caption))

    def sends(self, **content: Any) -> dict[str, Any]:
        """Anything else: ``sends(location={…})``."""
        return self._sends(**content)

    def edits(self, update: dict[str, Any], text: str) -> dict[str, Any]:
        message = update["message"] | {"text": text, "edit_date": self._telegram.now()}
        return self._telegram.update(edited_message=message)

    def blocks(self) -> dict[str, Any]:
        self.blocked = True
        member = {"user": {"id": 123456, "is_bot": True, "first_name": "Matran"}, "status": "kicked"}
        change = {"chat": self.as_chat(), "from": self.as_user(), "date": self._telegram.now()}
        return self._telegram.update(
            my_chat_member=change | {"new_chat_member": member, "old_chat_member": member}
        )

    def moves(self, chat: int) -> Person:
        """The chat goes on under another id."""
        self.moved_to = chat
        return self._telegram.person(chat, self.name, self.kind)

    # The bot's side.

    def receives(self, message: Received) -> None:
        if message.labels:
            self.keyboard = message.labels
        elif message.keyboard_removed:
            self.keyboard = []
        super().receives(message)

    def next_number(self) -> int:
        self._numbers += 1
        return self._numbers

    def as_chat(self) -> dict[str, Any]:
        key = "first_name" if self.kind == "private" else "title"
        return {"id": self.chat, "type": self.kind, key: self.name}

    def as_user(self) -> dict[str, Any]:
        return {"id": abs(self.chat), "is_bot": False, "first_name": self.name, "language_code": "vi"}

    def _sends(self, **content: Any) -> dict[str, Any]:
        message = {"message_id": self.next_number(), "date": self._telegram.now(), "chat": self.as_chat()}
        return self._telegram.update(message=message | {"from": self.as_user()} | content)

    def _taps(self, message: Received, data: str) -> dict[str, Any]:
        below = {"message_id": message.message_id, "date": self._telegram.now(), "chat": self.as_chat()}
        tap = {"id": self._telegram.new_tap(), "from": self.as_user(), "chat_instance": "1"}
        return self._telegram.update(callback_query=tap | {"message": below, "data": data})


def _caption(caption: str | None) -> dict[str, str]:
    return {} if caption is None else {"caption": caption}
