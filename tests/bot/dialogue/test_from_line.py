"""The message is the report: what a line at the menu means, and what it already answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.dialogue import from_line, steps
from bot.dialogue.from_line import Proposal
from bot.dialogue.model import World
from tests.bot.dialogue.worlds import CATALOG, draft_of, talk, world
from tests.sample import COMMUNE

FORMS = [CATALOG[name] for name in ("hoat_dong", "ung_ho", "hop")]


LINES = Path(__file__).with_name("lines.txt")
LINES_OF_THE_COMMUNE = Path(__file__).with_name("lines_xa.txt")
HEADS = [form for form in CATALOG.openable(["hamlet_head"]) if form.end == "record"]
COMMITTEE = [form for form in CATALOG.openable(["standing_committee"]) if form.end == "record"]


def read(line: str) -> list[Proposal]:
    return from_line.proposals(FORMS, line, world())


def only(line: str) -> Proposal:
    found = read(line)
    assert len(found) == 1, [p.form.name for p in found]
    return found[0]


def test_the_activity_of_the_reference() -> None:
    proposal = only("sang nay ap 3 don ve sinh kinh xang 45 nguoi")

    assert proposal.form.name == "hoat_dong"
    assert {k: v for k, v in proposal.answers.items() if k != "noi_dung"} == {
        "viec": "ve_sinh",
        "ngay": "2024-12-08",
        "noi": "kinh Xáng",
        "so_nguoi": 45,
    }


def test_the_donation_of_the_reference_leaves_its_amount_open() -> None:
    proposal = only("ba Nam ung ho quy nguoi ngheo 500")

    assert proposal.form.name == "ung_ho"
    assert "so_tien" not in proposal.answers
    assert proposal.unclear == {"so_tien": "500"}


@pytest.mark.parametrize(
    ("line", "form", "answers"),
    [
        ("bà Sáu ủng hộ quỹ vì người nghèo 500k hôm qua", "ung_ho",
         {"quy": "vi_nguoi_ngheo", "so_tien": 500_000, "nguoi_ung_ho": "bà Sáu", "ngay": "2024-12-07"}),
        ("họp ban 7/9, vắng chị Hoa, anh Bảy", "hop",
         {"vang": {"absent": ["3", "7"], "present": 7, "total": 9}}),
        ("hôm qua tuyên truyền hàng Việt tại chùa Phước Hưng, 60 người dự", "hoat_dong",
         {"viec": "hang_viet", "noi": "chùa Phước Hưng", "so_nguoi": 60, "ngay": "2024-12-07"}),
        ("ra quân vệ sinh ở đầu vàm 30 người", "hoat_dong", {"viec": "ve_sinh", "noi": "đầu vàm"}),
    ],
)  # fmt: skip
def test_what_a_line_answers(line: str, form: str, answers: dict[str, object]) -> None:
    proposal = only(line)

    assert proposal.form.name == form
    assert answers.items() <= proposal.answers.items()


@pytest.mark.parametrize("line", ["chào", "hôm qua", "45", "trời mưa quá", "", "😀", "." * 500])
def test_what_means_no_form(line: str) -> None:
    assert read(line) == []


@pytest.mark.parametrize("line", ["don dep 45 nguoi", "dọn dẹp 45 người", "DON DEP 45 NGUOI"])
def test_with_and_without_diacritics(line: str) -> None:
    assert only(line).answers["viec"] == "ve_sinh"


def test_a_day_that_sounds_like_a_gift_is_none() -> None:
    """ "hôm qua" speaks of no "quà", which is goods."""
    assert "hinh_thuc" not in only("bà Năm ủng hộ quỹ người nghèo hôm qua").answers


def _told(file: Path) -> Iterator[tuple[str, str]]:
    """Each line of the file, with what is written under it."""
    written = file.read_text(encoding="utf-8").split("\n")
    text = "\n".join(line for line in written if not line.startswith("#"))
    for block in text.strip().split("▸ ")[1:]:
        line, _, understood = block.partition("\n")
        yield line, understood.rstrip()


def _commune(level: str = "ap") -> World:
    places = (*COMMUNE.places, "nhà văn hóa ấp", "cầu Ba Voi")
    hamlets = (*(h.name for h in COMMUNE.hamlets), "Ấp Mỹ Hòa")
    return world(level=level)._replace(places=places, hamlets=hamlets)


def _written(proposal: Proposal) -> str:
    lines = [f"  {proposal.form.name}"]
    for name, value in proposal.answers.items():
        question = proposal.form.get(name)
        assert question is not None
        if isinstance(value, dict) and "absent" in value:
            absent = " ".join(value["absent"]) or "không rõ"
            value = f"{value['present']}/{value['total']} vắng {absent}"
        elif isinstance(value, dict) and "percent" in value:
            value = f"{value['percent']}%"
        elif isinstance(value, dict) and "part" in value:
            value = f"{value['part']}/{value['whole']}"
        elif isinstance(value, dict):
            value = f"{value['mark']} {value['value']}"
        if question.fill != "line":
            lines.append(f"    {name} = {value}")
    lines += [f"    {name} ? {text}" for name, text in proposal.unclear.items()]
    lines += [f"    hỏi trước = {proposal.doubted}"] if proposal.doubted else []
    return "\n".join(lines)


@pytest.mark.parametrize(("line", "understood"), list(_told(LINES)))
def test_lines_as_heads_type_them(line: str, understood: str) -> None:
    found = from_line.proposals(HEADS, line, _commune())

    assert ("\n".join(map(_written, found)) or "  không mẫu nào") == understood


@pytest.mark.parametrize(("line", "understood"), list(_told(LINES_OF_THE_COMMUNE)))
def test_lines_as_the_committee_types_them(line: str, understood: str) -> None:
    found = from_line.proposals(COMMITTEE, line, _commune("xa"))

    assert ("\n".join(map(_written, found)) or "  không mẫu nào") == understood


@pytest.mark.parametrize(
    "line",
    [
        "don rac o hoi truong uy ban xa 20 nguoi",
        "hội nghị ở hội trường 20 người",
        "ngày hội đại đoàn kết ở kinh Xáng",
        "10 cựu chiến binh dọn rác",
        "phối hợp với hội phụ nữ dọn rác kinh Xáng",
    ],
)
def test_who_organised_is_not_guessed_from_a_part_of_another_word(line: str) -> None:
    assert "to_chuc" not in only(line).answers


@pytest.mark.parametrize(
    "line", ["bà Sáu góp được 500k quỹ người nghèo", "bà con đồng ý góp 2tr quỹ người nghèo"]
)
def test_nobody_agrees_to_be_named_by_the_way(line: str) -> None:
    assert "neu_ten" not in only(line).answers


def test_a_list_is_proposed_for_its_own_words_or_a_pasted_list_only() -> None:
    forms = [CATALOG["ung_ho"], CATALOG["danh_sach"]]

    def names(line: str) -> list[str]:
        return [p.form.name for p in from_line.proposals(forms, line, world())]

    assert names("Vợ chồng ông Sáu Lúa ủng hộ 12,5 triệu quỹ người nghèo") == ["ung_ho"]
    assert names("bà Sáu góp quỹ người nghèo") == ["ung_ho"]
    assert names("quỹ người nghèo\nBà Sáu 50k\nÔng Tư 100k") == ["danh_sach"]
    assert names("danh sách quỹ người nghèo") == ["danh_sach"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("kinh xang", "kinh Xáng"), ("o chua phuoc hung", "chùa Phước Hưng"), ("dau vam", "dau vam")],
)
def test_a_known_place_gets_its_diacritics_back_when_it_is_asked_for(typed: str, kept: str) -> None:
    form = CATALOG["hoat_dong"]
    step = talk(form, ["2" if form.get("viec") is None else "vệ sinh môi trường", "8/12", typed])

    assert step.draft.answers["noi"] == kept


def test_an_unclear_day_that_would_be_taken_for_today_is_asked_first() -> None:
    proposal = only("tuần trước bà Sáu góp 500k quỹ vì người nghèo")
    assert proposal.doubted == "ngay"

    draft = draft_of(proposal.form, answers={**proposal.answers, "ngay": "2024-12-08"})
    step = steps.ask_first(proposal.form, draft, "ngay", world())

    assert step.draft.at == "ngay"
    assert "ngay" not in step.draft.answers
