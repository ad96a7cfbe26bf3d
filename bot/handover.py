"""Spreadsheets that a job has read, handed to intake as the message that their sender meant."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import backlog
from bot.commands import backlog as books
from bot.context import Context, House
from bot.messages import Handled, Incoming, Intake
from storage import attachments, people
from storage.database import Database, Tx
from storage.errors import StorageUnavailable
from storage.rows import Attachment
from templates.figures import Definitions

log = logging.getLogger(__name__)
BOOK = ".json"  # what was read of a workbook of past months; other sheets are text


class Handover:
    """Waits for the signal "sheet"; a sheet is handed over once: its message's identity says so.

    A workbook of past months is checked first, on a thread: five thousand rows take seconds, and no
    transaction may.
    """

    def __init__(
        self,
        db: Database,
        intake: Intake,
        data: Path,
        now: Callable[[], datetime],
        house: House,
        definitions: Definitions,
    ) -> None:
        self._db, self._intake, self._data, self._now = db, intake, data, now
        self._house, self._definitions = house, definitions

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            seen = self._db.signals("sheet")
            try:
                await self.hand_over()
            except StorageUnavailable:
                seen = self._db.signals("sheet")
            await self._db.wait("sheet", seen)

    async def hand_over(self) -> int:
        """Hands over every sheet that was read and not yet handed over; how many there were."""
        ready = await self._db.read(attachments.sheets_ready)
        for sheet in ready:
            text = await asyncio.to_thread(self._text, sheet)
            incoming = self._message(sheet, text)
            if str(sheet.path).endswith(BOOK):
                incoming = await self._with_book(sheet, text)
            if await self._intake.handle(incoming) is Handled.RETRY:
                raise StorageUnavailable("locked", "sheet")
        return len(ready)

    async def _with_book(self, sheet: Attachment, text: str) -> Incoming:
        """The message with the workbook as it was understood."""
        try:
            book = json.loads(text)
            known = await self._db.read(lambda tx: self._known(tx, sheet, book))
            checked = await asyncio.to_thread(backlog.check, book, known)
        except StorageUnavailable:
            raise
        except Exception:  # what was kept is unreadable, or a bug: the sender hears of it all the same
            log.exception("Không kiểm tra được tệp nhập bù số %s", sheet.attachment)
            checked = {"refused": ["columns", {"sheet": sheet.name or ""}]}
        return self._message(sheet, None, {**checked, "attachment": sheet.attachment})

    def _known(self, tx: Tx, sheet: Attachment, book: Mapping[str, Any]) -> backlog.Known:
        account = people.account(tx, sheet.bot, sheet.chat)
        assert account is not None  # who sent a file has an account
        person = people.person(tx, self._house.number, account.person, self._house.purpose, sheet.bot)
        ctx = Context(tx, self._house, self._now(), self._message(sheet, None), account, person)
        return books.known(ctx, book, self._definitions)

    def _text(self, sheet: Attachment) -> str:
        try:
            return (self._data / str(sheet.path)).read_text(encoding="utf-8")
        except OSError:
            log.exception("Không đọc lại được bảng tính số %s", sheet.attachment)
            return ""

    def _message(
        self, sheet: Attachment, text: str | None, book: Mapping[str, Any] | None = None
    ) -> Incoming:
        return Incoming(
            bot=sheet.bot,
            chat=sheet.chat,
            message=f"{attachments.SHEET_MESSAGE}{sheet.attachment}",
            sent_at=self._now(),
            sender="",
            text=text,
            sheet=True,
            book=book,
        )
