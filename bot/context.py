"""What a message is answered with: the house it comes to, the moment it is handled in, the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from bot.messages import Button, Incoming, Outgoing
from storage.database import Tx
from storage.rows import Account, Origin, Person
from templates.commune import HANOI, Commune, words
from templates.forms import Catalog
from templates.progress import HamletMonth
from templates.wording import Voice, Wording

if TYPE_CHECKING:
    from bot.commands.table import Table


class NudgeResult(Protocol):
    """What came of reminding heads at once, by hamlet code."""

    @property
    def reached(self) -> Mapping[str, str]: ...
    @property
    def unreachable(self) -> Sequence[str]: ...
    @property
    def already(self) -> Sequence[str]: ...
    @property
    def busy(self) -> Mapping[str, str]: ...
    @property
    def closed(self) -> Sequence[str]: ...
    @property
    def at(self) -> datetime | None: ...


class Months(Protocol):
    """What the jobs know of months; handed in by bot.app, since no command may know the jobs."""

    def nudge(
        self, tx: Tx, commune: int, month: str, hamlets: Sequence[str], now: datetime
    ) -> NudgeResult: ...

    def progress(self, tx: Tx, commune: int, month: str, now: datetime) -> list[HamletMonth]: ...


Sections = Callable[[date], Sequence[tuple[str, str]]]
"""The report's sections that the committee may write words for, as (code, title), in a given year."""


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of the report as people know it: its section ("II.5.1") and label.

    ``kind`` is the question that asks for its value: dem, tien or ty_le.
    """

    name: str
    section: str
    label: str
    kind: str

    @property
    def title(self) -> str:
        return f"{self.section} {self.label}"


Figures = Callable[[date], Sequence[FigureLine]]
"""The report's figures that a number can be given for, in its order, in a given year."""


@dataclass(frozen=True, slots=True)
class House:
    """What does not change while the program runs. ``number`` is the commune's in the database."""

    number: int
    commune: Commune
    catalog: Catalog
    wording: Wording
    months: Months
    commands: Table
    consent_commands: Table
    sections: Sections
    figures: Figures

    @property
    def purpose(self) -> str:
        """What people consent to; another purpose asks them again."""
        return self.wording.say("consent.purpose")

    def voice(self, xung: str | None) -> Voice:
        here = self.commune
        return _voice(self.wording, xung, here.kind, here.hamlet_word, here.superior, here.places)


@lru_cache(maxsize=64)
def _voice(
    wording: Wording, xung: str | None, kind: str, hamlet_word: str, superior: str, places: tuple[str, ...]
) -> Voice:
    """The same voice for the same words: what is filled in with it can be kept."""
    return Voice(wording, xung, words(kind, hamlet_word, superior, places))


@dataclass(slots=True)
class Context:
    """One message being handled, inside its transaction."""

    tx: Tx
    house: House
    now: datetime
    incoming: Incoming
    account: Account
    person: Person
    text: str | None = None

    @property
    def commune(self) -> int:
        return self.house.number

    @property
    def today(self) -> date:
        return self.now.astimezone(HANOI).date()

    @property
    def voice(self) -> Voice:
        return self.house.voice(self.person.address_form)

    def say(self, key: str, **values: object) -> str:
        return self.voice.say(key, **values)

    def origin(self, source: str | None = None) -> Origin:
        return Origin(self.incoming.bot, self.incoming.chat, self.incoming.message, source)


@dataclass(frozen=True, slots=True)
class Reply:
    """The one answer to a message.

    ``options`` are what numbers in it mean (number → text to be taken as if typed); ``draft`` says that they
    answer that draft's question instead. ``more`` are further messages of the same answer (a QR picture).
    """

    text: str
    buttons: tuple[Button, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)
    draft: int | None = None
    more: tuple[Outgoing, ...] = ()


def choices(lines: Sequence[tuple[str, str]], first: int = 1) -> tuple[str, dict[str, str]]:
    """Numbered lines and what each number means, from (label, command) pairs."""
    numbered = [f"{number}. {label}" for number, (label, _) in enumerate(lines, first)]
    return "\n".join(numbered), {str(n): command for n, (_, command) in enumerate(lines, first)}


Run = Callable[[Context, str], Reply]
