"""Telegram: what is received, sent and fetched, through HTTP on loopback."""

from __future__ import annotations

import asyncio
import json
import random
import traceback
from base64 import b64decode
from pathlib import Path

import pytest

from bot.channels.patience import Patience
from bot.channels.telegram import PACE, TelegramChannel
from bot.doors import qr_picture
from bot.messages import (
    Button,
    FileGone,
    FileTooLarge,
    Gone,
    Handled,
    Incoming,
    Later,
    Moved,
    Outgoing,
    Rejected,
    Result,
    Sent,
    TokenRefused,
    Unsure,
)
from tests.bot.channels.conftest import MakeChannel
from tests.bot.channels.house import NOW, FakeTime, Notebook, running
from tests.fake_people import PNG
from tests.fake_platform import CUT, HANG, HTML, Fault
from tests.fake_telegram import FLOOD, FakeTelegram

pytestmark = pytest.mark.anyio

QUICK = Patience(poll=0, answer=0.1)  # for what hangs: the only real time that a test waits for

# Receiving


async def test_what_people_say_arrives_in_order(telegram: FakeTelegram, connect: MakeChannel) -> None:
    notebook, person = Notebook(), telegram.person(7001, "Bà Tư")
    for number in range(250):  # more than one batch
        person.says(f"tin {number}")
    async with connect() as channel, running(channel.run(notebook)):
        await telegram.all_confirmed()
    assert notebook.texts == [f"tin {number}" for number in range(250)]
    first = notebook.kept[0]
    assert (first.bot, first.chat, first.message, first.sender) == ("telegram:123456", "7001", "1", "Bà Tư")


