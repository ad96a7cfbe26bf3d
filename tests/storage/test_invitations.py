"""Invitations are used once; wrong codes make the address pause."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

import pytest

from storage import invitations
from storage.errors import Missing
from storage.rows import Invitation
from tests.storage.house import BOT, NOW, Store, later

WEEK = later(days=7)
PAUSE = timedelta(minutes=30)


def issue(
    store: Store,
    commune: int,
    code: str,
    name: str = "Sáu",
    hamlet: str | None = "3",
    kind: str = "hamlet_head",
    now: datetime = NOW,
) -> int:
    return store.write(
        invitations.issue, commune, code, kind, hamlet, name, "chú", None, now, now + timedelta(days=7)
    )


def test_an_invitation_is_found_by_its_code(store: Store, commune: int) -> None:
    number = issue(store, commune, "hash", "Sa\u0301u")
    assert store.read(invitations.find, commune, "hash") == Invitation(
        number, "hamlet_head", "3", "Sáu", "chú", WEEK, None, None
    )
    assert store.read(invitations.find, commune, "other") is None


def test_it_is_used_once(store: Store, commune: int, head: int) -> None:
    number = issue(store, commune, "hash")
    store.write(invitations.use, commune, number, head, later(hours=1))
    found = store.read(invitations.find, commune, "hash")
    assert found is not None
    assert found.used_at == later(hours=1)
    with pytest.raises(Missing):
        store.write(invitations.use, commune, number, head, later(hours=2))
    assert store.read(invitations.find, commune, "hash") == found


def test_a_revoked_one_cannot_be_used(store: Store, commune: int, head: int) -> None:
    number = issue(store, commune, "hash")
    store.write(invitations.revoke, commune, number, later(hours=1))
    found = store.read(invitations.find, commune, "hash")
    assert found is not None
    assert (found.revoked_at, found.used_at) == (later(hours=1), None)
    with pytest.raises(Missing):
        store.write(invitations.use, commune, number, head, later(hours=2))
    store.write(invitations.revoke, commune, number, later(hours=3))
    issue(store, commune, "new", now=later(hours=4))
    assert store.read(invitations.find, commune, "hash") == found


def test_a_used_one_is_not_revoked(store: Store, commune: int, head: int) -> None:
    number = issue(store, commune, "hash")
    store.write(invitations.use, commune, number, head, NOW)
    store.write(invitations.revoke, commune, number, later(hours=1))
    assert store.read(invitations.find, commune, "hash").revoked_at is None  # type: ignore[union-attr]


def test_a_new_one_revokes_the_unused_for_the_same_place(store: Store, commune: int, head: int) -> None:
    used = issue(store, commune, "used")
    store.write(invitations.use, commune, used, head, NOW)
    issue(store, commune, "old")
    issue(store, commune, "other name", "Bảy")
    issue(store, commune, "other hamlet", hamlet="2")
    issue(store, commune, "other kind", kind="hamlet_deputy")
    issue(store, commune, "observer", hamlet=None, kind="observer")
    issue(store, commune, "new", "Sa\u0301u", now=later(hours=1))
    issue(store, commune, "observer again", hamlet=None, kind="observer")
    revoked = store.rows("SELECT code_hash FROM invitation WHERE revoked_at IS NOT NULL ORDER BY code_hash")
    assert revoked == [("observer",), ("old",)]


def test_open_ones_are_unused_unrevoked_unexpired(store: Store, commune: int, head: int) -> None:
    numbers = [issue(store, commune, code, name=code) for code in ("a", "b", "c", "d")]
    store.write(invitations.use, commune, numbers[0], head, NOW)
    store.write(invitations.revoke, commune, numbers[1], NOW)

    def still(now: datetime) -> list[int]:
        return [found.invitation for found in store.read(invitations.open_ones, commune, now)]

    assert still(NOW) == still(WEEK - timedelta(seconds=1)) == [numbers[3], numbers[2]]
    assert still(WEEK) == []


def test_a_code_is_given_out_once(store: Store, commune: int) -> None:
    issue(store, commune, "hash")
    with pytest.raises(sqlite3.IntegrityError):
        issue(store, commune, "hash", "Bảy")


def fail(store: Store, now: datetime, address: str = "la") -> tuple[int, datetime | None]:
    return store.write(invitations.fail, BOT, address, now, 5, PAUSE)


def test_five_wrong_codes_make_a_pause(store: Store) -> None:
    assert store.read(invitations.failures, BOT, "la", NOW) == (0, None)
    assert [fail(store, NOW) for _ in range(4)] == [(n, None) for n in range(1, 5)]
    assert fail(store, NOW) == (5, NOW + PAUSE)
    assert store.read(invitations.failures, BOT, "la", later(minutes=29)) == (5, NOW + PAUSE)
    assert fail(store, later(minutes=29)) == (6, NOW + PAUSE)
    assert store.read(invitations.failures, BOT, "other", NOW) == (0, None)


def test_a_pause_that_is_over_wipes_the_failures_out(store: Store) -> None:
    for _ in range(5):
        fail(store, NOW)
    assert store.read(invitations.failures, BOT, "la", NOW + PAUSE) == (0, None)
    assert fail(store, NOW + PAUSE) == (1, None)
    assert store.read(invitations.failures, BOT, "la", NOW + PAUSE) == (1, None)


def test_a_right_code_clears_them(store: Store) -> None:
    for address in ("la", "other"):
        fail(store, NOW, address)
    store.write(invitations.clear_failures, BOT, "la")
    assert store.read(invitations.failures, BOT, "la", NOW) == (0, None)
    assert store.read(invitations.failures, BOT, "other", NOW) == (1, None)
