"""Who a message comes from and what stands before them: all that intake has to know, read at once.

Every message needs it, and each statement costs more than what it reads: one finds the account, the person,
the roles held, the agreement, the open draft and what a number would answer.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from storage import drafts, messages, people
from storage.bots import channel
from storage.database import Tx
from storage.errors import Missing
from storage.moments import from_text
from storage.rows import Account, Draft, Offer, Person


class Arrival(NamedTuple):
    """``draft`` is the person's open one; ``offer`` what a bare number from this address answers.

    ``switched``: the person wrote from another account since they last wrote from this one.
    """

    account: Account
    person: Person
    draft: Draft | None = None
    offer: Offer | None = None
    switched: bool = False


_WHO = f"""
SELECT a.commune, a.state, a.name, a.last_at, o.at, o.options, o.draft, o.about,
    {people.LATEST}, p.person, p.name, p.address_form, {people.HERE}, r.role, r.kind, r.hamlet,
    {drafts.COLUMNS}
FROM account a JOIN person p ON p.commune = a.commune AND p.person = a.person
LEFT JOIN role r ON r.commune = p.commune AND r.person = p.person AND r.until_at IS NULL
LEFT JOIN offer o ON o.bot = a.bot AND o.address = a.address
LEFT JOIN draft d ON d.commune = a.commune AND d.person = a.person AND d.state = 'open'
WHERE a.bot = ? AND a.address = ?
ORDER BY r.role
"""


def arrive(tx: Tx, commune: int, bot: str, address: str, name: str, purpose: str, now: datetime) -> Arrival:
    """As `people.arrive` and `people.person` (consented: through this channel), with the open draft and the
    last offer.

    Raises Missing for an account of another commune.
    """
    rows = tx.all(_WHO, (purpose, channel(bot), bot, address))
    if not rows:
        account = people.arrive(tx, commune, bot, address, name, now)
        return Arrival(account, people.person(tx, commune, account.person, purpose, bot))
    home, state, shown, last_at, offered_at, options, about_draft, about, latest, *_ = rows[0]
    (person,) = people.from_rows(row[9:16] for row in rows)
    if home != commune:
        raise Missing("person", commune, person.person)
    known = Account(bot, address, person.person, state, home, shown, from_text(last_at))
    draft = rows[0][16:]
    return Arrival(
        people.refreshed(tx, known, latest == last_at, name, now),
        person,
        drafts.from_row(draft) if draft[0] is not None else None,
        messages.as_offer(offered_at, options, about_draft, about) if offered_at is not None else None,
        latest > last_at,
    )
