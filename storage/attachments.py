"""Files that people sent: where the channel holds them, and where they are kept once fetched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from storage.database import Tx
from storage.encoding import maybe_nfc, nfc
from storage.errors import Missing
from storage.moments import from_text, to_text
from storage.rows import Attachment

_COLUMNS = (
    "attachment, person, draft, record, bot, chat, kind, address, album, name, mime, size, state, tries,"
    " path, at"
)
GOOD = "state IN ('waiting', 'kept') AND kind NOT IN ('sheet', 'docx')"
SHEET_MESSAGE = "sheet:"  # with its number: the identity of the message that a sheet becomes


def add(
    tx: Tx,
    commune: int,
    person: int,
    draft: int | None,
    record: int | None,
    bot: str,
    chat: str,
    kind: str,
    address: str,
    name: str | None,
    mime: str | None,
    size: int | None,
    album: str | None,
    now: datetime,
) -> int:
    """A file to fetch; its number. ``kind`` to ``size`` as the channel says, size in bytes.

    Raises the signal "attachment".
    """
    row = tx.one(
        "INSERT INTO attachment (commune, attachment, person, draft, record, bot, chat, kind, address, name,"
        " mime, size, album, state, not_before, at) VALUES (?,"
        " (SELECT coalesce(max(attachment), 0) + 1 FROM attachment WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?) RETURNING attachment",
        (
            *(commune, commune, person, draft, record, bot, chat, kind, address, maybe_nfc(name), mime, size),
            *(album, to_text(now), to_text(now)),
        ),
    )
    assert row is not None
    tx.signal("attachment")
    return int(row[0])


def of_draft(tx: Tx, commune: int, draft: int) -> list[Attachment]:
    """The draft's files, waiting or kept, in the order in which they came."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM attachment WHERE commune = ? AND draft = ? AND {GOOD} ORDER BY attachment",
        (commune, draft),
    )
    return [_attachment(row) for row in rows]


def of_record(tx: Tx, commune: int, record: int) -> list[Attachment]:
    """The record's files, waiting or kept, in the order in which they came."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM attachment WHERE commune = ? AND record = ? AND {GOOD} ORDER BY attachment",
        (commune, record),
    )
    return [_attachment(row) for row in rows]


def in_period(tx: Tx, commune: int, from_day: date, until_day: date) -> list[Attachment]:
    """The pictures that were fetched of valid records of these days, in the order of days and records."""
    columns = ", ".join(f"a.{name}" for name in _COLUMNS.split(", "))
    rows = tx.all(
        f"SELECT {columns} FROM record r JOIN attachment a ON a.commune = r.commune AND a.record = r.record"
        " WHERE r.commune = ? AND r.day BETWEEN ? AND ? AND r.state = 'valid' AND a.state = 'kept'"
        " AND a.kind NOT IN ('sheet', 'docx') ORDER BY r.day, r.record, a.attachment",
        (commune, from_day.isoformat(), until_day.isoformat()),
    )
    return [_attachment(row) for row in rows]


def loose(tx: Tx, commune: int, person: int, since: datetime) -> list[Attachment]:
    """The person's files since then that belong to no draft and no record yet."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM attachment WHERE commune = ? AND person = ? AND at >= ?"
        f" AND draft IS NULL AND record IS NULL AND {GOOD} ORDER BY attachment",
        (commune, person, to_text(since)),
    )
    return [_attachment(row) for row in rows]


def get(tx: Tx, commune: int, attachment: int) -> Attachment:
    """Raises Missing."""
    row = tx.one(
        f"SELECT {_COLUMNS} FROM attachment WHERE commune = ? AND attachment = ?", (commune, attachment)
    )
    if row is None:
        raise Missing("attachment", commune, attachment)
    return _attachment(row)


def bind(tx: Tx, commune: int, ids: Iterable[int], draft: int) -> None:
    """Loose files, by their numbers, now belong to the draft."""
    tx.many(
        "UPDATE attachment SET draft = ? WHERE commune = ? AND attachment = ?"
        " AND draft IS NULL AND record IS NULL",
        [(draft, commune, number) for number in ids],
    )


def to_record(tx: Tx, commune: int, draft: int, record: int) -> None:
    """The draft's files now belong to the record that it became."""
    tx.run(
        "UPDATE attachment SET record = ? WHERE commune = ? AND draft = ? AND record IS NULL",
        (record, commune, draft),
    )


def drop(tx: Tx, commune: int, draft: int) -> None:
    """The person wants the draft's files left out; the files stay, as everything does."""
    tx.run(
        f"UPDATE attachment SET state = 'removed' WHERE commune = ? AND draft = ? AND {GOOD}",
        (commune, draft),
    )


def drop_loose(tx: Tx, commune: int, person: int, since: datetime) -> int:
    """The person's files since then that belong to nothing are left out, and stay; how many they were."""
    return tx.run(
        "UPDATE attachment SET state = 'removed' WHERE commune = ? AND person = ? AND at >= ?"
        f" AND draft IS NULL AND record IS NULL AND {GOOD}",
        (commune, person, to_text(since)),
    )


