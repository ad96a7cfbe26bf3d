"""The script of a year: who says what when, and what the program must answer. Data, read line by line.

    == 15/01/2024 18:30
    sau ▸ sang nay ap 3 don ve sinh kinh xang 45 nguoi
    ● Ai tổ chức?
    sau ▸ [ve-sinh-1.png, ve-sinh-2.png] hinh day
    lan ● đã chốt 3/7 ấp

``==`` moves the clock, never back. ``name ▸`` says something, with photos in brackets (one of which there is
no file is drawn); an indented line is the next line of the same message. ``●`` is what must be among the
answers to it, ``name ●`` what that person must have received since the clock moved. ``#`` explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from templates.commune import HANOI
from templates.errors import TemplateError

_MOMENT = re.compile(r"== (\d\d/\d\d/\d{4} \d\d:\d\d)")
_SAID = re.compile(r"(?P<who>[a-z]+) ▸ (?:\[(?P<photos>[^\]]+)\] ?)?(?P<text>.*)")
_EXPECTED = re.compile(r"(?:(?P<who>[a-z]+) )?● (?P<text>.+)")


@dataclass(frozen=True, slots=True)
class Moves:
    """The clock moves to ``at``."""

    line: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Says:
    """A person sends a message; ``photos`` are names of files beside the script, or of ones to be drawn."""

    line: int
    who: str
    text: str
    photos: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expects:
    """``text`` is among what ``who`` has received: as the answer to the last message, or ``unasked``."""

    line: int
    who: str
    text: str
    unasked: bool


Line: TypeAlias = Moves | Says | Expects


def read(file: Path) -> list[Line]:
    """The whole script; raises TemplateError with the line that is none."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(file, "(cả tệp)", f"không đọc được: {error}") from error
    return list(_lines(file, text.splitlines()))


def _lines(file: Path, texts: Sequence[str]) -> Iterator[Line]:
    at: datetime | None = None
    speaker: str | None = None
    last: Line | None = None  # held back: the message may go on
    for number, text in enumerate(texts, 1):
        if not text.strip() or text.startswith("#"):
            continue
        if text.startswith(" ") and isinstance(last, Says):
            last = replace(last, text=f"{last.text}\n{text.strip()}")
            continue
        line = _line(number, text.strip(), speaker)
        if isinstance(line, Moves):
            if at is not None and line.at <= at:
                raise TemplateError(file, f"dòng {number}", "đồng hồ không đi lùi")
            at, speaker = line.at, None
        elif isinstance(line, Says):
            speaker = line.who
        if line is None or at is None:
            raise TemplateError(file, f"dòng {number}", "cần “== ngày giờ”, “ai ▸ tin” hoặc “● trả lời”")
        if last is not None:
            yield last
        last = line
    if last is not None:
        yield last


def _line(number: int, text: str, speaker: str | None) -> Line | None:
    if found := _MOMENT.fullmatch(text):
        with suppress(ValueError):  # 31/11
            return Moves(number, datetime.strptime(found[1], "%d/%m/%Y %H:%M").replace(tzinfo=HANOI))
    if found := _SAID.fullmatch(text):
        photos = tuple(name.strip() for name in (found["photos"] or "").split(",") if name.strip())
        return Says(number, found["who"], found["text"], photos) if photos or found["text"] else None
    if (found := _EXPECTED.fullmatch(text)) and (who := found["who"] or speaker):
        return Expects(number, who, found["text"], unasked=found["who"] is not None)
    return None
