"""Text as phones send it, brought to one form: to store (``clean``) and to compare (``fold``, ``sound``).

``unicodedata`` does the composing. Ours is only what it leaves: marks typed in the wrong order or twice,
invisible characters, full-width letters, and the two styles of placing a tone (hoà, hòa).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng
_SHAPES = {"\u0302", "\u0306", "\u031b"}  # â, ă, ơ
_STRANGE_MARKS = {"\u0340": "\u0300", "\u0341": "\u0301", "\u0342": "\u0303", "\u0358": "", "\u0335": ""}
_LATIN_MARK = re.compile("[\u0300-\u036f]")
_LINE_ENDS = dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n")
_INVISIBLE = {0x20E3, 0x115F, 0x1160, 0x3164, 0xFFA0, 0xFFFC, 0xFFFE, 0xFFFF}
_SHORT = 64  # characters: labels, words and most of what is typed; these are looked at many times a message
_FULL_WIDTH = range(0xFF01, 0xFF5F)  # "５００ｋ"; 0xFEE0 above ASCII


def clean(text: str) -> str:
    """``text`` in NFC, without control and invisible characters; one space between words, lines kept.

    This is the form that is stored. Letters, case and punctuation stay as typed.
    """
    return _cleaned_before(text) if len(text) <= _SHORT else _cleaned(text)


def _cleaned(text: str) -> str:
    if not text.isascii():
        text = _composed(text)
    text = text.replace("\r\n", "\n").translate(_TABLE)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(lines).strip()


_cleaned_before = lru_cache(maxsize=1024)(_cleaned)


def fold(text: str) -> str:
    """``text`` for comparing: lowercase, without diacritics, đ as d, single spaces, one line."""
    return _folded_before(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    text = " ".join(clean(text).lower().split())
    if text.isascii():
        return text
    return strip_marks(text)


_folded_before = lru_cache(maxsize=4096)(_folded)


def short(text: str) -> str:
    """What was typed, cut to what fits into one line of an answer."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59].rstrip() + "…"


def strip_marks(text: str) -> str:
    """``text`` without diacritics, letter for letter: a composed text keeps its length and its case."""
    bare = _LATIN_MARK.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare.translate({0x111: "d", 0x110: "D"}))


def sound(text: str) -> str:
    """``text`` lowercase with its diacritics, each word's tone as a digit at its end (hoà, hòa → "hoa1").

    Hỏi and ngã fall together ("rưởi" is "rưỡi"): the south speaks and often writes them as one.
    """
    return " ".join(_sound_of_word(word) for word in clean(text).lower().split())


@lru_cache(maxsize=4096)
def _sound_of_word(word: str) -> str:
    if word.isascii():
        return word
    letters, tone = split_tone(word)
    return letters + ("2" if tone == "3" else tone)


def split_tone(word: str) -> tuple[str, str]:
    """A word without its tone, in NFC, and the tone as a digit ("" where it has none)."""
    tone, letters = "", []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)), tone


def _composed(text: str) -> str:
    """NFC; where marks are left over, they are put in order, and what still has no letter goes."""
    text = unicodedata.normalize("NFC", text)
    if not _LATIN_MARK.search(text):
        return text
    return _LATIN_MARK.sub("", unicodedata.normalize("NFC", _ordered(text)))


def _ordered(text: str) -> str:
    """Each letter with its shape mark before its tone, each once: keyboards send "o" + hỏi + mũ too."""
    out: list[str] = []
    shape = tone = ""
    for char in unicodedata.normalize("NFD", text) + "\0":
        char = _STRANGE_MARKS.get(char, char)
        if not char:
            continue
        if char in _SHAPES:
            shape = shape or char
        elif char in _TONES:
            tone = tone or char
        else:
            out += [shape, tone, char]
            shape = tone = ""
    return "".join(out)[:-1]


def _replacement(code: int) -> str | None:
    char = chr(code)
    if char in _LINE_ENDS:
        return "\n"
    if code in _FULL_WIDTH:
        return chr(code - 0xFEE0)
    category = unicodedata.category(char)
    if category == "Zs" or char == "\t":
        return " "
    if 0xFE00 <= code <= 0xFE0F or code in _INVISIBLE:
        return ""
    return "" if category in {"Cc", "Cf", "Cs", "Co"} and char != "\n" else None


class _Table(dict[int, str | int]):
    """What ``str.translate`` asks for each character, worked out when a character first comes."""

    def __missing__(self, code: int) -> str | int:
        replacement = _replacement(code)
        self[code] = code if replacement is None else replacement
        return self[code]


_TABLE = _Table()
