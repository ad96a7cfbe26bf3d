"""Files by their path: those of the data folder, and never more of a file than is wanted."""

from __future__ import annotations

import os
from pathlib import Path

from bot.messages import FileGone, FileTooLarge

_MODES_TELL = os.name == "posix"


def read_by_others(file: Path) -> bool:
    """Whether others on this computer may read a secret file, as far as its mode tells.

    On Windows it tells nothing, every file seems to be readable by all: there the folder's owner has to see
    to it, and the guides say so.
    """
    return _MODES_TELL and bool(file.stat().st_mode & 0o077)


def within(data: Path, path: str) -> Path:
    """The file at ``path`` within the data folder; FileNotFoundError for one that lies outside of it."""
    root = data.resolve()
    file = (root / path).resolve()
    if not file.is_relative_to(root):
        raise FileNotFoundError(2, "outside of the data folder", path)
    return file


def read(file: Path, limit: int) -> bytes:
    """Its bytes; raises FileGone, and FileTooLarge for more than ``limit``."""
    try:
        with file.open("rb") as opened:
            content = opened.read(limit + 1)
    except OSError as error:
        raise FileGone(f"{file.name}: {error.strerror}") from error
    if len(content) > limit:
        raise FileTooLarge(f"{file.name}: > {limit}")
    return content
