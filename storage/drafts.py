"""Unfinished forms. A draft belongs to a person; one may be open, the others rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from storage import attachments
from storage.database import Tx
from storage.encoding import from_json, to_json
from storage.errors import Missing
from storage.moments import from_text, to_text
from storage.rows import Draft

COLUMNS = (
    "d.draft, d.person, d.form, d.version, d.state, d.hamlet, d.body, d.created_at, d.updated_at,"
    " (SELECT count(*) FROM attachment WHERE commune = d.commune AND draft = d.draft"
    f" AND {attachments.GOOD})"
)
_DRAFT = f"SELECT {COLUMNS} FROM draft d"


def open_draft(tx: Tx, commune: int, person: int) -> Draft | None:
    row = tx.one(f"{_DRAFT} WHERE commune = ? AND person = ? AND state = 'open'", (commune, person))
    return from_row(row) if row else None


def parked(tx: Tx, commune: int, person: int) -> list[Draft]:
    """The person's resting drafts, the one put aside last first."""
    rows = tx.all(
        f"{_DRAFT} WHERE commune = ? AND person = ? AND state = 'parked'"
        " ORDER BY updated_at DESC, draft DESC",
        (commune, person),
    )
    return [from_row(row) for row in rows]


def get(tx: Tx, commune: int, draft: int) -> Draft:
    """The draft in whatever state; raises Missing."""
    row = tx.one(f"{_DRAFT} WHERE commune = ? AND draft = ?", (commune, draft))
    if row is None:
        raise Missing("draft", commune, draft)
    return from_row(row)


def start(
    tx: Tx,
    commune: int,
    person: int,
    form: str,
    version: int,
    hamlet: str | None,
    body: Mapping[str, Any],
    now: datetime,
) -> int:
    """Opens a new draft; its number. One that was open is parked."""
    park(tx, commune, person, now)
    row = tx.one(
        "INSERT INTO draft (commune, draft, person, form, version, state, hamlet, body, created_at,"
        " updated_at) VALUES (?, (SELECT coalesce(max(draft), 0) + 1 FROM draft WHERE commune = ?),"
        " ?, ?, ?, 'open', ?, ?, ?, ?) RETURNING draft",
        (commune, commune, person, form, version, hamlet, to_json(body), to_text(now), to_text(now)),
    )
    assert row is not None
    return int(row[0])


def save(
    tx: Tx,
    commune: int,
    draft: int,
    body: Mapping[str, Any],
    hamlet: str | None,
    version: int,
    now: datetime,
) -> None:
    """Keeps the dialogue's state; raises Missing for a draft that has ended."""
    saved = tx.run(
        "UPDATE draft SET body = ?, hamlet = ?, version = ?, updated_at = ?"
        " WHERE commune = ? AND draft = ? AND state IN ('open', 'parked')",
        (to_json(body), hamlet, version, to_text(now), commune, draft),
    )
    if not saved:
        raise Missing("draft", commune, draft)


def end(tx: Tx, commune: int, draft: int, state: str, now: datetime) -> None:
    """The draft is ``done`` or ``cancelled``; one that had ended before stays as it was."""
    tx.run(
        "UPDATE draft SET state = ?, updated_at = ? WHERE commune = ? AND draft = ?"
        " AND state IN ('open', 'parked')",
        (state, to_text(now), commune, draft),
    )


def park(tx: Tx, commune: int, person: int, now: datetime) -> int | None:
    """Puts the person's open draft aside; its number, None where none was open."""
    row = tx.one(
        "UPDATE draft SET state = 'parked', updated_at = ? WHERE commune = ? AND person = ?"
        " AND state = 'open' RETURNING draft",
        (to_text(now), commune, person),
    )
    return row[0] if row else None


def resume(tx: Tx, commune: int, draft: int, now: datetime) -> None:
    """Opens a parked draft again, parking another open one; raises Missing for one that has ended."""
    wanted = get(tx, commune, draft)
    if wanted.state not in ("open", "parked"):
        raise Missing("draft", commune, draft)
    park(tx, commune, wanted.person, now)
    tx.run(
        "UPDATE draft SET state = 'open', updated_at = ? WHERE commune = ? AND draft = ?",
        (to_text(now), commune, draft),
    )


def last_open_at(tx: Tx, commune: int, person: int) -> datetime | None:
    """When the person's open draft last changed: reminders wait until it has rested."""
    row = tx.one(
        "SELECT updated_at FROM draft WHERE commune = ? AND person = ? AND state = 'open'", (commune, person)
    )
    return from_text(row[0]) if row else None


def from_row(row: Sequence[Any]) -> Draft:
    """A draft from its `COLUMNS`."""
    draft, person, form, version, state, hamlet, body, created_at, updated_at, photos = row
    return Draft(
        *(draft, person, form, version, state, hamlet, from_json(body)),
        *(from_text(created_at), from_text(updated_at), photos),
    )
