"""The pure step: what a text does to a draft."""

from __future__ import annotations

import pytest

from bot.dialogue import steps
from bot.dialogue.model import Draft, Said
from templates.forms import Form, Question
from tests.bot.dialogue.worlds import CATALOG, begun, draft_of, said, talk, world

HOAT_DONG, UNG_HO, HOP = CATALOG["hoat_dong"], CATALOG["ung_ho"], CATALOG["hop"]
TO_REVIEW = ["1", "tiền", "500k", "bà Năm", "có"]


def form_of(*questions: dict[str, object], **more: object) -> Form:
    usual = {"name": "thu", "version": 1, "label": "Thử", "roles": ["hamlet_head"], "end": "thu"}
    return Form.model_validate(usual | {"question": questions} | more)


# Ahead, back, over, out


def test_answers_lead_to_a_summary_and_yes_ends_it() -> None:
    review = talk(UNG_HO, TO_REVIEW)
    assert review.draft.at is None
    assert review.ended is None

    done = talk(UNG_HO, ["Đ"], step=review)

    assert done.ended == "done"
    assert done.draft.answers == {
        "quy": "vi_nguoi_ngheo",
        "hinh_thuc": "tien",
        "so_tien": 500_000,
        "nguoi_ung_ho": "bà Năm",
        "neu_ten": "co",
        "ngay": "2024-12-08",
    }


def test_back_forgets_the_last_answer_and_asks_it_again() -> None:
    step = talk(UNG_HO, ["1", "tiền", "500k", "quay lại"])

    assert step.draft.at == "so_tien"
    assert "so_tien" not in step.draft.answers
    assert talk(UNG_HO, ["quay lại", "quay lại", "quay lại"], step=step).draft.at == "quy"


def test_back_leaves_the_readings_first() -> None:
    doubtful = talk(UNG_HO, ["1", "tiền", "500"])
    assert doubtful.draft.readings == (500_000,)

    back = talk(UNG_HO, ["quay lại"], step=doubtful)

    assert (back.draft.at, back.draft.readings) == ("so_tien", ())


def test_only_what_may_be_missing_is_skipped() -> None:
    required = talk(HOAT_DONG, ["3", "bỏ qua"])
    assert required.draft.at == "ngay"

    skipped = talk(HOAT_DONG, ["3", "hôm nay", "kinh Xáng", "bỏ qua"])

    assert skipped.draft.at == "to_chuc"
    assert skipped.draft.answers["so_nguoi"] is None


@pytest.mark.parametrize("at", range(len(TO_REVIEW) + 1))
def test_cancel_ends_it_anywhere_and_help_changes_nothing(at: int) -> None:
    step = talk(UNG_HO, TO_REVIEW[:at])

    assert talk(UNG_HO, ["hủy"], step=step).ended == "cancelled"
    assert talk(UNG_HO, ["trợ giúp"], step=step).draft == step.draft


def test_a_photo_answers_nothing() -> None:
    step = begun(UNG_HO, world())

    photo = steps.step(UNG_HO, step.draft, Said(None, 1), world(photos=1))

    assert photo.draft == step.draft
    assert "Câu 1/5" in photo.text


# What is stored


@pytest.mark.parametrize("text", ["1", "Đ", "ok", "12/9", "!!!", "500"])
def test_a_text_needs_letters_of_its_own(text: str) -> None:
    step = talk(UNG_HO, ["1", "tiền", "500k", text])

    assert step.draft.at == "nguoi_ung_ho"
    assert step.draft.misses == 1


def test_a_text_is_kept_as_typed() -> None:
    typed = "Bà {{ x }} <w:p> & =1+1"

    assert talk(UNG_HO, ["1", "tiền", "500k", typed]).draft.answers["nguoi_ung_ho"] == typed


def test_a_changed_answer_changes_the_path() -> None:
    in_kind = talk(UNG_HO, [*TO_REVIEW, "2", "hiện vật"])
    assert in_kind.draft.at == "hien_vat"
    assert "so_tien" not in in_kind.draft.answers

    review = talk(UNG_HO, ["50 kg gạo"], step=in_kind)

    assert review.draft.at is None
    assert review.draft.answers["nguoi_ung_ho"] == "bà Năm"


def test_a_line_that_was_right_after_all() -> None:
    review = talk(UNG_HO, TO_REVIEW)

    assert talk(UNG_HO, ["3", "Đ"], step=review).draft == review.draft
    assert talk(UNG_HO, ["3", "quay lại"], step=review).draft == review.draft


# Misunderstandings


def test_the_second_miss_shows_an_example_and_the_third_a_way_out() -> None:
    first = talk(HOAT_DONG, ["xyz"])
    second = talk(HOAT_DONG, ["xyz"], step=first)
    third = talk(HOAT_DONG, ["xyz"], step=second)

    assert "ví dụ" not in first.text
    assert "ví dụ: 2" in second.text
    assert "hủy" in third.text
    assert talk(HOAT_DONG, ["3"], step=third).draft.misses == 0


def test_a_reading_is_chosen_by_its_number_or_typed_anew() -> None:
    doubtful = talk(UNG_HO, ["1", "tiền", "500"])

    assert talk(UNG_HO, ["1"], step=doubtful).draft.answers["so_tien"] == 500_000
    assert talk(UNG_HO, ["Đ"], step=doubtful).draft.answers["so_tien"] == 500_000
    assert talk(UNG_HO, ["5 triệu"], step=doubtful).draft.answers["so_tien"] == 5_000_000
    another = talk(UNG_HO, ["2"], step=doubtful)
    assert (another.draft.at, another.draft.readings) == ("so_tien", ())


# Attendance


