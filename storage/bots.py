"""The bots that are served: what they said of themselves, what their platforms grant, who is with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from storage.database import Tx
from storage.encoding import nfc
from storage.moments import to_text
from storage.rows import Bot

Granted: TypeAlias = tuple[str, int | None, int | None]
"""A bot, how many people it may talk to, how many messages it may send a month; None: without limit."""


def channel(bot: str) -> str:
    """The channel that a bot belongs to: "zalo" of "zalo:123"."""
    return bot.partition(":")[0]


def serve(tx: Tx, granted: Sequence[Granted]) -> None:
    """From now on these are served, and no others; in this order invitations fill them."""
    tx.run("UPDATE bot SET place = NULL")
    for place, (bot, users, monthly) in enumerate(granted, 1):
        tx.run(
            "INSERT INTO bot (bot, place, users, monthly) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (bot) DO UPDATE SET place = excluded.place, users = excluded.users,"
            " monthly = excluded.monthly",
            (bot, place, users, monthly),
        )


def introduce(tx: Tx, bot: str, name: str, link: str | None) -> None:
    """What a bot said of itself when it was started; one that was not known yet is served from now on."""
    tx.run(
        "INSERT INTO bot (bot, place, name, link)"
        " VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM bot), ?, ?)"
        " ON CONFLICT (bot) DO UPDATE SET name = excluded.name, link = excluded.link",
        (bot, nfc(name), link),
    )


def served(tx: Tx, now: datetime) -> list[Bot]:
    """Those served now, in order."""
    # An account counts for good: nobody knows whether a platform gives the place of one that left again.
    rows = tx.all(
        "SELECT bot, name, link, users, monthly,"
        " (SELECT count(*) FROM account a WHERE a.bot = bot.bot),"
        " (SELECT count(*) FROM invitation i WHERE i.bot = bot.bot AND i.bot IS NOT NULL"
        " AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > ?)"
        " FROM bot WHERE place IS NOT NULL ORDER BY place",
        (to_text(now),),
    )
    return [Bot(*row) for row in rows]
