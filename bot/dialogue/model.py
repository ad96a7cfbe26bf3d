"""The values of a dialogue: what it remembers, what it is told, what it may know, what it answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, NamedTuple, TypeAlias

from bot.answers.model import JSON, NOTHING, Option
from bot.dialogue.life import Life
from templates.forms import Catalog
from templates.wording import Voice

Answers: TypeAlias = Mapping[str, JSON]

Ending: TypeAlias = Literal["done", "cancelled"]


class Draft(NamedTuple):
    """An unfinished form. The same draft and the same text always lead to the same step.

    ``at`` is the question being asked, None at the review. ``asked`` are the questions put so far, in order.
    ``full``: the summary leaves nothing out; ``page`` is the one of a long list that is shown, from 0.
    ``readings`` are the values offered after a text that could be read in more than one way. ``record`` is
    the record that is being corrected; ``subject`` what an action acts on; ``source`` where somebody who
    reports on another's behalf has it from. ``photos`` is how far leaving out the record's own has come
    (`bot.dialogue.dropping`), None where nobody wants that.
    """

    form: str
    version: int
    answers: Answers = NOTHING
    at: str | None = None
    asked: tuple[str, ...] = ()
    readings: tuple[JSON, ...] = ()
    misses: int = 0
    editing: bool = False
    full: bool = False
    page: int = 0
    record: int | None = None
    hamlet: str | None = None
    source: str | None = None
    subject: Mapping[str, JSON] = NOTHING
    photos: str | None = None

    def as_json(self) -> dict[str, Any]:
        """What is stored; ``form``, ``version`` and ``hamlet`` have columns of their own."""
        return {
            "answers": dict(self.answers),
            "at": self.at,
            "asked": list(self.asked),
            "readings": list(self.readings),
            "misses": self.misses,
            "editing": self.editing,
            "full": self.full,
            "page": self.page,
            "record": self.record,
            "source": self.source,
            "subject": dict(self.subject),
            "photos": self.photos,
        }

    @classmethod
    def from_json(cls, form: str, version: int, hamlet: str | None, body: Mapping[str, Any]) -> Draft:
        return cls(
            form=form,
            version=version,
            hamlet=hamlet,
            answers=body["answers"],
            at=body["at"],
            asked=tuple(body["asked"]),
            readings=tuple(body["readings"]),
            misses=body["misses"],
            editing=body["editing"],
            full=body["full"],
            page=body.get("page", 0),
            record=body["record"],
            source=body["source"],
            subject=body["subject"],
            photos=body["photos"],
        )


class Said(NamedTuple):
    """What the person sent: cleaned text, or None with nothing but ``photos``."""

    text: str | None
    photos: int = 0
    raw: str = ""  # as it came, with the tabs of a pasted table


class Seat(NamedTuple):
    """A member of a board; ``name`` is the id that is stored."""

    name: str
    label: str
    from_day: date | None = None
    until_day: date | None = None

    def sits_on(self, day: date) -> bool:
        return (self.from_day is None or self.from_day <= day) and (
            self.until_day is None or day <= self.until_day
        )


class World(NamedTuple):
    """What a dialogue may know: today, the live lists and the roster, loaded before it begins.

    ``level`` is "ap" for a hamlet's record, "xa" for the commune's own. ``unit`` is the hamlet's or the
    commune's name as it reads in a sentence.
    """

    today: date
    voice: Voice
    catalog: Catalog
    level: str = "ap"
    unit: str = ""
    life: Life = Life()  # of the hamlet
    lists: Mapping[str, tuple[Option, ...]] = NOTHING
    roster: tuple[Seat, ...] = ()
    places: tuple[str, ...] = ()  # of the commune, with their diacritics
    hamlets: tuple[str, ...] = ()  # their names, "Ấp 3"
    photos: int = 0
    kept_photos: int = 0  # of these, those that the record had before it was opened for correction


class Step(NamedTuple):
    """What one message leads to: the draft as it then is, and the answer.

    ``ended`` closes the draft; with "done" its answers are complete. ``buttons`` are labels that may be
    tapped in place of typing. ``drop_photos``: the person wants the attached photos left out.
    """

    draft: Draft
    text: str
    buttons: tuple[str, ...] = ()
    ended: Ending | None = None
    drop_photos: bool = False
