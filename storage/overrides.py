"""Figures that the committee has set itself. The book is only added to: the last for a figure holds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from storage.database import Tx
from storage.encoding import from_json, nfc, to_json
from storage.moments import from_text, to_text
from storage.rows import Origin, Override


def put(
    tx: Tx,
    commune: int,
    report: str,
    from_day: date,
    until_day: date,
    figure: str,
    value: Any,
    source: str,
    reason: str,
    person: int,
    origin: Origin,
    now: datetime,
) -> int:
    """Writes down a figure of a report on exactly these days; its number in the book.

    ``value`` is as a form's answer; None withdraws what was set before.
    """
    row = tx.one(
        "INSERT INTO override (commune, override, report, from_day, until_day, figure, value, source, reason,"
        " person, at, bot, chat, message) VALUES (?,"
        " (SELECT coalesce(max(override), 0) + 1 FROM override WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING override",
        (
            *(commune, commune, report, from_day.isoformat(), until_day.isoformat(), figure),
            *(None if value is None else to_json({"value": value}), source, nfc(reason)),
            *(person, to_text(now)),
            *(origin.bot, origin.chat, origin.message),
        ),
    )
    assert row is not None
    return int(row[0])


def of_period(tx: Tx, commune: int, report: str, from_day: date, until_day: date) -> list[Override]:
    """All that was ever set or withdrawn for a report on exactly these days, in order."""
    rows = tx.all(
        "SELECT override, figure, value, source, reason, person, at FROM override WHERE commune = ?"
        " AND report = ? AND from_day = ? AND until_day = ? ORDER BY override",
        (commune, report, from_day.isoformat(), until_day.isoformat()),
    )
    return [_override(row) for row in rows]


def in_force(tx: Tx, commune: int, report: str, from_day: date, until_day: date) -> dict[str, list[Override]]:
    """By figure, what was set since it was last withdrawn: the last entry holds, those before it stay in the
    book."""
    found: dict[str, list[Override]] = {}
    for one in of_period(tx, commune, report, from_day, until_day):
        if one.value is None:
            found.pop(one.figure, None)
        else:
            found.setdefault(one.figure, []).append(one)
    return found


def periods(tx: Tx, commune: int, report: str, first: date, last: date) -> list[tuple[date, date]]:
    """The days of the reports that something was ever set for, which begin between ``first`` and ``last``."""
    rows = tx.all(
        "SELECT DISTINCT from_day, until_day FROM override WHERE commune = ? AND report = ?"
        " AND from_day BETWEEN ? AND ? ORDER BY from_day, until_day",
        (commune, report, first.isoformat(), last.isoformat()),
    )
    return [(date.fromisoformat(begins), date.fromisoformat(ends)) for begins, ends in rows]


def _override(row: tuple[Any, ...]) -> Override:
    override, figure, value, source, reason, person, at = row
    said = None if value is None else from_json(value)["value"]
    return Override(override, figure, said, source, reason, person, from_text(at))
