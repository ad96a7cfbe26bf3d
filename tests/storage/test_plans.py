"""No statement reads more than it has to: indexes are used, and other communes cost nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from storage import engine
from storage.database import Params, Tx
from tests.storage.calls import READS, WIDE, WRITES, Call, fill

EVERY = READS | WRITES | WIDE
# What a plan may say and still read no more than it returns: the few communes there are; a partial index
# that holds nothing but what is asked for; the result of a subquery.
ALLOWED_SCANS = {
    "SCAN commune USING INDEX sqlite_autoindex_commune_2",
    "SCAN commune",
    "SCAN request USING INDEX request_one_open",
    "SCAN inbox USING INDEX inbox_failed",
    "SCAN inbox USING INDEX inbox_waiting",
    "SCAN a USING INDEX attachment_sheets",
    "SCAN bot",
}


class Planned(Tx):
    """A transaction that notes how each statement is going to be run."""

    __slots__ = ("plans", "statements")

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.plans: list[tuple[str, str]] = []
        self.statements = 0

    def _plan(self, sql: str, params: Params) -> None:
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
        self.plans += [(row[3], sql) for row in rows]
        self.statements += 1

    def run(self, sql: str, params: Params = ()) -> int:
        self._plan(sql, params)
        return super().run(sql, params)

    def many(self, sql: str, params: Any) -> None:
        rows = list(params)
        self._plan(sql, rows[0])
        super().many(sql, rows)

    def one(self, sql: str, params: Params = ()) -> tuple[Any, ...] | None:
        self._plan(sql, params)
        return super().one(sql, params)

    def all(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        self._plan(sql, params)
        return super().all(sql, params)


@pytest.fixture
def connection(database_file: Path) -> Iterator[sqlite3.Connection]:
    """In a transaction, with the commune 1 in it."""
    with closing(engine.open_writer(database_file)) as opened:
        opened.execute(engine.BEGIN_WRITE)
        assert fill(Tx(opened), "a") == 1
        yield opened
        opened.execute("ROLLBACK")


@pytest.mark.parametrize("call", EVERY.values(), ids=EVERY)
def test_every_statement_uses_an_index(connection: sqlite3.Connection, call: Call) -> None:
    tx = Planned(connection)
    call(tx, 1)
    assert tx.statements
    scans = [plan for plan in tx.plans if plan[0].startswith("SCAN") and plan[0] not in ALLOWED_SCANS]
    assert scans == []


HOT = {
    name: EVERY[name] for name in ("messages.seen", "people.account", "people.person", "drafts.open_draft")
}
PERIOD = {name: READS[name] for name in ("records.in_period", "records.of_hamlet", "records.counts")}


@pytest.mark.parametrize("call", (HOT | PERIOD).values(), ids=HOT | PERIOD)
def test_what_is_done_most_sorts_nothing_and_is_one_statement(
    connection: sqlite3.Connection, call: Call
) -> None:
    tx = Planned(connection)
    call(tx, 1)
    assert tx.statements == 1
    assert [plan for plan in tx.plans if "ORDER BY" in plan[0]] == []


def steps(connection: sqlite3.Connection, call: Call) -> int:
    """How many steps of SQLite's machine a call takes; its changes are undone."""
    count = 0

    def step() -> int:
        nonlocal count
        count += 1
        return 0

    connection.execute("SAVEPOINT here")
    connection.set_progress_handler(step, 1)
    try:
        call(Tx(connection), 1)
    finally:
        connection.set_progress_handler(None, 0)
        connection.execute("ROLLBACK TO here")
    return count


def test_other_communes_cost_nothing(connection: sqlite3.Connection) -> None:
    bounded = READS | WRITES
    alone = {name: steps(connection, call) for name, call in bounded.items()}
    fill(Tx(connection), "bb", size=40)
    beside = {name: steps(connection, call) for name, call in bounded.items()}
    assert all(alone.values())
    assert {n: (alone[n], beside[n]) for n in bounded if beside[n] > alone[n] * 1.1} == {}


# Whose result, or what they change, grows with what was stored; all others cost the same after years.
GROWING = {
    *("closings.of_months", "communes.roster", "communes.rosters", "communes.seats", "communes.sync"),
    *(
        "communes.sync_roster",
        "invitations.issue",
        "invitations.open_ones",
        "outbox.unsure",
        "people.holders",
        "links.withdraw",
    ),
    *("accounts.disconnect", "bots.served", "holding.drop_stale", "holding.hold", "holding.surplus"),
    *(
        "people.mark_gone",
        "people.members",
        "people.move_account",
        "overrides.periods",
        "records.counts",
        "records.in_period",
    ),
    *(
        "records.of_hamlet",
        "reports.last_before",
        "reports.open_requests",
        "schedules.due",
        "attachments.due",
        "attachments.in_period",
    ),
}


def test_the_past_costs_nothing(connection: sqlite3.Connection) -> None:
    calls = {name: call for name, call in EVERY.items() if name not in GROWING}
    young = {name: steps(connection, call) for name, call in calls.items()}
    fill(Tx(connection), "a", size=40, first=4)
    old = {name: steps(connection, call) for name, call in calls.items()}
    assert {n: (young[n], old[n]) for n in calls if old[n] > young[n] * 1.1} == {}


def test_the_reader_plans_alike(database_file: Path) -> None:
    with closing(engine.open_writer(database_file)) as writer:
        fill(Tx(writer), "a")
        with closing(engine.open_reader(database_file)) as reader:
            for name, call in READS.items():
                plans = []
                for connection in (writer, reader):
                    tx = Planned(connection)
                    call(tx, 1)
                    plans.append(tx.plans)
                assert plans[0] == plans[1], name
