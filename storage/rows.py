"""What storage takes and returns: plain frozen rows. Moments are aware UTC datetimes, days dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from storage.encoding import JsonText, from_json


class Hamlet(NamedTuple):
    hamlet: str  # its code
    name: str
    position: int
    from_day: date | None = None
    until_day: date | None = None


class Member(NamedTuple):
    """One seat on a hamlet's board; ``hamlet`` None: on the commune's committee."""

    member: int
    hamlet: str | None
    post: str
    name: str
    position: int
    from_day: date | None = None
    until_day: date | None = None


class Role(NamedTuple):
    role: int
    person: int
    kind: str  # standing_committee, hamlet_head, hamlet_deputy, observer
    hamlet: str | None


class Person(NamedTuple):
    """``address_form`` is how the person is spoken to ("chú"); None: without a pronoun."""

    person: int
    name: str
    address_form: str | None
    roles: tuple[Role, ...] = ()  # those held now
    consented: bool = False  # to the purpose in force


class Account(NamedTuple):
    """A person's address on a channel; it says which commune its messages belong to."""

    bot: str
    address: str
    person: int
    state: str  # active, gone
    commune: int
    name: str  # as the platform shows it
    last_at: datetime  # of the last message, to the minute


class Offer(NamedTuple):
    """What a bare number means: ``options`` from number to text; with ``draft``, that form's question."""

    at: datetime
    options: Mapping[str, str]
    draft: int | None
    about: str


@dataclass(frozen=True, slots=True)
class Invitation:
    invitation: int
    kind: str
    hamlet: str | None
    name: str
    address_form: str | None
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """A code that takes another account into use, asked for by ``person`` from the account (bot, address)."""

    transfer: int
    person: int
    bot: str
    address: str
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot that is served; ``name`` None: it has not reached its platform yet.

    ``users`` and ``monthly`` are what its platform grants, None without limit; ``accounts`` are the people
    who ever wrote to it, ``invited`` those whose invitation keeps a place there.
    """

    bot: str
    name: str | None
    link: str | None
    users: int | None
    monthly: int | None
    accounts: int
    invited: int

    @property
    def full(self) -> bool:
        return self.users is not None and self.accounts + self.invited >= self.users


@dataclass(frozen=True, slots=True)
class Spending:
    """What a bot has sent in a month, and since when its platform says that nothing is left."""

    messages: int = 0
    exhausted_at: datetime | None = None
    retry_at: datetime | None = None
    setbacks: int = 0


class Draft(NamedTuple):
    draft: int
    person: int
    form: str
    version: int
    state: str  # open, parked, done, cancelled
    hamlet: str | None
    body: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    photos: int = 0  # files that belong to it, waiting or kept


class Origin(NamedTuple):
    """The message through which something came, and on whose behalf."""

    bot: str
    chat: str
    message: str
    source: str | None = None  # giay, dien_thoai, giao_ban


class Record(NamedTuple):
    """A record as its revision in force says it."""

    record: int
    form: str
    hamlet: str | None
    day: date
    state: str  # valid, returned, withdrawn
    author: int
    revision: int
    answers: Mapping[str, Any]
    version: int
    source: str | None
    reason: str | None
    created_at: datetime
    at: datetime  # of the revision


@dataclass(frozen=True, slots=True)
class Closing:
    hamlet: str
    month: str  # "2024-12"
    state: str  # closed, nothing, otherwise
    at: datetime


@dataclass(frozen=True, slots=True)
class Attachment:
    attachment: int
    person: int
    draft: int | None
    record: int | None
    bot: str
    chat: str
    kind: str  # photo, document, other
    address: str
    album: str | None
    name: str | None
    mime: str | None
    size: int | None
    state: str  # waiting, kept, refused, removed
    tries: int
    path: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class FailedUpdate:
    """An update that intake or its channel could not handle, kept raw with the traceback."""

    bot: str
    chat: str
    message: str
    at: datetime
    raw: str | None
    trace: str | None


@dataclass(frozen=True, slots=True)
class WaitingUpdate:
    """An update that was taken in and is yet to be handled."""

    bot: str
    chat: str
    message: str
    raw: str


@dataclass(frozen=True, slots=True)
class OutboxRow:
    commune: int
    outbox: int
    bot: str
    address: str
    class_: int
    body: Mapping[str, Any]
    offer: Mapping[str, Any] | None
    tries: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A page of the program's own for one account; ``nonce`` is part of its signed address.

    ``path`` is the document's within the data folder, "" for an upload; ``again`` what to type for a new one.
    """

    commune: int
    link: int
    kind: str  # document, upload
    nonce: str
    person: int
    bot: str
    address: str
    path: str
    name: str
    again: str | None
    uses: int
    most: int
    expires_at: datetime
    withdrawn_at: datetime | None

    def open(self, now: datetime) -> bool:
        """Whether it can still be used."""
        return self.withdrawn_at is None and now < self.expires_at and self.uses < self.most


@dataclass(frozen=True, slots=True)
class Schedule:
    commune: int
    schedule: str
    due_at: datetime
    settings: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Request:
    request: int
    report: str
    from_day: date
    until_day: date
    label: str
    person: int | None
    bot: str | None
    address: str | None
    at: datetime
    fresh: bool = False  # a new draft, although the last one was edited in Word


@dataclass(frozen=True, slots=True)
class Edition:
    """A draft of a report. ``base`` is the number of the draft that was edited in Word into this one, by
    ``person``; None where it was computed. ``kept`` are its figures, as text: most who ask for an edition
    want none of them."""

    edition: int
    report: str
    from_day: date
    until_day: date
    label: str
    number: int
    fingerprint: str
    kept: JsonText
    cover: str
    path: str
    sha256: str
    at: datetime
    base: int | None = None
    person: int | None = None

    @property
    def figures(self) -> Mapping[str, Any]:
        """The figures with all that is behind them; read anew at each call."""
        return from_json(self.kept)


@dataclass(frozen=True, slots=True)
class WorkedOn:
    """A period whose report was asked for or made."""

    from_day: date
    until_day: date
    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """The committee's own figure; ``value`` is as a form's answer, None where it was withdrawn."""

    override: int
    figure: str
    value: Any
    source: str  # bhxh, ke_toan, dien_thoai, khac
    reason: str
    person: int
    at: datetime


@dataclass(frozen=True, slots=True)
class PhotoChoice:
    """The photos that the committee wants in a report, by attachment; None leaves them to the program."""

    choice: int
    photos: tuple[int, ...] | None
    person: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Workbook:
    """A backlog spreadsheet that was read; ``body`` holds its lines, or what is wrong with them."""

    workbook: int
    attachment: int
    person: int
    hamlet: str | None
    digest: str
    state: str  # faulty, offered, stored
    draft: int | None
    body: Mapping[str, Any]
    stored_at: datetime | None


@dataclass(frozen=True, slots=True)
class Circulation:
    """A draft sent to people for comments; ``by_phone`` are the names of those who have to be called."""

    circulation: int
    edition: int
    person: int
    until_day: date
    by_phone: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Comment:
    comment: int
    edition: int
    person: int
    body: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what to what; ``person`` None: at the computer, or the program by itself."""

    audit: int
    at: datetime
    person: int | None
    act: str
    subject: str | None
    details: Mapping[str, Any]
