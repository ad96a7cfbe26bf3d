"""What the tests of storage have in common: a store that commits each call, and a small commune in it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar

from storage import communes, drafts, people, records
from storage.database import Database, Tx
from storage.rows import Hamlet, Origin

P = ParamSpec("P")
T = TypeVar("T")

NOW = datetime(2024, 12, 8, 1, 5, 0, 123456, tzinfo=UTC)
DAY = date(2024, 12, 8)
BOT = "telegram:1"
ORIGIN = Origin(BOT, "sau", "m1")
HAMLETS = [Hamlet("1", "Ấp 1", 1), Hamlet("2", "Ấp 2", 2), Hamlet("3", "Ấp 3", 3)]


def later(**span: float) -> datetime:
    return NOW + timedelta(**span)


class Store:
    """Each call is a transaction of its own, on the file: what one wrote, the next reads back."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def write(self, function: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run(self.database.write(lambda tx: function(tx, *args, **kwargs)))

    def read(self, function: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return asyncio.run(self.database.read(lambda tx: function(tx, *args, **kwargs)))

    def rows(self, sql: str, *params: Any) -> list[tuple[Any, ...]]:
        return self.read(lambda tx: tx.all(sql, params))


def tan_an(store: Store, code: str = "tan-an", name: str = "Tân An") -> int:
    return store.write(communes.sync, code, name, HAMLETS, DAY)


def someone(store: Store, commune: int, address: str, name: str = "Sáu") -> int:
    """A person with an account, without a role."""
    return store.write(people.arrive, commune, BOT, address, name, NOW).person


def record(
    tx: Tx,
    commune: int,
    person: int,
    hamlet: str | None = "3",
    day: date = DAY,
    answers: Mapping[str, Any] | None = None,
) -> int:
    """A finished form, with the draft that it came from."""
    draft = drafts.start(tx, commune, person, "hoat_dong", 1, hamlet, {}, NOW)
    number, new = records.confirm(
        tx, commune, draft, 0, "hoat_dong", 1, hamlet, day, answers or {"so_nguoi": 45}, person, ORIGIN, NOW
    )
    assert new
    drafts.end(tx, commune, draft, "done", NOW)
    return number
