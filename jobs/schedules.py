"""When something falls due, and what still makes sense after a night, a week or a month asleep. Pure.

The truth of a schedule is its row (`due_at`: when to look next); what to do then is decided here from nothing
but the calendar and the hour. Due moments come from APScheduler's CronTrigger as a pure function.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from apscheduler.triggers.cron import CronTrigger

from storage import schedules
from storage.database import Tx
from templates import periods
from templates.commune import HANOI, Deadlines

_DAY = timedelta(days=1)
_SHORTEST_MONTH = 28
_LONGEST_MONTH = 31
# A computer in an office runs at noon; it needs to be on for the copy, and nobody hears it.
BACKUP_AT = time(12, 0)


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """``at`` (UTC) something is due that counts from ``deadline``, the day that people know."""

    at: datetime
    deadline: date


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do now: ``moment`` is the one to act on, if any; ``due_at`` when to look again, after now."""

    moment: Moment | None
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Window:
    """The hours, local time, in which messages that nobody asked for may leave."""

    opens: time
    closes: time

    def opening(self, now: datetime) -> datetime:
        """``now`` where the window is open, else the next time that it opens (UTC)."""
        local = now.astimezone(HANOI)
        if self.opens <= local.time() < self.closes:
            return now
        today = datetime.combine(local.date(), self.opens, HANOI)
        return (today if today > local else today + _DAY).astimezone(UTC)

    def closing(self, moment: datetime) -> datetime:
        """When the window in which ``moment`` lies closes (UTC)."""
        local = moment.astimezone(HANOI)
        return datetime.combine(local.date(), self.closes, HANOI).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Moments that come round: each rule is the trigger of a day that people know, and a shift from it.

    ``cycle`` is longer than the longest time between two moments of one rule; ``settings`` is what the
    calendar was made of, as JSON: another one makes the row be computed anew.
    """

    rules: tuple[tuple[CronTrigger, timedelta], ...]
    cycle: timedelta
    settings: str
    window: Window | None = None

    def following(self, since: datetime) -> Moment:
        """The first moment at or after ``since``; of two at once the one with the later deadline."""
        found = [_following(trigger, shift, since) for trigger, shift in self.rules]
        return max((m for m in found if m.at == min(found).at), key=lambda m: m.deadline)

    def latest(self, now: datetime) -> Moment:
        """The last moment at or before ``now``."""
        return max(m for trigger, shift in self.rules for m in _until(trigger, shift, now - self.cycle, now))

    def decide(self, now: datetime) -> Plan:
        """What a look at ``now`` comes to, when the row is due.

        Of several moments slept through only the latest counts, at once or when the window opens next;
        it yields to one that comes on the same day anyway. A moment acted on is not offered again as long
        as the row moves on to ``due_at``.
        """
        after = self.following(now + timedelta(microseconds=1))
        if self.window and (opening := self.window.opening(now)) > now:
            return Plan(None, opening)
        if self.window and self._comes_today(after, now):
            return Plan(None, after.at)
        return Plan(self.latest(now), after.at)

    def _comes_today(self, after: Moment, now: datetime) -> bool:
        same_day = after.at.astimezone(HANOI).date() == now.astimezone(HANOI).date()
        return same_day and self.window is not None and self.window.opening(after.at) == after.at


def monthly(deadlines: Deadlines) -> Calendar:
    """The reminders of each month's deadline."""
    rules = tuple(
        (trigger, offset * _DAY)
        for offset in sorted(set(deadlines.remind))
        for trigger in _day_triggers(deadlines.report_day, deadlines.at)
    )
    said = {
        "report_day": deadlines.report_day,
        "remind": sorted(set(deadlines.remind)),
        "month_end": deadlines.month_end,
        **_hours(deadlines),
    }
    return Calendar(rules, (_LONGEST_MONTH + 1) * _DAY, _json(said), window(deadlines))


