"""What a message is answered with: the house it comes to, the moment it is handled in, the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from bot.answers.model import NOTHING
from bot.dialogue.life import Life
from bot.messages import Button, Incoming, Outgoing
from storage import arrivals, communes
from storage.database import Tx
from storage.rows import Account, Draft, Link, Offer, Origin, Person
from templates import style
from templates.commune import HANOI, Commune, HamletInfo, words
from templates.forms import Catalog
from templates.periods import Period
from templates.photos import Photo
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
    def spent(self) -> Sequence[str]: ...
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


Photos = Callable[[Tx, Period], Sequence[Photo]]
"""The photos that a period's report may show, in its order."""


def no_photos(tx: Tx, period: Period) -> Sequence[Photo]:
    return ()


class Uploads(Protocol):
    """Gives out pages that take a person's files, where the program has a public address."""

    def upload(self, tx: Tx, account: Account, again: str, now: datetime) -> tuple[str, Link]: ...


@dataclass(frozen=True)
class House:
    """What does not change while the program runs. ``number`` is the commune's in the database.

    ``folder`` is how people find the data folder on the computer: its name, and that of the one around it.
    """

    number: int
    commune: Commune
    catalog: Catalog
    wording: Wording
    months: Months
    commands: Table
    consent_commands: Table
    sections: Sections
    figures: Figures
    folder: str = ""
    uploads: Uploads | None = None
    photos: Photos = no_photos
    shows_photos: bool = True  # whether the report has a place for them

    @cached_property
    def purpose(self) -> str:
        """What people consent to; another purpose asks them again."""
        return self.wording.say("consent.purpose")

    @cached_property
    def hamlets(self) -> tuple[str, ...]:
        """The names of the hamlets in the settings: "Ấp 3"."""
        return tuple(hamlet.name for hamlet in self.commune.hamlets)

    @cached_property
    def units(self) -> Mapping[str, str]:
        """These hamlets by code, as they read within a sentence: "ấp 3"."""
        word = self.commune.hamlet_word
        return {hamlet.code: style.within_sentence(hamlet.name, word) for hamlet in self.commune.hamlets}

    @cached_property
    def lives(self) -> Mapping[str, Life]:
        """Between which days these hamlets exist."""
        known = {hamlet.code: hamlet for hamlet in self.commune.hamlets}

        def into(hamlet: HamletInfo) -> str:
            """What it is a part of today, which may have been merged too."""
            if hamlet.merged_into is None:
                return ""
            return into(known[hamlet.merged_into]) or self.units[hamlet.merged_into]

        return {code: Life(h.from_day, h.until_day, into(h)) for code, h in known.items()}

    def voice(self, xung: str | None) -> Voice:
        """The same voice for the same words: what is filled in with it can be kept."""
        if (known := self._voices.get(xung)) is None:
            here = self.commune
            known = _voice(self.wording, xung, here.kind, here.hamlet_word, here.superior, here.places)
            self._voices[xung] = known
        return known

    @cached_property
    def _voices(self) -> dict[str | None, Voice]:
        return {}


def unit_of(tx: Tx, house: House, hamlet: str) -> str:
    """A hamlet's name as it reads within a sentence: "ấp 3"."""
    # Hamlets are named in the settings, and are synchronised with them at each start; only one that is no
    # longer there has to be looked up. Every message of a dialogue comes through here.
    if hamlet in house.units:
        return house.units[hamlet]
    name = next((h.name for h in communes.hamlets(tx, house.number) if h.hamlet == hamlet), hamlet)
    return style.within_sentence(name, house.commune.hamlet_word)


def life_of(tx: Tx, house: House, hamlet: str) -> Life:
    """Between which days a hamlet exists; of one that is no longer in the settings, as it is remembered."""
    if hamlet in house.lives:
        return house.lives[hamlet]
    known = next((h for h in communes.hamlets(tx, house.number) if h.hamlet == hamlet), None)
    return Life(known.from_day, known.until_day) if known is not None else Life()


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
    draft: Draft | None = None  # that was open when the message came, with what it had then
    offer: Offer | None = None  # what a bare number answers
    switched: bool = False  # the person wrote from another account since
    text: str | None = None
    today: date = field(init=False)

    def __post_init__(self) -> None:
        self.today = self.now.astimezone(HANOI).date()

    @classmethod
    def of(cls, tx: Tx, house: House, now: datetime, incoming: Incoming) -> Context:
        """The message with who sent it and what stands before them."""
        who = arrivals.arrive(
            tx, house.number, incoming.bot, incoming.chat, incoming.sender, house.purpose, now
        )
        return cls(tx, house, now, incoming, who.account, who.person, who.draft, who.offer, who.switched)

    @property
    def commune(self) -> int:
        return self.house.number

    @property
    def voice(self) -> Voice:
        return self.house.voice(self.person.address_form)

    def say(self, key: str, **values: object) -> str:
        return self.voice.say(key, **values)

    def origin(self, source: str | None = None) -> Origin:
        return Origin(self.incoming.bot, self.incoming.chat, self.incoming.message, source)


class Reply(NamedTuple):
    """The one answer to a message.

    ``options`` are what numbers in it mean (number → text to be taken as if typed); ``draft`` says that they
    answer that draft's question instead. ``more`` are further messages of the same answer (a QR picture).
    """

    text: str
    buttons: tuple[Button, ...] = ()
    options: Mapping[str, str] = NOTHING
    draft: int | None = None
    more: tuple[Outgoing, ...] = ()


def choices(lines: Sequence[tuple[str, str]], first: int = 1) -> tuple[str, dict[str, str]]:
    """Numbered lines and what each number means, from (label, command) pairs."""
    numbered = [f"{number}. {label}" for number, (label, _) in enumerate(lines, first)]
    return "\n".join(numbered), {str(n): command for n, (_, command) in enumerate(lines, first)}


Run = Callable[[Context, str], Reply]
