"""Codes that take another account into use."""

from __future__ import annotations

import pytest

from storage import transfers
from storage.errors import Missing
from storage.rows import Transfer
from tests.storage.house import BOT, NOW, Store, later, tan_an


def issue(store: Store, commune: int, person: int, code: str) -> int:
    return store.write(transfers.issue, commune, code, person, BOT, "sau", NOW, later(minutes=30))


def test_a_code_is_found_by_its_hash(store: Store, commune: int, head: int) -> None:
    number = issue(store, commune, head, "a")
    assert store.read(transfers.find, commune, "a") == Transfer(
        number, head, BOT, "sau", later(minutes=30), None
    )
    assert store.read(transfers.find, commune, "b") is None
    assert store.read(transfers.find, tan_an(store, "tan-binh"), "a") is None


def test_a_code_is_used_once(store: Store, commune: int, head: int) -> None:
    number = issue(store, commune, head, "a")
    store.write(transfers.use, commune, number, NOW)
    with pytest.raises(Missing):
        store.write(transfers.use, commune, number, NOW)
    found = store.read(transfers.find, commune, "a")
    assert found is not None and found.used_at == NOW


def test_the_next_code_makes_the_one_before_void(store: Store, commune: int, head: int) -> None:
    first, second = issue(store, commune, head, "a"), issue(store, commune, head, "b")
    with pytest.raises(Missing):
        store.write(transfers.use, commune, first, NOW)
    assert store.write(transfers.withdraw, commune, head, NOW) == 1
    with pytest.raises(Missing):
        store.write(transfers.use, commune, second, NOW)
