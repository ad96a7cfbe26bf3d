"""The composition root: the only module that knows every room, and puts them together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from bot import commands, worlds
from bot.config import Settings, SettingsError
from bot.context import FigureLine, House
from bot.dialogue import show
from bot.dropped import Dropped
from bot.handover import Handover
from bot.held import SCHEME, Held
from bot.intake import Desk
from bot.messages import Channel, FileGone, FileTooLarge, Shelf
from bot.meter import Meter
from bot.sender import Sender
from jobs import attachments as attachment_jobs
from jobs import backups, comments, reminders, schedules
from jobs.backlog import Backlog
from jobs.receipts import Receipts
from jobs.reports import Reports
from jobs.tick import Ticker
from storage import attachments, communes, reports
from storage.database import Database, Tx
from storage.rows import Hamlet, Member
from templates import counting, documents, figures, forms, periods, wording
from templates.commune import HANOI, Commune, Seat
from templates.errors import TemplateError

if TYPE_CHECKING:  # loaded only where there is something to serve
    from starlette.routing import BaseRoute

    from bot.web.shelf import Pages

log = logging.getLogger(__name__)
Now = Callable[[], datetime]


class AlreadyRunning(Exception):
    """Another process serves this data folder."""


@dataclass(slots=True)
class App:
    """The house with its doors still shut: `serve` opens them."""

    settings: Settings
    now: Now
    db: Database
    house: House
    desk: Desk
    reminders: reminders.Reminders
    reports: Reports
    ticker: Ticker
    backlog: Backlog
    pages: Pages | None = None
    _sender: Sender | None = None

    async def serve(
        self,
        channels: Sequence[Channel],
        until: Channel | None = None,
        jobs: bool = True,
        public: bool = False,
        routes: Sequence[BaseRoute] = (),
        only: str | None = None,
    ) -> None:
        """Receives, sends and works until cancelled; with ``until``, as long as that channel receives.

        ``public``: the program's own pages too, where it has some, and ``routes`` that a channel brings
        along. ``only``: the one address whose messages leave. Raises SettingsError where another program has
        the port.
        """
        self._sender = Sender(
            *(self.db, channels, self.now, reports.open_requests),
            wording=self.house.wording,
            meters=meters(self.house, channels),
            only=only,
        )
        site = self._site(routes) if public and (self.pages or routes) else None
        async with asyncio.TaskGroup() as group:
            work = [group.create_task(self._sender.run())]
            if site is not None:
                work.append(group.create_task(site))
            if jobs:
                work += self._jobs(group, channels)
            work += [
                group.create_task(channel.run(self.desk)) for channel in channels if channel is not until
            ]
            if until is None:
                return
            await until.run(self.desk)
            for task in work:
                task.cancel()

    async def quiet(self, bot: str, address: str) -> None:
        """Returns once the account's reports are made, its files read and its answers out."""
        while True:
            seen = self.db.signals("outbox")
            waiting = await self.db.read(reports.open_requests)
            unread = await self.db.read(lambda tx: attachments.unread(tx, bot, address))
            if not unread and not any((r.bot, r.address) == (bot, address) for _, r in waiting):
                break
            await self.db.wait("outbox", seen, 0.1 if unread else 1.0)
        if self._sender is not None:
            await self._sender.quiet(bot)

    def _jobs(self, group: asyncio.TaskGroup, channels: Sequence[Channel]) -> list[asyncio.Task[None]]:
        photos = attachment_jobs.Attachments(
            self.db,
            self.settings.data,
            self.house.wording,
            {self.house.number: self.house.commune},
            fetcher(channels, self.held),
            self.now,
        )
        served = {self.house.number: self.house.commune}
        receipts = Receipts(
            self.db, self.settings.data, self.house.wording, self.house.catalog, served, self.now
        )
        return [
            group.create_task(self._tick()),
            group.create_task(self.reports.run()),
            group.create_task(receipts.run()),
            group.create_task(photos.run()),
            group.create_task(self.backlog.run()),
            group.create_task(self.handover().run()),
            group.create_task(self.dropped().run()),
        ]

    @property
    def held(self) -> Held:
        """The files that people left with the program itself."""
        return Held(self.settings.data)

    def dropped(self) -> Dropped:
        """The way of files that were left in a folder of this computer."""
        return Dropped(self.db, self.held, self.desk, self.settings.data, self.house, self.now)

    def shelf(self) -> Shelf:
        """Where documents go for people whose channel carries none."""
        from bot.web import shelf

        mail_to = self.settings.mail.den if self.settings.mail else ()
        here = (self.house.wording, self.house.commune, self.house.folder)
        return shelf.Shelf(self.db, self.settings.data, *here, self.now, self.pages, mail_to)

    def _site(self, routes: Sequence[BaseRoute]) -> Coroutine[Any, Any, None]:
        """The program's pages, to be awaited; the port is taken already. Raises SettingsError."""
        from bot.web import server, signing
        from bot.web.site import Site

        say, told = self.house.wording.say, self.settings.web
        try:
            if self.pages is not None:
                self.pages.links.seal.prepare()
            listening = server.listen(told.nghe, told.cong)
        except server.PortTaken:
            raise SettingsError(say("web.log.port_taken", nghe=told.nghe, cong=told.cong)) from None
        except server.NoSuchHost as error:
            raise SettingsError(say("web.log.no_host", nghe=told.nghe, ly_do=error)) from None
        except signing.KeyExposed as error:
            raise SettingsError(say("web.log.key", tep=error.file)) from None
        log.info(say("web.log.serving", dia_chi=told.dia_chi, nghe=told.nghe, cong=told.cong))
        here = (self.db, self.settings.data, self.house.wording, self.house.commune, self.desk, self.now)
        return server.serve(Site(*here, self.pages, routes).app, listening)

    def handover(self) -> Handover:
        """The way of spreadsheets from the jobs that read them to intake."""
        definitions = self.backlog.definitions
        return Handover(self.db, self.desk, self.settings.data, self.now, self.house, definitions)

    async def _tick(self) -> None:
        self.ticker.start()
        try:
            await asyncio.Event().wait()
        finally:
            await self.ticker.stop()


