"""One open request a period; editions by period."""

from __future__ import annotations

import sqlite3
from datetime import date
from typing import Any

import pytest

from storage import reports
from storage.database import Tx
from storage.encoding import JsonText
from storage.errors import NumberTaken
from storage.rows import Edition, Request
from tests.storage.house import BOT, NOW, Store, later, tan_an

YEAR = (date(2023, 12, 10), date(2024, 12, 9))
HALF = (date(2023, 12, 10), date(2024, 6, 30))


def ask(store: Store, commune: int, days: tuple[date, date] = YEAR, report: str = "nam") -> tuple[int, bool]:
    return store.write(reports.request, commune, report, *days, "na\u0306m 2024", 1, BOT, "btt", NOW)


def edition(
    store: Store, commune: int, days: tuple[date, date] = YEAR, number: int = 1, report: str = "nam"
) -> int:
    figures, file = {"quy": {"value": 5}}, ("2024/1.docx", "abc")
    return store.write(
        reports.add_edition,
        commune,
        report,
        *days,
        "na\u0306m 2024",
        number,
        "f1",
        figures,
        "DỰ THA\u0309O",
        *file,
        NOW,
    )


def test_an_open_request_stands_in_for_a_second(store: Store, commune: int, head: int) -> None:
    assert ask(store, commune) == (1, True)
    assert ask(store, commune) == (1, False)
    assert ask(store, commune, HALF) == (2, True)
    assert ask(store, commune, report="kiem_diem") == (3, True)
    assert store.database.signals("request") == 3
    expected = Request(1, "nam", *YEAR, "năm 2024", 1, BOT, "btt", NOW)
    assert store.read(reports.open_requests)[0] == (commune, expected)


def test_a_second_person_who_asks_is_answered_too(store: Store, commune: int, head: int) -> None:
    assert ask(store, commune) == (1, True)
    days = YEAR
    second = store.write(reports.request, commune, "nam", *days, "năm 2024", None, None, None, NOW)
    assert second == (2, True)


def test_the_schema_itself_allows_one_open_request(store: Store, commune: int) -> None:
    ask(store, commune)
    store.write(reports.fail_request, commune, 1, "hết giờ", NOW)
    ask(store, commune)
    with pytest.raises(sqlite3.IntegrityError):
        store.write(Tx.run, "UPDATE request SET state = 'open'")


def test_requests_of_all_communes_in_the_order_of_asking(store: Store, commune: int) -> None:
    other = tan_an(store, "long-an")
    for where, minutes in [(commune, 2), (other, 1), (commune, 3)]:
        days = (date(2024, 1, minutes), YEAR[1])
        at = later(minutes=minutes)
        store.write(reports.request, where, "nam", *days, "2024", None, None, None, at)
    assert [(w, r.request) for w, r in store.read(reports.open_requests)] == [
        *((other, 1), (commune, 1), (commune, 2))
    ]


def test_a_request_ends_once_and_may_be_made_again(store: Store, commune: int) -> None:
    ask(store, commune)
    store.write(reports.finish, commune, 1, 7, later(minutes=1))
    store.write(reports.fail_request, commune, 1, "muộn", later(minutes=2))
    assert store.read(reports.open_requests) == []
    assert ask(store, commune) == (2, True)
    assert ask(store, commune) == (2, False)
    store.write(reports.fail_request, commune, 2, "qua\u0301 giờ", later(minutes=3))
    store.write(reports.finish, commune, 2, 8, later(minutes=4))
    assert store.rows("SELECT state, edition, reason, substr(ended_at, 15, 2) FROM request") == [
        ("done", 7, None, "06"),
        ("failed", None, "quá giờ", "08"),
    ]


def test_an_edition_keeps_its_figures(store: Store, commune: int) -> None:
    number = edition(store, commune)
    assert store.read(reports.last_edition, commune, "nam", *YEAR) == Edition(
        *(
            number,
            "nam",
            *YEAR,
            "năm 2024",
            1,
            "f1",
            JsonText('{"quy":{"value":5}}'),
            "DỰ THẢO",
            "2024/1.docx",
            "abc",
        ),
        NOW,
    )


