"""Makes the reports that were asked for: figures, a document from a child process, and its way to the people.

A request is open until one transaction has stored its edition and queued the messages: whatever dies before,
the next look makes the report again from what is known then.
"""

from __future__ import annotations

import asyncio
import pickle
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from jobs import differences, files, outgoing, reach, render, schedules
from jobs.attending import address_form, answer_open, asker, attend_requests
from jobs.complaints import log
from jobs.draft_desk import Found, Order, Ready, Tools
from jobs.drafting import Drafter, drafter
from jobs.photos import Darkroom, Developed
from storage import outbox, people, reports
from storage import schedules as schedule_rows
from storage.database import Database, Tx
from storage.errors import NumberTaken, StorageUnavailable
from storage.rows import Edition, Request, Schedule
from templates import documents, periods
from templates.commune import Commune
from templates.documents import Report
from templates.errors import TemplateError
from templates.forms import Catalog
from templates.periods import Period
from templates.wording import Wording

FOLDER = "documents"  # within the data folder
_TRIES = 3  # another process may take the edition's number meanwhile


@dataclass(frozen=True, slots=True)
class Made:
    """A draft: ``path`` within the data folder, ``name`` as people see it. Not ``new``: nothing changed."""

    edition: int
    number: int
    path: str
    name: str
    cover: str
    new: bool
    offers: Mapping[str, str] = field(default_factory=dict)  # what numbers in the cover mean
    edited: bool = False  # the file is the committee's, from Word


Settle = Callable[[Tx, Made], None]
"""What is stored together with the edition: messages, the end of the request."""


