"""Accounts, roles and consent."""

from __future__ import annotations

import sqlite3

import pytest

from storage import messages, outbox, people, reports
from storage.database import Tx
from storage.errors import Missing
from storage.rows import Account, Origin, Person, Role
from tests.storage.house import BOT, DAY, NOW, ORIGIN, Store, later, someone, tan_an

PURPOSE = "v1"


def person(store: Store, commune: int, number: int, purpose: str = PURPOSE) -> Person:
    return store.read(people.person, commune, number, purpose)


def test_a_stranger_becomes_a_person_without_a_role(store: Store, commune: int) -> None:
    found = store.write(people.arrive, commune, BOT, "sau", "Sa\u0301u", NOW)
    assert found == Account(BOT, "sau", 1, "active", commune, "Sáu", NOW)
    assert store.read(people.account, BOT, "sau") == found
    assert person(store, commune, 1) == Person(1, "Sáu", None, (), False)


def test_an_unknown_address_has_no_account(store: Store, head: int) -> None:
    assert store.read(people.account, BOT, "ba") is None
    assert store.read(people.account, "zalo:1", "sau") is None


def test_each_address_is_another_person(store: Store, commune: int) -> None:
    assert [someone(store, commune, address) for address in ("a", "b", "a")] == [1, 2, 1]


def test_who_writes_on_is_noted_by_the_minute(store: Store, commune: int, head: int) -> None:
    soon, later_on = later(seconds=59), later(seconds=60)
    assert store.write(people.arrive, commune, BOT, "sau", "Sáu", soon).last_at == NOW
    assert store.read(people.account, BOT, "sau").last_at == NOW  # type: ignore[union-attr]
    assert store.write(people.arrive, commune, BOT, "sau", "Sáu", later_on).last_at == later_on
    assert store.read(people.account, BOT, "sau").last_at == later_on  # type: ignore[union-attr]


def test_a_new_name_on_the_platform_changes_the_account_only(store: Store, commune: int, head: int) -> None:
    found = store.write(people.arrive, commune, BOT, "sau", "Sáu Ly\u0301", later(seconds=1))
    assert (found.name, found.last_at) == ("Sáu Lý", later(seconds=1))
    assert store.read(people.account, BOT, "sau") == found
    assert person(store, commune, head).name == "Sáu"
    assert store.write(people.arrive, commune, BOT, "sau", "Sáu Ly\u0301", later(seconds=2)) == found


def test_who_was_gone_and_writes_is_active_again(store: Store, commune: int, head: int) -> None:
    store.write(people.mark_gone, BOT, "sau")
    assert store.read(people.account, BOT, "sau").state == "gone"  # type: ignore[union-attr]
    assert store.write(people.arrive, commune, BOT, "sau", "Sáu", NOW).state == "active"
    assert store.read(people.account, BOT, "sau").state == "active"  # type: ignore[union-attr]


def test_an_account_keeps_its_commune(store: Store, commune: int, head: int) -> None:
    other = tan_an(store, "long-an")
    assert store.write(people.arrive, other, BOT, "sau", "Sáu", later(hours=1)).commune == commune


def test_a_person_that_is_not_there_is_missing(store: Store, commune: int) -> None:
    with pytest.raises(Missing) as caught:
        person(store, commune, 7)
    assert (caught.value.kind, caught.value.commune, caught.value.number) == ("person", commune, 7)


def test_name_and_address_form(store: Store, commune: int, head: int) -> None:
    store.write(people.rename, commune, head, "Tra\u0302\u0300n Văn Sáu")
    store.write(people.set_address_form, commune, head, "chu\u0301")
    assert person(store, commune, head) == Person(head, "Trần Văn Sáu", "chú", (), False)
    store.write(people.set_address_form, commune, head, None)
    assert person(store, commune, head).address_form is None


def test_roles_are_held_until_they_end(store: Store, commune: int, head: int) -> None:
    granted = [
        store.write(people.grant, commune, head, kind, hamlet, NOW)
        for kind, hamlet in [("hamlet_head", "3"), ("hamlet_deputy", "2"), ("standing_committee", None)]
    ]
    assert person(store, commune, head).roles == (
        Role(granted[0], head, "hamlet_head", "3"),
        Role(granted[1], head, "hamlet_deputy", "2"),
        Role(granted[2], head, "standing_committee", None),
    )
    assert store.write(people.end_roles, commune, head, later(days=1), kind="hamlet_head", hamlet="2") == 0
    assert store.write(people.end_roles, commune, head, later(days=1), hamlet="2") == 1
    assert store.write(people.end_roles, commune, head, later(days=1), kind="hamlet_head") == 1
    assert [role.kind for role in person(store, commune, head).roles] == ["standing_committee"]
    assert store.write(people.end_roles, commune, head, later(days=2)) == 1
    assert store.write(people.end_roles, commune, head, later(days=3)) == 0
    assert person(store, commune, head).roles == ()
    assert len(store.rows("SELECT 1 FROM role WHERE until_at IS NOT NULL")) == 3


