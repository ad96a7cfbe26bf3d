"""The world of a dialogue in tests, and short ways to talk in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from bot.answers.model import Option
from bot.answers.normal import clean
from bot.dialogue import steps
from bot.dialogue.model import Draft, Said, Seat, Step, World
from templates import forms, wording
from templates.forms import LIVE_LISTS, Form
from templates.wording import Voice
from tests.sample import BOARD, COMMUNE

CATALOG = forms.load()
TODAY = date(2024, 12, 8)
_TWO = (Option("mot", "Mục một"), Option("hai", "Mục hai"))
_LISTS = {
    "ap": (Option("1", "Ấp 1", ("1",)), Option("3", "Ấp 3", ("3",))),
    "bieu_mau": (Option("hoat_dong", "Hoạt động"), Option("hop", "Họp – điểm danh")),
    "thang": (Option("2024-12", "Tháng 12/2024", ("12",)), Option("2024-11", "Tháng 11/2024", ("11",))),
    "nguoi": tuple(Option(f"p{n}", f"Nguyễn Thị Ngọc Hoa {n} (Ban Thường trực)") for n in range(1, 9)),
    "muc": tuple(Option(f"muc_{n}", f"II.{n} Một mục của báo cáo có tên dài…") for n in range(1, 22)),
}


def world(xung: str | None = "chú", level: str = "ap", photos: int = 0) -> World:
    """A commune's or a hamlet's world on a Sunday, with a board of nine."""
    return World(
        today=TODAY,
        voice=Voice(wording.load(), xung, COMMUNE.words),
        catalog=CATALOG,
        level=level,
        unit="ấp 3" if level == "ap" else "xã Tân An",
        lists={name: _LISTS.get(name, _TWO) for name in LIVE_LISTS},
        roster=tuple(Seat(str(n), seat.name) for n, seat in enumerate(BOARD, 1)),
        places=("kinh Xáng", "chùa Phước Hưng"),
        photos=photos,
    )


def begun(form: Form, here: World) -> Step:
    return steps.begin(form, Draft(form.name, form.version, hamlet="3"), here)


def said(text: str, photos: int = 0) -> Said:
    return Said(clean(text) or None, photos, text)


def talk(form: Form, texts: Iterable[str], here: World | None = None, step: Step | None = None) -> Step:
    """The step after all of ``texts``."""
    here = here or world()
    step = step or begun(form, here)
    for text in texts:
        assert step.ended is None, f"ended before {text!r}"
        step = steps.step(form, step.draft, said(text), here)
    return step


def draft_of(form: Form, **changes: object) -> Draft:
    return Draft(form.name, form.version, hamlet="3")._replace(**changes)  # type: ignore[arg-type]
