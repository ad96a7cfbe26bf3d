"""The sender: on a real database, to a channel that does as it is told, and to Telegram over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bot.channels.patience import Patience
from bot.channels.telegram import TelegramChannel
from bot.messages import (
    ANSWER,
    DOCUMENT,
    REMINDER,
    FileGone,
    Gone,
    Identity,
    Intake,
    Later,
    Limits,
    Moved,
    Outgoing,
    Pace,
    Rejected,
    Result,
    Sent,
    Unsure,
)
from bot.sender import AT_ONCE, GRACE_SECONDS, Sender
from storage import messages, outbox, people, reports
from storage.database import Database, Tx
from storage.errors import StorageUnavailable
from tests.bot.channels.house import NOW, Echo, FakeTime, running
from tests.fake_platform import CUT, HANG, Fault
from tests.fake_telegram import FLOOD, TOKEN, FakeTelegram

pytestmark = pytest.mark.anyio
BOT = "played:1"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "matran.db")
    await database.write(lambda tx: tx.run("INSERT INTO commune VALUES (1, 'tan-an', 'Tân An')"))
    yield database
    await database.close()


class Played:
    """A channel that notes what it is to send, and answers as told: with a result, by raising, or never."""

    limits = Limits()

    def __init__(self, time: FakeTime, pace: Pace | None = None, bot: str = BOT) -> None:
        self.bot, self.pace, self._time = bot, pace or Pace(), time
        self.sent: list[tuple[str, str]] = []  # address and text of each try
        self.moments: list[float] = []
        self.results: dict[str, list[Result | Exception | asyncio.Event]] = {}  # by text, of its next tries
        self.typed: list[tuple[str, float]] = []
        self.most_at_once: dict[str, int] = {}
        self._at_once: dict[str, int] = {}
        self._tried = asyncio.Event()

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        self.sent.append((address, outgoing.text))
        self.moments.append(self._time.clock())
        self._tried.set()
        self._tried = asyncio.Event()
        self._at_once[address] = self._at_once.get(address, 0) + 1
        self.most_at_once[address] = max(self._at_once[address], self.most_at_once.get(address, 0))
        try:
            await asyncio.sleep(0)
            return await self._result(outgoing.text)
        finally:
            self._at_once[address] -= 1

    async def _result(self, text: str) -> Result:
        if not (results := self.results.get(text)):
            return Sent(f"m{len(self.sent)}")
        result = results.pop(0)
        if isinstance(result, asyncio.Event):
            await result.wait()
            return Sent("late")
        if isinstance(result, Exception):
            raise result
        return result

    async def tries(self, count: int) -> None:
        while len(self.sent) < count:
            await self._tried.wait()

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.sent]

    async def typing(self, address: str) -> None:
        self.typed.append((address, self._time.clock()))

    async def identity(self) -> Identity:
        return Identity(self.bot, "Matran")

    async def run(self, intake: Intake) -> None:
        await asyncio.Event().wait()

    async def fetch(self, address: str, limit: int) -> bytes:
        raise FileGone(address)

    async def close(self) -> None:
        return


class House:
    """A database, a channel and a sender between them."""

    def __init__(self, db: Database, pace: Pace | None = None) -> None:
        self.db, self.time = db, FakeTime()
        self.channel = Played(self.time, pace)
        self.sender = self.new_sender()

    def new_sender(self, db: Database | None = None, **more: Any) -> Sender:
        settings: dict[str, Any] = {"clock": self.time.clock, "sleep": self.time.sleep} | more
        return Sender(db or self.db, [self.channel], lambda: NOW, **settings)

    async def put(self, text: str, address: str = "a", class_: int = ANSWER, **more: Any) -> None:
        body = Outgoing(text).as_json()
        await self.db.write(lambda tx: outbox.put(tx, 1, BOT, address, class_, body, NOW, **more))

    async def drain(self, sender: Sender | None = None) -> None:
        """Sends until nothing is left to send."""
        sender = sender or self.sender
        async with running(sender.run()):
            await sender.quiet(BOT)

    async def states(self) -> dict[str, str]:
        rows = await self.db.read(lambda tx: tx.all("SELECT body, state FROM outbox ORDER BY outbox"))
        return {body.split('"')[3]: state for body, state in rows}


@pytest.fixture
def house(db: Database) -> House:
    return House(db)


# Order and pace


async def test_in_order_within_a_chat_and_one_at_a_time(house: House) -> None:
    for number in range(20):
        for address in "abc":
            await house.put(f"{address}{number}", address)
    await house.drain()
    for address in "abc":
        of_chat = [text for to, text in house.channel.sent if to == address]
        assert of_chat == [f"{address}{number}" for number in range(20)]
    assert house.channel.most_at_once == {"a": 1, "b": 1, "c": 1}
    assert set((await house.states()).values()) == {"sent"}


async def test_answers_before_documents_before_reminders(house: House) -> None:
    await house.put("nhắc", class_=REMINDER)
    await house.put("dự thảo", class_=DOCUMENT)
    await house.put("dạ", class_=ANSWER)
    await house.drain()
    assert house.channel.texts == ["dạ", "dự thảo", "nhắc"]


async def test_a_slow_chat_does_not_hold_up_the_others(house: House) -> None:
    release = asyncio.Event()
    house.channel.results["chậm"] = [release]
    await house.put("chậm", "a")
    await house.put("sau chậm", "a")
    await house.put("nhanh", "b")
    async with running(house.sender.run()):
        await house.channel.tries(2)
        await house.put("nhanh nữa", "b")
        await house.channel.tries(3)
        assert house.channel.texts == ["chậm", "nhanh", "nhanh nữa"]
        release.set()
        await house.sender.quiet(BOT)
    assert house.channel.texts[-1] == "sau chậm"


async def test_the_pace_of_the_channel_is_kept(db: Database) -> None:
    house = House(db, Pace(overall=30.0, per_chat=1.0, burst=3))
    for number in range(5):
        await house.put(f"a{number}", "a")
    for number in range(60):
        await house.put(f"nhắc {number}", f"p{number}", REMINDER)
    await house.drain()
    moments = house.channel.moments
    for moment in moments:
        assert sum(moment <= other < moment + 1 for other in moments) <= 33
    of_a = [at for at, (address, _) in zip(moments, house.channel.sent, strict=True) if address == "a"]
    assert of_a[4] - of_a[0] >= 2 - 0.01
    assert len(moments) == 65


async def test_a_message_goes_out_as_soon_as_it_is_committed(house: House) -> None:
    async with running(house.sender.run()):
        await house.sender.quiet(BOT)
        async with asyncio.timeout(0.9):  # less than the look each second
            await house.put("dạ")
            await house.channel.tries(1)


async def test_what_is_held_back_is_not_sent_before_its_time(house: House) -> None:
    await house.put("nhắc", class_=REMINDER, not_before=NOW + timedelta(hours=1))
    await house.put("dạ")
    await house.drain()
    assert house.channel.texts == ["dạ"]


# What comes of sending


async def test_a_chat_that_has_to_wait_waits_alone(house: House) -> None:
    house.channel.results["một"] = [Later(7.0)]
    await house.put("một", "a")
    await house.put("hai", "a")
    await house.put("ba", "b")
    await house.drain()
    assert sorted(house.channel.texts[:2]) == ["ba", "một"]
    assert house.channel.texts[2:] == ["một", "hai"]
    assert house.channel.moments[2] - house.channel.moments[0] >= 7.0


async def test_when_the_platform_is_away_everyone_waits(house: House) -> None:
    house.channel.results["một"] = [Later(20.0, everyone=True)]
    await house.put("một", "a")
    queued = False

    async def sleep(seconds: float) -> None:
        nonlocal queued
        if seconds > 10 and not queued:
            queued = True
            await house.put("hai", "b")
        await house.time.sleep(seconds)

    await house.drain(house.new_sender(sleep=sleep))
    assert queued
    assert sorted(house.channel.texts[1:]) == ["hai", "một"]
    first, *others = house.channel.moments
    assert min(others) - first >= 20.0 - 0.01


@pytest.mark.parametrize(
    ("class_", "outcomes", "tries", "state"),
    [
        (ANSWER, [Unsure("x")], 2, "sent"),
        (ANSWER, [Unsure("x"), Unsure("x")], 2, "unsure"),
        (ANSWER, [Unsure("x"), Later(3.0), Unsure("x")], 3, "unsure"),
        (ANSWER, [ZeroDivisionError()], 2, "sent"),
        (DOCUMENT, [Unsure("x")], 1, "unsure"),
        (REMINDER, [Unsure("x")], 1, "unsure"),
        (REMINDER, [ZeroDivisionError()], 1, "unsure"),
        (REMINDER, [Later(3.0), Later(3.0)], 3, "sent"),
        (ANSWER, [Rejected("dài quá")], 1, "rejected"),
        (ANSWER, [Gone("blocked")], 1, "gone"),
    ],
)
async def test_what_comes_of_a_message(
    house: House, class_: int, outcomes: list[Any], tries: int, state: str
) -> None:
    house.channel.results["tin"] = outcomes
    await house.put("tin", class_=class_)
    await house.drain()
    assert house.channel.texts == ["tin"] * tries
    assert await house.states() == {"tin": state}


async def test_an_unsure_answer_is_let_go_if_the_person_has_written_since(house: House) -> None:
    release = asyncio.Event()
    house.channel.results["hỏi lại"] = [Unsure("ReadTimeout")]
    house.channel.results["chặn"] = [release]
    await house.put("hỏi lại")
    later = NOW + timedelta(seconds=1)
    await house.db.write(lambda tx: messages.seen(tx, BOT, "a", "m2", later))
    await house.drain()
    assert house.channel.texts == ["hỏi lại"]
    assert await house.states() == {"hỏi lại": "unsure"}


async def test_nothing_more_goes_to_who_is_gone(house: House) -> None:
    house.channel.results["một"] = [Gone("blocked")]
    for text in ("một", "hai", "ba"):
        await house.put(text)
    await house.put("bốn", "b")
    await house.drain()
    assert sorted(house.channel.texts) == ["bốn", "một"]
    assert await house.states() == {"một": "gone", "hai": "dropped", "ba": "dropped", "bốn": "sent"}


async def test_messages_follow_a_chat_that_moved(house: House) -> None:
    house.channel.results["một"] = [Moved("mới")]
    await house.db.write(lambda tx: people.arrive(tx, 1, BOT, "a", "Tư", NOW))
    await house.put("một")
    await house.put("hai")
    await house.drain()
    assert house.channel.sent == [("a", "một"), ("mới", "một"), ("mới", "hai")]


async def test_numbers_are_offered_once_the_message_is_out(house: House) -> None:
    await house.db.write(lambda tx: people.arrive(tx, 1, BOT, "a", "Tư", NOW))
    offer = {"options": {"1": "/chotthang 12 2024"}, "draft": None, "about": "Còn việc gì không?"}
    await house.put("nhắc", class_=REMINDER, offer=offer)
    await house.drain()
    found = await house.db.read(lambda tx: messages.offer(tx, BOT, "a"))
    assert found is not None
    assert found.options == {"1": "/chotthang 12 2024"}


async def test_a_body_that_is_no_message_is_rejected(house: House) -> None:
    await house.db.write(lambda tx: outbox.put(tx, 1, BOT, "a", ANSWER, {"chữ": "?"}, NOW))
    await house.put("sau")
    await house.drain()
    assert house.channel.texts == ["sau"]
    assert "rejected" in (await house.states()).values()


async def test_not_too_many_at_once(house: House) -> None:
    release = asyncio.Event()
    for number in range(AT_ONCE + 10):
        house.channel.results[f"{number}"] = [release]
        await house.put(f"{number}", address=f"p{number}")
    async with running(house.sender.run()):
        await house.channel.tries(AT_ONCE)
        for _ in range(20):
            await house.db.read(lambda tx: None)
        assert len(house.channel.sent) == AT_ONCE
        release.set()
        await house.sender.quiet(BOT)
    assert len(house.channel.sent) == AT_ONCE + 10


# Ends and beginnings


class Watched:
    """A database with something between it and the sender."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def write(self, function: Callable[[Tx], Any]) -> Any:
        return await self.db.write(function)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)


