"""Backups: whole or not at all, both ways."""

from __future__ import annotations

import errno
import json
import logging
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from jobs import schedules
from jobs.backups import Backups, RestoreRefused, backup, restore
from jobs.tick import Ticker
from storage import engine
from storage import schedules as schedule_rows
from storage.database import Database
from tests.jobs.conftest import House, at

pytestmark = pytest.mark.anyio

NOW = at("2024-12-08T12:00")


async def records_of(path: Path) -> int:
    db = await Database.open(path)
    try:
        row = await db.read(lambda tx: tx.one("SELECT count(*) FROM record"))
    finally:
        await db.close()
    assert row is not None
    return int(row[0])


def furnish(data: Path) -> None:
    for name in (
        "attachments/tan-an/ab/ab1.jpg",
        "documents/bao-cao-2024-du-thao-1.docx",
        "wording/own.toml",
    ):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(name.encode())
    (data / "telegram-token").write_text("secret")
    (data / "documents" / ".half.tmp").write_text("half")


async def test_a_backup_beside_running_work_holds_what_was_committed(house: House, tmp_path: Path) -> None:
    furnish(house.data)
    await house.record("3", "2024-12-01")
    file = backup(house.db.path, house.data, NOW)
    await house.record("3", "2024-12-02")
    assert file == house.data / "backups" / "matran-2024-12-08.zip"
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == [
            "documents/bao-cao-2024-du-thao-1.docx",
            "matran-sao-luu.json",
            "matran.db",
            "wording/own.toml",
        ]
        listed = json.loads(archive.read("matran-sao-luu.json"))
    assert listed["attachments"] == ["attachments/tan-an/ab/ab1.jpg"]
    other = tmp_path / "other"
    restored = restore(file, other / "matran.db", other, NOW)
    assert restored.replaced is None
    assert restored.photos_missing == ("attachments/tan-an/ab/ab1.jpg",)
    assert await records_of(other / "matran.db") == 1
    assert (other / "wording/own.toml").read_bytes() == b"wording/own.toml"
    assert sorted(p.name for p in other.iterdir()) == ["documents", "matran.db", "wording"]


async def test_with_photos_nothing_is_missing(house: House, tmp_path: Path) -> None:
    furnish(house.data)
    file = backup(house.db.path, house.data, NOW, photos=True, to=tmp_path / "usb" / "all.zip")
    other = tmp_path / "other"
    assert restore(file, other / "matran.db", other, NOW).photos_missing == ()
    assert (other / "attachments/tan-an/ab/ab1.jpg").read_bytes() == b"attachments/tan-an/ab/ab1.jpg"


async def test_what_a_restore_replaces_is_kept_aside(house: House) -> None:
    furnish(house.data)
    await house.record("3", "2024-12-01")
    file = backup(house.db.path, house.data, NOW)
    await house.record("3", "2024-12-02")
    (house.data / "documents/bao-cao-2024-du-thao-1.docx").write_text("later")
    await house.db.close()
    restored = restore(file, house.db.path, house.data, NOW)
    assert restored.replaced == house.data / "truoc-khi-phuc-hoi-2024-12-08-120000"
    assert await records_of(house.db.path) == 1
    assert await records_of(restored.replaced / "matran.db") == 2
    document = "documents/bao-cao-2024-du-thao-1.docx"
    assert (house.data / document).read_bytes() == document.encode()
    assert (restored.replaced / document).read_text() == "later"
    assert (house.data / "telegram-token").read_text() == "secret"


async def test_a_broken_database_can_be_restored_over(house: House) -> None:
    await house.record("3", "2024-12-01")
    file = backup(house.db.path, house.data, NOW)
    await house.db.close()
    house.db.path.write_bytes(b"broken" * 1000)
    restored = restore(file, house.db.path, house.data, NOW)
    assert await records_of(house.db.path) == 1
    assert restored.replaced and (restored.replaced / "matran.db").read_bytes().startswith(b"broken")


async def test_a_database_in_use_is_not_replaced(house: House) -> None:
    file = backup(house.db.path, house.data, NOW)
    await house.record("3", "2024-12-01")
    with pytest.raises(RestoreRefused, match="in_use"):
        restore(file, house.db.path, house.data, NOW)
    await house.db.close()
    assert await records_of(house.db.path) == 1
    assert sorted(p.name for p in house.data.iterdir()) == ["backups", "matran.db"]


def foreign(folder: Path) -> dict[str, Path]:
    """Files that are no backup of ours, by what they are."""
    folder.mkdir()
    names = ("text", "strange", "empty", "other", "newer", "cut", "half")
    made = {name: folder / f"{name}.zip" for name in names}
    made["text"].write_text("hello")
    with zipfile.ZipFile(made["strange"], "w") as archive:
        archive.writestr("photo.jpg", "x")
    for name, database in (("empty", b""), ("other", b"no database at all" * 100)):
        with zipfile.ZipFile(made[name], "w") as archive:
            archive.writestr("matran-sao-luu.json", json.dumps({"format": 1, "attachments": []}))
            archive.writestr("matran.db", database)
    with zipfile.ZipFile(made["newer"], "w") as archive:
        archive.writestr("matran-sao-luu.json", json.dumps({"format": 2, "attachments": []}))
        archive.writestr("matran.db", b"x")
    return made


