"""Figures of years before the program, to compare with. The book is only added to: the last one holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage.database import Tx
from storage.encoding import from_json, to_json
from storage.moments import to_text
from storage.rows import Origin


def put(
    tx: Tx,
    commune: int,
    report: str,
    year: int,
    figure: str,
    value: Any,
    person: int,
    origin: Origin,
    now: datetime,
) -> int:
    """Writes down what a year's report said; ``value`` is as a form's answer. Its number in the book."""
    row = tx.one(
        "INSERT INTO previous_figure (commune, previous, report, year, figure, value, person, at, bot, chat,"
        " message) VALUES (?, (SELECT coalesce(max(previous), 0) + 1 FROM previous_figure WHERE commune = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING previous",
        (
            *(commune, commune, report, year, figure, to_json({"value": value}), person, to_text(now)),
            *(origin.bot, origin.chat, origin.message),
        ),
    )
    assert row is not None
    return int(row[0])


def of_year(tx: Tx, commune: int, report: str, year: int) -> dict[str, Any]:
    """By figure, what was written down last."""
    rows = tx.all(
        "SELECT figure, value FROM previous_figure WHERE commune = ? AND report = ? AND year = ?"
        " ORDER BY previous",
        (commune, report, year),
    )
    return {figure: from_json(value)["value"] for figure, value in rows}