def test_drafts_are_numbered_by_period(store: Store, commune: int) -> None:
    assert store.read(reports.next_number, commune, "nam", *YEAR) == 1
    assert store.read(reports.last_edition, commune, "nam", *YEAR) is None
    assert store.read(reports.editions, commune, "nam", *YEAR) == []
    made = [edition(store, commune), edition(store, commune, HALF), edition(store, commune, number=2)]
    assert made == [1, 2, 3]
    assert store.read(reports.next_number, commune, "nam", *YEAR) == 3
    assert store.read(reports.next_number, commune, "nam", *HALF) == 2
    assert [e.edition for e in store.read(reports.editions, commune, "nam", *YEAR)] == [1, 3]
    assert store.read(reports.last_edition, commune, "nam", *YEAR).number == 2  # type: ignore[union-attr]


def test_a_number_is_given_once(store: Store, commune: int) -> None:
    edition(store, commune)
    with pytest.raises(NumberTaken) as caught:
        edition(store, commune)
    assert (caught.value.report, caught.value.number) == ("nam", 1)
    assert len(store.read(reports.editions, commune, "nam", *YEAR)) == 1


def test_the_report_before(store: Store, commune: int) -> None:
    last_year = (date(2022, 12, 10), date(2023, 12, 9))
    edition(store, commune, last_year)
    edition(store, commune, HALF)
    edition(store, commune, last_year, number=2)
    edition(store, commune, YEAR)
    edition(store, commune, YEAR, report="kiem_diem")

    def before(day: date) -> int | None:
        found = store.read(reports.last_before, commune, "nam", day)
        return found.edition if found else None

    assert before(date(2023, 12, 9)) is None
    assert before(date(2023, 12, 10)) == 3
    assert before(date(2024, 7, 1)) == 2
    assert before(date(2024, 12, 10)) == 4


def test_an_edited_file_is_an_edition_too(store: Store, commune: int, head: int) -> None:
    first = edition(store, commune)
    said: tuple[Any, ...] = ("năm 2024", 2, "f2", {}, "", "b.docx", "d", later(hours=1), 1, head)
    second = store.write(reports.add_edition, commune, "nam", *YEAR, *said)
    found = store.read(reports.newest, commune, "nam")
    assert found is not None and (found.edition, found.base, found.person) == (second, 1, head)
    computed = store.read(reports.draft, commune, "nam", *YEAR, 1)
    assert computed == store.read(reports.get, commune, first)
    assert computed is not None and (computed.base, computed.person) == (None, None)
    assert store.read(reports.draft, commune, "nam", *HALF, 1) is None


def test_asking_afresh_joins_the_open_request(store: Store, commune: int, head: int) -> None:
    ask(store, commune)
    days = (*YEAR, "năm 2024", 1, BOT, "btt", NOW, True)
    assert store.write(reports.request, commune, "nam", *days) == (1, False)
    assert ask(store, commune) == (1, False)  # and stays fresh
    assert [one.fresh for _, one in store.read(reports.open_requests)] == [True]


def test_the_periods_worked_on_last(store: Store, commune: int, head: int) -> None:
    edition(store, commune, HALF)
    store.write(reports.request, commune, "nam", *YEAR, "năm 2024", 1, BOT, "btt", later(hours=-1))
    found = store.read(reports.worked_on, commune, "nam", 5)
    assert [(one.from_day, one.until_day) for one in found] == [HALF, YEAR]
    ask(store, commune)  # the open one stands in for it, at its old moment
    store.write(reports.finish, commune, 1, 1, NOW)
    store.write(reports.request, commune, "nam", *YEAR, "năm 2024", 1, BOT, "btt", later(hours=1))
    assert [one.until_day for one in store.read(reports.worked_on, commune, "nam", 5)] == [YEAR[1], HALF[1]]


def test_an_edition_is_found_by_where_its_document_lies(store: Store, commune: int) -> None:
    number = edition(store, commune)
    found = store.read(reports.by_path, commune, "2024/1.docx")
    assert found is not None and found.edition == number
    assert store.read(reports.by_path, commune, "2024/2.docx") is None
    assert store.read(reports.by_path, tan_an(store, "long-an"), "2024/1.docx") is None
