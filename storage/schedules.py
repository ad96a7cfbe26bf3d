"""When things are next due. The truth of a schedule is its row; a tick reads and advances it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage.database import Tx
from storage.moments import from_text, maybe, to_text
from storage.rows import Schedule

_SCHEDULE = "SELECT commune, schedule, due_at, settings, done_at FROM schedule"


def put(tx: Tx, commune: int, schedule: str, due_at: datetime, settings: str) -> None:
    """Makes the schedule, or makes it due anew where it was computed from other ``settings`` (JSON text)."""
    tx.run(
        "INSERT INTO schedule (commune, schedule, due_at, settings) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (commune, schedule) DO UPDATE SET due_at = excluded.due_at,"
        " settings = excluded.settings WHERE schedule.settings <> excluded.settings",
        (commune, schedule, to_text(due_at), settings),
    )


def get(tx: Tx, commune: int, schedule: str) -> Schedule | None:
    row = tx.one(f"{_SCHEDULE} WHERE commune = ? AND schedule = ?", (commune, schedule))
    return _schedule(row) if row else None


def due(tx: Tx, now: datetime) -> list[Schedule]:
    """The schedules of all communes that are due, the one longest due first."""
    rows = tx.all(f"{_SCHEDULE} WHERE due_at <= ? ORDER BY due_at, commune, schedule", (to_text(now),))
    return [_schedule(row) for row in rows]


def advance(tx: Tx, commune: int, schedule: str, due_at: datetime, done_at: datetime) -> None:
    """What was due is done; the next time is ``due_at``."""
    tx.run(
        "UPDATE schedule SET due_at = ?, done_at = ? WHERE commune = ? AND schedule = ?",
        (to_text(due_at), to_text(done_at), commune, schedule),
    )


def _schedule(row: tuple[Any, ...]) -> Schedule:
    commune, schedule, due_at, settings, done_at = row
    return Schedule(commune, schedule, from_text(due_at), settings, maybe(done_at))
