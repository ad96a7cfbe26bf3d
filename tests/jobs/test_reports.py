"""Reports: made once, sent with their cover, and made again cleanly after whatever went wrong."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import signal
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from jobs import schedules
from jobs.reports import Reports
from jobs.tick import Ticker
from storage import people, reports
from storage.database import Database
from storage.errors import StorageUnavailable
from templates import documents, forms, wording
from templates.commune import Deadlines
from templates.periods import Period
from tests.jobs.conftest import BOT, ORIGIN, House, at, join

pytestmark = pytest.mark.anyio

YEAR = Period(date(2023, 12, 10), date(2024, 12, 9), "năm 2024")
NOW = at("2024-12-09T09:00")
PURPOSE = wording.load().say("consent.purpose")


def worker(house: House, **more: Any) -> Reports:
    house.settings = replace(house.settings, deadlines=Deadlines(year_end=(12, 9), annual_report=(12, 9)))
    communes = {house.commune: house.settings}
    return Reports(
        house.db, house.data, house.wording, forms.load(), communes, documents.load(), lambda: NOW, **more
    )


async def session(house: House, hamlet: str | None, day: str, persons: int, **more: Any) -> int:
    """A propaganda session, as its form leaves it."""
    answers = {"viec": "tuyen_truyen", "ngay": day, "noi": "nhà văn hóa", "so_nguoi": persons, "so_cuoc": 1}
    return await house.record(hamlet, day, {**answers, "noi_dung": "", **more})


async def ask(house: House, period: Period = YEAR, now: str = "2024-12-09T09:00") -> int:
    days = (period.from_day, period.until_day)
    number, _ = await house.db.write(
        lambda tx: reports.request(
            tx, house.commune, "bao_cao_nam", *days, period.label, house.chair, BOT, "chair", at(now)
        )
    )
    return number


async def editions(house: House, period: Period = YEAR) -> list[Any]:
    days = (period.from_day, period.until_day)
    return await house.db.read(lambda tx: reports.editions(tx, house.commune, "bao_cao_nam", *days))


async def request_state(house: House, number: int) -> tuple[Any, ...]:
    sql = "SELECT state, edition, reason FROM request WHERE commune = ? AND request = ?"
    row = await house.db.read(lambda tx: tx.one(sql, (house.commune, number)))
    assert row is not None
    return row


def words(path: Path) -> str:
    return "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)


async def test_a_report_is_made_and_sent_with_its_cover_before_the_file(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    await session(house, None, "2024-04-02", 100)
    await session(house, "3", "2024-12-10", 7)  # after the period
    number = await ask(house)
    assert await worker(house).make_open() == 1
    (edition,) = await editions(house)
    assert (edition.number, edition.path) == (1, "documents/bao-cao-2024-du-thao-1.docx")
    path = house.data / edition.path
    assert edition.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert "DỰ THẢO LẦN 1" in words(path)
    assert "có 02 cuộc tuyên truyền với 145 người tham dự" in words(path)
    cover, file = await house.queued()
    assert (cover["address"], cover["class"], file["class"]) == ("chair", 1, 1)
    assert cover["text"] == edition.cover
    assert cover["text"].startswith(
        "DỰ THẢO LẦN 1: Báo cáo công tác Mặt trận năm 2024\nSố liệu từ 10/12/2023 đến 09/12/2024.\n"
    )
    assert file["document"] == edition.path and file["name"] == "bao-cao-2024-du-thao-1.docx"
    assert await request_state(house, number) == ("done", edition.edition, None)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


async def test_every_figure_knows_its_sources(house: House) -> None:
    first, second = await session(house, "3", "2024-03-02", 45), await session(house, "4", "2024-04-02", 5)
    await ask(house)
    await worker(house).make_open()
    (edition,) = await editions(house)
    figure = next(f for f in edition.figures["figures"] if f["name"] == "tuyen_truyen_nguoi")
    assert figure["amount"]["value"] == 50
    assert [list(source) for source in figure["sources"]] == [[first, 1], [second, 1]]
    assert {code: amount["value"] for code, amount in figure["split"].items()} == {"3": 45, "4": 5}


async def test_unchanged_figures_send_the_same_draft_again(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    jobs = worker(house)
    await ask(house)
    await jobs.make_open()
    before = (house.data / "documents/bao-cao-2024-du-thao-1.docx").read_bytes()
    second = await ask(house, now="2024-12-10T09:00")
    await jobs.make_open()
    (edition,) = await editions(house)
    assert (await request_state(house, second))[:2] == ("done", edition.edition)
    assert (house.data / edition.path).read_bytes() == before
    first_cover, first_file, cover, file = await house.queued()
    assert cover["text"] == f"Số liệu không đổi, đây vẫn là dự thảo lần 1.\n{first_cover['text']}"
    assert file["document"] == first_file["document"]


async def test_another_figure_makes_another_draft_that_names_what_changed(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    jobs = worker(house)
    await ask(house)
    await jobs.make_open()
    await session(house, "4", "2024-05-02", 800)
    await ask(house)
    await jobs.make_open()
    first, second = await editions(house)
    assert (second.number, second.path) == (2, "documents/bao-cao-2024-du-thao-2.docx")
    assert "với 845 người" in words(house.data / second.path)
    assert "với 45 người" in words(house.data / first.path)
    assert "Số người dự tuyên truyền: 45 người, nay 845 người" in second.cover


async def test_a_draft_whose_file_is_gone_is_made_anew(house: House) -> None:
    jobs = worker(house)
    await ask(house)
    await jobs.make_open()
    (house.data / "documents/bao-cao-2024-du-thao-1.docx").unlink()
    await ask(house)
    await jobs.make_open()
    assert [e.number for e in await editions(house)] == [1, 2]


async def test_the_committees_own_template_makes_a_new_draft_of_the_same_figures(house: House) -> None:
    jobs = worker(house)
    await ask(house)
    await jobs.make_open()
    own = house.data / "reports"
    own.mkdir()
    (own / "bao_cao_nam.docx").write_bytes(jobs.report.template.read_bytes())
    jobs.report = documents.load(own)
    for _ in range(2):
        await ask(house)
        await jobs.make_open()
    assert [e.number for e in await editions(house)] == [1, 2]


async def test_another_period_of_the_same_name_overwrites_nothing(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    jobs = worker(house)
    await ask(house)
    await jobs.make_open()
    before = (house.data / "documents/bao-cao-2024-du-thao-1.docx").read_bytes()
    calendar_year = Period(date(2024, 1, 1), date(2024, 12, 31), "năm 2024")
    await ask(house, calendar_year)
    await jobs.make_open()
    (other,) = await editions(house, calendar_year)
    assert other.number == 1 and other.path != "documents/bao-cao-2024-du-thao-1.docx"
    assert (house.data / "documents/bao-cao-2024-du-thao-1.docx").read_bytes() == before
    assert (await house.queued())[-1]["name"] == "bao-cao-2024-du-thao-1.docx"


async def test_what_people_typed_comes_out_as_typed(house: House) -> None:
    typed = "{{ x }} <w:p> & =1+1 {% if %}"
    answers = {"muc": "III.1", "noi_dung": typed, "ngay": "2024-05-01"}
    await house.record(None, "2024-05-01", answers, form="loi_van")
    await ask(house)
    await worker(house).make_open()
    (edition,) = await editions(house)
    assert typed in words(house.data / edition.path)


async def failed(house: House, jobs: Reports, caplog: pytest.LogCaptureFixture) -> tuple[str, str, str]:
    """The request's reason, what the person is told, and the owner's log."""
    number = await ask(house)
    with caplog.at_level(logging.ERROR, "matran.jobs"):
        await jobs.make_open()
    state, edition, reason = await request_state(house, number)
    assert (state, edition) == ("failed", None) and await editions(house) == []
    (message,) = await house.queued()
    assert (message["address"], message["class"]) == ("chair", 0)
    folder = house.data / "documents"
    assert not folder.is_dir() or list(folder.iterdir()) == []
    return reason, message["text"], caplog.text


async def test_a_rendering_that_takes_too_long(house: House, caplog: pytest.LogCaptureFixture) -> None:
    reason, text, log = await failed(house, worker(house, timeout=0.001), caplog)
    assert reason == "timeout: 0.001 s"
    assert text == "Lập báo cáo năm 2024 lâu quá nên phải dừng. Cô chờ vài phút rồi gõ lại: báo cáo năm 2024"
    assert "Không lập được báo cáo năm 2024: 0.001 s" in log


async def test_a_child_that_crashes(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    reason, text, _ = await failed(house, worker(house), caplog)
    assert reason.startswith("crash: 1")
    assert text == (
        "Chưa lập được báo cáo năm 2024. Cô chờ vài phút rồi gõ lại: báo cáo năm 2024\n"
        "Vẫn không được thì nhờ người giữ máy chạy lệnh: matran check"
    )
    monkeypatch.undo()
    await ask(house)
    await worker(house).make_open()
    assert len(await editions(house)) == 1


async def test_a_template_with_an_error(house: House, caplog: pytest.LogCaptureFixture) -> None:
    jobs = worker(house)
    broken = house.data / "broken.docx"
    broken.write_bytes(b"no Word file")
    jobs.report = replace(jobs.report, template=broken)
    reason, text, log = await failed(house, jobs, caplog)
    assert reason.startswith("template: ")
    first, second, last = text.split("\n")
    assert first == "Chưa lập được báo cáo năm 2024: mẫu Word có chỗ sai."
    assert "không mở được tệp Word" in second and second in log
    assert last == "Sửa mẫu xong, cô gõ lại: báo cáo năm 2024"


async def test_a_folder_that_cannot_be_written(house: House, caplog: pytest.LogCaptureFixture) -> None:
    (house.data / "documents").write_text("in the way")
    reason, text, _ = await failed(house, worker(house), caplog)
    assert reason.startswith("disk: ")
    assert text == (
        "Chưa lập được báo cáo năm 2024: máy của Mặt trận hết chỗ, hoặc không ghi được tệp.\n"
        "Nhờ người giữ máy dọn ổ đĩa, rồi cô gõ lại: báo cáo năm 2024"
    )


async def test_a_full_database_leaves_the_request_open(house: House) -> None:
    jobs = worker(house)
    number = await ask(house)

    async def at_most(pages: int) -> None:
        await house.db.write(lambda tx: tx.all(f"PRAGMA max_page_count = {pages}"))

    ((used,),) = await house.db.write(lambda tx: tx.all("PRAGMA page_count"))
    await at_most(used)
    with pytest.raises(StorageUnavailable):
        await jobs.make_open()
    assert (await request_state(house, number))[0] == "open" and await house.queued() == []
    assert list((house.data / "documents").iterdir()) == []
    await at_most(2**30)
    await jobs.make_open()
    (edition,) = await editions(house)
    assert edition.path == "documents/bao-cao-2024-du-thao-1.docx"
    assert len(await house.queued()) == 2


_KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from jobs.reports import Reports
from storage.database import Database
from templates import documents, forms, wording
from tests.jobs.test_reports import NOW
from templates.commune import Commune

async def main(path):
    db = await Database.open(path)
    jobs = Reports(db, path.parent, wording.load(), forms.load(), {1: Commune("tan-an", "Tân An")},
                   documents.load(), lambda: NOW)
    write = db.write
    async def killed(function):
        # Rendered, and neither stored nor named; or stored and named, and not committed.
        if sys.argv[2] == "within":
            await write(lambda tx: (function(tx), os.kill(os.getpid(), signal.SIGKILL)))
        os.kill(os.getpid(), signal.SIGKILL)
    db.write = killed
    await jobs.make_open()

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("moment", ["before", "within"])
async def test_a_process_killed_before_the_commit_makes_it_again_cleanly(house: House, moment: str) -> None:
    await session(house, "3", "2024-03-02", 45)
    number = await ask(house)
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _KILLED, str(house.db.path), moment, cwd=Path(__file__).parents[2]
    )
    assert await child.wait() == -signal.SIGKILL
    assert (await request_state(house, number))[0] == "open" and await house.queued() == []
    assert await editions(house) == []
    jobs = worker(house)
    jobs.sweep()
    await jobs.make_open()
    (edition,) = await editions(house)
    assert edition.number == 1 and len(await house.queued()) == 2
    assert "DỰ THẢO LẦN 1" in words(house.data / edition.path)
    assert (await house.queued())[1]["name"] == "bao-cao-2024-du-thao-1.docx"
    assert not [p for p in (house.data / "documents").iterdir() if p.name.startswith(".")]


async def test_the_yearly_report_comes_unasked_to_the_whole_committee(house: House) -> None:
    jobs = worker(house)

    def more(tx: Any) -> None:
        for number, (consent, address) in enumerate((("yes", "vice"), ("no", "third"))):
            person = join(tx, house.commune, address, f"Người {number}", None, "standing_committee", None)
            people.consent(tx, house.commune, person, at("2024-01-03T09:00"), consent, PURPOSE, "…", ORIGIN)
        people.consent(tx, house.commune, house.chair, at("2024-01-03T09:00"), "yes", PURPOSE, "…", ORIGIN)
        calendars = {"annual_report": schedules.yearly(house.settings.deadlines)}
        schedules.synchronise(tx, house.commune, calendars, at("2024-12-01T09:00"))

    await house.db.write(more)
    served = frozenset({house.commune})
    ticker = Ticker(house.db, house.wording, served, {"annual_report": jobs.fire}, lambda: NOW)
    await ticker.tick(at("2024-12-09T07:59"))
    assert await jobs.make_open() == 0
    for now in ("2024-12-09T08:00", "2024-12-09T08:01", "2024-12-10T08:00"):
        await ticker.tick(at(now))
        await jobs.make_open()
    (edition,) = await editions(house)
    assert edition.label == "năm 2024"
    assert [m["address"] for m in await house.queued()] == ["chair", "chair", "vice", "vice"]
    # Who asks afterwards gets the same draft.
    await ask(house)
    await jobs.make_open()
    assert len(await editions(house)) == 1 and "chair" in (await house.queued())[-1]["address"]


async def test_a_computer_off_on_that_day_makes_it_when_it_wakes(house: House) -> None:
    jobs = worker(house)
    calendars = {"annual_report": schedules.yearly(house.settings.deadlines)}
    await house.db.write(
        lambda tx: schedules.synchronise(tx, house.commune, calendars, at("2024-12-01T09:00"))
    )
    served = frozenset({house.commune})
    ticker = Ticker(house.db, house.wording, served, {"annual_report": jobs.fire}, lambda: NOW)
    await ticker.tick(at("2025-01-20T22:00"))
    assert await jobs.make_open() == 0
    await ticker.tick(at("2025-01-21T07:00"))
    assert await jobs.make_open() == 1
    (edition,) = await editions(house)
    assert edition.until_day == date(2024, 12, 9)


async def test_at_the_computer_it_is_made_without_messages(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    jobs = worker(house)
    made = await jobs.make(house.commune, jobs.year(house.commune, 2024))
    assert made.new and made.number == 1 and (house.data / made.path).is_file()
    again = await jobs.make(house.commune, YEAR)
    assert not again.new and again.path == made.path
    assert await house.queued() == []


async def test_two_processes_that_make_the_same_report_make_one(house: House) -> None:
    await session(house, "3", "2024-03-02", 45)
    beside = await Database.open(house.db.path)
    try:
        first = worker(house)
        second = replace(worker(house), db=beside)
        made = await asyncio.gather(first.make(house.commune, YEAR), second.make(house.commune, YEAR))
    finally:
        await beside.close()
    assert {m.number for m in made} == {1} and sum(m.new for m in made) == 1
    assert [p.name for p in (house.data / "documents").iterdir()] == ["bao-cao-2024-du-thao-1.docx"]


async def test_it_works_by_itself_until_cancelled(house: House) -> None:
    jobs = worker(house)
    task = asyncio.create_task(jobs.run())
    await asyncio.sleep(0)
    number = await ask(house)
    seen = house.db.signals("outbox")
    while (await request_state(house, number))[0] == "open":
        await house.db.wait("outbox", seen, 10)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    assert len(await editions(house)) == 1


async def test_another_communes_records_do_not_count(house: House) -> None:
    from storage import communes, drafts, records
    from storage.rows import Hamlet

    await session(house, "3", "2024-03-02", 45)

    def other(tx: Any) -> None:
        commune = communes.sync(tx, "tan-binh", "Tân Bình", [Hamlet("3", "Ấp 3", 0)], date(2024, 1, 1))
        person = join(tx, commune, "other3", "Hồ Văn Mới", None, "hamlet_head", "3")
        draft = drafts.start(tx, commune, person, "hoat_dong", 1, "3", {}, NOW)
        answers = {"viec": "tuyen_truyen", "so_nguoi": 1000, "so_cuoc": 1}
        day = date(2024, 3, 3)
        records.confirm(tx, commune, draft, 0, "hoat_dong", 1, "3", day, answers, person, ORIGIN, NOW)

    await house.db.write(other)
    await ask(house)
    await worker(house).make_open()
    (edition,) = await editions(house)
    assert "với 45 người" in words(house.data / edition.path)
