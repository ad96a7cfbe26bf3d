"""A hamlet that was merged, and one that was renamed, within the year of a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from docx import Document

from bot import app
from jobs.reports import Reports
from storage import communes
from storage.rows import Hamlet
from templates import documents, forms
from templates.commune import Deadlines, HamletInfo
from templates.periods import Period, PeriodSpec, resolve
from tests.jobs.conftest import House, at

pytestmark = pytest.mark.anyio

YEAR = Period(date(2023, 12, 10), date(2024, 12, 9), "năm 2024")
NOW = at("2024-12-09T09:00")


async def made(house: House, with_seven: bool = True) -> tuple[str, list[list[str]]]:
    """Hamlet 7 has gone into 6 at the end of June, hamlet 1 got a name; the cover and the first table."""
    for hamlet, day, persons in (("1", "2024-03-01", 10), ("6", "2024-03-02", 20), ("6", "2024-09-01", 40)):
        await session(house, hamlet, day, persons)
    if with_seven:
        await session(house, "7", "2024-03-03", 80)
    left = tuple(HamletInfo("1", "Ấp Thạnh An") if h.code == "1" else h for h in house.settings.hamlets[:6])
    house.settings = replace(house.settings, hamlets=left, deadlines=Deadlines(year_end=(12, 9)))
    rows = [Hamlet(h.code, h.name, n) for n, h in enumerate(left)]
    await house.db.write(lambda tx: communes.sync(tx, "tan-an", "Tân An", rows, date(2024, 6, 30)))
    return await drafted(house, YEAR)


async def drafted(house: House, period: Period) -> tuple[str, list[list[str]]]:
    served = {house.commune: house.settings}
    making = Reports(house.db, house.data, house.wording, forms.load(), served, documents.load(), lambda: NOW)
    report = await making.make(house.commune, period)
    tables: list[Any] = Document(str(house.data / report.path)).tables
    found = next(t for t in tables if any("Người dự tuyên truyền" in c.text for c in t.rows[0].cells))
    return report.cover, [[cell.text for cell in row.cells] for row in found.rows]


async def session(house: House, hamlet: str, day: str, persons: int) -> None:
    answers = {"viec": "tuyen_truyen", "ngay": day, "noi": "nhà văn hóa", "so_nguoi": persons, "so_cuoc": 1}
    await house.record(hamlet, day, {**answers, "to_chuc": "ap_minh", "noi_dung": ""})


async def test_each_has_a_row_under_the_name_it_has_and_the_total_is_of_all(house: House) -> None:
    _, table = await made(house)
    column = next(n for n, head in enumerate(table[0]) if "Người dự tuyên truyền" in head)
    said = {row[0]: row[column] for row in table[1:]}
    assert list(said) == ["Ấp Thạnh An", *(f"Ấp {n}" for n in range(2, 8)), "Xã", "Cộng"]
    assert (said["Ấp Thạnh An"], said["Ấp 6"], said["Ấp 7"], said["Cộng"]) == ("10", "60", "80", "150")


async def test_the_cover_names_it_and_asks_it_for_no_month_after_its_last(house: House) -> None:
    cover, _ = await made(house)
    assert "• Ấp 7: chưa báo tháng 4 đến 6; chưa chốt tháng 3" in cover
    assert "• Ấp 6: chưa báo tháng 4 đến 8, 10, 11; chưa chốt tháng 3, 9" in cover
    assert "• Ấp Thạnh An: chưa báo" in cover


async def test_nobody_is_asked_to_remind_one_that_is_gone(house: House) -> None:
    cover, _ = await made(house)
    (nudge,) = [line for line in cover.splitlines() if line.startswith("Gõ “nhắc 11”")]
    assert "ấp Thạnh An, ấp 2" in nudge and "(và 2 nữa)" in nudge  # six hamlets, not seven


async def test_what_counts_has_its_row_also_after_the_last_day(house: House) -> None:
    """The merger was written down after its head had gone on reporting: the rows add up, the cover tells."""
    for hamlet, day, persons in (("6", "2024-11-12", 20), ("7", "2024-11-13", 30)):
        await session(house, hamlet, day, persons)
    ended = {"7": {"until_day": date(2024, 6, 30), "merged_into": "6"}}
    merged = tuple(replace(h, **ended.get(h.code, {})) for h in house.settings.hamlets)
    house.settings = replace(house.settings, hamlets=merged)
    await house.db.write(lambda tx: app.settle(tx, house.settings, date(2024, 12, 9)))

    cover, table = await drafted(house, resolve(PeriodSpec(2024, 11, 11), (12, 31)))
    column = next(n for n, head in enumerate(table[0]) if "Người dự tuyên truyền" in head)
    said = {row[0]: row[column] for row in table[1:]}

    assert (said["Ấp 6"], said["Ấp 7"], said["Cộng"]) == ("20", "30", "50")
    assert "• Phiếu 2 của ấp 7 ghi việc sau ngày 30/06, ngày cuối cùng của ấp 7" in cover
    assert "Ấp 7: chưa" not in cover
    (nudge,) = [line for line in cover.splitlines() if line.startswith("Gõ “nhắc")]
    assert "ấp 7" not in nudge
