"""Receipts that were asked for come as documents, from what is recorded when they are printed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from docx import Document

from jobs import render
from jobs.receipts import ASKED, Receipts
from jobs.reports import Reports
from storage import accounts, people, records, reports
from storage.database import Tx
from templates import documents, forms, receipt
from tests.jobs.conftest import BOT, ORIGIN, House, at

pytestmark = pytest.mark.anyio
NOW = at("2024-12-08T10:00")
FROM_HAMLET = {"tu": "ap", "ap": "2", "quy": "vi_nguoi_ngheo", "so_tien": 14_000_000, "ly_do": ""}
FROM_DONOR = {"tu": "truc_tiep", "nguoi_nop": "Bà Năm", "quy": "cuu_tro", "so_tien": 500_000}


def printing(house: House, **more: Any) -> Receipts:
    served = {house.commune: house.settings}
    return Receipts(house.db, house.data, house.wording, forms.load(), served, lambda: NOW, **more)


async def asked(house: House, record: int, label: str = "1/2024") -> None:
    def write(tx: Tx) -> None:
        day = NOW.date()
        who = (house.chair, BOT, "chair", NOW)
        reports.request(tx, house.commune, f"{ASKED}{record}", day, day, label, *who)

    await house.db.write(write)


async def still_open(house: House) -> int:
    return len(await house.db.read(reports.open_requests))


async def revised(house: House, record: int, answers: dict[str, Any], state: str = "valid") -> None:
    def write(tx: Tx) -> None:
        found = records.get(tx, house.commune, record)
        assert found is not None
        said = (answers, 1, found.day, state, house.chair, ORIGIN, NOW)
        records.revise(tx, house.commune, record, *said)

    await house.db.write(write)


def texts(path: Path) -> str:
    document: Any = Document(str(path))
    paragraphs = document.element.body.iter("{*}p")
    return "\n".join("".join(text.text or "" for text in p.iter("{*}t")) for p in paragraphs)


async def test_the_receipt_of_a_hamlet_is_printed_and_sent(house: House) -> None:
    record = await house.record(None, "2024-12-08", FROM_HAMLET, form="phieu_thu")
    await asked(house, record)
    assert await printing(house).print_open() == 1
    (sent,) = await house.queued("chair")
    assert (sent["document"], sent["name"]) == (
        "documents/phieu-thu-2024-001.docx",
        "phieu-thu-2024-001.docx",
    )
    assert sent["text"] == "Phiếu thu số 1/2024: Ban Công tác Mặt trận ấp 2, xã Tân An, 14.000.000 đồng."
    said = texts(house.data / sent["document"])
    assert "Số:\xa001/2024" in said and "Mười bốn triệu đồng." in said
    assert "Lý do nộp:Nộp tiền vận động Quỹ “Vì người nghèo”" in said
    assert await still_open(house) == 0
    assert [f.name for f in (house.data / "documents").iterdir()] == ["phieu-thu-2024-001.docx"]


async def test_numbers_are_counted_in_their_year_and_a_donor_is_named(house: House) -> None:
    await house.record(None, "2023-12-08", FROM_DONOR, form="phieu_thu")
    await house.record(None, "2024-12-01", FROM_DONOR, form="phieu_thu")
    record = await house.record(None, "2024-12-08", {**FROM_DONOR, "ly_do": "giúp bà con"}, form="phieu_thu")
    await asked(house, record)
    await printing(house).print_open()
    (sent,) = await house.queued("chair")
    said = texts(house.data / sent["document"])
    for text in ("Số:\xa002/2024", "Người nộp tiền:Bà Năm", "Nộp vào:Cứu trợ thiên tai", "Giúp bà con"):
        assert text in said


async def test_what_was_corrected_is_printed_as_it_is_now_under_the_same_number(house: House) -> None:
    record = await house.record(None, "2024-12-08", FROM_HAMLET, form="phieu_thu")
    await house.record(None, "2024-12-08", FROM_DONOR, form="phieu_thu")
    await revised(house, record, {**FROM_HAMLET, "so_tien": 13_000_000})
    await asked(house, record)
    await printing(house).print_open()
    (sent,) = await house.queued("chair")
    said = texts(house.data / sent["document"])
    assert "13.000.000 đồng" in said and "(Thay bản đã in trước của phiếu thu số 01/2024)" in said


async def test_one_that_was_withdrawn_is_not_printed(house: House) -> None:
    record = await house.record(None, "2024-12-08", FROM_HAMLET, form="phieu_thu")
    await revised(house, record, FROM_HAMLET, "withdrawn")
    await asked(house, record)
    await printing(house).print_open()
    (sent,) = await house.queued("chair")
    assert sent["text"] == "Phiếu thu số 1/2024 đã rút, không in được nữa."
    assert await still_open(house) == 0 and not (house.data / "documents").exists()


async def test_a_failure_is_told_and_leaves_no_file(house: House, caplog: pytest.LogCaptureFixture) -> None:
    record = await house.record(None, "2024-12-08", FROM_HAMLET, form="phieu_thu")
    await asked(house, record)
    await printing(house, timeout=0.0).print_open()
    (sent,) = await house.queued("chair")
    assert sent["text"].startswith("Chưa in được phiếu thu số 1/2024.") and "document" not in sent
    assert await still_open(house) == 0
    assert list((house.data / "documents").iterdir()) == []
    assert "timeout" in caplog.text


async def test_the_same_receipt_may_be_asked_for_again(house: House) -> None:
    record = await house.record(None, "2024-12-08", FROM_HAMLET, form="phieu_thu")
    for _ in range(2):
        await asked(house, record)
        await printing(house).print_open()
    assert [sent["document"] for sent in await house.queued("chair")] == [
        "documents/phieu-thu-2024-001.docx"
    ] * 2


@pytest.mark.parametrize("other", [False, True])
async def test_what_an_account_asked_for_does_not_go_to_it_once_it_was_ended(
    house: House, other: bool
) -> None:
    """A telephone was lost with a question on its way: another account of the person gets it, or nobody."""
    await asked(house, await house.record(None, "2024-12-08", FROM_HAMLET, form="phieu_thu"))

    def lost(tx: Tx) -> None:
        if other:
            people.arrive(tx, house.commune, "zalo:1", "z", "Minh", NOW)
            accounts.connect(tx, house.commune, house.chair, "zalo:1", "z")
        accounts.disconnect(tx, house.commune, BOT, "chair", NOW)

    await house.db.write(lost)
    await printing(house).print_open()

    waiting = "SELECT DISTINCT bot, address FROM outbox WHERE state = 'waiting'"
    assert await house.db.read(lambda tx: tx.all(waiting)) == ([("zalo:1", "z")] if other else [])
    assert await still_open(house) == 0


async def test_reports_and_receipts_leave_each_other_alone(house: House) -> None:
    record = await house.record(None, "2024-12-08", FROM_HAMLET, form="phieu_thu")
    await asked(house, record)
    served = {house.commune: house.settings}
    making = Reports(house.db, house.data, house.wording, forms.load(), served, documents.load(), lambda: NOW)
    assert await making.make_open() == 0

    def ask_report(tx: Tx) -> None:
        day = NOW.date()
        reports.request(tx, house.commune, "bao_cao_nam", day, day, "năm 2024", None, None, None, NOW)

    await house.db.write(ask_report)
    assert await printing(house).print_open() == 1
    assert await still_open(house) == 1


async def test_the_template_passes_its_trial_in_the_child() -> None:
    await render.check(receipt.template(), receipt.trial_contexts())
