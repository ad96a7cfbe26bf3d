"""Requests for reports, one open for each period, and the editions that came of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from storage.database import Tx
from storage.encoding import JsonText, nfc, to_json
from storage.errors import NumberTaken
from storage.moments import from_text, to_text
from storage.rows import Edition, Request, WorkedOn

_EDITION = (
    "SELECT edition, report, from_day, until_day, label, number, fingerprint, figures, cover, path, sha256,"
    " at, base, person FROM edition"
)
_PERIOD = "commune = ? AND report = ? AND from_day = ? AND until_day = ?"


def request(
    tx: Tx,
    commune: int,
    report: str,
    from_day: date,
    until_day: date,
    label: str,
    person: int | None,
    bot: str | None,
    address: str | None,
    now: datetime,
    fresh: bool = False,
) -> tuple[int, bool]:
    """Asks for a report on these days: the request's number, and whether it is new.

    One that the same person has open for the same days stands in for a second. ``person`` None: by itself or
    at the computer. ``fresh``: a new draft, although the last one was edited in Word. Raises the signal
    "request".
    """
    days = (from_day.isoformat(), until_day.isoformat())
    row = tx.one(
        "INSERT INTO request (commune, request, report, from_day, until_day, label, person, bot, address,"
        " fresh, state, at) VALUES (?, (SELECT coalesce(max(request), 0) + 1 FROM request WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)"
        " ON CONFLICT (commune, report, from_day, until_day, coalesce(person, 0))"
        " WHERE state = 'open' DO NOTHING RETURNING request",
        (commune, commune, report, *days, nfc(label), person, bot, address, fresh, to_text(now)),
    )
    if row is not None:
        tx.signal("request")
        return row[0], True
    row = tx.one(
        f"UPDATE request SET fresh = max(fresh, ?) WHERE {_PERIOD} AND coalesce(person, 0) = ?"
        " AND state = 'open' RETURNING request",
        (fresh, commune, report, *days, person or 0),
    )
    assert row is not None
    return row[0], False


def open_requests(tx: Tx) -> list[tuple[int, Request]]:
    """What is asked for and not yet made, with its commune, in the order of asking."""
    rows = tx.all(
        "SELECT commune, request, report, from_day, until_day, label, person, bot, address, at,"
        " fresh FROM request WHERE state = 'open' ORDER BY at, commune, request"
    )
    return [(row[0], _request(row[1:])) for row in rows]


def finish(tx: Tx, commune: int, request: int, edition: int | None, now: datetime) -> None:
    """The edition, a new or an unchanged one, answers the request; None for what has no editions."""
    tx.run(
        "UPDATE request SET state = 'done', edition = ?, ended_at = ? WHERE commune = ? AND request = ?"
        " AND state = 'open'",
        (edition, to_text(now), commune, request),
    )


def fail_request(tx: Tx, commune: int, request: int, reason: str, now: datetime) -> None:
    """The report could not be made, for this reason."""
    tx.run(
        "UPDATE request SET state = 'failed', reason = ?, ended_at = ? WHERE commune = ? AND request = ?"
        " AND state = 'open'",
        (nfc(reason), to_text(now), commune, request),
    )


def next_number(tx: Tx, commune: int, report: str, from_day: date, until_day: date) -> int:
    """Which draft of this period the next one is, from 1."""
    row = tx.one(
        f"SELECT coalesce(max(number), 0) + 1 FROM edition WHERE {_PERIOD}",
        (commune, report, from_day.isoformat(), until_day.isoformat()),
    )
    assert row is not None
    return int(row[0])


def add_edition(
    tx: Tx,
    commune: int,
    report: str,
    from_day: date,
    until_day: date,
    label: str,
    number: int,
    fingerprint: str,
    figures: Mapping[str, Any] | JsonText,
    cover: str,
    path: str,
    sha256: str,
    now: datetime,
    base: int | None = None,
    person: int | None = None,
) -> int:
    """Keeps an edition; its number in the commune. ``number`` is the one printed in it, from `next_number`.

    With ``base`` it is a file that ``person`` made of the draft with that number, in Word.

    Raises NumberTaken where another edition came in between.
    """
    kept = figures if isinstance(figures, str) else to_json(figures)
    row = tx.one(
        "INSERT INTO edition (commune, edition, report, from_day, until_day, label, number, fingerprint,"
        " figures, cover, path, sha256, at, base, person) VALUES (?,"
        " (SELECT coalesce(max(edition), 0) + 1 FROM edition WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (commune, report, from_day, until_day, number) DO NOTHING RETURNING edition",
        (
            *(commune, commune, report, from_day.isoformat(), until_day.isoformat(), nfc(label), number),
            *(fingerprint, kept, nfc(cover), path, sha256, to_text(now), base, person),
        ),
    )
    if row is None:
        raise NumberTaken(commune, report, number)
    return int(row[0])


def last_edition(tx: Tx, commune: int, report: str, from_day: date, until_day: date) -> Edition | None:
    """The latest draft of a report on exactly these days."""
    row = tx.one(
        f"{_EDITION} WHERE {_PERIOD} ORDER BY number DESC LIMIT 1",
        (commune, report, from_day.isoformat(), until_day.isoformat()),
    )
    return _edition(row) if row else None


def editions(tx: Tx, commune: int, report: str, from_day: date, until_day: date) -> list[Edition]:
    """All drafts of a report on exactly these days, the first one first."""
    rows = tx.all(
        f"{_EDITION} WHERE {_PERIOD} ORDER BY number",
        (commune, report, from_day.isoformat(), until_day.isoformat()),
    )
    return [_edition(row) for row in rows]


def last_before(tx: Tx, commune: int, report: str, before_day: date) -> Edition | None:
    """The latest edition of the latest period that ended before that day: the next one begins after it."""
    row = tx.one(
        f"{_EDITION} WHERE commune = ? AND report = ? AND until_day < ?"
        " ORDER BY until_day DESC, edition DESC LIMIT 1",
        (commune, report, before_day.isoformat()),
    )
    return _edition(row) if row else None


def get(tx: Tx, commune: int, edition: int) -> Edition | None:
    """An edition by its number in the commune."""
    row = tx.one(f"{_EDITION} WHERE commune = ? AND edition = ?", (commune, edition))
    return _edition(row) if row else None


def by_path(tx: Tx, commune: int, path: str) -> Edition | None:
    """The edition whose document lies there, within the data folder."""
    row = tx.one(f"{_EDITION} WHERE commune = ? AND path = ?", (commune, path))
    return _edition(row) if row else None


def draft(tx: Tx, commune: int, report: str, from_day: date, until_day: date, number: int) -> Edition | None:
    """The draft of exactly these days with this number."""
    row = tx.one(
        f"{_EDITION} WHERE {_PERIOD} AND number = ?",
        (commune, report, from_day.isoformat(), until_day.isoformat(), number),
    )
    return _edition(row) if row else None


def newest(tx: Tx, commune: int, report: str) -> Edition | None:
    """The edition that was stored last, of whatever period."""
    row = tx.one(
        f"{_EDITION} WHERE commune = ? AND report = ? ORDER BY edition DESC LIMIT 1", (commune, report)
    )
    return _edition(row) if row else None


def worked_on(tx: Tx, commune: int, report: str, limit: int) -> list[WorkedOn]:
    """The periods whose reports were asked for or made last, the latest first, each once."""
    asked = tx.all(
        "SELECT from_day, until_day, label, at FROM request WHERE commune = ? AND report = ?"
        " ORDER BY at DESC LIMIT ?",
        (commune, report, limit),
    )
    made = tx.all(
        "SELECT from_day, until_day, label, at FROM edition WHERE commune = ? AND report = ?"
        " ORDER BY edition DESC LIMIT ?",
        (commune, report, limit),
    )
    found: dict[tuple[str, str], WorkedOn] = {}
    for first, last, label, at in sorted([*asked, *made], key=lambda row: row[3], reverse=True):
        days = (date.fromisoformat(first), date.fromisoformat(last))
        found.setdefault((first, last), WorkedOn(*days, label, from_text(at)))
    return list(found.values())


def _request(row: tuple[Any, ...]) -> Request:
    request, report, first, last, label, person, bot, address, at, fresh = row
    days = (date.fromisoformat(first), date.fromisoformat(last))
    return Request(request, report, *days, label, person, bot, address, from_text(at), bool(fresh))


def _edition(row: tuple[Any, ...]) -> Edition:
    edition, report, first, last, label, number, fingerprint, figures, cover, path, sha256, *rest = row
    at, base, person = rest
    days = (date.fromisoformat(first), date.fromisoformat(last))
    return Edition(
        *(edition, report, *days, label, number, fingerprint, figures),
        *(cover, path, sha256, from_text(at), base, person),
    )
