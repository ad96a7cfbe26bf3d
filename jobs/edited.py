"""A draft that the committee has edited in Word and sent back: looked at, and kept as the next edition."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from jobs import edited_file, files, outgoing
from jobs.edited_file import Looked, Refused
from jobs.marks import Mark
from storage import attachments, audit, outbox, people, reports
from storage.database import Database, Tx
from storage.rows import Attachment, Edition
from templates import documents, style
from templates.commune import Commune
from templates.periods import Period
from templates.wording import Wording

FOLDER = "documents"  # within the data folder
_SAME_LENGTH = timedelta(days=5)  # two periods of one kind differ at most by this: months, half-years
_RECENT = 30


@dataclass(frozen=True, slots=True)
class Edited:
    """Keeps the files of one commune; ``data`` is the data folder."""

    db: Database
    data: Path
    wording: Wording
    commune: int
    settings: Commune

    async def keep(self, attachment: Attachment, data: bytes, now: datetime) -> None:
        """The file becomes an edition and its sender is told; raises Refused, and then keeps nothing."""
        waiting = self.data / FOLDER / f".{uuid4().hex}.docx"
        await asyncio.to_thread(files.keep, data, waiting)
        try:
            looked = await edited_file.examine(waiting)
            if looked.mark.commune != self.settings.code:
                raise Refused("commune", xa=self.settings.title)
            sha256 = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
            await self.db.write(lambda tx: self._keep(tx, attachment, looked, sha256, waiting, now))
        finally:
            waiting.unlink(missing_ok=True)

    def _keep(
        self, tx: Tx, attachment: Attachment, looked: Looked, sha256: str, waiting: Path, now: datetime
    ) -> None:
        person = people.person(tx, self.commune, attachment.person, "")
        if not any(role.kind == "standing_committee" for role in person.roles):
            raise Refused("not_yours")
        mark = looked.mark
        base = self._base(tx, mark)
        every = reports.editions(tx, self.commune, mark.report, mark.from_day, mark.until_day)
        same = next((one for one in every if one.sha256 == sha256), None)
        if same is not None:
            attachments.kept(tx, self.commune, attachment.attachment, same.path, sha256)
            said = self.wording.say("edited.same", person.address_form, lan=same.number)
            attachments.not_taken(tx, self.commune, attachment.attachment, said)
        else:
            number = every[-1].number + 1
            said = self._said(base, every, number, looked.printed, person.address_form)
            path = self._store(tx, attachment, base, number, sha256, said, now)
            waiting.replace(self.data / path)  # last: it has its name when its edition is as good as stored
        body = outgoing.text(said)
        outbox.put(tx, self.commune, attachment.bot, attachment.chat, outgoing.ANSWER, body, now)

    def _base(self, tx: Tx, mark: Mark) -> Edition:
        """The draft that the file was made of, of the report that is worked on now."""
        days = (mark.from_day, mark.until_day)
        base = reports.draft(tx, self.commune, mark.report, *days, mark.number)
        if base is None:
            raise Refused("unknown", lan=mark.number)
        length = mark.until_day - mark.from_day
        for one in reports.worked_on(tx, self.commune, mark.report, _RECENT):
            if abs(one.until_day - one.from_day - length) <= _SAME_LENGTH:
                if (one.from_day, one.until_day) != days:
                    raise Refused("period", ky=base.label, nay=one.label, go=_typed(base.label))
                break
        return base

    def _said(
        self,
        base: Edition,
        every: list[Edition],
        number: int,
        printed: int | None,
        address_form: str | None,
    ) -> str:
        say = self.wording.say
        period = Period(base.from_day, base.until_day, base.label)
        lines = [
            say(
                "edited.kept",
                address_form,
                lan=number,
                ten=say("report.name", ky=period.label),
                tu=style.short_day(period.from_day),
                den=style.short_day(period.until_day),
                goc=base.number,
                go=_typed(period.label),
            )
        ]
        if printed is not None and printed != number:
            # The file stays as it was sent: what it says of itself is its sender's to change.
            lines.append(say("edited.printed", address_form, cu=printed, sau=number + 1))
        newer = [one.number for one in every if one.number > base.number and one.base is None]
        if newer:
            lines.append(say("edited.newer", address_form, goc=base.number, sau=newer[-1]))
        return "\n".join(lines)

    def _store(
        self,
        tx: Tx,
        attachment: Attachment,
        base: Edition,
        number: int,
        sha256: str,
        said: str,
        now: datetime,
    ) -> str:
        """The edition's row, with the figures of the draft that it was made of; its path."""
        period = Period(base.from_day, base.until_day, base.label)
        path = files.free(self.data / FOLDER / documents.file_name(period, number))
        within = path.relative_to(self.data).as_posix()
        edition = reports.add_edition(
            tx, self.commune, base.report, base.from_day, base.until_day, base.label, number,
            f"edited:{sha256}", base.kept, said, within, sha256, now, base.number, attachment.person,
        )  # fmt: skip
        attachments.kept(tx, self.commune, attachment.attachment, within, sha256)
        details: dict[str, Any] = {"edition": edition, "sha256": sha256}
        audit.note(tx, self.commune, now, attachment.person, "edited_draft", base.label, details)
        return within


def _typed(label: str) -> str:
    """How somebody types a period: "năm 2024" is "2024"."""
    return label.removeprefix("năm ")
