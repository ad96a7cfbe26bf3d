"""Which questions are asked, given the answers."""

from __future__ import annotations

from datetime import date

from bot.dialogue import path
from bot.dialogue.model import Seat
from templates.forms import Question
from tests.bot.dialogue.worlds import CATALOG, draft_of, world

HOAT_DONG, UNG_HO, HOP = CATALOG["hoat_dong"], CATALOG["ung_ho"], CATALOG["hop"]


def open_names(form_name: str, level: str = "ap", **answers: object) -> list[str]:
    form, here = CATALOG[form_name], world(level=level)
    draft = path.derive(form, draft_of(form, answers=answers), here)
    return [question.name for question in path.open_questions(form, draft, here)]


def test_conditions_hold_only_with_the_answers_before_them() -> None:
    assert "so_tien" not in open_names("ung_ho")
    assert "so_tien" in open_names("ung_ho", hinh_thuc="tien")
    assert "hien_vat" in open_names("ung_ho", hinh_thuc="hien_vat")


def test_the_level_is_a_condition_too() -> None:
    assert "to_chuc" in open_names("hoat_dong")
    assert "to_chuc" not in open_names("hoat_dong", level="xa")


def test_answers_off_the_path_go_and_defaults_come() -> None:
    draft = draft_of(UNG_HO, answers={"hinh_thuc": "hien_vat", "so_tien": 5, "la": 1}, asked=("so_tien",))

    derived = path.derive(UNG_HO, draft, world())

    assert dict(derived.answers) == {"hinh_thuc": "hien_vat", "ngay": "2024-12-08"}
    assert derived.asked == ()


def test_a_condition_may_allow_several_values() -> None:
    question = Question(name="x", type="text", label="X?", relevant={"kieu": ["a", "b"]})

    assert path.relevant(question, {"kieu": "b"}, "ap")
    assert not path.relevant(question, {"kieu": "c"}, "ap")
    assert not path.relevant(question, {}, "ap")


def test_what_still_fits_a_newer_form() -> None:
    here = world()
    assert path.fits(UNG_HO, UNG_HO.question[0], "cuu_tro", here)
    assert not path.fits(UNG_HO, UNG_HO.question[0], "quy_cu", here)
    amount = UNG_HO.get("so_tien")
    assert amount is not None
    assert path.fits(UNG_HO, amount, 5, here)
    assert path.fits(UNG_HO, amount, {"value": 5, "mark": "trên"}, here)
    assert not path.fits(UNG_HO, amount, "năm", here)
    assert not path.fits(UNG_HO, amount, None, here)


def test_the_roster_is_that_of_the_day() -> None:
    left = Seat("1", "Đã nghỉ", None, date(2024, 11, 30))
    came = Seat("2", "Mới vào", date(2024, 12, 1), None)
    here = world()._replace(roster=(left, came))

    def seated(day: str) -> list[str]:
        return [o.label for o in path.people(draft_of(HOP, answers={"ngay": day}), HOP, here)]

    assert seated("2024-11-30") == ["Đã nghỉ"]
    assert seated("2024-12-01") == ["Mới vào"]


def test_what_will_be_asked_supposes_the_first_choice() -> None:
    likely = path.likely_questions(UNG_HO, draft_of(UNG_HO), world())

    assert [q.name for q in likely] == ["quy", "hinh_thuc", "so_tien", "nguoi_ung_ho", "neu_ten"]
