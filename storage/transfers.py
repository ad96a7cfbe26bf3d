"""Codes with which a person takes another account into use, known by their hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage.database import Tx
from storage.errors import Missing
from storage.moments import from_text, maybe, to_text
from storage.rows import Transfer


def issue(
    tx: Tx,
    commune: int,
    code_hash: str,
    person: int,
    bot: str,
    address: str,
    now: datetime,
    expires_at: datetime,
) -> int:
    """A new code's number; the person's earlier ones open nothing any more. (bot, address) asked for it."""
    withdraw(tx, commune, person, now)
    row = tx.one(
        "INSERT INTO transfer (commune, transfer, code_hash, person, bot, address, issued_at, expires_at)"
        " VALUES (?, (SELECT coalesce(max(transfer), 0) + 1 FROM transfer WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?) RETURNING transfer",
        (commune, commune, code_hash, person, bot, address, to_text(now), to_text(expires_at)),
    )
    assert row is not None
    return int(row[0])


def find(tx: Tx, commune: int, code_hash: str) -> Transfer | None:
    """The transfer with that code, also one that is used or expired: its row tells."""
    row = tx.one(
        "SELECT transfer, person, bot, address, expires_at, used_at FROM transfer"
        " WHERE code_hash = ? AND commune = ?",
        (code_hash, commune),
    )
    return _transfer(row) if row else None


def use(tx: Tx, commune: int, transfer: int, now: datetime) -> None:
    """Marks it used; raises Missing, and changes nothing, for one that was used or withdrawn before."""
    used = tx.run(
        "UPDATE transfer SET used_at = ? WHERE commune = ? AND transfer = ? AND used_at IS NULL",
        (to_text(now), commune, transfer),
    )
    if not used:
        raise Missing("transfer", commune, transfer)


def withdraw(tx: Tx, commune: int, person: int, now: datetime) -> int:
    """The person's open codes open nothing any more; how many that were."""
    return tx.run(
        "UPDATE transfer SET used_at = ? WHERE commune = ? AND person = ? AND used_at IS NULL",
        (to_text(now), commune, person),
    )


def _transfer(row: tuple[Any, ...]) -> Transfer:
    number, person, bot, address, expires_at, used_at = row
    return Transfer(number, person, bot, address, from_text(expires_at), maybe(used_at))
