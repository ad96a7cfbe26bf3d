"""The fund book in a chat: it fits a phone however many hamlets there are; forms name checks that exist."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import app, checks, fund_book
from bot.commands import funds as command
from bot.context import Context, House, Reply
from bot.messages import Incoming
from storage import drafts, people, records
from storage.database import Database, Tx
from storage.rows import Origin
from templates import forms
from templates.commune import HamletInfo
from templates.errors import TemplateError
from tests.sample import COMMUNE
from tests.transcripts.cast import Part, Setting, join

NOW = datetime(2024, 12, 8, 3, 0, tzinfo=UTC)
LONG = "Ấp Trung Hưng Nhì Hòa Thạnh Đông"
MANY = replace(COMMUNE, hamlets=tuple(HamletInfo(str(n), f"{LONG} {n}") for n in range(1, 41)))
FUNDS = ("vi_nguoi_ngheo", "cuu_tro", "khac")
CHAIR = Part("Nguyễn Văn Minh", "đồng chí", (("standing_committee", None),))
HEAD = Part("Trần Văn Sáu", "chú", (("hamlet_head", "3"),))


class Chat:
    """A commune of forty hamlets, and a context for whoever speaks."""

    def __init__(self, db: Database) -> None:
        self.db = db
        number = asyncio.run(db.write(lambda tx: app.settle(tx, MANY, NOW.date())))
        self.house: House = Setting(MANY).house(db, number)
        for address, part in (("minh", CHAIR), ("sau", HEAD)):
            asyncio.run(db.write(lambda tx, a=address, p=part: join(tx, self.house, p, "terminal", a, NOW)))

    def record(self, *rows: tuple[str, str | None, dict[str, Any]]) -> None:
        def write(tx: Tx) -> None:
            for form, hamlet, answers in rows:
                draft = drafts.start(tx, self.house.number, 1, form, 1, hamlet, {}, NOW)
                said = (form, 1, hamlet, NOW.date(), answers, 1, Origin("terminal", "minh", "1"), NOW)
                records.confirm(tx, self.house.number, draft, 0, *said)
                drafts.end(tx, self.house.number, draft, "done", NOW)

        asyncio.run(self.db.write(write))

    def ask(self, address: str, run: Any, args: str = "") -> Any:
        def answer(tx: Tx) -> Reply:
            incoming = Incoming("terminal", address, "1", NOW, address)
            account = people.account(tx, "terminal", address)
            assert account is not None
            person = people.person(tx, self.house.number, account.person, self.house.purpose)
            return run(Context(tx, self.house, NOW, incoming, account, person), args)  # type: ignore[no-any-return]

        return asyncio.run(self.db.write(answer))


@pytest.fixture
def chat(database: Database) -> Chat:
    return Chat(database)


def gift(hamlet: str | None, amount: int = 1_562_410_000, fund: str = FUNDS[0]) -> Any:
    return ("ung_ho", hamlet, {"quy": fund, "hinh_thuc": "tien", "so_tien": amount, "nguoi_ung_ho": "bà Năm"})


def handover(hamlet: str, amount: int = 1_562_410_000, fund: str = FUNDS[0]) -> Any:
    return ("nop_tien", hamlet, {"quy": fund, "so_tien": amount, "nguoi_nhan": "cô Lan"})


def test_forty_hamlets_with_something_to_settle_in_each_fund_fit_one_message(chat: Chat) -> None:
    hamlets = [h.code for h in MANY.hamlets]
    chat.record(*(make(h, fund=f) for f in FUNDS for h in hamlets for make in (gift, handover)))
    reply = chat.ask("minh", command.show)
    assert 1_000 < len(reply.text) <= command.LONGEST
    for said in ("và 3", "CẦN ĐỐI CHIẾU", "62.496.400.000", "Còn 11"):
        assert said in reply.text
    shown = [line for line in reply.text.splitlines() if line.startswith("1. Lập phiếu thu")]
    assert shown and reply.options["1"] == "/lapphieuthu 2"
    assert "/lapphieuthu 2" in reply.options.values() and len(reply.options) < 12


def test_where_all_fit_all_are_named(chat: Chat) -> None:
    chat.record(*(gift(str(n), n * 1_000) for n in range(1, 11)))
    text = chat.ask("minh", command.show).text
    assert all(f"– {LONG} {n}: {n}.000" in text for n in range(1, 11)) and "khác" not in text


def test_what_a_head_holds_is_found_without_reading_the_other_hamlets(chat: Chat) -> None:
    chat.record(*(gift(str(n % 40 + 1), 1_000) for n in range(400)), gift("3", 5_000), handover("3", 2_000))
    share = chat.ask("sau", lambda ctx, _: fund_book.share(ctx, "3", FUNDS[0]))
    assert (share.donated, share.in_hand) == (15_000, 13_000)
    rows = chat.ask("sau", lambda ctx, _: fund_book.hamlet_rows(ctx, "3"))
    assert {row.hamlet for row in rows} == {"3"} and len(rows) == 12


def test_an_option_that_is_no_longer_true_opens_nothing(chat: Chat) -> None:
    receipt = {"tu": "ap", "ap": "3", "quy": FUNDS[0], "so_tien": 2_000}
    chat.record(gift("3", 2_000), handover("3", 2_000))
    assert "Lập phiếu thu" not in chat.ask("minh", command.receipt_for, "1").text  # a gift is no handover
    assert chat.ask("minh", command.receipt_for, "2").draft is not None
    chat.record(gift("1", 700), handover("1", 600))
    assert chat.ask("minh", command.show).options == {"1": "/lapphieuthu 2", "2": "/lapphieuthu 4"}
    assert "600 đồng" in chat.ask("minh", command.receipt_for, "4").text
    assert {row.record for row in chat.ask("sau", lambda ctx, _: fund_book.hamlet_rows(ctx, "1"))} == {3, 4}
    chat.record(("phieu_thu", None, receipt))
    assert {row.record for row in chat.ask("sau", lambda ctx, _: fund_book.hamlet_rows(ctx, "1"))} == {3, 4}
    assert chat.ask("minh", command.receipt_for, "2").draft is None


def test_a_receipt_is_found_by_number_and_year(chat: Chat) -> None:
    chat.record(("phieu_thu", None, {"tu": "truc_tiep", "nguoi_nop": "A", "quy": FUNDS[0], "so_tien": 1}))
    assert "Đang in phiếu thu số 1/2024" in chat.ask("minh", command.receipt_again, "so 1/2024").text
    for args in ("2", "1 2023", "0"):
        assert "Chưa có phiếu thu" in chat.ask("minh", command.receipt_again, args).text


def test_the_year_is_the_reports(chat: Chat) -> None:
    chat.record(gift("3"))
    chat.house = replace(
        chat.house, commune=replace(MANY, deadlines=replace(MANY.deadlines, year_end=(12, 1)))
    )
    assert chat.ask("minh", command.show).text.startswith("SỔ QUỸ từ 02/12/2024 đến 08/12/2024")
    assert "từ 02/12/2023 đến 01/12/2024" in chat.ask("minh", command.show, "nam 2024").text
    assert "Chưa ghi khoản nào" in chat.ask("minh", command.show, "2024").text
    assert "chưa bắt đầu" in chat.ask("minh", command.show, "2026").text


@pytest.mark.parametrize("key", ["check", "after"])
def test_a_form_that_names_what_does_not_exist_is_refused(key: str) -> None:
    form = forms.load()["nop_tien"]
    checks.held_against(form)
    with pytest.raises(TemplateError, match=key):
        checks.held_against(form.model_copy(update={key: "la"}))


def test_another_fund_is_shown_by_its_name(database: Database) -> None:
    chat = Chat(database)
    gift = {"quy": "khac", "hinh_thuc": "tien", "so_tien": 500_000, "nguoi_ung_ho": "bà Năm"}
    chat.record(
        ("ung_ho", "3", {**gift, "ten_quy": "quỹ Khuyến học"}),
        ("ung_ho", "3", {**gift, "ten_quy": "Đền ơn đáp nghĩa", "so_tien": 200_000}),
        (
            "nop_tien",
            "3",
            {"quy": "khac", "ten_quy": "khuyen hoc", "so_tien": 500_000, "nguoi_nhan": "cô Lan"},
        ),
    )
    book = chat.ask("minh", command.show).text
    assert "Quỹ Khuyến học (đồng)\n• Đã nhận: 500.000" in book
    assert "Quỹ Đền ơn đáp nghĩa (đồng)\n• Đã nhận: 200.000" in book

    own = chat.ask("sau", command.show).text
    assert "• Quỹ Đền ơn đáp nghĩa: 200.000 đồng" in own
    assert "• Quỹ Khuyến học: đã báo nộp 500.000 đồng" in own

    receipt = chat.ask("minh", command.receipt_for, "3").text
    assert "Tên quỹ: khuyen hoc" in receipt


def test_a_head_is_shown_what_does_not_match_in_a_message_that_fits_a_phone(chat: Chat) -> None:
    names = [f"quỹ Khuyến học và khuyến tài mang tên người sáng lập thứ {n}" for n in range(30)]
    other = {"quy": "khac", "so_tien": 1_000}
    chat.record(*(("nop_tien", "3", {**other, "ten_quy": name, "nguoi_nhan": "cô Lan"}) for name in names))
    reply = chat.ask("sau", command.show)
    assert 1_000 < len(reply.text) <= command.LONGEST
    for said in ("Chưa khớp, chú đối chiếu với xã:", names[0][1:], "chỗ khác"):
        assert said in reply.text
    book = chat.ask(
        "minh", command.show
    ).text  # no fund has moved, and all the same there is something to say
    assert "CẦN ĐỐI CHIẾU" in book and len(book) <= command.LONGEST


def test_a_receipt_to_a_donor_whom_the_hamlet_reported_is_named_to_the_hamlet(chat: Chat) -> None:
    receipt = {"tu": "truc_tiep", "nguoi_nop": "bà Năm", "quy": FUNDS[0], "so_tien": 2_000}
    chat.record(gift("3", 2_000), ("phieu_thu", None, receipt))
    said = chat.ask("sau", command.show).text
    assert "phiếu thu 2.000 đồng của bà Năm có thể trùng với phiếu số 1" in said


def test_a_handover_that_only_waits_for_its_receipt_is_not_named_twice(chat: Chat) -> None:
    chat.record(gift("3", 2_000), handover("3", 2_000))
    assert "Chưa khớp" not in chat.ask("sau", command.show).text
