"""Backlog spreadsheets: stored once by what they say, whoever sends them."""

from __future__ import annotations

import pytest

from storage import attachments, drafts, workbooks
from storage.errors import Missing
from tests.storage.calls import FILE
from tests.storage.house import BOT, NOW, Store, later


@pytest.fixture
def sheet(store: Store, commune: int, head: int) -> int:
    return store.write(attachments.add, commune, head, None, None, BOT, "sau", *FILE, None, NOW)


def _add(store: Store, commune: int, head: int, sheet: int, digest: str = "d", state: str = "offered") -> int:
    return store.write(workbooks.add, commune, sheet, head, "3", digest, state, {"lines": [1]}, NOW)


def test_a_book_is_read_back_as_it_was_added(store: Store, commune: int, head: int, sheet: int) -> None:
    number = _add(store, commune, head, sheet)
    draft = store.write(drafts.start, commune, head, "f", 1, "3", {}, NOW)
    store.write(workbooks.offered, commune, number, draft)
    book = store.read(workbooks.get, commune, number)
    assert (book.hamlet, book.state, book.draft, book.body) == ("3", "offered", draft, {"lines": [1]})
    assert store.read(workbooks.stored, commune, "d") is None


def test_it_is_stored_once(store: Store, commune: int, head: int, sheet: int) -> None:
    number = _add(store, commune, head, sheet)
    assert store.write(workbooks.store, commune, number, later(minutes=1))
    assert not store.write(workbooks.store, commune, number, later(minutes=2))
    found = store.read(workbooks.stored, commune, "d")
    assert found is not None
    assert (found.workbook, found.stored_at) == (number, later(minutes=1))


def test_another_of_the_same_content_is_not_stored(store: Store, commune: int, head: int, sheet: int) -> None:
    first, second = (_add(store, commune, head, sheet) for _ in range(2))
    assert store.write(workbooks.store, commune, first, NOW)
    assert not store.write(workbooks.store, commune, second, NOW)
    assert store.read(workbooks.get, commune, second).state == "offered"


def test_a_faulty_one_is_never_stored(store: Store, commune: int, head: int, sheet: int) -> None:
    assert not store.write(workbooks.store, commune, _add(store, commune, head, sheet, state="faulty"), NOW)


def test_one_that_is_not_there_is_missing(store: Store, commune: int) -> None:
    with pytest.raises(Missing):
        store.read(workbooks.get, commune, 9)
