"""One draft is open, the others rest."""

from __future__ import annotations

import sqlite3

import pytest

from storage import drafts
from storage.errors import Missing
from storage.rows import Draft
from tests.storage.house import NOW, Store, later, someone


def start(store: Store, commune: int, person: int, minutes: float = 0, form: str = "hoat_dong") -> int:
    return store.write(
        drafts.start, commune, person, form, 1, "3", {"o": "ki\u0302nh Xáng"}, later(minutes=minutes)
    )


def open_number(store: Store, commune: int, person: int) -> int | None:
    found = store.read(drafts.open_draft, commune, person)
    return found.draft if found else None


def parked_numbers(store: Store, commune: int, person: int) -> list[int]:
    return [draft.draft for draft in store.read(drafts.parked, commune, person)]


def test_a_new_draft_is_open(store: Store, commune: int, head: int) -> None:
    assert open_number(store, commune, head) is None
    number = start(store, commune, head)
    expected = Draft(number, head, "hoat_dong", 1, "open", "3", {"o": "kînh Xáng"}, NOW, NOW)
    assert store.read(drafts.open_draft, commune, head) == expected
    assert store.read(drafts.get, commune, number) == expected


def test_starting_another_parks_the_open_one(store: Store, commune: int, head: int) -> None:
    numbers = [start(store, commune, head, n) for n in range(3)]
    assert open_number(store, commune, head) == numbers[2]
    assert parked_numbers(store, commune, head) == [numbers[1], numbers[0]]
    other = someone(store, commune, "bay")
    assert open_number(store, commune, other) is None
    assert parked_numbers(store, commune, other) == []


def test_of_drafts_parked_at_one_moment_the_later_comes_first(store: Store, commune: int, head: int) -> None:
    numbers = [start(store, commune, head) for _ in range(3)]
    assert parked_numbers(store, commune, head) == [numbers[1], numbers[0]]


def test_the_schema_itself_allows_one_open_draft_a_person(store: Store, commune: int, head: int) -> None:
    start(store, commune, head)
    start(store, commune, head)
    with pytest.raises(sqlite3.IntegrityError):
        store.write(lambda tx: tx.run("UPDATE draft SET state = 'open'"))


def test_saving_keeps_the_dialogues_state(store: Store, commune: int, head: int) -> None:
    number = start(store, commune, head)
    store.write(drafts.save, commune, number, {"answers": {"so_nguoi": 45}}, "2", 7, later(minutes=1))
    assert store.read(drafts.get, commune, number) == Draft(
        number, head, "hoat_dong", 7, "open", "2", {"answers": {"so_nguoi": 45}}, NOW, later(minutes=1)
    )


@pytest.mark.parametrize("state", ["done", "cancelled"])
def test_a_draft_that_ended_stays_as_it_ended(store: Store, commune: int, head: int, state: str) -> None:
    number = start(store, commune, head)
    store.write(drafts.end, commune, number, state, later(minutes=1))
    ended = store.read(drafts.get, commune, number)
    assert (ended.state, ended.updated_at) == (state, later(minutes=1))
    assert open_number(store, commune, head) is None
    with pytest.raises(Missing):
        store.write(drafts.save, commune, number, {}, None, 1, later(minutes=2))
    with pytest.raises(Missing):
        store.write(drafts.resume, commune, number, later(minutes=2))
    store.write(drafts.end, commune, number, "cancelled", later(minutes=3))
    assert store.read(drafts.get, commune, number) == ended


def test_a_resting_draft_can_be_ended(store: Store, commune: int, head: int) -> None:
    number = start(store, commune, head)
    store.write(drafts.park, commune, head, NOW)
    store.write(drafts.end, commune, number, "cancelled", NOW)
    assert parked_numbers(store, commune, head) == []


def test_parking_and_resuming(store: Store, commune: int, head: int) -> None:
    assert store.write(drafts.park, commune, head, NOW) is None
    first, second = start(store, commune, head), start(store, commune, head, 1)
    store.write(drafts.resume, commune, first, later(minutes=2))
    assert open_number(store, commune, head) == first
    assert parked_numbers(store, commune, head) == [second]
    assert store.write(drafts.park, commune, head, later(minutes=3)) == first
    assert open_number(store, commune, head) is None
    assert parked_numbers(store, commune, head) == [first, second]
    store.write(drafts.resume, commune, second, later(days=9))
    assert store.read(drafts.get, commune, second).updated_at == later(days=9)


def test_resuming_the_open_draft_leaves_it_open(store: Store, commune: int, head: int) -> None:
    number = start(store, commune, head)
    store.write(drafts.resume, commune, number, later(minutes=1))
    assert open_number(store, commune, head) == number


def test_how_long_the_open_draft_rests(store: Store, commune: int, head: int) -> None:
    assert store.read(drafts.last_open_at, commune, head) is None
    number = start(store, commune, head)
    store.write(drafts.save, commune, number, {}, "3", 1, later(minutes=7))
    assert store.read(drafts.last_open_at, commune, head) == later(minutes=7)
    store.write(drafts.park, commune, head, later(minutes=8))
    assert store.read(drafts.last_open_at, commune, head) is None


def test_a_draft_that_is_not_there_is_missing(store: Store, commune: int) -> None:
    for call in (
        lambda: store.read(drafts.get, commune, 7),
        lambda: store.write(drafts.resume, commune, 7, NOW),
        lambda: store.write(drafts.save, commune, 7, {}, None, 1, NOW),
    ):
        with pytest.raises(Missing) as caught:
            call()
        assert (caught.value.kind, caught.value.number) == ("draft", 7)
