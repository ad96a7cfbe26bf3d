"""Communes, their hamlets and who sits on the boards: written in `matran.toml`, synchronised at start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from storage.database import Tx
from storage.encoding import maybe_day, maybe_iso, nfc
from storage.rows import Hamlet, Member

_IN_FORCE = "(from_day IS NULL OR from_day <= ?) AND (until_day IS NULL OR until_day >= ?)"
_MEMBER = "member, hamlet, post, name, position, from_day, until_day"


def sync(tx: Tx, code: str, name: str, hamlets: Sequence[Hamlet], today: date) -> int:
    """Makes commune and hamlets as configured; the commune's number.

    A hamlet that is no longer configured disappears where nothing refers to it; otherwise today is the last
    day of it and of its board.
    """
    commune = _commune(tx, code, nfc(name))
    for hamlet in hamlets:
        _put_hamlet(tx, commune, hamlet)
    configured = {hamlet.hamlet for hamlet in hamlets}
    for (known,) in tx.all("SELECT hamlet FROM hamlet WHERE commune = ?", (commune,)):
        if known not in configured:
            _drop_hamlet(tx, commune, known, today)
    return commune


def find(tx: Tx, code: str) -> int | None:
    row = tx.one("SELECT commune FROM commune WHERE code = ?", (code,))
    return row[0] if row else None


def another(tx: Tx, code: str) -> tuple[str, str] | None:
    """Code and name of the commune that all this belongs to, where it is not the one of ``code``.

    One that stands empty beside another with people is not meant.
    """
    known = tx.all(
        "SELECT code, name, EXISTS (SELECT 1 FROM person WHERE person.commune = commune.commune)"
        " FROM commune ORDER BY 3 DESC, commune"
    )
    peopled = [row for row in known if row[2]] or known
    if not known or code in [row[0] for row in peopled]:
        return None
    return known[0][0], known[0][1]


def hamlets(tx: Tx, commune: int, day: date | None = None) -> list[Hamlet]:
    """The hamlets that exist on ``day`` (None: all there ever were), in the configured order."""
    sql = "SELECT hamlet, name, position, from_day, until_day FROM hamlet WHERE commune = ?"
    params: list[Any] = [commune]
    if day is not None:
        sql += f" AND {_IN_FORCE}"
        params += [day.isoformat()] * 2
    rows = tx.all(f"{sql} ORDER BY position, hamlet", params)
    return [Hamlet(code, name, at, maybe_day(first), maybe_day(last)) for code, name, at, first, last in rows]


def sync_roster(tx: Tx, commune: int, hamlet: str | None, members: Sequence[Member], today: date) -> None:
    """Makes a board (``hamlet`` None: the committee) as configured; who and what is known by post and name.

    One who is no longer configured sat there until yesterday; one who joins a board that was known before
    sits there from today, unless a day is configured, or a last day that is past. Their numbers are given
    here.
    """
    known = tx.all(
        "SELECT member, post, name, until_day FROM roster WHERE commune = ? AND hamlet IS ?"
        " ORDER BY position, member",
        (commune, hamlet),
    )
    since = today.isoformat() if known else None
    left = list(known)
    for member in members:
        row = next((row for row in left if _same_seat(row, member, today)), None)
        if row is None:
            _seat(tx, commune, hamlet, member, since)
        else:
            left.remove(row)
            _keep_seat(tx, commune, row[0], member)
    yesterday = (today - timedelta(days=1)).isoformat()
    for number, _, _, until in left:
        if until is None or until >= today.isoformat():
            tx.run(
                "UPDATE roster SET until_day = ? WHERE commune = ? AND member = ?",
                (yesterday, commune, number),
            )


def roster(tx: Tx, commune: int, hamlet: str | None, day: date) -> list[Member]:
    """Who sits on the board (``hamlet`` None: the committee) on that day, in the configured order."""
    rows = tx.all(
        f"SELECT {_MEMBER} FROM roster WHERE commune = ? AND hamlet IS ? AND {_IN_FORCE}"
        " ORDER BY position, member",
        (commune, hamlet, day.isoformat(), day.isoformat()),
    )
    return [_member(row) for row in rows]


def seats(tx: Tx, commune: int, hamlet: str | None) -> list[Member]:
    """All who ever sat on a board, in the configured order: their days tell who did when."""
    rows = tx.all(
        f"SELECT {_MEMBER} FROM roster WHERE commune = ? AND hamlet IS ? ORDER BY position, member",
        (commune, hamlet),
    )
    return [_member(row) for row in rows]


def rosters(tx: Tx, commune: int, day: date) -> list[Member]:
    """The committee and the boards of the hamlets that exist on that day, in the configured order."""
    rows = tx.all(
        f"SELECT {_MEMBER} FROM roster WHERE commune = ? AND {_IN_FORCE} ORDER BY position, member",
        (commune, day.isoformat(), day.isoformat()),
    )
    order: dict[str | None, int] = {h.hamlet: at for at, h in enumerate(hamlets(tx, commune, day))}
    order[None] = -1
    return sorted((_member(row) for row in rows if row[1] in order), key=lambda m: order[m.hamlet])


def _commune(tx: Tx, code: str, name: str) -> int:
    row = tx.one(
        "INSERT INTO commune (commune, code, name)"
        " VALUES ((SELECT coalesce(max(commune), 0) + 1 FROM commune), ?, ?)"
        " ON CONFLICT (code) DO UPDATE SET name = excluded.name RETURNING commune",
        (code, name),
    )
    assert row is not None
    return int(row[0])


def _put_hamlet(tx: Tx, commune: int, hamlet: Hamlet) -> None:
    tx.run(
        "INSERT INTO hamlet (commune, hamlet, name, position, from_day, until_day) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (commune, hamlet) DO UPDATE SET name = excluded.name, position = excluded.position,"
        " from_day = excluded.from_day, until_day = excluded.until_day",
        (
            commune,
            hamlet.hamlet,
            nfc(hamlet.name),
            hamlet.position,
            maybe_iso(hamlet.from_day),
            maybe_iso(hamlet.until_day),
        ),
    )


def _drop_hamlet(tx: Tx, commune: int, hamlet: str, today: date) -> None:
    referring = ("roster", "role", "invitation", "draft", "record", "closing")
    sql = "SELECT 1 FROM {} WHERE commune = ? AND hamlet = ? LIMIT 1"
    if not any(tx.one(sql.format(table), (commune, hamlet)) for table in referring):
        tx.run("DELETE FROM hamlet WHERE commune = ? AND hamlet = ?", (commune, hamlet))
        return
    for table in ("hamlet", "roster"):
        tx.run(
            f"UPDATE {table} SET until_day = ? WHERE commune = ? AND hamlet = ?"
            " AND (until_day IS NULL OR until_day > ?)",
            (today.isoformat(), commune, hamlet, today.isoformat()),
        )


def _same_seat(row: tuple[Any, ...], member: Member, today: date) -> bool:
    _, post, name, until = row
    if (post, name) != (member.post, nfc(member.name)):
        return False
    # Whose last day is written down sat there once; the day itself may have been corrected.
    return until is None or until >= today.isoformat() or member.until_day is not None


def _seat(tx: Tx, commune: int, hamlet: str | None, member: Member, since: str | None) -> None:
    until = maybe_iso(member.until_day)
    tx.run(
        "INSERT INTO roster (commune, member, hamlet, post, name, position, from_day, until_day) VALUES (?,"
        " (SELECT coalesce(max(member), 0) + 1 FROM roster WHERE commune = ?), ?, ?, ?, ?, ?, ?)",
        (
            commune,
            commune,
            hamlet,
            member.post,
            nfc(member.name),
            member.position,
            maybe_iso(member.from_day) or (None if until and since and until < since else since),
            until,
        ),
    )


def _keep_seat(tx: Tx, commune: int, number: int, member: Member) -> None:
    tx.run(
        "UPDATE roster SET position = ?, from_day = coalesce(?, from_day), until_day = ?"
        " WHERE commune = ? AND member = ?",
        (member.position, maybe_iso(member.from_day), maybe_iso(member.until_day), commune, number),
    )


def _member(row: tuple[Any, ...]) -> Member:
    member, hamlet, post, name, position, first, last = row
    return Member(member, hamlet, post, name, position, maybe_day(first), maybe_day(last))
