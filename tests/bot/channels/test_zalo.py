"""Zalo: what is received and sent, through HTTP on loopback."""

from __future__ import annotations

import asyncio
import logging
import traceback

import pytest

from bot.channels.patience import Patience
from bot.channels.zalo import FREE, PACE, ZaloChannel
from bot.messages import (
    Button,
    Exhausted,
    FileGone,
    Gone,
    Handled,
    Incoming,
    Later,
    Outgoing,
    Rejected,
    Result,
    Sent,
    TokenRefused,
    Unsure,
)
from storage.errors import StorageUnavailable
from tests.bot.channels.conftest import MakeZalo
from tests.bot.channels.house import Cupboard, FakeTime, Notebook, running
from tests.fake_platform import CUT, HANG, HTML, Fault
from tests.fake_zalo import OUT_OF_QUOTA, SERVER_ERROR, Delivery, FakeZalo

pytestmark = pytest.mark.anyio

CHAT = "zalo-7001"
QUICK = Patience(poll=0, answer=0.1)  # for what hangs: the only real time that a test waits for
EVERY_WAY = [(delivery, lists) for delivery in Delivery for lists in (False, True)]

# Receiving


@pytest.mark.parametrize(("delivery", "lists"), EVERY_WAY)
async def test_what_people_say_arrives_once_and_in_order(
    zalo: FakeZalo, join: MakeZalo, delivery: Delivery, lists: bool
) -> None:
    zalo.delivery, zalo.lists = delivery, lists
    notebook, person, other = Notebook(), zalo.person(CHAT, "Bà Tư"), zalo.person("zalo-7002", "Ông Năm")
    async with join() as channel, running(channel.run(notebook)):
        for number in range(20):
            if delivery is Delivery.LIVE:
                await zalo.polled()
            (other if number % 3 == 0 else person).says(f"tin {number}")
            await notebook.keeps(number + 1)
    assert notebook.texts == [f"tin {number}" for number in range(20)]
    assert zalo.lost == []
    first = notebook.kept[1]
    assert (first.bot, first.chat, first.sender) == ("zalo:987654321", CHAT, "Bà Tư")


@pytest.mark.parametrize(("delivery", "lists"), [way for way in EVERY_WAY if way[0] is not Delivery.LIVE])
async def test_what_came_while_no_poll_was_open_is_made_up_for(
    zalo: FakeZalo, join: MakeZalo, delivery: Delivery, lists: bool
) -> None:
    zalo.delivery, zalo.lists = delivery, lists
    notebook = Notebook()
    for number in range(5):
        zalo.person().says(f"tin {number}")
    async with join() as channel, running(channel.run(notebook)):
        await notebook.keeps(5)
    assert notebook.texts == [f"tin {number}" for number in range(5)]


async def test_a_poll_is_open_while_intake_works(zalo: FakeZalo, join: MakeZalo) -> None:
    zalo.delivery = Delivery.LIVE
    release = asyncio.Event()

    async def gate(incoming: Incoming) -> None:
        if incoming.chat == CHAT:
            await release.wait()

    notebook = Notebook(gate=gate)
    async with join() as channel, running(channel.run(notebook)):
        for number in range(4):
            await zalo.polled()
            zalo.person(CHAT).says(f"của Tư {number}")
            await zalo.polled()
            zalo.person("zalo-7002").says(f"của Năm {number}")
        await notebook.keeps(4)
        assert notebook.texts == [f"của Năm {number}" for number in range(4)]
        release.set()
        await notebook.keeps(8)
    assert notebook.texts[4:] == [f"của Tư {number}" for number in range(4)]
    assert zalo.lost == []


async def test_a_replay_is_known_and_does_not_spin(zalo: FakeZalo, join: MakeZalo, time: FakeTime) -> None:
    zalo.delivery = Delivery.AGAIN
    notebook = Notebook()
    async with join() as channel, running(channel.run(notebook)):
        zalo.person().says("một")
        await notebook.keeps(1)
        polls = len(zalo.calls)
        await zalo.called("getUpdates", polls + 4)
        assert time.slept[:3] == [1.0] * 3
        time.slept.clear()
        zalo.person().says("hai")
        await notebook.keeps(2)
    assert notebook.offered == 2


