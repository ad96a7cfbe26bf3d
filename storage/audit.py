"""Who did what, and when. Only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.database import Tx
from storage.encoding import from_json, maybe_nfc, to_json
from storage.moments import from_text, to_text
from storage.rows import AuditEntry


def note(
    tx: Tx,
    commune: int,
    now: datetime,
    person: int | None,
    act: str,
    subject: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Notes an act; ``person`` None: at the computer, or the program by itself."""
    tx.run(
        "INSERT INTO audit (commune, audit, at, person, act, subject, details) VALUES (?,"
        " (SELECT coalesce(max(audit), 0) + 1 FROM audit WHERE commune = ?), ?, ?, ?, ?, ?)",
        (commune, commune, to_text(now), person, act, maybe_nfc(subject), to_json(details or {})),
    )


def last(tx: Tx, commune: int, limit: int) -> list[AuditEntry]:
    """The latest acts, the last one first."""
    rows = tx.all(
        "SELECT audit, at, person, act, subject, details FROM audit WHERE commune = ?"
        " ORDER BY audit DESC LIMIT ?",
        (commune, limit),
    )
    return [
        AuditEntry(number, from_text(at), person, act, subject, from_json(details))
        for number, at, person, act, subject, details in rows
    ]
