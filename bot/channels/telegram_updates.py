"""What a raw Telegram update says: a pure function from its JSON to an Incoming.

It reads what this program needs and nothing else, so that a change elsewhere in an update breaks nothing.
python-telegram-bot's own decoding builds every object of the update, which took forty times as long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels import decoding
from bot.channels.decoding import identity, raw
from bot.messages import FileRef, Incoming

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for (``allowed_updates``)."""

# Contents that are no text, photo or file; those with a file_id can be fetched.
_OTHER = (
    "animation",
    "audio",
    "sticker",
    "video",
    "video_note",
    "voice",
    "live_photo",
    "paid_media",
    "story",
    "contact",
    "location",
    "venue",
    "dice",
    "poll",
    "game",
    "invoice",
    "checklist",
)
# A message with one of these and no content of its own says something about the chat: it asks for nothing.
_SERVICE = frozenset(
    [
        "pinned_message",
        "message_auto_delete_timer_changed",
        "chat_background_set",
        "write_access_allowed",
        "users_shared",
        "chat_shared",
        "connected_website",
        "boost_added",
        "successful_payment",
        "refunded_payment",
        "gift",
        "unique_gift",
    ]
)


def decode(bot: str, update: Mapping[str, Any], now: datetime) -> Incoming | None:
    """The update as an Incoming; None for what asks for nothing (a kind of update that we do not use, a
    service message, the bot being blocked).

    ``now`` is when a tap happened, since Telegram does not say. Raises for an update that is not what the Bot
    API describes (KeyError, TypeError, ValueError, AttributeError, OverflowError).
    """
    if "message" in update:
        return _message(bot, update, update["message"])
    if "edited_message" in update:
        return _edited(bot, update, update["edited_message"])
    if "callback_query" in update:
        return _tap(bot, update, update["callback_query"], now)
    return None


def _message(bot: str, update: Mapping[str, Any], message: Mapping[str, Any]) -> Incoming | None:
    text = message.get("text", message.get("caption"))
    files = _files(message)
    if text is None and not files:
        return None
    chat = message["chat"]
    return Incoming(
        bot=bot,
        chat=identity(chat["id"]),
        message=identity(message["message_id"]),
        sent_at=datetime.fromtimestamp(message["date"], UTC),
        sender=_name(message.get("from", chat)),
        text=None if text is None else decoding.text(text),
        files=files,
        album=message.get("media_group_id"),
        private=chat["type"] == "private",
        raw=raw(update),
    )


def _edited(bot: str, update: Mapping[str, Any], message: Mapping[str, Any]) -> Incoming | None:
    if "location" in message:
        return None  # a live location moves by edits, every few seconds
    incoming = _message(bot, update, message)
    if incoming is None:
        return None
    # Its own identity: under that of the message it would count as seen, and the person would not be told.
    edition = f"edit:{incoming.message}:{identity(message['edit_date'])}"
    return replace(incoming, message=edition, edited=True)


def _tap(bot: str, update: Mapping[str, Any], tap: Mapping[str, Any], now: datetime) -> Incoming | None:
    if "message" not in tap or "data" not in tap:
        return None  # on a message of another bot's making, or a game
    chat = tap["message"]["chat"]
    return Incoming(
        bot=bot,
        chat=identity(chat["id"]),
        message=f"tap:{identity(tap['id'])}",
        sent_at=now,
        sender=_name(tap["from"]),
        text=decoding.text(tap["data"]),
        private=chat["type"] == "private",
        tap=identity(tap["id"]),
        raw=raw(update),
    )


def _files(message: Mapping[str, Any]) -> tuple[FileRef, ...]:
    if photo := message.get("photo"):
        largest = max(photo, key=lambda size: int(size["width"]) * int(size["height"]))
        return (FileRef("photo", identity(largest["file_id"]), size=largest.get("file_size")),)
    for kind in _OTHER:  # before documents: an animation comes as both
        if kind in message:
            return (_other(kind, message[kind]),)
    if (document := message.get("document")) is not None:
        return (_document(document),)
    return () if "text" in message or not _news(message) else (FileRef("other", "", name="unknown"),)


def _document(document: Mapping[str, Any]) -> FileRef:
    mime = document.get("mime_type")
    name = document.get("file_name")
    return FileRef(
        "photo" if mime is not None and mime.startswith("image/") else "document",
        identity(document["file_id"]),
        name=None if name is None else decoding.text(name),
        mime=mime,
        size=document.get("file_size"),
    )


def _other(kind: str, content: Any) -> FileRef:
    if not isinstance(content, Mapping) or "file_id" not in content:
        return FileRef("other", "", name=kind)
    address, mime, size = identity(content["file_id"]), content.get("mime_type"), content.get("file_size")
    return FileRef("other", address, name=kind, mime=mime, size=size)


def _news(message: Mapping[str, Any]) -> bool:
    """Whether a person sent something that this program has never heard of."""
    return message["chat"]["type"] == "private" and _SERVICE.isdisjoint(message)


def _name(person: Mapping[str, Any]) -> str:
    parts = (person.get("first_name") or person.get("title"), person.get("last_name"))
    return decoding.text(" ".join(part for part in parts if part))
