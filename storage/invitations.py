"""Invitations, known by the hash of their code, and the failed attempts at codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from storage.database import Tx
from storage.encoding import maybe_nfc, nfc
from storage.errors import Missing
from storage.moments import from_text, maybe, to_text
from storage.rows import Invitation

_INVITATION = (
    "SELECT invitation, kind, hamlet, name, address_form, expires_at, used_at, revoked_at FROM invitation"
)


def issue(
    tx: Tx,
    commune: int,
    code_hash: str,
    kind: str,
    hamlet: str | None,
    name: str,
    address_form: str | None,
    issued_by: int | None,
    now: datetime,
    expires_at: datetime,
    bot: str | None = None,
) -> int:
    """A new invitation's number; unused ones for the same name, kind and hamlet are revoked.

    ``issued_by`` None: at the computer. ``bot`` keeps a place for whoever is invited.
    """
    tx.run(
        "UPDATE invitation SET revoked_at = ? WHERE commune = ? AND kind = ? AND hamlet IS ? AND name = ?"
        " AND used_at IS NULL AND revoked_at IS NULL",
        (to_text(now), commune, kind, hamlet, nfc(name)),
    )
    row = tx.one(
        "INSERT INTO invitation (commune, invitation, code_hash, kind, hamlet, name, address_form, issued_by,"
        " issued_at, expires_at, bot) VALUES (?,"
        " (SELECT coalesce(max(invitation), 0) + 1 FROM invitation WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING invitation",
        (
            *(commune, commune, code_hash, kind, hamlet, nfc(name), maybe_nfc(address_form), issued_by),
            *(to_text(now), to_text(expires_at), bot),
        ),
    )
    assert row is not None
    return int(row[0])


def find(tx: Tx, commune: int, code_hash: str) -> Invitation | None:
    """The invitation with that code, also one that is used, revoked or expired: its row tells."""
    row = tx.one(f"{_INVITATION} WHERE code_hash = ? AND commune = ?", (code_hash, commune))
    return _invitation(row) if row else None


def use(tx: Tx, commune: int, invitation: int, person: int, now: datetime) -> None:
    """Marks it used; raises Missing, and changes nothing, for one that was used or revoked before."""
    used = tx.run(
        "UPDATE invitation SET used_at = ?, used_by = ? WHERE commune = ? AND invitation = ?"
        " AND used_at IS NULL AND revoked_at IS NULL",
        (to_text(now), person, commune, invitation),
    )
    if not used:
        raise Missing("invitation", commune, invitation)


def open_ones(tx: Tx, commune: int, now: datetime) -> list[Invitation]:
    """Those that can still be used, the latest first."""
    rows = tx.all(
        f"{_INVITATION} WHERE commune = ? AND used_at IS NULL AND revoked_at IS NULL AND expires_at > ?"
        " ORDER BY invitation DESC",
        (commune, to_text(now)),
    )
    return [_invitation(row) for row in rows]


def revoke(tx: Tx, commune: int, invitation: int, now: datetime) -> None:
    """An unused invitation can no longer be used; a used one stays as it is."""
    tx.run(
        "UPDATE invitation SET revoked_at = ? WHERE commune = ? AND invitation = ? AND used_at IS NULL"
        " AND revoked_at IS NULL",
        (to_text(now), commune, invitation),
    )


def failures(tx: Tx, bot: str, address: str, now: datetime) -> tuple[int, datetime | None]:
    """How many wrong codes came from the address, and until when it has to pause (None: it need not).

    A pause that is over has wiped its failures out.
    """
    row = tx.one(
        "SELECT failures, blocked_until FROM code_attempt WHERE bot = ? AND address = ?", (bot, address)
    )
    if row is None:
        return 0, None
    blocked = maybe(row[1])
    return (0, None) if blocked is not None and blocked <= now else (row[0], blocked)


def fail(
    tx: Tx, bot: str, address: str, now: datetime, limit: int, pause: timedelta
) -> tuple[int, datetime | None]:
    """Counts a wrong code; from ``limit`` on the address pauses. As `failures` afterwards."""
    count, blocked = failures(tx, bot, address, now)
    count += 1
    if blocked is None and count >= limit:
        blocked = now + pause
    tx.run(
        "INSERT INTO code_attempt (bot, address, failures, blocked_until) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (bot, address) DO UPDATE SET failures = excluded.failures,"
        " blocked_until = excluded.blocked_until",
        (bot, address, count, None if blocked is None else to_text(blocked)),
    )
    return count, blocked


def clear_failures(tx: Tx, bot: str, address: str) -> None:
    tx.run("DELETE FROM code_attempt WHERE bot = ? AND address = ?", (bot, address))


def _invitation(row: tuple[Any, ...]) -> Invitation:
    number, kind, hamlet, name, address_form, expires_at, used_at, revoked_at = row
    return Invitation(
        number, kind, hamlet, name, address_form, from_text(expires_at), maybe(used_at), maybe(revoked_at)
    )