async def test_what_is_new_and_asks_for_nothing_is_no_replay(
    zalo: FakeZalo, join: MakeZalo, time: FakeTime
) -> None:
    notebook = Notebook()
    zalo.queue({"event_name": "user.followed"})
    zalo.person().says("một")
    async with join() as channel, running(channel.run(notebook)):
        await notebook.keeps(1)
    assert (notebook.texts, time.slept) == (["một"], [])


async def test_what_intake_knows_already_is_known_from_then_on(
    zalo: FakeZalo, join: MakeZalo, time: FakeTime
) -> None:
    zalo.delivery = Delivery.AGAIN
    notebook = Notebook()
    said = zalo.person().says("một")
    for _ in range(2):  # the program starts anew
        async with join() as channel, running(channel.run(notebook)):
            polls = len(zalo.calls)
            await zalo.called("getUpdates", polls + 3)
    assert (notebook.texts, notebook.offered) == (["một"], 2)
    assert set(time.slept) == {1.0}
    assert said["message"]["message_id"] == notebook.kept[0].message


async def test_an_idle_poll_is_no_trouble(
    zalo: FakeZalo, join: MakeZalo, time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    idle, page = Fault(408, description="Request timeout"), Fault(408, html=True)
    zalo.fail("getUpdates", idle, page, idle)
    notebook = Notebook()

    class Waited(FakeTime):
        """Each poll took its time."""

        def clock(self) -> float:
            self.seconds += 20
            return self.seconds

    waited = Waited()
    async with join(clock=waited.clock, sleep=waited.sleep) as channel, running(channel.run(notebook)):
        await zalo.called("getUpdates", 4)
        await zalo.polled()
        zalo.person().says("một")
        await notebook.keeps(1)
    assert (waited.slept, caplog.text) == ([], "")


async def test_a_server_that_does_not_wait_is_not_asked_without_pause(
    zalo: FakeZalo, join: MakeZalo, time: FakeTime
) -> None:
    async with join(patience=Patience(poll=0)) as channel, running(channel.run(Notebook())):
        await zalo.called("getUpdates", 4)
    assert set(time.slept) == {1.0}


async def test_while_nothing_can_be_stored_updates_are_kept_and_offered_again(
    zalo: FakeZalo, join: MakeZalo, time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    notebook = Notebook(answers=[Handled.RETRY] * 4)
    zalo.person().says("một")
    zalo.person().says("hai")
    async with join() as channel, running(channel.run(notebook)):
        await notebook.keeps(2)
    assert notebook.texts == ["một", "hai"]
    assert [seconds for seconds in time.slept if seconds != 1.0][:3] == [2, 4, 8]
    assert caplog.text.count("chưa ghi được vào kho dữ liệu") == 1
    assert caplog.text.count("đã nối lại") == 1


async def test_failures_of_intake_do_not_end_the_poll(
    zalo: FakeZalo, join: MakeZalo, caplog: pytest.LogCaptureFixture
) -> None:
    notebook = Notebook(answers=[ZeroDivisionError("lỗi"), Handled.DONE, Handled.FAILED])
    notebook.answers += [OSError("lạ"), OSError("cả lúc giữ lại cũng lỗi")]
    zalo.person().says("một")
    zalo.update("message.text.received", message_id="hỏng", text="\ud800")
    zalo.queue(["không phải cập nhật"])
    async with join() as channel, running(channel.run(notebook)):
        await notebook.keeps(1)
        zalo.person().says("hai")
        zalo.person().says("ba")
        while len(notebook.kept) < 2:
            await notebook.keeps(len(notebook.kept) + len(notebook.spoiled) + 1)
    assert "ZeroDivisionError" in notebook.spoiled[0][2]
    assert notebook.texts == ["hai", "ba"]
    assert any("không phải" in raw for _, raw, _ in notebook.spoiled)


@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (Fault(400, description="webhook is active"), "matran zalo webhook delete"),
        (Fault(401, description="Unauthorized"), "Zalo không nhận mã bot này"),
        (SERVER_ERROR, "HTTP 403"),
        (OUT_OF_QUOTA, "HTTP 429"),
        (Fault(502, html=True), "HTTP 502"),
        (Fault(403, html=True), "HTTP 403"),
        (HTML, "trả lời lạ"),
        (CUT, "chưa nối được mạng"),
        (HANG, "chưa nối được mạng"),
    ],
)
async def test_trouble_while_receiving_is_told_once_and_outlived(
    zalo: FakeZalo,
    join: MakeZalo,
    time: FakeTime,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    line: str,
    real: bool,
) -> None:
    caplog.set_level("DEBUG")
    zalo.real_statuses = real
    zalo.fail("getUpdates", fault, fault, fault)
    zalo.person().says("vẫn đây")
    notebook = Notebook()
    async with join(patience=QUICK) as channel, running(channel.run(notebook)):
        await notebook.keeps(1)
    assert notebook.texts == ["vẫn đây"]
    assert caplog.text.count(line) == 1
    assert caplog.text.count("Zalo (bot 987654321): đã nối lại") == 1
    assert time.slept[:3] == [1, 2, 4]
    assert zalo.token not in caplog.text


