"""Spreadsheets that a job has read, handed to intake as the message that their sender meant."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.messages import Handled, Incoming, Intake
from storage import attachments
from storage.database import Database
from storage.errors import StorageUnavailable
from storage.rows import Attachment

log = logging.getLogger(__name__)


class Handover:
    """Waits for the signal "sheet"; a sheet is handed over once: its message's identity says so."""

    def __init__(self, db: Database, intake: Intake, data: Path, now: Callable[[], datetime]) -> None:
        self._db, self._intake, self._data, self._now = db, intake, data, now

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
            if await self._intake.handle(self._message(sheet, text)) is Handled.RETRY:
                raise StorageUnavailable("locked", "sheet")
        return len(ready)

    def _text(self, sheet: Attachment) -> str:
        try:
            return (self._data / str(sheet.path)).read_text(encoding="utf-8")
        except OSError:
            log.exception("Không đọc lại được bảng tính số %s", sheet.attachment)
            return ""

    def _message(self, sheet: Attachment, text: str) -> Incoming:
        return Incoming(
            bot=sheet.bot,
            chat=sheet.chat,
            message=f"{attachments.SHEET_MESSAGE}{sheet.attachment}",
            sent_at=self._now(),
            sender="",
            text=text,
            sheet=True,
        )
