"""Boards: which changes that were reported the list of members does not show yet. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from templates.fund_names import plain
from templates.reported import FigureRow

CHANGE = "bien_dong"  # the form in which a change is reported
_CALLED = frozenset({"anh", "ba", "bac", "chi", "chu", "co", "cau", "di", "duong", "em", "ong", "thay"})
_KIND, _POST, _NAME, _JOINS = "loai", "chuc_vu", "ten", "them"


class Listed(NamedTuple):
    """A seat as the settings list it; ``hamlet`` None: on the commune's committee."""

    hamlet: str | None
    post: str
    name: str


def unlisted(rows: Iterable[FigureRow], seats: Sequence[Listed]) -> dict[str | None, int]:
    """How many changes each board's list does not show yet; None: the commune's own.

    Of a person in a post the last change counts. A board that is not listed at all has nothing to correct.
    A list says "Nguyễn Thị Hoa" where somebody typed "chị Hoa": the names' last words are compared.
    """
    last: dict[tuple[str | None, str, str], FigureRow] = {}
    for row in sorted((row for row in rows if row.form == CHANGE), key=lambda row: (row.day, row.record)):
        last[row.hamlet, str(row.answers.get(_POST)), plain(str(row.answers.get(_NAME)))] = row
    boards = {seat.hamlet for seat in seats}
    found = Counter(
        hamlet
        for (hamlet, post, name), row in last.items()
        if hamlet in boards
        and (row.answers.get(_KIND) == _JOINS) != any(_sits(seat, hamlet, post, name) for seat in seats)
    )
    return dict(found)


def _sits(seat: Listed, hamlet: str | None, post: str, name: str) -> bool:
    """A member of the commune's committee may be reported by a hamlet."""
    if seat.post != post or seat.hamlet not in (hamlet, None):
        return False
    listed, said = plain(seat.name).split(), name.split()
    if len(said) > 1 and said[0] in _CALLED:
        said = said[1:]
    most = min(len(listed), len(said))
    return most > 0 and listed[-most:] == said[-most:]
