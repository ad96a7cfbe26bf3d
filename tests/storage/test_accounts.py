"""An account that becomes a person's, and one that is theirs no more."""

from __future__ import annotations

from typing import Any

import pytest

from storage import accounts, messages, outbox, people
from storage.rows import Origin
from tests.storage.house import BOT, NOW, ORIGIN, Store, later, someone, tan_an

ZALO, PURPOSE = "zalo:1", "v1"


@pytest.fixture
def guest(store: Store, commune: int, head: int) -> int:
    """Who has just written from an account on Zalo; ``head`` is somebody with a role on Telegram."""
    store.write(people.grant, commune, head, "hamlet_head", "3", NOW)
    return store.write(people.arrive, commune, ZALO, "z", "Sáu Zalo", later(minutes=5)).person


def put(store: Store, commune: int, text: str, class_: int = 2, **more: Any) -> None:
    store.write(outbox.put, commune, BOT, "sau", class_, {"text": text}, NOW, **more)


def waiting(store: Store) -> list[tuple[str, str, str]]:
    return store.rows("SELECT bot, address, body FROM outbox WHERE state = 'waiting' ORDER BY outbox")


def test_the_new_account_is_the_persons_and_the_old_one_stays(
    store: Store, commune: int, head: int, guest: int
) -> None:
    store.write(messages.make_offer, ZALO, "z", NOW, {"1": "/menu"}, None, "cũ")
    store.write(accounts.connect, commune, head, ZALO, "z")
    assert [a.bot for a in store.read(people.accounts, commune, head)] == [ZALO, BOT]
    assert store.read(messages.offer, ZALO, "z") is None
    assert store.read(people.person, commune, guest, PURPOSE).name == "", "nobody is left of who just came"


def test_who_had_agreed_before_keeps_the_name(store: Store, commune: int, head: int, guest: int) -> None:
    store.write(people.consent, commune, guest, NOW, "yes", PURPOSE, "…", Origin(ZALO, "z", "1"))
    store.write(accounts.connect, commune, head, ZALO, "z")
    assert store.read(people.person, commune, guest, PURPOSE).name == "Sáu Zalo"


def test_reminders_that_wait_go_along_once(store: Store, commune: int, head: int, guest: int) -> None:
    put(store, commune, "nhắc", dedupe="r", not_before=later(hours=1))
    put(store, commune, "dự thảo", 1)
    put(store, commune, "dạ", 0)
    store.write(accounts.connect, commune, head, ZALO, "z")
    assert [(bot, address) for bot, address, _ in waiting(store)] == [(ZALO, "z"), (BOT, "sau"), (BOT, "sau")]
    assert store.write(outbox.put, commune, ZALO, "z", 2, {"text": "nhắc"}, NOW, dedupe="r") is None


def test_a_reminder_that_was_read_before_it_moved_is_not_sent_where_it_was(
    store: Store, commune: int, head: int, guest: int
) -> None:
    put(store, commune, "nhắc")
    due = store.read(outbox.due, BOT, NOW, set(), 10)
    store.write(accounts.connect, commune, head, ZALO, "z")
    store.write(lambda tx: tx.run("UPDATE outbox SET address = 'sau'"))  # the same address with another bot
    assert store.write(outbox.claim, due, NOW) == []


def test_an_account_given_up_is_a_strangers(store: Store, commune: int, head: int, guest: int) -> None:
    store.write(accounts.connect, commune, head, ZALO, "z")
    put(store, commune, "nhắc")
    put(store, commune, "dạ", 0)
    store.write(messages.make_offer, BOT, "sau", NOW, {"1": "/menu"}, None, "cũ")
    store.write(accounts.disconnect, commune, BOT, "sau", NOW)
    assert [a.bot for a in store.read(people.accounts, commune, head)] == [ZALO]
    assert [(bot, body) for bot, _, body in waiting(store)] == [(ZALO, '{"text":"nhắc"}')]
    given_up = store.read(people.account, BOT, "sau")
    assert given_up is not None and given_up.state == "gone"
    assert store.read(people.person, commune, given_up.person, PURPOSE).roles == ()
    again = store.write(people.arrive, commune, BOT, "sau", "Sáu", later(hours=1))
    assert again.person == given_up.person


def test_other_communes_accounts_are_out_of_reach(store: Store, commune: int, head: int, guest: int) -> None:
    other = tan_an(store, "tan-binh", "Tân Bình")
    theirs = someone(store, other, "b")
    store.write(accounts.connect, other, theirs, ZALO, "z")
    store.write(accounts.disconnect, other, BOT, "sau", NOW)
    assert [a.address for a in store.read(people.accounts, commune, head)] == ["sau"]
    assert [a.address for a in store.read(people.accounts, commune, guest)] == ["z"]


# The agreement, by channel


def agree(store: Store, commune: int, person: int, answer: str, bot: str) -> None:
    store.write(people.consent, commune, person, NOW, answer, PURPOSE, "…", Origin(bot, "x", "1"))


@pytest.mark.parametrize(
    ("said", "agreed"),
    [
        ([("yes", BOT)], {"telegram"}),
        ([("yes", BOT), ("yes", ZALO)], {"telegram", "zalo"}),
        ([("yes", BOT), ("no", ZALO)], {"telegram"}),
        ([("yes", BOT), ("later", BOT)], set()),
        ([("yes", BOT), ("yes", ZALO), ("withdrawn", ZALO)], set()),
        ([("yes", BOT), ("yes", ZALO), ("withdrawn", ZALO), ("yes", ZALO)], {"zalo"}),
        ([("no", ZALO), ("yes", "zalo:2")], {"zalo"}),
    ],
)
def test_an_agreement_holds_for_the_channel_that_it_names(
    store: Store, commune: int, head: int, guest: int, said: list[tuple[str, str]], agreed: set[str]
) -> None:
    store.write(accounts.connect, commune, head, ZALO, "z")
    for answer, bot in said:
        agree(store, commune, head, answer, bot)
    assert store.read(people.agreed, commune, head, PURPOSE) == agreed
    for bot in (BOT, ZALO):
        here = store.read(people.person, commune, head, PURPOSE, bot).consented
        assert here == (bot.partition(":")[0] in agreed)
    assert store.read(people.person, commune, head, PURPOSE).consented == bool(agreed)
    assert store.read(people.members, commune, PURPOSE)[0].consented == bool(agreed)
    reached = {a.bot.partition(":")[0] for a in store.read(people.addresses, commune, head, PURPOSE)}
    assert reached == agreed


def test_the_account_used_last_comes_first_within_a_minute_too(
    store: Store, commune: int, head: int, guest: int
) -> None:
    store.write(accounts.connect, commune, head, ZALO, "z")
    assert ORIGIN.bot == BOT
    for seconds, bot, address in ((301, BOT, "sau"), (302, ZALO, "z"), (303, ZALO, "z"), (304, BOT, "sau")):
        store.write(people.arrive, commune, bot, address, "Sáu", later(seconds=seconds))
        assert store.read(people.addresses, commune, head)[0].bot == bot
