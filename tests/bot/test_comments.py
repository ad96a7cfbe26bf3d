"""Comments: the draft goes to those who are chosen, and what they write comes back under its edition."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from storage import comments, people, reports
from tests.transcripts.channels import LONGEST, Paper

YEAR = (date(2024, 1, 1), date(2024, 12, 31), "năm 2024")


class Told(Paper):
    async def with_a_draft(self) -> None:
        for name in ("Lan", "Dung", "Sáu", "Minh"):
            await self._speaker(name)
        async with self.house() as (db, desk):
            said: Any = ("bao_cao_nam", *YEAR, 1, "f", {}, "", "documents/x.docx", "y", self.now())
            await db.write(lambda tx: reports.add_edition(tx, desk._house.number, *said))

    async def heard(self, texts: Sequence[str]) -> list[list[str]]:
        """All answers to each text; "@ Lan" changes who speaks, "! Dung" takes somebody's account away."""
        answers = []
        for text in texts:
            if text.startswith("+ "):
                answers.append(await self._clock(text))
            elif text.startswith("@ "):
                await self._speaker(text[2:])
            elif text.startswith("! "):
                await self._lost(text[2:])
            else:
                answers.append(await self._said(text))
        return answers

    async def _lost(self, name: str) -> None:
        async with self.house() as (db, _):
            await db.write(lambda tx: people.mark_gone(tx, self.bot, self.addresses[name]))


def play(folder: Path, *texts: str) -> list[list[str]]:
    async def story() -> list[list[str]]:
        stage = Told(folder)
        await stage.with_a_draft()
        return await stage.heard(texts)

    return asyncio.run(story())


SEND = ("gửi góp ý", "1 2", "13/12", "Đ")


def test_it_goes_to_those_who_were_chosen_with_the_file(database_file: Path) -> None:
    listed, _, _, done = play(database_file.parent, *SEND)
    assert "1. Trần Thị Lan (Ban Thường trực)\n2. Mai Thị Dung (người theo dõi)" in listed[0]
    assert done[0].split("\n")[:2] == [
        "Xin góp ý dự thảo lần 1, báo cáo năm 2024, đến hết thứ Sáu, 13/12.",
        "Đã gửi: Trần Thị Lan, Mai Thị Dung.",
    ]
    for name in ("Dung", "Lan"):
        word, file = [answer for answer in done[1:] if answer.startswith(f"→ {name}: ")]
        assert "Nguyễn Văn Minh gửi DỰ THẢO LẦN 1" in word and "1. Góp ý ngay" in word
        assert file == f"→ {name}: [tệp bao-cao-2024-du-thao-1.docx]"


def test_what_they_write_is_gathered_and_told(database_file: Path) -> None:
    writing = ("@ Dung", "1", "Mục II.2 thiếu số quà Tết.", "Đ", "@ Lan", "Góp ý: phần III nên ngắn lại")
    *_, stored, spoken, seen = play(database_file.parent, *SEND, *writing, "@ Minh", "xem góp ý")
    assert stored[0].startswith("Đã ghi góp ý cho dự thảo lần 1, báo cáo năm 2024. Cảm ơn.")
    assert stored[1].startswith("→ Minh: Mai Thị Dung góp ý dự thảo lần 1:\nMục II.2 thiếu số quà Tết.")
    assert spoken[0].startswith("Đã ghi góp ý")
    lines = seen[0].split("\n")
    assert lines[0] == "GÓP Ý cho dự thảo lần 1, báo cáo năm 2024"
    assert lines[1].endswith(": Mục II.2 thiếu số quà Tết.") and lines[1].startswith("1. Mai Thị Dung (")
    assert lines[2].endswith(": phần III nên ngắn lại")
    assert lines[3:] == ["Hạn góp ý: hết thứ Sáu, 13/12."]


def test_who_has_no_account_is_to_be_called(database_file: Path) -> None:
    *_, done, seen = play(database_file.parent, "! Dung", *SEND, "xem góp ý")
    assert "Gọi điện (chưa có tài khoản): Mai Thị Dung." in done[0]
    assert not [answer for answer in done if answer.startswith("→ Dung")]
    assert seen[0].split("\n")[1:] == [
        "Chưa có ý kiến nào.",
        "Hạn góp ý: hết thứ Sáu, 13/12.",
        "Chưa trả lời: Trần Thị Lan.",
        "Gọi điện (chưa có tài khoản): Mai Thị Dung.",
    ]