async def test_an_update_is_confirmed_only_when_intake_has_kept_it(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    reached, release = asyncio.Event(), asyncio.Event()

    async def gate(incoming: Incoming) -> None:
        reached.set()
        await release.wait()

    notebook = Notebook(gate=gate)
    telegram.person().says("ghi giúp")
    async with connect() as channel, running(channel.run(notebook)):
        await reached.wait()
        assert len(telegram.unconfirmed) == 1
        release.set()
        await telegram.all_confirmed()
    assert notebook.texts == ["ghi giúp"]


async def test_what_was_being_handled_when_the_program_died_comes_again(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    reached = asyncio.Event()

    async def gate(incoming: Incoming) -> None:
        reached.set()
        await asyncio.Event().wait()

    telegram.person().says("một")
    async with connect() as channel, running(channel.run(Notebook(gate=gate))):
        await reached.wait()
    notebook = Notebook()
    async with connect() as channel, running(channel.run(notebook)):
        await telegram.all_confirmed()
    assert notebook.texts == ["một"]


async def test_while_nothing_can_be_stored_updates_are_kept_and_offered_again(
    telegram: FakeTelegram, connect: MakeChannel, time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    notebook = Notebook(answers=[Handled.RETRY] * 4)
    telegram.person().says("một")
    telegram.person().says("hai")
    async with connect() as channel, running(channel.run(notebook)):
        await telegram.all_confirmed()
    assert notebook.texts == ["một", "hai"]
    assert time.slept[:4] == [1, 2, 4, 8]
    assert caplog.text.count("chưa ghi được vào kho dữ liệu") == 1


async def test_duplicates_are_kept_once(telegram: FakeTelegram, connect: MakeChannel) -> None:
    notebook, person = Notebook(), telegram.person()
    async with connect() as channel, running(channel.run(notebook)):
        await channel.send("7001", Outgoing("Chốt?", (Button("Chốt", "/chotthang 11 2024"),)))
        said = person.says("một")
        telegram.queue(said)
        telegram.again(said)
        tapped = person.taps("Chốt")
        telegram.again(tapped)
        await telegram.all_confirmed()
    assert notebook.texts == ["một", "/chotthang 11 2024"]
    assert notebook.offered == 5


async def test_a_malformed_update_does_not_take_the_others_with_it(
    telegram: FakeTelegram, connect: MakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    notebook, person = Notebook(), telegram.person()
    person.says("trước")
    telegram.update(message={"message_id": 5, "chat": "hỏng", "text": "\ud800"})
    telegram.queue(["không phải cập nhật"])
    telegram.queue({"message": {"text": "không số"}})
    person.says("sau")
    async with connect() as channel, running(channel.run(notebook)):
        await telegram.all_confirmed()
    assert notebook.texts == ["trước", "sau"]
    keys = [key for key, _, _ in notebook.spoiled]
    assert keys[0] == "update:1002"
    assert len(set(keys)) == 3
    assert "hỏng" in notebook.spoiled[0][1]
    assert "TypeError" in notebook.spoiled[0][2] or "KeyError" in notebook.spoiled[0][2]
    assert "update:1002" in caplog.text


async def test_an_intake_that_breaks_its_promise_does_not_end_the_bot(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    notebook = Notebook(answers=[ZeroDivisionError("lỗi")])
    telegram.person().says("một")
    telegram.person().says("hai")
    async with connect() as channel, running(channel.run(notebook)):
        await telegram.all_confirmed()
    assert notebook.texts == ["hai"]
    assert "ZeroDivisionError" in notebook.spoiled[0][2]


async def test_one_slow_chat_does_not_hold_up_the_others(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    release = asyncio.Event()

    async def gate(incoming: Incoming) -> None:
        if incoming.chat == "1":
            await release.wait()

    notebook = Notebook(gate=gate)
    for chat in (1, 2, 1, 2):
        telegram.person(chat).says(f"của {chat}")
    async with connect() as channel, running(channel.run(notebook)):
        await notebook.keeps(2)
        assert notebook.texts == ["của 2", "của 2"]
        assert len(telegram.unconfirmed) == 4
        release.set()
        await telegram.all_confirmed()
    assert sorted(text or "" for text in notebook.texts) == ["của 1", "của 1", "của 2", "của 2"]


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault(409, description="Conflict: terminated by other getUpdates request"), "chương trình khác"),
        (
            Fault(409, description="Conflict: webhook is active"),
            "đang được đặt webhook",
        ),
        (Fault(401, description="Unauthorized"), "mã bot không được chấp nhận"),
        (Fault(404, description="Not Found"), "mã bot không được chấp nhận"),
        (Fault(502, description="Bad Gateway"), "HTTP 502"),
        (Fault(502, html=True), "HTTP 502"),
        (Fault(403, html=True), "HTTP 403"),
        (HTML, "trả lời lạ"),
        (FLOOD, "HTTP 429"),
        (CUT, "chưa nối được mạng"),
        (HANG, "chưa nối được mạng"),
    ],
)
async def test_trouble_while_receiving_is_told_once_and_outlived(
    telegram: FakeTelegram,
    connect: MakeChannel,
    time: FakeTime,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    line: str,
) -> None:
    caplog.set_level("DEBUG")
    telegram.fail("getUpdates", fault, fault, fault)
    telegram.person().says("vẫn đây")
    notebook = Notebook()
    async with connect(patience=QUICK) as channel, running(channel.run(notebook)):
        await telegram.all_confirmed()
    assert notebook.texts == ["vẫn đây"]
    assert caplog.text.count(line) == 1
    assert caplog.text.count("đã nối lại") == 1
    assert time.slept[:3] == sorted(time.slept[:3])
    assert min(time.slept[:3]) > 0.5
    assert telegram.token not in caplog.text


async def test_a_server_that_cannot_be_reached_is_waited_for(
    telegram: FakeTelegram, connect: MakeChannel, time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(telegram.root.rpartition(":")[2])
    await telegram.close()
    later = FakeTelegram()
    later.person().says("chào")
    notebook = Notebook()

    async def sleep(seconds: float) -> None:
        await time.sleep(seconds)
        if len(time.slept) == 3:
            await later.start(port)

    async with connect(sleep=sleep) as channel, running(channel.run(notebook)):
        await later.all_confirmed()
    await later.close()
    assert notebook.texts == ["chào"]
    assert caplog.text.count("chưa nối được mạng (ConnectError)") == 1


async def test_an_album_comes_as_its_pictures(telegram: FakeTelegram, connect: MakeChannel) -> None:
    notebook, person = Notebook(), telegram.person()
    person.sends_album(3, "vệ sinh kinh xáng")
    async with connect() as channel, running(channel.run(notebook)):
        await telegram.all_confirmed()
        content = await channel.fetch(notebook.kept[2].files[0].address, 10_000)
    assert [(i.text, len(i.files)) for i in notebook.kept] == [("vệ sinh kinh xáng", 1), (None, 1), (None, 1)]
    assert len({incoming.album for incoming in notebook.kept}) == 1
    assert content == PNG


async def test_a_tap_is_its_command_and_is_acknowledged(telegram: FakeTelegram, connect: MakeChannel) -> None:
    notebook, person = Notebook(), telegram.person()
    async with connect() as channel, running(channel.run(notebook)):
        await channel.send("7001", Outgoing("Chốt?", (Button("Chốt", "/chotthang 11 2024"),)))
        telegram.fail("answerCallbackQuery", Fault(400, description="Bad Request: query is too old"))
        person.taps("Chốt")
        person.taps("Chốt")
        await telegram.all_confirmed()
        await telegram.called("answerCallbackQuery", 2)
    assert notebook.texts == ["/chotthang 11 2024"] * 2  # two taps are two, and may be repeated
    assert telegram.acknowledged == [notebook.kept[1].tap]


async def test_who_blocks_the_bot_says_nothing(telegram: FakeTelegram, connect: MakeChannel) -> None:
    notebook, person = Notebook(), telegram.person()
    async with connect() as channel, running(channel.run(notebook)):
        person.blocks()
        person.sends(pinned_message={"message_id": 1})
        await telegram.all_confirmed()
    assert notebook.offered == 0
    assert notebook.spoiled == []


async def test_the_menu_is_offered_and_its_failure_does_not_matter(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    telegram.fail("setMyCommands", Fault(500))
    notebook = Notebook()
    for times in (1, 2):
        telegram.person().says("x")
        async with connect(menu={"baocao": "Báo cáo năm"}) as channel, running(channel.run(notebook)):
            await telegram.all_confirmed()
            await telegram.called("setMyCommands", times)
    assert telegram.commands == [{"command": "baocao", "description": "Báo cáo năm"}]


async def test_a_server_that_says_nothing_new_is_not_asked_without_pause(
    telegram: FakeTelegram, connect: MakeChannel, time: FakeTime
) -> None:
    async with connect(patience=Patience(poll=0)) as channel, running(channel.run(Notebook())):
        await telegram.called("getUpdates", 4)
    assert set(time.slept) == {1.0}


# Who the bot is


async def test_the_identity_of_the_bot(telegram: FakeTelegram, connect: MakeChannel) -> None:
    async with connect() as channel:
        identity = await channel.identity()
        assert (channel.bot, channel.pace) == ("telegram:123456", PACE)
    assert (identity.bot, identity.link) == ("telegram:123456", "https://t.me/matran_test_bot")


async def test_a_wrong_token_is_refused_without_being_shown(connect: MakeChannel, tmp_path: Path) -> None:
    async with connect(token="654321:another-token") as channel:
        with pytest.raises(TokenRefused) as refused:
            await channel.identity()
    assert "another" not in "".join(traceback.format_exception(refused.value))
    with pytest.raises(ValueError, match="not a Telegram bot token") as error:
        TelegramChannel("very secret", tmp_path, lambda: NOW)
    assert "secret" not in str(error.value)


async def test_an_unreachable_platform_is_no_wrong_token(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    telegram.fail("getMe", Fault(401, html=True), CUT)
    async with connect() as channel:
        for _ in range(2):
            with pytest.raises(ConnectionError):
                await channel.identity()


# Sending


async def test_labels_make_a_keyboard_that_the_next_message_takes_away(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    person = telegram.person()
    async with connect() as channel:
        question = Outgoing("Vào quỹ nào?", tuple(Button(f"Quỹ số {number}") for number in range(5)))
        assert await channel.send("7001", question) == Sent("1")
        assert person.keyboard == [f"Quỹ số {number}" for number in range(5)]
        await channel.send("7001", Outgoing("Khoan đã.", keep_keyboard=True))
        assert len(person.keyboard) == 5
        assert await channel.send("7001", Outgoing("Đã ghi.")) == Sent("3")
        assert person.keyboard == []
    keyboard = json.loads(telegram.calls[0][1]["reply_markup"])
    assert (keyboard["resize_keyboard"], keyboard["one_time_keyboard"]) == (True, True)
    assert [len(row) for row in keyboard["keyboard"]] == [2, 2, 1]


async def test_commands_make_buttons_below_the_message(telegram: FakeTelegram, connect: MakeChannel) -> None:
    person = telegram.person()
    async with connect() as channel:
        await channel.send("7001", Outgoing("?", (Button("Chốt", "/chot 1"), Button("Thôi"))))
    assert person.last.commands == {"Chốt": "/chot 1", "Thôi": "Thôi"}


def test_a_command_too_long_for_a_button_is_a_mistake_when_it_is_made() -> None:
    Button("x", "đ" * 32)
    with pytest.raises(ValueError, match="66 bytes"):
        Button("x", "đ" * 33)


async def test_pictures_and_documents_arrive_whole(
    telegram: FakeTelegram, connect: MakeChannel, tmp_path: Path
) -> None:
    content = random.Random(1).randbytes(300_000) + b"\r\n--\r\n"
    (tmp_path / "qr.png").write_bytes(PNG)
    (tmp_path / "bao-cao").mkdir()
    (tmp_path / "bao-cao" / "1.docx").write_bytes(content)
    person = telegram.person()
    async with connect() as channel:
        assert await channel.send("7001", Outgoing("Mã mời", picture="qr.png")) == Sent("1")
        document = Outgoing("", document="bao-cao/1.docx", name="Báo cáo năm 2024.docx")
        assert await channel.send("7001", document) == Sent("2")
    assert (person.messages[0].text, person.messages[0].file) == ("Mã mời", PNG)
    assert person.messages[1].file == content
    assert person.messages[1].file_name == "Báo cáo năm 2024.docx"


async def test_a_picture_within_its_message_arrives(telegram: FakeTelegram, connect: MakeChannel) -> None:
    person = telegram.person()
    inline = qr_picture("https://t.me/matran_bot?start=K7M2P9TX")
    async with connect() as channel:
        assert await channel.send("7001", Outgoing("Mã mời", picture=inline)) == Sent("1")
    assert person.messages[0].file == b64decode(inline.partition(",")[2])
    assert person.messages[0].file.startswith(PNG[:8])


@pytest.mark.parametrize(
    ("outgoing", "reason"),
    [
        (Outgoing(""), "không có chữ nào"),
        (Outgoing(" \n"), "không có chữ nào"),
        (Outgoing("a" * 4097), "dài 4097 ký tự, Telegram chỉ nhận 4096"),
        (Outgoing("🎋" * 2049), "dài 4098 ký tự"),
        (Outgoing("a" * 1025, picture="qr.png"), "dài 1025 ký tự, Telegram chỉ nhận 1024"),
        (Outgoing("a", document="khong-co.docx"), "không còn tệp khong-co.docx"),
        (Outgoing("a", document=__file__), "không còn tệp test_telegram.py"),  # outside of the data folder
    ],
)
async def test_what_telegram_would_never_take_is_rejected_with_a_reason(
    telegram: FakeTelegram, connect: MakeChannel, outgoing: Outgoing, reason: str
) -> None:
    telegram.person()
    async with connect() as channel:
        result = await channel.send("7001", outgoing)
    assert isinstance(result, Rejected)
    assert reason in result.reason
    assert telegram.calls == []


@pytest.mark.parametrize("length", [4096, 1])
async def test_the_longest_and_the_shortest_text_are_taken(
    telegram: FakeTelegram, connect: MakeChannel, length: int
) -> None:
    telegram.person()
    async with connect() as channel:
        assert await channel.send("7001", Outgoing("ắ" * length)) == Sent("1")


@pytest.mark.parametrize(
    ("fault", "result", "arrived"),
    [
        (FLOOD, Later(7.0), 0),
        (Fault(429, html=True), Later(1.0, everyone=True), 0),
        (Fault(429, description="Too Many Requests"), Later(5.0), 0),
        (Fault(500), Later(1.0, everyone=True), 0),
        (Fault(504, html=True), Later(1.0, everyone=True), 0),
        (Fault(403, html=True), Later(1.0, everyone=True), 0),  # a proxy's
        (Fault(302, html=True), Later(1.0, everyone=True), 0),
        (Fault(401, description="Unauthorized"), Later(1.0, everyone=True), 0),
        (Fault(403, description="Forbidden: user is deactivated"), Gone("Forbidden: user is deactivated"), 0),
        (Fault(400, description="Bad Request: chat not found"), Gone("Chat not found"), 0),
        (Fault(400, description="Bad Request: wrong"), Rejected("Wrong"), 0),
        (Fault(413, description="Request Entity Too Large"), Rejected("Request Entity Too Large"), 0),
        (CUT, Unsure("RemoteProtocolError"), 0),
        (HANG, Unsure("ReadTimeout"), 0),
        (HTML, Unsure("JSONDecodeError"), 0),
        (Fault(hang=True, accepted=True), Unsure("ReadTimeout"), 1),
        (Fault(cut=True, accepted=True), Unsure("RemoteProtocolError"), 1),
    ],
)
async def test_what_an_error_means_for_the_message(
    telegram: FakeTelegram, connect: MakeChannel, fault: Fault, result: Result, arrived: int
) -> None:
    person = telegram.person()
    telegram.fail("sendMessage", fault)
    async with connect(patience=QUICK) as channel:
        assert await channel.send("7001", Outgoing("chào")) == result
        assert len(person.messages) == arrived
        assert isinstance(await channel.send("7001", Outgoing("chào")), Sent)


async def test_a_person_who_blocked_the_bot_and_one_who_never_came(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    telegram.person().blocks()
    async with connect() as channel:
        assert await channel.send("7001", Outgoing("a")) == Gone("Forbidden: bot was blocked by the user")
        assert await channel.send("7002", Outgoing("a")) == Gone("Chat not found")


async def test_a_chat_that_moved_says_where(telegram: FakeTelegram, connect: MakeChannel) -> None:
    telegram.person(-5, kind="group").moves(-1005)
    async with connect() as channel:
        assert await channel.send("-5", Outgoing("a")) == Moved("-1005")


async def test_two_chats_refused_in_a_row_mean_that_everyone_waits(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    telegram.person(1), telegram.person(2)
    async with connect() as channel:
        telegram.fail("sendMessage", FLOOD, FLOOD, FLOOD)
        assert await channel.send("1", Outgoing("a")) == Later(7.0)
        assert await channel.send("1", Outgoing("a")) == Later(7.0)
        assert await channel.send("2", Outgoing("a")) == Later(7.0, everyone=True)
        assert await channel.send("2", Outgoing("a")) == Sent("1")
        telegram.fail("sendMessage", FLOOD)
        assert await channel.send("1", Outgoing("a")) == Later(7.0)


async def test_pauses_grow_while_nothing_gets_through(
    telegram: FakeTelegram, connect: MakeChannel, time: FakeTime
) -> None:
    telegram.person()
    telegram.fail("sendMessage", *[Fault(500)] * 8)
    pauses = []
    async with connect() as channel:
        for _ in range(8):
            result = await channel.send("7001", Outgoing("a"))
            assert isinstance(result, Later)
            pauses.append(result.seconds)
            time.seconds += result.seconds
        assert isinstance(await channel.send("7001", Outgoing("a")), Sent)
        telegram.fail("sendMessage", Fault(500))
        afterwards = await channel.send("7001", Outgoing("a"))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert afterwards == Later(1, everyone=True)


async def test_not_connected_is_later(connect: MakeChannel) -> None:
    async with connect(root="http://127.0.0.1:1") as channel:
        assert await channel.send("7001", Outgoing("a")) == Later(1, everyone=True)


async def test_typing_is_shown_and_its_failure_does_not_matter(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    telegram.fail("sendChatAction", Fault(500), CUT)
    person = telegram.person()
    async with connect() as channel:
        for _ in range(3):
            await channel.typing("7001")
    assert person.typing == 1


# Files


async def test_a_file_is_fetched_up_to_its_limit(telegram: FakeTelegram, connect: MakeChannel) -> None:
    content = random.Random(2).randbytes(200_000)
    address = telegram.keep(content)
    async with connect() as channel:
        assert await channel.fetch(address, len(content)) == content
        telegram.fail("file", Fault(500))  # it is not even asked for
        with pytest.raises(FileTooLarge):
            await channel.fetch(address, len(content) - 1)


async def test_a_file_larger_than_telegram_said_is_not_read_to_its_end(
    telegram: FakeTelegram, connect: MakeChannel
) -> None:
    address = telegram.keep(bytes(100_000))
    telegram.hide_sizes = True
    async with connect() as channel:
        with pytest.raises(FileTooLarge):
            await channel.fetch(address, 99_999)


async def test_files_that_cannot_be_had(telegram: FakeTelegram, connect: MakeChannel) -> None:
    huge, small = telegram.keep(bytes(21 << 20)), telegram.keep(b"x")
    async with connect(patience=QUICK) as channel:
        with pytest.raises(FileTooLarge):
            await channel.fetch(huge, 100 << 20)
        with pytest.raises(FileGone):
            await channel.fetch("file-99", 10)
        telegram.fail("file", Fault(404, html=True))
        with pytest.raises(FileGone):
            await channel.fetch(small, 10)
        for fault in (Fault(500), CUT, HANG):
            telegram.fail("file", fault)
            telegram.fail("getFile", fault)
            for _ in range(2):
                with pytest.raises(ConnectionError):
                    await channel.fetch(small, 10)
        assert await channel.fetch(small, 10) == b"x"


# The token


async def test_the_token_is_in_no_log_and_no_error(
    telegram: FakeTelegram, connect: MakeChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    person, notebook = telegram.person(), Notebook()
    small = telegram.keep(b"x")
    faults = (
        HTML,
        CUT,
        HANG,
        FLOOD,
        Fault(500),
        Fault(404, html=True),
        Fault(401, description="Unauthorized"),
    )
    reasons = []
    async with connect(patience=QUICK) as channel:
        for fault in faults:
            for method in ("getMe", "sendMessage", "getFile"):
                telegram.fail(method, fault)
            telegram.fail("getUpdates", fault)
            reasons.append(repr(await channel.send("7001", Outgoing("chuyện riêng"))))
            for call in (channel.identity(), channel.fetch(small, 10)):
                with pytest.raises((TokenRefused, ConnectionError)) as error:
                    await call
                reasons.append(str(error.getrepr(chain=True, style="long", funcargs=False)))
        person.says("chuyện riêng")
        async with running(channel.run(notebook)):
            await telegram.all_confirmed()
    everything = caplog.text + "".join(reasons)
    assert telegram.token not in everything
    assert "chuyện riêng" not in caplog.text
