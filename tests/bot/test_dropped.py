"""The folder "gui-vao": taken when whole, as the chairman's, through the jobs that look at every file."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import fetcher
from bot.dropped import FOLDER, NOT_TAKEN, TAKEN, Dropped
from bot.handed import LIMIT
from bot.handover import Handover
from bot.held import Held
from bot.intake import Desk
from bot.messages import Handled, Incoming, Outgoing
from jobs.attachments import Attachments
from storage import people
from storage.database import Database
from storage.encoding import from_json
from templates import documents
from tests import books
from tests.bot.talk import START
from tests.sample import COMMUNE
from tests.transcripts.cast import CAST, Setting, join

pytestmark = pytest.mark.anyio

BOT = "terminal"
CSV = "Họ tên;Số tiền\nBà Năm;500000\n".encode()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@dataclass
class Computer:
    """A commune's computer: its folder, and the jobs that look at what comes."""

    db: Database
    data: Path
    now: datetime = START
    answers: list[Handled] = field(default_factory=list)
    handed: list[Incoming] = field(default_factory=list)

    async def settle(self, *names: str) -> None:
        setting = Setting()
        number = await self.db.write(lambda tx: setting.settle(tx, date(2024, 12, 8)))
        self.house = setting.house(self.db, number)
        for name in names:
            await self.joins(name)
        self.desk = Desk(self.db, self.house, lambda: self.now)
        self.dropped = self.watcher()
        definitions = documents.load().definitions
        self.sheets = Handover(self.db, self.desk, self.data, lambda: self.now, self.house, definitions)
        held, communes = Held(self.data), {number: COMMUNE}
        self.jobs = Attachments(
            self.db, self.data, self.house.wording, communes, fetcher([], held), lambda: self.now
        )

    def watcher(self) -> Dropped:
        return Dropped(self.db, Held(self.data), self, self.data, self.house, lambda: self.now)

    async def joins(self, name: str) -> None:
        await self.db.write(lambda tx: join(tx, self.house, CAST[name], BOT, name, self.now))

    async def handle(self, incoming: Incoming) -> Handled:
        if self.answers:
            return self.answers.pop(0)
        handled = await self.desk.handle(incoming)
        if handled is not Handled.SEEN:
            self.handed.append(incoming)
        return handled

    async def undecodable(self, bot: str, key: str, raw: str, trace: str) -> Handled:
        raise AssertionError("a folder has no updates")

    def drop(self, name: str, content: bytes) -> Path:
        file = self.data / FOLDER / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file

    async def looks(self, times: int = 1) -> int:
        """How many files were moved; after each look the jobs have their turn."""
        moved = 0
        for _ in range(times):
            moved += await self.dropped.look()
            await self.jobs.fetch_due(self.now)
            self.now += timedelta(seconds=5)
        return moved

    def lies(self, *within: str) -> list[str]:
        folder = self.data.joinpath(FOLDER, *within)
        return sorted(path.name for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []

    def reason(self, name: str) -> str:
        file = self.data / FOLDER / NOT_TAKEN / f"{name} - LY DO.txt"
        return file.read_text(encoding="utf-8-sig").strip()

    async def told(self) -> list[tuple[str, str]]:
        rows = await self.db.read(lambda tx: tx.all("SELECT address, body FROM outbox ORDER BY outbox"))
        return [(address, Outgoing.from_json(from_json(body)).text) for address, body in rows]


@pytest.fixture
async def computer(tmp_path: Path, database_file: Path) -> AsyncIterator[Computer]:
    db = await Database.open(database_file)
    made = Computer(db, tmp_path / "du-lieu")
    await made.settle("Lan", "Minh", "Sáu")
    yield made
    await db.close()


async def test_a_list_is_taken_as_the_chairmans_once_the_job_has_read_it(computer: Computer) -> None:
    computer.drop("Ủng hộ.csv", CSV)
    assert await computer.looks() == 0  # it may still be being written
    assert computer.handed == []
    assert await computer.looks() == 0  # handed in, and not yet read
    assert await computer.looks() == 1
    (message,) = computer.handed
    assert (message.bot, message.chat) == (BOT, "Minh")
    assert message.files[0].name == "Ủng hộ.csv" and message.files[0].kind == "document"
    assert computer.lies() == [] and computer.lies(TAKEN) == ["Ủng hộ.csv"]
    rows = await computer.db.read(lambda tx: tx.all("SELECT kind, state FROM attachment"))
    assert rows == [("sheet", "kept")]


async def test_the_same_file_dropped_again_is_another_message(computer: Computer) -> None:
    computer.drop("a.csv", CSV)
    await computer.looks(3)
    computer.drop("a.csv", CSV)
    computer.drop("b.csv", CSV)
    await computer.looks(4)
    assert len(computer.handed) == 3
    assert computer.lies(TAKEN) == ["a (2).csv", "a.csv", "b.csv"]


async def test_a_file_that_grows_is_waited_for(computer: Computer) -> None:
    for size in range(1, 5):
        computer.drop("a.csv", CSV * size)
        assert await computer.looks() == 0
    assert computer.handed == []
    await computer.looks(3)
    assert len(computer.handed) == 1 and computer.lies(TAKEN) == ["a.csv"]


@pytest.mark.parametrize("lock", ["~$o cao.docx", "~$bao cao.docx", ".~lock.bao cao.docx#"])
async def test_a_file_that_is_open_is_waited_for(computer: Computer, lock: str) -> None:
    computer.drop("bao cao.docx", b"PK\x03\x04")
    held = computer.drop(lock, b"x")
    await computer.looks(5)
    assert computer.handed == [] and computer.lies() == sorted(["bao cao.docx", lock])
    held.unlink()
    await computer.looks(4)
    assert len(computer.handed) == 1


async def test_what_is_not_finished_is_left_alone(computer: Computer) -> None:
    names = [".a.csv", "a.csv.part", "a.csv.crdownload", "b.tmp", "desktop.ini"]
    for name in names:
        computer.drop(name, CSV)
    await computer.looks(4)
    assert computer.handed == [] and computer.lies() == sorted(names)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("anh.jpg", b"\xff\xd8\xff", "Không nhận loại tệp này"),
        ("cu.doc", b"\xd0\xcf", "Không nhận loại tệp này"),
        ("gia.xlsx", b"MZ", "Không nhận loại tệp này"),
        ("lon.csv", b"x" * (LIMIT + 1), "20 MB"),
    ],
)
async def test_what_is_refused_lies_apart_with_the_reason(
    computer: Computer, name: str, content: bytes, says: str
) -> None:
    computer.drop(name, content)
    assert await computer.looks(2) == 1
    assert computer.lies() == [] and computer.handed == []
    assert computer.lies(NOT_TAKEN) == sorted([name, f"{name} - LY DO.txt"])
    assert says in computer.reason(name)


