"""The photos of a report: those that its annex may show, and those that it shows, made ready for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jobs import assembly, collecting, pictures
from jobs.collecting import Material
from jobs.complaints import log
from jobs.render import RenderFailed
from storage import records
from storage.database import Tx
from storage.rows import Edition
from templates import documents, photos
from templates.commune import Commune
from templates.documents import Report
from templates.forms import Catalog
from templates.periods import Period
from templates.photos import Album, File, Photo
from templates.reported import FigureRow, Place
from templates.wording import Wording

_KEPT = "photos"  # beside an edition's figures: the numbers of the photos in its annex


@dataclass(frozen=True, slots=True)
class Darkroom:
    """What photos are looked at with. ``data`` is the data folder."""

    data: Path
    report: Report
    catalog: Catalog
    wording: Wording

    def candidates(self, commune: int, settings: Commune, tx: Tx, period: Period) -> list[Photo]:
        """The photos that a period's report may show, in the order of its days."""
        files = collecting.files(tx, commune, period)
        if not files:
            return []
        pictured = {file.record for file in files}
        found = records.in_period(tx, commune, period.from_day, period.until_day)
        rows = collecting.rows(tx, commune, [one for one in found if one.record in pictured])
        return self._photos(settings, rows, files, collecting.places(tx, commune, period))

    def album(self, material: Material, settings: Commune) -> Album:
        """The photos that the report is going to show, not looked at yet."""
        found = self._photos(settings, material.rows, material.files, material.places)
        album = photos.album(found, material.chosen)
        if album.shown and documents.own_without_photos(self.report) is not None:
            return replace(album, shown=(), no_place=True)
        return album

    def _photos(
        self, settings: Commune, rows: Sequence[FigureRow], files: Sequence[File], places: Sequence[Place]
    ) -> list[Photo]:
        if not files:
            return []
        known = assembly.labels(self.catalog, self.wording, settings, places)
        return photos.candidates(self.report.definitions.photo, rows, files, known)

    async def develop(self, album: Album, into: Path) -> Developed:
        """The album without what cannot be opened; the rest as small pictures in the folder.

        Where that does not come to an end, the report comes without photos, and says so.
        """
        paths = {str(photo.number): self.data / photo.path for photo in album.shown}
        try:
            made = await pictures.shrink(paths, into)
        except RenderFailed as error:
            if error.reason == "disk":
                raise
            log.exception(self.wording.say("jobs.log.photos", ly_do=error))
            return Developed(replace(album, shown=(), failed=True))
        words = {str(photo.number): {"words": photo.what} for photo in album.shown}
        ready = {key: {**picture, **words[key]} for key, picture in made.ready.items()}
        return Developed(album.without({int(key) for key in made.unreadable}), ready)


@dataclass(frozen=True, slots=True)
class Developed:
    """``pictures`` are as the rendering child takes them, by number."""

    album: Album
    pictures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


def kept(album: Album) -> dict[str, Any]:
    """What an edition remembers of its photos."""
    return {_KEPT: list(album.numbers)}


def known_good(album: Album, last: Edition | None) -> bool:
    """Whether the last edition shows exactly these: then all of them could be opened."""
    return last is not None and last.figures.get(_KEPT, []) == list(album.numbers)
