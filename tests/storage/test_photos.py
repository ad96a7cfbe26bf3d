"""Which photos a report shows: the book keeps every choice, the last one holds."""

from __future__ import annotations

import sqlite3
from datetime import date

import pytest

from storage import attachments, photos, records
from tests.storage.house import BOT, DAY, NOW, ORIGIN, Store, later, record

YEAR = (date(2023, 12, 10), date(2024, 12, 9))
HALF = (date(2023, 12, 10), date(2024, 6, 30))


def test_the_last_choice_holds_until_the_program_chooses_again(store: Store, commune: int, head: int) -> None:
    assert store.read(photos.chosen, commune, "nam", *YEAR) is None
    for n, wanted in enumerate(([3, 1], [], None)):
        number = store.write(photos.choose, commune, "nam", *YEAR, wanted, head, ORIGIN, later(hours=n))
        assert number == n + 1
        found = store.read(photos.chosen, commune, "nam", *YEAR)
        assert found is not None
        assert (found.choice, found.person, found.at) == (number, head, later(hours=n))
        assert found.photos == (None if wanted is None else tuple(wanted))
    store.write(photos.choose, commune, "nam", *HALF, [7], head, ORIGIN, NOW)
    found = store.read(photos.chosen, commune, "nam", *YEAR)
    assert found is not None and found.photos is None
    assert store.read(photos.chosen, commune, "khac", *HALF) is None


@pytest.mark.parametrize("sql", ["UPDATE photo_choice SET photos = NULL", "DELETE FROM photo_choice"])
def test_nothing_in_the_book_changes(store: Store, commune: int, head: int, sql: str) -> None:
    store.write(photos.choose, commune, "nam", *YEAR, [1], head, ORIGIN, NOW)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        store.write(lambda tx: tx.run(sql))


def test_pictures_of_a_period_are_those_of_its_valid_records(store: Store, commune: int, head: int) -> None:
    """Fetched ones only; not of a record that was withdrawn or returned, also where it was valid before."""

    def pictured(day: date, kind: str = "photo", kept: bool = True) -> tuple[int, int]:
        number = store.write(record, commune, head, day=day)
        file = (kind, "x", None, None, None, None)
        picture = store.write(attachments.add, commune, head, None, number, BOT, "sau", *file, NOW)
        if kept:
            store.write(attachments.kept, commune, picture, f"{picture}.jpg", "sha")
        return number, picture

    second, first = pictured(DAY), pictured(date(2024, 1, 1))
    gone, returned = pictured(DAY), pictured(DAY)
    pictured(DAY, "docx")
    pictured(DAY, kept=False)
    pictured(date(2023, 12, 9))
    for (number, _), state in ((gone, "withdrawn"), (returned, "returned"), (second, "valid")):
        store.write(records.revise, commune, number, {"x": 1}, 1, DAY, state, head, ORIGIN, NOW)
    found = store.read(attachments.in_period, commune, *YEAR)
    assert [(one.record, one.attachment, one.path) for one in found] == [
        (*first, f"{first[1]}.jpg"),
        (*second, f"{second[1]}.jpg"),
    ]
