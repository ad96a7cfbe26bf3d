"""Whom a message that nobody asked for may be written to: those who have agreed and can be reached."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import bots, drafts, people, spending
from storage.database import Tx
from storage.rows import Account, Person
from templates import quota

DRAFT_RESTS = timedelta(hours=1)
_POSTS = ("hamlet_head", "hamlet_deputy")


@dataclass(frozen=True, slots=True)
class Reach:
    """A person with the account used last."""

    person: Person
    account: Account

    @property
    def several_hamlets(self) -> bool:
        return len({role.hamlet for role in self.person.roles if role.kind in _POSTS}) > 1


def reach(
    tx: Tx, commune: int, person: Person, purpose: str, spent: Container[str] = frozenset()
) -> Reach | None:
    """The person, through the account used last of those that may be used for ``purpose``; None without one.

    Another account takes precedence over one of a bot that is ``spent``.
    """
    accounts = people.addresses(tx, commune, person.person, purpose)
    accounts.sort(key=lambda account: account.bot in spent)
    return Reach(person, accounts[0]) if accounts else None


def spent(tx: Tx, now: datetime) -> set[str]:
    """The bots that send no reminders any more this month: their messages are running out."""
    found = set()
    for bot in bots.served(tx, now):
        sent = spending.of_month(tx, bot.bot, quota.month_of(now)) if bot.monthly is not None else None
        if bot.monthly is not None and sent is not None:
            month = quota.Month(bot.monthly, sent.messages, sent.exhausted_at is not None)
            found |= {bot.bot} if month.highest < quota.REMINDER else set()
    return found


def who_answers(
    tx: Tx,
    commune: int,
    members: Sequence[Person],
    hamlet: str,
    purpose: str,
    spent: Container[str] = frozenset(),
) -> Reach | None:
    """The hamlet's head, or where no head can be reached its deputy; ``members`` are `people.members`."""
    for kind in _POSTS:
        for person in members:
            holds = any(role.kind == kind and role.hamlet == hamlet for role in person.roles)
            if holds and (found := reach(tx, commune, person, purpose, spent)):
                return found
    return None


def committee(
    tx: Tx, commune: int, members: Sequence[Person], purpose: str, spent: Container[str] = frozenset()
) -> list[Reach]:
    """Those of the Standing Committee who can be reached."""
    seated = (p for p in members if any(role.kind == "standing_committee" for role in p.roles))
    return [found for person in seated if (found := reach(tx, commune, person, purpose, spent))]


def rests_at(tx: Tx, commune: int, person: Person, now: datetime) -> datetime | None:
    """When the person's open draft will have rested for an hour; None where it has, or there is none."""
    touched = drafts.last_open_at(tx, commune, person.person)
    rested = touched + DRAFT_RESTS if touched else now
    return rested if rested > now else None


def head_name(members: Sequence[Person], hamlet: str) -> str | None:
    """The hamlet's head as the committee knows him: "ông Tư Lành"."""
    for person in members:
        if any(role.kind == "hamlet_head" and role.hamlet == hamlet for role in person.roles):
            return " ".join(filter(None, (person.address_form, person.name)))
    return None