def test_a_long_comment_is_read_whole_and_many_fit_one_message(database_file: Path) -> None:
    long = "góp ý: " + "dài lắm " * 400
    many = [f"góp ý: ý thứ {n} " + "rất dài " * 30 for n in range(25)]
    *_, seen, whole = play(database_file.parent, *SEND, "@ Lan", long, *many, "@ Minh", "xem góp ý", "1")
    assert len(seen[0]) <= LONGEST and "ý trước đó)" in seen[0]
    assert "ý thứ" in whole[0]
    *_, whole = play(database_file.parent / "2", *SEND, "@ Lan", long, "@ Minh", "xem góp ý", "1")
    assert len(whole) == 2 and "".join(whole).count("dài lắm") == 400


def test_a_day_that_is_past_and_nobody_chosen(database_file: Path) -> None:
    _, _, past, _, sent = play(database_file.parent, "gửi góp ý", "1", "1/12/2024", "thứ sáu", "Đ")
    assert past[0].startswith("Chủ nhật 01/12/2024 đã qua") and "đến hết ngày nào?" in past[0]
    assert sent[0].startswith("Xin góp ý dự thảo lần 1, báo cáo năm 2024, đến hết thứ Sáu, 13/12.")
    *_, late, _, sent = play(
        database_file.parent / "3", "gửi góp ý", "1", "9/12", "+ 2 ngày", "tiếp", "Đ", "thứ sáu", "Đ"
    )
    assert late[0].startswith("Thứ Hai 09/12/2024 đã qua")  # it was to come when it was typed
    *_, nobody = play(database_file.parent / "2", "gửi góp ý", "0", "thứ sáu", "Đ")
    assert nobody[0].startswith("Chưa chọn ai nên chưa gửi.")


def test_that_all_is_well_is_a_comment(database_file: Path) -> None:
    *_, shown, stored = play(database_file.parent, *SEND, "@ Lan", "1", "nhất trí", "Đ")
    assert "1. Góp ý: nhất trí" in shown[0]
    assert stored[0].startswith("Đã ghi góp ý")


def test_who_was_not_asked(database_file: Path) -> None:
    head, observer, member = play(
        database_file.parent, "@ Sáu", "/gopy", "@ Dung", "/gopy", "@ Lan", "góp ý: được"
    )
    assert head[0].startswith("Việc này dành cho người khác")
    assert observer[0].startswith("Hiện không có dự thảo nào")
    assert member[0].startswith("Đã ghi góp ý")  # the committee may of itself


def test_the_committee_sees_what_was_answered_as_long_as_a_draft_is_out(database_file: Path) -> None:
    said = play(database_file.parent, "góp ý", "hủy", *SEND, "@ Dung", "góp ý: nhất trí", "@ Minh", "góp ý")
    assert "Việc gì?" in said[0][0]  # no draft is out: the form of that name
    assert said[-1][0].startswith("GÓP Ý cho dự thảo lần 1") and "nhất trí" in said[-1][0]


def test_a_head_who_has_an_opinion_to_report_is_left_alone(database_file: Path) -> None:
    (answer,) = play(database_file.parent, *SEND, "@ Sáu", "góp ý: bà con xin sửa cầu")[-1:]
    assert "dự thảo lần" not in answer[0]


def test_an_observers_choice_of_edition(database_file: Path) -> None:
    other = "/gopy 2"
    *_, answer = play(database_file.parent, *SEND, "@ Dung", other)
    assert "Góp ý dự thảo lần 1" in answer[0]


def test_storage_keeps_it_all(database_file: Path) -> None:
    play(database_file.parent, *SEND, "@ Lan", "góp ý: nhất trí")

    async def look() -> list[str]:
        async with Told(database_file.parent).house() as (db, desk):
            found = await db.read(lambda tx: comments.of(tx, desk._house.number, 1))
            return [one.body for one in found]

    assert asyncio.run(look()) == ["nhất trí"]
