"""Files that people hand to the program itself, not to a channel: as the message that their sender meant.

A message's identity is its file's content and the occasion on which it was handed in. A form sent twice is
one message; the same file on another day is another: what became of the first may be why it comes again.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from bot.answers.normal import clean
from bot.held import HeldFile
from bot.messages import FileKind, FileRef, Incoming
from storage.rows import Account

LIMIT: Final = 20 * 1024 * 1024  # bytes; as much as Telegram lets through
MESSAGE: Final = "file:"  # with occasion and digest: the identity of the message that a file becomes
_NAME_LENGTH = 120
_ZIP = (b"PK\x03\x04",)
_IMAGE = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")  # phones name them as they like
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# By ending: what it is to intake, its media type, and how such a file begins (nothing: it is text).
KINDS: Final[dict[str, tuple[FileKind, str, tuple[bytes, ...]]]] = {
    "docx": ("document", _WORD, _ZIP),
    "xlsx": ("document", _SHEET, _ZIP),
    "csv": ("document", "text/csv", ()),
    "jpg": ("photo", "image/jpeg", _IMAGE),
    "jpeg": ("photo", "image/jpeg", _IMAGE),
    "png": ("photo", "image/png", _IMAGE),
    "webp": ("photo", "image/webp", _IMAGE),
}


def message(account: Account, ref: FileRef, held: HeldFile, occasion: str, now: datetime) -> Incoming:
    """A file that the program holds, as its sender's message; ``occasion`` tells when it was handed in."""
    return Incoming(
        bot=account.bot,
        chat=account.address,
        message=f"{MESSAGE}{occasion}:{held.digest}",
        sent_at=now,
        sender=account.name,
        files=(ref,),
        raw=f"{ref.name} ({held.size} bytes)",
    )


def reference(name: str, held: HeldFile) -> FileRef | None:
    """The file as intake knows files; None for a kind that nobody reads, or content of another."""
    if not readable(name, held.head):
        return None
    kind, mime, _ = KINDS[_ending(name)]
    return FileRef(kind, held.address, name, mime, held.size)


def readable(name: str, head: bytes) -> bool:
    """Whether files of this name that begin so are read: it takes no more to refuse the others."""
    if not head or (known := KINDS.get(_ending(name))) is None:
        return False
    beginnings = known[2]
    return head.startswith(beginnings) if beginnings else b"\0" not in head


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower()


def file_name(said: str) -> str:
    """A name without folders and without what no name holds; "" where nothing is left."""
    last = re.split(r"[/\\]", clean(said).replace("\n", " "))[-1]
    stem, dot, ending = last.strip(" .").rpartition(".")
    return f"{stem[: _NAME_LENGTH - len(ending)]}{dot}{ending[:10]}" if stem else ""