def meters(here: House, channels: Sequence[Channel]) -> dict[str, Meter]:
    """For each bot that may send so many messages a month, who counts them."""
    granted = {channel.bot: channel.limits.monthly for channel in channels}
    return {bot: Meter(here, bot, monthly) for bot, monthly in granted.items() if monthly is not None}


def fetcher(channels: Sequence[Channel], held: Held) -> attachment_jobs.Fetch:
    """The jobs' one way to files: from the channel that holds them, or from those left with the program."""
    by_bot = {channel.bot: channel for channel in channels}

    async def fetch(bot: str, address: str, limit: int) -> bytes:
        ours = address.startswith(SCHEME)
        if not ours and bot not in by_bot:
            raise ConnectionError(bot)  # this channel is not served now
        try:
            return await (held if ours else by_bot[bot]).fetch(address, limit)
        except FileTooLarge as error:
            raise attachment_jobs.TooLarge(str(error)) from error
        except FileGone as error:
            raise attachment_jobs.Gone(str(error)) from error

    return fetch


@asynccontextmanager
async def opened(
    settings: Settings, now: Now | None = None, database: Path | None = None
) -> AsyncIterator[App]:
    """Everything checked and connected; raises what is wrong with the first thing that is.

    ``database`` stands in for the commune's own, where only the rest is to be looked at.
    """
    now = now or settings.now
    sentences = wording.load(settings.data / "wording")
    catalog = forms.load(settings.data / "forms")
    table = commands.table(catalog)
    document = documents.load(settings.data / "reports")
    figures.check_against_forms(document.definitions, document.figures_file, catalog.questions())
    db = await Database.open(database or settings.database)
    try:
        commune = settings.commune
        await db.read(lambda tx: _of_this_commune(tx, settings))
        number = await db.write(lambda tx: settle(tx, commune, now().astimezone(HANOI).date()))
        served, pages = {number: commune}, laid_out(settings, now)
        purpose = sentences.say("consent.purpose")
        reminding = reminders.Reminders(db, sentences, served, purpose)
        reporting = Reports(db, settings.data, sentences, catalog, served, document, now)
        house = House(
            number,
            commune,
            catalog,
            sentences,
            reminding,
            table,
            commands.consent_table(),
            partial(report_sections, document, commune),
            partial(report_figures, document, commune),
            f"{settings.data.parent.name}/{settings.data.name}".strip("/"),
            pages.links if pages is not None else None,
            partial(reporting.darkroom.candidates, number, commune),
            documents.own_without_photos(document) is None,
        )
        calendars = {
            "reminder": schedules.monthly(commune.deadlines),
            "annual_report": schedules.yearly(commune.deadlines),
            "backup": schedules.daily(),
            "comments": schedules.mornings(commune.deadlines),
        }
        await db.write(lambda tx: schedules.synchronise(tx, number, calendars, now()))
        handlers = {
            "reminder": reminding.fire,
            "annual_report": reporting.fire,
            "backup": backups.Backups(db, settings.data, sentences).fire,
            "comments": comments.Comments(db, sentences, served, purpose).fire,
        }
        ticker = Ticker(db, sentences, frozenset(served), handlers, now)
        backlog = Backlog(
            *(db, settings.data, sentences, catalog, document.definitions, served),
            partial(_sections_list, document, commune),
            partial(_compared, document, commune),
            now,
        )
        desk = Desk(db, house, now)
        yield App(settings, now, db, house, desk, reminding, reporting, ticker, backlog, pages)
    finally:
        await db.close()


