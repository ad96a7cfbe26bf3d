"""What a bot may still send in a month in which its platform grants it so many messages. Pure.

Answers to people are what the program is for, so all else gives way to them in time: reminders first, since a
hamlet can be reminded by telephone, then documents and notices that nobody asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor

from templates import periods
from templates.commune import HANOI

ANSWER, DOCUMENT, REMINDER = 0, 1, 2  # as the outbox knows them: the smaller goes first
NOTHING = -1  # the class below all

# Shares of the month's messages.
WARN_AT = 0.80
REMINDERS_UNTIL = 0.90
DOCUMENTS_UNTIL = 0.96  # answers go on until the platform itself says no

FIRST_PAUSE = timedelta(minutes=2)
LONGEST_PAUSE = timedelta(hours=4)
STALE = timedelta(days=1)  # an answer that waited so long would be a riddle


@dataclass(frozen=True, slots=True)
class Month:
    """``granted`` messages, ``sent`` of them gone; ``exhausted``: the platform says there are no more."""

    granted: int
    sent: int
    exhausted: bool = False

    @property
    def warned(self) -> bool:
        """Whether so much is gone that the committee has to know."""
        return self.sent >= self.share(WARN_AT)

    @property
    def highest(self) -> int:
        """The highest class that may go; where the platform says no, an answer may still be tried."""
        if self.exhausted or self.sent >= self.share(DOCUMENTS_UNTIL):
            return ANSWER
        return DOCUMENT if self.sent >= self.share(REMINDERS_UNTIL) else REMINDER

    def share(self, fraction: float) -> int:
        """So much of what is granted, in messages."""
        return floor(self.granted * fraction)


def month_of(now: datetime) -> str:
    """The month as people here count it: "2024-12"."""
    return f"{now.astimezone(HANOI):%Y-%m}"


def begins(month: str) -> datetime:
    """The first moment of a month (UTC)."""
    return datetime(int(month[:4]), int(month[5:]), 1, tzinfo=HANOI).astimezone(UTC)


def retry_at(now: datetime, setbacks: int) -> datetime:
    """When to ask a platform again that has said no, ``setbacks`` times before: later each time, but never
    past the moment at which it grants new messages."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * (1 << min(setbacks, 10)))
    return min(now + pause, begins(periods.next_month(month_of(now))))