async def test_a_server_that_cannot_be_reached_is_waited_for(
    zalo: FakeZalo, join: MakeZalo, time: FakeTime, caplog: pytest.LogCaptureFixture
) -> None:
    port = int(zalo.root.rpartition(":")[2])
    await zalo.close()
    later = FakeZalo()
    later.person().says("chào")
    notebook = Notebook()

    async def sleep(seconds: float) -> None:
        await time.sleep(seconds)
        if len(time.slept) == 3:
            await later.start(port)

    async with join(sleep=sleep) as channel, running(channel.run(notebook)):
        await notebook.keeps(1)
    await later.close()
    assert caplog.text.count("chưa nối được mạng (ConnectError)") == 1


async def test_what_a_poll_brought_that_was_cut_comes_again_where_zalo_repeats(
    zalo: FakeZalo, join: MakeZalo
) -> None:
    zalo.delivery = Delivery.AGAIN
    zalo.fail("getUpdates", Fault(cut=True, accepted=True))
    zalo.person().says("một")
    notebook = Notebook()
    async with join() as channel, running(channel.run(notebook)):
        await notebook.keeps(1)
    assert notebook.texts == ["một"]


async def test_photos_that_follow_each_other_are_an_album(zalo: FakeZalo, join: MakeZalo) -> None:
    notebook, person = Notebook(), zalo.person()
    asked = []

    async def take(url: str, limit: int) -> bytes:
        asked.append((url, limit))
        return b"anh"

    person.sends_photo("https://anh.example.vn/1.jpg", caption="vệ sinh kinh xáng")
    zalo.photo_key = "photo"
    person.sends_photo("https://anh.example.vn/2.jpg")
    async with join(take=take) as channel, running(channel.run(notebook)):
        await notebook.keeps(2)
        assert await channel.fetch(notebook.kept[1].files[0].address, 10_000) == b"anh"
    assert [incoming.text for incoming in notebook.kept] == ["vệ sinh kinh xáng", None]
    assert notebook.kept[0].album == notebook.kept[1].album is not None
    assert asked == [("https://anh.example.vn/2.jpg", 10_000)]


async def test_without_a_fetcher_there_are_no_photos(join: MakeZalo) -> None:
    async with join() as channel:
        with pytest.raises(FileGone):
            await channel.fetch("https://anh.example.vn/1.jpg", 10)


async def test_so_many_updates_on_their_way_are_enough(zalo: FakeZalo, join: MakeZalo) -> None:
    release = asyncio.Event()

    async def gate(incoming: Incoming) -> None:
        await release.wait()

    zalo.lists = True
    for number in range(1200):
        zalo.person().says(str(number))
    notebook = Notebook(gate=gate)
    async with join() as channel, running(channel.run(notebook)):
        await zalo.called("getUpdates", 1)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(zalo.calls) == 1
        release.set()
        await notebook.keeps(1200)
        await zalo.called("getUpdates", 2)


# Who the bot is


