"""A bot's month, through the real sender, to a channel that does as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot import app as composition
from bot.context import House as Commune
from bot.messages import (
    ANSWER,
    DOCUMENT,
    REMINDER,
    Exhausted,
    Later,
    Limits,
    Outgoing,
    Rejected,
    Sent,
    Unsure,
)
from bot.meter import Meter, Outcome
from bot.sender import AT_ONCE, Sender
from storage import audit, holding, outbox, people, spending
from storage.database import Database, Tx
from storage.encoding import from_json
from storage.errors import StorageUnavailable
from storage.rows import Origin, Spending
from templates import quota
from tests.bot.channels.house import FakeTime, running
from tests.bot.test_sender import Played
from tests.transcripts.cast import CAST, Setting, join

pytestmark = pytest.mark.anyio
BOT, OTHER = "zalo:1", "telegram:9"
START = datetime(2024, 12, 10, 1, 0, tzinfo=UTC)
MONTH, NEXT = "2024-12", datetime(2024, 12, 31, 17, 0, tzinfo=UTC)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class House:
    """A commune with a bot of so many messages a month, and a clock that the test moves."""

    def __init__(self, db: Database, commune: Commune, granted: int) -> None:
        self.db, self.commune, self.now, self.granted = db, commune, START, granted
        self.time = FakeTime()
        self.channel = Played(self.time, bot=BOT)
        self.other = Played(self.time, bot=OTHER)
        self.channel.limits = Limits(50, granted)

    def sender(self) -> Sender:
        channels = [self.channel, self.other]
        return Sender(
            *(self.db, channels, lambda: self.now),
            clock=self.time.clock,
            sleep=self.time.sleep,
            meters=composition.meters(self.commune, channels),
        )

    async def join(self, name: str, bot: str = BOT) -> None:
        await self.db.write(lambda tx: join(tx, self.commune, CAST[name], bot, name, self.now))

    async def put(self, text: str, address: str = "Sáu", class_: int = ANSWER, **more: Any) -> None:
        body, number = Outgoing(text).as_json(), self.commune.number
        await self.db.write(lambda tx: outbox.put(tx, number, BOT, address, class_, body, self.now, **more))

    async def drain(self) -> None:
        """Sends with a new sender until nothing is left that may go."""
        sender = self.sender()
        async with running(sender.run()):
            await asyncio.wait_for(sender.quiet(BOT), 10)
            await asyncio.wait_for(sender.quiet(OTHER), 10)

    @asynccontextmanager
    async def trying(self) -> AsyncIterator[None]:
        """A new sender, for as long as what waits cannot go."""
        async with running(self.sender().run()):
            yield

    async def spent(self, month: str = MONTH) -> Spending | None:
        return await self.db.read(lambda tx: spending.of_month(tx, BOT, month))

    async def states(self) -> dict[str, str]:
        def look(tx: Tx) -> dict[str, str]:
            rows = tx.all("SELECT body, state FROM outbox ORDER BY outbox")
            return {from_json(body)["text"]: state for body, state in rows}

        return await self.db.read(look)

    async def until(self, text: str, state: str) -> None:
        async with asyncio.timeout(10):
            while (await self.states()).get(text) != state:
                pass

    async def until_refused(self, times: int = 1) -> None:
        """Until the platform has said no so many times."""
        async with asyncio.timeout(10):
            while (await self.spent() or Spending()).setbacks < times:
                pass

    def heard(self, channel: Played, address: str) -> list[str]:
        return [text for to, text in channel.sent if to == address]


@asynccontextmanager
async def opened(database_file: Any, granted: int) -> AsyncIterator[House]:
    db = await Database.open(database_file)
    try:
        setting = Setting()
        number = await db.write(lambda tx: setting.settle(tx, START.date()))
        house = House(db, setting.house(db, number), granted)
        await house.join("Sáu")
        yield house
    finally:
        await db.close()


@pytest.fixture
async def house(database_file: Any) -> AsyncIterator[House]:
    async with opened(database_file, 100) as house:
        yield house


async def used(house: House, messages: int) -> None:
    await house.db.write(lambda tx: spending.add(tx, BOT, MONTH, messages))


# Counting


async def test_what_leaves_is_counted_with_its_parts_by_month(house: House) -> None:
    house.channel.results["dài"] = [Sent("m", parts=3)]
    house.channel.results["hỏi lại"] = [Unsure("ReadTimeout"), Sent("m")]
    for text in ("dạ", "dài", "hỏi lại"):
        await house.put(text)
    await house.drain()
    assert await house.spent() == Spending(6), "what may have arrived counts too"
    house.now = NEXT
    await house.put("tháng sau")
    await house.drain()
    assert await house.spent("2025-01") == Spending(1)
    assert await house.spent() == Spending(6)


async def test_parts_of_what_did_not_end_well_count_too(house: House) -> None:
    house.channel.results["dài"] = [Later(0, parts=1), Unsure("ReadTimeout", parts=2), Sent("m", parts=2)]
    house.channel.results["hỏng"] = [Rejected("400", parts=3)]
    for text in ("dài", "hỏng"):
        await house.put(text)
    await house.drain()
    assert await house.spent() == Spending(8)


async def test_what_a_month_left_under_way_is_of_that_month(house: House) -> None:
    await house.put("dạ")
    (row,) = await house.db.read(lambda tx: outbox.due(tx, BOT, START, set(), 9))
    meter, began = Meter(house.commune, BOT, house.granted), NEXT - timedelta(seconds=1)
    late = [Outcome(row, Sent("m", parts=2), began), Outcome(row, Exhausted("429"), began)]
    for outcome in late:
        await house.db.write(lambda tx, outcome=outcome: meter.settle(tx, [outcome], NEXT))  # type: ignore[misc]
    assert await house.spent() == Spending(2)
    assert await house.spent("2025-01") is None, "the old month's end says nothing of the new one"


async def test_a_beginning_that_could_not_be_stored_is_made_up_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await used(house, 96)
    await house.put("dự thảo", class_=DOCUMENT)
    await house.drain()
    assert (await house.states())["dự thảo"] == "held"
    house.now, write, failed = NEXT, house.db.write, []

    async def full_once(function: Any) -> Any:
        def tried(tx: Tx) -> Any:
            result = function(tx)
            if not failed and spending.of_month(tx, BOT, "2025-01") is not None:
                failed.append(function)
                raise StorageUnavailable("full", "đĩa đầy")
            return result

        return await write(tried)

    monkeypatch.setattr(house.db, "write", full_once)
    async with house.trying():
        await house.until("dự thảo", "sent")
    assert failed


async def test_a_bot_without_limit_is_not_counted(house: House) -> None:
    house.channel.limits = Limits()
    await house.put("dạ")
    await house.drain()
    assert await house.spent() is None


# The warning


async def test_the_committee_is_warned_once_a_month_on_its_other_channel(house: House) -> None:
    await house.join("Minh", OTHER)
    await house.join("Lan")
    await used(house, 79)
    await house.put("dạ")
    await house.drain()
    (warning,) = house.heard(house.other, "Minh")
    assert warning.startswith(f"{BOT} đã gửi 80 trong 100 tin của tháng 12/2024.\nĐến 90 tin sẽ ngừng nhắc")
    assert len(house.heard(house.channel, "Lan")) == 1, "who has no other channel hears it on this one"
    await house.put("dạ nữa")
    await house.drain()
    assert len(house.heard(house.other, "Minh")) == len(house.heard(house.channel, "Lan")) == 1


# What gives way


async def test_reminders_stop_first_and_the_committee_learns_whom_to_call(house: House) -> None:
    await house.join("Minh", OTHER)
    await house.join("Hai")
    await used(house, 90)
    for who in ("Sáu", "Hai"):
        await house.put(f"nhắc {who}", who, REMINDER)
    await house.put("tiến độ", "Minh", REMINDER)
    await house.put("dự thảo", class_=DOCUMENT)
    await house.put("dạ")
    await house.drain()
    assert [text for _, text in house.channel.sent] == ["dạ", "dự thảo"]
    (call,) = house.heard(house.other, "Minh")[:1]
    assert "Xin gọi điện" in call.replace("Đồng chí gọi", "Xin gọi")
    assert "ấp 3 (chú Trần Văn Sáu), ấp 1 (cô Phạm Thị Hai)." in call
    assert (await house.states())["nhắc Sáu"] == "held"
    (entry,) = [
        e for e in await house.db.read(lambda tx: audit.last(tx, house.commune.number, 9)) if e.act == "held"
    ]
    assert entry.subject == BOT


async def test_many_at_once_do_not_run_past_the_limit(house: House) -> None:
    await used(house, 85)
    for number in range(20):
        await house.put(f"nhắc {number}", f"p{number}", REMINDER)
    await house.drain()
    assert len(house.channel.sent) == 5
    states = list((await house.states()).values())
    assert (states.count("sent"), states.count("held")) == (5, 15)


async def test_documents_stop_next_and_their_reader_is_told_once_until_when(house: House) -> None:
    await used(house, 96)
    for text in ("dự thảo", "tệp"):
        await house.put(text, class_=DOCUMENT)
    await house.put("dạ")
    await house.drain()
    assert house.channel.texts[0] == "dạ"
    (told,) = house.channel.texts[1:]
    assert "tài liệu sẽ gửi từ ngày 01/01" in told
    house.now = NEXT
    async with house.trying():
        await house.until("tệp", "sent")
    assert house.channel.texts[2:] == ["dự thảo", "tệp"]


async def test_what_was_held_may_go_when_more_is_granted(house: House) -> None:
    await used(house, 96)
    await house.put("dự thảo", class_=DOCUMENT)
    await house.put("nhắc", class_=REMINDER)
    await house.drain()
    house.channel.limits = Limits(50, 10_000)
    async with house.trying():
        await house.until("dự thảo", "sent")
    assert house.channel.texts[-1] == "dự thảo"
    assert (await house.states())["nhắc"] == "held", "the committee was told to call instead"


async def test_a_reminder_of_last_month_is_not_sent_in_the_next(house: House) -> None:
    await used(house, 90)
    await house.put("nhắc", class_=REMINDER)
    await house.drain()
    house.now = NEXT
    async with house.trying():
        await house.until("nhắc", "dropped")
    assert house.channel.sent == []


# When the platform says no


async def test_only_answers_are_tried_at_growing_pauses(house: House) -> None:
    await house.join("Minh", OTHER)
    house.channel.results["dạ"] = [Exhausted("429"), Exhausted("429")]
    await house.put("dạ")
    await house.put("nhắc", "Sáu", REMINDER)
    async with house.trying():
        await house.until("nhắc", "held")
        await house.other.tries(2)
    spent = await house.spent()
    assert spent is not None and spent.retry_at == START + quota.FIRST_PAUSE
    assert any("đã hết tin của tháng 12/2024" in text for text in house.heard(house.other, "Minh"))
    assert any("ấp 3 (chú Trần Văn Sáu)" in text for text in house.heard(house.other, "Minh"))

    tries = len(house.channel.sent)
    async with house.trying():  # a program started anew knows of it
        await asyncio.sleep(0.05)
    assert len(house.channel.sent) == tries
    house.now += quota.FIRST_PAUSE
    async with house.trying():
        await house.channel.tries(tries + 1)
        await house.until_refused(2)
    spent = await house.spent()
    assert spent is not None and spent.exhausted_at == START
    assert spent.retry_at == house.now + 2 * quota.FIRST_PAUSE


async def test_one_answer_asks_for_all_and_when_it_passes_all_go(house: House) -> None:
    await house.join("Hai")
    house.channel.results["một"] = [Exhausted("429")]
    for number, who in enumerate(("Sáu", "Hai")):
        await house.put(("một", "hai")[number], who)
    await house.put("dự thảo", "Hai", DOCUMENT)
    async with house.trying():
        await house.until("dự thảo", "held")
    house.now += timedelta(hours=1)
    before = len(house.channel.sent)
    await house.drain()
    assert house.channel.texts[before:][0] in ("một", "hai")
    assert "dự thảo" in house.channel.texts[before:]
    assert (await house.spent() or Spending(1)).exhausted_at is None


async def test_a_new_month_opens_everything_but_old_answers(house: House) -> None:
    house.channel.results["cũ"] = [Exhausted("429")]
    await house.put("cũ")
    async with house.trying():
        await house.channel.tries(1)
        await house.until_refused()
    house.now = NEXT - timedelta(minutes=1)
    await house.put("mới")
    house.now = NEXT
    await house.drain()
    assert await house.states() == {"cũ": "dropped", "mới": "sent"}


async def test_what_was_under_way_when_it_said_no_says_nothing_new(house: House) -> None:
    release = asyncio.Event()
    house.channel.results["chậm"] = [release]
    house.channel.results["một"] = [Exhausted("429")]
    await house.put("chậm", "Sáu")
    await house.put("một", "Ai đó")
    async with house.trying():
        await house.channel.tries(2)
        await house.until_refused()
        release.set()
        await house.until("chậm", "sent")
    assert (await house.spent() or Spending()).exhausted_at == START


async def test_without_another_channel_the_owner_reads_it(house: House, caplog: Any) -> None:
    await house.join("Lan")
    house.channel.results["dạ"] = [Exhausted("429")]
    await house.put("dạ")
    async with house.trying():
        await house.until_refused()
    assert "đã hết tin của tháng này" in caplog.text
    assert "0 người" in caplog.text


async def test_a_limit_that_nobody_told_us_about_is_waited_out(house: House) -> None:
    house.channel.limits = Limits()
    house.channel.results["dạ"] = [Exhausted("429")]
    await house.put("dạ")
    await house.drain()
    assert house.channel.texts == ["dạ", "dạ"]
    assert house.channel.moments[1] - house.channel.moments[0] >= 600


async def test_who_has_not_agreed_to_the_other_channel_is_not_written_to_there(house: House) -> None:
    await house.join("Minh")
    await another_account(house, "Minh", "no")
    await used(house, 79)
    await house.put("dạ")
    await house.drain()
    assert not house.other.sent
    assert len(house.heard(house.channel, "Minh")) == 1


async def test_the_other_channel_saves_a_message_also_where_it_was_not_used_last(house: House) -> None:
    await house.join("Minh")
    await another_account(house, "Minh", "yes")
    await used(house, 79)
    await house.put("dạ")
    await house.drain()
    assert len(house.heard(house.other, "Minh")) == 1 and not house.heard(house.channel, "Minh")


async def another_account(house: House, name: str, answer: str) -> None:
    """An account with the other bot, used long ago, and what was said there of the agreement."""

    def second(tx: Tx) -> None:
        number = house.commune.number
        known = people.account(tx, BOT, name)
        assert known is not None
        tx.run(
            "INSERT INTO account (bot, address, commune, person, name, last_at) VALUES (?, ?, ?, ?, ?, ?)",
            (OTHER, name, number, known.person, name, "2024-01-01T01:00:00.000000Z"),
        )
        key = (number, known.person, house.now, answer, house.commune.purpose, "…")
        people.consent(tx, *key, Origin(OTHER, name, "1"))

    await house.db.write(second)


async def test_after_a_no_nothing_more_is_tried(house: House) -> None:
    for number in range(AT_ONCE + 20):
        house.channel.results[f"{number}"] = [Exhausted("429")]
        await house.put(f"{number}", f"p{number}")
    async with house.trying():
        await house.until_refused()
        await house.channel.tries(AT_ONCE)
    assert len(house.channel.sent) == AT_ONCE


async def test_held_reminders_are_moot_once_the_month_is_closed(house: House) -> None:
    await used(house, 90)
    await house.put("nhắc", class_=REMINDER, dedupe="reminder:3:2024-12:2024-12-22")
    await house.drain()
    await house.db.write(lambda tx: outbox.drop(tx, house.commune.number, "reminder:3:2024-12:"))
    assert await house.db.read(lambda tx: holding.held(tx, BOT, REMINDER)) == []
    assert replace(Spending(90)) == await house.spent()
