"""Backlog workbooks: makes those that were asked for, reads those that come back, returns the faulty marked.

Whose answer it is to say what a book holds is intake's: the job keeps what it read beside the file.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from jobs import book_child, files, outgoing
from jobs.attending import address_form, answer_open, attend_requests, reply
from jobs.book_plan import Books, file_part
from jobs.complaints import log
from jobs.render import RenderFailed
from storage import attachments, communes, reports, workbooks
from storage.database import Database, Tx
from storage.errors import StorageUnavailable
from storage.rows import Attachment, Request
from templates import style
from templates.commune import HANOI, Commune
from templates.figures import Definitions
from templates.forms import Catalog
from templates.wording import Wording

FOLDER = "documents"  # within the data folder
ASKED, MARKED = "nhap_bu", "nhap_bu_tra"  # what a request asks for, before ":"; behind it which, and for whom
OWN, ALL = "xa", "tatca"
READ = ".json"  # what was read of a workbook lies beside it under this ending


@dataclass(slots=True)
class Backlog:
    """``data`` is the data folder; ``sections`` lists the report's sections as (code, title), ``compared``
    the figures whose values of last year are asked for, with the section of each ("II.5.1")."""

    db: Database
    data: Path
    wording: Wording
    catalog: Catalog
    definitions: Definitions
    communes: Mapping[int, Commune]
    sections: Callable[[date], list[tuple[str, str]]]
    compared: Callable[[date], Mapping[str, str]]
    now: Callable[[], datetime]

    async def run(self) -> None:
        """Makes and returns what is asked for, until cancelled."""
        await attend_requests(self.db, self.make_open, self.wording)

    async def make_open(self) -> int:
        """Answers each open request once; how many there were."""
        return await answer_open(
            self.db,
            self.communes,
            lambda report: report.startswith((f"{ASKED}:", f"{MARKED}:")),
            self._answer,
        )

    async def _answer(self, commune: int, request: Request) -> None:
        kind, _, subject = request.report.partition(":")
        try:
            if kind == ASKED:
                made = await self.make(commune, subject.partition(":")[0])
            else:
                made = [await self._marked(commune, int(subject))]
            await self.db.write(lambda tx: self._send(tx, commune, request, made, kind))
        except StorageUnavailable:
            raise  # no fault of the book: the request stays open
        except Exception as error:
            log.exception(self.wording.say("jobs.log.report", ky=request.label, ly_do=str(error)))
            reason = f"{type(error).__name__}: {error}"
            await self.db.write(lambda tx: self._apologise(tx, commune, request, reason))

    async def make(self, commune: int, which: str) -> list[tuple[Path, str]]:
        """The books of a hamlet (its code), of the commune itself or of all hamlets: (file, whose).

        Raises RenderFailed, OSError, KeyError for a hamlet that does not exist.
        """
        settings, today = self.communes[commune], self.now().astimezone(HANOI).date()
        here = await self.db.read(lambda tx: communes.hamlets(tx, commune, today))
        names = {h.hamlet: h.name for h in here}
        lists = {"ap": list(names.items()), "muc": self.sections(today)}
        books = Books(self.catalog, self.definitions, self.wording, settings, lists)
        wanted: list[str | None] = list(names) if which == ALL else [None if which == OWN else which]
        made = []
        for hamlet in wanted:
            unit = settings.title if hamlet is None else names[hamlet]
            compared = self.compared(today) if hamlet is None else {}  # last year is the commune's own
            plan = books.plan(hamlet, unit, today, compared)
            path = self.data / FOLDER / f"nhap-bu-{file_part(unit)}.xlsx"
            made.append((await self._written(plan, path), unit))
        return made

    async def _written(self, plan: Mapping[str, object], path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{uuid4().hex[:8]}-{path.name}")
        try:
            await book_child.make(plan, unfinished)
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        return path

    async def _marked(self, commune: int, number: int) -> tuple[Path, str]:
        """The workbook that came, with its faulty cells marked."""
        book = await self.db.read(lambda tx: workbooks.get(tx, commune, number))
        kept = await self.db.read(lambda tx: attachments.get(tx, commune, book.attachment))
        original = (self.data / str(kept.path)).with_suffix(".xlsx")
        name = Path(kept.name or f"nhap-bu-{number}.xlsx").with_suffix(".xlsx").name
        path = self.data / FOLDER / f"sua-{number}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        await book_child.mark(original, book.body["faults"], path)
        return path, name

    def _send(self, tx: Tx, commune: int, request: Request, made: list[tuple[Path, str]], kind: str) -> None:
        """Queues the files and ends the request."""
        now, xung = self.now(), address_form(tx, commune, request)
        word = self.communes[commune].hamlet_word
        for path, named in made:
            within = path.relative_to(self.data).as_posix()
            if kind == ASKED:
                unit = style.within_sentence(named, word)
                body = outgoing.document(
                    within, path.name, self.wording.say("backlog.caption", xung, unit=unit)
                )
            else:
                body = outgoing.document(within, named, self.wording.say("backlog.taken.marked", xung))
            reply(tx, commune, request, outgoing.DOCUMENT, body, now)
        reports.finish(tx, commune, request.request, None, now)

    def _apologise(self, tx: Tx, commune: int, request: Request, reason: str) -> None:
        now, phone = self.now(), self.communes[commune].phone
        words = self.wording.say("backlog.failed", address_form(tx, commune, request), phone=phone)
        reply(tx, commune, request, outgoing.ANSWER, outgoing.text(words), now)
        reports.fail_request(tx, commune, request.request, reason, now)


@dataclass(frozen=True, slots=True)
class Reader:
    """Keeps a workbook that came back, and what it says beside it."""

    db: Database
    data: Path
    commune: int
    code: str

    async def keep(self, attachment: Attachment, data: bytes) -> None:
        """Reads it in a child process and raises the signal "sheet"; raises book_child.Refused, OSError."""
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        kept = f"attachments/{self.code}/{sha256[:2]}/{sha256}"
        original, said = self.data / f"{kept}.xlsx", self.data / f"{kept}{READ}"
        await asyncio.to_thread(files.keep, data, original)
        try:
            found = await book_child.read(original)
        except (book_child.Refused, RenderFailed) as error:
            original.unlink(missing_ok=True)
            if isinstance(error, RenderFailed):
                raise book_child.Refused("slow" if error.reason == "timeout" else "broken", {}) from error
            raise
        await asyncio.to_thread(lambda: files.keep(json.dumps(found, ensure_ascii=False).encode(), said))

        def write(tx: Tx) -> None:
            attachments.kept(tx, self.commune, attachment.attachment, f"{kept}{READ}", sha256)
            tx.signal("sheet")

        await self.db.write(write)
