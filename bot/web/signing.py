"""Addresses that nobody can guess: what they name, signed with a key that only this computer has.

The key is made at first use, in a file of the data folder that only its owner may read. A token is texts
without a dot, joined by dots, and the signature behind them.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from itsdangerous import BadSignature, Signer

from bot import files

KEY_FILE = "link-key"
_BYTES = 32


class KeyExposed(Exception):
    """Others than its owner may read the key; ``file`` says where it is."""

    def __init__(self, file: Path) -> None:
        super().__init__(str(file))
        self.file = file


class Seal:
    """Signs and checks tokens with the key of the data folder; each ``use`` has tokens of its own."""

    def __init__(self, data: Path) -> None:
        self._file = data / KEY_FILE
        self._key: bytes | None = None

    def prepare(self) -> bytes:
        """Reads the key, or makes it; raises KeyExposed, OSError."""
        self._key = self._key or _key(self._file)
        return self._key

    def sign(self, use: str, *parts: object) -> str:
        """The token for these parts, none of which holds a dot. Raises KeyExposed, OSError."""
        texts = [str(part) for part in parts]
        if any("." in text for text in texts):
            raise ValueError(f"a dot within {texts}")
        return self._signer(use).sign(".".join(texts)).decode("ascii")

    def read(self, use: str, token: str) -> list[str] | None:
        """The parts that were signed for that use; None for anything else. Compares in constant time."""
        signer = self._signer(use)
        try:
            named = signer.unsign(token.encode("ascii"))
        except (BadSignature, UnicodeError):
            return None
        # To the letter: there are several ways to write the same signature.
        same = hmac.compare_digest(signer.sign(named), token.encode("ascii"))
        return named.decode("ascii").split(".") if same else None

    def _signer(self, use: str) -> Signer:
        return Signer(self.prepare(), salt=use, key_derivation="hmac", digest_method=hashlib.sha256)


def _key(file: Path) -> bytes:
    """The key in the file, which is made where it is not there."""
    if not file.is_file():
        _make(file)
    if files.read_by_others(file):
        raise KeyExposed(file)
    return file.read_bytes().strip()


def _make(file: Path) -> None:
    # Whole or not at all, and never over another's: two processes may need it at once.
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")  # 0600
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(secrets.token_hex(_BYTES).encode() + b"\n")
            written.flush()
            os.fsync(written.fileno())
        with suppress(FileExistsError):
            os.link(beside, file)
    finally:
        Path(beside).unlink()
