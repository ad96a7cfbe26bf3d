"""The fund book: money is counted once, on whichever side it is, and what does not match is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from templates import fund_names, funds
from templates.funds import book, mismatches
from templates.wording import Voice, load

NGHEO, CUU_TRO = "vi_nguoi_ngheo", "cuu_tro"
DAY = date(2024, 12, 8)
VOICE = Voice(load(), None, {"ap": "ấp", "xa": "xã"})


@dataclass(frozen=True)
class Row:
    record: int
    form: str
    hamlet: str | None
    day: date
    answers: dict[str, Any]


def numbered(rows: Sequence[tuple[str, str | None, date, dict[str, Any]]]) -> list[Row]:
    return [Row(number, *row) for number, row in enumerate(rows, 1)]


def gift(hamlet: str | None, amount: Any, fund: str = NGHEO, day: date = DAY, donor: str = "bà Năm") -> Any:
    answers = {"quy": fund, "hinh_thuc": "tien", "so_tien": amount, "nguoi_ung_ho": donor}
    return ("ung_ho", hamlet, day, answers)


def goods(hamlet: str | None, what: str = "50 kg gạo", fund: str = NGHEO) -> Any:
    return ("ung_ho", hamlet, DAY, {"quy": fund, "hinh_thuc": "hien_vat", "hien_vat": what})


def handover(hamlet: str, amount: int, fund: str = NGHEO, day: date = DAY) -> Any:
    return ("nop_tien", hamlet, day, {"quy": fund, "so_tien": amount, "nguoi_nhan": "cô Lan"})


def receipt(hamlet: str | None, amount: int, fund: str = NGHEO, day: date = DAY, donor: str = "") -> Any:
    source = {"tu": "ap", "ap": hamlet} if hamlet else {"tu": "truc_tiep", "nguoi_nop": donor}
    return ("phieu_thu", None, day, {"quy": fund, "so_tien": amount, **source})


def spending(amount: int, fund: str = NGHEO, day: date = DAY) -> Any:
    return ("chi_quy", None, day, {"quy": fund, "so_tien": amount, "viec": "quà Tết"})


def passed_up(amount: int, fund: str = NGHEO, day: date = DAY) -> Any:
    return ("chuyen_cap_tren", None, day, {"quy": fund, "so_tien": amount, "noi_nhan": "tỉnh"})


def only(rows: Sequence[Any], fund: str = NGHEO, **period: date) -> funds.Fund:
    return book(numbered(rows), **period)[fund]


def said(rows: Sequence[Any], until: date | None = None) -> list[str]:
    labels, units = {NGHEO: "Quỹ “Vì người nghèo”", CUU_TRO: "cứu trợ thiên tai"}, {"2": "ấp 2", "3": "ấp 3"}
    found = mismatches(numbered(rows), until)
    return [funds.sentence(one, VOICE.say, labels, units) for one in found]


def test_until_there_is_a_receipt_the_head_holds_the_money() -> None:
    fund = only([gift("2", 14_000_000), handover("2", 14_000_000)])
    share = fund.share("2")
    assert (fund.received, fund.held, fund.left) == (14_000_000, 14_000_000, 0)
    assert (share.held, share.pending, share.in_hand) == (14_000_000, 14_000_000, 0)


def test_a_receipt_brings_it_to_the_commune_and_counts_nothing_twice() -> None:
    fund = only([gift("2", 14_000_000), handover("2", 14_000_000), receipt("2", 14_000_000)])
    assert (fund.received, fund.held, fund.left) == (14_000_000, 0, 14_000_000)


def test_a_hamlet_that_reports_no_donations_counts_what_was_receipted_from_it() -> None:
    fund = only([receipt("2", 3_000_000), gift("3", 500_000)])
    assert (fund.received, fund.held, fund.left) == (3_500_000, 500_000, 3_000_000)


def test_direct_spent_and_passed_up() -> None:
    fund = only(
        [
            gift(None, 10_000_000),
            receipt(None, 5_000_000, donor="ông Tư"),
            spending(4_000_000),
            passed_up(1_000_000),
        ]
    )
    assert (fund.received, fund.spent, fund.passed_up, fund.left) == (
        15_000_000,
        4_000_000,
        1_000_000,
        10_000_000,
    )


def test_the_receipt_for_a_gift_that_the_commune_recorded_too_is_the_same_money() -> None:
    twice = [gift(None, 5_000_000, donor="Ông Tư"), receipt(None, 5_000_000, donor="ong  tu")]
    assert only(twice).received == 5_000_000
    assert only([*twice, receipt(None, 5_000_000, donor="ông Tư")]).received == 10_000_000
    for days in (-60, 60):
        apart = receipt(None, 5_000_000, donor="ông Tư", day=DAY + timedelta(days=days))
        assert only([gift(None, 5_000_000, donor="ông Tư"), apart]).received == 10_000_000
    later = gift(None, 5_000_000, donor="ông Tư", day=DAY + timedelta(days=60))
    assert only([later, *twice]).received == 10_000_000  # though written down before the others
    assert only(
        [gift(None, 5_000_000, CUU_TRO, donor="Tư"), receipt(None, 5_000_000, donor="Tư")]
    ).received == (5_000_000)


def test_funds_never_mix_and_goods_are_no_money() -> None:
    rows = numbered([gift("2", 1_000), gift("2", 2_000, CUU_TRO), goods("2"), handover("2", 1_000, CUU_TRO)])
    separately = ("hien_vat", "2", DAY, {"quy": NGHEO, "hien_vat": "gạo", "tri_gia": 900})
    assert only([gift("2", 1_000), separately]).received == 1_000
    assert only([separately]).goods == (1,)
    made = book(rows)
    assert (made[NGHEO].received, made[CUU_TRO].received) == (1_000, 2_000)
    assert (made[NGHEO].goods, made[CUU_TRO].goods) == ((3,), ())
    assert (made[NGHEO].share("2").in_hand, made[CUU_TRO].share("2").in_hand) == (1_000, 1_000)


def test_a_marked_amount_counts_as_its_number() -> None:
    assert only([gift("2", {"value": 2_000_000, "mark": "trên"})]).received == 2_000_000


def test_a_period_begins_with_what_was_there() -> None:
    begin = date(2024, 12, 1)
    before = begin - timedelta(days=1)
    rows = [
        gift("2", 3_000, day=before),
        spending(500, day=before),
        receipt("2", 2_000),
        spending(300),
        goods("2"),
    ]
    rows.append(("ung_ho", "2", before, goods("2")[3]))
    fund = only(rows, since=begin)
    assert (fund.opening, fund.received, fund.spent, fund.held, fund.left) == (2_500, 0, 300, 1_000, 1_200)
    assert fund.goods == (5,)
    assert only(rows, until=before).received == 3_000


def test_what_does_not_match_is_named_on_both_sides() -> None:
    assert said([gift("2", 14_000_000), handover("2", 14_000_000)]) == [
        "Quỹ “Vì người nghèo”, ấp 2: ấp báo nộp 14.000.000 đồng, xã chưa có phiếu thu."
    ]
    assert said([gift("2", 14_000_000), receipt("2", 14_000_000)]) == [
        "Quỹ “Vì người nghèo”, ấp 2: xã có phiếu thu 14.000.000 đồng, ấp chưa báo nộp."
    ]
    assert said([gift("2", 5_000_000), handover("2", 5_000_000), receipt("2", 4_000_000)]) == [
        "Quỹ “Vì người nghèo”, ấp 2: ấp báo nộp 5.000.000 đồng, phiếu thu của xã ghi 4.000.000 đồng."
    ]


def test_only_the_fund_and_the_hamlet_that_do_not_match_are_named() -> None:
    rows = [
        *(gift("2", 9_000, CUU_TRO), handover("2", 4_000, CUU_TRO), receipt("2", 4_000, CUU_TRO)),
        *(gift("3", 9_000), handover("3", 4_000), handover("3", 5_000), receipt("3", 5_000)),
    ]
    assert said(rows) == ["Quỹ “Vì người nghèo”, ấp 3: ấp báo nộp 4.000 đồng, xã chưa có phiếu thu."]
    assert [due.row.record for due in funds.unreceipted(numbered(rows))] == [5]


def test_one_handover_in_two_receipts_matches() -> None:
    rows = [gift("2", 9_000), handover("2", 9_000), receipt("2", 5_000), receipt("2", 4_000)]
    assert said(rows) == [] and funds.unreceipted(numbered(rows)) == []
    (due,) = funds.unreceipted(numbered(rows[:3]))
    assert said(rows[:3]) and due.partly and due.amount == funds.amount(numbered(rows)[3])


def test_receipts_of_other_amounts_go_to_the_oldest_handovers() -> None:
    rows = [gift("2", 900), handover("2", 400), handover("2", 500), receipt("2", 600)]
    (due,) = funds.unreceipted(numbered(rows))
    assert (due.row.record, due.amount) == (3, 300)
    assert funds.unreceipted(numbered([*rows, receipt("2", 1_000)])) == []
    assert funds.unhanded(numbered(rows), "2", NGHEO) == [600]
    assert funds.unhanded(numbered([*rows, handover("2", 600)]), "2", NGHEO) == []


def test_more_handed_over_than_was_donated_and_more_spent_than_came_in() -> None:
    assert said([gift("2", 4_000), handover("2", 5_000), receipt("2", 5_000)]) == [
        "Quỹ “Vì người nghèo”, ấp 2: ấp báo nộp 5.000 đồng, nhiều hơn số ủng hộ đã ghi 4.000 đồng."
    ]
    assert said([gift(None, 4_000), spending(3_000), passed_up(2_000)]) == [
        "Quỹ “Vì người nghèo”: đã chi và chuyển 5.000 đồng, nhiều hơn số xã đã thu 4.000 đồng."
    ]


def test_where_nothing_stands_against_it_no_zero_is_said() -> None:
    (beyond, _) = said([handover("2", 5_000)])
    assert beyond == "Quỹ “Vì người nghèo”, ấp 2: ấp báo nộp 5.000 đồng, nhưng chưa ghi khoản ủng hộ nào."
    assert said([spending(7_000)]) == [
        "Quỹ “Vì người nghèo”: đã chi và chuyển 7.000 đồng, nhưng xã chưa thu khoản nào."
    ]


def test_a_receipt_to_a_donor_whom_a_hamlet_reported_may_be_the_same_gift() -> None:
    assert said([gift("2", 500_000), receipt(None, 500_000, donor="Bà Năm")]) == [
        "Quỹ “Vì người nghèo”: phiếu thu 500.000 đồng của Bà Năm có thể trùng với phiếu số 1 của ấp 2."
    ]
    assert said([gift(None, 500_000), receipt(None, 500_000, donor="Bà Năm")]) == []


def test_they_are_named_by_fund_and_hamlet_and_todo_is_oldest_first() -> None:
    yesterday = DAY - timedelta(days=1)
    rows = [
        gift("2", 9),
        gift("3", 9),
        gift("2", 9, CUU_TRO),
        handover("3", 4),
        handover("2", 5, day=yesterday),
    ]
    rows += [handover("2", 6, CUU_TRO), spending(7, CUU_TRO)]
    found = mismatches(numbered(rows))
    assert [(m.fund, m.hamlet, m.kind) for m in found] == [
        (CUU_TRO, None, "overdrawn"),
        (CUU_TRO, "2", "unreceipted"),
        (NGHEO, "2", "unreceipted"),
        (NGHEO, "3", "unreceipted"),
    ]
    assert [due.row.record for due in funds.unreceipted(numbered(rows))] == [5, 4, 6]


def test_a_receipt_of_the_next_period_settles_the_handover_of_this_one() -> None:
    rows = [gift("2", 9_000), handover("2", 9_000), receipt("2", 9_000, day=DAY + timedelta(days=9))]
    assert said(rows, until=DAY) == []
    assert said([*rows, handover("2", 1, day=DAY + timedelta(days=9))], until=DAY) == []


AMOUNTS = st.integers(1, 50)
HAMLETS = st.sampled_from(["1", "2", "3"])
FUNDS = st.sampled_from([NGHEO, CUU_TRO])
DAYS = st.integers(0, 80).map(lambda n: date(2024, 10, 1) + timedelta(days=n))
DONORS = st.sampled_from(["bà Năm", "ba nam", "ông Tư"])
ROW = st.one_of(
    st.builds(gift, st.none() | HAMLETS, AMOUNTS, FUNDS, DAYS, DONORS),
    st.builds(goods, HAMLETS, fund=FUNDS),
    st.builds(handover, HAMLETS, AMOUNTS, FUNDS, DAYS),
    st.builds(receipt, st.none() | HAMLETS, AMOUNTS, FUNDS, DAYS, DONORS),
    st.builds(spending, AMOUNTS, FUNDS, DAYS),
    st.builds(passed_up, AMOUNTS, FUNDS, DAYS),
)
ROWS = st.lists(ROW, max_size=30)


@given(ROWS, st.none() | DAYS, st.none() | DAYS)
def test_money_is_conserved(rows: list[Any], since: date | None, until: date | None) -> None:
    for fund in book(numbered(rows), since, until).values():
        assert fund.opening + fund.received == fund.held + fund.left + fund.spent + fund.passed_up
        assert all(s.held == s.pending + s.in_hand and min(s.pending, s.in_hand) >= 0 for s in fund.shares)


@given(ROWS, DAYS, st.randoms())
def test_the_order_of_records_does_not_matter(rows: list[Any], since: date, random: Any) -> None:
    one = numbered(rows)
    other = list(one)
    random.shuffle(other)
    assert book(one, since) == book(other, since)
    assert mismatches(one) == mismatches(other)
    assert funds.unreceipted(one) == funds.unreceipted(other)


@given(ROWS, HAMLETS, FUNDS, DAYS, st.data())
def test_handing_over_with_a_receipt_never_changes_a_total(
    rows: list[Any], hamlet: str, fund: str, day: date, data: Any
) -> None:
    rows = [gift(hamlet, 1, fund), *rows]
    before = only(rows, fund)
    held = before.share(hamlet).held
    if not held:
        return
    amount = data.draw(st.integers(1, held))
    after = only([*rows, handover(hamlet, amount, fund, day), receipt(hamlet, amount, fund, day)], fund)
    assert after.received == before.received
    assert (after.held, after.left) == (before.held - amount, before.left + amount)


@given(ROWS, DAYS)
def test_periods_add_up(rows: list[Any], cut: date) -> None:
    one = numbered(rows)
    first, second = book(one, until=cut - timedelta(days=1)), book(one, since=cut)
    for name, whole in book(one).items():
        part = first.get(name, funds.Fund(name))
        assert part.received + second[name].received == whole.received
        assert part.left + part.held == second[name].opening


# Other funds, by their own names


def other(row: Any, name: str) -> Any:
    form, hamlet, day, answers = row
    return (form, hamlet, day, {**answers, "quy": "khac", "ten_quy": name})


def test_other_funds_never_mix_however_they_are_typed() -> None:
    rows = numbered(
        [
            other(gift("2", 500_000), "khuyen hoc"),
            other(gift("3", 300_000), "Quỹ Khuyến học"),
            other(gift("2", 200_000), "Đền ơn đáp nghĩa"),
            gift("2", 100_000, fund="khac"),
            other(receipt("2", 500_000), "quỹ khuyến học"),
        ]
    )
    found = book(rows)

    assert {name: (fund.received, fund.left) for name, fund in found.items()} == {
        "khac:khuyen hoc": (800_000, 500_000),
        "khac:den on dap nghia": (200_000, 0),
        "khac": (100_000, 0),
    }
    labels = fund_names.labels(rows)
    assert labels == {"khac:khuyen hoc": "quỹ Khuyến học", "khac:den on dap nghia": "quỹ Đền ơn đáp nghĩa"}


def test_a_handover_and_a_receipt_of_two_other_funds_do_not_match() -> None:
    rows = [
        other(gift("2", 500_000), "khuyến học"),
        other(handover("2", 500_000), "khuyến học"),
        other(receipt("2", 500_000), "đền ơn đáp nghĩa"),
    ]
    assert [(m.kind, m.fund) for m in mismatches(numbered(rows))] == [
        ("unhanded", "khac:den on dap nghia"),
        ("unreceipted", "khac:khuyen hoc"),
    ]


@pytest.mark.parametrize("name", ["", "  ", "quỹ", None])
def test_without_a_name_it_stays_the_choice(name: str | None) -> None:
    answers = {"quy": "khac", "ten_quy": name}
    assert (fund_names.key(answers), fund_names.label(answers)) == ("khac", None)


def test_a_fund_of_the_list_has_no_other_name() -> None:
    """What was typed before the fund was corrected says nothing any more."""
    assert fund_names.key({"quy": "cuu_tro", "ten_quy": "khuyến học"}) == "cuu_tro"
    assert fund_names.kind("khac:khuyen hoc") == "khac"
