"""Copies of the program's memory: one a day, the last fourteen kept, and the way back.

A backup is a zip with the database, the documents and what the commune changed in its templates, and a list
of the photos; the photos themselves only where asked for: they never change, and fourteen copies fill a disk.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from jobs import files, schedules
from jobs.complaints import log
from storage import engine
from storage import schedules as schedule_rows
from storage.database import Database
from storage.errors import ForeignDatabase, NewerDatabase, StorageError
from storage.rows import Schedule
from templates.commune import HANOI
from templates.wording import Wording

KEPT = 14
FOLDER = "backups"  # within the data folder
DATABASE = "matran.db"  # its name within a backup
FOLDERS = ("documents", "forms", "wording", "reports")  # of the data folder, copied whole
PHOTOS = "attachments"
_LIST = "matran-sao-luu.json"
_FORMAT = 1
_NAME = re.compile(r"matran-\d{4}-\d{2}-\d{2}\.zip")
_TRY_AGAIN = timedelta(hours=1)


class RestoreRefused(Exception):
    """Nothing was changed. ``reason``: no_backup, broken, newer, in_use."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Restored:
    """``replaced`` is where what was there before lies now, if anything was; ``photos_missing`` those that
    the backup lists and nobody has."""

    replaced: Path | None
    photos_missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backups:
    """The tick's handler for the schedule "backup"."""

    db: Database
    data: Path
    wording: Wording

    async def fire(self, row: Schedule, now: datetime) -> None:
        """Makes the day's backup; one that fails (a full disk) is tried again in an hour."""
        due_at = schedules.daily().decide(now).due_at
        try:
            await asyncio.to_thread(backup, self.db.path, self.data, now)
        except Exception:
            log.exception(self.wording.say("jobs.log.backup"))
            due_at = min(due_at, now + _TRY_AGAIN)
        await self.db.write(lambda tx: schedule_rows.advance(tx, row.commune, row.schedule, due_at, now))


def backup(database: Path, data: Path, now: datetime, photos: bool = False, to: Path | None = None) -> Path:
    """Makes a backup beside running work, whole or not at all; its path, by default in ``data/backups``.

    One made on the same day before is replaced; of those by default the last fourteen days' stay. Raises
    OSError and StorageUnavailable, which leave the earlier backups as they were.
    """
    target = to or data / FOLDER / f"matran-{now.astimezone(HANOI).date()}.zip"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".sao-luu-") as folder:
        copy, packed = Path(folder, DATABASE), Path(folder, "packed.zip")
        engine.copy_to(database, copy)
        _pack(packed, copy, data, now, photos)
        packed.replace(target)
    files.settle(target.parent)
    if to is None:
        for old in sorted(p for p in target.parent.iterdir() if _NAME.fullmatch(p.name))[:-KEPT]:
            old.unlink()
    return target


def restore(file: Path, database: Path, data: Path, now: datetime) -> Restored:
    """Puts a backup in place of what is there, whole or not at all. Nobody else may use the data folder.

    What it replaces is kept in ``data/truoc-khi-phuc-hoi-…``. Raises RestoreRefused, OSError.
    """
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=".phuc-hoi-") as folder:
        stage = Path(folder)
        listed = _unpack(file, stage)
        _check_database(stage / DATABASE)
        aside = data / f"truoc-khi-phuc-hoi-{now.astimezone(HANOI):%Y-%m-%d-%H%M%S}"
        replaced = _swap(stage, database, data, aside)
        _add_photos(stage, data)
    missing = tuple(path for path in listed if not (data / path).is_file())
    return Restored(replaced, missing)


def _pack(packed: Path, copy: Path, data: Path, now: datetime, photos: bool) -> None:
    kept = [path.relative_to(data).as_posix() for path in _files(data / PHOTOS)]
    listed = {"format": _FORMAT, "made_at": now.isoformat(), "attachments": kept}
    with packed.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_LIST, json.dumps(listed, ensure_ascii=False))
            archive.write(copy, DATABASE)
            for path in (path for name in FOLDERS for path in _files(data / name)):
                archive.write(path, path.relative_to(data).as_posix())
            for name in kept if photos else ():
                archive.write(data / name, name, zipfile.ZIP_STORED)
        file.flush()
        os.fsync(file.fileno())


