"""Figures that the committee set: the book keeps all of them."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest

from storage import communes, overrides
from tests.storage.house import NOW, ORIGIN, Store, later

YEAR = (date(2023, 12, 10), date(2024, 12, 9))
HALF = (date(2023, 12, 10), date(2024, 6, 30))


def test_the_book_keeps_every_entry_in_order(store: Store, commune: int, head: int) -> None:
    for n, value in enumerate(({"percent": 93.64}, {"part": 4, "whole": 5}, None)):
        number = store.write(
            overrides.put, commune, "nam", *YEAR, "bhyt", value, "bhxh", "so\u0302\u0301 BHXH", head,
            ORIGIN, later(hours=n),
        )  # fmt: skip
        assert number == n + 1
    store.write(overrides.put, commune, "nam", *HALF, "bhyt", 1, "khac", "x", head, ORIGIN, NOW)
    found = store.read(overrides.of_period, commune, "nam", *YEAR)
    assert [one.value for one in found] == [{"percent": 93.64}, {"part": 4, "whole": 5}, None]
    assert (found[0].reason, found[0].source, found[0].at) == ("số BHXH", "bhxh", NOW)
    assert [one.value for one in store.read(overrides.of_period, commune, "nam", *HALF)] == [1]
    assert store.read(overrides.of_period, commune, "khac", *YEAR) == []


def test_the_periods_that_something_was_set_for(store: Store, commune: int, head: int) -> None:
    other = store.write(communes.sync, "long-an", "Long An", [], NOW.date())
    for days in (YEAR, HALF, YEAR):
        store.write(overrides.put, commune, "nam", *days, "x", 1, "khac", "x", head, ORIGIN, NOW)
    first = YEAR[0]
    assert store.read(overrides.periods, commune, "nam", first, first) == [HALF, YEAR]
    assert store.read(overrides.periods, commune, "nam", date(2024, 1, 1), date(2024, 12, 31)) == []
    assert store.read(overrides.periods, commune, "khac", first, first) == []
    assert store.read(overrides.periods, other, "nam", first, first) == []


@pytest.mark.parametrize("sql", ["UPDATE override SET value = '1'", "DELETE FROM override"])
def test_nothing_in_the_book_changes(store: Store, commune: int, head: int, sql: str) -> None:
    store.write(overrides.put, commune, "nam", *YEAR, "x", 1, "khac", "x", head, ORIGIN, NOW)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.write(lambda tx: tx.run(sql))


def test_the_last_entry_holds_until_it_is_withdrawn(store: Store, commune: int, head: int) -> None:
    def put(figure: str, value: int | None) -> None:
        said: tuple[Any, ...] = (figure, value, "khac", "x", head, ORIGIN, NOW)
        store.write(overrides.put, commune, "nam", *YEAR, *said)

    def holding() -> dict[str, list[int]]:
        found = store.read(overrides.in_force, commune, "nam", *YEAR)
        return {figure: [one.value for one in entries] for figure, entries in found.items()}

    put("bhyt", 1)
    put("quy", 7)
    put("bhyt", 2)
    assert holding() == {"bhyt": [1, 2], "quy": [7]}
    put("bhyt", None)
    assert holding() == {"quy": [7]}
    put("bhyt", 3)
    assert holding() == {"bhyt": [3], "quy": [7]}
