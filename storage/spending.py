"""How many messages bots with a monthly limit have sent, and whether their platform gives any more."""

from __future__ import annotations

from datetime import datetime

from storage.database import Tx
from storage.moments import maybe, to_text
from storage.rows import Spending


def of_month(tx: Tx, bot: str, month: str) -> Spending | None:
    """None: nothing is known of that month ("2024-12") yet."""
    row = tx.one(
        "SELECT messages, exhausted_at, retry_at, setbacks FROM spending WHERE bot = ? AND month = ?",
        (bot, month),
    )
    return Spending(row[0], maybe(row[1]), maybe(row[2]), row[3]) if row else None


def add(tx: Tx, bot: str, month: str, messages: int) -> None:
    """So many more were sent; with 0 the month begins."""
    tx.run(
        "INSERT INTO spending (bot, month, messages) VALUES (?, ?, ?)"
        " ON CONFLICT (bot, month) DO UPDATE SET messages = messages + excluded.messages",
        (bot, month, messages),
    )


def exhaust(tx: Tx, bot: str, month: str, now: datetime, retry_at: datetime) -> None:
    """The platform says that nothing is left; it is asked again at ``retry_at``."""
    add(tx, bot, month, 0)
    tx.run(
        "UPDATE spending SET exhausted_at = coalesce(exhausted_at, ?), retry_at = ?, setbacks = setbacks + 1"
        " WHERE bot = ? AND month = ?",
        (to_text(now), to_text(retry_at), bot, month),
    )


def recover(tx: Tx, bot: str, month: str) -> None:
    """The platform takes messages again."""
    tx.run(
        "UPDATE spending SET exhausted_at = NULL, retry_at = NULL, setbacks = 0 WHERE bot = ? AND month = ?",
        (bot, month),
    )
