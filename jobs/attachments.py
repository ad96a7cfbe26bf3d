"""Fetches the photos that people sent, makes sure that they are photos, and keeps them by their content."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias
from uuid import uuid4

from jobs import backlog, book_child, book_read, edited, edited_file, files, images, outgoing, sheets
from jobs.attending import attend
from jobs.complaints import log
from storage import attachments, outbox, people
from storage.database import Database, Tx
from storage.errors import StorageUnavailable
from storage.rows import Attachment
from templates import style
from templates.commune import Commune
from templates.wording import Wording

LIMIT = 20 * 1024 * 1024  # bytes; what a bot of Telegram may download at all
_AT_ONCE = 4
_PATIENCE = 120.0  # seconds for one file
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=1)
_GIVE_UP = timedelta(days=3)

Fetch: TypeAlias = Callable[[str, str, int], Awaitable[bytes]]
"""``fetch(bot, address, limit)``: the file's bytes. Raises `TooLarge`, `Gone`, or ConnectionError and
TimeoutError for what may be better later."""


class TooLarge(Exception):
    """The file has more bytes than the limit."""


class Gone(Exception):
    """The platform no longer has the file, or refuses it for good."""


@dataclass(frozen=True, slots=True)
class Attachments:
    """``data`` is the data folder; files go to ``attachments/<commune>/<two digits>/<sha256>.<ending>``."""

    db: Database
    data: Path
    wording: Wording
    communes: Mapping[int, Commune]
    fetch: Fetch
    now: Callable[[], datetime]

    async def run(self) -> None:
        """Fetches what waits, until cancelled."""
        await attend(self.db, "attachment", lambda: self.fetch_due(self.now()), self.wording, "attachments")

    async def fetch_due(self, now: datetime) -> int:
        """Tries each file that is due once, a few at a time; how many there were."""
        due = await self.db.read(lambda tx: attachments.due(tx, now, 5 * _AT_ONCE))
        ours = [(commune, one) for commune, one in due if commune in self.communes]
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one_of_few(commune: int, attachment: Attachment) -> None:
            async with gate:
                await self._one(commune, attachment, now)

        async with asyncio.TaskGroup() as group:
            for commune, attachment in ours:
                group.create_task(one_of_few(commune, attachment))
        return len(ours)

    async def _one(self, commune: int, attachment: Attachment, now: datetime) -> None:
        try:
            if attachment.size is not None and attachment.size > LIMIT:
                raise TooLarge
            async with asyncio.timeout(_PATIENCE):
                data = await self.fetch(attachment.bot, attachment.address, LIMIT)
            await self._keep(commune, attachment, data, now)
        except TooLarge:
            word = "docx_" if attachment.kind == "docx" else ""
            await self._refuse(commune, attachment, f"{word}too_large", now)
        except Gone:
            await self._refuse(commune, attachment, "gone", now)
        except (ConnectionError, TimeoutError):
            await self._later(commune, attachment, now)
        except StorageUnavailable:
            raise
        except Exception:  # a full disk, or a bug in a channel: the other files must not wait for it
            log.exception(self.wording.say("jobs.log.attachment", so=attachment.attachment))
            await self._later(commune, attachment, now)

    async def _keep(self, commune: int, attachment: Attachment, data: bytes, now: datetime) -> None:
        if len(data) > LIMIT:
            raise TooLarge
        if attachment.kind == "docx":
            await self._keep_edited(commune, attachment, data, now)
            return
        if attachment.kind == "sheet":
            await self._keep_sheet(commune, attachment, data, now)
            return
        ending = await asyncio.to_thread(images.image_kind, data)
        if ending is None:
            await self._refuse(commune, attachment, "no_image", now)
            return
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        path = f"attachments/{self.communes[commune].code}/{sha256[:2]}/{sha256}.{ending}"
        await asyncio.to_thread(files.keep, data, self.data / path)
        await self.db.write(lambda tx: attachments.kept(tx, commune, attachment.attachment, path, sha256))

    async def _keep_sheet(self, commune: int, attachment: Attachment, data: bytes, now: datetime) -> None:
        """A spreadsheet is kept as the text of its rows: that is the message it stands for."""
        if await asyncio.to_thread(book_read.is_book, data):
            await self._keep_book(commune, attachment, data, now)
            return
        sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        path = f"attachments/{self.communes[commune].code}/{sha256[:2]}/{sha256}.txt"
        waiting = self.data / f"{path}.{uuid4().hex[:8]}"
        try:
            await asyncio.to_thread(files.keep, data, waiting)
            text = await sheets.text_of(waiting)
        except sheets.SheetRefused as refused:
            await self._refuse(commune, attachment, f"sheet_{refused.reason}", now)
            return
        finally:
            waiting.unlink(missing_ok=True)
        await asyncio.to_thread(files.keep, text.encode(), self.data / path)

        def write(tx: Tx) -> None:
            attachments.kept(tx, commune, attachment.attachment, path, sha256)
            tx.signal("sheet")

        await self.db.write(write)

    async def _keep_book(self, commune: int, attachment: Attachment, data: bytes, now: datetime) -> None:
        """A workbook of ours is kept as it came, with what it says beside it."""
        reader = backlog.Reader(self.db, self.data, commune, self.communes[commune].code)
        try:
            await reader.keep(attachment, data)
        except book_child.Refused as refused:
            await self._refuse(commune, attachment, f"book_{refused.reason}", now, **refused.values)

    async def _keep_edited(self, commune: int, attachment: Attachment, data: bytes, now: datetime) -> None:
        """A draft that comes back from Word is the report's next edition."""
        keeper = edited.Edited(self.db, self.data, self.wording, commune, self.communes[commune])
        try:
            await keeper.keep(attachment, data, now)
        except edited_file.Refused as refused:
            await self._refuse(commune, attachment, f"docx_{refused.reason}", now, **refused.values)

    async def _later(self, commune: int, attachment: Attachment, now: datetime) -> None:
        if now - attachment.at > _GIVE_UP:
            await self._refuse(commune, attachment, "gone", now)
            return
        pause = min(_FIRST_PAUSE * 3 ** min(attachment.tries, 10), _LONGEST_PAUSE)
        number = attachment.attachment
        await self.db.write(lambda tx: attachments.postpone(tx, commune, number, now + pause))

    async def _refuse(
        self, commune: int, attachment: Attachment, reason: str, now: datetime, **values: object
    ) -> None:
        def write(tx: Tx) -> None:
            attachments.refused(tx, commune, attachment.attachment, reason)
            who = people.account(tx, attachment.bot, attachment.chat)
            if who is None or who.state != "active":
                return
            person = people.person(tx, commune, attachment.person, "")
            text = self.wording.say(
                f"jobs.attachment.{reason}",
                person.address_form,
                tep=self._named(attachment),
                mb=LIMIT // 1024**2,
                **values,
            )
            # Ten files of one album are one mistake: it is said once.
            key = f"attachment:{attachment.album or attachment.attachment}:{reason}"
            body = outgoing.text(text)
            outbox.put(tx, commune, attachment.bot, attachment.chat, outgoing.ANSWER, body, now, dedupe=key)

        await self.db.write(write)

    def _named(self, attachment: Attachment) -> str:
        """The file as its sender knows it: by its name, or by when it came."""
        if attachment.name:
            return self.wording.say("jobs.attachment.by_name", ten=attachment.name)
        return self.wording.say("jobs.attachment.by_time", luc=style.moment(attachment.at))
