"""Which messages were seen, which of them wait or failed, and what numbers were offered last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from storage.database import Tx
from storage.encoding import from_json, nfc, to_json
from storage.moments import from_text, to_text
from storage.rows import FailedUpdate, Offer, WaitingUpdate


def seen(tx: Tx, bot: str, chat: str, message: str, now: datetime) -> bool:
    """Whether the message came before; if not, it has now. One that failed counts as seen, one that waits
    does not: it is being handled now."""
    new = tx.run(
        "INSERT INTO inbox (bot, chat, message, at, state) VALUES (?, ?, ?, ?, 'done')"
        " ON CONFLICT DO UPDATE SET state = 'done', raw = NULL WHERE state = 'waiting'",
        (bot, chat, message, to_text(now)),
    )
    return new == 0


def fail(tx: Tx, bot: str, chat: str, message: str, now: datetime, raw: str, trace: str) -> None:
    """Keeps an update that could not be handled, as it came; one that was handled stays so."""
    tx.run(
        "INSERT INTO inbox (bot, chat, message, at, state, raw, trace) VALUES (?, ?, ?, ?, 'failed', ?, ?)"
        " ON CONFLICT DO UPDATE SET state = 'failed', raw = excluded.raw, trace = excluded.trace"
        " WHERE state = 'waiting'",
        (bot, chat, message, to_text(now), raw, trace),
    )


def keep(tx: Tx, bot: str, chat: str, message: str, now: datetime, raw: str) -> bool:
    """Takes in an update that will be handled later; whether it is new."""
    new = tx.run(
        "INSERT INTO inbox (bot, chat, message, at, state, raw) VALUES (?, ?, ?, ?, 'waiting', ?)"
        " ON CONFLICT DO NOTHING",
        (bot, chat, message, to_text(now), raw),
    )
    return new == 1


def waiting(tx: Tx, bot: str) -> list[WaitingUpdate]:
    """The bot's updates that were taken in and not yet handled, in the order in which they came."""
    rows = tx.all(
        "SELECT chat, message, raw FROM inbox WHERE bot = ? AND state = 'waiting' ORDER BY at, message",
        (bot,),
    )
    return [WaitingUpdate(bot, *row) for row in rows]


def left(tx: Tx) -> dict[str, int]:
    """How many updates wait to be handled, by bot, also of bots that are served no more."""
    rows = tx.all("SELECT bot, count(*) FROM inbox WHERE state = 'waiting' GROUP BY bot")
    return dict(rows)


def failed(tx: Tx, limit: int) -> list[FailedUpdate]:
    """Updates that could not be handled, the latest first."""
    rows = tx.all(
        "SELECT bot, chat, message, at, raw, trace FROM inbox WHERE state = 'failed'"
        " ORDER BY at DESC LIMIT ?",
        (limit,),
    )
    return [
        FailedUpdate(bot, chat, message, from_text(at), raw, trace)
        for bot, chat, message, at, raw, trace in rows
    ]


def offer(tx: Tx, bot: str, address: str) -> Offer | None:
    """What a bare number from this address answers."""
    row = tx.one("SELECT at, options, draft, about FROM offer WHERE bot = ? AND address = ?", (bot, address))
    return as_offer(*row) if row else None


def as_offer(at: str, options: str, draft: int | None, about: str) -> Offer:
    """An offer from its columns."""
    return Offer(from_text(at), from_json(options), draft, about)


def make_offer(
    tx: Tx,
    bot: str,
    address: str,
    now: datetime,
    options: Mapping[str, str],
    draft: int | None,
    about: str,
) -> None:
    """Numbers from this known address now mean this; what was offered before no longer does."""
    tx.run(
        "INSERT INTO offer (bot, address, at, options, draft, about) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (bot, address) DO UPDATE SET at = excluded.at, options = excluded.options,"
        " draft = excluded.draft, about = excluded.about",
        (bot, address, to_text(now), to_json(options), draft, nfc(about)),
    )
