"""Transactions that wait share a commit, and each stays as whole as with a commit of its own."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from storage import writing
from storage.database import Database, Tx
from storage.errors import StorageUnavailable
from tests.storage.test_database import PATIENCE, numbers, put

Write = Callable[[Tx], Any]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, who waits may join."""
    monkeypatch.setattr(writing, "LONGEST_SECONDS", float(PATIENCE))


async def commits(database: Database, story: Coroutine[Any, Any, Any]) -> int:
    """How many commits the story took."""
    seen: list[str] = []
    await database.write(lambda tx: tx._connection.set_trace_callback(seen.append))
    seen.clear()
    await story
    await database.write(lambda tx: tx._connection.set_trace_callback(None))
    return seen.count("COMMIT")


async def at_once(database: Database, *functions: Write) -> list[Any]:
    """Writes that all wait behind another one; what each returned or raised."""
    entered, go_on = threading.Event(), threading.Event()

    def first(tx: Tx) -> None:
        entered.set()
        assert go_on.wait(PATIENCE)

    held = asyncio.create_task(database.write(first))
    await asyncio.to_thread(entered.wait, PATIENCE)
    waiting = [asyncio.create_task(database.write(function)) for function in functions]
    await asyncio.sleep(0)
    go_on.set()
    await held
    return await asyncio.gather(*waiting, return_exceptions=True)


def storing(number: int) -> Write:
    return lambda tx: put(tx, number)


def test_who_comes_when_nobody_waits_has_a_commit_of_their_own(database: Database) -> None:
    async def one_after_the_other() -> None:
        for number in range(1, 4):
            await database.write(storing(number))

    async def story() -> None:
        assert await commits(database, one_after_the_other()) == 3

    asyncio.run(story())


def test_those_that_wait_share_one(database: Database) -> None:
    async def story() -> None:
        assert await commits(database, at_once(database, *map(storing, range(1, 6)))) == 2
        assert await database.read(numbers) == [1, 2, 3, 4, 5]

    asyncio.run(story())


def test_no_more_than_so_many_share_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST", 2)

    async def story() -> None:
        assert await commits(database, at_once(database, *map(storing, range(1, 6)))) == 4
        assert await database.read(numbers) == [1, 2, 3, 4, 5]

    asyncio.run(story())


def test_they_run_in_order_and_see_what_came_before(database: Database) -> None:
    def look(tx: Tx) -> list[int]:
        return numbers(tx)

    async def story() -> None:
        found = await at_once(database, storing(1), look, storing(2), look)
        assert found == [1, [1], 1, [1, 2]]

    asyncio.run(story())


def test_what_raises_is_undone_alone(database: Database) -> None:
    def breaks(tx: Tx) -> None:
        put(tx, 2)
        tx.signal("outbox")
        raise KeyError("mine")

    def twice(tx: Tx) -> None:
        put(tx, 4)
        put(tx, 1)

    async def story() -> None:
        found = await at_once(database, storing(1), breaks, storing(3), twice, storing(5))
        assert [type(one) for one in found] == [int, KeyError, int, sqlite3.IntegrityError, int]
        assert await database.read(numbers) == [1, 3, 5]
        assert database.signals("outbox") == 0

    asyncio.run(story())


def test_nobody_hears_of_a_result_that_was_not_committed(database: Database) -> None:
    def fill(tx: Tx) -> None:
        for number in range(100, 2_000):
            tx.run("INSERT INTO commune VALUES (?, ?, ?)", (number, str(number), "x" * 1_000))

    async def story() -> None:
        [(pages,)] = await database.read(lambda tx: tx.all("PRAGMA page_count"))
        await database.write(lambda tx: tx.one(f"PRAGMA max_page_count = {pages + 10}"))
        found = await at_once(database, storing(1), fill, storing(2))
        stored = await database.read(numbers)
        for number, answer in ((1, found[0]), (2, found[2])):
            assert (number in stored) is not isinstance(answer, Exception)
            assert number in stored or isinstance(answer, StorageUnavailable)
        assert isinstance(found[1], StorageUnavailable)
        assert all(number < 100 for number in stored)

    asyncio.run(story())


def test_a_commit_that_fails_fails_for_all_of_them(database: Database) -> None:
    def owes(tx: Tx) -> None:
        # A deferred key is only looked at by the commit.
        tx.run("PRAGMA defer_foreign_keys = ON")
        tx.run("INSERT INTO hamlet (commune, hamlet, name, position) VALUES (77, '1', 'Ấp 1', 1)")

    async def story() -> None:
        found = await at_once(database, storing(1), owes, storing(2))
        assert all(isinstance(one, sqlite3.IntegrityError) for one in found)
        assert await database.read(numbers) == []
        await database.write(storing(3))
        assert await database.read(numbers) == [3]

    asyncio.run(story())


def test_a_cancelled_caller_leaves_its_transaction_and_the_others_whole(database: Database) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def first(tx: Tx) -> None:
        entered.set()
        assert go_on.wait(PATIENCE)

    async def story() -> None:
        held = asyncio.create_task(database.write(first))
        await asyncio.to_thread(entered.wait, PATIENCE)
        gone = asyncio.create_task(database.write(storing(1)))
        stays = asyncio.create_task(database.write(storing(2)))
        await asyncio.sleep(0)
        gone.cancel()
        go_on.set()
        await asyncio.gather(held, stays)
        assert await database.read(numbers) == [1, 2]

    asyncio.run(story())


def test_no_further_one_joins_when_the_first_has_waited_long(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LONGEST_SECONDS", -1.0)

    async def story() -> None:
        assert await commits(database, at_once(database, *map(storing, range(1, 4)))) == 4
        assert await database.read(numbers) == [1, 2, 3]

    asyncio.run(story())


class Ends(BaseException):
    """As a function might raise that a signal interrupts."""


@pytest.mark.parametrize("error", [StopIteration("none"), Ends()], ids=["stop", "base"])
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "together"])
def test_whatever_is_raised_nobody_waits_for_ever(
    database: Database, error: BaseException, alone: bool
) -> None:
    def breaks(tx: Tx) -> None:
        put(tx, 2)
        raise error

    async def story() -> None:
        others = [] if alone else [storing(1)]
        found = await at_once(database, breaks, *others)
        assert isinstance(found[0], RuntimeError if isinstance(error, StopIteration) else Ends)
        assert await database.write(numbers) in ([], [1])

    asyncio.run(story())


def test_after_a_loop_has_ended_another_one_is_served(database: Database) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def first(tx: Tx) -> None:
        entered.set()
        assert go_on.wait(PATIENCE)
        put(tx, 1)

    async def leaves() -> None:
        asyncio.create_task(database.write(first))  # noqa: RUF006
        asyncio.create_task(database.write(storing(2)))  # noqa: RUF006
        await asyncio.to_thread(entered.wait, PATIENCE)

    asyncio.run(leaves())

    async def comes() -> None:
        mine = asyncio.create_task(database.write(storing(3)))
        await asyncio.sleep(0)
        go_on.set()
        await mine
        assert await database.read(numbers) == [1, 2, 3]

    asyncio.run(comes())


def test_after_closing_nothing_is_taken_in(database_file: Path) -> None:
    async def story() -> None:
        database = await Database.open(database_file)
        await database.close()
        with pytest.raises(ValueError, match="closed"):
            await database.write(storing(1))

    asyncio.run(story())
