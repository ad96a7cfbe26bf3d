"""Whatever is typed at any point of any form: an answer, no exception, no end but by its own words."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answers.confirm import command, is_yes
from bot.answers.normal import clean
from bot.dialogue import steps
from bot.dialogue.model import Draft, Step, World
from templates.forms import BUTTON_WIDTH, Form
from tests.bot.dialogue.worlds import CATALOG, begun, said, world

LONGEST = 1_900
FORMS = sorted(CATALOG.forms.values(), key=lambda form: form.name)

# What gets a dialogue ahead, with what leads astray.
KNOWN = st.sampled_from(
    [
        *("1", "2", "3", "4", "7", "9", "0", "99", "1 3", "Đ", "d", "ok", "không", "có", "tiền", "đủ", "huy"),
        *("500k", "500", "2tr", "45", "-3", "35-40", "7/9", "45/60", "100%", "vài chục", "50 kg gạo"),
        *("8/12", "20/12", "31/11", "hôm nay", "tuần trước", "kinh Xáng", "bà Năm", "chị Hoa", "2 Nguyễn"),
        *("bỏ qua", "quay lại", "trợ giúp", "thêm", "bỏ ảnh", "{{ x }}", "<w:p>", "=1+1", "&", "/menu"),
    ]
)
ANY = st.text(max_size=60)
LONG = st.builds(
    lambda text, times: text * times, st.text(min_size=1, max_size=20), st.sampled_from([1, 200])
)
TEXTS = st.lists(st.one_of(KNOWN, KNOWN, KNOWN, ANY, LONG), max_size=25)
WORLDS = st.builds(
    world,
    st.sampled_from([None, "chú", "đồng chí"]),
    st.sampled_from(["ap", "xa"]),
    st.sampled_from([0, 2]),
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@settings(max_examples=25, deadline=None)
@given(texts=TEXTS, here=WORLDS)
def test_any_text_anywhere(form: Form, texts: list[str], here: World) -> None:
    step = begun(form, here)
    for text in texts:
        _check(form, step)
        before, step = step, steps.step(form, step.draft, said(text), here)
        if step.ended is not None:
            _check_end(form, before, step, text)
            return
    _check(form, step)


def _check(form: Form, step: Step) -> None:
    assert 0 < len(step.text) <= LONGEST, step.text
    assert all(0 < len(label) <= BUTTON_WIDTH for label in step.buttons), step.buttons
    assert _names_its_question(form, step), step.text
    body = json.loads(json.dumps(step.draft.as_json()))
    assert Draft.from_json(form.name, step.draft.version, step.draft.hamlet, body) == step.draft


def _names_its_question(form: Form, step: Step) -> bool:
    """Which question it is; at the summary what may be done; in doubt the readings, or the doubtful line."""
    draft = step.draft
    if draft.at is None:
        return "gõ Đ" in step.text
    question = form.get(draft.at)
    assert question is not None
    if draft.readings or question.kind == "lines":
        return bool(re.search(r"^1\. |^Câu \d|^Sửa lại: ", step.text, re.MULTILINE))
    return bool(re.search(r"^(Câu \d+/\d+|Sửa lại): ", step.text, re.MULTILINE))


def _check_end(form: Form, before: Step, step: Step, text: str) -> None:
    if step.ended == "cancelled":
        assert command(clean(text)) == "cancel"
    else:
        assert form.confirm is False or (before.draft.at is None and is_yes(clean(text)))


ANSWERS = {
    "text": "Ấp có chợ Xáng " * 260,
    "money": "1.562.410.000 đồng",
    "count": "trên 800",
    "day": "8/12/2024",
    "ratio": "45/60",
    "select_one": "1",
    "select_multiple": "1 2",
    "people": "1 2 3 4 5 6 7 8 9",
    "lines": "Bà Sáu 50k\nÔng Tư 200k\nBà Bảy 2tr",
}


@pytest.mark.parametrize("level", ["ap", "xa"])
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_the_longest_answers_end_in_a_summary_that_fits(form: Form, level: str) -> None:
    here = world("đồng chí", level, photos=12)
    step = begun(form, here)
    for _ in form.question:
        if step.draft.at is not None:
            question = form.get(step.draft.at)
            assert question is not None
            answer = "20/12/2024" if question.planned else ANSWERS[question.kind]
            step = steps.step(form, step.draft, said(answer), here)
    assert step.draft.at is None, step.text
    if form.confirm:
        _check(form, steps.step(form, step.draft, said("thêm"), here))


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, here=WORLDS, form=st.sampled_from(FORMS))
def test_the_same_words_lead_to_the_same_step(texts: list[str], here: World, form: Form) -> None:
    def play() -> list[Step]:
        taken = [begun(form, here)]
        for text in texts:
            if taken[-1].ended is None:
                taken.append(steps.step(form, taken[-1].draft, said(text), here))
        return taken

    assert play() == play()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
@settings(max_examples=8, deadline=None)
@given(texts=TEXTS, here=WORLDS)
def test_an_older_draft_is_taken_up_and_not_answered(form: Form, texts: list[str], here: World) -> None:
    """Wherever a draft stands when its form gets a new version, what fits stays and nothing raises."""
    step = begun(form, here)
    for text in texts:
        if step.ended is None:
            step = steps.step(form, step.draft, said(text), here)
    if step.ended is not None:
        return
    newer = form.model_copy(update={"version": form.version + 1})

    resumed = steps.step(newer, step.draft, said("Đ"), here)

    assert resumed.draft.version == newer.version
    if resumed.ended is None:
        _check(newer, resumed)
