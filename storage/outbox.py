"""Messages on their way out: rows that intake and jobs put, and the sender takes, sends and settles.

A row goes waiting → sending → sent | unsure | rejected | gone; a waiting one may be dropped, or held
while its bot's messages of the month run out (`storage.holding`). What was found half-sent, or timed out, is
*unsure*: an answer is sent once more unless the person has written since; any other never, since a reminder
that comes twice is worse than one that an owner has to look into.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import messages, moments, people
from storage.database import Tx
from storage.encoding import from_json, to_json
from storage.rows import OutboxRow


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message of which it is not known that it arrived (unsure), or known that it will not (rejected)."""

    outbox: int
    bot: str
    address: str
    class_: int
    state: str
    reason: str | None
    body: Mapping[str, Any]
    created_at: datetime


COLUMNS = "commune, outbox, bot, address, class, body, offer, tries, created_at"
_PUT = """
INSERT INTO outbox (commune, outbox, bot, address, class, body, offer, dedupe, not_before, not_after,
    created_at)
VALUES (?, (SELECT coalesce(max(outbox), 0) + 1 FROM outbox WHERE commune = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (commune, dedupe) DO NOTHING
RETURNING outbox
"""


def put(
    tx: Tx,
    commune: int,
    bot: str,
    address: str,
    class_: int,
    body: Mapping[str, Any],
    now: datetime,
    offer: Mapping[str, Any] | None = None,
    dedupe: str | None = None,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> int | None:
    """Queues a message; its number within the commune, or None where ``dedupe`` was used before.

    ``offer`` is ``{"options": {…}, "draft": number or None, "about": text}``: what numbers mean once the
    message is sent. ``not_before`` holds back this row alone; one that could
    not be sent until ``not_after`` is dropped. Raises the signal "outbox".
    """
    row = tx.one(
        _PUT,
        (
            commune,
            commune,
            bot,
            address,
            class_,
            to_json(body),
            None if offer is None else to_json(offer),
            dedupe,
            None if not_before is None else moments.to_text(not_before),
            None if not_after is None else moments.to_text(not_after),
            moments.to_text(now),
        ),
    )
    if row is None:
        return None
    tx.signal("outbox")
    return int(row[0])


# The first row of each chat, found by hopping from chat to chat over the index: the cost is one look for each
# chat that waits, however many rows wait in it.
_DUE = """
WITH RECURSIVE chat (address) AS (
    SELECT min(address) FROM outbox WHERE bot = ? AND state IN ('waiting','sending')
    UNION ALL
    SELECT (SELECT min(address) FROM outbox
            WHERE bot = ? AND address > chat.address AND state IN ('waiting','sending'))
    FROM chat WHERE chat.address IS NOT NULL
)
SELECT o.commune, o.outbox, o.bot, o.address, o.class, o.body, o.offer, o.tries, o.created_at
FROM chat JOIN outbox o ON (o.commune, o.outbox) = (
    SELECT commune, outbox FROM outbox
    WHERE bot = ? AND address = chat.address AND state IN ('waiting','sending') AND state = 'waiting'
        AND (not_before IS NULL OR not_before <= ?)
    ORDER BY class, commune, outbox LIMIT 1)
WHERE chat.address IS NOT NULL
ORDER BY o.class, o.created_at
"""


def due(
    tx: Tx, bot: str, now: datetime, busy: Container[str], limit: int, only: str | None = None
) -> list[OutboxRow]:
    """What may be sent next: of each chat that is not ``busy`` its first row by class and number; answers of
    all chats before documents before reminders, the oldest first.

    ``only`` this chat's, where one is named.
    """
    found: list[OutboxRow] = []
    for row in tx.all(_DUE, (bot, bot, bot, moments.to_text(now))):
        if row[3] not in busy and only in (None, row[3]):
            found.append(from_row(row))
            if len(found) == limit:
                break
    return found


def claim(tx: Tx, rows: Iterable[OutboxRow], now: datetime) -> list[OutboxRow]:
    """Marks the rows as being sent; those of them that still waited, unchanged since `due` read them.

    One that comes too late is dropped.
    """
    moment = moments.to_text(now)
    return [row for row in rows if _claimed(tx, row, moment)]


def _claimed(tx: Tx, row: OutboxRow, moment: str) -> bool:
    key = (row.commune, row.outbox, row.bot, row.address, moment)
    if tx.run(
        "UPDATE outbox SET state = 'sending', tries = tries + 1 WHERE commune = ? AND outbox = ?"
        " AND state = 'waiting' AND bot = ? AND address = ? AND (not_after IS NULL OR not_after > ?)",
        key,
    ):
        return True
    tx.run(
        "UPDATE outbox SET state = 'dropped', reason = 'late' WHERE commune = ? AND outbox = ?"
        " AND state = 'waiting' AND bot = ? AND address = ? AND not_after <= ?",
        key,
    )
    return False


def idle(tx: Tx, bot: str, now: datetime, only: str | None = None) -> bool:
    """Whether nothing of the bot's waits or is being sent; what is held back for later does not count.

    ``only`` in this chat, where one is named.
    """
    row = tx.one(
        "SELECT 1 FROM outbox WHERE bot = ? AND state IN ('waiting','sending')"
        " AND (state = 'sending' OR not_before IS NULL OR not_before <= ?) AND address = coalesce(?, address)"
        " LIMIT 1",
        (bot, moments.to_text(now), only),
    )
    return row is None


# What came of sending. Each may be repeated: only a row that is being sent changes.


def mark_sent(tx: Tx, row: OutboxRow, message: str | None, began: datetime, now: datetime) -> None:
    """It arrived; the numbers in it now mean what it offers.

    Not so where an offer was made after ``began``, when sending began: that one's message comes after this.
    """
    changed = tx.run(
        "UPDATE outbox SET state = 'sent', platform_message = ?, sent_at = ?"
        " WHERE commune = ? AND outbox = ? AND state = 'sending'",
        (message, moments.to_text(now), row.commune, row.outbox),
    )
    if changed and row.offer is not None:
        _offer(tx, row, row.offer, began, now)


def _offer(tx: Tx, row: OutboxRow, offer: Mapping[str, Any], began: datetime, now: datetime) -> None:
    if people.account(tx, row.bot, row.address) is None:
        return
    standing = messages.offer(tx, row.bot, row.address)
    if standing is None or standing.at <= began:
        messages.make_offer(
            tx, row.bot, row.address, now, offer["options"], offer.get("draft"), offer["about"]
        )


def mark_waiting(tx: Tx, row: OutboxRow) -> None:
    """It was not sent, and may be tried again; when, the sender knows."""
    _change(tx, row, "waiting")


def mark_unsure(tx: Tx, row: OutboxRow, reason: str) -> None:
    """It may have arrived. An answer waits for one more try, unless it had one or the person wrote since."""
    again = row.class_ == 0 and _unsure_for_the_first_time(tx, row) and not _wrote_since(tx, row)
    _change(tx, row, "waiting" if again else "unsure", reason)


def mark_rejected(tx: Tx, row: OutboxRow, reason: str) -> None:
    _change(tx, row, "rejected", reason)


def mark_gone(tx: Tx, row: OutboxRow, reason: str) -> None:
    """The person cannot be reached at this address: nothing more goes there until they write again."""
    _change(tx, row, "gone", reason)
    people.mark_gone(tx, row.bot, row.address)


def mark_moved(tx: Tx, row: OutboxRow, address: str) -> None:
    """The chat has another address: account, offer and what waits go along, this row too."""
    tx.run(
        "UPDATE outbox SET state = 'waiting', address = ?"
        " WHERE commune = ? AND outbox = ? AND state = 'sending'",
        (address, row.commune, row.outbox),
    )
    people.move_account(tx, row.bot, row.address, address)


def recover(tx: Tx, bot: str, only: str | None = None) -> int:
    """What a process that died was sending is unsure; how many rows that were. For the start only.

    ``only`` of this chat, where one is named: another process may be sending to the others.
    """
    rows = tx.all(
        f"SELECT {COLUMNS} FROM outbox"
        " WHERE bot = ? AND state IN ('waiting','sending') AND state = 'sending'"
        " AND address = coalesce(?, address)",
        (bot, only),
    )
    for row in rows:
        mark_unsure(tx, from_row(row), "interrupted")
    return len(rows)


def unsure(tx: Tx, commune: int) -> list[Undelivered]:
    """The messages that somebody should look into, the oldest first."""
    rows = tx.all(
        "SELECT outbox, bot, address, class, state, reason, body, created_at FROM outbox"
        " WHERE commune = ? AND state IN ('unsure','rejected') ORDER BY outbox",
        (commune,),
    )
    return [
        Undelivered(outbox, bot, address, class_, state, reason, from_json(body), moments.from_text(at))
        for outbox, bot, address, class_, state, reason, body, at in rows
    ]


def known(tx: Tx, commune: int, dedupe: str) -> bool:
    """Whether a message with this dedupe key was ever queued."""
    return tx.one("SELECT 1 FROM outbox WHERE commune = ? AND dedupe = ?", (commune, dedupe)) is not None


def state(tx: Tx, commune: int, dedupe: str) -> str | None:
    """What became of the message that was queued with this dedupe key; None where there was none."""
    row = tx.one("SELECT state FROM outbox WHERE commune = ? AND dedupe = ?", (commune, dedupe))
    return row[0] if row else None


def said(tx: Tx, commune: int, dedupe: str) -> str | None:
    """The text of the message that was queued with this dedupe key; None where there was none."""
    row = tx.one("SELECT body FROM outbox WHERE commune = ? AND dedupe = ?", (commune, dedupe))
    return from_json(row[0]).get("text") if row else None


def drop(tx: Tx, commune: int, dedupe_prefix: str) -> int:
    """Drops what waits under these dedupe keys, since its reason is gone; how many there were."""
    return tx.run(
        "UPDATE outbox SET state = 'dropped', reason = 'moot' WHERE commune = ?"
        " AND state IN ('waiting','held') AND dedupe >= ? AND dedupe < ? || char(0x10FFFF)",
        (commune, dedupe_prefix, dedupe_prefix),
    )


def redirect(tx: Tx, commune: int, person: int, bot: str, address: str) -> int:
    """What waits unasked for any account of the person goes to this one of theirs; how many rows that were.

    Answers and documents stay where they were asked for.
    """
    return sum(
        tx.run(
            "UPDATE outbox SET bot = ?, address = ? WHERE bot = ? AND address = ? AND class = 2"
            " AND state IN ('waiting','sending') AND state = 'waiting' AND commune = ?",
            (bot, address, account.bot, account.address, commune),
        )
        for account in people.addresses(tx, commune, person)
        if (account.bot, account.address) != (bot, address)
    )


def _change(tx: Tx, row: OutboxRow, state: str, reason: str | None = None) -> None:
    tx.run(
        "UPDATE outbox SET state = ?, reason = coalesce(?, reason)"
        " WHERE commune = ? AND outbox = ? AND state = 'sending'",
        (state, reason, row.commune, row.outbox),
    )


def _unsure_for_the_first_time(tx: Tx, row: OutboxRow) -> bool:
    # A reason on a row that still waits can only come from there; tries count postponements too.
    found = tx.one("SELECT reason FROM outbox WHERE commune = ? AND outbox = ?", (row.commune, row.outbox))
    return found is not None and found[0] is None


def _wrote_since(tx: Tx, row: OutboxRow) -> bool:
    # The inbox, not account.last_at, which is kept to the minute only. It has no index for this: a chat's
    # messages are read one by one, a few thousand at most, and only when a sending failed.
    found = tx.one(
        "SELECT 1 FROM inbox WHERE bot = ? AND chat = ? AND at > ? LIMIT 1",
        (row.bot, row.address, moments.to_text(row.created_at)),
    )
    return found is not None


def from_row(row: tuple[Any, ...]) -> OutboxRow:
    """A row from its `COLUMNS`."""
    commune, outbox, bot, address, class_, body, offer, tries, at = row
    meant = None if offer is None else from_json(offer)
    created = moments.from_text(at)
    return OutboxRow(commune, outbox, bot, address, class_, from_json(body), meant, tries, created)
