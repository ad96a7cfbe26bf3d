"""The records of the fund book, and receipts' numbers: of one commune, anew each year, never moved."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from storage import drafts, engine, funds, records
from storage.database import Database, Tx
from tests.storage.house import DAY, NOW, ORIGIN, Store, someone, tan_an
from tests.storage.test_plans import Planned

RECEIPT = "phieu_thu"
LAST_YEAR = date(2023, 12, 31)


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
def commune(store: Store) -> int:
    tan_an(store, "other", "Khác")
    return tan_an(store)


def add(store: Store, commune: int, form: str = RECEIPT, hamlet: str | None = None, day: date = DAY) -> int:
    def write(tx: Tx) -> int:
        draft = drafts.start(tx, commune, person, form, 1, hamlet, {}, NOW)
        number, _ = records.confirm(
            tx, commune, draft, 0, form, 1, hamlet, day, {"n": 1}, person, ORIGIN, NOW
        )
        drafts.end(tx, commune, draft, "done", NOW)
        return number

    person = someone(store, commune, f"p{commune}")
    return store.write(write)


def change(store: Store, commune: int, record: int, state: str, day: date = DAY) -> None:
    store.write(records.revise, commune, record, {}, 1, day, state, 1, ORIGIN, NOW)


def numbers(found: list[Any]) -> list[int]:
    return [one.record for one in found]


def test_only_valid_records_of_these_forms_and_this_commune(store: Store, commune: int) -> None:
    kept = [add(store, commune, "ung_ho", "3"), add(store, commune), add(store, commune, "ung_ho", None)]
    add(store, commune, "hoat_dong", "3")
    for state in ("withdrawn", "returned"):
        change(store, commune, add(store, commune, "ung_ho", "3"), state)
    add(store, 1, "ung_ho", "3")
    assert numbers(store.read(funds.of_forms, commune, ("ung_ho", RECEIPT))) == kept
    assert numbers(store.read(funds.of_unit, commune, "3", ("ung_ho", RECEIPT))) == kept[:1]
    assert numbers(store.read(funds.of_unit, commune, None, ("ung_ho", RECEIPT))) == kept[1:]


def test_receipts_are_counted_within_their_year(store: Store, commune: int) -> None:
    add(store, 1)
    old, first, _, second = (
        add(store, commune, day=LAST_YEAR),
        add(store, commune),
        add(store, commune, "chi_quy"),
        add(store, commune),
    )
    found = [store.read(funds.number_of, commune, record) for record in (old, first, second)]
    assert found == [(1, 2023), (1, 2024), (2, 2024)]
    assert store.read(funds.number_of, commune, 99) is None


def test_no_correction_moves_a_number_and_none_is_given_twice(store: Store, commune: int) -> None:
    first, second = add(store, commune), add(store, commune)
    change(store, commune, first, "withdrawn")
    change(store, commune, second, "valid", LAST_YEAR)
    third = add(store, commune)
    assert [store.read(funds.number_of, commune, r) for r in (first, second, third)] == [
        (1, 2024),
        (2, 2024),
        (3, 2024),
    ]
    found = [store.read(funds.numbered, commune, RECEIPT, n, 2024) for n in range(5)]
    assert [one and (one.record, one.state) for one in found] == [
        None,
        (first, "withdrawn"),
        (second, "valid"),
        (third, "valid"),
        None,
    ]
    assert store.read(funds.numbered, commune, RECEIPT, 1, 2023) is None


@pytest.fixture
def planned(database_file: Path) -> Iterator[Planned]:
    asyncio.run(_filled(database_file))
    with closing(engine.open_writer(database_file)) as connection:
        connection.execute(engine.BEGIN_WRITE)
        yield Planned(connection)
        connection.execute("ROLLBACK")


async def _filled(file: Path) -> None:
    await (await Database.open(file)).close()


def test_every_statement_uses_an_index(planned: Planned) -> None:
    funds.of_forms(planned, 1, ("ung_ho", RECEIPT))
    funds.of_unit(planned, 1, "3", ("ung_ho",))
    funds.number_of(planned, 1, 1)
    funds.numbered(planned, 1, RECEIPT, 1, 2024)
    assert planned.statements == 4
    assert [plan for plan in planned.plans if plan[0].startswith("SCAN")] == []
