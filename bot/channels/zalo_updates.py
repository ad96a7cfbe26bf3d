"""What a raw Zalo update says: from its JSON to an Incoming.

It reads what this program needs and nothing else, so that a change elsewhere in an update breaks nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from bot.channels import decoding
from bot.channels.decoding import identity
from bot.messages import FileRef, Incoming

TOGETHER: Final = timedelta(seconds=10)  # photos that follow each other so soon were sent together
_CHATS = 1000  # of which the last photo is remembered
_EVENTS = {"sticker": "sticker", "voice": "voice"}


def unwrapped(body: object) -> object:
    """The update within a webhook's body, which may be the update itself."""
    if isinstance(body, Mapping) and "event_name" not in body and "result" in body:
        return body["result"]
    return body


def listed(result: object) -> list[object]:
    """The updates of a poll: one, or a list, or none."""
    if isinstance(result, list):
        return result
    return [] if result is None or result == {} else [result]


def decode(bot: str, update: object) -> Incoming | None:
    """The update as an Incoming; None for what asks for nothing (an event without a message, the bot's own).

    Raises for an update that is not what Zalo describes (KeyError, TypeError, ValueError, AttributeError,
    OverflowError).
    """
    if not isinstance(update, Mapping):
        raise TypeError("no update")
    event = decoding.text(update["event_name"])
    if "message" not in update:
        return None
    message = update["message"]
    sender, chat = message["from"], message["chat"]
    if sender.get("is_bot") is True:
        return None
    text = message.get("text", message.get("caption"))
    return Incoming(
        bot=bot,
        chat=_name_of(chat["id"]),
        message=_name_of(message["message_id"]),
        sent_at=_moment(message["date"]),
        sender=decoding.text(sender.get("display_name") or ""),
        text=decoding.text(text) if text else None,
        files=_files(event, message),
        private=str(chat.get("chat_type", "PRIVATE")).upper() in ("PRIVATE", "USER"),
        raw=decoding.raw(update),
    )


def _files(event: str, message: Mapping[str, Any]) -> tuple[FileRef, ...]:
    photo = message.get("photo_url") or message.get("photo")
    if photo:
        return (FileRef("photo", decoding.text(photo)),)
    kind = event.removeprefix("message.").removesuffix(".received")
    if kind == "text" or message.get("text"):
        return ()
    # A photo without its address too: it has to be sent again.
    return (FileRef("other", "", name=_EVENTS.get(kind, "unknown")),)


def _name_of(value: object) -> str:
    name = identity(value)
    if not name:
        raise ValueError("an empty id")
    return decoding.text(name)


def _moment(date: object) -> datetime:
    """Epoch milliseconds; seconds are taken for what they are."""
    if isinstance(date, str):
        date = int(date)
    if isinstance(date, bool) or not isinstance(date, int | float):
        raise TypeError(f"no date: {date!r}")
    return datetime.fromtimestamp(date / 1000 if date > 100_000_000_000 else date, UTC)


class Albums:
    """Zalo does not say which photos were sent together: those that follow each other soon enough were.

    The same photo, delivered again, stays in its album.
    """

    def __init__(self, together: timedelta = TOGETHER) -> None:
        self._together = together
        self._last: OrderedDict[str, Incoming] = OrderedDict()  # photo of each chat, with its album

    def placed(self, incoming: Incoming) -> Incoming:
        """The same, with its album where it is a photo."""
        if not any(file.kind == "photo" for file in incoming.files):
            return incoming
        before = self._last.get(incoming.chat)
        joins = before is not None and abs(incoming.sent_at - before.sent_at) <= self._together
        album = before.album if before is not None and joins else incoming.message
        placed = replace(incoming, album=album)
        self._last[incoming.chat] = placed
        self._last.move_to_end(incoming.chat)
        if len(self._last) > _CHATS:
            self._last.popitem(last=False)
        return placed