async def test_the_identity_of_the_bot(zalo: FakeZalo, join: MakeZalo) -> None:
    async with join() as channel:
        identity = await channel.identity()
        assert (channel.bot, channel.pace, channel.limits) == ("zalo:987654321", PACE, FREE)
    assert (identity.bot, identity.name, identity.link) == ("zalo:987654321", "Mặt trận xã", None)


def test_a_token_without_a_colon_has_a_short_name_that_does_not_tell_it() -> None:
    one, same, other = (
        ZaloChannel(token, shelf=Cupboard()).bot for token in ("bi-mat-1", "bi-mat-1", "bi-mat-2")
    )
    assert one == same != other
    assert "mat" not in one
    assert len(one) == len("zalo:") + 12


@pytest.mark.parametrize("token", ["", "rất bí mật", "a b", "a:b/c", "a?b", "x\n"])
def test_what_is_no_token_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(ValueError, match="not a Zalo bot token") as error:
        ZaloChannel(token, shelf=Cupboard())
    assert not token or token not in str(error.value)


@pytest.mark.parametrize("real", [True, False])
async def test_a_wrong_token_is_refused_without_being_shown(
    zalo: FakeZalo, join: MakeZalo, real: bool
) -> None:
    zalo.real_statuses = real
    async with join(token="654321:another-token") as channel:
        with pytest.raises(TokenRefused) as refused:
            await channel.identity()
    assert "another" not in "".join(traceback.format_exception(refused.value))


async def test_an_unreachable_platform_is_no_wrong_token(zalo: FakeZalo, join: MakeZalo) -> None:
    zalo.fail("getMe", Fault(401, html=True), CUT, SERVER_ERROR)
    async with join() as channel:
        for _ in range(3):
            with pytest.raises(ConnectionError):
                await channel.identity()


# Sending


async def test_a_text_arrives(zalo: FakeZalo, join: MakeZalo) -> None:
    person = zalo.person()
    async with join() as channel:
        assert await channel.send(CHAT, Outgoing("Đã ghi.")) == Sent(person.last.message_id)  # type: ignore[arg-type]
    assert person.texts == ["Đã ghi."]


async def test_choices_stand_in_the_text(zalo: FakeZalo, join: MakeZalo) -> None:
    person = zalo.person()
    shown = Outgoing("Vào quỹ nào?\n1. Quỹ “Vì người nghèo”\n2. Quỹ cứu trợ", (Button("Vì người nghèo"),))
    hidden = Outgoing("Tháng 11 đủ chưa?", (Button("Chốt", "/chotthang 11 2024"), Button("Thôi")))
    async with join() as channel:
        await channel.send(CHAT, shown)
        await channel.send(CHAT, hidden)
    assert person.texts == [
        shown.text,
        "Tháng 11 đủ chưa?\nGõ một trong các chữ sau:\n• Chốt: gõ /chotthang 11 2024\n• Thôi",
    ]


async def test_a_long_text_comes_in_several_messages(zalo: FakeZalo, join: MakeZalo) -> None:
    person = zalo.person()
    lines = [f"{number}. {'ắ' * 90}" for number in range(60)]
    async with join() as channel:
        sent = await channel.send(CHAT, Outgoing("\n".join(lines)))
    assert sent == Sent(person.last.message_id, parts=3)  # type: ignore[arg-type]
    assert len(person.texts) == 3
    assert "\n".join(person.texts).split("\n") == lines
    assert max(map(len, person.texts)) <= 1900


async def test_what_was_sent_of_a_long_text_is_not_sent_again(zalo: FakeZalo, join: MakeZalo) -> None:
    person = zalo.person()
    long, other = Outgoing("\n".join(["a" * 1500, "b" * 1500, "c" * 1500])), Outgoing("khác")
    async with join() as channel:
        zalo.quota = 1
        stopped = await channel.send(CHAT, long)
        assert isinstance(stopped, Exhausted)
        parts = [stopped.parts]
        zalo.quota = None
        assert isinstance(await channel.send(CHAT, other), Sent)
        for _ in range(2):
            sent = await channel.send(CHAT, long)
            assert isinstance(sent, Sent)
            parts.append(sent.parts)
    assert parts == [1, 2, 3]
    assert [text[0] for text in person.texts] == [*"akbcabc"]


