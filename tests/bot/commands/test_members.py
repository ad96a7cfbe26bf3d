"""Who takes part, and how people are spoken to."""

from __future__ import annotations

import pytest

from storage import people
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


@pytest.mark.parametrize("text", ["/thoi", "/thoi abc", "/thoi 999", "/thoichac 999", "/thanhvien 999"])
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
