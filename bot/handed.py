"""Files that people hand to the program itself, not to a channel: as the message that their sender meant.

A message's identity is its file's content, so the same file twice is taken once.
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
MESSAGE: Final = "file:"  # with the content's digest: the identity of the message that a file becomes
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


def message(account: Account, ref: FileRef, held: HeldFile, now: datetime) -> Incoming:
    """A file that the program holds, as its sender's message."""
    return Incoming(
        bot=account.bot,
        chat=account.address,
        message=f"{MESSAGE}{held.digest}",
        sent_at=now,
        sender=account.name,
        files=(ref,),
        raw=f"{ref.name} ({held.size} bytes)",
    )


def reference(name: str, held: HeldFile) -> FileRef | None:
    """The file as intake knows files; None for a kind that nobody reads, or content of another."""
    kind, mime, beginnings = KINDS.get(name.rpartition(".")[2].lower(), (None, "", ()))
    if kind is None or held.size == 0:
        return None
    fits = any(held.head.startswith(magic) for magic in beginnings) if beginnings else b"\0" not in held.head
    return FileRef(kind, held.address, name, mime, held.size) if fits else None


def file_name(said: str) -> str:
    """A name without folders and without what no name holds; "" where nothing is left."""
    last = re.split(r"[/\\]", clean(said).replace("\n", " "))[-1]
    stem, dot, ending = last.strip(" .").rpartition(".")
    return f"{stem[: _NAME_LENGTH - len(ending)]}{dot}{ending[:10]}" if stem else ""