def drop_of_record(tx: Tx, commune: int, record: int) -> int:
    """The record's files are left out from now on, and stay; how many they were."""
    return tx.run(
        f"UPDATE attachment SET state = 'removed' WHERE commune = ? AND record = ? AND {GOOD}",
        (commune, record),
    )


def album_seen(tx: Tx, commune: int, person: int, album: str) -> bool:
    """Whether a file of this album came before: only its first is acknowledged."""
    sql = "SELECT 1 FROM attachment WHERE commune = ? AND person = ? AND album = ? LIMIT 1"
    return tx.one(sql, (commune, person, album)) is not None


def due(tx: Tx, now: datetime, limit: int) -> list[tuple[int, Attachment]]:
    """Files to fetch, with their communes, the one longest due first."""
    rows = tx.all(
        f"SELECT commune, {_COLUMNS} FROM attachment WHERE state = 'waiting' AND not_before <= ?"
        " ORDER BY not_before, commune, attachment LIMIT ?",
        (to_text(now), limit),
    )
    return [(row[0], _attachment(row[1:])) for row in rows]


def kept(tx: Tx, commune: int, attachment: int, path: str, sha256: str) -> None:
    """It was fetched and lies at ``path``, within the data folder."""
    tx.run(
        "UPDATE attachment SET state = 'kept', path = ?, sha256 = ? WHERE commune = ? AND attachment = ?"
        " AND state = 'waiting'",
        (path, sha256, commune, attachment),
    )


def refused(tx: Tx, commune: int, attachment: int, reason: str) -> None:
    """It will not be fetched or kept, for this reason."""
    tx.run(
        "UPDATE attachment SET state = 'refused', reason = ? WHERE commune = ? AND attachment = ?",
        (nfc(reason), commune, attachment),
    )


def not_taken(tx: Tx, commune: int, attachment: int, said: str) -> None:
    """It was read and stays as it came, but nothing of it was taken; ``said`` is what its sender was told."""
    tx.run(
        "UPDATE attachment SET reason = ? WHERE commune = ? AND attachment = ? AND state = 'kept'",
        (nfc(said), commune, attachment),
    )


def postpone(tx: Tx, commune: int, attachment: int, until: datetime) -> None:
    """Fetching failed; it is tried again then."""
    tx.run(
        "UPDATE attachment SET tries = tries + 1, not_before = ? WHERE commune = ? AND attachment = ?",
        (to_text(until), commune, attachment),
    )


def _attachment(row: tuple[Any, ...]) -> Attachment:
    values: list[Any] = [*row[:-1], from_text(row[-1])]
    return Attachment(*values)


def unread(tx: Tx, bot: str, chat: str) -> bool:
    """Whether a spreadsheet or a Word file from this chat waits for an answer."""
    row = tx.one(
        "SELECT 1 FROM attachment WHERE bot = ? AND chat = ? AND state = 'waiting'"
        " AND kind IN ('sheet','docx') AND tries = 0 LIMIT 1",
        (bot, chat),
    )
    return row is not None or any((one.bot, one.chat) == (bot, chat) for one in sheets_ready(tx))


def sheets_ready(tx: Tx) -> list[Attachment]:
    """Spreadsheets that were read and have not become a message yet, in the order in which they came."""
    rows = tx.all(
        f"SELECT {_COLUMNS} FROM attachment a WHERE kind = 'sheet' AND state = 'kept' AND NOT EXISTS"
        " (SELECT 1 FROM inbox i WHERE i.bot = a.bot AND i.chat = a.chat"
        " AND i.message = ? || a.attachment) ORDER BY attachment",
        (SHEET_MESSAGE,),
    )
    return [_attachment(row) for row in rows]


def by_address(tx: Tx, commune: int, address: str) -> Attachment | None:
    """The last spreadsheet or Word file that the channel holds at this address."""
    row = tx.one(
        f"SELECT {_COLUMNS} FROM attachment WHERE commune = ? AND address = ? AND kind IN ('sheet','docx')"
        " ORDER BY attachment DESC LIMIT 1",
        (commune, address),
    )
    return _attachment(row) if row else None


def why_not_taken(tx: Tx, commune: int, attachment: int) -> str | None:
    """What the sender was told of a file that was read and of which nothing was taken; None of others."""
    sql = "SELECT reason FROM attachment WHERE commune = ? AND attachment = ? AND state = 'kept'"
    row = tx.one(sql, (commune, attachment))
    return row[0] if row else None


def why_refused(tx: Tx, commune: int, attachment: int) -> str | None:
    """The reason for which it was refused, as `refused` was told it."""
    sql = "SELECT reason FROM attachment WHERE commune = ? AND attachment = ? AND state = 'refused'"
    row = tx.one(sql, (commune, attachment))
    return row[0] if row else None