async def test_what_the_job_refuses_has_the_reason_that_the_chat_has(computer: Computer) -> None:
    computer.drop("bao cao.docx", b"PK\x03\x04 not one of ours")
    await computer.looks(4)
    assert ("Minh", computer.reason("bao cao.docx")) in await computer.told()
    assert len(computer.reason("bao cao.docx")) > 20
    computer.drop("bao cao.docx", b"PK\x03\x04 not one of ours")  # again: it is looked at again
    told = await computer.told()
    await computer.looks(4)
    assert "bao cao (2).docx - LY DO.txt" in computer.lies(NOT_TAKEN)
    assert (await computer.told())[len(told) :] == told


def a_book(**donation: object) -> bytes:
    book = books.opened(books.empty(COMMUNE, "3", "Ấp 3"))
    said = {"quy": "Cứu trợ thiên tai", "hinh_thuc": "Tiền", "nguoi_ung_ho": "bà Năm", "neu_ten": "Có"}
    books.put(book, "Ủng hộ", 4, **{**said, "so_tien": 500_000, "ngay": "7/12/2024", **donation})
    return books.saved(book)


async def test_a_workbook_with_faults_lies_with_the_refused_and_a_good_one_with_the_taken(
    computer: Computer,
) -> None:
    computer.drop("sai.xlsx", a_book(ngay="31/11/2024"))
    computer.drop("dung.xlsx", a_book())
    assert await computer.looks(4) == 0  # read, and not yet checked
    assert await computer.sheets.hand_over() == 2
    assert await computer.looks() == 2
    assert computer.lies(TAKEN) == ["dung.xlsx"]
    assert computer.lies(NOT_TAKEN) == ["sai.xlsx", "sai.xlsx - LY DO.txt"]
    assert "Không có ngày “31/11/2024”" in computer.reason("sai.xlsx")
    assert ("Minh", computer.reason("sai.xlsx")) in await computer.told()