@dataclass(slots=True)
class Reports:
    """``data`` is the data folder, ``communes`` those served here by number, ``report`` the one document."""

    db: Database
    data: Path
    wording: Wording
    catalog: Catalog
    communes: Mapping[int, Commune]
    report: Report
    now: Callable[[], datetime]
    timeout: float = render.LIMIT  # seconds for the child
    _tools: tuple[Tools, bytes] | None = field(default=None, init=False, repr=False)

    @property
    def darkroom(self) -> Darkroom:
        """What the photos of its reports are looked at with."""
        return Darkroom(self.data, self.report, self.catalog, self.wording)

    async def run(self) -> None:
        """Makes what is asked for, until cancelled."""
        self.sweep()
        await attend_requests(self.db, self.make_open, self.wording)

    def sweep(self) -> None:
        """Removes what processes that were killed have left unfinished; none may be at work."""
        for left in (self.data / FOLDER).glob(".*"):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                with suppress(OSError):
                    left.unlink()

    async def make_open(self) -> int:
        """Answers each open request once, one after the other; how many there were."""
        return await answer_open(
            self.db, self.communes, lambda report: report == self.report.name, self._answer
        )

    async def fire(self, row: Schedule, now: datetime) -> None:
        """The tick's handler for the schedule "annual_report": asks for it in the committee's name."""
        deadlines = self.communes[row.commune].deadlines

        def write(tx: Tx) -> None:
            plan = schedules.yearly(deadlines).decide(now)
            if plan.moment is not None:
                period = self.year(row.commune, schedules.year_due(plan.moment.deadline, deadlines))
                days = (period.from_day, period.until_day)
                reports.request(tx, row.commune, self.report.name, *days, period.label, None, None, None, now)
            schedule_rows.advance(tx, row.commune, row.schedule, plan.due_at, now)

        await self.db.write(write)

    def year(self, commune: int, year: int) -> Period:
        """The days of a year's report."""
        deadlines = self.communes[commune].deadlines
        return periods.resolve(periods.PeriodSpec(year), deadlines.year_end, deadlines.month_end)

    async def make(
        self, commune: int, period: Period, settle: Settle | None = None, fresh: bool = False
    ) -> Made:
        """Makes the report, or finds that the last draft still says the same; ``settle`` commits with it.

        A draft that was edited in Word is never replaced unless ``fresh``: it is given again, with a cover
        that names the figures which have changed since.

        Raises RenderFailed, OSError, StorageUnavailable, and leaves nothing behind then.
        """
        for _ in range(_TRIES - 1):
            with suppress(NumberTaken):
                return await self._make(commune, period, settle, fresh)
        return await self._make(commune, period, settle, fresh)

    async def _make(self, commune: int, period: Period, settle: Settle | None, fresh: bool) -> Made:
        order = Order(self.db.path, self.data, commune, self.communes[commune], period, self.now())
        async with drafter(self.timeout) as draft:
            found = await draft.collect(await self._pickled_tools(), order)
            with self._folder() as into:
                return await self._drafted(_Work(draft, order, found, into), settle, fresh)

    async def _pickled_tools(self) -> bytes:
        """What every draft is made with: pickled once, since it stays the same."""
        if self._tools is None or self._tools[0].report is not self.report:
            tools = Tools(self.report, self.catalog, self.wording)
            self._tools = tools, await asyncio.to_thread(pickle.dumps, tools)
        return self._tools[1]

    async def _drafted(self, work: _Work, settle: Settle | None, fresh: bool) -> Made:
        draft, last, album = work.draft, work.found.last, work.found.album
        if last is not None and last.base is not None and not fresh:
            await draft.assemble(album)
            return await self._again(_edited(last, await draft.compare()), settle)
        ready = await draft.assemble(album) if work.found.known_good else None
        if ready is not None and (made := _unchanged(last, ready)) is not None:
            return await self._again(made, settle)
        developed = await self.darkroom.develop(album, work.folder) if album.shown else Developed(album)
        if ready is None or developed.album.numbers != album.numbers:
            ready = await draft.assemble(developed.album)
        if (made := _unchanged(last, ready)) is not None:
            return await self._again(made, settle)
        return await self._new_edition(work, ready, developed, settle)

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        """A folder for pictures and the document on their way; what is left of it after a crash is swept."""
        (self.data / FOLDER).mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self.data / FOLDER, prefix=".du-thao-") as folder:
            yield Path(folder)

    async def _again(self, made: Made, settle: Settle | None) -> Made:
        if settle is not None:
            await self.db.write(lambda tx: settle(tx, made))
        return made

    async def _new_edition(
        self, work: _Work, ready: Ready, developed: Developed, settle: Settle | None
    ) -> Made:
        order, period = work.order, work.order.period
        name = documents.file_name(period, ready.number)
        unfinished = work.folder / name
        written = await work.draft.write(unfinished, developed.pictures)
        final: Path | None = None

        def store(tx: Tx) -> Made:
            nonlocal final
            path = files.free(self.data / FOLDER / name)
            within = path.relative_to(self.data).as_posix()
            edition = reports.add_edition(
                tx,
                order.commune,
                self.report.name,
                period.from_day,
                period.until_day,
                period.label,
                ready.number,
                ready.fingerprint,
                written.figures,
                ready.cover,
                within,
                written.sha256,
                order.now,
            )
            made = Made(edition, ready.number, within, name, ready.cover, True, ready.offers)
            if settle is not None:
                settle(tx, made)
            # Last: a document has its name when its edition is as good as stored.
            unfinished.replace(path)
            final = path
            return made

        try:
            return await self.db.write(store)
        except Exception:
            _remove(final)
            raise

    async def _answer(self, commune: int, request: Request) -> None:
        period = Period(request.from_day, request.until_day, request.label)

        def settle(tx: Tx, made: Made) -> None:
            self._send(tx, commune, request, made)

        try:
            await self.make(commune, period, settle, request.fresh)
        except StorageUnavailable:
            raise  # no fault of the report: the request stays open
        except Exception as error:
            reason, detail = _cause(error)
            log.exception(self.wording.say("jobs.log.report", ky=request.label, ly_do=detail))
            await self.db.write(lambda tx: self._apologise(tx, commune, request, reason, detail))

    def _send(self, tx: Tx, commune: int, request: Request, made: Made) -> None:
        """Queues the cover message and then the file, and ends the request."""
        now = self.now()
        text = made.cover
        if not made.new and not made.edited:
            text = f"{self.wording.say('jobs.report.unchanged', lan=made.number)}\n{text}"
        for bot, address, _ in self._to(tx, commune, request):
            offer = {"options": dict(made.offers), "draft": None, "about": text} if made.offers else None
            outbox.put(tx, commune, bot, address, outgoing.DOCUMENT, outgoing.text(text), now, offer)
            file = outgoing.document(made.path, made.name)
            outbox.put(tx, commune, bot, address, outgoing.DOCUMENT, file, now)
        reports.finish(tx, commune, request.request, made.edition, now)

    def _apologise(self, tx: Tx, commune: int, request: Request, reason: str, detail: str) -> None:
        now = self.now()
        for bot, address, form in self._to(tx, commune, request):
            text = self.wording.say(f"jobs.report.{reason}", form, ky=request.label, ly_do=detail)
            outbox.put(tx, commune, bot, address, outgoing.ANSWER, outgoing.text(text), now)
        reports.fail_request(tx, commune, request.request, f"{reason}: {detail}", now)

    def _to(self, tx: Tx, commune: int, request: Request) -> list[tuple[str, str, str | None]]:
        """Who asked, or where nobody did the whole committee: (bot, address, form of address)."""
        purpose = self.wording.say("consent.purpose")
        if request.bot is not None and request.address is not None and request.person is not None:
            to = asker(tx, commune, request)
            return [(*to, address_form(tx, commune, request))] if to is not None else []
        members = people.members(tx, commune, purpose)
        found = reach.committee(tx, commune, members, purpose)
        return [(to.account.bot, to.account.address, to.person.address_form) for to in found]


@dataclass(frozen=True, slots=True)
class _Work:
    """One report that is being made, in a folder of its own."""

    draft: Drafter
    order: Order
    found: Found
    folder: Path


def _remove(file: Path | None) -> None:
    if file is not None:
        file.unlink(missing_ok=True)


def _edited(last: Edition, message: str) -> Made:
    """The committee's own file once more, with what has changed since."""
    offers = differences.afresh(last.label)
    name = documents.file_name(Period(last.from_day, last.until_day, last.label), last.number)
    return Made(last.edition, last.number, last.path, name, message, False, offers, edited=True)


def _unchanged(last: Edition | None, ready: Ready) -> Made | None:
    """The last draft, where a new one would say the same."""
    if last is None or last.fingerprint != ready.fingerprint:
        return None
    name = documents.file_name(Period(last.from_day, last.until_day, last.label), last.number)
    return Made(last.edition, last.number, last.path, name, ready.cover, False, ready.offers)


def _cause(error: Exception) -> tuple[str, str]:
    """What to tell the person (timeout, crash, template, disk), and the cause for the owner's log."""
    if isinstance(error, render.RenderFailed):
        return error.reason, ": ".join(filter(None, (error.key, error.detail)))
    if isinstance(error, TemplateError):
        return "template", str(error)
    if isinstance(error, OSError):
        return "disk", str(error)
    return "crash", f"{type(error).__name__}: {error}"
