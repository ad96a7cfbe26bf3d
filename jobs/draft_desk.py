"""Making a draft, in the child process: what is known is read, the figures computed, the document written.

What is large stays here from one question to the next: records, figures, the document's words.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from jobs import differences, marks, photos, render
from jobs.assembly import Assembly, assemble
from jobs.collecting import Material, collect
from jobs.marks import Mark
from jobs.photos import Darkroom
from storage.database import look
from storage.encoding import JsonText, to_json
from storage.rows import Edition
from templates import kept
from templates.commune import HANOI, Commune
from templates.documents import Report
from templates.forms import Catalog
from templates.periods import Period
from templates.photos import Album
from templates.wording import Wording


@dataclass(frozen=True, slots=True)
class Tools:
    """What every draft is made with; it stays the same as long as the program runs."""

    report: Report
    catalog: Catalog
    wording: Wording


@dataclass(frozen=True, slots=True)
class Order:
    """A draft that is wanted: whose, of which days, from which database; ``data`` is the data folder."""

    database: Path
    data: Path
    commune: int
    settings: Commune
    period: Period
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What there is before anything is computed: the last draft of these days (without its figures, and only
    if its file is there), the photos that the annex may show, whether that draft shows exactly these."""

    last: Edition | None
    album: Album
    known_good: bool


@dataclass(frozen=True, slots=True)
class Ready:
    """A draft that can be written, as `jobs.assembly.Assembly` without what only its writer needs."""

    number: int
    fingerprint: str
    cover: str
    offers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What came of the document: as `jobs.render.done`, with the file's digest, and the figures as an edition
    keeps them."""

    said: Mapping[str, Any]
    sha256: str = ""
    figures: JsonText = JsonText("{}")  # noqa: RUF009


class Desk:
    """One draft, from the records to the document, in three questions or four."""

    _tools: Tools
    _order: Order
    _material: Material
    _album: Album
    _ready: Assembly

    def collect(self, tools: bytes, order: Order) -> Found:
        """Reads all that is known, in one transaction. ``tools`` are pickled `Tools`."""
        self._tools, self._order = pickle.loads(tools), order
        report = self._tools.report
        lasting = report.definitions.lasting_forms
        asked = (order.commune, order.settings, report.name, order.period, lasting)
        material = look(order.database, lambda tx: collect(tx, *asked))
        if material.last is not None and not (order.data / material.last.path).is_file():
            material = replace(material, last=None)  # its file is gone: what follows is a new draft
        self._material = material
        album = Darkroom(order.data, report, self._tools.catalog, self._tools.wording).album(
            material, order.settings
        )
        last = material.last
        without = None if last is None else replace(last, kept=JsonText("{}"))
        return Found(without, album, photos.known_good(album, last))

    def assemble(self, album: Album) -> Ready:
        """Computes the draft, with the photos that it is going to show."""
        tools, order = self._tools, self._order
        today = order.now.astimezone(HANOI).date()
        given = (tools.report, tools.catalog, tools.wording, order.settings, order.period)
        ready = assemble(*given, self._material, today, album)
        self._album, self._ready = album, ready
        return Ready(ready.number, ready.fingerprint, ready.cover, ready.offers)

    def compare(self) -> str:
        """What is said with a last draft that was edited in Word: the figures that have changed since."""
        last, report = self._material.last, self._tools.report
        assert last is not None
        changed = differences.printed(report, self._ready.changed)
        return differences.message(
            self._tools.wording, report, last, self._material.editor, changed, self._ready.context
        )

    def write(self, output: Path, pictures: Mapping[str, Mapping[str, Any]]) -> Written:
        """Writes the document, in a folder of its own that whoever asked cleans up."""
        try:
            return self._written(output, pictures)
        except OSError as error:
            return Written({"ok": False, "reason": "disk", "detail": str(error)})

    def _written(self, output: Path, pictures: Mapping[str, Mapping[str, Any]]) -> Written:
        period, ready, report = self._order.period, self._ready, self._tools.report
        # The document says which draft it is: the committee may send it back from Word.
        days = (period.from_day, period.until_day)
        mark = Mark(self._order.settings.code, report.name, *days, ready.number)
        template = marks.put(report.template, output.with_name("mau.docx"), mark)
        job = render.Job(template, ready.context, output, pictures)
        said = render.done(render.question(job))
        if not said["ok"]:
            return Written(said)
        figures = to_json(kept.dump(ready.computed) | photos.kept(self._album) | {"lists": ready.lists})
        return Written(said, hashlib.sha256(output.read_bytes()).hexdigest(), figures)
