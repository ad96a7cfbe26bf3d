"""The sentences of the program: data in the .toml files beside this module, found by key.

A sentence is plain text with placeholders: ``{so}`` takes a value; ``{xung}`` takes the form of address
chosen for the person ("chú"), and where none was chosen it vanishes with one space beside it; ``{xung|xin}``
then says "xin" instead; ``{xung_sau}`` is the form of address with its space before it. ``{Xung}`` and
``{Xung|Xin}`` do the same at the beginning of a sentence: where nothing is left to say, the next word takes
the capital. Nothing in a value is ever read as a placeholder.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from templates.errors import TemplateError

_PLACEHOLDER = re.compile(r"\{(?P<name>[A-Za-z_]+)(?:\|(?P<other>[^{}]*))?\}(?P<space> ?)")
_ADDRESS, _AFTER = "xung", "xung_sau"
_CAPITAL = "\0"  # the next letter takes the capital
_LEFT_OVER = re.compile(r" +([,:;?!\n]|\.(?![^\W\d_])|$)")  # "tệp .xlsx" keeps its space
_NOTHING: Mapping[str, str] = MappingProxyType({})

Pieces: TypeAlias = tuple[tuple[str, str | None], ...]
"""A sentence in pieces: each a text, and the name of the value behind it; None behind the last one."""


class Wording:
    """All sentences by dotted key; ``say`` fills one in."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        self._sentences = dict(sentences)
        self._pieces: dict[tuple[str, str | None], Pieces] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def __reduce__(self) -> tuple[type[Wording], tuple[dict[str, str]]]:
        return Wording, (self._sentences,)  # what was worked out on the way stays here

    def keys(self) -> Iterable[str]:
        return self._sentences.keys()

    def placeholders(self, key: str) -> set[str]:
        """The names that the sentence needs, without the form of address."""
        found = {m["name"] for m in _PLACEHOLDER.finditer(self._sentences[key])}
        return {name for name in found if name.lower() not in (_ADDRESS, _AFTER)}

    def say(self, key: str, xung: str | None = None, /, **values: object) -> str:
        """The sentence under ``key``. Raises KeyError where the key or a placeholder's value is missing."""
        return _filled(self.pieces(key, xung), xung, values)

    def pieces(self, key: str, xung: str | None, known: Mapping[str, str] = _NOTHING) -> Pieces:
        """The sentence for that form of address, cut at the values that it needs beside ``known`` ones."""
        sentence = self._sentences[key]
        if "{" not in sentence:
            return ((sentence, None),)
        if known:
            return _cut(sentence, xung, known)
        if (pieces := self._pieces.get((key, xung))) is None:
            pieces = self._pieces[key, xung] = _cut(sentence, xung, known)
        return pieces


def _cut(sentence: str, xung: str | None, known: Mapping[str, str]) -> Pieces:
    pieces: list[tuple[str, str | None]] = []
    text, at = "", 0
    for match in _PLACEHOLDER.finditer(sentence):
        name, space = match["name"], match["space"]
        text += sentence[at : match.start()]
        at = match.end()
        if name == _AFTER:
            text += f" {xung}{space}" if xung else space
        elif name.lower() == _ADDRESS:
            if word := xung or match["other"]:
                text += (_capitalised(word) if name[0].isupper() else word) + space
            else:
                text += _CAPITAL if name[0].isupper() else ""
        elif name in known:
            text += known[name] + space
        else:
            pieces.append((text, name))
            text = space
    text += sentence[at:]
    return (*pieces, (text, None)) if pieces else ((_tidied(text, xung), None),)


def _filled(pieces: Pieces, xung: str | None, values: Mapping[str, object]) -> str:
    if len(pieces) == 1:
        return pieces[0][0]
    filled = [before if name is None else f"{before}{values[name]}" for before, name in pieces]
    return _tidied("".join(filled), xung)


def _tidied(text: str, xung: str | None) -> str:
    """Without what a missing form of address leaves over: spaces before it, the capital that it had."""
    if xung:
        return text
    if _CAPITAL in text:
        text = re.sub(rf"{_CAPITAL}(.?)", lambda m: m[1].upper(), text, flags=re.DOTALL)
    return _LEFT_OVER.sub(r"\1", text)


class Voice:
    """The wording as it speaks to one person, in one commune's words for its units.

    Beside the form of address it fills in ``{ap}``, ``{xa}`` and, at the beginning of a sentence, ``{Ap}``,
    ``{Xa}``: "ấp" or "khóm", "xã" or "phường".
    """

    def __init__(self, wording: Wording, xung: str | None, units: Mapping[str, str]) -> None:
        self._wording, self.xung = wording, xung
        self._units = dict(units)
        self._units |= {name.capitalize(): _capitalised(word) for name, word in units.items()}
        self._pieces: dict[str, Pieces] = {}

    def say(self, key: str, **values: object) -> str:
        if not self._units.keys().isdisjoint(values):  # a value takes the place of a unit's word
            return self._wording.say(key, self.xung, **(self._units | values))
        if (pieces := self._pieces.get(key)) is None:
            pieces = self._pieces[key] = self._wording.pieces(key, self.xung, self._units)
        return _filled(pieces, self.xung, values)

    def fill(self, text: str) -> str:
        """A label of a form with the words for units filled in."""
        if "{" not in text:
            return text
        for name, word in self._units.items():
            text = text.replace(f"{{{name}}}", word)
        return text


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]


def flatten(tree: Mapping[str, object], file: Path | str, prefix: str = "") -> dict[str, str]:
    """A TOML tree of sentences as dotted keys; raises TemplateError at what is no sentence."""
    flat: dict[str, str] = {}
    for key, value in tree.items():
        dotted = f"{prefix}{key}"
        if isinstance(value, str):
            flat[dotted] = value.strip("\n")
        elif isinstance(value, Mapping):
            flat |= flatten(value, file, dotted + ".")
        else:
            raise TemplateError(file, dotted, "cần một câu chữ trong dấu nháy")
    return flat


def load(folder: Path | None = None) -> Wording:
    """The program's sentences, and over them those of a commune's own ``wording/*.toml`` in ``folder``.

    A commune's file may only replace sentences that exist, with no placeholder that ours does not have.
    """
    ours = _ours()
    wording = Wording(ours)
    if folder is None or not folder.is_dir():
        return wording
    merged = dict(ours)
    for file in sorted(folder.glob("*.toml")):
        own = flatten(read_toml(file), file)
        for key in own:
            if key not in ours:
                raise TemplateError(file, key, "không có câu nào mang khóa này")
            strange = Wording(own).placeholders(key) - wording.placeholders(key)
            if strange:
                raise TemplateError(file, key, f"chỗ điền lạ: {', '.join(sorted(strange))}")
        merged |= own
    return Wording(merged)


def read_toml(file: Path) -> dict[str, object]:
    """A TOML file as a tree; TemplateError where it cannot be read."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TemplateError(file, "(cả tệp)", f"không đọc được: {error}") from error


@lru_cache(maxsize=1)
def _ours() -> dict[str, str]:
    merged: dict[str, str] = {}
    with resources.as_file(resources.files(__package__)) as folder:
        for file in sorted(folder.glob("*.toml")):
            for key, sentence in flatten(read_toml(file), file).items():
                if key in merged:
                    raise TemplateError(file, key, "khóa này đã có ở tệp khác")
                merged[key] = sentence
    return merged
