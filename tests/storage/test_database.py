"""The wrapper around aiosqlite's private entry: transactions are whole, also where nobody waits for them."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from storage import engine
from storage.database import Database, Tx
from storage.errors import ForeignDatabase, StorageUnavailable
from tests.storage.test_engine import HOLD

PATIENCE = 10  # seconds: only ever waited for in full by a test that fails


def put(tx: Tx, number: int) -> int:
    return tx.run("INSERT INTO commune VALUES (?, ?, 'x')", (number, str(number)))


def numbers(tx: Tx) -> list[int]:
    return [number for (number,) in tx.all("SELECT commune FROM commune ORDER BY commune")]


def test_what_a_function_returns_comes_back_and_stays(database: Database) -> None:
    async def story() -> None:
        assert await database.write(lambda tx: put(tx, 1)) == 1
        assert await database.read(numbers) == [1]
        assert await database.read(lambda tx: tx.one("SELECT 1 FROM commune WHERE commune = 9")) is None

    asyncio.run(story())


def test_many_rows_in_one_call(database: Database) -> None:
    rows = [(n, str(n), "x") for n in range(1, 4)]
    asyncio.run(database.write(lambda tx: tx.many("INSERT INTO commune VALUES (?, ?, ?)", rows)))
    assert asyncio.run(database.read(numbers)) == [1, 2, 3]


def test_an_exception_rolls_back_and_comes_through(database: Database) -> None:
    def breaks(tx: Tx) -> None:
        put(tx, 1)
        raise KeyError("mine")

    async def story() -> None:
        with pytest.raises(KeyError, match="mine"):
            await database.write(breaks)
        assert await database.read(numbers) == []
        await database.write(lambda tx: put(tx, 2))
        assert await database.read(numbers) == [2]

    asyncio.run(story())


def test_a_broken_rule_surfaces_as_the_bug_it_is(database: Database) -> None:
    async def story() -> None:
        await database.write(lambda tx: put(tx, 1))
        with pytest.raises(sqlite3.IntegrityError):
            await database.write(lambda tx: [put(tx, 2), put(tx, 1)])
        assert await database.read(numbers) == [1]

    asyncio.run(story())


def test_a_cancelled_caller_leaves_the_transaction_whole(database: Database) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        put(tx, 1)
        entered.set()
        assert go_on.wait(PATIENCE)
        put(tx, 2)

    async def story() -> None:
        running = asyncio.create_task(database.write(slow))
        await asyncio.to_thread(entered.wait, PATIENCE)
        queued = asyncio.create_task(database.write(lambda tx: [put(tx, 3), put(tx, 4)]))
        await asyncio.sleep(0)
        running.cancel()
        queued.cancel()
        for task in (running, queued):
            with pytest.raises(asyncio.CancelledError):
                await task
        assert await database.read(numbers) == []
        go_on.set()
        await database.write(lambda tx: put(tx, 5))
        assert await database.read(numbers) == [1, 2, 3, 4, 5]

    asyncio.run(story())


def test_a_cancelled_caller_whose_function_raises_leaves_nothing(database: Database) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def breaks(tx: Tx) -> None:
        put(tx, 1)
        entered.set()
        assert go_on.wait(PATIENCE)
        raise KeyError

    async def story() -> None:
        running = asyncio.create_task(database.write(breaks))
        await asyncio.to_thread(entered.wait, PATIENCE)
        running.cancel()
        go_on.set()
        await database.write(lambda tx: put(tx, 2))
        assert await database.read(numbers) == [2]

    asyncio.run(story())


def test_a_reader_sees_no_half_transaction(database: Database) -> None:
    half, go_on = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        put(tx, 1)
        half.set()
        assert go_on.wait(PATIENCE)
        put(tx, 2)

    async def story() -> None:
        writing = asyncio.create_task(database.write(slow))
        await asyncio.to_thread(half.wait, PATIENCE)
        assert await database.read(numbers) == []
        go_on.set()
        await writing
        assert await database.read(numbers) == [1, 2]

    asyncio.run(story())


def test_a_reader_keeps_its_snapshot(database: Database) -> None:
    looked, go_on = threading.Event(), threading.Event()

    def twice(tx: Tx) -> tuple[list[int], list[int]]:
        first = numbers(tx)
        looked.set()
        assert go_on.wait(PATIENCE)
        return first, numbers(tx)

    async def story() -> None:
        reading = asyncio.create_task(database.read(twice))
        await asyncio.to_thread(looked.wait, PATIENCE)
        await database.write(lambda tx: put(tx, 1))
        go_on.set()
        assert await reading == ([], [])
        assert await database.read(numbers) == [1]

    asyncio.run(story())


def test_a_reader_cannot_write_and_that_is_a_bug(database: Database) -> None:
    async def story() -> None:
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            await database.read(lambda tx: put(tx, 1))
        assert await database.read(numbers) == []

    asyncio.run(story())


def test_what_was_read_before_writing_still_holds(database: Database) -> None:
    def other_process() -> None:
        with closing(sqlite3.connect(database.path, timeout=0)) as other:
            other.execute("INSERT INTO commune VALUES (7, '7', 'x')")

    def careful(tx: Tx) -> None:
        assert numbers(tx) == []
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other_process()
        put(tx, 1)

    asyncio.run(database.write(careful))
    assert asyncio.run(database.read(numbers)) == [1]


def test_a_signal_is_raised_after_the_commit_only(database: Database) -> None:
    during = []

    def tells(tx: Tx) -> None:
        put(tx, 1)
        tx.signal("outbox")
        tx.signal("outbox")
        during.append(database.signals("outbox"))

    def breaks(tx: Tx) -> None:
        tx.signal("outbox")
        raise KeyError

    async def story() -> None:
        await database.write(tells)
        assert (during, database.signals("outbox"), database.signals("request")) == ([0], 1, 0)
        with pytest.raises(KeyError):
            await database.write(breaks)
        assert database.signals("outbox") == 1

    asyncio.run(story())


def test_who_waits_is_woken_by_the_commit(database: Database) -> None:
    seen_when_woken = []

    async def waiter() -> None:
        await database.wait("outbox", seen=0, patience=PATIENCE)
        seen_when_woken.append(await database.read(numbers))

    def tells(tx: Tx) -> None:
        put(tx, 1)
        tx.signal("outbox")

    async def story() -> None:
        async with asyncio.timeout(PATIENCE / 2), asyncio.TaskGroup() as group:
            group.create_task(waiter())
            group.create_task(waiter())
            await asyncio.sleep(0)
            await database.write(lambda tx: tx.signal("request"))
            assert seen_when_woken == []
            await database.write(tells)

    asyncio.run(story())
    assert seen_when_woken == [[1], [1]]


def test_a_signal_between_looking_and_waiting_is_not_missed(database: Database) -> None:
    async def story() -> None:
        seen = database.signals("outbox")
        await database.write(lambda tx: tx.signal("outbox"))
        async with asyncio.timeout(PATIENCE / 2):
            await database.wait("outbox", seen, patience=PATIENCE)

    asyncio.run(story())


def test_waiting_ends_with_its_patience(database: Database) -> None:
    async def story() -> None:
        async with asyncio.timeout(PATIENCE):
            await database.wait("outbox", seen=0, patience=0.001)
        assert database.signals("outbox") == 0

    asyncio.run(story())


def test_a_full_disk_changes_nothing_and_passes(database: Database) -> None:
    def fill(tx: Tx) -> None:
        for number in range(1, 2_000):
            tx.run("INSERT INTO commune VALUES (?, ?, ?)", (number, str(number), "x" * 1_000))

    async def story() -> None:
        await database.write(lambda tx: put(tx, 5_000))
        [(pages,)] = await database.read(lambda tx: tx.all("PRAGMA page_count"))
        await database.write(lambda tx: tx.one(f"PRAGMA max_page_count = {pages + 10}"))
        with pytest.raises(StorageUnavailable) as caught:
            await database.write(fill)
        assert caught.value.reason == "full"
        assert await database.read(numbers) == [5_000]
        await database.write(lambda tx: tx.one("PRAGMA max_page_count = 1000000"))
        await database.write(fill)
        assert len(await database.read(numbers)) == 2_000

    asyncio.run(story())


def test_another_process_that_writes_is_waited_for_then_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 20)
    path = tmp_path / "matran.db"

    database = asyncio.run(Database.open(path))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StorageUnavailable) as caught:
            asyncio.run(database.write(lambda tx: put(tx, 1)))
        assert asyncio.run(database.read(numbers)) == []  # reading goes on
        other.communicate(b"")
    assert caught.value.reason == "locked"
    asyncio.run(database.write(lambda tx: put(tx, 1)))
    assert asyncio.run(database.read(numbers)) == [1]
    asyncio.run(database.close())


def test_a_refused_file_leaves_no_thread_behind(tmp_path: Path) -> None:
    # Not even one that is about to end: it would print a traceback once the event loop is closed.
    (tmp_path / "matran.db").write_text("x" * 5_000)
    before = set(threading.enumerate())

    async def story() -> set[str]:
        with pytest.raises(ForeignDatabase):
            await Database.open(tmp_path / "matran.db")
        return {thread.name for thread in threading.enumerate() if thread not in before}

    assert all(name.startswith("asyncio_") for name in asyncio.run(story()))


def test_what_was_committed_survives_closing(tmp_path: Path) -> None:
    async def once(number: int) -> list[int]:
        database = await Database.open(tmp_path / "matran.db")
        await database.write(lambda tx: put(tx, number))
        found = await database.read(numbers)
        await database.close()
        return found

    assert asyncio.run(once(1)) == [1]
    assert asyncio.run(once(2)) == [1, 2]
    assert [file.name for file in tmp_path.iterdir()] == ["matran.db"]
