"""Who takes part, and how people are spoken to."""

from __future__ import annotations

import pytest

from bot.messages import ANSWER, NOTICE, REMINDER
from storage import accounts, audit, holding, outbox, people
from storage.database import Database
from tests.bot.talk import BOT, Talk


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database).join("Minh", "Lan", "Sáu", "Hai")


def number_of(talk: Talk, name: str) -> int:
    account = talk.read(lambda tx: people.account(tx, BOT, name))
    assert account is not None
    return account.person


def test_the_last_of_the_committee_stays(talk: Talk) -> None:
    talk.says("Minh", f"/thoichac {number_of(talk, 'Lan')}")

    assert "duy nhất" in talk.says("Minh", f"/thoichac {number_of(talk, 'Minh')}")[0]
    assert "tham gia" in talk.says("Minh", "thành viên")[0]


def test_ending_is_asked_once_more(talk: Talk) -> None:
    listed = talk.says("Minh", "thành viên")[0]
    line = next(line for line in listed.splitlines() if "Trần Văn Sáu" in line)

    talk.says_all("Minh", line.partition(".")[0], "2")
    assert "chọn việc" in talk.says("Sáu", "menu")[0]

    talk.says("Minh", "1")
    assert "thôi nhiệm vụ" in talk.says("Sáu", "menu")[0]


# A lost telephone


def second_account(talk: Talk, name: str, address: str, bot: str = "zalo:1") -> None:
    person = number_of(talk, name)
    talk.write(lambda tx: people.arrive(tx, talk.number, bot, address, name, talk.now))
    talk.write(lambda tx: accounts.connect(tx, talk.number, person, bot, address))


def test_an_account_is_ended_and_its_person_stays(talk: Talk) -> None:
    person = number_of(talk, "Sáu")
    talk.says_all("Sáu", "don ve sinh kinh xang 45 nguoi hom nay", "1", "Đ")
    before, records = talk.state(), talk.count("record")
    for class_ in (ANSWER, NOTICE, REMINDER):
        talk.write(lambda tx, c=class_: outbox.put(tx, talk.number, BOT, "Sáu", c, {"text": "đợi"}, talk.now))
    talk.write(lambda tx: holding.hold(tx, BOT, 1, talk.now))  # the bot's month is running out
    talk.queued()
    command = f"/matmay {person} {BOT} Sáu"

    assert "Bỏ" in talk.says("Minh", command)[0] and number_of(talk, "Sáu") == person
    assert "Đã bỏ" in talk.says("Minh", f"{command} chac")[0]

    assert talk.state() == before and records == 1
    assert talk.read(lambda tx: people.accounts(tx, talk.number, person)) == []
    assert [role.kind for role in talk.read(lambda tx: people.person(tx, talk.number, person, "")).roles]
    waiting = "SELECT count(*) FROM outbox WHERE address = 'Sáu' AND state IN ('waiting','held')"
    assert talk.read(lambda tx: tx.one(waiting)) == (0,)
    entry = talk.read(lambda tx: audit.last(tx, talk.number, 1))[0]
    assert (entry.person, entry.act, entry.subject) == (number_of(talk, "Minh"), "end_account", str(person))
    assert "không còn tài khoản nào" in talk.says("Minh", f"{command} chac")[0], "twice is as good as once"
    assert "mã mời" in talk.says("Sáu", "menu")[0]


def test_what_waits_unasked_goes_to_another_account(talk: Talk) -> None:
    person = number_of(talk, "Sáu")
    second_account(talk, "Sáu", "s2")
    talk.write(lambda tx: outbox.put(tx, talk.number, BOT, "Sáu", REMINDER, {"text": "nhắc"}, talk.now))
    talk.queued()

    texts = talk.says("Minh", f"/matmay {person} {BOT} Sáu chac")
    assert "Vẫn dùng được Zalo" in texts[-1]
    assert "vừa bỏ" in texts[0]
    rows = "SELECT body FROM outbox WHERE bot = 'zalo:1' AND address = 's2' AND state = 'waiting'"
    assert len(talk.read(lambda tx: tx.all(rows))) == 2


def test_ones_own_last_account_stays(talk: Talk) -> None:
    own = f"/matmay {number_of(talk, 'Minh')} {BOT} Minh chac"
    assert "duy nhất" in talk.says("Minh", own)[0]
    assert "chọn việc" in talk.says("Minh", "menu")[0]

    second_account(talk, "Minh", "m2")
    assert "Đã bỏ" in talk.says("Minh", own)[0]


@pytest.mark.parametrize("text", ["mất máy", "/matmay", "/matmay {of} terminal Hai chac", "/vaolai {of}"])
def test_another_role_ends_no_account(talk: Talk, text: str) -> None:
    of = number_of(talk, "Hai")
    assert "người khác phụ trách" in talk.says("Sáu", text.format(of=of))[0]
    assert number_of(talk, "Hai") == of


def test_who_has_an_account_needs_no_code(talk: Talk) -> None:
    assert "vẫn còn tài khoản" in talk.says("Minh", f"/vaolai {number_of(talk, 'Sáu')}")[0]
    assert talk.count("transfer") == 0


@pytest.mark.parametrize(
    "text",
    [
        "/matmay 999",
        "/matmay x",
        "/vaolai",
        "/vaolai 999",
        "/thoi",
        "/thoi abc",
        "/thoi 999",
        "/thoichac 999",
        "/thanhvien 999",
    ],
)
def test_nobody_by_that_number(talk: Talk, text: str) -> None:
    before = talk.state()

    assert "Không có người này" in talk.says("Minh", text)[0]
    assert talk.state() == before


def test_a_hundred_members_come_in_pages(talk: Talk) -> None:
    for number in range(100):
        account = talk.write(
            lambda tx, n=number: people.arrive(tx, talk.number, BOT, f"a{n}", f"Người Thứ {n}", talk.now)
        )
        talk.write(
            lambda tx, who=account.person: people.grant(tx, talk.number, who, "hamlet_deputy", "1", talk.now)
        )

    pages = [talk.says("Minh", "thành viên")[0]]
    while "Xem tiếp" in pages[-1]:
        assert len(pages[-1]) <= 1_900
        more = next(line for line in pages[-1].splitlines() if "Xem tiếp" in line)
        pages.append(talk.says("Minh", more.partition(".")[0])[0])

    assert len(pages) == 3
    assert all(sum(f"Người Thứ {n}:" in page for page in pages) == 1 for n in range(100))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("gọi tôi là bác", "Vâng bác"),
        ("goi toi la dong chi", "Vâng đồng chí"),
        ("gọi tôi là không", "Vâng,"),
        ("gọi tôi là sếp", "Có thể gọi"),
        ("gọi tôi là", "Có thể gọi"),
    ],
)
def test_the_person_chooses_the_form_of_address(talk: Talk, text: str, answer: str) -> None:
    assert talk.says("Sáu", text)[0].startswith(answer)
