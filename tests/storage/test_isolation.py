"""The same numbers in two communes never meet."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage import attachments, closings, communes, engine, records
from storage.database import Database, Tx
from storage.rows import Member
from tests.storage.calls import FILE, MODULES, READS, WIDE, WRITES, Call, fill
from tests.storage.house import BOT, DAY, HAMLETS, NOW, ORIGIN

# The sender's own: rows that it claimed, by their keys; tested with the outbox.
OUTBOX_BY_KEY = {"claim", "due", "idle", "recover"}

# Nothing but a number, days or a yes, the same in any two communes.
SAME = {
    "records.known_since",
    "attachments.album_seen",
    "outbox.known",
    "outbox.state",
    "overrides.periods",
    "comments.asked",
    "records.of_draft",
    "reports.next_number",
}


def snapshot(tx: Tx, commune: int) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a commune, by table."""
    tables = [name for (name,) in tx.all("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {name: [row[1] for row in tx.all(f"PRAGMA table_info({name})")] for name in tables}
    return {
        name: tx.all(f"SELECT * FROM {name} WHERE commune = ?", (commune,))
        for name in tables
        if "commune" in columns[name]
    }


@pytest.fixture
def tx(database_file: Path) -> Iterator[Tx]:
    """A transaction on a file with the communes 1 ("a") and 2 ("bb"), both with all kinds of rows."""
    with closing(engine.open_writer(database_file)) as connection:
        connection.execute(engine.BEGIN_WRITE)
        inside = Tx(connection)
        assert (fill(inside, "a"), fill(inside, "bb", size=5)) == (1, 2)
        yield inside
        connection.execute("ROLLBACK")


def test_every_function_is_called_here() -> None:
    found = {
        f"{module.__name__.split('.')[1]}.{name}"
        for module in MODULES
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
        and not name.startswith("_")
        and "tx" in inspect.signature(function).parameters  # the others only read rows that were found
    }
    sender = {n for n in found if n.startswith("outbox.") and (n[7:] in OUTBOX_BY_KEY or "mark_" in n)}
    assert found - sender == READS.keys() | WRITES.keys() | WIDE.keys()


def test_each_table_has_rows_of_both(tx: Tx) -> None:
    for commune in (1, 2):
        assert [name for name, rows in snapshot(tx, commune).items() if not rows] == []


@pytest.mark.parametrize("name", READS)
def test_reading_finds_ones_own_only(database_file: Path, name: str) -> None:
    read = READS[name]
    with closing(engine.open_writer(database_file)) as connection:
        connection.execute(engine.BEGIN_WRITE)
        tx = Tx(connection)
        assert fill(tx, "a") == 1
        alone = read(tx, 1)
        assert alone
        assert fill(tx, "bb", size=5) == 2
        assert read(tx, 1) == alone
        assert read(tx, 2) != alone or name in SAME


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize(("mine", "theirs"), [(1, 2), (2, 1)])
def test_writing_changes_ones_own_only(tx: Tx, write: Call, mine: int, theirs: int) -> None:
    before, others = snapshot(tx, mine), snapshot(tx, theirs)
    write(tx, mine)
    assert snapshot(tx, mine) != before
    assert snapshot(tx, theirs) == others


def test_numbers_are_counted_by_commune(database: Database) -> None:
    async def story() -> None:
        await database.write(lambda tx: fill(tx, "a", 2))
        await database.write(lambda tx: fill(tx, "b", 2))

    asyncio.run(story())
    for table in ("person", "draft", "record", "attachment", "outbox", "audit", "request", "edition"):
        rows = asyncio.run(
            database.read(lambda tx, table=table: tx.all(f"SELECT commune, {table} FROM {table}"))  # type: ignore[misc]
        )
        first, second = (sorted(number for at, number in rows if at == commune) for commune in (1, 2))
        assert first == second == list(range(1, len(first) + 1))


def test_a_hamlet_that_only_others_use_disappears_here_only(tx: Tx) -> None:
    closings.close(tx, 2, "2", "2024-12", "closed", 1, None, NOW)
    before = communes.hamlets(tx, 2)
    communes.sync(tx, "a", "a", [hamlet for hamlet in HAMLETS if hamlet.hamlet != "2"], DAY)
    assert [hamlet.hamlet for hamlet in communes.hamlets(tx, 1)] == ["1", "3"]
    assert communes.hamlets(tx, 2) == before


def test_a_board_known_elsewhere_is_new_here(tx: Tx) -> None:
    board = [Member(0, None, "truong_ban", "Sáu", 7)]
    for commune in (2, 1):
        communes.sync_roster(tx, commune, "2", board, DAY)
    others = communes.seats(tx, 2, "2")
    communes.sync_roster(tx, 1, "2", [board[0]._replace(position=8)], DAY)
    assert [seat.position for seat in communes.seats(tx, 1, "2")] == [8]
    assert communes.seats(tx, 2, "2") == others


def test_a_line_confirmed_again_is_looked_up_at_home(tx: Tx) -> None:
    for commune, before in ((1, 0), (2, 3)):
        for line in range(before):
            records.confirm(tx, commune, 2, line + 5, "f", 1, "3", DAY, {}, 1, ORIGIN, NOW)
        number, _ = records.confirm(tx, commune, 2, 4, "f", 1, "3", DAY, {}, 1, ORIGIN, NOW)
        assert records.confirm(tx, commune, 2, 4, "f", 1, "3", DAY, {}, 1, ORIGIN, NOW) == (number, False)
        assert records.of_draft(tx, commune, 2)[-1 - before] == number


def test_an_album_seen_elsewhere_is_new_here(tx: Tx) -> None:
    attachments.add(tx, 2, 1, None, None, BOT, "x", *FILE, "theirs", NOW)
    assert not attachments.album_seen(tx, 1, 1, "theirs")
