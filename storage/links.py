"""Pages of the program's own that were given to people: documents to take, a place to send files."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from storage.database import Tx
from storage.encoding import maybe_nfc, nfc
from storage.moments import from_text, maybe, to_text
from storage.rows import Link

_ENOUGH: Final = timedelta(hours=24), 3  # a link that still has as much time and as many uses is given again
_LINK = (
    "SELECT commune, link, kind, nonce, person, bot, address, path, name, again, uses, most, expires_at,"
    " withdrawn_at FROM link"
)


def issue(
    tx: Tx,
    commune: int,
    kind: str,
    person: int,
    bot: str,
    address: str,
    path: str,
    name: str,
    again: str | None,
    nonce: str,
    most: int,
    now: datetime,
    expires_at: datetime,
) -> Link:
    """A link for this person's account; where they have one to the same document that lasts, that one.

    ``nonce`` is random and becomes part of the signed address of a new link, ``most`` how often it may be
    used; ``path`` is "" for an upload.
    """
    if (standing := _standing(tx, commune, kind, person, bot, address, path, now)) is not None:
        return standing
    row = tx.one(
        "INSERT INTO link (commune, link, kind, nonce, person, bot, address, path, name, again, most, at,"
        " expires_at) VALUES (?, (SELECT coalesce(max(link), 0) + 1 FROM link WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING link",
        (
            *(commune, commune, kind, nonce, person, bot, address, path, nfc(name), maybe_nfc(again), most),
            *(to_text(now), to_text(expires_at)),
        ),
    )
    assert row is not None
    found = get(tx, commune, int(row[0]))
    assert found is not None
    return found


def get(tx: Tx, commune: int, link: int) -> Link | None:
    row = tx.one(f"{_LINK} WHERE commune = ? AND link = ?", (commune, link))
    return _link(row) if row else None


def use(tx: Tx, commune: int, link: int, now: datetime) -> bool:
    """Counts a use; False, and nothing counted, where it is expired, used up or withdrawn."""
    counted = tx.run(
        "UPDATE link SET uses = uses + 1 WHERE commune = ? AND link = ? AND uses < most AND expires_at > ?"
        " AND withdrawn_at IS NULL",
        (commune, link, to_text(now)),
    )
    return counted == 1


def withdraw(tx: Tx, commune: int, person: int, now: datetime) -> int:
    """The person's links open nothing any more; how many that were."""
    return tx.run(
        "UPDATE link SET withdrawn_at = ? WHERE commune = ? AND person = ? AND withdrawn_at IS NULL"
        " AND expires_at > ?",
        (to_text(now), commune, person, to_text(now)),
    )


def _standing(
    tx: Tx, commune: int, kind: str, person: int, bot: str, address: str, path: str, now: datetime
) -> Link | None:
    time, uses = _ENOUGH
    # The plus: the index by person would read all links of theirs, whatever the document.
    row = tx.one(
        f"{_LINK} WHERE commune = ? AND bot = ? AND address = ? AND kind = ? AND path = ? AND expires_at >= ?"
        " AND +person = ? AND uses + ? <= most AND withdrawn_at IS NULL ORDER BY expires_at DESC LIMIT 1",
        (commune, bot, address, kind, path, to_text(now + time), person, uses),
    )
    return _link(row) if row else None


def _link(row: tuple[Any, ...]) -> Link:
    values: list[Any] = [*row[:-2], from_text(row[-2]), maybe(row[-1])]
    return Link(*values)
