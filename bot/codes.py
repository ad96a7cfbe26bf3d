"""Invitation codes: eight characters that nobody confuses, kept only as a slow hash."""

from __future__ import annotations

import hashlib
import re
import secrets

ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXY"  # no 0 O, 1 I L, B S Z (they read as 8 5 2)
LENGTH = 8
_ROUNDS = 20_000  # about ten milliseconds: nothing for one try, much for all of them
_SPOKEN_LIKE_CODE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")


def new_code() -> str:
    """A fresh code, from the operating system's randomness; never a bare word or number."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        if not code.isalpha() and not code.isdecimal():
            return code


def shown(code: str) -> str:
    """ "K7M2P9TX" as people read it: "K7M2 P9TX"."""
    return f"{code[:4]} {code[4:]}"


def read(text: str) -> str | None:
    """The code that a text is, however it was spaced or written; None where it is none."""
    bare = re.sub(r"[\s.\-–_]", "", text).upper()
    return bare if _SPOKEN_LIKE_CODE.fullmatch(bare) else None


def looks_like_one(text: str) -> bool:
    """Whether somebody meant a code and mistyped it: one or two words with a digit, about as long."""
    bare = re.sub(r"[\s.\-–_]", "", text)
    return 6 <= len(bare) <= 10 and bare.isalnum() and any(c.isdigit() for c in bare)


def hashed(code: str, commune: str) -> str:
    """What is stored and looked up; the commune's code is the salt."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), commune.encode(), _ROUNDS).hex()
