"""Word to people who did not ask for it: written with what caused it, once for each change that matters."""

from __future__ import annotations

from bot.context import Context
from bot.messages import NOTICE, Button, Outgoing
from storage import outbox, people, records
from storage.rows import Person, Record


def queue(ctx: Context, person: Person, text: str, key: str, buttons: tuple[Button, ...] = ()) -> bool:
    """Queues the message to the account used last, once for each ``key``.

    False for somebody who has none or has not agreed.
    """
    accounts = people.addresses(ctx.tx, ctx.commune, person.person, ctx.house.purpose)
    for account in accounts[:1]:
        body = Outgoing(text, buttons, keep_keyboard=True).as_json()
        to = (ctx.tx, ctx.commune, account.bot, account.address, NOTICE, body, ctx.now)
        outbox.put(*to, dedupe=f"{key}:{person.person}")
    return bool(accounts)


def counting(ctx: Context, record: Record) -> tuple[Record | None, Record | None]:
    """The record as it counted before its last revision, and as it counts now; None: it did, does not."""
    said = records.revisions(ctx.tx, ctx.commune, record.record)
    before = said[-2] if len(said) > 1 and said[-2].state == "valid" else None
    return before, record if record.state == "valid" else None
