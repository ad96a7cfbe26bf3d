"""Playing the year: a house opened on a database of its own, its clock moved, its documents left behind."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

from bot import app as house
from bot.app import App
from bot.channels.terminal import BOT
from bot.commands import joining
from bot.commands.report import REPORT
from bot.config import Settings, SettingsError, Variables, read_file
from bot.demo import script, talk
from bot.demo.folder import LIST, Folder
from bot.demo.screen import Screen
from bot.demo.stage import Clock, DemoBroken, Heard, Stage
from storage import attachments, records, reports, schedules
from storage.database import Tx
from storage.rows import Edition
from templates import kept, wording

FIRST = "tan_an"
CONFIG, DATABASE, SCRIPT, TALK = "matran.toml", "matran.db", "nam.txt", "hoi-thoai.txt"
_CALENDARS = ("reminder", "annual_report")  # what the clock stops at; backups catch up at the next stop
_PATIENCE = 60.0  # seconds for a report or a photo
_GLANCE = 0.05  # seconds between looks at what no signal tells: photos


@dataclass(frozen=True, slots=True)
class Played:
    """What came of the year; ``records`` are those that count."""

    edition: Edition
    names: Mapping[str, str]  # of those who take part, by their address
    records: int
    heard: Sequence[Heard]


def named(sample: str) -> Path:
    """The folder of one of the program's own samples; raises SettingsError where there is none such."""
    own = Path(str(resources.files("templates.samples")))
    known = sorted(folder.name for folder in own.iterdir() if (folder / SCRIPT).is_file())
    if sample not in known:
        raise SettingsError(wording.load().say("demo.no_sample", name=sample, names=", ".join(known)))
    return own / sample


async def play(out: Path, chat: bool | None, sample: Path | None = None) -> None:
    """Plays the sample year and leaves its files in ``out``; ``chat`` None: only on a terminal.

    ``sample`` is the folder with matran.toml, the script and its photos. Raises SettingsError, TemplateError.
    """
    began = time.monotonic()
    sentences = wording.load()
    screen, folder = Screen(sentences), Folder(out, sentences)
    sample = sample or named(FIRST)
    lines = script.read(sample / SCRIPT)
    with folder.staged([CONFIG, DATABASE, TALK]) as stage:
        shutil.copyfile(sample / CONFIG, stage / CONFIG)
        try:
            played = await _played(stage, sample, lines, screen)
        except DemoBroken as broken:
            raise SettingsError(sentences.say(f"demo.broken.{broken.key}", **broken.values)) from broken
        document = Path(played.edition.path).name
        shutil.copyfile(stage / played.edition.path, stage / document)
        (stage / TALK).write_text(talk.written(played.heard, played.names), encoding="utf-8")
        folder.replace(stage)
    _tell(screen, out, document, played, time.monotonic() - began)
    if chat or (chat is None and screen.console.is_terminal and sys.stdin.isatty()):
        with folder.adopting():
            await talk.go_on(settings(out), played.heard[-1].at, screen)


def settings(folder: Path) -> Settings:
    """The sample's settings with ``folder`` as its data, whatever the environment says."""
    variables = Variables(config=folder / CONFIG, data=folder, clock=None, telegram_token=None)
    return Settings(variables, read_file(folder / CONFIG))


async def _played(folder: Path, sample: Path, lines: Sequence[script.Line], screen: Screen) -> Played:
    """The whole year, played in ``folder``; raises SettingsError where the program answers otherwise."""
    told = settings(folder)
    clock = Clock(next(line.at for line in lines if isinstance(line, script.Moves)) - timedelta(minutes=1))
    screen.opening(told.commune, lines)
    async with house.opened(told, clock.now) as app:
        year = _Year(app, clock)
        with screen.playing(lines) as on_line:
            stage = Stage(
                lines, sample, clock, year.move, year.settled, on_line, code=await year.first_code()
            )
            try:
                await app.serve([stage], until=stage)
            except ExceptionGroup as group:
                raise group.exceptions[0] from None  # the first that went wrong is what there is to say
        return await year.result(stage.heard)


@dataclass(slots=True)
class _Year:
    """The house while the year is played."""

    app: App
    clock: Clock

    async def first_code(self) -> str:
        """What `matran init` prints: the invitation of the first on the committee's list."""
        first = self.app.house.commune.committee[0].name
        return await self.app.db.write(
            lambda tx: joining.issue(
                tx, self.app.house, "standing_committee", None, first, "đồng chí", None, self.clock.now()
            )
        )

    async def move(self, target: datetime) -> None:
        """Takes the clock to ``target``, stopping at what falls due on the way."""
        stopped: datetime | None = None
        while (due := await self.app.db.read(self._next_due)) <= target:
            if due == stopped:
                raise DemoBroken("stuck", at=due)
            stopped = due
            self.clock.moment = max(due, self.clock.moment)
            await self.app.ticker.tick(self.clock.moment)
            await self.settled()
        self.clock.moment = target

    def _next_due(self, tx: Tx) -> datetime:
        rows = [schedules.get(tx, self.app.house.number, name) for name in _CALENDARS]
        return min(row.due_at for row in rows if row is not None)

    async def settled(self) -> None:
        """Returns once reports are made, photos kept and all messages out."""
        async with asyncio.timeout(_PATIENCE):
            seen = self.app.db.signals("outbox")
            while await self.app.db.read(self._at_work):
                await self.app.db.wait("outbox", seen, _GLANCE)
                seen = self.app.db.signals("outbox")
            await self.app.quiet(BOT, "")

    def _at_work(self, tx: Tx) -> bool:
        return bool(reports.open_requests(tx) or attachments.due(tx, self.clock.now(), 1))

    async def result(self, heard: Sequence[Heard]) -> Played:
        return await self.app.db.read(lambda tx: self._result(tx, heard))

    def _result(self, tx: Tx, heard: Sequence[Heard]) -> Played:
        number = self.app.house.number
        made = reports.worked_on(tx, number, REPORT, 1)  # the period of the last report
        if not made:
            raise DemoBroken("no_report")
        period = (made[0].from_day, made[0].until_day)
        edition = reports.last_edition(tx, number, REPORT, *period)
        if edition is None:
            raise DemoBroken("no_report")
        valid = records.in_period(tx, number, *period)
        return Played(edition, dict(talk.parts(tx, self.app)), len(valid), heard)


def _tell(screen: Screen, out: Path, document: str, played: Played, seconds: float) -> None:
    said = sum(heard.said for heard in played.heard)
    screen.say(
        "done",
        seconds=round(seconds),
        people=len(played.names),
        messages=said,
        answers=len(played.heard) - said,
        records=played.records,
    )
    screen.figures(kept.load(played.edition.figures).figures)
    screen.say("files", folder=out)
    screen.files({document: "document", TALK: "talk", DATABASE: "database", LIST: "list"})
