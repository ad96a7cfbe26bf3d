"""Files by their path: those of the data folder, and never more of a file than is wanted."""

from __future__ import annotations

from pathlib import Path

from bot.messages import FileGone, FileTooLarge


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
