"""People on a fake Zalo: they type and send photos, and see what the bot sent them. There are no buttons."""

from __future__ import annotations

from typing import Any, Protocol

from tests.fake_people import Listener

PHOTO_URL = "https://photo-zalo.example.vn/anh-1.jpg"


class Zalo(Protocol):
    """What a person needs of the platform."""

    photo_key: str

    def milliseconds(self) -> int: ...
    def new_message(self) -> str: ...
    def update(self, event: str, **message: Any) -> dict[str, Any]: ...


class ZaloPerson(Listener):
    """Somebody in a private chat with the bot (or, with ``kind`` "GROUP", one who writes in a group)."""

    def __init__(self, zalo: Zalo, chat: str, name: str, kind: str) -> None:
        super().__init__(name)
        self._zalo, self.chat, self.kind = zalo, chat, kind

    # What people do. Each returns the update.

    def says(self, text: str) -> dict[str, Any]:
        return self.sends("text", text=text)

    def sends_photo(self, url: str = PHOTO_URL, caption: str | None = None) -> dict[str, Any]:
        more = {} if caption is None else {"caption": caption}
        return self.sends("image", **{self._zalo.photo_key: url}, **more)

    def sends_sticker(self) -> dict[str, Any]:
        return self.sends("sticker", sticker="bfe458bf64fa8da4d4eb", url="https://sticker.example.vn/1.png")

    def speaks(self) -> dict[str, Any]:
        return self.sends("voice", voice_url="https://voice.example.vn/1.m4a")

    def sends_unsupported(self) -> dict[str, Any]:
        """A file, a place, a card: Zalo says only that there was something."""
        return self.sends("unsupported")

    def sends(self, event: str, **content: Any) -> dict[str, Any]:
        who = self.chat if self.kind == "PRIVATE" else f"{self.chat}-member"
        return self._zalo.update(
            f"message.{event}.received",
            message_id=self._zalo.new_message(),
            date=self._zalo.milliseconds(),
            chat={"id": self.chat, "chat_type": self.kind},
            **{"from": {"id": who, "display_name": self.name, "is_bot": False}},
            **content,
        )