async def test_what_was_half_sent_at_the_start_is_unsure(house: House) -> None:
    await house.put("dạ", "a")
    await house.put("nhắc", "b", REMINDER)
    await house.db.write(lambda tx: outbox.claim(tx, outbox.due(tx, BOT, NOW, (), 9), NOW))
    await house.drain()
    assert house.channel.texts == ["dạ"]
    assert await house.states() == {"dạ": "sent", "nhắc": "unsure"}


async def test_what_is_under_way_at_the_end_may_end(house: House) -> None:
    release = asyncio.Event()
    house.channel.results["dạ"] = [release]
    await house.put("dạ")

    async def sleep(seconds: float) -> None:
        if seconds == GRACE_SECONDS:
            release.set()
            await asyncio.Event().wait()
        await house.time.sleep(seconds)

    async with running(house.new_sender(sleep=sleep).run()):
        await house.channel.tries(1)
    assert await house.states() == {"dạ": "sent"}


async def test_what_does_not_end_is_unsure(house: House) -> None:
    house.channel.results["dạ"] = [asyncio.Event()]
    house.channel.results["nhắc"] = [asyncio.Event()]
    await house.put("dạ", "a")
    await house.put("nhắc", "b", REMINDER)
    async with running(house.sender.run()):
        await house.channel.tries(2)
    assert await house.states() == {"dạ": "waiting", "nhắc": "unsure"}  # an answer has one more try


