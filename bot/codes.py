"""Invitation codes: eight characters that nobody confuses, kept only as a slow hash."""

from __future__ import annotations

import hashlib
import re
import secrets

ALPHABET = "23456789ACDEFGHJKMNPQRTUVWXY"  # no 0 O, 1 I L, B S Z (they read as 8 5 2)
LENGTH = 8
_ROUNDS = 20_000  # about ten milliseconds: nothing for one try, much for all of them
_LINK = re.compile(r"\S*(?:://|\bt\.me/|\bzalo\.me/)\S*", re.IGNORECASE)
_IN_LINK = re.compile(rf"[?&]start=([{ALPHABET}]{{{LENGTH}}})\b", re.IGNORECASE)
_LABELLED = re.compile(r"(?<!\w)mã(?: mời| số)?\s*:(.*)", re.IGNORECASE)
_WITHIN = re.compile(
    rf"(?<![^\W_])(?:[{ALPHABET}]{{8}}|[{ALPHABET}]{{4}}[ .\-–_][{ALPHABET}]{{4}})(?![^\W_])", re.IGNORECASE
)
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


def found(text: str) -> tuple[str, ...]:
    """The different codes in a text: the text itself, or those in a sentence, a letter, a link."""
    if (whole := read(text)) is not None:
        return (whole,)
    bare = _LINK.sub(" ", text)
    labelled = [read(rest) for rest in _LABELLED.findall(bare)]
    within = [read(piece) for piece in _WITHIN.findall(bare) if _is_no_words(piece)]
    linked = [read(code) for code in _IN_LINK.findall(text)]
    return tuple(dict.fromkeys(code for code in (*labelled, *within, *linked) if code is not None))


def _is_no_words(piece: str) -> bool:
    """A code has letters and digits; "2345 nhan" without capitals is a number and a word of the sentence."""
    halves = (piece[:4], piece[-4:])
    if piece.isalpha() or piece.isdecimal() or all(half.isalpha() for half in halves):
        return False
    return piece.isupper() or not all(half.isalpha() or half.isdecimal() for half in halves)


def looks_like_one(text: str) -> bool:
    """Whether somebody meant a code and mistyped it: one or two words with a digit, about as long.

    So too what stands behind "mã:" in a sentence.
    """
    for said in (text, *_LABELLED.findall(text)):
        bare = re.sub(r"[\s.\-–_]", "", said)
        if 6 <= len(bare) <= 10 and bare.isalnum() and any(c.isdigit() for c in bare):
            return True
    return False


def hashed(code: str, commune: str) -> str:
    """What is stored and looked up; the commune's code is the salt."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), commune.encode(), _ROUNDS).hex()