def _files(folder: Path) -> Iterator[Path]:
    """All finished files below a folder, in order; those being written begin with a dot."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield path


def _unpack(file: Path, stage: Path) -> list[str]:
    """Unpacks what a backup may hold, and checks every byte; the photos that it lists."""
    try:
        with zipfile.ZipFile(file) as archive:
            if not {_LIST, DATABASE} <= set(archive.namelist()):
                raise RestoreRefused("no_backup", file.name)
            listed = json.loads(archive.read(_LIST))
            if listed["format"] > _FORMAT:
                raise RestoreRefused("newer", file.name)
            for name in archive.namelist():
                if _ours(name):
                    archive.extract(name, stage)
            return [name for name in listed["attachments"] if _ours(name)]
    except zipfile.BadZipFile as error:
        raise RestoreRefused("broken" if _begins_as_zip(file) else "no_backup", str(error)) from error
    except (ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
        raise RestoreRefused("broken", str(error)) from error


def _begins_as_zip(file: Path) -> bool:
    """Also where it was cut off: the list of what is in a zip stands at its end."""
    with file.open("rb") as opened:
        return opened.read(4) == b"PK\3\4"


def _ours(name: str) -> bool:
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts and "\\" not in name
    return name == DATABASE or (inside and len(path.parts) > 1 and path.parts[0] in (*FOLDERS, PHOTOS))


def _check_database(copy: Path) -> None:
    """Opens the copy as the program would, which also brings an older one up to date."""
    if not copy.stat().st_size:  # it would become a new, empty database
        raise RestoreRefused("broken", DATABASE)
    try:
        engine.open_writer(copy).close()
    except NewerDatabase as error:
        raise RestoreRefused("newer", str(error)) from error
    except ForeignDatabase as error:
        raise RestoreRefused("no_backup", str(error)) from error


def _swap(stage: Path, database: Path, data: Path, aside: Path) -> Path | None:
    """Moves what is there aside and the unpacked in its place; undoes all of it where a step fails.

    A machine that dies within these few renames is tolerated: the old state lies whole in ``aside``.
    """
    undo: list[Callable[[], object]] = []
    try:
        if database.exists():
            _set_database_aside(database, aside, undo)
        for name in FOLDERS:
            if (data / name).exists():
                _move(data / name, aside / name, undo)
            if (stage / name).exists():
                _move(stage / name, data / name, undo)
        (stage / DATABASE).replace(database)
    except BaseException:
        for step in reversed(undo):
            with suppress(OSError):
                step()
        shutil.rmtree(aside, ignore_errors=True)
        raise
    files.settle(data)
    return aside if aside.exists() else None


def _set_database_aside(database: Path, aside: Path, undo: list[Callable[[], object]]) -> None:
    """Copies the database, so that its place is never empty. One that cannot be opened goes as it is."""
    logs = [database.with_name(database.name + end) for end in ("-wal", "-shm")]
    with suppress(StorageError, sqlite3.Error):
        # Whoever closes a database last folds its log into it: one that is still there has another reader.
        engine.open_writer(database).close()
        if any(one.exists() for one in logs):
            raise RestoreRefused("in_use", database.name)
    aside.mkdir(parents=True)
    shutil.copy2(database, aside / database.name)
    for left in logs:
        if left.exists():
            _move(left, aside / left.name, undo)


def _move(old: Path, new: Path, undo: list[Callable[[], object]]) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    old.rename(new)
    undo.append(lambda: new.rename(old))


def _add_photos(stage: Path, data: Path) -> None:
    """Photos are named by their content: one that is there already is the same."""
    for path in _files(stage / PHOTOS):
        target = data / path.relative_to(stage)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
