"""Reading the lists of a draft's message whole."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

from storage import reports
from storage.database import Database
from tests.bot.talk import Talk

DAYS = (date(2024, 1, 1), date(2024, 12, 31))
LONGEST = 1_900  # characters of a message


def test_every_line_can_be_had_page_by_page(database_file: Path) -> None:
    lines = [f"• Phiếu {number} chưa ghi số, chưa cộng vào." for number in range(100)]
    db = asyncio.run(Database.open(database_file))
    try:
        talk = Talk(db).join("Minh")
        (none,) = talk.says("Minh", "xem đủ 2024")
        assert none == "Chưa có dự thảo nào của năm 2024."
        kept = {"lists": "\n".join(["CẦN ĐỐI CHIẾU", *lines]), "figures": []}
        edition = ("bao_cao_nam", *DAYS, "năm 2024", 1, "f", kept, "cover", "a.docx", "sha")
        talk.write(lambda tx: reports.add_edition(tx, talk.number, *edition, talk.now))
        pages = talk.says("Minh", "xem đủ")
        while "1. Xem tiếp" in pages[-1]:
            pages += talk.says("Minh", "1")
        assert len(pages) > 2 and max(map(len, pages)) <= LONGEST
        assert all(page.startswith("Dự thảo lần 1, năm 2024:\n") for page in pages)
        told = [line for page in pages for line in page.split("\n")[1:] if line != "1. Xem tiếp"]
        assert told == ["CẦN ĐỐI CHIẾU", *lines]
    finally:
        asyncio.run(db.close())
