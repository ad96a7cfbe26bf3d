"""What a raw Zalo update says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.zalo_polling import read
from bot.channels.zalo_updates import Albums, decode, listed, unwrapped
from bot.messages import FileRef, Incoming

BOT = "zalo:1"
PERSON = {"id": "z55", "is_bot": False, "display_name": "Tư Lành"}
ENVELOPE = {
    "message_id": "m9",
    "date": 1733620000123,
    "chat": {"id": "z55", "chat_type": "PRIVATE"},
    "from": PERSON,
}
URL = "https://anh.example.vn/1.jpg"


def made(event: str = "message.text.received", **content: Any) -> dict[str, Any]:
    return {"event_name": event, "message": ENVELOPE | content}


def said(event: str = "message.text.received", **content: Any) -> Incoming:
    incoming = decode(BOT, made(event, **content))
    assert incoming is not None
    return incoming


def test_a_text() -> None:
    incoming = said(text="báo cáo 2024")
    assert (incoming.bot, incoming.chat, incoming.message, incoming.sender) == (BOT, "z55", "m9", "Tư Lành")
    assert incoming.sent_at == datetime(2024, 12, 8, 1, 6, 40, 123000, tzinfo=UTC)
    assert (incoming.text, incoming.files, incoming.album, incoming.tap) == ("báo cáo 2024", (), None, None)
    assert (incoming.private, incoming.edited) == (True, False)
    assert json.loads(incoming.raw) == made(text="báo cáo 2024")
    assert "báo cáo 2024" in incoming.raw


@pytest.mark.parametrize("key", ["photo_url", "photo"])
@pytest.mark.parametrize("words", ["caption", "text"])
def test_a_photo_under_either_key(key: str, words: str) -> None:
    incoming = said("message.image.received", **{key: URL, words: "vệ sinh"})
    assert incoming.files == (FileRef("photo", URL),)
    assert incoming.text == "vệ sinh"
    assert said("message.image.received", **{key: URL}).text is None


@pytest.mark.parametrize(
    ("event", "content", "name"),
    [
        ("message.sticker.received", {"sticker": "s", "url": "https://x"}, "sticker"),
        ("message.voice.received", {"voice_url": "https://x"}, "voice"),
        ("message.unsupported.received", {}, "unknown"),
        ("message.hologram.received", {"hologram": {}}, "unknown"),
        ("message.image.received", {}, "unknown"),  # without an address: it has to be sent again
        ("something.new", {}, "unknown"),
    ],
)
def test_what_is_no_text_and_no_photo(event: str, content: dict[str, Any], name: str) -> None:
    incoming = said(event, **content)
    assert incoming.files == (FileRef("other", "", name=name),)
    assert incoming.text is None


def test_an_event_of_a_new_kind_with_words_is_its_words() -> None:
    incoming = said("message.reply.received", text="dạ")
    assert (incoming.text, incoming.files) == ("dạ", ())


@pytest.mark.parametrize("kind", ["GROUP", "group", "COMMUNITY"])
def test_a_group_is_not_private(kind: str) -> None:
    assert not said(text="a", chat={"id": "g1", "chat_type": kind}).private


def test_a_chat_that_says_no_kind_is_private() -> None:
    assert said(text="a", chat={"id": "z55"}).private


def test_what_asks_for_nothing() -> None:
    assert decode(BOT, {"event_name": "user.followed", "user": {}}) is None
    assert decode(BOT, made(text="a", **{"from": PERSON | {"is_bot": True}})) is None


def test_ids_and_dates_as_numbers_or_texts() -> None:
    incoming = said(message_id=9, chat={"id": 55, "chat_type": "PRIVATE"}, date="1733620000123", text="a")
    assert (incoming.chat, incoming.message) == ("55", "9")
    assert incoming.sent_at == said(text="a").sent_at
    assert said(date=1733620000, text="a").sent_at == datetime(2024, 12, 8, 1, 6, 40, tzinfo=UTC)


def test_half_a_character_can_be_stored() -> None:
    incoming = said(text="a\ud83d", **{"from": PERSON | {"display_name": "\udc00"}})
    for text in (incoming.text, incoming.sender, incoming.raw):
        assert text is not None
        text.encode()


@pytest.mark.parametrize(
    "update",
    [
        [],
        "x",
        {},
        {"event_name": 5, "message": ENVELOPE},
        {"event_name": "message.text.received", "message": None},
        {"event_name": "message.text.received", "message": {}},
        made(text=5),
        made(text="a", message_id=None),
        made(text="a", message_id=""),
        made(text="a", message_id=True),
        made(text="a", chat=None),
        made(text="a", date="hôm nay"),
        made(text="a", date=1e300),
        made(text="a", **{"from": None}),
        made("message.image.received", photo_url=["x"]),
    ],
)
def test_what_cannot_be_read_is_kept_as_it_came(update: Any) -> None:
    found = read(BOT, update, Albums())
    assert found is not None
    assert found.incoming is None
    assert "Traceback" in (found.trace or "")
    assert found.key == read(BOT, update, Albums()).key  # type: ignore[union-attr]
    assert found.raw == update


@pytest.mark.parametrize(
    ("result", "count"), [(made(text="a"), 1), ([made(), made()], 2), ([], 0), ({}, 0), (None, 0), ("x", 1)]
)
def test_a_poll_brings_one_update_or_a_list(result: Any, count: int) -> None:
    assert len(listed(result)) == count


def test_a_webhook_s_body_is_wrapped_or_bare() -> None:
    update = made(text="a")
    assert unwrapped({"ok": True, "result": update}) == update
    assert unwrapped(update) == update
    assert unwrapped([1]) == [1]


def test_photos_soon_after_each_other_are_an_album() -> None:
    albums, first = Albums(timedelta(seconds=10)), said("message.image.received", photo_url=URL)

    def photo(seconds: float, chat: str = "z55", message: str = "x") -> str | None:
        at = first.sent_at + timedelta(seconds=seconds)
        return albums.placed(replace(first, sent_at=at, chat=chat, message=f"{message}{seconds}{chat}")).album

    one = photo(0)
    assert one is not None
    assert photo(9) == photo(18) == one
    assert photo(5, chat="z56") != one
    assert photo(18) == one  # delivered again
    later = photo(40)
    assert later not in (None, one)
    words = replace(first, files=(), text="a")
    assert albums.placed(words) == words
