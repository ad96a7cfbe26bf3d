"""Setting a figure over a draft that exists: blanks first, the computed number beside, one by one."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import Any

from storage import reports
from templates.counting import Computed
from templates.figures import Amount, Figure, State
from templates.kept import dump
from tests.transcripts.channels import Paper

YEAR = (date(2024, 1, 1), date(2024, 12, 31), "năm 2024")
KNOWN = {"tuyen_truyen_nguoi": 145}


class Told(Paper):
    """The committee's chairman, who says something and hears one answer."""

    async def told(self, text: str) -> str:
        (answer,) = await self._said(text)
        return answer

    async def with_a_draft(self) -> None:
        """A draft in which all figures are blank but those known."""
        await self._speaker("Minh")
        async with self.house() as (db, desk):
            lines = desk._house.figures(self.clock.date())
            figures = {line.name: _figure(line.name, line.label) for line in lines}
            said: Any = ("bao_cao_nam", *YEAR, 1, "f", dump(Computed(figures, {})), "", "x", "y", self.now())
            await db.write(lambda tx: reports.add_edition(tx, desk._house.number, *said))


def _figure(name: str, label: str) -> Figure:
    amount = Amount(KNOWN[name]) if name in KNOWN else None
    return Figure(name, label, "I", "", State.VALUE if amount else State.BLANK, amount)


def play(folder: Path, *texts: str) -> list[str]:
    async def story() -> list[str]:
        stage = Told(folder)
        await stage.with_a_draft()
        return [await stage.told(text) for text in texts]

    return asyncio.run(story())


def test_the_computed_number_is_shown_and_named_again(database_file: Path) -> None:
    said = ("/dienso tuyen_truyen_nguoi năm 2024", "trên 800", "kế toán", "sổ của kế toán", "Đ")
    asked, *_, done = play(database_file.parent, *said)
    assert "Chương trình tính được: 145." in asked
    assert "số chương trình tính (145) vẫn ghi bên cạnh" in done
    assert ": trên 800 (kế toán), báo cáo năm 2024." in done


def test_blanks_come_first_and_one_after_the_other(database_file: Path) -> None:
    said = ("điền số", "1", "7", "1", "sổ văn thư", "Đ", "1", "hủy")
    listed, first, *_, done, second, _ = play(database_file.parent, *said)
    numbers = listed.split("\n")
    assert numbers[3].startswith("1. I ") and "Số người dự tuyên truyền" not in listed
    assert "Chương trình chưa có số này." in first and numbers[3][3:] in first
    offered = done.split("Còn trống, gõ số để điền tiếp:\n")[1]
    assert numbers[3][3:] not in offered
    assert offered.split("\n")[0][3:] in second


def test_a_number_set_twice_is_said_to_be_so(database_file: Path) -> None:
    once = ("/dienso hoi_nghi năm 2024", "7", "1", "sổ", "Đ")
    again = ("/dienso hoi_nghi năm 2024", "9", "4", "đếm lại", "Đ", "số đã điền")
    *_, done, listed = play(database_file.parent, *once, *again)
    assert "Trước đó đã điền 7 (BHXH, 08:05, 08/12). Nay lấy số mới; số cũ vẫn lưu." in done
    assert "Số hội nghị: 9 (nơi khác, 08:05, 08/12), trước là 7" in listed
