"""What comes in and what goes out: frozen, the same for every channel."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias

FileKind: TypeAlias = Literal["photo", "document", "other"]
"""``photo``: the channel says it is an image; ``document``: a file; ``other``: sticker, voice, location, …"""


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file that the platform holds: ``address`` is what the channel's ``fetch`` takes.

    Kind "other" may have nothing to fetch (``address`` ""); its ``name`` then says what it is: "location", …
    """

    kind: FileKind
    address: str
    name: str | None = None
    mime: str | None = None
    size: int | None = None  # bytes, where the platform says so


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message or tap of a person.

    ``message`` is the platform's identity of it within (bot, chat), the key against seeing it twice; for a
    tap on an inline button that is the tap's own id, and ``text`` is the command that the button carries.
    """

    bot: str
    chat: str
    message: str
    sent_at: datetime
    sender: str  # the name that the person has on the platform
    text: str | None = None
    files: tuple[FileRef, ...] = ()
    album: str | None = None
    private: bool = True
    edited: bool = False
    sheet: bool = False  # the text is a spreadsheet that a job has read
    book: Mapping[str, Any] | None = None  # a workbook of past months, checked (`bot.backlog`)
    tap: str | None = None  # set for a tap on an inline button; the channel itself acknowledges it
    raw: str = ""  # the update as it came, for a failed inbox row


COMMAND_BYTES = 64  # what an inline button may carry


@dataclass(frozen=True, slots=True)
class Button:
    """A faster way to type: its label, or where there is one the ``command``.

    ValueError for a command of more than 64 bytes: it would have to be cut, and then means something else.
    """

    label: str
    command: str | None = None

    def __post_init__(self) -> None:
        if self.command is not None and not 1 <= len(self.command.encode()) <= COMMAND_BYTES:
            raise ValueError(f"command of {len(self.command.encode())} bytes: {self.command!r}")


class Outgoing(NamedTuple):
    """One message to a person: a text, or a picture or document with the text as its caption.

    ``picture`` and ``document`` are paths within the data folder. ``buttons`` without a command become a
    reply keyboard, those with one inline buttons; ``keep_keyboard`` leaves what is shown as it is.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    picture: str | None = None
    document: str | None = None
    name: str | None = None  # file name of the document as the person sees it
    keep_keyboard: bool = False

    def as_json(self) -> dict[str, Any]:
        body: dict[str, Any] = {"text": self.text}
        if self.buttons:
            body["buttons"] = [[b.label, b.command] for b in self.buttons]
        for key in ("picture", "document", "name"):
            if (value := getattr(self, key)) is not None:
                body[key] = value
        if self.keep_keyboard:
            body["keep_keyboard"] = True
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Outgoing:
        return cls(
            text=body["text"],
            buttons=tuple(Button(label, command) for label, command in body.get("buttons", ())),
            picture=body.get("picture"),
            document=body.get("document"),
            name=body.get("name"),
            keep_keyboard=body.get("keep_keyboard", False),
        )


_ENCLOSED = "data:image/png;base64,"


def enclosed(path: str) -> bytes | None:
    """The picture that travels within the message itself (a QR code); None for a path."""
    return b64decode(path.removeprefix(_ENCLOSED)) if path.startswith(_ENCLOSED) else None


# What came of sending one message. Channels translate their library's errors into these.
# ``parts``: how many messages it was for the platform in this try, where a long one had to be split.


@dataclass(frozen=True, slots=True)
class Sent:
    message: str | None = None  # the platform's id of what was sent
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Later:
    """Not sent; may be tried again after so many seconds. ``everyone``: the whole bot has to wait."""

    seconds: float
    everyone: bool = False
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Gone:
    """The person has blocked the bot or no longer exists."""

    reason: str
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Moved:
    """The address has changed."""

    address: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The platform will never take this message."""

    reason: str
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Unsure:
    """It may have arrived, or not."""

    reason: str
    parts: int = 1  # with the one of which nobody knows


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Not sent: the platform says that the bot has used up the messages it is granted for this month."""

    reason: str
    parts: int = 0


Result: TypeAlias = Sent | Later | Gone | Moved | Rejected | Unsure | Exhausted


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a channel may be used: messages a second in all and to one chat; None is without limit.

    ``burst``: how many may go to one chat at once when it was quiet before; the average stays ``per_chat``.
    """

    overall: float | None = None
    per_chat: float | None = None
    burst: int = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform grants one bot: people it may talk to, messages it may send a month; None: no limit."""

    users: int | None = None
    monthly: int | None = None


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is on its platform; ``link`` opens a chat with it, where the platform has such links."""

    bot: str
    name: str
    link: str | None = None


class Handled(Enum):
    """What intake made of an update; only ``RETRY`` must be offered again, later."""

    DONE = "done"
    SEEN = "seen"
    FAILED = "failed"  # stored as a failed inbox row
    RETRY = "retry"  # the disk is full or the database locked: no fault of the update


class Intake(Protocol):
    """What a channel hands its updates to. Never raises but for cancellation."""

    async def handle(self, incoming: Incoming) -> Handled: ...

    async def undecodable(self, bot: str, key: str, raw: str, trace: str) -> Handled:
        """Keeps an update that the channel could not read, so that none is lost silently."""
        ...


class Channel(Protocol):
    """A way to reach people. One object for each bot (token)."""

    @property
    def bot(self) -> str:
        """Such as "telegram:123456"; the same after a restart, and known without asking the platform."""
        ...

    @property
    def pace(self) -> Pace: ...

    @property
    def limits(self) -> Limits: ...

    async def identity(self) -> Identity:
        """Asks the platform; raises TokenRefused, or Unreachable or another ConnectionError."""
        ...

    async def run(self, intake: Intake) -> None:
        """Receives until cancelled, or until its source has ended (the terminal's)."""
        ...

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        """One try. What it raises counts as `Unsure`."""
        ...

    async def typing(self, address: str) -> None:
        """Shows for some seconds that an answer is being made; failures do not matter."""
        ...

    async def fetch(self, address: str, limit: int) -> bytes:
        """The bytes of a file; raises FileTooLarge, FileGone or ConnectionError."""
        ...

    async def close(self) -> None: ...


class Shelf(Protocol):
    """Where files go for people whose channel carries none."""

    async def document(self, bot: str, address: str, path: str, name: str) -> str:
        """Lays out the document ``path`` (within the data folder) for this account; the lines that say how
        to get at it: a link, an e-mail that left, or where on the computer it lies."""
        ...

    async def picture(self, picture: str) -> str | None:
        """Where the platform can fetch a picture (a path, or one enclosed) from; None: nowhere."""
        ...


How: TypeAlias = Literal["name", "certificate", "connect", "silent", "strange", "server"]


class TokenRefused(Exception):
    """The platform does not know the token; its text never holds the token."""


class Unreachable(ConnectionError):
    """The platform was not asked, or did not answer; its text never holds the token.

    ``how``: "name" (its server's name is unknown), "certificate" (what answers cannot prove to be it),
    "connect" (no connection), "silent" (no answer), "strange" (an answer that is not the platform's),
    "server" (trouble of the platform's own).
    """

    def __init__(self, how: How, detail: str) -> None:
        super().__init__(detail)
        self.how = how


class FileTooLarge(Exception):
    """The file has more bytes than the limit."""


class FileGone(Exception):
    """The platform no longer has the file, or refuses it for good."""


# Order within a chat: the smaller goes first.
ANSWER, DOCUMENT, REMINDER = 0, 1, 2
NOTICE = DOCUMENT  # a word to somebody who did not ask, about what another did
