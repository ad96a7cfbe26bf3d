"""Accounts that change hands: one that a person takes into use beside another, one that is given up."""

from __future__ import annotations

from datetime import datetime

from storage import outbox, people
from storage.database import Tx


def connect(tx: Tx, commune: int, person: int, bot: str, address: str) -> None:
    """The account, whose person holds no role, is this person's from now on; what waits unasked goes there.

    The person that it was keeps what it has done; one that had only just arrived is left without a name.
    """
    before = people.account(tx, bot, address)
    if before is None or before.commune != commune or before.person == person:
        return
    tx.run("DELETE FROM offer WHERE bot = ? AND address = ?", (bot, address))
    tx.run(
        "UPDATE account SET person = ?, state = 'active' WHERE bot = ? AND address = ? AND commune = ?",
        (person, bot, address, commune),
    )
    _forget(tx, commune, before.person)
    outbox.redirect(tx, commune, person, bot, address)


def disconnect(tx: Tx, commune: int, bot: str, address: str, now: datetime) -> None:
    """The account is nobody's any more: it is not written to, and who writes from it is a stranger.

    What waits unasked goes to the person's account used last; the rest is dropped, also what is held back.
    The row stays: its place with the bot is taken.
    """
    known = people.account(tx, bot, address)
    if known is None or known.commune != commune:
        return
    others = [a for a in people.addresses(tx, commune, known.person) if (a.bot, a.address) != (bot, address)]
    if others:
        outbox.redirect(tx, commune, known.person, others[0].bot, others[0].address)
    tx.run("DELETE FROM offer WHERE bot = ? AND address = ?", (bot, address))
    nobody = people.stranger(tx, commune, known.name, now)
    tx.run(
        "UPDATE account SET person = ? WHERE bot = ? AND address = ? AND commune = ?",
        (nobody, bot, address, commune),
    )
    people.mark_gone(tx, bot, address)
    tx.run(
        "UPDATE outbox SET state = 'dropped' WHERE bot = ? AND address = ? AND state = 'held'", (bot, address)
    )


def _forget(tx: Tx, commune: int, person: int) -> None:
    # Not deleted: looking whether nothing refers to it would read every table.
    tx.run(
        "UPDATE person SET name = '' WHERE commune = ? AND person = ?"
        " AND NOT EXISTS (SELECT 1 FROM account WHERE commune = ? AND person = ?)"
        " AND NOT EXISTS (SELECT 1 FROM consent WHERE commune = ? AND person = ?)"
        " AND NOT EXISTS (SELECT 1 FROM role WHERE commune = ? AND person = ? AND until_at IS NULL)",
        (commune, person) * 4,
    )
