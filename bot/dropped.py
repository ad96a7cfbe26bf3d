"""The folder "gui-vao" on the computer: files that people drop there are taken as if sent in a chat.

They count as coming from the chairman, or the first of the Standing Committee who has joined. A file stays
where it is until it has been looked at; then it lies in "da-nhan", or in "khong-nhan" with the reason beside.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.context import House
from bot.handed import LIMIT, message, reference
from bot.handover import BOOK
from bot.held import Held, HeldFile
from bot.messages import FileTooLarge, Handled, Intake
from storage import attachments, outbox, people
from storage.database import Database, Tx
from storage.rows import Account, Attachment
from templates.wording import Wording

log = logging.getLogger(__name__)
FOLDER: Final = "gui-vao"  # within the data folder
TAKEN, NOT_TAKEN = "da-nhan", "khong-nhan"  # within that
KINDS: Final = (".docx", ".xlsx", ".csv")
LOOKS_EVERY: Final = 5.0  # seconds
_SWEEP_EVERY = timedelta(hours=6)
_UNFINISHED = (".tmp", ".part", ".crdownload", ".download")
_SYSTEM = ("desktop.ini", "thumbs.db")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a file: taken, or refused with what to say to whoever dropped it."""

    reason: str | None = None


class Dropped:
    """Watches the folder within ``data``; `run` it beside the jobs that fetch what it hands in."""

    def __init__(
        self,
        db: Database,
        held: Held,
        intake: Intake,
        data: Path,
        house: House,
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._db, self._held, self._intake = db, held, intake
        self._folder, self._house = data / FOLDER, house
        self._now, self._sleep = now, sleep
        self._seen: dict[Path, tuple[int, int]] = {}  # size and time of change at the last look
        self._swept: datetime | None = None
        self._troubled = False

    async def run(self) -> None:
        """Looks every few seconds until cancelled; no trouble ends it."""
        while True:
            try:
                await self.look()
                self._troubled = False
            except Exception:
                if not self._troubled:
                    log.exception(self._wording.say("web.log.folder"))
                self._troubled = True
            await self._sleep(LOOKS_EVERY)

    async def look(self) -> int:
        """Takes what has not changed since the last look; how many files were moved."""
        await self._sweep()
        found = await asyncio.to_thread(self._found)
        whole = [file for file, state in found.items() if self._seen.get(file) == state]
        self._seen = found
        moved = 0
        for file in whole:
            verdict = await self._judge(file)
            if verdict is not None:
                await asyncio.to_thread(self._move, file, verdict)
                moved += 1
        return moved

    @property
    def _wording(self) -> Wording:
        return self._house.wording

    def _say(self, key: str, **values: object) -> str:
        return self._wording.say(f"web.folder.{key}", None, **values)

    async def _sweep(self) -> None:
        now = self._now()
        if self._swept is None or now - self._swept >= _SWEEP_EVERY:
            self._swept = now
            await self._held.sweep(now)

    def _found(self) -> dict[Path, tuple[int, int]]:
        """Files that are there and not being written or worked on, with size and time of change."""
        self._folder.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in self._folder.iterdir() if path.is_file()}
        found = {}
        for name in sorted(names):
            if not self._ours(name) and not _at_work(name, names):
                state = (self._folder / name).stat()
                found[self._folder / name] = (state.st_size, state.st_mtime_ns)
        return found

    def _ours(self, name: str) -> bool:
        return name.endswith(self._say("note", ten=""))

    async def _judge(self, file: Path) -> Verdict | None:
        """What becomes of the file; None: it stays for a later look."""
        if file.suffix.lower() not in KINDS:
            return Verdict(self._say("wrong_kind"))
        account = await self._db.read(self._sender)
        if account is None:
            await asyncio.to_thread(self._note, file)
            return None
        try:
            held = await asyncio.to_thread(self._hold, file)
        except FileTooLarge:
            return Verdict(self._say("too_large", mb=LIMIT // 1024**2))
        except OSError:  # it is open elsewhere, or gone
            return None
        return await self._handed_in(file, held, account)

    def _hold(self, file: Path) -> HeldFile:
        with file.open("rb") as source:
            return self._held.keep_now(source, LIMIT)

    async def _handed_in(self, file: Path, held: HeldFile, account: Account) -> Verdict | None:
        if (ref := reference(file.name, held)) is None:
            return Verdict(self._say("wrong_kind"))
        occasion = await asyncio.to_thread(_occasion, file)
        before = await self._db.read(lambda tx: self._row(tx, held))
        handled = await self._intake.handle(message(account, ref, held, occasion, self._now()))
        if handled is Handled.RETRY:
            return None
        if handled is Handled.FAILED:
            return Verdict(self._say("failed"))
        row = await self._db.read(lambda tx: self._row(tx, held))
        if row is None or (handled is Handled.DONE and before and before.attachment == row.attachment):
            return Verdict(self._say("in_chat", ten=account.name))
        return await self._db.read(lambda tx: self._verdict(tx, row))

    def _row(self, tx: Tx, held: HeldFile) -> Attachment | None:
        return attachments.by_address(tx, self._house.number, held.address)

    def _verdict(self, tx: Tx, row: Attachment) -> Verdict | None:
        """What the jobs made of the file; None: nothing yet."""
        commune = self._house.number
        if row.state == "waiting":
            return None
        reason = attachments.why_refused(tx, commune, row.attachment)
        if reason is None:
            if str(row.path).endswith(BOOK) and row in attachments.sheets_ready(tx):
                return None  # a workbook that was read, and is still to be checked
            return Verdict(attachments.why_not_taken(tx, commune, row.attachment))
        told = outbox.said(tx, commune, f"attachment:{row.attachment}:{reason}")
        who = people.person(tx, commune, row.person, "").name
        return Verdict(told or self._say("in_chat", ten=who))

    def _sender(self, tx: Tx) -> Account | None:
        """The chairman's account, else that of the first of the committee who has joined and agreed."""
        commune, house = self._house.number, self._house
        chairmen = {seat.name for seat in house.commune.committee if seat.post == "chu_tich"}
        everyone = people.holders(tx, commune, "standing_committee", None, house.purpose)
        for person in sorted(everyone, key=lambda person: person.name not in chairmen):
            accounts = people.addresses(tx, commune, person.person, house.purpose)
            if accounts:
                return accounts[0]
        return None

    def _note(self, file: Path) -> None:
        """Beside the file: why it still lies there."""
        note = file.with_name(self._say("note", ten=file.name))
        if not note.exists():
            note.write_text(self._say("nobody") + "\n", encoding="utf-8-sig")

    def _move(self, file: Path, verdict: Verdict) -> None:
        folder = self._folder / (TAKEN if verdict.reason is None else NOT_TAKEN)
        folder.mkdir(exist_ok=True)
        target = next(path for path in _names(folder / file.name) if not path.exists())
        if verdict.reason is not None:
            reason = target.with_name(self._say("reason", ten=target.name))
            # With a mark that it is UTF-8: the editor of an old Windows shows it right.
            reason.write_text(verdict.reason + "\n", encoding="utf-8-sig")
        file.replace(target)
        os.utime(target)  # put back as it is, it is handed in anew
        file.with_name(self._say("note", ten=file.name)).unlink(missing_ok=True)


def _occasion(file: Path) -> str:
    """Tells this file from others of the same content: one dropped again is to be looked at again."""
    state = file.stat()
    known = f"{file.name}|{state.st_size}|{state.st_mtime_ns}|{state.st_ctime_ns}"
    return hashlib.sha256(known.encode()).hexdigest()[:16]


def _at_work(name: str, names: set[str]) -> bool:
    """Whether the file is a program's own, half there, or open in Word, Excel or LibreOffice."""
    lower = name.lower()
    if lower.startswith((".", "~$")) or lower.endswith(_UNFINISHED) or lower in _SYSTEM:
        return True
    # Word replaces the first two letters of a long name in its lock's.
    locks = {f".~lock.{name}#", f"~${name}", f"~${name[1:]}", f"~${name[2:]}"}
    return not locks.isdisjoint(names)


def _names(path: Path) -> Iterator[Path]:
    """The path, then with a number: what was taken before is not overwritten."""
    yield path
    number = 2
    while True:
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1