def test_a_role_granted_twice_is_one_role(store: Store, commune: int, head: int) -> None:
    for kind, hamlet in [("hamlet_head", "3"), ("observer", None)]:
        first = store.write(people.grant, commune, head, kind, hamlet, NOW)
        assert store.write(people.grant, commune, head, kind, hamlet, later(days=1)) == first
    assert len(person(store, commune, head).roles) == 2


def test_a_new_head_ends_the_old_ones_term_at_once(store: Store, commune: int, head: int) -> None:
    new = someone(store, commune, "bay", "Bảy")
    store.write(people.grant, commune, head, "hamlet_head", "3", NOW)
    store.write(people.grant, commune, head, "hamlet_deputy", "2", NOW)
    store.write(people.grant, commune, new, "hamlet_head", "1", NOW)
    store.write(people.grant, commune, new, "hamlet_head", "3", later(days=1))
    assert [(r.kind, r.hamlet) for r in person(store, commune, head).roles] == [("hamlet_deputy", "2")]
    assert [r.hamlet for r in person(store, commune, new).roles] == ["1", "3"]
    assert store.rows("SELECT person, until_at FROM role WHERE hamlet = '3' AND until_at IS NOT NULL") == [
        (head, "2024-12-09T01:05:00.123456Z")
    ]


def test_the_schema_itself_allows_one_head_a_hamlet(store: Store, commune: int, head: int) -> None:
    store.write(people.grant, commune, head, "hamlet_head", "3", NOW)
    sql = "INSERT INTO role VALUES (?, 9, ?, 'hamlet_head', '3', 'x', NULL)"
    with pytest.raises(sqlite3.IntegrityError):
        store.write(lambda tx: tx.run(sql, (commune, head)))


@pytest.mark.parametrize(
    ("kind", "hamlet"), [("hamlet_head", None), ("hamlet_deputy", None), ("hamlet_head", "9"), ("king", None)]
)
def test_a_role_that_cannot_be_is_refused(
    store: Store, commune: int, head: int, kind: str, hamlet: str | None
) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.write(people.grant, commune, head, kind, hamlet, NOW)


def test_members_stand_in_order(store: Store, commune: int) -> None:
    held = [
        *[("observer", None), ("hamlet_deputy", "2"), ("hamlet_head", "3"), ("standing_committee", None)],
        *[("hamlet_head", "2"), ("hamlet_head", "1")],
    ]
    for number, (kind, hamlet) in enumerate(held, start=1):
        who = someone(store, commune, str(number))
        store.write(people.grant, commune, who, kind, hamlet, NOW)
    someone(store, commune, "stranger")
    store.write(people.grant, commune, 6, "hamlet_deputy", "3", NOW)
    found = store.read(people.members, commune)
    assert [who.person for who in found] == [4, 6, 5, 2, 3, 1]
    assert [(r.kind, r.hamlet) for r in found[1].roles] == [("hamlet_head", "1"), ("hamlet_deputy", "3")]


def test_holders_of_a_role(store: Store, commune: int, head: int) -> None:
    bay = someone(store, commune, "bay", "Bảy")
    store.write(people.grant, commune, head, "hamlet_head", "3", NOW)
    store.write(people.grant, commune, head, "hamlet_deputy", "1", NOW)
    store.write(people.grant, commune, bay, "hamlet_head", "1", NOW)

    def holders(kind: str, hamlet: str | None = None) -> list[int]:
        return [who.person for who in store.read(people.holders, commune, kind, hamlet)]

    assert holders("hamlet_head") == [head, bay] or holders("hamlet_head") == [bay, head]
    assert holders("hamlet_head", "3") == [head]
    assert holders("hamlet_deputy", "3") == []
    assert holders("standing_committee") == []
    assert len(store.read(people.holders, commune, "hamlet_head", "3")[0].roles) == 2


def test_addresses_begin_with_the_one_used_last(store: Store, commune: int, head: int) -> None:
    sql = "INSERT INTO account (bot, address, commune, person, name, last_at) VALUES (?, ?, ?, ?, 'x', ?)"
    for bot, address, hour in [("zalo:1", "s1", 2), ("telegram:1", "s2", 3), ("zalo:2", "s3", 4)]:
        row = (bot, address, commune, head, f"2024-12-08T0{hour}:00:00.000000Z")
        store.write(Tx.run, sql, row)
    store.write(people.mark_gone, "zalo:2", "s3")
    someone(store, commune, "other")
    assert [a.address for a in store.read(people.addresses, commune, head)] == ["s2", "s1", "sau"]


