"""Drafts that were sent out, who was asked, who has answered."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest

from storage import comments, reports
from tests.storage.house import DAY, NOW, ORIGIN, Store, later, someone

YEAR = (date(2023, 12, 10), date(2024, 12, 9))


@pytest.fixture
def edition(store: Store, commune: int) -> int:
    said: tuple[Any, ...] = ("năm 2024", 1, "f", {}, "", "x", "y", NOW)
    return store.write(reports.add_edition, commune, "nam", *YEAR, *said)


def test_who_was_asked_and_has_not_answered(store: Store, commune: int, head: int, edition: int) -> None:
    other = someone(store, commune, "lan", "Lan")
    early = store.write(comments.add, commune, edition, other, "sớm quá", ORIGIN, later(hours=-1))
    number = store.write(comments.circulate, commune, edition, head, DAY, [head, other], ["Tư"], NOW)
    assert (early, number) == (1, 1)
    (round_,) = store.read(comments.of_edition, commune, edition)
    assert (round_.by_phone, round_.until_day, round_.person) == (("Tư",), DAY, head)
    assert store.read(comments.asked, commune, number) == sorted([head, other])
    waiting = store.read(comments.unanswered, commune, DAY)
    assert waiting == [(round_, person) for person in sorted([head, other])]
    store.write(comments.add, commune, edition, other, "thiếu mục II", ORIGIN, later(hours=1))
    assert store.read(comments.unanswered, commune, DAY) == [(round_, head)]
    assert store.read(comments.unanswered, commune, date(2024, 12, 9)) == []
    assert [one.body for one in store.read(comments.of, commune, edition)] == ["sớm quá", "thiếu mục II"]


def test_the_last_round_is_the_one_that_counts(store: Store, commune: int, head: int, edition: int) -> None:
    assert store.read(comments.last_asked, commune, head) is None
    for n in range(2):
        store.write(comments.circulate, commune, edition, head, DAY, [head], [], later(hours=n))
    last = store.read(comments.last_asked, commune, head)
    assert last is not None and last.circulation == 2


@pytest.mark.parametrize("sql", ["UPDATE comment SET body = ''", "DELETE FROM comment"])
def test_what_was_written_stays(store: Store, commune: int, head: int, edition: int, sql: str) -> None:
    store.write(comments.add, commune, edition, head, "x", ORIGIN, NOW)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.write(lambda tx: tx.run(sql))
