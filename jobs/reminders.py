"""Reminders to those whose month is open, and a line of progress for the committee.

Who is written to is decided anew at every look, from what the database says then: a person in the middle of
a draft is left in peace until it has rested, and not written to at all if the month was closed meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime

from jobs import outgoing, reach, schedules
from jobs.reach import Reach
from storage import closings, communes, outbox, people, records
from storage import schedules as schedule_rows
from storage.database import Database, Tx
from storage.rows import Hamlet, Person, Schedule
from templates import periods, progress, style
from templates.commune import HANOI, Commune
from templates.progress import HamletMonth
from templates.wording import Wording

_MONTHS_BACK = 12  # how far "chưa báo từ tháng …" looks


@dataclass(slots=True)
class Nudged:
    """What came of a nudge, by hamlet code: names of those reached, and why the others were not."""

    reached: dict[str, str] = field(default_factory=dict)
    unreachable: list[str] = field(default_factory=list)  # nobody with an account who has agreed
    spent: list[str] = field(default_factory=list)  # their channel has no messages left for reminders
    already: list[str] = field(default_factory=list)  # nudged today
    busy: dict[str, str] = field(default_factory=dict)  # in the middle of reporting
    closed: list[str] = field(default_factory=list)  # the month is closed: nothing to nudge about
    at: datetime | None = None  # when it leaves, where that is not now: it is night


@dataclass(frozen=True, slots=True)
class _Month:
    """One commune's month as it stands at one look."""

    commune: int
    month: str
    now: datetime
    hamlets: Sequence[Hamlet]  # those that exist on that day
    closed: frozenset[str]
    counts: Mapping[str | None, int]
    members: Sequence[Person]
    spent: Set[str]  # the bots that send no reminders any more this month


@dataclass(frozen=True, slots=True)
class Reminders:
    """``communes`` are those served here, by number; ``purpose`` is the consent's purpose in force."""

    db: Database
    wording: Wording
    communes: Mapping[int, Commune]
    purpose: str

    async def fire(self, row: Schedule, now: datetime) -> None:
        """The tick's handler for the schedule "reminder"."""
        await self.db.write(lambda tx: self._fire(tx, row, now))

    def nudge(self, tx: Tx, commune: int, month: str, hamlets: Sequence[str], now: datetime) -> Nudged:
        """Writes to the heads of these hamlets whose month is open, each hamlet at most once a day.

        By night the messages wait for the morning.
        """
        deadlines = self.communes[commune].deadlines
        opens = schedules.Window(deadlines.quiet_until, deadlines.quiet_from).opening(now)
        nudged = Nudged(at=None if opens == now else opens)
        at = self._look(tx, commune, month, now)
        for hamlet in at.hamlets:
            if hamlet.hamlet in hamlets:
                self._nudge_one(tx, at, hamlet, nudged)
        return nudged

    def progress(self, tx: Tx, commune: int, month: str, now: datetime) -> list[HamletMonth]:
        """Each hamlet's month, for `templates.progress` to put into words."""
        return self._progress(tx, self._look(tx, commune, month, now))

    def _fire(self, tx: Tx, row: Schedule, now: datetime) -> None:
        deadlines = self.communes[row.commune].deadlines
        plan = schedules.monthly(deadlines).decide(now)
        due_at = plan.due_at
        if plan.moment is not None:
            # The day of the moment, not of the sending, is in the keys: it is sent late, but never again.
            day = plan.moment.at.astimezone(HANOI).date()
            month = schedules.month_due(plan.moment.deadline, deadlines)
            at = self._look(tx, row.commune, month, now)
            due_at = min([due_at, *self._remind_open(tx, at, day)])
            self._tell_committee(tx, at, day)
        schedule_rows.advance(tx, row.commune, row.schedule, due_at, now)

    def _look(self, tx: Tx, commune: int, month: str, now: datetime) -> _Month:
        here = communes.hamlets(tx, commune, now.astimezone(HANOI).date())
        closed = frozenset(closings.of_month(tx, commune, month))
        counts = self._counts(tx, commune, month)
        members = people.members(tx, commune, self.purpose)
        return _Month(commune, month, now, here, closed, counts, members, reach.spent(tx, now))

    def _who(self, tx: Tx, at: _Month, hamlet: str) -> Reach | None:
        return reach.who_answers(tx, at.commune, at.members, hamlet, self.purpose, at.spent)

    def _remind_open(self, tx: Tx, at: _Month, day: date) -> list[datetime]:
        """Writes for each open hamlet; when the drafts that are in the way will have rested."""
        later = []
        for hamlet in at.hamlets:
            if hamlet.hamlet in at.closed:
                continue
            found = self._who(tx, at, hamlet.hamlet)
            if found is None:
                continue
            if rested := reach.rests_at(tx, at.commune, found.person, at.now):
                later.append(rested)
            else:
                self._remind(tx, at, hamlet, found, f"reminder:{hamlet.hamlet}:{at.month}:{day}")
        return later

    def _nudge_one(self, tx: Tx, at: _Month, hamlet: Hamlet, nudged: Nudged) -> None:
        code = hamlet.hamlet
        today = at.now.astimezone(HANOI).date()
        key = f"nudge:{code}:{at.month}:{today}"
        if code in at.closed:
            nudged.closed.append(code)
        elif outbox.known(tx, at.commune, f"reminder:{code}:{at.month}:{today}"):
            nudged.already.append(code)  # the same words came by themselves this morning
        elif (found := self._who(tx, at, code)) is None:
            nudged.unreachable.append(code)
        elif found.account.bot in at.spent:
            nudged.spent.append(code)
        elif reach.rests_at(tx, at.commune, found.person, at.now):
            nudged.busy[code] = found.person.name
        elif self._remind(tx, at, hamlet, found, key, nudged.at):
            nudged.reached[code] = found.person.name
        else:
            nudged.already.append(code)

    def _remind(
        self, tx: Tx, at: _Month, hamlet: Hamlet, to: Reach, key: str, not_before: datetime | None = None
    ) -> bool:
        """Queues one reminder; False where ``key`` was used before."""
        count = at.counts.get(hamlet.hamlet, 0)
        today = at.now.astimezone(HANOI).date()
        commune = self.communes[at.commune]
        text = reminder_text(self.wording, commune, hamlet.name, at.month, count, to.person, today)
        names, commands = _choices(count, at.month, hamlet.hamlet if to.several_hamlets else None)
        labels = [self.wording.say(f"jobs.reminder.button.{name}") for name in names]
        options = {str(number): command for number, command in enumerate(commands, 1)}
        number = outbox.put(
            tx,
            at.commune,
            to.account.bot,
            to.account.address,
            outgoing.REMINDER,
            outgoing.text(text, tuple(zip(labels, commands, strict=True))),
            at.now,
            offer={"options": options, "draft": None, "about": text},
            dedupe=key,
            not_before=not_before,
            # Without a network until the evening it is dropped: a reminder at night helps nobody.
            not_after=schedules.window(commune.deadlines).closing(not_before or at.now),
        )
        return number is not None

    def _tell_committee(self, tx: Tx, at: _Month, day: date) -> None:
        if not at.hamlets:
            return
        rows = self._progress(tx, at)
        text = progress.line(self.wording, rows, at.month, self.communes[at.commune].hamlet_word)
        button = (self.wording.say("jobs.progress.button"), f"/tiendo {_spoken(at.month)}")
        for to in reach.committee(tx, at.commune, at.members, self.purpose, at.spent):
            outbox.put(
                tx,
                at.commune,
                to.account.bot,
                to.account.address,
                outgoing.REMINDER,
                outgoing.text(text, (button,)),
                at.now,
                dedupe=f"progress:{to.person.person}:{at.month}:{day}",
            )

    def _progress(self, tx: Tx, at: _Month) -> list[HamletMonth]:
        months = [at.month]
        for _ in range(_MONTHS_BACK):
            months.append(periods.previous_month(months[-1]))
        stated = closings.of_months(tx, at.commune, months[-1], at.month)
        counts = {
            (hamlet, month): count
            for month in months
            for hamlet, count in self._counts(tx, at.commune, month).items()
            if hamlet is not None
        }
        places = [
            progress.Place(h.hamlet, h.name, reach.head_name(at.members, h.hamlet), h.from_day)
            for h in at.hamlets
        ]
        return progress.survey(places, at.month, {(c.hamlet, c.month): c.state for c in stated}, counts)

    def _counts(self, tx: Tx, commune: int, month: str) -> dict[str | None, int]:
        period = periods.month_period(month, self.communes[commune].deadlines.month_end)
        return records.counts(tx, commune, period.from_day, period.until_day)


