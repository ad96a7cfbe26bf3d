"""Those who were asked for a comment and have not answered are reminded once, on the day itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jobs import outgoing, schedules
from jobs.reach import reach
from storage import comments, outbox, people, reports
from storage import schedules as schedule_rows
from storage.database import Database, Tx
from storage.rows import Circulation, Schedule
from templates.commune import HANOI, Commune
from templates.wording import Wording

_ASKED = ("standing_committee", "observer")


@dataclass(frozen=True, slots=True)
class Comments:
    """``communes`` are those served here, by number; ``purpose`` is the consent's purpose in force."""

    db: Database
    wording: Wording
    communes: Mapping[int, Commune]
    purpose: str

    async def fire(self, row: Schedule, now: datetime) -> None:
        """The tick's handler for the schedule "comments"."""
        await self.db.write(lambda tx: self._fire(tx, row, now))

    def _fire(self, tx: Tx, row: Schedule, now: datetime) -> None:
        plan = schedules.mornings(self.communes[row.commune].deadlines).decide(now)
        if plan.moment is not None:
            for circulation, person in comments.unanswered(tx, row.commune, now.astimezone(HANOI).date()):
                self._remind(tx, row.commune, circulation, person, now)
        schedule_rows.advance(tx, row.commune, row.schedule, plan.due_at, now)

    def _remind(self, tx: Tx, commune: int, circulation: Circulation, person: int, now: datetime) -> None:
        found = reach(tx, commune, people.person(tx, commune, person, self.purpose), self.purpose)
        edition = reports.get(tx, commune, circulation.edition)
        if found is None or edition is None:
            return
        if not any(role.kind in _ASKED for role in found.person.roles):
            return  # has left in the meantime
        form = found.person.address_form
        text = self.wording.say(
            "comments.reminder",
            form,
            name=outgoing.called(found.person.name, form),
            number=edition.number,
            report=self.wording.say("report.name", ky=edition.label),
        )
        offer = {"options": {"1": f"/gopy {edition.edition}"}, "draft": None, "about": text}
        window = schedules.window(self.communes[commune].deadlines)
        outbox.put(
            tx,
            commune,
            found.account.bot,
            found.account.address,
            outgoing.REMINDER,
            outgoing.text(text),
            now,
            offer,
            dedupe=f"comment:{circulation.circulation}:{person}",
            not_after=window.closing(now),
        )
