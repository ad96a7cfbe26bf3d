"""Answers that contradict another are refused with the reason: the rules stand in the forms."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.dialogue import steps
from bot.dialogue.model import Draft, Said, World
from templates import forms, wording
from templates.errors import TemplateError
from templates.wording import Voice
from tests.sample import COMMUNE

CATALOG = forms.load()
WORLD = World(date(2024, 12, 8), Voice(wording.load(), "chú", COMMUNE.words), CATALOG)


def play(form: str, *texts: str, world: World = WORLD) -> tuple[Draft, list[str]]:
    """The draft after these texts, and what was answered to each."""
    step = steps.begin(CATALOG[form], Draft(form, CATALOG[form].version, hamlet="3"), world)
    said = []
    for text in texts:
        step = steps.step(CATALOG[form], step.draft, Said(text, raw=text), world)
        said.append(step.text)
    return step.draft, said


HOUSE = ("cất mới", "bà Lê Thị Tư", "1 3", "60 triệu", "20 triệu")


def test_a_house_is_told_with_the_money_of_each_source() -> None:
    draft, said = play("nha_dai_doan_ket", *HOUSE, "5/12")
    assert draft.answers["nguon"] == ["tinh", "dan_van"]
    assert (draft.answers["kinh_phi_tinh"], draft.answers["kinh_phi_dan_van"]) == (60_000_000, 20_000_000)
    assert "kinh_phi_huyen" not in draft.answers
    assert draft.at is None
    assert "Khởi công: (chưa ghi)" in said[-1]


def line_of(heading: str, summary: str) -> str:
    """The number of a line of the summary."""
    return next(line.split(".")[0] for line in summary.splitlines() if f". {heading}:" in line)


def test_a_house_is_not_handed_over_before_it_was_begun() -> None:
    begun = line_of("Khởi công", play("nha_dai_doan_ket", *HOUSE, "5/12")[1][-1])
    draft, said = play("nha_dai_doan_ket", *HOUSE, "5/12", begun, "6/12")
    assert "“Khởi công” không thể sau “Bàn giao”. Chú xem lại giúp." in said[-1]
    assert draft.answers["khoi_cong"] == ""
    draft, _ = play("nha_dai_doan_ket", *HOUSE, "5/12", begun, "6/12", "1/8")
    assert draft.answers["khoi_cong"] == "2024-08-01"


def test_the_other_day_is_held_against_it_too() -> None:
    _, said = play("nha_dai_doan_ket", *HOUSE, "5/12")
    begun, handed = line_of("Khởi công", said[-1]), line_of("Bàn giao", said[-1])
    draft, said = play("nha_dai_doan_ket", *HOUSE, "5/12", begun, "1/8", handed, "1/7")
    assert "“Khởi công” không thể sau “Bàn giao”" in said[-1]
    assert draft.answers["ban_giao"] == "2024-12-05"


def test_no_more_disputes_are_settled_than_there_were() -> None:
    draft, said = play("hoa_giai", "3", "4")
    assert "“Hòa giải thành” không thể nhiều hơn “Thụ lý”" in said[-1]
    assert "thanh" not in draft.answers
    assert play("hoa_giai", "3", "2", "1")[0].at is None


@pytest.mark.parametrize("rule", ["not_before", "not_after"])
@pytest.mark.parametrize(("other", "kind"), [("khac", "day"), ("so", "count"), ("ngay", "day")])
def test_a_rule_needs_another_question_of_its_kind(tmp_path: Path, rule: str, other: str, kind: str) -> None:
    (tmp_path / "thu.toml").write_text(
        'name = "thu"\nversion = 1\nlabel = "Thử"\nroles = ["hamlet_head"]\n'
        '[[question]]\nname = "so"\ntype = "count"\nlabel = "Mấy?"\n'
        f'[[question]]\nname = "ngay"\ntype = "day"\nlabel = "Ngày?"\n{rule} = "{other}"\n',
        encoding="utf-8",
    )
    with pytest.raises(TemplateError, match="cần hai câu hỏi kiểu day"):
        forms.load(tmp_path)


def test_sensitive_forms_warn_before_the_first_word_and_take_a_visit_for_an_answer() -> None:
    for form in ("du_luan", "ton_giao"):
        step = steps.begin(CATALOG[form], Draft(form, 1, hamlet="3"), WORLD)
        assert step.text.startswith("Chuyện này cần kín. Đừng ghi tên ai")
        draft, _ = play(form, "báo trực tiếp")
        assert (draft.at, draft.answers["cach"]) == (None, "truc_tiep")
        assert "noi_dung" not in draft.answers


@pytest.mark.parametrize("name", sorted(CATALOG.forms))
def test_a_report_takes_at_most_seven_messages_of_the_program(name: str) -> None:
    """Its questions as they usually come, the summary, the receipt; a choice that leads to more is rare."""
    form = CATALOG[name]
    if form.end != "record" or any(q.list_name == "muc" for q in form.question):
        return
    usual = [q for q in form.question if q.default is None and q.kind != "image" and not q.relevant]
    assert len(usual) + 2 <= 7, [q.name for q in usual]
