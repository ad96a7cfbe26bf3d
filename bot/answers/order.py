"""Vietnamese order for all lists: letters first (a ă â b c d đ …), then tones; people by tên.

PyICU would do it, but needs a C++ library on the commune's computer; the alphabet is one line.
"""

from __future__ import annotations

from typing import TypeAlias

from bot.answers.normal import clean, split_tone

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_PLACE = {letter: place for place, letter in enumerate(_ALPHABET)}

Key: TypeAlias = tuple[tuple[tuple[int, int], ...], str, str]


def text_key(text: str) -> Key:
    """A sort key: the text's letters, then its tones; numbers by size ("Ấp 2" before "Ấp 10")."""
    text = clean(text)
    letters: list[tuple[int, int]] = []
    tones = ""
    for word in text.lower().split():
        bare, tone = split_tone(word)
        letters += [(0, 0), *_letters(bare)]
        tones += tone or "0"
    return tuple(letters), tones, text


def people_key(name: str) -> tuple[Key, Key, Key]:
    """A sort key for a person's full name: by tên, then họ, then đệm ("Lê Thị Ba": Ba, Lê, Thị)."""
    words = clean(name).split()
    family = " ".join(words[:1]) if len(words) > 1 else ""
    return text_key(" ".join(words[-1:])), text_key(family), text_key(" ".join(words[1:-1]))


def _letters(word: str) -> list[tuple[int, int]]:
    places: list[tuple[int, int]] = []
    digits = ""
    for char in word + "\0":
        if char.isdecimal():
            digits += char
            continue
        if digits:
            places += [(1, len(digits.lstrip("0"))), *((1, int(digit)) for digit in digits.lstrip("0"))]
            digits = ""
        if char != "\0":
            places.append((2, _PLACE[char]) if char in _PLACE else (3, ord(char)))
    return places