async def test_what_was_claimed_and_not_yet_sent_at_the_end_just_waits(house: House) -> None:
    await house.put("nhắc", class_=REMINDER)
    claimed = asyncio.Event()

    class Slow(Watched):
        async def write(self, function: Callable[[Tx], Any]) -> Any:
            result = await self.db.write(function)
            if result and not claimed.is_set():
                claimed.set()
                await asyncio.sleep(0)
                await asyncio.sleep(0)
            return result

    async with running(house.new_sender(Slow(house.db)).run()) as task:  # type: ignore[arg-type]
        await claimed.wait()
        task.cancel()
    assert house.channel.sent == []
    assert await house.states() == {"nhắc": "waiting"}


@pytest.mark.parametrize("reason", ["full", "locked"])
async def test_while_nothing_can_be_stored_the_sender_waits(
    house: House, caplog: pytest.LogCaptureFixture, reason: str
) -> None:
    failures = [False, False, True, True, True, False, True, True]  # of the writes, one after another

    class Unwell(Watched):
        async def write(self, function: Callable[[Tx], Any]) -> Any:
            if failures and failures.pop(0):
                raise StorageUnavailable(reason, "x")
            return await self.db.write(function)

    for number in range(3):
        await house.put(f"tin {number}")
    await house.drain(house.new_sender(Unwell(house.db)))  # type: ignore[arg-type]
    assert house.channel.texts == ["tin 0", "tin 1", "tin 2"]
    assert set((await house.states()).values()) == {"sent"}
    assert [seconds for seconds in house.time.slept if seconds >= 1] == [1, 2, 4, 1, 2]
    assert caplog.text.count("chưa ghi được vào kho dữ liệu") == 2


