"""Which fund a record is about: one of the list, or another one by the name that people gave it. Pure.

Funds never mix: two other funds are two, "Khuyến học" and "quỹ khuyen hoc" are one. Records that do not name
their other fund stay together under the choice's own label.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

FUND, NAME = "quy", "ten_quy"
OTHER = "khac"
_WORD = "quỹ"


class Named(Protocol):
    """A record, as its revision in force says it."""

    @property
    def answers(self) -> Mapping[str, Any]: ...


def key(answers: Mapping[str, Any]) -> str | None:
    """The fund that the answers name, to compare and to add up: "cuu_tro", "khac", "khac:khuyen hoc"."""
    fund, name = answers.get(FUND), _name(answers)
    if not isinstance(fund, str):
        return None
    return f"{fund}:{plain(name)}" if name else fund


def kind(fund: str) -> str:
    """The choice of the list behind a key: "khac"."""
    return fund.partition(":")[0]


def label(answers: Mapping[str, Any]) -> str | None:
    """How a fund of its own name reads: "quỹ Khuyến học"; None for those of the list."""
    name = _name(answers)
    return f"{_WORD} {name}" if name else None


def labels(rows: Iterable[Named]) -> dict[str, str]:
    """The labels of all funds of their own name, by key; typed in several ways, with diacritics."""
    names: dict[str, str] = {}
    for row in rows:
        fund, name = key(row.answers), _name(row.answers)
        if fund and name and (fund not in names or (names[fund].isascii() and not name.isascii())):
            names[fund] = name
    return {fund: f"{_WORD} {name}" for fund, name in names.items()}


def _name(answers: Mapping[str, Any]) -> str:
    """The name that was typed, without "quỹ" before it."""
    typed = answers.get(NAME) if answers.get(FUND) == OTHER else None
    words = str(typed or "").split()
    if words and plain(words[0]) == plain(_WORD):
        words = words[1:]
    return " ".join(words)


def plain(name: str) -> str:
    """A name without diacritics, case and spaces too many, to compare two of them."""
    bare = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return " ".join("".join(char for char in bare if not unicodedata.combining(char)).split())