async def test_after_a_doubt_it_goes_on_from_the_doubtful_part(zalo: FakeZalo, join: MakeZalo) -> None:
    person, perhaps = zalo.person(), Fault(cut=True, accepted=True)
    long = Outgoing("\n".join(["a" * 1500, "b" * 1500]), picture="qr.png")
    async with join(shelf=Cupboard("https://xa.example.vn/anh")) as channel:
        zalo.fail("sendMessage", perhaps)
        assert await channel.send(CHAT, long) == Unsure("RemoteProtocolError", parts=2)
        again = await channel.send(CHAT, long)
        assert isinstance(again, Sent) and again.parts == 2
        assert [text[:1] for text in person.texts] == ["", "a", "a", "b"]
        zalo.fail("sendMessage", perhaps, perhaps)
        for parts in (2, 1):
            assert await channel.send(CHAT, long) == Unsure("RemoteProtocolError", parts=parts)
        anew = await channel.send(CHAT, long)
        assert isinstance(anew, Sent) and anew.parts == 3, "after two doubts nobody tried again"


async def test_a_document_is_where_the_shelf_says(zalo: FakeZalo, join: MakeZalo) -> None:
    person, shelf = zalo.person(), Cupboard()
    async with join(shelf=shelf) as channel:
        await channel.send(CHAT, Outgoing("", document="documents/1.docx", name="Báo cáo.docx"))
        await channel.send(CHAT, Outgoing("Phiếu thu.", document="documents/2.docx"))
    assert person.texts == [
        "Tải tệp “Báo cáo.docx”:\nhttps://xa.example.vn/tai/1",
        "Phiếu thu.\nTải tệp “2.docx”:\nhttps://xa.example.vn/tai/2",
    ]
    assert shelf.laid[0] == ("zalo:987654321", CHAT, "documents/1.docx", "Báo cáo.docx")


async def test_trouble_with_the_shelf(zalo: FakeZalo, join: MakeZalo) -> None:
    class Broken(Cupboard):
        async def document(self, bot: str, address: str, path: str, name: str) -> str:
            raise trouble

    document = Outgoing("", document="documents/1.docx")
    async with join(shelf=Broken()) as channel:
        trouble: Exception = FileNotFoundError(2, "gone", "documents/1.docx")
        assert await channel.send(CHAT, document) == Rejected("không còn tệp 1.docx")
        trouble = StorageUnavailable("full", "đĩa đầy")
        assert isinstance(await channel.send(CHAT, document), Later)
    assert zalo.calls == []


async def test_a_picture_is_an_address_or_left_out(zalo: FakeZalo, join: MakeZalo) -> None:
    person, picture = zalo.person(), Outgoing("Mã mời", picture="qr.png")
    async with join(shelf=Cupboard("https://xa.example.vn/anh")) as channel:
        assert isinstance(await channel.send(CHAT, picture), Sent)
        assert isinstance(await channel.send(CHAT, Outgoing("", picture="qr.png")), Sent)
        zalo.fail("sendPhoto", Fault(400, description="photo cannot be fetched"))
        assert isinstance(await channel.send(CHAT, picture), Sent)
        zalo.fail("sendPhoto", Fault(400, description="photo cannot be fetched"))
        assert isinstance(await channel.send(CHAT, Outgoing("", picture="qr.png")), Rejected)
        long = Outgoing("\n".join(["a" * 1500, "b" * 1500]), picture="qr.png")
        assert isinstance(await channel.send(CHAT, long), Sent)
    async with join() as channel:
        assert isinstance(await channel.send(CHAT, picture), Sent)
        assert await channel.send(CHAT, Outgoing("", picture="qr.png")) == Rejected(
            "ảnh không gửi qua kênh này được"
        )
    shown = [(message.url is not None, message.text[:6]) for message in person.messages]
    assert shown == [
        (True, "Mã mời"), (True, ""), (False, "Mã mời"), (True, ""), (False, "aaaaaa"), (False, "bbbbbb"),
        (False, "Mã mời"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " \n"])
