"""Reminders: who gets one, when, how it reads, and that it comes once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from jobs import schedules
from jobs.reminders import Nudged, Reminders
from jobs.tick import Ticker
from storage import bots, communes, drafts, people, spending
from storage import schedules as schedule_rows
from storage.database import Tx
from storage.rows import Hamlet, Origin
from templates.commune import Deadlines
from tests.jobs.conftest import ORIGIN, PURPOSE, House, at, join

pytestmark = pytest.mark.anyio


def reminders(house: House) -> Reminders:
    return Reminders(house.db, house.wording, {house.commune: house.settings}, PURPOSE)


def ticker(house: House) -> Ticker:
    handlers = {"reminder": reminders(house).fire}
    return Ticker(
        house.db, house.wording, frozenset({house.commune}), handlers, lambda: at("2024-12-01T00:00")
    )


async def installed(house: House, now: str = "2024-12-10T09:00", deadlines: Deadlines | None = None) -> None:
    calendar = schedules.monthly(deadlines or house.settings.deadlines)
    await house.db.write(lambda tx: schedules.synchronise(tx, house.commune, {"reminder": calendar}, at(now)))


async def test_nothing_reported_yet(house: House) -> None:
    await installed(house)
    await ticker(house).tick(at("2024-12-22T08:00"))
    (message,) = await house.queued("head3")
    assert message["text"] == (
        "Chào chú Sáu. Tháng 12 ấp 3 chưa báo việc nào. Hạn: thứ Tư, 25/12.\n"
        "1. Có việc, báo ngay\n"
        "2. Tháng này không phát sinh\n"
        "3. Đã báo cách khác\n"
        "Cần giúp, chú gọi Mặt trận xã: 0900 000 000"
    )
    assert message["class"] == 2
    assert message["offer"] == {
        "options": {"1": "/baoviec", "2": "/khongphatsinh 12 2024", "3": "/baokhac 12 2024"},
        "draft": None,
        "about": message["text"],
    }
    assert message["buttons"] == [
        ["Báo ngay", "/baoviec"],
        ["Không phát sinh", "/khongphatsinh 12 2024"],
        ["Đã báo cách khác", "/baokhac 12 2024"],
    ]


async def test_with_records_already_in(house: House) -> None:
    await installed(house)
    for day in ("2024-12-01", "2024-12-05", "2024-12-21"):
        await house.record("3", day)
    await house.record("3", "2024-11-30")  # another month's
    await ticker(house).tick(at("2024-12-25T08:00"))
    (message,) = await house.queued("head3")
    assert message["text"] == (
        "Chào chú Sáu. Tháng 12 ấp 3 đã báo 3 việc. Hạn: hôm nay, thứ Tư, 25/12.\n"
        "1. Còn việc, báo thêm\n"
        "2. Đủ rồi, chốt tháng\n"
        "3. Xem lại\n"
        "Cần giúp, chú gọi Mặt trận xã: 0900 000 000"
    )
    assert message["offer"]["options"] == {"1": "/baoviec", "2": "/chotthang 12 2024", "3": "/dabao 12 2024"}
    assert [command for _, command in message["buttons"]] == list(message["offer"]["options"].values())
    assert all(len(label) <= 18 for label, _ in message["buttons"])


async def test_without_a_form_of_address_and_after_the_turn_of_the_year(house: House) -> None:
    house.settings = replace(house.settings, kind="phường", deadlines=Deadlines(report_day=31, remind=(2,)))
    await installed(house, deadlines=house.settings.deadlines)
    await ticker(house).tick(at("2025-01-02T08:00"))
    (message,) = await house.queued("head5")
    assert message["text"] == (
        "Chào Võ Thị Mười. Tháng 12/2024 ấp 5 chưa báo việc nào. Hạn là thứ Ba, 31/12, nay đã qua.\n"
        "1. Có việc, báo ngay\n"
        "2. Tháng này không phát sinh\n"
        "3. Đã báo cách khác\n"
        "Cần giúp, xin gọi Mặt trận phường: 0900 000 000"
    )
    assert message["offer"]["options"]["2"] == "/khongphatsinh 12 2024"


async def test_only_those_whose_month_is_open(house: House) -> None:
    await installed(house)
    for hamlet, state in (("1", "closed"), ("2", "nothing"), ("4", "otherwise")):
        await house.close_month(hamlet, "2024-12", state)
    await house.close_month("5", "2024-11")
    await ticker(house).tick(at("2024-12-22T08:00"))
    assert [m["address"] for m in await house.queued()] == ["head3", "head5", "head6", "head7", "chair"]


async def test_a_month_that_ends_on_the_15th(house: House) -> None:
    house.settings = replace(house.settings, deadlines=Deadlines(report_day=18, month_end=15, remind=(0,)))
    await installed(house, "2024-12-01T09:00", house.settings.deadlines)
    await house.record("3", "2024-11-16")
    await house.record("3", "2024-12-16")  # belongs to January
    await ticker(house).tick(at("2024-12-18T08:00"))
    (message,) = await house.queued("head3")
    assert message["text"].startswith("Chào chú Sáu. Tháng 12 ấp 3 đã báo 1 việc.")


@pytest.mark.parametrize(
    ("deadlines", "now", "begins"),
    [
        (Deadlines(report_day=25, remind=(0,)), "2024-11-25T08:00", "Tháng 11 ấp 3 chưa báo việc nào. Hạn"),
        (Deadlines(report_day=25, month_end=30, remind=(0,)), "2024-11-25T08:00", "Tháng 11 ấp 3 chưa báo"),
        (Deadlines(report_day=5, remind=(-3,)), "2025-01-02T08:00",
         "Tháng 12/2024 ấp 3 chưa báo việc nào. Hạn: Chủ nhật, 05/01."),
        (Deadlines(report_day=5, remind=(2,)), "2025-01-07T08:00",
         "Tháng 12/2024 ấp 3 chưa báo việc nào. Hạn là Chủ nhật, 05/01, nay đã qua."),
        (Deadlines(report_day=17, month_end=15, remind=(0,)), "2024-12-17T08:00", "Tháng 12 ấp 3 chưa báo"),
        (Deadlines(report_day=12, month_end=15, remind=(0,)), "2025-01-12T08:00", "Tháng 1 ấp 3 chưa báo"),
        (Deadlines(report_day=1, month_end=25, remind=(-2,)), "2024-12-30T08:00",
         "Tháng 12 ấp 3 chưa báo việc nào. Hạn: thứ Tư, 01/01."),
    ],
)  # fmt: skip
async def test_the_month_is_the_one_that_ends_nearest_to_the_deadline(
    house: House, deadlines: Deadlines, now: str, begins: str
) -> None:
    house.settings = replace(house.settings, deadlines=deadlines)
    await installed(house, f"{now[:8]}01T00:00", deadlines)
    await ticker(house).tick(at(now))
    assert next(m["text"] for m in await house.queued("head3")).startswith(f"Chào chú Sáu. {begins}")


async def test_the_committee_gets_one_line(house: House) -> None:
    await installed(house)
    await house.close_month("1", "2024-12")
    await house.record("3", "2024-12-02")
    await ticker(house).tick(at("2024-12-22T08:00"))
    (message,) = await house.queued("chair")
    assert message["text"] == (
        "Tiến độ tháng 12/2024: đã chốt 1/7 ấp, 1 đang báo, 5 chưa báo. Xem kỹ, gõ: tiến độ"
    )
    assert message["buttons"] == [["Tiến độ", "/tiendo 12 2024"]]
    assert message["class"] == 2


async def test_who_has_not_agreed_or_has_left_is_not_written_to(house: House) -> None:
    await installed(house)

    def change(tx: Tx) -> None:
        people.consent(
            tx, house.commune, house.heads["1"], at("2024-12-01T09:00"), "withdrawn", PURPOSE, "…", ORIGIN
        )
        people.mark_gone(tx, "telegram:1", "head2")
        people.end_roles(tx, house.commune, house.heads["3"], at("2024-12-01T09:00"))
        join(tx, house.commune, "deputy3", "Mai Văn Ba", "anh", "hamlet_deputy", "3")
        join(tx, house.commune, "deputy4", "Mai Văn Tư", "anh", "hamlet_deputy", "4")
        join(tx, house.commune, "deputy2", "Mai Văn Hai", "anh", "hamlet_deputy", "2", consent=None)

    await house.db.write(change)
    await ticker(house).tick(at("2024-12-22T08:00"))
    addresses = [m["address"] for m in await house.queued()]
    assert addresses == ["deputy3", "head4", "head5", "head6", "head7", "chair"]


async def test_the_address_used_last(house: House) -> None:
    await installed(house)

    def second_phone(tx: Tx) -> None:
        tx.run(
            "INSERT INTO account (bot, address, commune, person, name, last_at) VALUES (?, ?, ?, ?, ?, ?)",
            ("zalo:1", "z3", house.commune, house.heads["3"], "Sáu", "2024-12-01T00:00:00.000000Z"),
        )

    def agrees(tx: Tx) -> None:
        origin = Origin("zalo:1", "z3", "1")
        values = ("yes", PURPOSE, "…", origin)
        people.consent(tx, house.commune, house.heads["3"], at("2024-12-01T09:00"), *values)

    await house.db.write(second_phone)
    await ticker(house).tick(at("2024-12-22T08:00"))
    assert len(await house.queued("head3")) == 1 and not await house.queued("z3"), "not agreed to Zalo yet"
    await house.db.write(agrees)
    await ticker(house).tick(at("2024-12-25T08:00"))
    assert len(await house.queued("z3")) == 1 and len(await house.queued("head3")) == 1


async def test_another_account_is_better_than_one_of_a_bot_that_sends_no_reminders(house: House) -> None:
    await installed(house)

    def second_phone(tx: Tx) -> None:
        key = (house.commune, house.heads["3"])
        tx.run(
            "INSERT INTO account (bot, address, commune, person, name, last_at) VALUES (?, ?, ?, ?, ?, ?)",
            ("zalo:1", "z3", *key, "Sáu", "2024-12-01T00:00:00.000000Z"),
        )
        people.consent(tx, *key, at("2024-12-01T09:00"), "yes", PURPOSE, "…", Origin("zalo:1", "z3", "1"))
        bots.serve(tx, [("zalo:1", 50, 100)])
        spending.add(tx, "zalo:1", "2024-12", 90)

    await house.db.write(second_phone)
    await ticker(house).tick(at("2024-12-22T08:00"))
    assert len(await house.queued("head3")) == 1 and not await house.queued("z3")


async def test_a_nudge_says_whom_the_bot_has_no_messages_left_for(house: House) -> None:
    def spent(tx: Tx) -> None:
        bots.serve(tx, [("telegram:1", None, 100)])
        spending.add(tx, "telegram:1", "2024-12", 90)

    await house.db.write(spent)
    done = await house.db.write(
        lambda tx: reminders(house).nudge(tx, house.commune, "2024-12", ["3", "4"], at("2024-12-20T09:00"))
    )
    assert done.spent == ["3", "4"] and not done.reached
    assert not await house.queued()


async def test_who_heads_two_hamlets_gets_two_with_the_hamlet_named(house: House) -> None:
    await installed(house)
    await house.db.write(
        lambda tx: people.grant(
            tx, house.commune, house.heads["3"], "hamlet_head", "4", at("2024-12-01T09:00")
        )
    )
    await house.record("4", "2024-12-05")
    await ticker(house).tick(at("2024-12-22T08:00"))
    third, fourth = await house.queued("head3")
    assert third["offer"]["options"] == {
        "1": "/baoviec 3",
        "2": "/khongphatsinh 12 2024 3",
        "3": "/baokhac 12 2024 3",
    }
    assert "ấp 4 đã báo 1 việc" in fourth["text"]
    assert fourth["offer"]["options"] == {
        "1": "/baoviec 4",
        "2": "/chotthang 12 2024 4",
        "3": "/dabao 12 2024 4",
    }


async def test_never_twice_and_once_after_a_sleep(house: House) -> None:
    await installed(house)
    tick = ticker(house).tick
    for now in ("2024-12-26T21:30", "2024-12-27T06:59"):
        await tick(at(now))
    assert await house.queued() == []
    for now in ("2024-12-27T07:00", "2024-12-27T07:01", "2024-12-27T07:59"):
        await tick(at(now))
    # The 27th has a reminder of its own at eight: the one slept through yields to it.
    assert await house.queued() == []
    for now in ("2024-12-27T08:00", "2024-12-27T08:00", "2024-12-27T08:05", "2025-01-21T12:00"):
        await tick(at(now))
    assert len(await house.queued("head3")) == 1
    await tick(at("2025-01-22T08:00"))
    assert len(await house.queued("head3")) == 2


async def test_a_repeated_row_repeats_no_message(house: House) -> None:
    """As after a restored backup: the row is due again, the messages are known."""
    await installed(house)
    tick = ticker(house).tick
    await tick(at("2024-12-22T08:00"))
    before = await house.queued()
    await house.db.write(
        lambda tx: schedule_rows.advance(
            tx, house.commune, "reminder", at("2024-12-22T08:00"), at("2024-12-22T08:00")
        )
    )
    await tick(at("2024-12-22T09:00"))
    assert await house.queued() == before


async def start_draft(house: House, hamlet: str, now: str) -> int:
    return await house.db.write(
        lambda tx: drafts.start(tx, house.commune, house.heads[hamlet], "hoat_dong", 1, hamlet, {}, at(now))
    )


async def test_a_draft_is_left_to_rest_and_the_others_hear_at_once(house: House) -> None:
    await installed(house)
    tick = ticker(house).tick
    await start_draft(house, "3", "2024-12-22T07:40")
    await tick(at("2024-12-22T08:00"))
    assert len(await house.queued("head4")) == 1 and not await house.queued("head3")
    await tick(at("2024-12-22T08:39"))
    assert not await house.queued("head3")
    await tick(at("2024-12-22T08:40"))
    assert len(await house.queued("head3")) == 1
    assert len(await house.queued("head4")) == 1 and len(await house.queued("chair")) == 1
    await tick(at("2024-12-25T08:00"))
    assert len(await house.queued("head3")) == 2


async def test_a_month_closed_while_the_draft_rested_is_not_reminded_of(house: House) -> None:
    await installed(house)
    await start_draft(house, "3", "2024-12-22T07:40")
    await ticker(house).tick(at("2024-12-22T08:00"))
    await house.close_month("3", "2024-12", now="2024-12-22T08:10")
    await ticker(house).tick(at("2024-12-22T08:40"))
    assert not await house.queued("head3")


async def test_a_draft_of_the_evening_waits_for_the_morning(
    house: House,
) -> None:
    house.settings = replace(house.settings, deadlines=Deadlines(at=datetime(2024, 1, 1, 19, 30).time()))
    await installed(house, deadlines=house.settings.deadlines)
    tick = ticker(house).tick
    await start_draft(house, "3", "2024-12-22T19:20")
    for now in ("2024-12-22T19:30", "2024-12-22T20:20", "2024-12-23T06:00", "2024-12-23T07:00"):
        await tick(at(now))
    assert len(await house.queued("head3")) == 1 and len(await house.queued("head4")) == 1


async def test_a_hamlet_that_no_longer_exists(house: House) -> None:
    await installed(house)
    hamlets = [Hamlet(h.code, h.name, n) for n, h in enumerate(house.settings.hamlets) if h.code != "7"]
    await house.db.write(lambda tx: communes.sync(tx, "tan-an", "Tân An", hamlets, date(2024, 12, 20)))
    await ticker(house).tick(at("2024-12-22T08:00"))
    assert not await house.queued("head7")
    assert (await house.queued("chair"))[0]["text"].endswith("0/6 ấp, 6 chưa báo. Xem kỹ, gõ: tiến độ")


async def test_changed_deadlines_move_the_row_and_lose_nothing_slept_through(house: House) -> None:
    await installed(house)
    await installed(house, "2024-12-12T09:00")  # the same settings: nothing moves
    row = await house.db.read(lambda tx: schedule_rows.get(tx, house.commune, "reminder"))
    assert row is not None and row.due_at == at("2024-12-22T08:00")
    house.settings = replace(house.settings, deadlines=Deadlines(report_day=25, remind=(-1, 0)))
    await installed(house, "2024-12-26T09:00", house.settings.deadlines)  # off since the 12th
    for now in ("2024-12-26T09:00", "2024-12-26T09:01", "2025-01-23T09:00"):
        await ticker(house).tick(at(now))
    assert len(await house.queued("head3")) == 1
    row = await house.db.read(lambda tx: schedule_rows.get(tx, house.commune, "reminder"))
    assert row is not None and row.due_at == at("2025-01-24T08:00")


async def test_a_nudge_reaches_each_hamlet_once_a_day(house: House) -> None:
    await house.close_month("1", "2024-12")
    await start_draft(house, "4", "2024-12-26T09:30")

    def leave(tx: Tx) -> None:
        people.mark_gone(tx, "telegram:1", "head2")

    await house.db.write(leave)
    remind = reminders(house)

    async def nudge(hamlets: list[str], now: str) -> Nudged:
        return await house.db.write(lambda tx: remind.nudge(tx, house.commune, "2024-12", hamlets, at(now)))

    result = await nudge(["1", "2", "3", "4"], "2024-12-26T10:00")
    assert result.reached == {"3": "Trần Văn Sáu"}
    assert (result.unreachable, result.closed, result.already) == (["2"], ["1"], [])
    assert result.busy == {"4": "Phạm Văn Bảy"} and result.at is None
    (message,) = await house.queued()
    assert message["text"].startswith(
        "Chào chú Sáu. Tháng 12 ấp 3 chưa báo việc nào. Hạn là thứ Tư, 25/12, nay đã qua."
    )
    again = await nudge(["3"], "2024-12-26T18:00")
    assert (again.reached, again.already) == ({}, ["3"]) and len(await house.queued()) == 1
    late = await nudge(["3"], "2024-12-27T21:00")
    assert late.reached and late.at == at("2024-12-28T07:00")
    assert (await house.queued())[-1]["not_before"].startswith("2024-12-28T00:00")


async def test_two_communes_do_not_meet(house: House, tmp_path: Path) -> None:
    await installed(house)

    def other(tx: Tx) -> int:
        commune = communes.sync(tx, "tan-binh", "Tân Bình", [Hamlet("3", "Ấp 3", 0)], date(2024, 1, 1))
        join(tx, commune, "other3", "Hồ Văn Mới", None, "hamlet_head", "3")
        schedules.synchronise(
            tx, commune, {"reminder": schedules.monthly(Deadlines())}, at("2024-12-10T09:00")
        )
        return commune

    await house.db.write(other)
    await ticker(house).tick(at("2024-12-22T08:00"))
    assert not await house.queued("other3")
    assert len(await house.queued("head3")) == 1
