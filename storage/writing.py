"""The writer: transactions one after the other, each with a commit of its own as long as the disk is quick.

A commit waits for the disk: a tenth of a millisecond on a good one, ten and more on an old one, where a
commit for each message lets everybody wait. There, what has queued up meanwhile shares one: each function
runs within a savepoint of its own, what raises is undone alone, and nobody hears of a result before the
commit that holds it. On a quick disk that would gain little, and the first would wait for the last.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import aiosqlite

from storage import engine
from storage.errors import StorageUnavailable
from storage.transaction import Tx, hop, transaction

T = TypeVar("T")
SLOW_SECONDS = 0.003  # of a commit, on the average of the last ones: from here on they are shared
MOST = 32  # transactions in one commit
LONGEST_SECONDS = 0.010  # no further one joins after so long: the first waits for it
_WEIGHT = 0.2  # of the last commit in the average


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a committed transaction returned, and the signals that it raises."""

    result: T
    raised: set[str]


Answer: TypeAlias = Done[Any] | Exception


@dataclass(frozen=True, slots=True)
class _Wanted:
    function: Callable[[Tx], Any]
    answer: asyncio.Future[Done[Any]]


class Writer:
    """Runs functions on the connection's thread, in the order in which they came."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._queue: deque[_Wanted] = deque()
        self._sharing: asyncio.Task[None] | None = None
        self._seconds = 0.0  # that a commit takes

    async def run(self, function: Callable[[Tx], T]) -> Done[T]:
        """What ``function`` returned, once it is committed. It is run also where nobody waits any more.

        Raises what it raises, and StorageUnavailable.
        """
        busy = self._sharing is not None and not self._sharing.done()
        if self._seconds < SLOW_SECONDS and not busy:
            return Done(*await hop(self._connection, self._transaction, function))
        answer: asyncio.Future[Done[T]] = asyncio.get_running_loop().create_future()
        self._queue.append(_Wanted(function, answer))
        if not busy:
            self._sharing = asyncio.create_task(self._share())
        return await answer

    async def close(self) -> None:
        """Once all that was asked for has been done."""
        if self._sharing is not None and not self._sharing.done():
            await self._sharing
        await self._connection.close()

    async def _share(self) -> None:
        """Works the queue off."""
        while self._queue:
            wanted = [self._queue.popleft() for _ in range(min(MOST, len(self._queue)))]
            functions = [one.function for one in wanted]
            try:
                answers = await hop(self._connection, self._together, functions)
            except Exception as error:  # the connection was closed
                answers = [error for _ in wanted]
            except asyncio.CancelledError:  # the program ends, and with it all who wait
                for one in (*wanted, *self._queue):
                    one.answer.cancel()
                raise
            self._queue.extendleft(reversed(wanted[len(answers) :]))
            for one, answer in zip(wanted, answers, strict=False):
                _settle(one.answer, answer)

    # On the connection's thread

    def _transaction(self, connection: sqlite3.Connection, function: Callable[[Tx], T]) -> tuple[T, set[str]]:
        return transaction(connection, engine.BEGIN_WRITE, function, self._commit)

    def _commit(self, connection: sqlite3.Connection) -> None:
        started = time.perf_counter()
        connection.execute("COMMIT")
        self._seconds += _WEIGHT * (time.perf_counter() - started - self._seconds)

    def _together(
        self, connection: sqlite3.Connection, functions: Sequence[Callable[[Tx], Any]]
    ) -> list[Answer]:
        """One answer for each of the functions, in order; fewer where time ran out before the last."""
        try:
            connection.execute(engine.BEGIN_WRITE)
            answers = _in_turn(connection, functions)
            if connection.in_transaction:
                self._commit(connection)
                return answers
            # The disk was full, most likely: the engine has undone all of them.
            lost: Answer = StorageUnavailable("full", "rolled back")
        except sqlite3.Error as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            lost = engine.translate(error) or error
        return [lost for _ in functions]


def _settle(future: asyncio.Future[Done[Any]], answer: Answer) -> None:
    if future.done():  # its caller was cancelled
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)


def _in_turn(connection: sqlite3.Connection, functions: Sequence[Callable[[Tx], Any]]) -> list[Answer]:
    """Runs the functions, each within a savepoint, until time runs out or the transaction is gone."""
    answers: list[Answer] = []
    until = time.monotonic() + LONGEST_SECONDS
    for function in functions:
        answers.append(_within_savepoint(connection, function))
        if not connection.in_transaction or time.monotonic() > until:
            break
    return answers


def _within_savepoint(connection: sqlite3.Connection, function: Callable[[Tx], Any]) -> Answer:
    connection.execute("SAVEPOINT one")
    try:
        tx = Tx(connection)
        answer: Answer = Done(function(tx), tx.raised)
    except Exception as error:
        answer = error
        if isinstance(error, sqlite3.Error):
            answer = engine.translate(error) or error
        if not connection.in_transaction:
            return answer
        connection.execute("ROLLBACK TO one")
    connection.execute("RELEASE one")
    return answer
