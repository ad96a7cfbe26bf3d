"""Drafts sent to people for their comments, and what they wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from storage.database import Tx
from storage.encoding import from_json, nfc, to_json
from storage.moments import from_text, to_text
from storage.rows import Circulation, Comment, Origin

_CIRCULATION = "SELECT c.circulation, c.edition, c.person, c.until_day, c.by_phone, c.at FROM circulation c"


def circulate(
    tx: Tx,
    commune: int,
    edition: int,
    person: int,
    until_day: date,
    asked: Iterable[int],
    by_phone: Sequence[str],
    now: datetime,
) -> int:
    """``person`` asks others about an edition, to be answered by a day; the number of this round.

    ``asked`` are the people who were written to, ``by_phone`` the names of those who could not be.
    """
    row = tx.one(
        "INSERT INTO circulation (commune, circulation, edition, person, until_day, by_phone, at) VALUES (?,"
        " (SELECT coalesce(max(circulation), 0) + 1 FROM circulation WHERE commune = ?), ?, ?, ?, ?, ?)"
        " RETURNING circulation",
        (
            *(commune, commune, edition, person, until_day.isoformat()),
            *(to_json({"names": [nfc(name) for name in by_phone]}), to_text(now)),
        ),
    )
    assert row is not None
    tx.many(
        "INSERT INTO circulation_person (commune, circulation, person) VALUES (?, ?, ?)",
        [(commune, row[0], one) for one in asked],
    )
    return int(row[0])


def of_edition(tx: Tx, commune: int, edition: int) -> list[Circulation]:
    """The rounds in which an edition was sent out, in order."""
    rows = tx.all(
        f"{_CIRCULATION} WHERE c.commune = ? AND c.edition = ? ORDER BY c.circulation", (commune, edition)
    )
    return [_circulation(row) for row in rows]


def last_asked(tx: Tx, commune: int, person: int) -> Circulation | None:
    """The latest round in which the person was asked."""
    row = tx.one(
        f"{_CIRCULATION} JOIN circulation_person p ON p.commune = c.commune AND p.circulation = c.circulation"
        " WHERE p.commune = ? AND p.person = ? ORDER BY p.circulation DESC LIMIT 1",
        (commune, person),
    )
    return _circulation(row) if row else None


def asked(tx: Tx, commune: int, circulation: int) -> list[int]:
    """The people who were written to in a round."""
    sql = "SELECT person FROM circulation_person WHERE commune = ? AND circulation = ? ORDER BY person"
    return [row[0] for row in tx.all(sql, (commune, circulation))]


def unanswered(tx: Tx, commune: int, until_day: date) -> list[tuple[Circulation, int]]:
    """The rounds to be answered by that day, each with every person who has not written about the edition
    since it was sent."""
    rows = tx.all(
        "SELECT c.circulation, c.edition, c.person, c.until_day, c.by_phone, c.at, p.person"
        " FROM circulation c JOIN circulation_person p ON p.commune = c.commune"
        " AND p.circulation = c.circulation WHERE c.commune = ? AND c.until_day = ? AND NOT EXISTS"
        " (SELECT 1 FROM comment m WHERE m.commune = c.commune AND m.edition = c.edition"
        " AND m.person = p.person AND m.at >= c.at) ORDER BY c.circulation, p.person",
        (commune, until_day.isoformat()),
    )
    return [(_circulation(row[:-1]), row[-1]) for row in rows]


def add(tx: Tx, commune: int, edition: int, person: int, body: str, origin: Origin, now: datetime) -> int:
    """Keeps what the person wrote about an edition; its number."""
    row = tx.one(
        "INSERT INTO comment (commune, comment, edition, person, body, at, bot, chat, message) VALUES (?,"
        " (SELECT coalesce(max(comment), 0) + 1 FROM comment WHERE commune = ?), ?, ?, ?, ?, ?, ?, ?)"
        " RETURNING comment",
        (
            *(commune, commune, edition, person, nfc(body), to_text(now)),
            *(origin.bot, origin.chat, origin.message),
        ),
    )
    assert row is not None
    return int(row[0])


def of(tx: Tx, commune: int, edition: int) -> list[Comment]:
    """What was written about an edition, in order."""
    rows = tx.all(
        "SELECT comment, edition, person, body, at FROM comment WHERE commune = ? AND edition = ?",
        (commune, edition),
    )
    found = (Comment(number, of, who, body, from_text(at)) for number, of, who, body, at in rows)
    return sorted(found, key=lambda one: one.comment)


def _circulation(row: tuple[Any, ...]) -> Circulation:
    number, edition, person, until_day, by_phone, at = row
    names = tuple(from_json(by_phone)["names"])
    return Circulation(number, edition, person, date.fromisoformat(until_day), names, from_text(at))
