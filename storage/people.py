"""People of a commune: their accounts, what they may do, what they agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from storage.bots import channel
from storage.database import Tx
from storage.encoding import maybe_nfc, nfc
from storage.errors import Missing
from storage.moments import from_text, to_text
from storage.rows import Account, Origin, Person, Role

# The hot path of every message: a write for each would only say that it came.
LAST_AT_STEP = timedelta(minutes=1)

_ACCOUNT = "SELECT a.bot, a.address, a.person, a.state, a.commune, a.name, a.last_at"
LATEST = "(SELECT max(last_at) FROM account WHERE commune = a.commune AND person = a.person)"

# The consent asked for names the channel that messages go through, and so the company that carries them: one
# that was given for Telegram says nothing of Zalo. What is withdrawn is withdrawn for all of them.
HERE = """(SELECT answer FROM consent WHERE commune = p.commune AND person = p.person AND purpose = ?
    AND (channel = ? OR answer = 'withdrawn') ORDER BY consent DESC LIMIT 1)"""
ANYWHERE = """(SELECT answer FROM consent y WHERE y.commune = p.commune AND y.person = p.person
    AND y.purpose = ? AND y.answer = 'yes' AND NOT EXISTS (SELECT 1 FROM consent n WHERE n.commune = y.commune
        AND n.person = y.person AND n.purpose = y.purpose AND n.consent > y.consent
        AND (n.channel = y.channel OR n.answer = 'withdrawn')) LIMIT 1)"""


def account(tx: Tx, bot: str, address: str) -> Account | None:
    row = tx.one(f"{_ACCOUNT} FROM account a WHERE a.bot = ? AND a.address = ?", (bot, address))
    return _account(row) if row else None


def arrive(tx: Tx, commune: int, bot: str, address: str, name: str, now: datetime) -> Account:
    """The account that a message came from; a stranger becomes a person without a role.

    A known account keeps its own commune, whatever ``commune`` says, and is active again. ``name`` is the one
    that the platform shows; of a person already known it changes the account only.
    """
    row = tx.one(f"{_ACCOUNT}, {LATEST} FROM account a WHERE a.bot = ? AND a.address = ?", (bot, address))
    if row is None:
        return _stranger(tx, commune, bot, address, nfc(name), now)
    *known, last_at, latest = row
    return refreshed(tx, _account((*known, last_at)), last_at == latest, name, now)


def refreshed(tx: Tx, known: Account, stayed: bool, name: str, now: datetime) -> Account:
    """A known account that has just written: active again, last used now, under the name that it has now.

    ``stayed``: the person was not known to use another account since (`LATEST`).
    """
    if stayed and known.state == "active" and known.name == nfc(name) and now - known.last_at < LAST_AT_STEP:
        return known
    tx.run(
        "UPDATE account SET name = ?, state = 'active', last_at = ? WHERE bot = ? AND address = ?",
        (nfc(name), to_text(now), known.bot, known.address),
    )
    return known._replace(name=nfc(name), state="active", last_at=now)


def person(tx: Tx, commune: int, person: int, purpose: str, bot: str | None = None) -> Person:
    """The person with the roles in force; ``consented``: to ``purpose``, through the bot's channel.

    Without a ``bot``: through any channel. Raises Missing.
    """
    agreed, key = (ANYWHERE, (purpose,)) if bot is None else (HERE, (purpose, channel(bot)))
    rows = tx.all(
        f"SELECT p.person, p.name, p.address_form, {agreed}, r.role, r.kind, r.hamlet"
        " FROM person p LEFT JOIN role r ON r.commune = p.commune AND r.person = p.person"
        " AND r.until_at IS NULL WHERE p.commune = ? AND p.person = ?",
        (*key, commune, person),
    )
    if not rows:
        raise Missing("person", commune, person)
    return from_rows(sorted(rows, key=lambda row: row[4] or 0))[0]


def stranger(tx: Tx, commune: int, name: str, now: datetime) -> int:
    """A person without a role; the number."""
    row = tx.one(
        "INSERT INTO person (commune, person, name, created_at) VALUES (?,"
        " (SELECT coalesce(max(person), 0) + 1 FROM person WHERE commune = ?), ?, ?) RETURNING person",
        (commune, commune, nfc(name), to_text(now)),
    )
    assert row is not None
    return int(row[0])


def set_address_form(tx: Tx, commune: int, person: int, form: str | None) -> None:
    tx.run(
        "UPDATE person SET address_form = ? WHERE commune = ? AND person = ?",
        (maybe_nfc(form), commune, person),
    )


def rename(tx: Tx, commune: int, person: int, name: str) -> None:
    tx.run("UPDATE person SET name = ? WHERE commune = ? AND person = ?", (nfc(name), commune, person))


def grant(tx: Tx, commune: int, person: int, kind: str, hamlet: str | None, now: datetime) -> int:
    """Gives the person a role; its number. A hamlet's new head ends the term of the one before.

    Who holds that very role already keeps it, with its number.
    """
    held = tx.one(
        "SELECT role FROM role WHERE commune = ? AND person = ? AND until_at IS NULL AND kind = ?"
        " AND hamlet IS ?",
        (commune, person, kind, hamlet),
    )
    if held is not None:
        return int(held[0])
    if kind == "hamlet_head":
        tx.run(
            "UPDATE role SET until_at = ? WHERE commune = ? AND hamlet = ? AND kind = 'hamlet_head'"
            " AND until_at IS NULL",
            (to_text(now), commune, hamlet),
        )
    row = tx.one(
        "INSERT INTO role (commune, role, person, kind, hamlet, from_at) VALUES (?,"
        " (SELECT coalesce(max(role), 0) + 1 FROM role WHERE commune = ?), ?, ?, ?, ?) RETURNING role",
        (commune, commune, person, kind, hamlet, to_text(now)),
    )
    assert row is not None
    return int(row[0])


def end_roles(
    tx: Tx, commune: int, person: int, now: datetime, kind: str | None = None, hamlet: str | None = None
) -> int:
    """Ends the person's roles, all or those of a kind or hamlet; how many ended."""
    sql = "UPDATE role SET until_at = ? WHERE commune = ? AND person = ? AND until_at IS NULL"
    params: list[Any] = [to_text(now), commune, person]
    for column, value in (("kind", kind), ("hamlet", hamlet)):
        if value is not None:
            sql += f" AND {column} = ?"
            params.append(value)
    return tx.run(sql, params)


