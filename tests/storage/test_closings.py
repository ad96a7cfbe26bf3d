"""Statements about months."""

from __future__ import annotations

import sqlite3

import pytest

from storage import closings
from storage.rows import Closing
from tests.storage.house import NOW, Store, later, someone


def test_a_statement_is_made_once_and_may_change(store: Store, commune: int, head: int) -> None:
    def close(state: str, hours: float) -> bool:
        return store.write(closings.close, commune, "3", "2024-12", state, head, None, later(hours=hours))

    assert close("nothing", 0)
    assert not close("nothing", 1)
    assert store.read(closings.of_month, commune, "2024-12") == {"3": Closing("3", "2024-12", "nothing", NOW)}
    assert close("closed", 2)
    assert store.read(closings.of_month, commune, "2024-12") == {
        "3": Closing("3", "2024-12", "closed", later(hours=2))
    }


def test_who_stated_it_and_from_what_source(store: Store, commune: int, head: int) -> None:
    committee = someone(store, commune, "btt")
    store.write(closings.close, commune, "3", "2024-12", "nothing", head, None, NOW)
    store.write(closings.close, commune, "3", "2024-12", "closed", committee, "dien_thoai", NOW)
    assert store.rows("SELECT person, source FROM closing") == [(committee, "dien_thoai")]


def test_months_stand_by_themselves(store: Store, commune: int, head: int) -> None:
    for hamlet, month in [
        ("3", "2024-12"),
        ("1", "2024-12"),
        ("2", "2024-11"),
        ("2", "2025-01"),
        ("1", "2024-10"),
    ]:
        store.write(closings.close, commune, hamlet, month, "closed", head, None, NOW)
    assert list(store.read(closings.of_month, commune, "2024-12")) == ["1", "3"]
    assert store.read(closings.of_month, commune, "2024-09") == {}
    found = store.read(closings.of_months, commune, "2024-11", "2024-12")
    assert [(c.month, c.hamlet) for c in found] == [("2024-11", "2"), ("2024-12", "1"), ("2024-12", "3")]


def test_an_unknown_statement_is_refused(store: Store, commune: int, head: int) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        store.write(closings.close, commune, "3", "2024-12", "open", head, None, NOW)
