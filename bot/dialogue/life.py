"""Between which days a hamlet exists: what happened on others is reported for another one. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from templates import style
from templates.periods import Period
from templates.wording import Voice

if TYPE_CHECKING:
    from bot.dialogue.model import World
    from templates.forms import Form, Question


class Life(NamedTuple):
    """The first and the last day, where there are such; ``into``: what it is a part of since ("ấp 6")."""

    from_day: date | None = None
    until_day: date | None = None
    into: str = ""


def outside(form: Form, question: Question, value: object, world: World) -> str | None:
    """Why a day is none of the unit's, if it is the one that places a record, and falls before or after it.

    What a form settles afterwards (money that was held) has no such end.
    """
    if form.end != "record" or form.after_end or question is not form.day_question:
        return None
    return why_not(world.voice, world.unit, world.life, date.fromisoformat(str(value)))


def why_not(voice: Voice, unit: str, life: Life, day: date) -> str | None:
    """Why the unit has nothing to report of that day; None where it exists on it."""
    if life.until_day is not None and day > life.until_day:
        return voice.say("life.merged_day" if life.into else "life.ended_day", **_ended(unit, life))
    if life.from_day is not None and day < life.from_day:
        return voice.say(
            "life.not_yet_day", unit=unit, Unit=style.capitalised(unit), day=_said(life.from_day)
        )
    return None


def no_month(voice: Voice, unit: str, life: Life, month: str, days: Period) -> str | None:
    """Why the unit has no such month ("2024-12") to tell of; None where it exists on any of its ``days``."""
    if life.until_day is not None and days.from_day > life.until_day:
        return voice.say("life.merged_month" if life.into else "life.ended_month", **_ended(unit, life),
                         month=style.month(month))  # fmt: skip
    if life.from_day is not None and days.until_day < life.from_day:
        return voice.say("life.not_yet_month", Unit=style.capitalised(unit), day=_said(life.from_day),
                         month=style.month(month))  # fmt: skip
    return None


def _ended(unit: str, life: Life) -> dict[str, str]:
    assert life.until_day is not None  # else it has not ended
    since = life.until_day + timedelta(days=1)
    return {"unit": unit, "Unit": style.capitalised(unit), "into": life.into, "day": _said(since)}


def _said(day: date) -> str:
    return style.short_day(day)
