"""Files left with the program itself: by their content, in the limits, not for ever."""

from __future__ import annotations

import hashlib
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.handed import reference
from bot.held import Held, HeldFile
from bot.messages import FileGone, FileTooLarge

NOW = datetime(2024, 12, 8, 1, 5, tzinfo=UTC)
CONTENT = bytes(range(256)) * 4096  # of several pieces


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def names(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "incoming").iterdir())


@pytest.mark.anyio
async def test_what_is_kept_is_fetched_by_its_content(tmp_path: Path) -> None:
    held = Held(tmp_path)
    kept = await held.keep(io.BytesIO(CONTENT), len(CONTENT))
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert kept == HeldFile(f"local:{digest}", len(CONTENT), CONTENT[:64]) and kept.digest == digest
    assert await held.keep(io.BytesIO(CONTENT), len(CONTENT)) == kept
    assert names(tmp_path) == [digest]
    assert await held.fetch(kept.address, len(CONTENT)) == CONTENT
    with pytest.raises(FileTooLarge):
        await held.fetch(kept.address, len(CONTENT) - 1)


@pytest.mark.anyio
async def test_what_is_too_large_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileTooLarge):
        await Held(tmp_path).keep(io.BytesIO(CONTENT), len(CONTENT) - 1)
    assert names(tmp_path) == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    "address", ["local:", "local:../matran.db", "local:" + "a" * 64, "x", "local:" + "A" * 64]
)
async def test_no_address_leads_elsewhere(tmp_path: Path, address: str) -> None:
    (tmp_path / "matran.db").write_bytes(b"x")
    await Held(tmp_path).keep(io.BytesIO(b"x"), 1)
    with pytest.raises(FileGone):
        await Held(tmp_path).fetch(address, 100)


@pytest.mark.anyio
async def test_after_a_week_nobody_waits_for_it(tmp_path: Path) -> None:
    held = Held(tmp_path)
    assert await held.sweep(NOW) == 0
    old, new = [await held.keep(io.BytesIO(text), 100) for text in (b"old", b"new")]
    for kept, age in ((old, timedelta(days=8)), (new, timedelta(days=6))):
        at = (NOW - age).timestamp()
        os.utime(tmp_path / "incoming" / kept.digest, (at, at))
    assert await held.sweep(NOW) == 1
    assert names(tmp_path) == [new.digest]


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.docx", b"PK\x03\x04", "document"),
        ("A.XLSX", b"PK\x03\x04", "document"),
        ("a.csv", "họ tên;số tiền".encode(), "document"),
        ("a.jpeg", b"\x89PNG\r\n\x1a\n", "photo"),  # phones name them as they like
        ("a.docx", b"<html>", None),
        ("a.csv", b"a\0", None),
        ("a.docm", b"PK\x03\x04", None),
        ("a", b"PK\x03\x04", None),
        ("a.docx.exe", b"MZ", None),
    ],
)
def test_kinds(name: str, head: bytes, kind: str | None) -> None:
    found = reference(name, HeldFile("local:x", len(head), head))
    assert (found.kind if found else None) == kind
    assert reference(name, HeldFile("local:x", 0, b"")) is None
