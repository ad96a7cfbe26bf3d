"""The writer: what waits for the disk waits together.

A commit waits for the disk: a fifth of a millisecond on a good one, ten and more on an old one, where a
commit for each message would let everybody queue. So whatever has come meanwhile shares one. Each function
runs within a savepoint of its own, what raises is undone alone, and nobody hears of a result before the
commit that holds it. Who comes when nobody waits has a transaction of their own.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import aiosqlite

from storage import engine
from storage.errors import StorageUnavailable
from storage.transaction import Tx, send, transaction

T = TypeVar("T")
MOST = 32  # transactions in one commit
LONGEST_SECONDS = 0.010  # no further one joins after so long: the first waits for it


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What a committed transaction returned, and the signals that it raises."""

    result: T
    raised: set[str]


Answer: TypeAlias = Done[Any] | BaseException


@dataclass(frozen=True, slots=True)
class _Wanted:
    function: Callable[[Tx], Any]
    answer: asyncio.Future[Done[Any]]


class Writer:
    """Runs functions on the connection's thread, in the order in which they came."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._queue: deque[_Wanted] = deque()
        self._working = False  # whether the connection's thread is going to look at the queue
        self._lock = threading.Lock()  # of these two

    async def run(self, function: Callable[[Tx], T]) -> Done[T]:
        """What ``function`` returned, once it is committed. It is run also where nobody waits any more.

        Raises what it raises, and StorageUnavailable.
        """
        answer: asyncio.Future[Done[T]] = asyncio.get_running_loop().create_future()
        with self._lock:
            if not self._working:
                send(self._connection, self._work)
                self._working = True
            self._queue.append(_Wanted(function, answer))
        return await answer

    async def close(self) -> None:
        """Once all that was asked for has been done."""
        await self._connection.close()

    # On the connection's thread

    def _work(self, connection: sqlite3.Connection) -> None:
        """Works the queue off; who comes meanwhile is waited for no longer than a commit takes."""
        while wanted := self._next():
            answers = _answers(connection, [one.function for one in wanted])
            self._put_back(wanted[len(answers) :])
            _tell(wanted, answers)

    def _next(self) -> list[_Wanted]:
        with self._lock:
            wanted = [self._queue.popleft() for _ in range(min(MOST, len(self._queue)))]
            self._working = bool(wanted)
            return wanted

    def _put_back(self, wanted: Sequence[_Wanted]) -> None:
        with self._lock:
            self._queue.extendleft(reversed(wanted))


def _tell(wanted: Sequence[_Wanted], answers: Sequence[Answer]) -> None:
    """Hands the answers to those who wait, in one hop to their event loop."""
    told = list(zip(wanted, answers, strict=False))
    for loop in {one.answer.get_loop() for one, _ in told}:
        theirs = [(one.answer, answer) for one, answer in told if one.answer.get_loop() is loop]
        with suppress(RuntimeError):  # the loop has ended, and with it all who waited
            loop.call_soon_threadsafe(_settle, theirs)


def _settle(told: Sequence[tuple[asyncio.Future[Done[Any]], Answer]]) -> None:
    for future, answer in told:
        if future.done():  # its caller was cancelled
            continue
        if isinstance(answer, Done):
            future.set_result(answer)
        elif isinstance(answer, StopIteration):  # a future does not take that one
            future.set_exception(RuntimeError(f"StopIteration: {answer}"))
        else:
            future.set_exception(answer)


def _answers(connection: sqlite3.Connection, functions: Sequence[Callable[[Tx], Any]]) -> list[Answer]:
    """One answer for each of the functions, in order; fewer where time ran out before the last."""
    try:
        if len(functions) > 1:
            return _together(connection, functions)
        return [Done(*transaction(connection, engine.BEGIN_WRITE, functions[0]))]
    except BaseException as error:  # whatever it is: it is theirs who wait, and the thread goes on
        return [error for _ in functions]


def _together(connection: sqlite3.Connection, functions: Sequence[Callable[[Tx], Any]]) -> list[Answer]:
    """As `_answers`, with one commit for all of them; raises what undid them all."""
    try:
        connection.execute(engine.BEGIN_WRITE)
        answers = _in_turn(connection, functions)
        if not connection.in_transaction:  # the disk was full, most likely: the engine has undone all of them
            raise StorageUnavailable("full", "rolled back")
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if isinstance(error, sqlite3.Error) and (unavailable := engine.translate(error)) is not None:
            raise unavailable from error
        raise
    return answers


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
