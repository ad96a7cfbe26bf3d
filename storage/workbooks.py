"""Backlog spreadsheets that came back: what was read of them, and that each is stored once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.database import Tx
from storage.encoding import from_json, to_json
from storage.errors import Missing
from storage.moments import from_text, to_text
from storage.rows import Workbook

_BOOK = (
    "SELECT workbook, attachment, person, hamlet, digest, state, draft, body, stored_at FROM workbook"
    " WHERE commune = ?"
)


def add(
    tx: Tx,
    commune: int,
    attachment: int,
    person: int,
    hamlet: str | None,
    digest: str,
    state: str,
    body: Mapping[str, Any],
    now: datetime,
) -> int:
    """A book that was read and found ``faulty``, or good and ``offered``; its number."""
    row = tx.one(
        "INSERT INTO workbook (commune, workbook, attachment, person, hamlet, digest, state, body, at)"
        " VALUES (?, (SELECT coalesce(max(workbook), 0) + 1 FROM workbook WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?) RETURNING workbook",
        (commune, commune, attachment, person, hamlet, digest, state, to_json(body), to_text(now)),
    )
    assert row is not None
    return int(row[0])


def get(tx: Tx, commune: int, workbook: int) -> Workbook:
    """Raises Missing."""
    row = tx.one(f"{_BOOK} AND workbook = ?", (commune, workbook))
    if row is None:
        raise Missing("workbook", commune, workbook)
    return _workbook(row)


def offered(tx: Tx, commune: int, workbook: int, draft: int) -> None:
    """The draft asks its sender whether it shall be stored."""
    tx.run("UPDATE workbook SET draft = ? WHERE commune = ? AND workbook = ?", (draft, commune, workbook))


def store(tx: Tx, commune: int, workbook: int, now: datetime) -> bool:
    """It is stored from now on; False where it, or another of the same content, is already."""
    changed = tx.run(
        "UPDATE OR IGNORE workbook SET state = 'stored', stored_at = ? WHERE commune = ? AND workbook = ?"
        " AND state = 'offered'",
        (to_text(now), commune, workbook),
    )
    return changed == 1


def stored(tx: Tx, commune: int, digest: str) -> Workbook | None:
    """The book of this content that was stored."""
    row = tx.one(f"{_BOOK} AND digest = ? AND state = 'stored'", (commune, digest))
    return _workbook(row) if row else None


def _workbook(row: tuple[Any, ...]) -> Workbook:
    number, attachment, person, hamlet, digest, state, draft, body, stored_at = row
    return Workbook(
        *(number, attachment, person, hamlet, digest, state, draft, from_json(body)),
        from_text(stored_at) if stored_at else None,
    )
