"""The outbox: what is due, and what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Container
from datetime import datetime
from typing import Any

import pytest

from storage import messages, outbox, people
from storage.rows import Offer, OutboxRow
from tests.storage.house import BOT, NOW, Store, later, tan_an

ANSWER, DOCUMENT, REMINDER = 0, 1, 2
OFFER = {"options": {"1": "/chotthang 12 2024"}, "draft": None, "about": "Tháng 12 còn việc gì không?"}


def put(store: Store, commune: int, address: str = "sau", class_: int = ANSWER, **more: Any) -> int:
    text = more.pop("text", "chào")
    number = store.write(
        outbox.put,
        commune,
        more.pop("bot", BOT),
        address,
        class_,
        {"text": text},
        more.pop("now", NOW),
        **more,
    )
    assert number is not None
    return number


def due(store: Store, now: datetime = NOW, busy: Container[str] = (), limit: int = 100) -> list[int]:
    """The numbers of what is due."""
    return [row.outbox for row in store.read(outbox.due, BOT, now, busy, limit)]


def claim(store: Store, bot: str = BOT) -> list[OutboxRow]:
    """Everything that is due."""
    return store.write(outbox.claim, store.read(outbox.due, bot, NOW, (), 100), NOW)


def claim_one(store: Store) -> OutboxRow:
    (row,) = claim(store)
    return row


def state(store: Store, commune: int, number: int) -> str:
    return str(store.rows("SELECT state FROM outbox WHERE commune = ? AND outbox = ?", commune, number)[0][0])


# Putting


def test_messages_are_numbered_within_their_commune(store: Store, commune: int) -> None:
    other = tan_an(store, "long-an")
    assert [put(store, commune), put(store, other), put(store, commune)] == [1, 1, 2]


def test_the_same_key_is_put_once_in_a_commune(store: Store, commune: int) -> None:
    other = tan_an(store, "long-an")
    reminder: dict[str, Any] = {"dedupe": "nhac:3:2024-12:2024-12-22"}
    assert put(store, commune, class_=REMINDER, **reminder) == 1
    assert store.write(outbox.put, commune, BOT, "sau", REMINDER, {"text": "x"}, NOW, **reminder) is None
    assert put(store, other, class_=REMINDER, **reminder) == 1
    assert put(store, commune) == 2  # without a key nothing is compared
    assert put(store, commune) == 3


def test_putting_raises_the_signal_once_it_is_committed(store: Store, commune: int) -> None:
    reminder: dict[str, Any] = {"dedupe": "k"}
    seen = store.database.signals("outbox")
    put(store, commune, **reminder)
    assert store.database.signals("outbox") == seen + 1
    store.write(outbox.put, commune, BOT, "sau", ANSWER, {"text": "x"}, NOW, **reminder)
    assert store.database.signals("outbox") == seen + 1


def test_a_message_comes_back_as_it_was_put(store: Store, commune: int) -> None:
    body = {"text": "Đã ghi: phiếu số 12", "buttons": [["Chốt", "/chotthang 11 2024"]]}
    store.write(outbox.put, commune, BOT, "sau", DOCUMENT, body, NOW, offer=OFFER)
    assert claim(store) == [OutboxRow(commune, 1, BOT, "sau", DOCUMENT, body, OFFER, 0, NOW)]


# What is due


def test_of_each_chat_the_first_by_class_and_number(store: Store, commune: int) -> None:
    put(store, commune, "a", REMINDER)
    put(store, commune, "a", DOCUMENT)
    first = put(store, commune, "b", ANSWER)
    put(store, commune, "b", ANSWER)
    answer = put(store, commune, "a", ANSWER)
    assert sorted(due(store)) == [first, answer]


def test_answers_of_all_chats_before_documents_before_reminders(store: Store, commune: int) -> None:
    reminder = put(store, commune, "a", REMINDER)
    document = put(store, commune, "b", DOCUMENT, now=later(seconds=1))
    late = put(store, commune, "c", ANSWER, now=later(seconds=3))
    early = put(store, commune, "d", ANSWER, now=later(seconds=2))
    assert due(store) == [early, late, document, reminder]
    assert due(store, limit=2) == [early, late]


def test_what_is_busy_is_passed_over(store: Store, commune: int) -> None:
    put(store, commune, "a")
    second = put(store, commune, "b")
    assert due(store, busy={"a"}, limit=1) == [second]


def test_only_its_own_bot_and_every_commune(store: Store, commune: int) -> None:
    other = tan_an(store, "long-an")
    put(store, commune, bot="zalo:1")
    mine = put(store, other, "a")
    assert due(store) == [mine]


def test_what_is_held_back_waits_by_itself(store: Store, commune: int) -> None:
    held = put(store, commune, class_=REMINDER, not_before=later(hours=1))
    assert due(store) == []
    assert store.read(outbox.idle, BOT, NOW)
    other = put(store, commune, class_=REMINDER)
    assert due(store) == [other]
    assert due(store, now=later(hours=1)) == [held]
    assert not store.read(outbox.idle, BOT, NOW)


def test_what_was_sent_is_no_longer_due(store: Store, commune: int) -> None:
    put(store, commune)
    rows = store.read(outbox.due, BOT, NOW, (), 100)
    (row,) = store.write(outbox.claim, rows, NOW)
    assert due(store) == []
    assert not store.read(outbox.idle, BOT, NOW)
    assert store.write(outbox.claim, rows, NOW) == []
    store.write(outbox.mark_sent, row, "77", NOW, later(seconds=1))
    assert store.rows("SELECT state, platform_message, sent_at FROM outbox") == [
        ("sent", "77", "2024-12-08T01:05:01.123456Z")
    ]
    assert due(store) == []
    assert store.read(outbox.idle, BOT, NOW)


def test_finding_what_is_due_does_not_read_what_was_sent(store: Store, commune: int) -> None:
    """By the index alone: neither the history nor a long queue in one chat may cost anything."""
    plan = store.rows("EXPLAIN QUERY PLAN " + outbox._DUE, BOT, BOT, BOT, "")
    steps = [row[3] for row in plan]
    assert not [step for step in steps if step.startswith("SCAN") and step != "SCAN chat"]


# What became of it


def test_postponed_it_waits_again(store: Store, commune: int) -> None:
    put(store, commune)
    (row,) = claim(store)
    store.write(outbox.mark_waiting, row)
    (again,) = claim(store)
    assert (again.outbox, again.tries) == (row.outbox, 1)


def test_what_was_settled_does_not_change_any_more(store: Store, commune: int) -> None:
    number = put(store, commune)
    (row,) = claim(store)
    store.write(outbox.mark_sent, row, "77", NOW, NOW)
    store.write(outbox.mark_waiting, row)
    store.write(outbox.mark_unsure, row, "x")
    store.write(outbox.mark_rejected, row, "x")
    store.write(outbox.mark_moved, row, "other")
    assert state(store, commune, number) == "sent"
    assert store.rows("SELECT reason, address FROM outbox") == [(None, "sau")]


def test_numbers_are_offered_once_the_message_is_sent(store: Store, commune: int, head: int) -> None:
    put(store, commune, class_=REMINDER, offer=OFFER)
    (row,) = claim(store)
    assert store.read(messages.offer, BOT, "sau") is None
    store.write(outbox.mark_sent, row, None, NOW, later(seconds=1))
    assert store.read(messages.offer, BOT, "sau") == Offer(
        later(seconds=1), {"1": "/chotthang 12 2024"}, None, "Tháng 12 còn việc gì không?"
    )


@pytest.mark.parametrize(("began", "stands"), [(NOW, True), (later(seconds=6), False)])
def test_an_offer_made_while_it_was_being_sent_is_the_later_one(
    store: Store, commune: int, head: int, began: datetime, stands: bool
) -> None:
    put(store, commune, class_=REMINDER, offer=OFFER)
    (row,) = claim(store)
    store.write(messages.make_offer, BOT, "sau", later(seconds=5), {"1": "có"}, None, "Chốt nhé?")
    store.write(outbox.mark_sent, row, None, began, later(seconds=9))
    offer = store.read(messages.offer, BOT, "sau")
    assert offer is not None
    assert (offer.about == "Chốt nhé?") is stands


def test_an_offer_to_somebody_without_an_account_is_left_out(store: Store, commune: int) -> None:
    number = put(store, commune, "nobody", offer=OFFER)
    (row,) = claim(store)
    store.write(outbox.mark_sent, row, None, NOW, NOW)
    assert state(store, commune, number) == "sent"
    assert store.read(messages.offer, BOT, "nobody") is None


def test_an_unsure_answer_is_sent_once_more(store: Store, commune: int) -> None:
    number = put(store, commune)
    for _ in range(3):
        store.write(outbox.mark_waiting, claim_one(store))  # postponed before: that does not count
    store.write(outbox.mark_unsure, claim_one(store), "ReadTimeout")
    assert due(store) == [number]
    store.write(outbox.mark_waiting, claim_one(store))
    store.write(outbox.mark_unsure, claim_one(store), "ReadTimeout")
    assert (due(store), state(store, commune, number)) == ([], "unsure")


def test_not_so_if_the_person_has_written_since(store: Store, commune: int) -> None:
    """One second later is enough, though account.last_at is kept to the minute."""
    store.write(messages.seen, BOT, "sau", "m1", NOW)  # what it answers
    number = put(store, commune)
    row = claim_one(store)
    store.write(messages.seen, BOT, "sau", "m2", later(seconds=1))
    store.write(outbox.mark_unsure, row, "ReadTimeout")
    assert state(store, commune, number) == "unsure"


def test_what_others_wrote_meanwhile_does_not_matter(store: Store, commune: int) -> None:
    store.write(messages.seen, BOT, "sau", "m1", NOW)
    number = put(store, commune)
    store.write(messages.seen, BOT, "ba", "m1", later(seconds=1))
    store.write(messages.seen, "zalo:1", "sau", "m1", later(seconds=1))
    store.write(outbox.mark_unsure, claim_one(store), "ReadTimeout")
    assert state(store, commune, number) == "waiting"


@pytest.mark.parametrize("class_", [DOCUMENT, REMINDER])
def test_an_unsure_reminder_or_document_is_never_sent_again(store: Store, commune: int, class_: int) -> None:
    number = put(store, commune, class_=class_)
    store.write(outbox.mark_unsure, claim_one(store), "ReadTimeout")
    assert (due(store), state(store, commune, number)) == ([], "unsure")


def test_who_is_gone_gets_nothing_more(store: Store, commune: int, head: int) -> None:
    first, second = put(store, commune), put(store, commune)
    row = claim_one(store)
    other = put(store, commune, "ba")
    store.write(outbox.mark_gone, row, "Forbidden: bot was blocked by the user")
    states = [state(store, commune, number) for number in (first, second, other)]
    assert states == ["gone", "dropped", "waiting"]
    account = store.read(people.account, BOT, "sau")
    assert account is not None
    assert account.state == "gone"


def test_who_moved_takes_everything_along(store: Store, commune: int, head: int) -> None:
    store.write(messages.make_offer, BOT, "sau", NOW, {"1": "có"}, None, "Chốt?")
    first = put(store, commune)
    put(store, commune, class_=REMINDER)
    (row,) = claim(store)
    store.write(outbox.mark_moved, row, "sau-moi")
    assert due(store) == [first]
    assert store.rows("SELECT DISTINCT address, state FROM outbox") == [("sau-moi", "waiting")]
    account = store.read(people.account, BOT, "sau-moi")
    assert account is not None
    assert account.person == head
    assert store.read(messages.offer, BOT, "sau-moi") is not None


def test_a_chat_without_an_account_moves_too(store: Store, commune: int) -> None:
    put(store, commune, "nobody")
    store.write(outbox.mark_moved, claim_one(store), "elsewhere")
    assert [row.address for row in claim(store)] == ["elsewhere"]


# After a crash


def test_what_was_being_sent_when_the_program_died_is_unsure(store: Store, commune: int) -> None:
    answer = put(store, commune, "a")
    reminder = put(store, commune, "b", REMINDER)
    elsewhere = put(store, commune, "d", bot="zalo:1")
    claim(store)
    claim(store, "zalo:1")
    waiting = put(store, commune, "c")
    assert store.write(outbox.recover, BOT) == 2
    states = [state(store, commune, number) for number in (answer, reminder, waiting, elsewhere)]
    assert states == ["waiting", "unsure", "waiting", "sending"]
    assert store.write(outbox.recover, BOT) == 0


def test_one_chat_alone(store: Store, commune: int) -> None:
    """What is for others is neither taken, nor waited for, nor given up."""
    first, other, second = (put(store, commune, address) for address in "aba")
    rows = store.read(outbox.due, BOT, NOW, (), 100, "a")
    assert [row.outbox for row in rows] == [first]
    claim(store)
    assert store.write(outbox.recover, BOT, "c") == 0
    assert store.read(outbox.idle, BOT, NOW, "c")
    assert store.write(outbox.recover, BOT, "a") == 1
    assert [state(store, commune, number) for number in (first, other, second)] == [
        "waiting",
        "sending",
        "waiting",
    ]
    assert not store.read(outbox.idle, BOT, NOW, "b")


def test_what_somebody_should_look_into(store: Store, commune: int) -> None:
    other = tan_an(store, "long-an")
    for number, address in enumerate("abcd", 1):
        put(store, commune, address, REMINDER, text=f"tin {number}")
    put(store, other, "e", REMINDER)
    rows = {row.address: row for row in claim(store)}
    store.write(outbox.mark_unsure, rows["a"], "ReadTimeout")
    store.write(outbox.mark_rejected, rows["b"], "dài 5000 ký tự")
    store.write(outbox.mark_sent, rows["c"], None, NOW, NOW)
    store.write(outbox.mark_unsure, rows["e"], "ReadTimeout")
    assert store.read(outbox.unsure, commune) == [
        outbox.Undelivered(1, BOT, "a", REMINDER, "unsure", "ReadTimeout", {"text": "tin 1"}, NOW),
        outbox.Undelivered(2, BOT, "b", REMINDER, "rejected", "dài 5000 ký tự", {"text": "tin 2"}, NOW),
    ]


def test_a_rolled_back_message_was_never_there(store: Store, commune: int) -> None:
    def fail(tx: Any) -> None:
        outbox.put(tx, commune, BOT, "sau", ANSWER, {"text": "x"}, NOW)
        raise ZeroDivisionError

    seen = store.database.signals("outbox")
    with pytest.raises(ZeroDivisionError):
        asyncio.run(store.database.write(fail))
    assert due(store) == []
    assert store.database.signals("outbox") == seen


def test_a_reminder_that_comes_too_late_is_dropped(store: Store, commune: int) -> None:
    late = put(store, commune, "a", REMINDER, not_after=later(hours=1))
    early = put(store, commune, "b", REMINDER, not_after=later(hours=1, seconds=1))
    rows = store.read(outbox.due, BOT, NOW, (), 100)
    assert [row.outbox for row in store.write(outbox.claim, rows, later(hours=1))] == [early]
    assert [state(store, commune, number) for number in (late, early)] == ["dropped", "sending"]


def test_what_changed_since_it_was_found_is_not_claimed(store: Store, commune: int, head: int) -> None:
    put(store, commune)
    rows = store.read(outbox.due, BOT, NOW, (), 100)
    store.write(people.move_account, BOT, "sau", "sau-moi")
    assert store.write(outbox.claim, rows, NOW) == []
    assert [row.address for row in claim(store)] == ["sau-moi"]


def test_a_reminder_whose_reason_is_gone_is_dropped(store: Store, commune: int) -> None:
    for hamlet, month in (("3", "2024-11"), ("3", "2024-12"), ("31", "2024-11")):
        key = f"reminder:{hamlet}:{month}:2024-12-08"
        store.write(outbox.put, commune, BOT, "sau", REMINDER, {"text": "Nhắc"}, NOW, dedupe=key)
    assert store.write(outbox.drop, commune, "reminder:3:2024-11:") == 1
    assert [state(store, commune, number) for number in (1, 2, 3)] == ["dropped", "waiting", "waiting"]


def test_what_a_message_said_is_found_by_its_dedupe_key(store: Store, commune: int) -> None:
    put(store, commune, text="tệp không đọc được", dedupe="attachment:1:x")
    assert store.read(outbox.said, commune, "attachment:1:x") == "tệp không đọc được"
    assert store.read(outbox.said, commune, "attachment:1") is None
    assert store.read(outbox.said, tan_an(store, "long-an"), "attachment:1:x") is None
