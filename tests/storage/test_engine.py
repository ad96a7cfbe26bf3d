"""Opening the file: from nothing, from an older one, and what is refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage import engine
from storage.errors import DataFolderUnusable, ForeignDatabase, NewerDatabase, StorageUnavailable

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


def tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


def pragma(connection: sqlite3.Connection, name: str) -> object:
    return connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_an_empty_folder_gets_the_whole_schema(tmp_path: Path) -> None:
    with closing(engine.open_writer(tmp_path / "new" / "folder" / "matran.db")) as connection:
        assert {"commune", "record", "revision", "outbox", "audit"} <= tables(connection)
        assert pragma(connection, "user_version") == engine.migrations()[-1][0]
        assert pragma(connection, "application_id") == engine.APPLICATION_ID
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == 2  # FULL
        assert pragma(connection, "foreign_keys") == 1


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    path = tmp_path / "matran.db"
    with closing(engine.open_writer(path)) as connection:
        connection.execute("INSERT INTO commune VALUES (1, 'tan-an', 'Tân An')")
    with closing(engine.open_writer(path)) as connection:
        assert connection.execute("SELECT name FROM commune").fetchall() == [("Tân An",)]


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    path = tmp_path / "matran.db"
    path.touch()
    with closing(engine.open_writer(path)) as connection:
        assert "record" in tables(connection)


def test_only_missing_steps_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "matran.db"
    engine.open_writer(path).close()
    last = engine.migrations()[-1][0]
    step = "-- a note; with a semicolon\nCREATE TABLE thu (a TEXT);\nINSERT INTO thu VALUES ('x;y');\n"
    monkeypatch.setattr(engine, "migrations", lambda: [(last, "broken"), (last + 1, step)])
    with closing(engine.open_writer(path)) as connection:
        assert connection.execute("SELECT a FROM thu").fetchall() == [("x;y",)]
        assert pragma(connection, "user_version") == last + 1


def test_a_step_that_breaks_leaves_the_one_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "matran.db"
    engine.open_writer(path).close()
    known = engine.migrations()
    with monkeypatch.context() as patched:
        patched.setattr(
            engine, "migrations", lambda: [*known, (known[-1][0] + 1, "CREATE TABLE thu (a);\nNONSENSE;")]
        )
        with pytest.raises(sqlite3.OperationalError):
            engine.open_writer(path)
    with closing(engine.open_writer(path)) as connection:
        assert "thu" not in tables(connection)
        assert pragma(connection, "user_version") == known[-1][0]


def test_every_step_is_split_into_whole_statements() -> None:
    for _, sql in engine.migrations():
        with closing(sqlite3.connect(":memory:")) as whole, closing(sqlite3.connect(":memory:")) as split:
            whole.executescript(sql)
            for statement in engine._statements(sql):
                split.execute(statement)
            schema = "SELECT type, name, sql FROM sqlite_master ORDER BY name"
            assert split.execute(schema).fetchall() == whole.execute(schema).fetchall()


def test_two_starts_on_a_new_file_migrate_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "matran.db"
    looked: list[int] = []

    def beaten(connection: sqlite3.Connection, where: Path) -> list[tuple[int, str]]:
        pending = original(connection, where)
        looked.append(len(pending))
        if len(looked) == 2:  # between the first look at what is pending and the transaction
            monkeypatch.setattr(engine, "_pending", original)
            engine.open_writer(path).close()
        return pending

    original = engine._pending
    monkeypatch.setattr(engine, "_pending", beaten)
    with closing(engine.open_writer(path)) as connection:
        assert "record" in tables(connection)
    assert looked == [1, 1]


def test_a_newer_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "matran.db"
    with closing(engine.open_writer(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(NewerDatabase) as caught:
        engine.open_writer(path)
    assert (caught.value.version, caught.value.known) == (99, engine.migrations()[-1][0])
    assert path.read_bytes() == before


@pytest.mark.parametrize("application_id", [0, 0x12345678])
def test_a_foreign_database_is_refused_and_untouched(tmp_path: Path, application_id: int) -> None:
    path = tmp_path / "matran.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (a)")
        connection.execute(f"PRAGMA application_id = {application_id}")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(ForeignDatabase) as caught:
        engine.open_writer(path)
    assert caught.value.path == path
    assert path.read_bytes() == before


def test_a_text_file_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "matran.db"
    text = "Đây là danh sách hộ nghèo, không phải cơ sở dữ liệu.\n" * 100
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ForeignDatabase):
        engine.open_writer(path)
    assert path.read_text(encoding="utf-8") == text


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DataFolderUnusable) as caught:
        engine.open_writer(tmp_path / "file" / "data" / "matran.db")
    assert caught.value.path == tmp_path / "file" / "data"


def test_a_folder_in_the_files_place_is_trouble_of_the_disk(tmp_path: Path) -> None:
    (tmp_path / "matran.db").mkdir()
    with pytest.raises(StorageUnavailable) as caught:
        engine.open_writer(tmp_path / "matran.db")
    assert caught.value.reason == "io"


def test_the_probe_of_the_folder_leaves_nothing(tmp_path: Path) -> None:
    engine.open_writer(tmp_path / "matran.db").close()
    assert [file.name for file in tmp_path.iterdir()] == ["matran.db"]


def test_a_new_file_held_by_another_process_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_MS", 20)
    path = tmp_path / "matran.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StorageUnavailable) as caught:
            engine.open_writer(path)
        other.communicate(b"")
    assert caught.value.reason == "locked"
    engine.open_writer(path).close()


@pytest.mark.parametrize("folder", ["dữ liệu xã", "100% #1?", "a&b='c'"])
def test_the_folder_may_have_any_name(tmp_path: Path, folder: str) -> None:
    path = tmp_path / folder / "matran.db"
    with closing(engine.open_writer(path)) as writer, closing(engine.open_reader(path)) as reader:
        writer.execute("INSERT INTO commune VALUES (1, 'tan-an', 'Tân An')")
        assert reader.execute("SELECT code FROM commune").fetchall() == [("tan-an",)]


def test_a_copy_is_whole_while_a_transaction_runs(tmp_path: Path) -> None:
    path, target = tmp_path / "matran.db", tmp_path / "copy.db"
    with closing(engine.open_writer(path)) as writer:
        writer.execute("INSERT INTO commune VALUES (1, 'a', 'A')")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO commune VALUES (2, 'b', 'B')")
        engine.copy_to(path, target)
        writer.execute("ROLLBACK")
    with closing(engine.open_writer(target)) as copy:
        assert copy.execute("SELECT commune FROM commune").fetchall() == [(1,)]
        assert pragma(copy, "integrity_check") == "ok"


@pytest.mark.parametrize(
    ("code", "writing", "reason"),
    [
        (sqlite3.SQLITE_FULL, True, "full"),
        (sqlite3.SQLITE_BUSY, True, "locked"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, True, "locked"),
        (sqlite3.SQLITE_IOERR_WRITE, True, "io"),
        (sqlite3.SQLITE_READONLY, True, "io"),
        (sqlite3.SQLITE_READONLY, False, None),
        (sqlite3.SQLITE_CONSTRAINT_UNIQUE, True, None),
        (sqlite3.SQLITE_CORRUPT, True, None),
        (sqlite3.SQLITE_ERROR, True, None),
    ],
)
def test_only_passing_trouble_is_translated(code: int, writing: bool, reason: str | None) -> None:
    error = sqlite3.OperationalError("trouble")
    error.sqlite_errorcode = code
    found = engine.translate(error, writing)
    assert (found.reason if found else None) == reason


def test_an_error_without_a_code_is_a_bug() -> None:
    assert engine.translate(sqlite3.ProgrammingError("Cannot operate on a closed database.")) is None
