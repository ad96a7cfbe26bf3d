"""What a number is measured in has to be what its question asks for; words that only look so do not count."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answers.model import Reading, Refuse, Value
from bot.dialogue import steps
from bot.dialogue.model import Draft, World
from templates import forms, wording
from templates.errors import TemplateError
from templates.wording import Voice

CATALOG = forms.load()
WORLD = World(date(2024, 12, 9), Voice(wording.load(), None, {"ap": "ấp", "xa": "xã"}), CATALOG)


def reading(form: str, question: str, text: str, **answers: str) -> Reading:
    found = CATALOG[form].get(question)
    assert found is not None
    return steps.understand(CATALOG[form], found, Draft(form, 1, answers), text, WORLD)


@pytest.mark.parametrize(
    ("chosen", "text", "number"),
    [
        ("sao_360", "2 sào", 2),
        ("sao_500", "2 sao dat", 2),
        ("sao_360", "2", 2),
        ("cong", "2 công đất", 2),
        ("m2", "200 m2", 200),
        ("m2", "khoảng 1.200 mét vuông", {"value": 1200, "mark": "khoảng"}),
    ],
)
def test_the_unit_that_was_chosen_may_be_typed(chosen: str, text: str, number: object) -> None:
    assert reading("hien_dat", "dien_tich", text, don_vi_dat=chosen) == Value(number)


@pytest.mark.parametrize(
    ("chosen", "text"),
    [("sao_360", "2 công"), ("sao_500", "200 m²"), ("cong", "hai sào"), ("m2", "2 cong dat")],
)
def test_another_unit_is_asked_back(chosen: str, text: str) -> None:
    found = reading("hien_dat", "dien_tich", text, don_vi_dat=chosen)
    assert isinstance(found, Refuse) and found.code == "count_other_unit"


def test_a_half_is_not_cut_off() -> None:
    found = reading("hien_dat", "dien_tich", "2 công rưỡi", don_vi_dat="cong")
    assert isinstance(found, Refuse) and found.code == "count_fraction"


@pytest.mark.parametrize("text", ["5 kg", "20 bao gạo", "2 công đất", "300 m2"])
def test_people_are_not_measured(text: str) -> None:
    found = reading("hoat_dong", "so_nguoi", text)
    assert isinstance(found, Refuse) and found.code == "count_measure"


@pytest.mark.parametrize(
    "text", ["45 gia đình", "45 gia dinh", "5 công an", "12 cong nhan", "30 bà con", "8"]
)
def test_words_that_only_begin_like_a_measure_are_people(text: str) -> None:
    assert isinstance(reading("hoat_dong", "so_nguoi", text), Value)


def test_a_question_takes_its_own_units() -> None:
    assert reading("ngay_cong", "so_cong", "20 công") == Value(20)
    assert reading("van_ban", "so_luong", "22 bao cao") == Value(22)


@pytest.mark.parametrize("change", [{"unit_of": "viec"}, {"unit_of": "la"}, {"units": ()}])
def test_a_form_whose_unit_nobody_chooses_is_refused(change: dict[str, object]) -> None:
    form = CATALOG["hien_dat"]
    asked = [q.model_copy(update=change) if q.name == "dien_tich" else q for q in form.question]
    with pytest.raises((ValueError, TemplateError), match="unit_of"):
        forms.Form.model_validate(form.model_copy(update={"question": asked}).model_dump(by_alias=True))
