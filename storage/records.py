"""Finished forms ("phiếu") and their revisions, to which is only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from storage.database import Tx
from storage.encoding import from_json, maybe_nfc, to_json
from storage.errors import Missing
from storage.moments import from_text, to_text
from storage.rows import Origin, Record

_COLUMNS = (
    "SELECT r.record, r.form, r.hamlet, v.day, v.state, r.author, v.revision, v.answers, v.version, v.source,"
    " v.reason, r.created_at, v.at FROM record r"
    " JOIN revision v ON v.commune = r.commune AND v.record = r.record"
)
_IN_FORCE = f"{_COLUMNS} AND v.revision = r.revision"


def confirm(
    tx: Tx,
    commune: int,
    draft: int,
    line: int,
    form: str,
    version: int,
    hamlet: str | None,
    day: date,
    answers: Mapping[str, Any],
    person: int,
    origin: Origin,
    now: datetime,
) -> tuple[int, bool]:
    """Stores a line of a draft (0: its only one) as a record, once: its number, and whether it is new.

    A second call for the same draft and line changes nothing, whatever its answers. ``hamlet`` None: the
    commune's own record.
    """
    at = to_text(now)
    row = tx.one(
        "INSERT INTO record (commune, record, draft, line, form, hamlet, day, state, author, revision,"
        " created_at) VALUES (?, (SELECT coalesce(max(record), 0) + 1 FROM record WHERE commune = ?),"
        " ?, ?, ?, ?, ?, 'valid', ?, 1, ?)"
        " ON CONFLICT (commune, draft, line) DO NOTHING RETURNING record",
        (commune, commune, draft, line, form, hamlet, day.isoformat(), person, at),
    )
    if row is None:
        return _stored(tx, commune, draft, line), False
    _add_revision(tx, commune, row[0], 1, "valid", answers, version, day, person, origin, at, None)
    return row[0], True


def of_draft(tx: Tx, commune: int, draft: int) -> list[int]:
    """The numbers of the records that the draft became, by line."""
    rows = tx.all("SELECT record FROM record WHERE commune = ? AND draft = ? ORDER BY line", (commune, draft))
    return [number for (number,) in rows]


def last_of_person(tx: Tx, commune: int, person: int) -> Record | None:
    """The record that the person confirmed last, also where it was withdrawn since."""
    row = tx.one(
        f"{_IN_FORCE} WHERE r.commune = ? AND r.author = ? ORDER BY r.record DESC LIMIT 1", (commune, person)
    )
    return _record(row) if row else None


def get(tx: Tx, commune: int, record: int) -> Record | None:
    row = tx.one(f"{_IN_FORCE} WHERE r.commune = ? AND r.record = ?", (commune, record))
    return _record(row) if row else None


def revise(
    tx: Tx,
    commune: int,
    record: int,
    answers: Mapping[str, Any],
    version: int,
    day: date,
    state: str,
    person: int,
    origin: Origin,
    now: datetime,
    reason: str | None = None,
) -> int:
    """Adds a revision and puts it in force; its number. A withdrawal or return is one too (``state``).

    Raises Missing.
    """
    row = tx.one(
        "UPDATE record SET revision = revision + 1, day = ?, state = ? WHERE commune = ? AND record = ?"
        " RETURNING revision",
        (day.isoformat(), state, commune, record),
    )
    if row is None:
        raise Missing("record", commune, record)
    number = int(row[0])
    _add_revision(
        tx, commune, record, number, state, answers, version, day, person, origin, to_text(now), reason
    )
    return number


def revisions(tx: Tx, commune: int, record: int) -> list[Record]:
    """The record as each of its revisions said it, the first one first."""
    rows = tx.all(f"{_COLUMNS} WHERE r.commune = ? AND r.record = ? ORDER BY v.revision", (commune, record))
    return [_record(row) for row in rows]


def of_hamlet(tx: Tx, commune: int, hamlet: str | None, from_day: date, until_day: date) -> list[Record]:
    """A hamlet's records (None: the commune's own) of these days, both included; no withdrawn ones."""
    rows = tx.all(
        f"{_IN_FORCE} WHERE r.commune = ? AND r.hamlet IS ? AND r.day BETWEEN ? AND ?"
        " AND r.state <> 'withdrawn' ORDER BY r.day, r.record",
        (commune, hamlet, from_day.isoformat(), until_day.isoformat()),
    )
    return [_record(row) for row in rows]


def of_author(tx: Tx, commune: int, person: int, from_day: date, until_day: date) -> list[Record]:
    """What the person confirmed, of any hamlet, of these days, both included; no withdrawn ones."""
    rows = tx.all(
        f"{_IN_FORCE} WHERE r.commune = ? AND r.author = ? AND r.day BETWEEN ? AND ?"
        " AND r.state <> 'withdrawn' ORDER BY r.day, r.record",
        (commune, person, from_day.isoformat(), until_day.isoformat()),
    )
    return [_record(row) for row in rows]


def in_period(tx: Tx, commune: int, from_day: date, until_day: date) -> list[Record]:
    """What figures are computed from: valid records of these days, the hamlets' and the commune's own."""
    rows = tx.all(
        f"{_IN_FORCE} WHERE r.commune = ? AND r.day BETWEEN ? AND ? AND r.state = 'valid'"
        " ORDER BY r.day, r.record",
        (commune, from_day.isoformat(), until_day.isoformat()),
    )
    return [_record(row) for row in rows]


def known_since(tx: Tx, commune: int) -> date | None:
    """The first day of which anything is known: a valid record's, or the one on which the first person came.

    None where there is neither.
    """
    record = tx.one(
        "SELECT day FROM record WHERE commune = ? AND state = 'valid' ORDER BY day LIMIT 1", (commune,)
    )
    # Numbers are given in the order in which people come.
    person = tx.one("SELECT created_at FROM person WHERE commune = ? ORDER BY person LIMIT 1", (commune,))
    days = [row[0][:10] for row in (record, person) if row]
    return date.fromisoformat(min(days)) if days else None


def counts(tx: Tx, commune: int, from_day: date, until_day: date) -> dict[str | None, int]:
    """How many records of these days each hamlet has (None: the commune itself), withdrawn ones not."""
    rows = tx.all(
        "SELECT hamlet, count(*) FROM record WHERE commune = ? AND day BETWEEN ? AND ?"
        " AND state <> 'withdrawn' GROUP BY hamlet",
        (commune, from_day.isoformat(), until_day.isoformat()),
    )
    found: dict[str | None, int] = dict(rows)
    return found


def _stored(tx: Tx, commune: int, draft: int, line: int) -> int:
    row = tx.one(
        "SELECT record FROM record WHERE commune = ? AND draft = ? AND line = ?", (commune, draft, line)
    )
    assert row is not None
    return int(row[0])


def _add_revision(
    tx: Tx,
    commune: int,
    record: int,
    revision: int,
    state: str,
    answers: Mapping[str, Any],
    version: int,
    day: date,
    person: int,
    origin: Origin,
    at: str,
    reason: str | None,
) -> None:
    tx.run(
        "INSERT INTO revision (commune, record, revision, state, answers, version, day, person, source,"
        " reason, at, bot, chat, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(commune, record, revision, state, to_json(answers), version, day.isoformat(), person),
            *(origin.source, maybe_nfc(reason), at, origin.bot, origin.chat, origin.message),
        ),
    )


def _record(row: tuple[Any, ...]) -> Record:
    number, form, hamlet, day, state, author, revision, answers, version, source, reason, created, at = row
    return Record(
        *(number, form, hamlet, date.fromisoformat(day), state, author, revision, from_json(answers)),
        *(version, source, reason, from_text(created), from_text(at)),
    )