def test_attendance_is_corrected_by_typing_it_again() -> None:
    review = talk(HOP, ["3 7"])
    assert review.draft.answers["vang"] == {"absent": ["3", "7"], "present": 7, "total": 9}

    corrected = talk(HOP, ["3 8"], step=review)

    assert corrected.draft.answers["vang"]["absent"] == ["3", "8"]
    assert corrected.draft.at is None
    assert talk(HOP, ["không"], step=review).draft.at == "vang"


@pytest.mark.parametrize("before", [[], ["2"]])
def test_a_day_at_the_roster_is_the_day_of_the_meeting(before: list[str]) -> None:
    moved = talk(HOP, [*before, "hôm qua"])

    assert moved.draft.answers["ngay"] == "2024-12-07"
    assert moved.draft.at == (None if before else "vang")
    assert "07/12/2024" in moved.text


def test_without_a_roster_it_is_so_many_of_so_many() -> None:
    nobody = world()._replace(roster=())

    asked = begun(HOP, nobody)
    assert "7/9" in asked.text and "Ai vắng" not in asked.text
    assert talk(HOP, ["2 5"], nobody).draft.at == "vang"
    assert talk(HOP, ["7/9"], nobody).draft.answers["vang"] == {"absent": [], "present": 7, "total": 9}
    with_names = talk(HOP, ["7/9, vắng bà Năm và ông Tư"], nobody)
    assert with_names.draft.answers["vang"] == {
        "absent": [], "present": 7, "total": 9, "noted": "vắng bà Năm và ông Tư"
    }  # fmt: skip
    assert "Có mặt 7/9. Ghi kèm: vắng bà Năm và ông Tư." in with_names.text


def test_names_beside_a_number_are_taken_from_the_roster() -> None:
    named = talk(HOP, ["7/9, vắng chị Hoa với chú Bảy"])
    assert named.draft.answers["vang"] == {"absent": ["3", "7"], "present": 7, "total": 9}


def test_a_total_that_is_not_the_boards_is_refused() -> None:
    assert talk(HOP, ["5/8"]).draft.at == "vang"


# Forms of other shapes


def test_a_form_without_a_summary_ends_with_its_last_answer() -> None:
    form = form_of({"name": "ten", "type": "text", "label": "Tên gì?"}, confirm=False)

    assert talk(form, ["Sáu"]).ended == "done"


def test_a_question_that_the_form_lost_is_passed_over() -> None:
    gone = draft_of(UNG_HO, at="da_bo", answers={"quy": "cuu_tro"})

    assert steps.step(UNG_HO, gone, said("gì đó"), world()).draft.at == "hinh_thuc"


def test_an_older_draft_keeps_what_fits_and_asks_the_rest() -> None:
    more = Question(name="ghi_them", type="text", label="Còn gì nữa?")
    newer = UNG_HO.model_copy(update={"version": 2, "question": [*UNG_HO.question, more]})
    old = talk(UNG_HO, ["1", "tiền", "500k"]).draft
    strange = old._replace(answers={**old.answers, "quy": "quy_cu", "so_tien": "nhiều"})

    resumed = steps.step(newer, strange, said("bà Năm"), world())

    assert resumed.draft.version == 2
    assert dict(resumed.draft.answers) == {"hinh_thuc": "tien", "ngay": "2024-12-08"}
    assert resumed.draft.at == "quy"


def test_a_draft_survives_being_stored() -> None:
    draft = talk(UNG_HO, ["1", "tiền", "500"]).draft

    assert Draft.from_json("ung_ho", 1, "3", draft.as_json()) == draft


def test_dropping_photos_is_said_and_asked_for() -> None:
    review = talk(UNG_HO, TO_REVIEW, world(photos=3))
    assert "Ảnh: 3" in review.text

    dropped = steps.step(UNG_HO, review.draft, said("bỏ ảnh"), world(photos=3))

    assert dropped.drop_photos
    assert "Ảnh: 3" not in dropped.text


def test_a_correction_keeps_the_photos_that_the_record_had() -> None:
    here = world()._replace(photos=3, kept_photos=2)
    draft = draft_of(UNG_HO, answers=talk(UNG_HO, TO_REVIEW).draft.answers, record=7)

    assert "Ảnh: 3" in steps.resume(UNG_HO, draft, here).text
    assert "phiếu số 7" in steps.step(UNG_HO, draft, said("hủy"), here).text.lower()


def test_a_records_own_photos_are_dropped_after_a_question() -> None:
    here = world()._replace(photos=3, kept_photos=2)
    draft = draft_of(UNG_HO, answers=talk(UNG_HO, TO_REVIEW).draft.answers, record=12)

    asked = steps.step(UNG_HO, draft, said("bỏ ảnh"), here)
    assert asked.text.startswith("Bỏ cả 3 ảnh của phiếu số 12?") and not asked.drop_photos
    for unclear in ("sao", "3"):
        assert "Bỏ cả 3 ảnh" in steps.step(UNG_HO, asked.draft, said(unclear), here).text
    for kept in ("2", "không", "giữ lại", "quay lại"):
        step = steps.step(UNG_HO, asked.draft, said(kept), here)
        assert "Ảnh: 3" in step.text and step.draft == draft and not step.drop_photos
    for agreed in ("1", "Đ", "bỏ"):
        step = steps.step(UNG_HO, asked.draft, said(agreed), here)
        assert "Ảnh" not in step.text.split("\n", 1)[1] and step.drop_photos and step.ended is None

    with_another = here._replace(photos=3, kept_photos=2)  # one more was sent
    assert "Ảnh: 1" in steps.resume(UNG_HO, step.draft, with_another).text