def test_the_last_answer_about_the_purpose_counts(store: Store, commune: int, head: int) -> None:
    def answer(text: str, purpose: str = PURPOSE) -> None:
        store.write(people.consent, commune, head, NOW, text, purpose, "Mo\u031b\u0300i chú đọc", ORIGIN)

    def state() -> tuple[str | None, bool]:
        found = store.read(people.last_consent, commune, head, PURPOSE)
        return found, person(store, commune, head).consented

    assert state() == (None, False)
    for given, agreed in [
        ("later", False),
        ("yes", True),
        ("withdrawn", False),
        ("no", False),
        ("yes", True),
    ]:
        answer(given)  # all at one moment: a clock may stand still
        assert state() == (given, agreed)
    answer("no", "v2")
    assert state() == ("yes", True)
    assert not person(store, commune, head, "v2").consented
    assert store.rows("SELECT DISTINCT wording, bot, chat, message FROM consent") == [
        ("Mời chú đọc", BOT, "sau", "m1")
    ]


def test_lists_tell_about_a_purpose_when_asked(store: Store, commune: int, head: int) -> None:
    store.write(people.grant, commune, head, "hamlet_head", "3", NOW)
    for answer in ("no", "yes"):
        store.write(people.consent, commune, head, NOW, answer, PURPOSE, "…", ORIGIN)
    assert not store.read(people.members, commune)[0].consented
    assert store.read(people.members, commune, PURPOSE)[0].consented
    assert store.read(people.holders, commune, "hamlet_head", "3", PURPOSE)[0].consented
    assert not store.read(people.members, commune, "v2")[0].consented


@pytest.mark.parametrize("sql", ["UPDATE consent SET answer = 'no'", "DELETE FROM consent"])
def test_consent_is_only_ever_added_to(store: Store, commune: int, head: int, sql: str) -> None:
    store.write(people.consent, commune, head, NOW, "yes", PURPOSE, "…", ORIGIN)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.write(lambda tx: tx.run(sql))
    assert person(store, commune, head).consented


def waiting(store: Store) -> list[tuple[str, str]]:
    return store.rows("SELECT address, state FROM outbox ORDER BY outbox")


def test_an_account_that_moves_takes_everything_along(store: Store, commune: int, head: int) -> None:
    for dedupe in ("a", "b"):
        store.write(outbox.put, commune, BOT, "sau", 0, {"text": "Chào"}, NOW, dedupe=dedupe)
    store.write(lambda tx: tx.run("UPDATE outbox SET state = 'sent' WHERE dedupe = 'a'"))
    store.write(messages.make_offer, BOT, "sau", NOW, {"1": "/menu"}, None, "Chào")
    for _ in range(2):
        number, _ = store.write(reports.request, commune, "nam", DAY, DAY, "2024", head, BOT, "sau", NOW)
        store.write(reports.fail_request, commune, 1, "quá giờ", NOW)
    assert number == 2
    store.write(people.move_account, BOT, "sau", "sau2")
    assert store.read(people.account, BOT, "sau") is None
    assert store.read(people.account, BOT, "sau2") == Account(
        BOT, "sau2", head, "active", commune, "Sáu", NOW
    )
    assert store.read(messages.offer, BOT, "sau") is None
    assert store.read(messages.offer, BOT, "sau2").options == {"1": "/menu"}  # type: ignore[union-attr]
    assert waiting(store) == [("sau", "sent"), ("sau2", "waiting")]
    assert store.rows("SELECT address FROM request ORDER BY request") == [("sau",), ("sau2",)]


def test_who_wrote_from_the_new_address_already_is_the_same_person(
    store: Store, commune: int, head: int
) -> None:
    someone(store, commune, "sau2", "Người lạ")
    for address in ("sau", "sau2"):
        store.write(messages.make_offer, BOT, address, NOW, {"1": address}, None, "")
    store.write(people.mark_gone, BOT, "sau2")
    store.write(people.move_account, BOT, "sau", "sau2")
    found = store.read(people.account, BOT, "sau2")
    assert found is not None
    assert (found.person, found.state) == (head, "active")
    assert store.read(messages.offer, BOT, "sau2").options == {"1": "sau"}  # type: ignore[union-attr]


@pytest.mark.parametrize(("old", "new"), [("nobody", "sau2"), ("sau", "sau")])
def test_moving_nobody_or_nowhere_changes_nothing(
    store: Store, commune: int, head: int, old: str, new: str
) -> None:
    store.write(people.move_account, BOT, old, new)
    assert [address for (address,) in store.rows("SELECT address FROM account")] == ["sau"]


def test_what_waits_for_one_who_is_gone_is_dropped(store: Store, commune: int, head: int) -> None:
    someone(store, commune, "bay")
    for address in ("sau", "sau", "bay"):
        store.write(outbox.put, commune, BOT, address, 0, {"text": "Chào"}, NOW)
    store.write(lambda tx: tx.run("UPDATE outbox SET state = 'sending' WHERE outbox = 1"))
    store.write(people.mark_gone, BOT, "sau")
    assert waiting(store) == [("sau", "sending"), ("sau", "dropped"), ("bay", "waiting")]
    assert store.read(people.addresses, commune, head) == []


def test_a_source_is_no_part_of_consent(store: Store, commune: int, head: int) -> None:
    origin = Origin(BOT, "sau", "m2", source="giay")
    store.write(people.consent, commune, head, NOW, "yes", PURPOSE, "…", origin)
    assert person(store, commune, head).consented
