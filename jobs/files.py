"""Files that are either there whole or not at all: written beside their place, then renamed into it."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_PIECE = 256 * 1024  # bytes


def keep(data: bytes, path: Path) -> None:
    """Writes a file so that a machine that dies meanwhile leaves none, or the whole; OSError passes on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, data)
        Path(beside).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(beside).unlink()
        raise
    settle(path.parent)


def free(path: Path) -> Path:
    """``path``, or where that name is taken, by another period's document say, one with a number behind it.

    What lies in the folder was sent to people, or given a name just before a crash: it is not overwritten.
    """
    candidate, number = path, 1
    while candidate.exists():
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate


def _write(file: BinaryIO, data: bytes) -> None:
    """Onto the disk in pieces: a commit meanwhile waits for one of them, not for twenty megabytes."""
    for at in range(0, max(len(data), 1), _PIECE):
        file.write(data[at : at + _PIECE])
        file.flush()
        os.fsync(file.fileno())


def settle(folder: Path) -> None:
    """Makes renames within a folder last; where the system cannot (Windows), they last anyway."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
