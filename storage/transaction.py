"""A transaction as a plain function on a connection's thread, and the hop that takes it there."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import aiosqlite

from storage import engine

T = TypeVar("T")
P = ParamSpec("P")
Params = Sequence[Any]


class Tx:
    """One transaction, for plain functions. Parameters are positional ("?"), rows plain tuples."""

    __slots__ = ("_connection", "_execute", "raised")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._execute = connection.execute
        self.raised: set[str] = set()

    def run(self, sql: str, params: Params = ()) -> int:
        """Executes a statement; the number of rows that it changed."""
        return self._execute(sql, params).rowcount

    def many(self, sql: str, params: Iterable[Params]) -> None:
        self._connection.executemany(sql, params)

    def one(self, sql: str, params: Params = ()) -> tuple[Any, ...] | None:
        return cast("tuple[Any, ...] | None", self._execute(sql, params).fetchone())

    def all(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        return self._execute(sql, params).fetchall()

    def signal(self, name: str) -> None:
        """Raises the signal ``name`` once this transaction is committed."""
        self.raised.add(name)


async def hop(
    connection: aiosqlite.Connection,
    function: Callable[Concatenate[sqlite3.Connection, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Runs ``function`` on the connection's thread, whole, also where the caller is cancelled."""
    # aiosqlite's entry for this is private: wrapped here and nowhere else, with the version pinned and a test
    # of this wrapper.
    return cast(
        "T",
        await connection._execute(function, connection._conn, *args, **kwargs),  # type: ignore[no-untyped-call]
    )


def send(connection: aiosqlite.Connection, function: Callable[[sqlite3.Connection], object]) -> None:
    """Runs ``function`` on the connection's thread, after what was asked for before; nobody is told of it.

    Raises ValueError where the connection was closed.
    """
    # As above: the entry that `_execute` itself uses.
    if not connection._running or connection._connection is None:
        raise ValueError("Connection closed")
    connection._tx.put_nowait((None, partial(function, connection._conn)))


def transaction(
    connection: sqlite3.Connection, begin: str, function: Callable[[Tx], T]
) -> tuple[T, set[str]]:
    """Runs ``function`` as one transaction; what it returned, and the signals it raises.

    Commits, or rolls back what raises. Raises StorageUnavailable where the disk or a lock was in the way.
    """
    try:
        connection.execute(begin)
        try:
            tx = Tx(connection)
            result = function(tx)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        unavailable = engine.translate(error, writing=begin == engine.BEGIN_WRITE)
        if unavailable is None:
            raise
        raise unavailable from error
    return result, tx.raised
