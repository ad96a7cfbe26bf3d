"""Which photos the committee wants in a report. The book of choices is only added to: the last one holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from storage.database import Tx
from storage.encoding import from_json, to_json
from storage.moments import from_text, to_text
from storage.rows import Origin, PhotoChoice


def choose(
    tx: Tx,
    commune: int,
    report: str,
    from_day: date,
    until_day: date,
    photos: Sequence[int] | None,
    person: int,
    origin: Origin,
    now: datetime,
) -> int:
    """Writes down the photos for a report on exactly these days, by attachment; the choice's number.

    None leaves them to the program again; an empty choice is a report without photos.
    """
    row = tx.one(
        "INSERT INTO photo_choice (commune, choice, report, from_day, until_day, photos, person, at, bot,"
        " chat, message) VALUES (?,"
        " (SELECT coalesce(max(choice), 0) + 1 FROM photo_choice WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING choice",
        (
            *(commune, commune, report, from_day.isoformat(), until_day.isoformat()),
            *(None if photos is None else to_json({"attachments": list(photos)}), person, to_text(now)),
            *(origin.bot, origin.chat, origin.message),
        ),
    )
    assert row is not None
    return int(row[0])


def chosen(tx: Tx, commune: int, report: str, from_day: date, until_day: date) -> PhotoChoice | None:
    """The last choice for a report on exactly these days; None where there never was one."""
    row = tx.one(
        "SELECT choice, photos, person, at FROM photo_choice WHERE commune = ? AND report = ?"
        " AND from_day = ? AND until_day = ? ORDER BY choice DESC LIMIT 1",
        (commune, report, from_day.isoformat(), until_day.isoformat()),
    )
    if row is None:
        return None
    choice, photos, person, at = row
    numbers = None if photos is None else tuple(from_json(photos)["attachments"])
    return PhotoChoice(choice, numbers, person, from_text(at))
