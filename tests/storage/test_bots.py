"""The bots that are served, and how many people are with them."""

from __future__ import annotations

from datetime import timedelta

from storage import bots, invitations, people
from storage.rows import Bot
from tests.storage.house import NOW, Store, later, someone

ZALO, OTHER = "zalo:1", "zalo:2"


def served(store: Store) -> dict[str, Bot]:
    return {bot.bot: bot for bot in store.read(bots.served, NOW)}


def test_a_bot_is_known_by_what_it_said_last(store: Store) -> None:
    assert store.read(bots.served, NOW) == []
    for name in ("Cũ", "Mặt trận xã"):
        store.write(bots.introduce, ZALO, name, f"https://zalo.example/{name}")
    assert served(store)[ZALO] == Bot(
        ZALO, "Mặt trận xã", "https://zalo.example/Mặt trận xã", None, None, 0, 0
    )


def test_who_is_served_now_and_in_which_order(store: Store) -> None:
    store.write(bots.serve, [(ZALO, 50, 3000), ("telegram:1", None, None)])
    store.write(bots.introduce, ZALO, "Một", None)
    store.write(bots.serve, [(OTHER, 50, 3000), (ZALO, 60, 4000)])
    assert [(b.bot, b.name, b.users, b.monthly) for b in store.read(bots.served, NOW)] == [
        (OTHER, None, 50, 3000),
        (ZALO, "Một", 60, 4000),
    ]


def test_everybody_who_ever_wrote_and_every_open_invitation_takes_a_place(store: Store, commune: int) -> None:
    store.write(bots.serve, [(ZALO, 2, None), (OTHER, 2, None)])
    store.write(lambda tx: tx.run("UPDATE bot SET name = bot"))
    store.write(people.arrive, commune, ZALO, "a", "Ai đó", NOW)
    to = ("observer", None, "Tư", None, None, NOW, later(days=7))
    number = store.write(invitations.issue, commune, "one", *to, ZALO)
    assert (served(store)[ZALO].accounts, served(store)[ZALO].invited) == (1, 1)
    assert served(store)[ZALO].full
    assert not served(store)[OTHER].full
    assert not store.read(bots.served, NOW + timedelta(days=7))[0].full, "the invitation has expired"
    store.write(invitations.revoke, commune, number, NOW)
    assert not served(store)[ZALO].full


def test_a_bot_without_limit_is_never_full(store: Store, commune: int) -> None:
    store.write(bots.introduce, "telegram:1", "Mặt trận", None)
    someone(store, commune, "sau")
    assert not served(store)["telegram:1"].full


def test_the_channel_of_a_bot() -> None:
    assert [bots.channel(bot) for bot in ("zalo:1", "telegram:1", "terminal")] == [
        "zalo",
        "telegram",
        "terminal",
    ]
