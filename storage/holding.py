"""Messages kept back because their bot's messages of the month are running out.

A row above what may still go is *held*: a document until the platform grants more, a reminder for good, since
it tells people what is due that day.
"""

from __future__ import annotations

from datetime import datetime

from storage import outbox
from storage.database import Tx
from storage.moments import to_text
from storage.rows import OutboxRow

_SELECT = f"SELECT {outbox.COLUMNS} FROM outbox"
_ABOVE = (
    "WHERE bot = ? AND class > ? AND state IN ('waiting','sending') AND state = 'waiting'"
    " AND (not_before IS NULL OR not_before <= ?)"
)


def surplus(tx: Tx, bot: str, above: int, now: datetime) -> bool:
    """Whether something that may go now is of a higher class than ``above``."""
    row = tx.one(f"SELECT 1 FROM outbox {_ABOVE} LIMIT 1", (bot, above, to_text(now)))
    return row is not None


def hold(tx: Tx, bot: str, above: int, now: datetime) -> list[OutboxRow]:
    """Keeps back what could go now and is of a higher class than ``above``; the rows."""
    key = (bot, above, to_text(now))
    rows = tx.all(f"{_SELECT} {_ABOVE} ORDER BY commune, outbox", key)
    tx.run(f"UPDATE outbox SET state = 'held', reason = 'quota' {_ABOVE}", key)
    return [outbox.from_row(row) for row in rows]


def held(tx: Tx, bot: str, class_: int) -> list[OutboxRow]:
    """What is kept back of one class, the oldest first."""
    rows = tx.all(
        f"{_SELECT} WHERE bot = ? AND class = ? AND state = 'held' ORDER BY commune, outbox", (bot, class_)
    )
    return [outbox.from_row(row) for row in rows]


def release(tx: Tx, bot: str, class_: int) -> int:
    """What was kept back of one class may go; how many rows that were. Raises the signal "outbox"."""
    released = tx.run(
        "UPDATE outbox SET state = 'waiting', reason = NULL WHERE bot = ? AND class = ? AND state = 'held'",
        (bot, class_),
    )
    if released:
        tx.signal("outbox")
    return released


def give_up(tx: Tx, bot: str, class_: int) -> int:
    """What was kept back of one class is dropped: its time is over; how many rows that were."""
    return tx.run(
        "UPDATE outbox SET state = 'dropped' WHERE bot = ? AND class = ? AND state = 'held'", (bot, class_)
    )


def drop_stale(tx: Tx, bot: str, before: datetime) -> int:
    """Drops the answers that have waited since ``before``; how many there were."""
    return tx.run(
        "UPDATE outbox SET state = 'dropped', reason = 'late' WHERE bot = ? AND class = 0"
        " AND state IN ('waiting','sending') AND state = 'waiting' AND created_at < ?",
        (bot, to_text(before)),
    )