def members(tx: Tx, commune: int, purpose: str | None = None) -> list[Person]:
    """All who hold a role: the committee first, then by hamlet, its head first, then who only observes.

    ``consented`` is False throughout unless a ``purpose`` is given.
    """
    rows = tx.all(
        f"SELECT p.person, p.name, p.address_form, {ANYWHERE}, r.role, r.kind, r.hamlet"
        " FROM role r JOIN person p ON p.commune = r.commune AND p.person = r.person"
        " LEFT JOIN hamlet h ON h.commune = r.commune AND h.hamlet = r.hamlet"
        " WHERE r.commune = ? AND r.until_at IS NULL"
        " ORDER BY r.kind <> 'standing_committee', h.position IS NULL, h.position, h.hamlet,"
        " r.kind <> 'hamlet_head', r.role",
        (purpose, commune),
    )
    return from_rows(rows)


def holders(
    tx: Tx, commune: int, kind: str, hamlet: str | None = None, purpose: str | None = None
) -> list[Person]:
    """Those of `members` who hold such a role, with all their roles; ``hamlet`` None: of any hamlet."""

    def fits(role: Role) -> bool:
        return role.kind == kind and hamlet in (None, role.hamlet)

    return [who for who in members(tx, commune, purpose) if any(map(fits, who.roles))]


def accounts(tx: Tx, commune: int, person: int) -> list[Account]:
    """The person's accounts, the one used last first."""
    rows = tx.all(
        f"{_ACCOUNT} FROM account a WHERE a.commune = ? AND a.person = ?"
        " ORDER BY a.last_at DESC, a.bot, a.address",
        (commune, person),
    )
    return [_account(row) for row in rows]


def addresses(tx: Tx, commune: int, person: int, purpose: str | None = None) -> list[Account]:
    """The person's accounts that can be written to, the one used last first.

    With a ``purpose`` only those on channels that the person has agreed to use for it.
    """
    found = [account for account in accounts(tx, commune, person) if account.state == "active"]
    if purpose is None or not found:
        return found
    channels = agreed(tx, commune, person, purpose)
    return [account for account in found if channel(account.bot) in channels]


