"""Figures of years before the program: the last that was written down holds, the others stay."""

from __future__ import annotations

import sqlite3

import pytest

from storage import previous
from tests.storage.house import NOW, ORIGIN, Store, later


def _put(store: Store, commune: int, head: int, year: int, figure: str, value: object) -> int:
    return store.write(previous.put, commune, "nam", year, figure, value, head, ORIGIN, NOW)


def test_the_last_one_holds(store: Store, commune: int, head: int) -> None:
    _put(store, commune, head, 2023, "van_ban", 70)
    _put(store, commune, head, 2023, "bhyt", {"percent": 92.5})
    _put(store, commune, head, 2023, "van_ban", 71)
    _put(store, commune, head, 2022, "van_ban", 60)
    assert store.read(previous.of_year, commune, "nam", 2023) == {"van_ban": 71, "bhyt": {"percent": 92.5}}
    assert store.read(previous.of_year, commune, "quy", 2023) == {}


def test_what_was_written_down_stays(store: Store, commune: int, head: int) -> None:
    number = _put(store, commune, head, 2023, "van_ban", 70)
    assert store.write(previous.put, commune, "nam", 2023, "x", 1, head, ORIGIN, later(days=1)) == number + 1
    for change in ("UPDATE previous_figure SET value = '1'", "DELETE FROM previous_figure"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.write(lambda tx, sql: tx.run(sql), change)