async def test_a_foreign_file_is_refused_and_changes_nothing(house: House, tmp_path: Path) -> None:
    furnish(house.data)
    await house.record("3", "2024-12-01")
    made = foreign(tmp_path / "foreign")
    whole = backup(house.db.path, house.data, NOW, to=tmp_path / "whole.zip").read_bytes()
    at_database = whole.index(b"matran.db")
    made["cut"].write_bytes(whole[: at_database + 200] + b"\xff" * 50 + whole[at_database + 250 :])
    made["half"].write_bytes(whole[: len(whole) // 2])
    await house.db.close()
    before = {p: p.read_bytes() for p in house.data.rglob("*") if p.is_file()}
    reasons = {}
    for name, file in made.items():
        with pytest.raises(RestoreRefused) as refused:
            restore(file, house.db.path, house.data, NOW)
        reasons[name] = refused.value.reason
    assert reasons == {
        "text": "no_backup", "strange": "no_backup", "empty": "broken", "other": "no_backup",
        "newer": "newer", "cut": "broken", "half": "broken",
    }  # fmt: skip
    assert {p: p.read_bytes() for p in house.data.rglob("*") if p.is_file()} == before


async def test_a_backup_cannot_write_outside_its_folders(house: House, tmp_path: Path) -> None:
    file = backup(house.db.path, house.data, NOW, to=tmp_path / "evil.zip")
    with zipfile.ZipFile(file, "a") as archive:
        for name in ("../evil", "/evil", "documents/../../evil", "telegram-token", "backups/x.zip"):
            archive.writestr(name, "evil")
    other = tmp_path / "deep" / "other"
    restore(file, other / "matran.db", other, NOW)
    assert sorted(p.name for p in (tmp_path / "deep").rglob("*") if p.is_file()) == ["matran.db"]


async def test_a_step_that_fails_undoes_the_others(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(house.data)
    file = backup(house.db.path, house.data, NOW)
    await house.record("3", "2024-12-01")
    (house.data / "documents/bao-cao-2024-du-thao-1.docx").write_text("later")
    await house.db.close()
    before = {p: p.read_bytes() for p in house.data.rglob("*") if p.is_file()}
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if self.name == "matran.db":
            raise OSError(errno.EIO, "broken disk")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(OSError, match="broken disk"):
        restore(file, house.db.path, house.data, NOW)
    assert {p: p.read_bytes() for p in house.data.rglob("*") if p.is_file()} == before


async def test_fourteen_days_are_kept(house: House) -> None:
    (house.data / "backups").mkdir()
    (house.data / "backups" / "my-own.zip").write_text("mine")
    for day in range(20):
        backup(house.db.path, house.data, NOW + timedelta(days=day))
        backup(house.db.path, house.data, NOW + timedelta(days=day, hours=1))
    names = sorted(p.name for p in (house.data / "backups").iterdir())
    assert names == [f"matran-2024-12-{day}.zip" for day in range(14, 28)] + ["my-own.zip"]


async def test_a_full_disk_leaves_the_earlier_backup_and_is_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calendar = schedules.daily()
    await house.db.write(
        lambda tx: schedules.synchronise(tx, house.commune, {"backup": calendar}, at("2024-12-07T09:00"))
    )
    served = frozenset({house.commune})
    handlers = {"backup": Backups(house.db, house.data, house.wording).fire}
    ticker = Ticker(house.db, house.wording, served, handlers, lambda: NOW)
    await ticker.tick(at("2024-12-07T12:00"))
    folder = house.data / "backups"
    assert [p.name for p in folder.iterdir()] == ["matran-2024-12-07.zip"]

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched, caplog.at_level(logging.ERROR, "matran.jobs"):
        patched.setattr(engine, "copy_to", full)
        await ticker.tick(NOW)
    assert "Chưa sao lưu được" in caplog.text
    assert [p.name for p in folder.iterdir()] == ["matran-2024-12-07.zip"]
    row = await house.db.read(lambda tx: schedule_rows.get(tx, house.commune, "backup"))
    assert row is not None and row.due_at == NOW + timedelta(hours=1)
    await ticker.tick(NOW + timedelta(hours=1))
    assert sorted(p.name for p in folder.iterdir()) == ["matran-2024-12-07.zip", "matran-2024-12-08.zip"]
    row = await house.db.read(lambda tx: schedule_rows.get(tx, house.commune, "backup"))
    assert row is not None and row.due_at == at("2024-12-09T12:00")
    shutil.rmtree(folder)