def move_account(tx: Tx, bot: str, old_address: str, new_address: str) -> None:
    """The platform gave the account another address: person, offer and waiting messages go along.

    Who had meanwhile written from the new address as a stranger is this person.
    """
    known = account(tx, bot, old_address)
    if known is None or new_address == old_address:
        return
    tx.run(
        "INSERT INTO account (bot, address, commune, person, name, state, last_at)"
        " SELECT bot, ?, commune, person, name, 'active', last_at FROM account WHERE bot = ? AND address = ?"
        " ON CONFLICT (bot, address) DO UPDATE SET commune = excluded.commune, person = excluded.person,"
        " state = 'active'",
        (new_address, bot, old_address),
    )
    old, new = (bot, old_address), (bot, new_address)
    if tx.one("SELECT 1 FROM offer WHERE bot = ? AND address = ?", old):
        tx.run("DELETE FROM offer WHERE bot = ? AND address = ?", new)
        tx.run("UPDATE offer SET address = ? WHERE bot = ? AND address = ?", (new_address, *old))
    tx.run("DELETE FROM account WHERE bot = ? AND address = ?", old)
    tx.run(
        "UPDATE outbox SET address = ? WHERE bot = ? AND address = ? AND state IN ('waiting','sending')",
        (new_address, *old),
    )
    tx.run(
        "UPDATE request SET address = ? WHERE commune = ? AND bot = ? AND address = ? AND state = 'open'",
        (new_address, known.commune, *old),
    )


def mark_gone(tx: Tx, bot: str, address: str) -> None:
    """The account can no longer be written to; what waited for it is dropped, until it writes again."""
    tx.run("UPDATE account SET state = 'gone' WHERE bot = ? AND address = ?", (bot, address))
    tx.run(
        # The list says nothing more, but it is what the index of waiting rows is recognised by.
        "UPDATE outbox SET state = 'dropped' WHERE bot = ? AND address = ?"
        " AND state IN ('waiting','sending') AND state = 'waiting'",
        (bot, address),
    )


def consent(
    tx: Tx,
    commune: int,
    person: int,
    now: datetime,
    answer: str,
    purpose: str,
    wording: str,
    origin: Origin,
) -> None:
    """Keeps what the person was shown, word for word, and answered: yes, no, later or withdrawn.

    It holds for the channel through which it came; "withdrawn" for all.
    """
    tx.run(
        "INSERT INTO consent (commune, consent, person, at, answer, purpose, wording, channel, bot, chat,"
        " message) VALUES (?, (SELECT coalesce(max(consent), 0) + 1 FROM consent WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(commune, commune, person, to_text(now), answer, purpose, nfc(wording)),
            *(channel(origin.bot), origin.bot, origin.chat, origin.message),
        ),
    )


def agreed(tx: Tx, commune: int, person: int, purpose: str) -> set[str]:
    """The channels through which the person has agreed to ``purpose``."""
    channels: set[str] = set()
    for answer, through in tx.all(
        "SELECT answer, channel FROM consent WHERE commune = ? AND person = ? AND purpose = ?"
        " ORDER BY consent",
        (commune, person, purpose),
    ):
        channels = set() if answer == "withdrawn" else channels - {through}
        if answer == "yes":
            channels.add(through)
    return channels


def last_consent(tx: Tx, commune: int, person: int, purpose: str) -> str | None:
    """The last answer about ``purpose``; None: never answered."""
    row = tx.one(
        "SELECT answer FROM consent WHERE commune = ? AND person = ? AND purpose = ?"
        " ORDER BY consent DESC LIMIT 1",
        (commune, person, purpose),
    )
    return row[0] if row else None


def _stranger(tx: Tx, commune: int, bot: str, address: str, name: str, now: datetime) -> Account:
    person = stranger(tx, commune, name, now)
    tx.run(
        "INSERT INTO account (bot, address, commune, person, name, last_at) VALUES (?, ?, ?, ?, ?, ?)",
        (bot, address, commune, person, name, to_text(now)),
    )
    return Account(bot, address, person, "active", commune, name, now)


def _account(row: tuple[Any, ...]) -> Account:
    bot, address, person, state, commune, name, last_at = row
    return Account(bot, address, person, state, commune, name, from_text(last_at))


def from_rows(rows: Iterable[Sequence[Any]]) -> list[Person]:
    """From rows (person, name, address_form, consent, role, kind, hamlet): each person where first met."""
    roles: dict[int, list[Role]] = {}
    first: dict[int, Sequence[Any]] = {}
    for row in rows:
        number, _, _, _, role, kind, hamlet = row
        first.setdefault(number, row)
        held = roles.setdefault(number, [])
        if role is not None:
            held.append(Role(role, number, kind, hamlet))
    return [Person(n, row[1], row[2], tuple(roles[n]), row[3] == "yes") for n, row in first.items()]
