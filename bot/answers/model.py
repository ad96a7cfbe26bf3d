"""What understanding a text can come to: a value, a question back, or a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

JSON: TypeAlias = Any  # what json.dumps takes; answers are stored as JSON text
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Option(NamedTuple):
    """One of the things that may be chosen: ``name`` is stored, ``label`` is shown.

    ``words`` are further ways to say it, as typed on a phone (with or without diacritics).
    """

    name: str
    label: str
    words: tuple[str, ...] = ()
    short: str | None = None  # a button's text, at most 18 characters


class Asked(NamedTuple):
    """What a question accepts, with all that is needed to understand an answer to it.

    ``type`` is one of text, count, money, ratio, day, select_one, select_multiple, people.
    ``options`` are the choices of a select, or for ``people`` the roster of that day in the order shown
    (``name`` is the roster id, ``label`` the person's name). ``planned`` makes weekdays look forward.
    ``counted``: of a ratio both numbers are needed, a percent alone is asked back.
    """

    type: str
    today: date
    planned: bool = False
    options: tuple[Option, ...] = ()
    counted: bool = False


class Value(NamedTuple):
    """A text with one sane reading.

    ``value`` by type: text ``str``; count and money ``int`` (đồng), or ``{"value": int, "mark": "trên"}``
    where the person marked it so; ratio ``{"part": int, "whole": int}`` or ``{"percent": float}``; day an ISO
    date; select_one the option's name; select_multiple and people a list of option names in the order of
    the options (people: those who are ABSENT, since that is what is asked).
    ``source`` is whom the text names as giver ("bà Sáu 200k"), where it names one.
    """

    value: JSON
    source: str | None = None


class Ask(NamedTuple):
    """A text with several sane readings, or one that must be confirmed: the person chooses.

    ``code`` is the key of the wording under ``answers.ask``, ``data`` its placeholders; ``readings`` are the
    likeliest first. An empty ``readings`` asks for a clearer text.
    """

    code: str
    readings: tuple[Value, ...] = ()
    data: Mapping[str, str] = NOTHING


class Refuse(NamedTuple):
    """A text with no sane reading; ``code`` is the key of the wording under ``answers.refuse``."""

    code: str
    data: Mapping[str, str] = NOTHING


Reading: TypeAlias = Value | Ask | Refuse
