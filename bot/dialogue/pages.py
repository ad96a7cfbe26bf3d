"""Lists that are longer than a message: they are shown page by page, their numbers run on. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answers.model import Option
from bot.answers.normal import fold

SIZE = 24  # choices in one message
_TURNED = re.compile(r"trang (?:so )?(?P<number>\d{1,3})")
_ON = frozenset({"trang sau", "trang tiep", "trang ke", "xem them", "xem tiep", "con nua"})
_BACK = frozenset({"trang truoc"})
_LONGEST = 20  # characters of what asks for a page


def count(options: Sequence[Option]) -> int:
    return -(-len(options) // SIZE)


def shown(options: Sequence[Option], page: int) -> list[str]:
    """The numbered lines of a page; one that the list no longer has is its first."""
    first = page * SIZE if page < count(options) else 0
    return [f"{n}. {option.label}" for n, option in enumerate(options[first : first + SIZE], first + 1)]


def is_turn(text: str) -> bool:
    """Whether the text asks for a page: "trang 2", "xem thêm"."""
    said = _said(text)
    return said in _ON or said in _BACK or _TURNED.fullmatch(said) is not None


def _said(text: str) -> str:
    return fold(text).strip(" .!") if len(text) < _LONGEST else ""


def turned(text: str, options: Sequence[Option], page: int) -> int | None:
    """The page that the text asks for; None where it asks for none that there is.

    Behind the last page comes the first again.
    """
    pages, said = count(options), _said(text)
    if pages < 2:
        return None
    if said in _ON:
        return (page + 1) % pages
    if said in _BACK:
        return (page - 1) % pages
    found = _TURNED.fullmatch(said)
    wanted = int(found["number"]) if found else 0
    return wanted - 1 if 1 <= wanted <= pages else None