def yearly(deadlines: Deadlines) -> Calendar:
    """The year's report, made unasked."""
    month, day = deadlines.annual_report
    rules = tuple((trigger, timedelta()) for trigger in _day_triggers(day, deadlines.at, month))
    said = {"annual_report": [month, day], "year_end": list(deadlines.year_end), **_hours(deadlines)}
    return Calendar(rules, 367 * _DAY, _json(said), window(deadlines))


def daily(at: time = BACKUP_AT) -> Calendar:
    """Once a day, at any hour: nobody is written to."""
    trigger = CronTrigger(hour=at.hour, minute=at.minute, timezone=HANOI)
    return Calendar(((trigger, timedelta()),), 2 * _DAY, _json({"daily": at.isoformat()}))


def mornings(deadlines: Deadlines) -> Calendar:
    """Each day at the hour of the reminders."""
    at = deadlines.at
    trigger = CronTrigger(hour=at.hour, minute=at.minute, second=at.second, timezone=HANOI)
    said = {"mornings": True, **_hours(deadlines)}
    return Calendar(((trigger, timedelta()),), 2 * _DAY, _json(said), window(deadlines))


def month_due(deadline: date, deadlines: Deadlines) -> str:
    """The month that is to be reported by ``deadline``: "2024-12" (`templates.periods.deadline` on which)."""
    return periods.month_due(deadline, deadlines.report_day, deadlines.month_end)


def year_due(deadline: date, deadlines: Deadlines) -> int:
    """The year whose report is made on that day: the one whose cut-off is nearest, before or after."""

    def distance(year: int) -> timedelta:
        period = periods.resolve(periods.PeriodSpec(year), deadlines.year_end, deadlines.month_end)
        return abs(period.until_day - deadline)

    return min(range(deadline.year - 1, deadline.year + 2), key=distance)


def synchronise(tx: Tx, commune: int, calendars: Mapping[str, Calendar], now: datetime) -> None:
    """Makes the schedule rows say what the settings say: new ones, and those whose settings have changed.

    A moment that was slept through under the old settings is looked for under the new ones too.
    """
    for name, calendar in calendars.items():
        row = schedules.get(tx, commune, name)
        since = min(now, row.due_at) if row else now
        if calendar.rules:
            schedules.put(tx, commune, name, calendar.following(since).at, calendar.settings)


def _day_triggers(day: int, at: time, month: int | None = None) -> tuple[CronTrigger, ...]:
    """A day of the month; in months that do not have it, their last."""
    days: list[tuple[int | str, int | str]] = [(month or "*", day)]
    if day >= _LONGEST_MONTH:
        days = [(month or "*", "last")]
    elif day > _SHORTEST_MONTH and month in (None, 2):
        days = [(month or "*", day), (2, "last")]
    return tuple(
        CronTrigger(month=m, day=d, hour=at.hour, minute=at.minute, second=at.second, timezone=HANOI)
        for m, d in days
    )


def _following(trigger: CronTrigger, shift: timedelta, since: datetime) -> Moment:
    fire: datetime = trigger.get_next_fire_time(None, since - shift)
    return Moment((fire + shift).astimezone(UTC), fire.astimezone(HANOI).date())


def _until(trigger: CronTrigger, shift: timedelta, since: datetime, now: datetime) -> Iterator[Moment]:
    moment = _following(trigger, shift, since)
    while moment.at <= now:
        yield moment
        moment = _following(trigger, shift, moment.at + timedelta(microseconds=1))


def _hours(deadlines: Deadlines) -> dict[str, str]:
    hours = (deadlines.at, deadlines.quiet_until, deadlines.quiet_from)
    return dict(zip(("at", "quiet_until", "quiet_from"), (h.isoformat() for h in hours), strict=True))


def window(deadlines: Deadlines) -> Window:
    return Window(deadlines.quiet_until, deadlines.quiet_from)


def _json(said: Mapping[str, object]) -> str:
    return json.dumps(said, sort_keys=True)
