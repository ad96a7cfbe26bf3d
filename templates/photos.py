"""The photos of a report's annex: which records have some, what they show, and which are taken. Pure."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from templates import style, telling
from templates.amounts import fits, number_of
from templates.figures import PICTURE, Pictured
from templates.reported import CUMULATIVE, FigureRow
from templates.telling import Labels

MOST = 12  # what the program takes by itself: two pages
LIMIT = 300  # what may be chosen: beyond it the pictures would have to be too small
_A_ROW = 2
_LONGEST = 120  # characters of what a caption says: two lines under a picture


@dataclass(frozen=True, slots=True)
class File:
    """A picture that was kept: ``number`` is the attachment's, ``path`` within the data folder."""

    number: int
    record: int
    path: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that may stand in the annex. ``what`` it shows, ``where``: the unit that reported it.

    ``part`` is which of how many pictures of its record it is; ``weight`` is 1 for the largest of its kind.
    """

    number: int
    record: int
    path: str
    hamlet: str | None
    day: date
    what: str
    where: str
    kind: str
    weight: float = 0.0
    part: tuple[int, int] = (1, 1)

    @property
    def mark(self) -> str:
        """What stands in the picture's place until the document is rendered."""
        return f"{PICTURE}{self.number}{PICTURE}"


@dataclass(frozen=True, slots=True)
class Album:
    """The photos of one report: those that its annex shows, of how many that it might show.

    ``by_hand``: the committee chose. ``lost`` of its choice are no longer there; ``unreadable`` could not be
    opened; ``failed``: none could be made ready this time; ``no_place``: the document has no place for any.
    """

    shown: Sequence[Photo] = ()
    candidates: int = 0
    by_hand: bool = False
    lost: int = 0
    unreadable: Sequence[Photo] = ()
    failed: bool = False
    no_place: bool = False

    @property
    def numbers(self) -> tuple[int, ...]:
        return tuple(photo.number for photo in self.shown)

    def without(self, unreadable: Collection[int]) -> Album:
        """The album in which those numbers could not be opened."""
        left = [photo for photo in self.shown if photo.number not in unreadable]
        return replace(self, shown=left, unreadable=[p for p in self.shown if p.number in unreadable])


NO_PHOTOS = Album()


def album(photos: Sequence[Photo], chosen: Sequence[int] | None) -> Album:
    """What is shown of the candidates: those ``chosen`` by the committee, by number; None: by the program.

    Of a choice, what is no longer among the candidates (of a withdrawn record, or removed) is left out.
    """
    if chosen is None:
        return Album(automatic(photos), len(photos))
    wanted = set(chosen)
    shown = [photo for photo in photos if photo.number in wanted]
    return Album(shown[:LIMIT], len(photos), by_hand=True, lost=len(wanted) - len(shown))


def candidates(
    definitions: Sequence[Pictured], rows: Iterable[FigureRow], files: Iterable[File], known: Labels
) -> list[Photo]:
    """The pictures of those records whose form has a photo definition, in the order of days and records.

    A picture that was sent twice for a record is one. A month's totals are no event.
    """
    of_record: dict[int, dict[str, File]] = {}
    for file in files:
        of_record.setdefault(file.record, {}).setdefault(file.path, file)
    found = []
    for row in sorted(rows, key=lambda row: (row.day, row.record)):
        pictures = list(of_record.get(row.record, {}).values())
        if pictures and CUMULATIVE not in row.answers and (said := _said(definitions, row, known)):
            definition, what = said
            found += _of_record(row, pictures, definition, what, known)
    return _weighed(found)


def _said(definitions: Sequence[Pictured], row: FigureRow, known: Labels) -> tuple[Pictured, str] | None:
    """The definition for the record, and what its pictures show in words."""
    for definition in definitions:
        if definition.form == row.form and fits(row, definition.where):
            sentences = (telling.sentence(row, text, known) for text in definition.text)
            if what := next(filter(None, sentences), ""):
                return definition, textwrap.shorten(what, _LONGEST, placeholder="…")
    return None


def _of_record(
    row: FigureRow, pictures: Sequence[File], definition: Pictured, what: str, known: Labels
) -> list[Photo]:
    kind = f"{row.form}.{row.answers.get(definition.kind) if definition.kind else ''}"
    size = number_of(row.answers.get(definition.largest)) if definition.largest else None
    where = known.units.get(row.hamlet, "")
    return [
        Photo(
            *(file.number, row.record, file.path, row.hamlet, row.day, what, where, kind),
            float(size.value) if size else 0.0,
            (part, len(pictures)),
        )
        for part, file in enumerate(pictures, 1)
    ]


def _weighed(photos: Sequence[Photo]) -> list[Photo]:
    """Persons and đồng do not compare: a weight is a share of the largest of its kind."""
    largest: dict[str, float] = {}
    for photo in photos:
        largest[photo.kind] = max(photo.weight, largest.get(photo.kind, 0.0))
    return [replace(photo, weight=photo.weight / (largest[photo.kind] or 1.0)) for photo in photos]


def automatic(photos: Sequence[Photo], most: int = MOST) -> list[Photo]:
    """The program's own choice: at most so many, in the order given, always the same of the same photos.

    One is taken after the other: a record's second picture only when every record has one; then of the
    hamlet, the kind and the month that were taken least (the three counts added); then the largest of its
    kind, the earlier day, the lower number. The same picture, sent for two records, is taken once.
    """
    left = list({photo.path: photo for photo in reversed(photos)}.values())
    taken: set[int] = set()
    shown: Counter[tuple[str, Any]] = Counter()

    def order(photo: Photo) -> tuple[Any, ...]:
        spread = sum(shown[one] for one in _spread(photo))
        return (shown["record", photo.record], spread, -photo.weight, photo.day, photo.number)

    while left and len(taken) < most:
        best = min(left, key=order)
        left.remove(best)
        taken.add(best.number)
        shown.update([("record", best.record), *_spread(best)])
    return [photo for photo in photos if photo.number in taken]


def _spread(photo: Photo) -> tuple[tuple[str, Any], ...]:
    month = (photo.day.year, photo.day.month)
    return ("hamlet", photo.hamlet), ("kind", photo.kind), ("month", month)


def rows(frame: Mapping[str, Sequence[str]], photos: Sequence[Photo]) -> list[list[dict[str, str]]]:
    """The annex's rows of two cells, each a picture (``hinh``) and its caption (``chu_thich``)."""
    cells = [
        {"hinh": photo.mark, "chu_thich": _caption(frame["photo"][0], number, photo)}
        for number, photo in enumerate(photos, 1)
    ]
    cells += [{"hinh": "", "chu_thich": ""}] * (-len(cells) % _A_ROW)
    return [cells[at : at + _A_ROW] for at in range(0, len(cells), _A_ROW)]


def _caption(form: str, number: int, photo: Photo) -> str:
    return form.format(so=number, viec=photo.what, noi=photo.where, ngay=style.short_day(photo.day))
