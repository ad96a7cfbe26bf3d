"""No step of any form is longer than Zalo takes, with the longest lists and answers that there may be."""

from __future__ import annotations

from random import Random

import pytest

from bot.answers.model import Option
from bot.channels.plain import LONGEST, length
from bot.dialogue import steps
from bot.dialogue.model import Seat, Step, World
from templates.forms import LIVE_LISTS, Form
from tests.bot.dialogue.worlds import CATALOG, draft_of, said, world

WALKS, STEPS = 4, 40
HAMLETS = tuple(f"Ấp Kinh Xáng Phụng Hiệp {n}" for n in range(1, 41))
PEOPLE = tuple(f"Nguyễn Thị Ngọc Hoàng Anh {n}" for n in range(1, 41))
TITLES = tuple(f"II.{n}.{n} Một mục của báo cáo có tên dài đến mức…" for n in range(1, 61))
LONG = "Tổ chức tuyên truyền, vận động nhân dân dọn vệ sinh, phát quang bụi rậm hai bên kinh Xáng " * 12
LIST = "\n".join(f"{n}. {PEOPLE[n % 40]} - cứu trợ đồng bào bị bão lũ - {n}00k" for n in range(1, 41))
ANSWERS = (
    *("1", "2", "3", "12", "24", "1 2 3 4 5 6 7 8 9 10 11 12", "0", "bỏ qua", "Đ", "quay lại", "trợ giúp"),
    *(LONG[:900], LIST, LONG, "???", "hai mươi lăm", "15/11", "hôm qua", "500", "1tr5", "45/60", "85%"),
    *("xem thêm", "trang sau", "99", "không biết nữa", "Nguyễn Thị Ngọc Hoàng Anh"),
)


def wide(level: str = "ap") -> World:
    """A commune of forty hamlets with boards of forty, all of it under long names."""
    lists = {
        name: tuple(Option(f"{name}{n}", title) for n, title in enumerate(TITLES)) for name in LIVE_LISTS
    }
    lists["ap"] = tuple(Option(f"{n}", name, (f"{n}",)) for n, name in enumerate(HAMLETS, 1))
    lists["nguoi"] = tuple(Option(f"p{n}", f"{name} (Ban Thường trực)") for n, name in enumerate(PEOPLE))
    seats = tuple(Seat(f"{n}", name) for n, name in enumerate(PEOPLE))
    return world("đồng chí", level, photos=120)._replace(
        unit="ấp Kinh Xáng Phụng Hiệp 12" if level == "ap" else "xã Tân An Trung Nhứt",
        lists=lists,
        roster=seats,
        hamlets=HAMLETS,
    )


def check(step: Step) -> None:
    assert length(step.text) <= LONGEST, f"{length(step.text)}:\n{step.text}"


@pytest.mark.parametrize("name", sorted(CATALOG.forms))
def test_no_step_is_too_long(name: str) -> None:
    form = CATALOG[name]
    for seed in range(WALKS):
        for level in ("ap", "xa"):
            _walk(form, wide(level), Random(f"{name} {level} {seed}"))


def _walk(form: Form, here: World, random: Random) -> None:
    step = steps.begin(form, draft_of(form), here)
    check(step)
    for _ in range(STEPS):
        if step.ended is not None:
            return
        step = steps.step(form, step.draft, said(random.choice(ANSWERS), random.choice((0, 0, 3))), here)
        check(step)


@pytest.mark.parametrize("name", sorted(CATALOG.forms))
def test_the_summary_of_the_longest_answers_is_not_too_long(name: str) -> None:
    form, here = CATALOG[name], wide()
    step = steps.begin(form, draft_of(form, source="dien_thoai"), here)
    for _ in range(STEPS):
        if step.ended is not None or step.draft.at is None:
            break
        step = _answered(form, step, here)
    if step.ended is None:
        check(steps.step(form, step.draft, said("không rõ"), here))
        whole = step.draft._replace(record=12345, full=True)
        check(steps.resume(form, whole, here, here.voice.say("dialogue.only_text")))


def _answered(form: Form, step: Step, here: World) -> Step:
    """The first of the answers that goes on; the longest come first."""
    for text in (LONG[:1000], LIST, "1 2 3 4 5 6 7 8 9 10 11 12", "12", "1", "15/11", "45/60", "0", "bỏ qua"):
        after = steps.step(form, step.draft, said(text), here)
        check(after)
        if after.draft.at != step.draft.at or after.ended is not None:
            return after
    return steps.step(form, step.draft, said("hủy"), here)