async def test_a_refused_file_put_back_as_it_is_is_looked_at_again(computer: Computer) -> None:
    file = computer.drop("bao cao.docx", b"PK\x03\x04 not one of ours")
    os.utime(file, (1e9, 1e9))
    await computer.looks(4)
    lying = computer.data / FOLDER / NOT_TAKEN / "bao cao.docx"
    assert lying.stat().st_mtime > 1e9  # where a move leaves no trace, this does
    lying.rename(file)
    await computer.looks(4)
    assert len(computer.handed) == 2


async def test_what_intake_drops_does_not_get_an_old_verdict(computer: Computer) -> None:
    computer.drop("bao cao.docx", b"PK\x03\x04 not one of ours")
    await computer.looks(4)
    computer.answers = [Handled.DONE]  # taken note of, and no file of it kept
    computer.drop("bao cao.docx", b"PK\x03\x04 not one of ours")
    assert await computer.looks(2) == 1
    assert "khung trò chuyện của Nguyễn Văn Minh" in computer.reason("bao cao (2).docx")


async def test_as_long_as_nobody_has_joined_a_note_says_so(tmp_path: Path, database_file: Path) -> None:
    db = await Database.open(database_file)
    computer = Computer(db, tmp_path / "du-lieu")
    await computer.settle("Sáu")
    computer.drop("a.csv", CSV)
    await computer.looks(4)
    assert computer.handed == []
    assert computer.lies() == ["a.csv", "a.csv - CHUA NHAN.txt"]
    await computer.joins("Lan")  # not the chairman, but of the committee
    await computer.looks(3)
    assert computer.handed[0].chat == "Lan"
    assert computer.lies() == [] and computer.lies(TAKEN) == ["a.csv"]
    await db.close()


async def test_without_agreement_nobody_counts(computer: Computer) -> None:
    await computer.db.write(lambda tx: tx.run("DROP TRIGGER consent_stays"))
    await computer.db.write(lambda tx: tx.run("UPDATE consent SET answer = 'withdrawn'"))
    computer.drop("a.csv", CSV)
    await computer.looks(3)
    assert computer.handed == [] and "a.csv - CHUA NHAN.txt" in computer.lies()


async def test_a_busy_database_and_a_fault(computer: Computer) -> None:
    computer.drop("a.csv", CSV)
    computer.answers = [Handled.RETRY, Handled.RETRY, Handled.FAILED]
    assert await computer.looks(3) == 0
    assert await computer.looks() == 1
    assert computer.lies(NOT_TAKEN) == ["a.csv", "a.csv - LY DO.txt"]


async def test_a_restart_between_handing_in_and_moving_loses_and_repeats_nothing(computer: Computer) -> None:
    computer.drop("a.csv", CSV)
    await computer.looks(2)
    computer.dropped = computer.watcher()
    await computer.looks(3)
    assert len(computer.handed) == 1 and computer.lies(TAKEN) == ["a.csv"]


async def test_somebody_who_left_the_committee_is_passed_over(computer: Computer) -> None:
    number, now = computer.house.number, computer.now
    account = await computer.db.read(lambda tx: people.account(tx, BOT, "Minh"))
    assert account is not None
    await computer.db.write(lambda tx: people.end_roles(tx, number, account.person, now))
    computer.drop("a.csv", CSV)
    await computer.looks(3)
    assert computer.handed[0].chat == "Lan"


async def test_trouble_is_told_once_and_ends_nothing(
    computer: Computer, caplog: pytest.LogCaptureFixture
) -> None:
    turns = 0

    class Enough(Exception):
        pass

    async def sleep(seconds: float) -> None:
        nonlocal turns
        turns += 1
        if turns == 3:  # the folder can be made again
            (computer.data / FOLDER).unlink()
        if turns == 6:
            raise Enough

    computer.data.mkdir(exist_ok=True)
    (computer.data / FOLDER).write_text("no folder")
    watcher = Dropped(
        computer.db, Held(computer.data), computer, computer.data, computer.house, lambda: START, sleep
    )
    with pytest.raises(Enough):
        await watcher.run()
    assert len(caplog.records) == 1 and (computer.data / FOLDER).is_dir()
