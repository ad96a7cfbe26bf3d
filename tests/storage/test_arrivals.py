"""What intake has to know of a message's sender, read in one statement."""

from __future__ import annotations

import pytest

from storage import arrivals, attachments, drafts, messages, people
from storage.arrivals import Arrival
from storage.errors import Missing
from tests.storage.house import BOT, NOW, ORIGIN, Store, later, someone, tan_an

PURPOSE = "v1"


def arrive(store: Store, commune: int, address: str = "sau") -> Arrival:
    return store.write(arrivals.arrive, commune, BOT, address, "Sáu", PURPOSE, NOW)


def test_a_stranger_has_nothing_before_them(store: Store, commune: int) -> None:
    found = arrive(store, commune)
    assert found.account == store.read(people.account, BOT, "sau")
    assert found.person == store.read(people.person, commune, 1, PURPOSE)
    assert (found.draft, found.offer) == (None, None)


def test_all_is_as_each_part_alone_says_it(store: Store, commune: int) -> None:
    person = someone(store, commune, "sau")
    store.write(people.grant, commune, person, "hamlet_deputy", "2", NOW)
    store.write(people.grant, commune, person, "hamlet_head", "3", NOW)
    store.write(people.consent, commune, person, NOW, "no", PURPOSE, "đã đọc", ORIGIN)
    store.write(people.consent, commune, person, NOW, "yes", PURPOSE, "đã đọc", ORIGIN)
    resting = store.write(drafts.start, commune, person, "hop", 1, "3", {"at": "a"}, NOW)
    open_one = store.write(drafts.start, commune, person, "ung_ho", 2, None, {"at": "b"}, later(seconds=1))
    for draft in (resting, open_one, open_one):
        store.write(
            attachments.add, commune, person, draft, None, BOT, "sau", "photo", "f", None, None, 1, None, NOW
        )
    store.write(messages.make_offer, BOT, "sau", NOW, {"1": "/tiendo"}, open_one, "1. Tiến độ")

    found = arrive(store, commune)
    assert found == Arrival(
        store.read(people.account, BOT, "sau"),  # type: ignore[arg-type]
        store.read(people.person, commune, person, PURPOSE),
        store.read(drafts.open_draft, commune, person),
        store.read(messages.offer, BOT, "sau"),
    )
    assert [role.kind for role in found.person.roles] == ["hamlet_deputy", "hamlet_head"]
    assert found.person.consented
    assert found.draft is not None
    assert (found.draft.draft, found.draft.photos) == (open_one, 2)


def test_others_have_their_own(store: Store, commune: int) -> None:
    sau, ba = someone(store, commune, "sau"), someone(store, commune, "ba")
    store.write(people.grant, commune, ba, "observer", None, NOW)
    store.write(drafts.start, commune, ba, "hop", 1, "3", {}, NOW)
    store.write(messages.make_offer, BOT, "ba", NOW, {"1": "/menu"}, None, "1. Thực đơn")
    found = arrive(store, commune)
    assert (found.person.person, found.person.roles, found.draft, found.offer) == (sau, (), None, None)


def test_who_was_gone_and_writes_is_active_again(store: Store, commune: int) -> None:
    someone(store, commune, "sau")
    store.write(people.mark_gone, BOT, "sau")
    assert arrive(store, commune).account.state == "active"
    assert store.read(people.account, BOT, "sau").state == "active"  # type: ignore[union-attr]


def test_an_account_of_another_commune_is_none_here(store: Store, commune: int) -> None:
    other = tan_an(store, "tan-binh", "Tân Bình")
    someone(store, commune, "sau")
    with pytest.raises(Missing):
        arrive(store, other)
