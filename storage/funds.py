"""The records behind the fund book, and the numbers of receipts, which are counted anew each year."""

from __future__ import annotations

from collections.abc import Sequence

from storage.database import Tx
from storage.records import _IN_FORCE, _record, get
from storage.rows import Record


def of_forms(tx: Tx, commune: int, forms: Sequence[str]) -> list[Record]:
    """All valid records of these forms, of any day, the commune's own and the hamlets'."""
    rows = tx.all(
        f"{_IN_FORCE} WHERE r.commune = ? AND r.form IN ({_marks(forms)}) AND r.state = 'valid'"
        " ORDER BY r.record",
        (commune, *forms),
    )
    return [_record(row) for row in rows]


def of_unit(tx: Tx, commune: int, hamlet: str | None, forms: Sequence[str]) -> list[Record]:
    """A hamlet's valid records of these forms, of any day; ``hamlet`` None: the commune's own."""
    rows = tx.all(
        f"{_IN_FORCE} WHERE r.commune = ? AND r.hamlet IS ? AND r.form IN ({_marks(forms)})"
        " AND r.state = 'valid' ORDER BY r.day, r.record",
        (commune, hamlet, *forms),
    )
    return [_record(row) for row in rows]


def _marks(forms: Sequence[str]) -> str:
    return ", ".join("?" * len(forms))


# A record's number among those of its form and year is fixed when it is confirmed: by the day that it first
# had, withdrawn ones counted too. No correction moves it, and none is given twice.
_NUMBERED = (
    " FROM record r JOIN revision v ON v.commune = r.commune AND v.record = r.record AND v.revision = 1"
    " WHERE r.commune = ? AND r.form = ? AND v.day BETWEEN ? AND ?"
)


def number_of(tx: Tx, commune: int, record: int) -> tuple[int, int] | None:
    """A record's number among those of its form in its year, as (number, year)."""
    row = tx.one(
        "SELECT r.form, v.day FROM record r JOIN revision v ON v.commune = r.commune AND v.record = r.record"
        " AND v.revision = 1 WHERE r.commune = ? AND r.record = ?",
        (commune, record),
    )
    if row is None:
        return None
    year = int(row[1][:4])
    counted = tx.one(f"SELECT count(*){_NUMBERED} AND r.record <= ?", (commune, row[0], *_days(year), record))
    assert counted is not None
    return int(counted[0]), year


def numbered(tx: Tx, commune: int, form: str, number: int, year: int) -> Record | None:
    """The record that has this number in this year, in whatever state it is."""
    row = tx.one(
        f"SELECT r.record{_NUMBERED} ORDER BY r.record LIMIT 1 OFFSET ?",
        (commune, form, *_days(year), number - 1),
    )
    return get(tx, commune, row[0]) if row and number > 0 else None


def _days(year: int) -> tuple[str, str]:
    return f"{year:04d}-01-01", f"{year:04d}-12-31"
