"""All that is SQLite's own: opening, transactions, migrations, what its errors mean.

Another engine would replace this module; the functions beside it hold nothing but plain SQL with "?".
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
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


def translate(error: sqlite3.Error, writing: bool = True) -> StorageUnavailable | None:
    """The passing trouble behind an error of SQLite; None where it is a bug and has to surface.

    "Read-only" is the disk's trouble for who may write; on the connection that only reads it is a bug.
    """
    code = getattr(error, "sqlite_errorcode", None)
    if code is None or (code == sqlite3.SQLITE_READONLY and not writing):
        return None
    reason = _UNAVAILABLE.get(code & 0xFF)
    return StorageUnavailable(reason, str(error)) if reason else None


def open_writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes; makes the file and brings its schema up to date.

    Raises DataFolderUnusable, ForeignDatabase, NewerDatabase, StorageUnavailable.
    """
    _make_folder(path.parent)
    try:
        connection = _connect(path.as_posix())
        try:
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_NOTADB:
            raise ForeignDatabase(path) from error
        if (unavailable := translate(error)) is None:
            raise
        raise unavailable from error
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads, beside the writer."""
    connection = _connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.execute("PRAGMA query_only = ON")
    return connection


def copy_to(path: Path, target: Path) -> None:
    """A whole, consistent copy of the database at ``path``, made beside running transactions.

    Raises StorageUnavailable.
    """
    try:
        with closing(open_reader(path)) as source, closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
    except sqlite3.Error as error:
        if (unavailable := translate(error)) is None:
            raise
        raise unavailable from error


def _connect(database: str, uri: bool = False) -> sqlite3.Connection:
    connection = sqlite3.connect(
        database,
        uri=uri,
        isolation_level=None,
        timeout=BUSY_TIMEOUT_MS / 1000,
        check_same_thread=False,  # opened on one thread, used and closed on aiosqlite's
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
        raise DataFolderUnusable(folder, error) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # Refuse before the first pragma that writes: another program's file stays as it is, byte for byte.
    _refuse_foreign(connection, path)
    _pending(connection, path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    _migrate(connection, path)


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


def _pending(connection: sqlite3.Connection, path: Path) -> list[tuple[int, str]]:
    """The steps that the file lacks; raises NewerDatabase."""
    steps = migrations()
    known = steps[-1][0]
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > known:
        raise NewerDatabase(path, version, known)
    return [(number, sql) for number, sql in steps if number > version]


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    # One transaction a step: a machine that dies in between finds the step before it. What is pending is
    # looked up within it, since two processes may start on the same new file.
    while _pending(connection, path):
        connection.execute(BEGIN_WRITE)
        try:
            for number, sql in _pending(connection, path)[:1]:
                for statement in _statements(sql):
                    connection.execute(statement)
                _advise(connection)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {number}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _advise(connection: sqlite3.Connection) -> None:
    """Tells the planner what the tables look like after years of work, instead of counting what is there.

    Without it SQLite takes a commune for ten rows, and reads all that it ever stored rather than use an index
    that is longer by a column. Made from the keys alone: plans are the same on every machine.
    """
    connection.execute("ANALYZE sqlite_schema")  # makes the table of statistics
    connection.execute("DELETE FROM sqlite_stat1")
    indexes = connection.execute(
        'SELECT t.name, i.name, i.origin, i."unique", i.partial, count(*) FROM sqlite_schema t,'
        " pragma_index_list(t.name) i, pragma_index_info(i.name) WHERE t.type = 'table'"
        " GROUP BY t.name, i.name"
    ).fetchall()
    for table, index, origin, unique, partial, columns in indexes:
        counts = [10_000 if partial else 1_000_000]
        for column in range(columns):
            counts.append(max(1, counts[-1] // (20 if column == 0 else 500)))
        if unique:
            counts[-1] = 1
        name = table if origin == "pk" else index  # as SQLite calls the key of a table WITHOUT ROWID
        connection.execute(
            "INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (table, name, " ".join(map(str, counts)))
        )
    connection.execute("ANALYZE sqlite_schema")  # reads it


def _statements(sql: str) -> Iterator[str]:
    """The statements of a script, as `executescript` would split it; that one cannot run in a transaction."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
