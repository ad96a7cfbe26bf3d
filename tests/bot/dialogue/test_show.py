"""How questions, answers and summaries read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.answers.model import Option
from bot.dialogue import show
from bot.dialogue.model import World
from templates import wording
from templates.commune import Commune
from templates.wording import Voice
from tests.bot.dialogue.worlds import CATALOG, draft_of, talk, world

HOAT_DONG, UNG_HO, HOP = CATALOG["hoat_dong"], CATALOG["ung_ho"], CATALOG["hop"]
ACTIVITY = {
    "viec": "ve_sinh",
    "ngay": "2024-12-08",
    "noi": "kinh Xáng",
    "so_nguoi": {"value": 800, "mark": "trên"},
    "to_chuc": "ap_cung_xa",
    "so_cuoc": 1,
    "noi_dung": "",
}


def test_a_summary_reads_as_in_the_reference() -> None:
    text = show.review_text(HOAT_DONG, draft_of(HOAT_DONG, answers=ACTIVITY), world(photos=2))

    assert text.splitlines() == [
        "Mời chú xem lại:",
        "1. Việc: vệ sinh môi trường",
        "2. Ngày: Chủ nhật 08/12/2024",
        "3. Nơi: kinh Xáng",
        "4. Số người: trên 800",
        "5. Tổ chức: ấp 3 cùng với xã",
        "6. Ảnh: 2",
        "Đúng thì gõ Đ. Sai dòng nào, gõ số dòng đó.",
    ]


def test_a_correction_leaves_no_line_out() -> None:
    text = show.review_text(HOAT_DONG, draft_of(HOAT_DONG, answers=ACTIVITY, record=12), world())

    assert text.startswith("Sửa phiếu số 12.")
    assert "Số cuộc: 1" in text and "Nội dung: (chưa ghi)" in text


def test_reporting_for_others_names_the_source() -> None:
    draft = draft_of(HOAT_DONG, answers=ACTIVITY, source="giay")

    assert show.review_text(HOAT_DONG, draft, world()).startswith("Báo thay ấp 3, theo giấy.")


@pytest.mark.parametrize(
    ("so_nguoi", "title"),
    [
        (45, "vệ sinh môi trường, kinh Xáng: 45 người"),
        (1250, "vệ sinh môi trường, kinh Xáng: 1.250 người"),
        (None, "vệ sinh môi trường, kinh Xáng"),
    ],
)
def test_a_title_leaves_out_what_is_not_known(so_nguoi: int | None, title: str) -> None:
    draft = draft_of(HOAT_DONG, answers=ACTIVITY | {"so_nguoi": so_nguoi})

    assert show.title(HOAT_DONG, draft, world()) == title


def test_a_title_reads_no_placeholder_in_an_answer() -> None:
    draft = draft_of(HOAT_DONG, answers=ACTIVITY | {"noi": "{so_nguoi} [x] {{ y }}"})

    assert "{so_nguoi} [x] {{ y }}" in show.title(HOAT_DONG, draft, world())


def test_a_retired_choice_still_reads_as_what_it_was() -> None:
    retired = HOAT_DONG.list["viec"][2].model_copy(update={"until": world().today.replace(day=1)})
    others = [c for c in HOAT_DONG.list["viec"] if c.name != retired.name]
    form = HOAT_DONG.model_copy(update={"list": {**HOAT_DONG.list, "viec": [*others, retired]}})

    assert "vệ sinh môi trường" in show.title(form, draft_of(form, answers=ACTIVITY), world())


@pytest.mark.parametrize(
    ("text", "longest", "shown"),
    [
        ("ngắn", 10, "ngắn"),
        ("hai\ndòng", 10, "hai dòng"),
        ("một câu dài hơn chỗ có được", 18, "một câu dài hơn…"),
        ("mộtchữdàilắmkhôngcóchỗcắt", 10, "mộtchữdài…"),
    ],
)
def test_long_texts_end_after_a_word(text: str, longest: int, shown: str) -> None:
    assert show.shorten(text, longest) == shown


def test_buttons_only_where_they_fit() -> None:
    quy, so_tien = UNG_HO.question[0], UNG_HO.get("so_tien")
    assert so_tien is not None
    assert show.buttons(UNG_HO, quy, world())[0] == "Vì người nghèo"
    assert show.buttons(UNG_HO, so_tien, world()) == ()

    form = CATALOG["moi_nguoi"]
    which = form.get("ap")
    assert which is not None
    many = tuple(Option(str(n), f"Ấp {n}") for n in range(1, 30))
    wide = (Option("1", "Tổ dân phố Nguyễn Thị Minh Khai"),)
    assert show.buttons(form, which, world()._replace(lists={"ap": many})) == ()
    assert show.buttons(form, which, world()._replace(lists={"ap": wide})) == ()
    assert show.buttons(form, which, world()._replace(lists={"ap": many[:3]})) == ("Ấp 1", "Ấp 2", "Ấp 3")


def test_the_count_of_questions_stays_while_answers_are_typed() -> None:
    asked = [talk(UNG_HO, ["1", "tiền", "500k", "bà Năm"][:n]).text for n in range(5)]

    assert [text.partition(":")[0] for text in asked] == [f"Câu {n}/5" for n in range(1, 6)]


def of_commune(commune: Commune, today: date) -> World:
    return world()._replace(voice=Voice(wording.load(), None, commune.words), today=today)


HOUSE = CATALOG["nha_dai_doan_ket"]
TOWN = Commune("a", "A", superior="Ủy ban MTTQ Việt Nam thị xã", places=("chợ Hoa Sen",))


def sources(commune: Commune, today: date) -> str:
    nguon = HOUSE.get("nguon")
    assert nguon is not None
    return show.question_text(HOUSE, nguon, draft_of(HOUSE, at="nguon"), of_commune(commune, today))


def test_the_money_of_a_house_comes_from_the_communes_own_superior() -> None:
    asked = sources(TOWN, date(2024, 12, 8))
    assert "2. Mặt trận thị xã" in asked and "huyện" not in asked

    paid = HOUSE.get("kinh_phi_huyen")
    assert paid is not None
    text = show.question_text(HOUSE, paid, draft_of(HOUSE), of_commune(TOWN, date(2024, 12, 8)))
    assert "Mặt trận thị xã góp bao nhiêu?" in text
    assert "Mặt trận cấp trên" in sources(replace(TOWN, superior=""), date(2024, 12, 8))


def test_since_there_are_two_levels_no_money_comes_from_one_between() -> None:
    city = replace(TOWN, superior="Ủy ban MTTQ Việt Nam thành phố")

    assert "Mặt trận thành phố" in sources(city, date(2025, 6, 30))
    assert "Mặt trận thành phố" not in sources(city, date(2025, 7, 1))
    assert "1. Mặt trận cấp tỉnh\n2. Ban Dân vận" in sources(city, date(2025, 7, 1))


def test_an_example_names_the_communes_own_place() -> None:
    noi = HOAT_DONG.get("noi")
    assert noi is not None
    here = of_commune(TOWN, date(2024, 12, 8))
    text = show.question_text(HOAT_DONG, noi, draft_of(HOAT_DONG), here)

    assert "Ví dụ: chợ Hoa Sen, nhà văn hóa ấp" in text


def test_no_text_names_a_place_of_the_sample() -> None:
    asked = [question for form in CATALOG.forms.values() for question in form.question]
    texts = [text for q in asked for text in (q.label, q.hint, q.summary) if text]
    texts.append(world().voice.say("answers.example.text"))

    assert not [text for text in texts if "Xáng" in text or "Ba Voi" in text]
