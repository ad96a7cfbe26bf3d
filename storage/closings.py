"""What hamlets state about their months. A statement, not a lock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage.database import Tx
from storage.moments import from_text, to_text
from storage.rows import Closing

_CLOSING = "SELECT hamlet, month, state, at FROM closing"


def close(
    tx: Tx,
    commune: int,
    hamlet: str,
    month: str,
    state: str,
    person: int,
    source: str | None,
    now: datetime,
) -> bool:
    """States ``closed``, ``nothing`` or ``otherwise`` about a month ("2024-12"); False: it was so already."""
    changed = tx.run(
        "INSERT INTO closing (commune, hamlet, month, state, person, source, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (commune, month, hamlet) DO UPDATE SET state = excluded.state,"
        " person = excluded.person, source = excluded.source, at = excluded.at"
        " WHERE closing.state <> excluded.state",
        (commune, hamlet, month, state, person, source, to_text(now)),
    )
    return changed > 0


def of_month(tx: Tx, commune: int, month: str) -> dict[str, Closing]:
    """The statements about a month, by hamlet."""
    rows = tx.all(f"{_CLOSING} WHERE commune = ? AND month = ? ORDER BY hamlet", (commune, month))
    return {row[0]: _closing(row) for row in rows}


def of_months(tx: Tx, commune: int, first_month: str, last_month: str) -> list[Closing]:
    """The statements about these months, both included, by month and hamlet."""
    rows = tx.all(
        f"{_CLOSING} WHERE commune = ? AND month BETWEEN ? AND ? ORDER BY month, hamlet",
        (commune, first_month, last_month),
    )
    return [_closing(row) for row in rows]


def _closing(row: tuple[Any, ...]) -> Closing:
    hamlet, month, state, at = row
    return Closing(hamlet, month, state, from_text(at))
