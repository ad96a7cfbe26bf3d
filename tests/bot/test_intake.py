"""One update, one transaction, at most one answer."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from bot import intake, routing
from bot.context import Context
from bot.messages import FileRef, Handled
from storage import messages, records
from storage.database import Database
from storage.errors import StorageUnavailable
from tests.bot.talk import BOT, Talk


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database).join("Sáu", "Minh")


def test_a_message_that_comes_again_is_not_answered_again(talk: Talk) -> None:
    assert talk.hands_in("Sáu", "hoạt động", message="7") is Handled.DONE
    before = talk.state()

    assert talk.hands_in("Sáu", "hoạt động", message="7") is Handled.SEEN
    assert talk.hands_in("Minh", "menu", message="7") is Handled.DONE, "another chat's numbers are its own"
    assert talk.state() == before
    assert len(talk.queued()) == 2


def test_confirming_twice_stores_once(talk: Talk) -> None:
    first = talk.says_all("Sáu", "don ve sinh kinh xang 45 nguoi hom nay", "1", "Đ")

    assert talk.says("Sáu", "Đ") == [first]
    assert talk.says("Sáu", "Đ", message="tap:1", tap="1") == [first]
    assert talk.count("record") == talk.count("revision") == 1


def test_a_group_is_not_answered(talk: Talk) -> None:
    before = talk.state() | {"account": talk.count("account")}

    assert talk.hands_in("Sáu", "hoạt động", chat="-100", private=False) is Handled.DONE
    assert talk.queued() == []
    assert talk.state() | {"account": talk.count("account")} == before


def test_everything_commits_together_or_not_at_all(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    before = talk.state()

    def broken(*args: Any) -> None:
        raise RuntimeError("outbox")

    with monkeypatch.context() as patched:
        patched.setattr(intake.outbox, "put", broken)
        patched.setattr(intake, "_keep_failed", lambda *args: None)
        talk.hands_in("Sáu", "hoạt động", message="9")

    assert talk.state() == before
    assert talk.hands_in("Sáu", "hoạt động", message="9") is Handled.DONE, "not seen: it was rolled back"


def test_what_raises_is_kept_whole_and_the_person_is_told(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(ctx: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(routing, "answer", broken)
    before = talk.state()

    assert talk.hands_in("Sáu", "hoạt động", raw='{"update": 1}') is Handled.FAILED

    (failed,) = talk.read(lambda tx: messages.failed(tx, 5))
    assert (failed.chat, failed.raw) == ("Sáu", '{"update": 1}')
    assert "RuntimeError: a bug" in (failed.trace or "")
    ((address, sorry),) = talk.queued()
    assert address == "Sáu"
    assert "chưa ghi được" in sorry.text and "0900 000 000" in sorry.text
    assert talk.state() == before


@pytest.mark.parametrize("reason", ["full", "locked"])
def test_a_full_disk_is_no_fault_of_the_update(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    async def unavailable(function: object) -> None:
        raise StorageUnavailable(reason, "…")

    with monkeypatch.context() as patched:
        patched.setattr(talk.db, "write", unavailable)
        assert talk.hands_in("Sáu", "menu", message="5") is Handled.RETRY

    assert talk.hands_in("Sáu", "menu", message="5") is Handled.DONE


def test_an_update_that_could_not_be_read_is_kept(talk: Talk) -> None:
    handled = asyncio.run(talk.desk.undecodable(BOT, "update:1", "{", "Traceback: x"))

    assert handled is Handled.FAILED
    (failed,) = talk.read(lambda tx: messages.failed(tx, 5))
    assert (failed.message, failed.raw) == ("update:1", "{")


def test_an_answer_says_what_numbers_mean(talk: Talk) -> None:
    talk.says("Sáu", "menu")
    offer = talk.read(lambda tx: messages.offer(tx, BOT, "Sáu"))
    assert offer is not None and offer.draft is None
    assert offer.options["1"] == "/hoatdong"

    talk.says("Sáu", "1")

    offer = talk.read(lambda tx: messages.offer(tx, BOT, "Sáu"))
    assert offer is not None and offer.draft == 1


# Bad input

PHOTO = FileRef("photo", "p1", size=1000)
WILD = {
    "10,000 characters": "a" * 10_000,
    "empty": "",
    "spaces": " \n\t ",
    "nothing": None,
    "emoji": "😀👍🏽🇻🇳",
    "right to left": "مرحبا \u202eabc\u202c שלום",
    "NUL and controls": "\x00\x01\x07\x0c\x1b[31m\x7f",
    "lone marks": "\u0301\u0309\u0323",
    "joiners": "\u200b\u200d\u2060\ufeff",
    "only a slash": "/",
    "unknown command": "/drop table",
    "template": "{{ x }} {% for %} {xung} %s",
    "xml": "<w:p>&amp;</w:p> ]]>",
    "formula": "=1+1",
    "sql": "'; DROP TABLE record; --",
    "long line": "họp " * 900,
    "many lines": "\n".join("x" for _ in range(2000)),
    "number too large": "9" * 300,
    "digits of another script": "٣",
}


@pytest.mark.parametrize("drafting", [False, True])
@pytest.mark.parametrize("wild", WILD)
def test_wild_text_gets_one_clear_answer_and_changes_nothing(talk: Talk, wild: str, drafting: bool) -> None:
    if drafting:
        talk.says_all("Sáu", "ủng hộ", "1", "tiền")
    before = talk.state()
    talk.queued()

    assert talk.hands_in("Sáu", WILD[wild]) is Handled.DONE

    ((_, answer),) = talk.queued()
    assert 0 < len(answer.text) <= 1_900
    assert not set("\x00\x07\x0c\x1b") & set(answer.text)
    assert talk.state() == before


@pytest.mark.parametrize("wild", ["template", "xml", "formula", "sql", "right to left"])
def test_what_looks_like_code_is_stored_and_shown_as_typed(talk: Talk, wild: str) -> None:
    typed = WILD[wild]
    shown = talk.says_all("Sáu", "ủng hộ", "1", "tiền", "500k", f"Bà {typed}")
    talk.says_all("Sáu", "1", "Đ")

    record = talk.read(lambda tx: records.get(tx, talk.number, 1))
    assert record is not None
    kept = record.answers["nguoi_ung_ho"]
    if wild != "right to left":  # of which the invisible marks go
        assert kept == f"Bà {typed}"
    assert kept in talk.says("Sáu", "xem 1")[0]
    assert "nêu tên" in shown


OTHERS = ("sticker", "voice", "location", "video", "contact", "poll", "unknown")


@pytest.mark.parametrize("drafting", [False, True])
@pytest.mark.parametrize(
    ("file", "words"),
    [
        *((FileRef("other", "", name=name), "chữ và ảnh") for name in OTHERS),
        (FileRef("document", "d", "bao cao.pdf", "application/pdf", 5), "không phải ảnh"),
        (FileRef("document", "d", "a.exe", "application/x-msdownload", 5), "không phải ảnh"),
        (FileRef("document", "d", None, None, None), "không phải ảnh"),
        (FileRef("document", "d", "a.zip", "image/../x", 5), "không phải ảnh"),
        (FileRef("photo", "d", "a.jpg", "image/jpeg", 50 << 20), "20 MB"),
        (FileRef("photo", "d", "a.jpg", "image/jpeg", (20 << 20) + 1), "20 MB"),
    ],
)  # fmt: skip
def test_files_that_are_no_photos(talk: Talk, file: FileRef, words: str, drafting: bool) -> None:
    if drafting:
        talk.says_all("Sáu", "ủng hộ", "1")
    before = talk.state()
    talk.queued()

    (answer,) = talk.says("Sáu", None, files=(file,))

    assert words in answer
    assert ("Câu 2/5" in answer) is drafting, "the question stands"
    assert talk.state() == before


def test_a_photo_is_kept_and_asks_for_words(talk: Talk) -> None:
    (answer,) = talk.says("Sáu", None, files=(PHOTO,))

    assert "gõ một dòng" in answer
    assert talk.count("attachment") == 1


def test_of_an_album_only_the_first_is_acknowledged(talk: Talk) -> None:
    answers = [talk.says("Sáu", None, files=(PHOTO,), album="a1") for _ in range(4)]

    assert [len(answer) for answer in answers] == [1, 0, 0, 0]
    assert talk.count("attachment") == 4


def test_strangers_leave_nothing_but_their_name(talk: Talk) -> None:
    before = talk.state()

    for files in ((), (PHOTO,), (FileRef("other", "", name="voice"),)):
        (answer,) = talk.says("Ai đó", "hoạt động", files=files)
        assert "mã mời" in answer

    assert talk.state() == before


@pytest.mark.parametrize(
    "text", ["/thoichac 1", "/tralai 1", "/nhac", "/thanhvien", "/baocao 2024", "/moinguoi"]
)
def test_a_command_of_another_role(talk: Talk, text: str) -> None:
    before = talk.state()

    (answer,) = talk.says("Sáu", text)

    assert "người khác phụ trách" in answer
    assert talk.state() == before


@pytest.mark.parametrize(
    "text", ["/chotthang 12 2024 1", "/khongphatsinh 12 2024 1", "/dabao 12 2024 1", "/baokhac 12 2024 4"]
)
def test_a_hamlet_not_ones_own(talk: Talk, text: str) -> None:
    before = talk.state()

    (answer,) = talk.says("Sáu", text)

    assert "người khác phụ trách" in answer
    assert talk.state() == before


@pytest.mark.parametrize(
    "text", ["/hoatdong 1", "/ghi hoat_dong:1 don ve sinh", "/ghi loi_van x", "/ghi x y"]
)
def test_a_form_for_a_hamlet_not_ones_own_is_not_opened_for_it(talk: Talk, text: str) -> None:
    talk.says("Sáu", text)

    hamlets = talk.read(lambda tx: tx.all("SELECT hamlet FROM draft"))
    assert all(hamlet == "3" for (hamlet,) in hamlets)


def test_a_database_error_of_ours_is_a_failed_message_not_a_crash(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(ctx: Context) -> None:
        ctx.tx.one("SELECT nothing FROM nowhere")

    monkeypatch.setattr(routing, "answer", broken)

    assert talk.hands_in("Sáu", "menu") is Handled.FAILED
    (failed,) = talk.read(lambda tx: messages.failed(tx, 1))
    assert sqlite3.OperationalError.__name__ in (failed.trace or "")
