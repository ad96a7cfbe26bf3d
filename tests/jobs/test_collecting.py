"""What a report is made of: everything of the period, nothing else, in one look."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jobs.collecting import collect
from storage import communes, people, records, reports
from storage.rows import Hamlet, Member
from templates.periods import Period
from templates.reported import Place, SeatRow
from tests.jobs.conftest import ORIGIN, House, at

pytestmark = pytest.mark.anyio

YEAR = Period(date(2023, 12, 10), date(2024, 12, 9), "năm 2024")
NOW = at("2024-12-09T09:00")


async def material(house: House, period: Period = YEAR) -> Any:
    return await house.db.read(lambda tx: collect(tx, house.commune, house.settings, "bao_cao_nam", period))


async def test_records_with_their_revision_in_force_and_their_author(house: House) -> None:
    first = await house.record("3", "2024-03-02", {"so_nguoi": 4})
    own = await house.record(None, "2024-03-01", {"so_nguoi": 9})
    gone = await house.record("4", "2024-03-03")
    for day in ("2023-12-09", "2024-12-10"):
        await house.record("3", day)

    def revise(tx: Any) -> None:
        one = (tx, house.commune)
        records.revise(*one, first, {"so_nguoi": 45}, 1, date(2024, 3, 2), "valid", house.chair, ORIGIN, NOW)
        records.revise(*one, gone, {}, 1, date(2024, 3, 3), "withdrawn", house.chair, ORIGIN, NOW, "nhầm")

    await house.db.write(revise)
    rows = (await material(house)).rows
    assert [(r.record, r.revision, r.hamlet, r.answers, r.author) for r in rows] == [
        (own, 1, None, {"so_nguoi": 9}, "Nguyễn Thị Lan"),
        (first, 2, "3", {"so_nguoi": 45}, "Trần Văn Sáu"),
    ]
    assert rows[1].reported_at == at("2024-03-02T10:00")


async def test_hamlets_that_existed_in_the_period(house: House) -> None:
    hamlets = [
        Hamlet("1", "Ấp 1", 0),
        Hamlet("2", "Ấp 2", 1, until_day=date(2023, 12, 9)),
        Hamlet("3", "Ấp 3", 2, until_day=date(2023, 12, 10)),
        Hamlet("4", "Ấp 4", 3, from_day=date(2024, 12, 9)),
        Hamlet("5", "Ấp 5", 4, from_day=date(2024, 12, 10)),
    ]
    hamlets += [Hamlet(code, f"Ấp {code}", 5, until_day=date(2020, 1, 1)) for code in "67"]
    await house.db.write(lambda tx: communes.sync(tx, "tan-an", "Tân An", hamlets, date(2024, 12, 9)))
    assert (await material(house)).places == [
        Place("1", "Ấp 1"),
        Place("3", "Ấp 3", until_day=date(2023, 12, 10)),
        Place("4", "Ấp 4", from_day=date(2024, 12, 9)),
    ]


async def test_closings_of_the_months_that_end_in_the_period(house: House) -> None:
    for month in ("2023-11", "2023-12", "2024-11", "2024-12"):
        await house.close_month("3", month, "nothing")
    assert (await material(house)).closings == {("3", "2023-12"): "nothing", ("3", "2024-11"): "nothing"}
    few_days = Period(date(2024, 12, 1), date(2024, 12, 9), "mấy ngày")
    assert (await material(house, few_days)).closings == {}


async def test_boards_without_a_first_day_are_not_those_of_years_before_anything_is_known(
    house: House,
) -> None:
    board = [Member(0, "3", "truong_ban", "A", 0), Member(0, "3", "pho_ban", "B", 1, date(2018, 1, 1))]
    await house.db.write(lambda tx: communes.sync_roster(tx, house.commune, "3", board, date(2024, 12, 9)))
    year_2019 = Period(date(2018, 12, 10), date(2019, 12, 9), "năm 2019")

    async def posts(period: Period) -> list[str]:
        return [seat.post for seat in (await material(house, period)).seats if seat.hamlet == "3"]

    assert await posts(YEAR) == ["truong_ban", "pho_ban"]
    assert await posts(year_2019) == ["pho_ban"]  # who is said to have sat there since 2018
    # Once the past is entered, the boards of then are taken to be those of now.
    await house.record("3", "2019-05-02")
    assert await posts(year_2019) == ["truong_ban", "pho_ban"]


async def test_seats_on_the_last_day(house: House) -> None:
    def seat(tx: Any) -> None:
        board = [
            Member(0, "3", "truong_ban", "Trần Văn Sáu", 0),
            Member(0, "3", "pho_ban", "Lê Thị Ba", 1, until_day=date(2024, 12, 8)),
            Member(0, "3", "thanh_vien", "Võ Văn Tám", 2, from_day=date(2024, 12, 9)),
        ]
        communes.sync_roster(tx, house.commune, "3", board, date(2024, 1, 1))
        chair = [Member(0, None, "chu_tich", "Nguyễn Thị Lan", 0)]
        communes.sync_roster(tx, house.commune, None, chair, date(2024, 1, 1))

    await house.db.write(seat)
    assert (await material(house)).seats == [
        SeatRow(None, "chu_tich"),
        SeatRow("3", "truong_ban"),
        SeatRow("3", "thanh_vien"),
    ]


async def test_the_next_number_and_the_last_draft_of_exactly_these_days(house: House) -> None:
    assert ((await material(house)).number, (await material(house)).last) == (1, None)

    def add(tx: Any) -> None:
        for number, until in ((1, date(2024, 12, 9)), (1, date(2024, 12, 31))):
            reports.add_edition(
                tx, house.commune, "bao_cao_nam", date(2023, 12, 10), until, "năm 2024", number,
                "f", {}, "…", f"documents/{until}.docx", "s", NOW,
            )  # fmt: skip

    await house.db.write(add)
    found = await material(house)
    assert found.number == 2 and found.last.path == "documents/2024-12-09.docx"


async def test_an_author_who_has_left_is_still_named(house: House) -> None:
    await house.record("3", "2024-03-02")
    await house.db.write(lambda tx: people.end_roles(tx, house.commune, house.heads["3"], NOW))
    assert [row.author for row in (await material(house)).rows] == ["Trần Văn Sáu"]


async def test_what_holds_on_comes_from_years_before(house: House) -> None:
    await house.record(None, "2021-05-01", {"so_nguoi": 2}, form="bien_che")
    await house.record(None, "2021-05-01", {"so_nguoi": 9})
    one = (house.commune, house.settings, "bao_cao_nam", YEAR)
    rows = (await house.db.read(lambda tx: collect(tx, *one, {"bien_che"}))).rows
    assert [(row.form, row.day) for row in rows] == [("bien_che", date(2021, 5, 1))]
    assert (await material(house)).rows == []


@pytest.mark.parametrize(
    ("first", "last", "label", "found"),
    [
        ("2022-12-10", "2023-12-09", "năm 2023", True),
        ("2023-01-01", "2023-12-09", "năm 2023", True),  # another cut-off, but a year's report
        ("2023-11-01", "2023-11-30", "tháng 11 năm 2023", False),
        ("2021-12-10", "2022-12-09", "năm 2022", False),
    ],
)
async def test_the_report_of_the_year_before(
    house: House, first: str, last: str, label: str, found: bool
) -> None:
    days = (date.fromisoformat(first), date.fromisoformat(last))

    def add(tx: Any) -> None:
        reports.add_edition(tx, house.commune, "bao_cao_nam", *days, label, 1, "f", {}, "", "p", "s", NOW)

    await house.db.write(add)
    before = (await material(house)).before
    assert (before is not None) == found