def laid_out(settings: Settings, now: Now) -> Pages | None:
    """What the program's own pages are made of; None, and nothing is loaded, without a public address."""
    if not settings.web.dia_chi:
        return None
    from bot.web.links import Links
    from bot.web.pictures import Pictures
    from bot.web.shelf import Pages
    from bot.web.signing import Seal

    return Pages(Links(settings.web.dia_chi, Seal(settings.data)), Pictures(now))


def report_sections(report: documents.Report, commune: Commune, today: date) -> list[tuple[str, str]]:
    """The sections that the committee may write words for, as (code, "II.5.1 …")."""
    said = _nothing_said(report, commune, today)
    return [(code, f"{name} {title}") for code, name, title in documents.sections(report, said)]


def _sections_list(report: documents.Report, commune: Commune, today: date) -> list[tuple[str, str]]:
    """The report's sections as the choices of a form, named as the chat names them."""
    sections = report_sections(report, commune, today)
    return [(code, show.shorten(title, worlds.LONGEST_TITLE)) for code, title in sections]


def _compared(report: documents.Report, commune: Commune, today: date) -> dict[str, str]:
    """The figures of which the report says how they have changed since last year, and where: "II.5.1"."""
    named = documents.compared(report)
    return {f.name: f.section for f in report_figures(report, commune, today) if f.name in named}


def report_figures(report: documents.Report, commune: Commune, today: date) -> list[FigureLine]:
    """The figures that the committee may set: those in the document, with the numbers of their sections."""
    named = report.outline.references(_nothing_said(report, commune, today))
    printed = {name for line in report.outline.lines for name in line.figures}
    return [
        FigureLine(d.name, named.get(d.section, d.section), d.label, _asked_as(d))
        for d in report.definitions.figure
        if d.kind != "fact" and d.name in printed
    ]


def _asked_as(definition: figures.Definition) -> str:
    if definition.kind == "ratio":
        return "ty_le"
    return "tien" if definition.unit == "đồng" else "dem"


def _nothing_said(report: documents.Report, commune: Commune, today: date) -> Mapping[str, Any]:
    """What a report without a single record is rendered with: enough for the numbers of its sections."""
    period = periods.resolve(periods.PeriodSpec(today.year), commune.deadlines.year_end)
    nothing = counting.compute(report.definitions, (), period, places=(), closings={})
    return documents.context(report, nothing, commune, period, edition=None, today=today)


def _of_this_commune(tx: Tx, settings: Settings) -> None:
    """Raises TemplateError where what is remembered belongs to a commune of another code.

    A new commune beside it would know none of the people: their accounts are the other one's.
    """
    code = settings.commune.code
    another = communes.another(tx, code)
    if another is None:
        return
    known, name = another
    raise TemplateError(
        settings.config,
        "[don_vi] ma",
        f"dữ liệu ở {settings.data} là của đơn vị mang mã “{known}” ({name}), không phải “{code}”."
        f' Ghi lại: ma = "{known}". Nếu đúng là đơn vị khác thì đặt MATRAN_DATA là một thư mục mới.',
    )


def settle(tx: Tx, commune: Commune, today: date) -> int:
    """Brings what matran.toml says of hamlets and boards into the database; the commune's number."""
    hamlets = [
        Hamlet(h.code, h.name, position, h.from_day, h.until_day)
        for position, h in enumerate(commune.hamlets)
    ]
    number = communes.sync(tx, commune.code, commune.title, hamlets, today)
    communes.sync_roster(tx, number, None, _members(None, commune.committee), today)
    for hamlet in commune.hamlets:
        board = _members(hamlet.code, hamlet.board, hamlet.until_day)
        communes.sync_roster(tx, number, hamlet.code, board, today)
    return number


def _members(hamlet: str | None, seats: Sequence[Seat], last: date | None = None) -> list[Member]:
    """Nobody sits on a board after the hamlet's ``last`` day."""
    return [
        Member(0, hamlet, seat.post, seat.name, position, seat.from_day, _earlier(seat.until_day, last))
        for position, seat in enumerate(seats)
    ]


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(filter(None, (one, other)), default=None)


def lock(settings: Settings) -> FileLock:
    """Held by the one process that serves a data folder; raises AlreadyRunning."""
    settings.data.mkdir(parents=True, exist_ok=True)
    held = FileLock(settings.data / "matran.lock", blocking=False)
    try:
        held.acquire()
    except Timeout:
        raise AlreadyRunning from None
    return held
