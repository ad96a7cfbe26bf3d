"""Files are there whole or not at all; while a large one is written, commits come between its pieces."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from jobs import files

LARGE = os.urandom(3 * files._PIECE + 17)


@pytest.mark.parametrize("data", [b"", b"x", LARGE[: files._PIECE], LARGE])
def test_what_was_kept_is_what_was_given(tmp_path: Path, data: bytes) -> None:
    files.keep(data, tmp_path / "a" / "b.bin")
    assert (tmp_path / "a" / "b.bin").read_bytes() == data
    assert [file.name for file in (tmp_path / "a").iterdir()] == ["b.bin"]


def test_a_large_file_goes_to_the_disk_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, fsync = [], os.fsync

    def noting(handle: int) -> None:
        sizes.append(os.fstat(handle).st_size)
        fsync(handle)

    monkeypatch.setattr(os, "fsync", noting)
    files.keep(LARGE, tmp_path / "b.bin")
    assert sizes[:4] == [files._PIECE, 2 * files._PIECE, 3 * files._PIECE, len(LARGE)]


def test_a_disk_that_is_full_in_the_middle_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files.keep(b"before", tmp_path / "b.bin")
    fsync, calls = os.fsync, iter(range(9))

    def full(handle: int) -> None:
        if next(calls) == 2:
            raise OSError(28, "No space left on device")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.keep(LARGE, tmp_path / "b.bin")
    assert [file.name for file in tmp_path.iterdir()] == ["b.bin"]
    assert (tmp_path / "b.bin").read_bytes() == b"before"