async def test_one_row_that_cannot_be_settled_does_not_hold_up_the_others(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.db.write(lambda tx: people.arrive(tx, 1, BOT, "a", "Tư", NOW))
    release = asyncio.Event()
    house.channel.results |= {"hỏng": [release], "lành": [release]}
    await house.put("hỏng", "a", REMINDER, offer={"nothing": "useful"})
    await house.put("lành", "b")
    async with running(house.sender.run()):
        await house.channel.tries(2)
        release.set()
        await house.put("sau", "b")
        await house.channel.tries(3)
        await house.put("nữa", "a")
        await house.channel.tries(4)
        await house.sender.quiet(BOT)
    assert await house.states() == {"hỏng": "rejected", "lành": "sent", "sau": "sent", "nữa": "sent"}
    assert "settling row 1 of commune 1" in caplog.text


# Typing


async def test_while_a_report_is_made_we_are_typing(house: House) -> None:
    day = NOW.date()
    request = lambda tx: reports.request(tx, 1, "bao_cao_nam", day, day, "2024", None, BOT, "a", NOW)  # noqa: E731
    number, _ = await house.db.write(request)
    other = lambda tx: reports.request(tx, 1, "khac", day, day, "2024", None, "zalo:1", "z", NOW)  # noqa: E731
    await house.db.write(other)
    enough = asyncio.Event()

    async def sleep(seconds: float) -> None:
        await house.time.sleep(seconds)
        if len(house.channel.typed) == 3:
            await house.db.write(lambda tx: reports.fail_request(tx, 1, number, "x", NOW))
            enough.set()

    sender = house.new_sender(sleep=sleep, requests=reports.open_requests)
    async with running(sender.run()):
        await enough.wait()
        for _ in range(20):
            await house.db.read(lambda tx: None)
    assert [address for address, _ in house.channel.typed] == ["a"] * 3
    moments = [moment for _, moment in house.channel.typed]
    assert [later - earlier for earlier, later in pairwise(moments)] == [4.0, 4.0]


# All together: Telegram over HTTP, an intake on the database, the sender


@asynccontextmanager
async def whole(
    db: Database, telegram: FakeTelegram, tmp_path: Path, sleep: Callable[[float], Awaitable[None]]
) -> AsyncIterator[Sender]:
    time = FakeTime()

    async def pass_(seconds: float) -> None:
        await time.sleep(seconds)
        await sleep(seconds)

    channel = TelegramChannel(
        TOKEN,
        tmp_path,
        lambda: NOW,
        root=telegram.root,
        patience=Patience(answer=0.2),
        clock=time.clock,
        sleep=pass_,
    )
    sender = Sender(db, [channel], lambda: NOW, clock=time.clock, sleep=pass_)
    try:
        async with running(sender.run()), running(channel.run(Echo(db))):
            yield sender
    finally:
        await channel.close()


async def nothing(seconds: float) -> None:
    return


@pytest.mark.parametrize(
    ("method", "fault", "again"),
    [
        ("getUpdates", Fault(500), 0),
        ("getUpdates", CUT, 0),
        ("getUpdates", Fault(cut=True, accepted=True), 0),
        ("getUpdates", Fault(200, html=True), 0),
        ("getUpdates", Fault(409, description="Conflict"), 0),
        ("sendMessage", Fault(500), 0),
        ("sendMessage", Fault(502, html=True), 0),
        ("sendMessage", FLOOD, 0),
        ("sendMessage", CUT, 0),
        ("sendMessage", HANG, 0),
        ("sendMessage", Fault(cut=True, accepted=True), 1),  # an answer may come twice, a record never
        ("sendMessage", Fault(hang=True, accepted=True), 1),
    ],
)
async def test_nothing_is_lost_and_nothing_kept_twice(
    db: Database, tmp_path: Path, method: str, fault: Fault, again: int
) -> None:
    async with FakeTelegram() as telegram:
        people_ = [telegram.person(chat) for chat in (1, 2, 3)]
        telegram.fail(method, fault)
        async with whole(db, telegram, tmp_path, nothing) as sender:
            for number in range(4):
                for person in people_:
                    update = person.says(f"{person.chat}: {number}")
                    if number == 2:
                        telegram.queue(update)
                        telegram.again(update)
            await telegram.all_confirmed()
            await sender.quiet("telegram:123456")
        heard = {person.chat: person.texts for person in people_}
    inbox = await db.read(lambda tx: tx.all("SELECT chat, message, state FROM inbox"))
    assert len(inbox) == 12
    assert {state for _, _, state in inbox} == {"done"}
    for chat, texts in heard.items():
        expected = [f"đã nghe: {chat}: {number}" for number in range(4)]
        assert sorted(set(texts)) == expected
        assert list(dict.fromkeys(texts)) == expected  # in order
    assert sum(len(texts) for texts in heard.values()) == 12 + again