async def test_nothing_is_not_sent(zalo: FakeZalo, join: MakeZalo, text: str) -> None:
    async with join() as channel:
        assert await channel.send(CHAT, Outgoing(text)) == Rejected("không có chữ nào")
    assert zalo.calls == []


@pytest.mark.parametrize("real", [True, False])
@pytest.mark.parametrize(
    ("fault", "result", "arrived"),
    [
        (OUT_OF_QUOTA, Exhausted("429 Quota exceeded"), 0),
        (Fault(429, html=True), Later(1.0, everyone=True), 0),
        (SERVER_ERROR, Later(1.0), 0),
        (Fault(500), Later(1.0), 0),
        (Fault(504, description="Gateway Timeout"), Unsure("504 Gateway Timeout"), 0),
        (Fault(504, html=True), Unsure("HTTP 504"), 0),
        (Fault(408, description="Request timeout"), Unsure("408 Request timeout"), 0),
        (Fault(502, html=True), Later(1.0, everyone=True), 0),
        (Fault(403, html=True), Later(1.0, everyone=True), 0),  # a proxy's
        (Fault(302, html=True), Later(1.0, everyone=True), 0),
        (Fault(401, description="Unauthorized"), Later(1.0, everyone=True), 0),
        (Fault(400, description="Chat not found"), Gone("400 Chat not found"), 0),
        (Fault(404, description="User not found"), Gone("404 User not found"), 0),
        (Fault(404, description="Not Found"), Rejected("404 Not Found"), 0),
        (Fault(400, description="Bad request"), Rejected("400 Bad request"), 0),
        (CUT, Unsure("RemoteProtocolError"), 0),
        (HANG, Unsure("ReadTimeout"), 0),
        (HTML, Unsure("HTTP 200"), 0),
        (Fault(hang=True, accepted=True), Unsure("ReadTimeout"), 1),
        (Fault(cut=True, accepted=True), Unsure("RemoteProtocolError"), 1),
    ],
)
async def test_what_an_error_means_for_the_message(
    zalo: FakeZalo, join: MakeZalo, fault: Fault, result: Result, arrived: int, real: bool
) -> None:
    zalo.real_statuses = real
    person = zalo.person()
    zalo.fail("sendMessage", fault)
    async with join(patience=QUICK) as channel:
        assert await channel.send(CHAT, Outgoing("chào")) == result
        assert len(person.messages) == arrived
        assert isinstance(await channel.send(CHAT, Outgoing("chào")), Sent)


async def test_the_quota_is_used_up(zalo: FakeZalo, join: MakeZalo, caplog: pytest.LogCaptureFixture) -> None:
    zalo.person()
    zalo.quota = 0
    async with join() as channel:
        for _ in range(3):
            assert isinstance(await channel.send(CHAT, Outgoing("a")), Exhausted)
    assert caplog.text.count("đã hết số tin") == 1


async def test_two_chats_refused_in_a_row_mean_that_everyone_waits(zalo: FakeZalo, join: MakeZalo) -> None:
    zalo.person("1"), zalo.person("2")
    async with join() as channel:
        zalo.fail("sendMessage", *[SERVER_ERROR] * 3)
        assert await channel.send("1", Outgoing("a")) == Later(1.0)
        assert await channel.send("1", Outgoing("a")) == Later(1.0)
        assert await channel.send("2", Outgoing("a")) == Later(1.0, everyone=True)
        assert isinstance(await channel.send("2", Outgoing("a")), Sent)
        zalo.fail("sendMessage", SERVER_ERROR)
        assert await channel.send("1", Outgoing("a")) == Later(1.0)


async def test_pauses_grow_for_a_chat_that_is_always_refused(
    zalo: FakeZalo, join: MakeZalo, time: FakeTime
) -> None:
    zalo.person("1"), zalo.person("2")
    pauses = []
    async with join() as channel:
        for _ in range(14):
            zalo.fail("sendMessage", SERVER_ERROR)
            result = await channel.send("1", Outgoing("a"))
            assert isinstance(result, Later)
            assert not result.everyone
            pauses.append(result.seconds)
            time.seconds += result.seconds
            assert isinstance(await channel.send("2", Outgoing("b")), Sent)
        assert isinstance(await channel.send("1", Outgoing("a")), Sent)
        zalo.fail("sendMessage", SERVER_ERROR)
        assert await channel.send("1", Outgoing("a")) == Later(1.0)
    assert pauses == [*(2.0**n for n in range(12)), 3600, 3600]


