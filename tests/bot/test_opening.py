"""A typed line opens the form that it means, for the hamlet that is meant."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.bot.talk import Talk


@pytest.fixture
def talk(database: Database) -> Talk:
    return Talk(database).join("Sáu", "Út", "Minh", "Dung")


def drafted(talk: Talk) -> list[tuple[str, str | None]]:
    return [(form, hamlet) for form, hamlet in talk.read(lambda tx: tx.all("SELECT form, hamlet FROM draft"))]


def test_what_was_understood_is_shown_and_only_the_rest_asked(talk: Talk) -> None:
    answer = talk.says("Sáu", "sang nay ap 3 don ve sinh kinh xang 45 nguoi")[0]

    assert "• Nơi: kinh Xáng" in answer and "• Số người: 45" in answer
    assert "Câu 1/1: Ai tổ chức?" in answer
    assert drafted(talk) == [("hoat_dong", "3")]
    assert talk.count("record") == 0


def test_with_several_hamlets_it_is_asked_which(talk: Talk) -> None:
    asked = talk.says("Út", "don ve sinh kinh xang 45 nguoi")[0]
    assert "1. Ấp 1" in asked and "2. Ấp 4" in asked

    talk.says("Út", "2")

    assert drafted(talk) == [("hoat_dong", "4")]


def test_a_hamlet_that_the_line_names_is_taken(talk: Talk) -> None:
    talk.says("Út", "ap 4 don ve sinh kinh xang 45 nguoi")

    assert drafted(talk) == [("hoat_dong", "4")]


def test_the_committee_writes_the_communes_own(talk: Talk) -> None:
    talk.says("Minh", "hội nghị quán triệt nghị quyết 60 người hôm nay")

    assert drafted(talk) == [("hoat_dong", None)]


def test_two_forms_that_fit_are_both_offered(talk: Talk) -> None:
    asked = talk.says("Sáu", "họp ban vận động ủng hộ")[0]
    assert asked.count("\n") >= 2 and drafted(talk) == []

    talk.says("Sáu", "1")

    assert len(drafted(talk)) == 1


@pytest.mark.parametrize("name", ["Dung", "Sáu"])
def test_what_means_nothing_offers_the_menu(talk: Talk, name: str) -> None:
    assert "Chưa hiểu" in talk.says(name, "trời hôm nay đẹp quá")[0]


def test_who_only_observes_opens_nothing(talk: Talk) -> None:
    talk.says("Dung", "don ve sinh kinh xang 45 nguoi")

    assert drafted(talk) == []