def reminder_text(
    wording: Wording, commune: Commune, hamlet: str, month: str, count: int, person: Person, today: date
) -> str:
    """The whole message, as read on ``today``; ``hamlet`` is its name, ``count`` its records of the month."""
    say, address = wording.say, person.address_form
    due = periods.deadline(month, commune.deadlines.report_day, commune.deadlines.month_end)
    due_key = "due" if today < due else "due_today" if today == due else "overdue"
    here = style.capitalised(f"tháng {progress.month_number(month, f'{today:%Y-%m}')}")
    place = outgoing.within_sentence(hamlet, commune.hamlet_word)
    first = [
        say("jobs.reminder.hello", address, ten=outgoing.called(person.name, address)),
        say("jobs.reminder.some" if count else "jobs.reminder.none", thang=here, ap=place, so=count),
        say(f"jobs.reminder.{due_key}", han=style.due_day(due)),
    ]
    names, _ = _choices(count, month, None)
    lines = [" ".join(first), *(say(f"jobs.reminder.{name}") for name in names)]
    if commune.phone:
        lines.append(say("jobs.reminder.help", address, noi=commune.kind, dien_thoai=commune.phone))
    return "\n".join(lines)


def _choices(count: int, month: str, hamlet: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The three things that a head may answer: their names in the wording, and the whole commands.

    ``hamlet`` is named for a person who answers for several.
    """
    which = f" {hamlet}" if hamlet else ""
    report, of_month = f"/baoviec{which}", f"{_spoken(month)}{which}"
    if count:
        return ("more", "close", "look"), (report, f"/chotthang {of_month}", f"/dabao {of_month}")
    return ("now", "nothing", "otherwise"), (report, f"/khongphatsinh {of_month}", f"/baokhac {of_month}")


def _spoken(month: str) -> str:
    """ "2024-12" as commands carry it: "12 2024"."""
    return f"{int(month[5:])} {month[:4]}"
