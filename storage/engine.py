"""All that is SQLite's own: opening, transactions, migrations, what its errors mean.

Another engine would replace this module; the functions beside it hold nothing but plain SQL with "?".
"""

from __future__ import annotations

import re
import sqlite3
from importlib import resources
from pathlib import Path

from storage.errors import DataFolderUnusable, ForeignDatabase, NewerDatabase, StorageUnavailable

APPLICATION_ID = 0x4D54524E  # "MTRN", in the file's header: tells our files from others
BUSY_TIMEOUT_MS = 2_000  # another process's write is short; longer means trouble

BEGIN_WRITE = "BEGIN IMMEDIATE"
BEGIN_READ = "BEGIN"

_UNAVAILABLE = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_IOERR: "io",
    sqlite3.SQLITE_READONLY: "io",
    sqlite3.SQLITE_CANTOPEN: "io",
}


def translate(error: sqlite3.Error) -> StorageUnavailable | None:
    """The passing trouble behind an error of SQLite; None where it is a bug and has to surface."""
    code = getattr(error, "sqlite_errorcode", None)
    reason = _UNAVAILABLE.get(code & 0xFF) if code is not None else None
    return StorageUnavailable(reason, str(error)) if reason else None


def open_writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes; makes the file and brings its schema up to date.

    Raises DataFolderUnusable, ForeignDatabase, NewerDatabase, StorageUnavailable.
    """
    _make_folder(path.parent)
    try:
        connection = _connect(path.as_posix())
        _refuse_foreign(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        _migrate(connection, path)
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB:
            raise ForeignDatabase(path) from error
        if (unavailable := translate(error)) is None:
            raise
        raise unavailable from error
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads, beside the writer."""
    connection = _connect(f"file:{path.as_posix()}?mode=ro", uri=True)
    connection.execute("PRAGMA query_only = ON")
    return connection


def copy_to(path: Path, target: Path) -> None:
    """A whole, consistent copy of the database at ``path``, made beside running transactions."""
    source = _connect(path.as_posix())
    copy = sqlite3.connect(target)
    try:
        source.backup(copy)
    finally:
        copy.close()
        source.close()


def _connect(database: str, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        database,
        uri=uri,
        isolation_level=None,
        timeout=BUSY_TIMEOUT_MS / 1000,
        check_same_thread=False,  # aiosqlite opens, uses and closes it on its own thread
        cached_statements=512,
    )
    connection.execute("PRAGMA cache_size = -16000")
    return connection


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".matran-ghi-thu"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise DataFolderUnusable(folder, error.strerror or str(error)) from error


def _refuse_foreign(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if application != APPLICATION_ID and (application != 0 or tables != 0):
        raise ForeignDatabase(path)


def migrations() -> list[tuple[int, str]]:
    """The schema's steps in order: (version, SQL)."""
    found = []
    for file in (resources.files("storage") / "migrations").iterdir():
        if match := re.fullmatch(r"(\d{4})_\w+\.sql", file.name):
            found.append((int(match[1]), file.read_text(encoding="utf-8")))
    return sorted(found)


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    steps = migrations()
    known = steps[-1][0]
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > known:
        raise NewerDatabase(path, version, known)
    for number, sql in steps:
        if number > version:
            # One transaction a step: a machine that dies in between finds the step before it.
            connection.executescript(
                f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA application_id = {APPLICATION_ID};\n"
                f"PRAGMA user_version = {number};\nCOMMIT;"
            )
