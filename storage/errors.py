"""What storage raises. `StorageUnavailable` is no fault of the update: keep it, wait, try again."""

from __future__ import annotations

from pathlib import Path


class StorageError(Exception):
    """Something about the database itself."""


class StorageUnavailable(StorageError):
    """The disk is full, or another process holds the database: nothing was changed; try again later.

    ``reason`` is "full", "locked" or "io".
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


class NewerDatabase(StorageError):
    """The file was written by a newer program: only that one may open it."""

    def __init__(self, path: Path, version: int, known: int) -> None:
        super().__init__(f"{path}: phiên bản {version}, chương trình này chỉ biết đến {known}")
        self.path, self.version, self.known = path, version, known


class ForeignDatabase(StorageError):
    """The file is no database of this program."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path}: không phải cơ sở dữ liệu của Matran")
        self.path = path


class DataFolderUnusable(StorageError):
    """The data folder cannot be made or written to; why is in ``error``."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path}: {error.strerror or error}")
        self.path, self.error = path, error


class Missing(StorageError):
    """Asked for by its number, and not there, or no longer in a state that allows it."""

    def __init__(self, kind: str, commune: int, number: int) -> None:
        super().__init__(f"{kind} {commune}/{number}")
        self.kind, self.commune, self.number = kind, commune, number


class NumberTaken(StorageError):
    """Another edition of the period took this number in the meantime."""

    def __init__(self, commune: int, report: str, number: int) -> None:
        super().__init__(f"{report} {commune}: {number}")
        self.commune, self.report, self.number = commune, report, number
