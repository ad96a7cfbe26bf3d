"""What a raw update says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram_updates import decode, raw
from bot.messages import FileRef, Incoming
from tests.bot.channels.house import NOW

BOT = "telegram:1"
PERSON = {"id": 55, "is_bot": False, "first_name": "Tư", "last_name": "Lành"}
CHAT = {"id": 55, "type": "private", "first_name": "Tư", "last_name": "Lành"}
ENVELOPE = {"message_id": 9, "date": 1733620000, "chat": CHAT, "from": PERSON}
FILE = {"file_id": "F", "file_unique_id": "f", "file_size": 100, "mime_type": "audio/ogg"}


def read(**content: Any) -> Incoming | None:
    return decode(BOT, {"update_id": 1, "message": ENVELOPE | content}, NOW)


def said(**content: Any) -> Incoming:
    incoming = read(**content)
    assert incoming is not None
    return incoming


def test_a_text() -> None:
    incoming = said(text="báo cáo 2024")
    assert (incoming.bot, incoming.chat, incoming.message, incoming.sender) == (BOT, "55", "9", "Tư Lành")
    assert incoming.sent_at == datetime(2024, 12, 8, 1, 6, 40, tzinfo=UTC)
    assert (incoming.text, incoming.files, incoming.album, incoming.tap) == ("báo cáo 2024", (), None, None)
    assert (incoming.private, incoming.edited) == (True, False)
    assert json.loads(incoming.raw)["message"]["text"] == "báo cáo 2024"
    assert "báo cáo 2024" in incoming.raw


def test_of_a_photo_the_largest_size_counts() -> None:
    sizes = [
        {"file_id": "s", "file_unique_id": "1", "width": 90, "height": 60},
        {"file_id": "l", "file_unique_id": "2", "width": 1280, "height": 960, "file_size": 70_000},
        {"file_id": "m", "file_unique_id": "3", "width": 320, "height": 240},
    ]
    incoming = said(photo=sizes, caption="vệ sinh", media_group_id="g")
    assert incoming.files == (FileRef("photo", "l", size=70_000),)
    assert (incoming.text, incoming.album) == ("vệ sinh", "g")


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/jpeg", "photo"),
        ("application/pdf", "document"),
        (None, "document"),
        ("text/plain", "document"),
    ],
)
def test_a_document_that_is_an_image_is_a_photo(mime: str | None, kind: Any) -> None:
    document = {"file_id": "D", "file_unique_id": "d", "file_name": "ảnh.jpg", "file_size": 5}
    incoming = said(document=document if mime is None else document | {"mime_type": mime})
    assert incoming.files == (FileRef(kind, "D", "ảnh.jpg", mime, 5),)


@pytest.mark.parametrize("kind", ["sticker", "voice", "audio", "video", "video_note", "animation"])
def test_what_we_cannot_read_but_could_fetch(kind: str) -> None:
    content: dict[str, Any] = {kind: FILE}
    if kind == "animation":
        content["document"] = FILE  # Telegram sends both
    assert said(**content).files == (FileRef("other", "F", kind, "audio/ogg", 100),)


@pytest.mark.parametrize("kind", ["location", "contact", "poll", "venue", "dice", "story", "game"])
def test_what_we_cannot_read_and_not_fetch(kind: str) -> None:
    assert said(**{kind: {"x": 1}}).files == (FileRef("other", "", kind),)


def test_a_content_that_is_newer_than_this_program_is_not_passed_over() -> None:
    assert said(hologram={"x": 1}).files == (FileRef("other", "", "unknown"),)


def test_a_service_message_asks_for_nothing() -> None:
    assert read(pinned_message={"message_id": 1}) is None
    group = {"id": -7, "type": "group", "title": "Ấp 3"}
    assert read(chat=group, new_chat_members=[PERSON]) is None


def test_a_group_is_not_private() -> None:
    incoming = said(chat={"id": -7, "type": "supergroup", "title": "Ấp 3"}, text="chào")
    assert (incoming.private, incoming.chat) == (False, "-7")


def test_an_anonymous_admin_has_the_name_of_the_group() -> None:
    message = {key: value for key, value in ENVELOPE.items() if key != "from"}
    update = {
        "update_id": 1,
        "message": message | {"chat": {"id": -7, "type": "group", "title": "Ấp 3"}, "text": "a"},
    }
    incoming = decode(BOT, update, NOW)
    assert incoming is not None
    assert incoming.sender == "Ấp 3"


def test_an_edit_has_an_identity_of_its_own() -> None:
    def edited(at: int) -> Incoming | None:
        message = ENVELOPE | {"text": "sửa lại", "edit_date": at}
        return decode(BOT, {"update_id": 2, "edited_message": message}, NOW)

    first, second = edited(1733620100), edited(1733620200)
    assert first is not None
    assert second is not None
    assert first.edited
    assert first.text == "sửa lại"
    assert len({first.message, second.message, "9"}) == 3


def test_a_live_location_that_moves_is_no_edit() -> None:
    message = ENVELOPE | {"location": {"latitude": 9.6, "longitude": 105.9}, "edit_date": 1733620100}
    assert decode(BOT, {"update_id": 2, "edited_message": message}, NOW) is None


def test_a_tap() -> None:
    below = {"message_id": 3, "date": 0, "chat": CHAT}  # too old for Telegram to say more
    tap = {"id": "777", "from": PERSON, "message": below, "data": "/chotthang 11 2024", "chat_instance": "1"}
    incoming = decode(BOT, {"update_id": 3, "callback_query": tap}, NOW)
    assert incoming is not None
    assert (incoming.message, incoming.tap, incoming.text) == ("tap:777", "777", "/chotthang 11 2024")
    assert (incoming.chat, incoming.sent_at, incoming.private) == ("55", NOW, True)


def test_a_tap_outside_of_a_chat_is_none() -> None:
    tap = {"id": "777", "from": PERSON, "data": "/chot", "inline_message_id": "x", "chat_instance": "1"}
    assert decode(BOT, {"update_id": 3, "callback_query": tap}, NOW) is None


@pytest.mark.parametrize("kind", ["my_chat_member", "message_reaction", "something_new"])
def test_other_kinds_of_updates_ask_for_nothing(kind: str) -> None:
    assert decode(BOT, {"update_id": 4, kind: {"chat": CHAT}}, NOW) is None


def test_half_a_character_can_be_stored() -> None:
    incoming = said(text="a\ud83d b \ud83c\udf8b")
    assert incoming.text == "a� b 🎋"
    assert json.loads(raw({"text": "ế \ud83d"})) == {"text": "ế \ud83d"}
    raw({"text": "ế \ud83d"}).encode()


@pytest.mark.parametrize(
    "broken",
    [
        {"text": 5},
        {"text": "a", "chat": None},
        {"text": "a", "chat": {"type": "private"}},
        {"text": "a", "date": "hôm qua"},
        {"text": "a", "date": 10**20},
        {"text": "a", "message_id": True},
        {"photo": [{"file_id": "x"}]},
        {"document": {"file_name": "a"}},
        {"document": "x"},
    ],
)
def test_what_is_no_update_raises(broken: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError, AttributeError, OverflowError)):
        read(**broken)
