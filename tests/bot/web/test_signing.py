"""Tokens: only what was signed here, for that use; the key made once, for its owner alone."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.signing import KEY_FILE, KeyExposed, Seal


def test_what_was_signed_is_read_again_for_that_use_only(tmp_path: Path) -> None:
    seal = Seal(tmp_path)
    token = seal.sign("document", 1, 23, "abc")
    assert seal.read("document", token) == ["1", "23", "abc"]
    assert Seal(tmp_path).read("document", token) == ["1", "23", "abc"]  # after a restart
    assert seal.read("upload", token) is None
    assert Seal(tmp_path / "other").read("document", token) is None


def test_parts_cannot_run_into_each_other(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dot"):
        Seal(tmp_path).sign("document", "1.2", "3")


@given(st.data())
def test_no_changed_token_is_read(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    seal = Seal(tmp_path_factory.getbasetemp() / "seal")
    token = seal.sign("document", 1, 23, "abc")
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters(exclude_characters=token[place]))
    assert seal.read("document", token[:place] + letter + token[place + 1 :]) is None
    assert seal.read("document", data.draw(st.text())) is None


def test_the_key_is_made_at_first_use_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "du-lieu"
    seal = Seal(folder)
    assert not folder.exists()
    seal.sign("x", 1)
    file = folder / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [KEY_FILE]
    assert len(file.read_bytes().strip()) == 64


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    Seal(tmp_path).prepare()
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(KeyExposed) as error:
        Seal(tmp_path).prepare()
    assert error.value.file == tmp_path / KEY_FILE


def test_two_that_need_a_key_at_once_get_the_same(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: Seal(tmp_path).prepare(), range(32)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


def test_no_other_way_of_writing_the_signature_is_read(tmp_path: Path) -> None:
    seal = Seal(tmp_path)
    token = next(t for t in (seal.sign("x", n) for n in range(1000)) if "-" in t and "_" in t)
    assert seal.read("x", token) is not None
    last = token[-1]
    for other in (
        token.replace("-", "+"),
        token.replace("_", "/"),
        token + "=",
        token[:-1] + chr(ord(last) + 1),
    ):
        assert seal.read("x", other) is None
