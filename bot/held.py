"""Files that people left with the program itself, until a job has looked at them.

They are fetched like those that a platform holds: by an address, "local:" and the SHA-256 of the content.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from bot import files
from bot.messages import FileGone, FileTooLarge

FOLDER: Final = "incoming"  # within the data folder
SCHEME: Final = "local:"
KEPT_FOR: Final = timedelta(days=7)  # the jobs give a file up after three
_ADDRESS = re.compile(r"local:([0-9a-f]{64})")
HEAD: Final = 64  # bytes that tell a file's kind
_CHUNK = 256 * 1024


@dataclass(frozen=True, slots=True)
class HeldFile:
    """``address`` is what fetches it; ``size`` in bytes, ``head`` its first bytes."""

    address: str
    size: int
    head: bytes

    @property
    def digest(self) -> str:
        return self.address.removeprefix(SCHEME)


class Held:
    """The folder of these files; ``data`` is the data folder."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    async def keep(self, source: BinaryIO, limit: int) -> HeldFile:
        """Copies the file from where ``source`` stands; raises FileTooLarge, OSError."""
        return await asyncio.to_thread(self.keep_now, source, limit)

    async def fetch(self, address: str, limit: int) -> bytes:
        """As a channel's ``fetch``: raises FileTooLarge, FileGone."""
        if (named := _ADDRESS.fullmatch(address)) is None:
            raise FileGone("no such address")
        return await asyncio.to_thread(files.read, self._folder / named[1], limit)

    async def sweep(self, now: datetime) -> int:
        """Deletes what nobody can wait for any more; how many that were."""
        return await asyncio.to_thread(self._sweep, now)

    def keep_now(self, source: BinaryIO, limit: int) -> HeldFile:
        """As `keep`, for those who are on a thread already."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=self._folder, prefix=".")
        digest, size, head = hashlib.sha256(), 0, b""
        try:
            with os.fdopen(handle, "wb") as out:
                while chunk := source.read(_CHUNK):
                    size += len(chunk)
                    if size > limit:
                        raise FileTooLarge(f"> {limit}")
                    head = head or chunk[:HEAD]
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            Path(beside).replace(self._folder / digest.hexdigest())
        except BaseException:
            with suppress(OSError):
                Path(beside).unlink()
            raise
        return HeldFile(f"{SCHEME}{digest.hexdigest()}", size, head)

    def _sweep(self, now: datetime) -> int:
        if not self._folder.is_dir():
            return 0
        oldest = (now - KEPT_FOR).timestamp()
        old = [file for file in self._folder.iterdir() if file.is_file() and file.stat().st_mtime < oldest]
        for file in old:
            with suppress(OSError):
                file.unlink()
        return len(old)