async def test_not_connected_is_later(join: MakeZalo) -> None:
    async with join(root="http://127.0.0.1:1") as channel:
        assert await channel.send(CHAT, Outgoing("a")) == Later(1, everyone=True)


async def test_a_server_s_root_may_end_in_a_slash(zalo: FakeZalo, join: MakeZalo) -> None:
    zalo.person()
    async with join(root=f"{zalo.root}/") as channel:
        assert isinstance(await channel.send(CHAT, Outgoing("a")), Sent)


async def test_typing_is_shown_and_its_failure_does_not_matter(zalo: FakeZalo, join: MakeZalo) -> None:
    zalo.fail("sendChatAction", Fault(500), CUT)
    person = zalo.person()
    async with join() as channel:
        for _ in range(3):
            await channel.typing(CHAT)
    assert person.typing == 1


# The webhook's address


async def test_a_webhook_is_set_shown_and_deleted(zalo: FakeZalo, join: MakeZalo) -> None:
    async with join() as channel:
        assert await channel.webhook() is None
        await channel.set_webhook("https://xa.example.vn/zalo/987654321")
        assert await channel.webhook() == "https://xa.example.vn/zalo/987654321"
        assert zalo.webhook is not None
        assert 8 <= len(zalo.webhook["secret_token"]) <= 256
        assert zalo.webhook["secret_token"] == channel.secret
        await channel.delete_webhook()
        assert await channel.webhook() is None


# The token


async def test_a_token_without_a_colon_is_not_told_either(join: MakeZalo) -> None:
    token = "khong-co-hai-cham"
    async with FakeZalo(token) as zalo, join(token=token, root=zalo.root) as channel:
        zalo.fail("sendMessage", Fault(400, description=f"no such path: /bot{token}/sendMessage"))
        assert await channel.send(CHAT, Outgoing("a")) == Rejected("400 no such path: /bot…/sendMessage")


@pytest.mark.parametrize("real", [True, False])
async def test_the_token_is_in_no_log_and_no_error(
    zalo: FakeZalo, join: MakeZalo, caplog: pytest.LogCaptureFixture, real: bool
) -> None:
    caplog.set_level("DEBUG")
    logging.getLogger("bot").setLevel("DEBUG")
    zalo.real_statuses = real
    person, notebook = zalo.person(), Notebook()
    told = f"no such path: /bot{zalo.token}/sendMessage, secret {zalo.token.partition(':')[2]}"
    faults = (
        HTML,
        CUT,
        HANG,
        OUT_OF_QUOTA,
        Fault(500),
        Fault(404, html=True),
        Fault(401, description="Unauthorized"),
        Fault(400, description=told),
    )
    reasons = []
    async with join(patience=QUICK) as channel:
        for fault in faults:
            for method in ("getMe", "sendMessage", "getUpdates", "getWebhookInfo"):
                zalo.fail(method, fault)
            reasons.append(repr(await channel.send(CHAT, Outgoing("chuyện riêng"))))
            for call in (channel.identity(), channel.webhook()):
                with pytest.raises(Exception) as error:
                    await call
                reasons.append(str(error.getrepr(chain=True, style="long", funcargs=False)))
                seen: BaseException | None = error.value
                while seen is not None:
                    reasons += [repr(seen), str(seen)]
                    seen = seen.__context__
        person.says("chuyện riêng")
        async with running(channel.run(notebook)):
            await notebook.keeps(1)
    await zalo.close()
    async with join() as channel:
        reasons.append(repr(await channel.send(CHAT, Outgoing("a"))))
    everything = caplog.text + "".join(reasons)
    assert zalo.token not in everything
    assert zalo.token.partition(":")[2] not in everything
    assert "chuyện riêng" not in caplog.text
