"""Records are confirmed once, revised by adding, withdrawn and never deleted."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta

import pytest

from storage import drafts, records
from storage.database import Tx
from storage.errors import Missing
from storage.rows import Origin, Record
from tests.storage.house import BOT, DAY, NOW, ORIGIN, Store, later, record, someone

ANSWERS = {"so_nguoi": 45, "noi": "kinh Xáng"}


def start(store: Store, commune: int, person: int) -> int:
    return store.write(drafts.start, commune, person, "hoat_dong", 1, "3", {}, NOW)


def confirm(
    store: Store, commune: int, draft: int, person: int, line: int = 0, noi: str = "kinh Xáng"
) -> tuple[int, bool]:
    answers = ANSWERS | {"noi": noi}
    return store.write(
        records.confirm, commune, draft, line, "hoat_dong", 2, "3", DAY, answers, person, ORIGIN, NOW
    )


def revise(store: Store, commune: int, number: int, person: int, state: str = "valid", **more: object) -> int:
    origin = Origin(BOT, "sau", "m2", source="giay")
    day = DAY + timedelta(days=1)
    return store.write(
        records.revise,
        commune,
        number,
        ANSWERS | more,
        3,
        day,
        state,
        person,
        origin,
        later(hours=1),
        "lý do",
    )


def numbers(found: list[Record]) -> list[int]:
    return [one.record for one in found]


def test_a_confirmed_draft_is_a_record(store: Store, commune: int, head: int) -> None:
    draft = start(store, commune, head)
    assert confirm(store, commune, draft, head, noi="ki\u0302nh") == (1, True)
    expected = Record(
        *(1, "hoat_dong", "3", DAY, "valid", head, 1, ANSWERS | {"noi": "kînh"}, 2, None, None, NOW, NOW)
    )
    assert store.read(records.get, commune, 1) == expected
    assert store.read(records.revisions, commune, 1) == [expected]
    assert store.rows("SELECT bot, chat, message FROM revision") == [(BOT, "sau", "m1")]


def test_what_is_not_there_is_none(store: Store, commune: int, head: int) -> None:
    assert store.read(records.get, commune, 1) is None
    assert store.read(records.revisions, commune, 1) == []
    assert store.read(records.of_draft, commune, 1) == []
    assert store.read(records.last_of_person, commune, head) is None


def test_confirming_twice_stores_once(store: Store, commune: int, head: int) -> None:
    draft = start(store, commune, head)
    confirm(store, commune, draft, head)
    first = store.read(records.get, commune, 1)
    assert confirm(store, commune, draft, head, noi="nơi khác") == (1, False)
    assert store.read(records.get, commune, 1) == first
    assert len(store.read(records.revisions, commune, 1)) == 1


def test_confirming_again_after_a_correction_keeps_the_correction(
    store: Store, commune: int, head: int
) -> None:
    draft = start(store, commune, head)
    confirm(store, commune, draft, head)
    revise(store, commune, 1, head)
    assert confirm(store, commune, draft, head) == (1, False)
    assert store.read(records.get, commune, 1).revision == 2  # type: ignore[union-attr]


def test_each_line_of_a_list_is_a_record(store: Store, commune: int, head: int) -> None:
    draft = start(store, commune, head)
    made = [confirm(store, commune, draft, head, line) for line in (2, 0, 1, 0)]
    assert made == [(1, True), (2, True), (3, True), (2, False)]
    assert store.read(records.of_draft, commune, draft) == [2, 3, 1]


def test_a_revision_is_in_force_and_the_first_one_kept(store: Store, commune: int, head: int) -> None:
    committee = someone(store, commune, "btt")
    store.write(record, commune, head, answers=ANSWERS)
    first = store.read(records.get, commune, 1)
    assert revise(store, commune, 1, committee, so_nguoi=50) == 2
    second = Record(
        *(1, "hoat_dong", "3", DAY + timedelta(days=1), "valid", head, 2, ANSWERS | {"so_nguoi": 50}, 3),
        *("giay", "lý do", NOW, later(hours=1)),
    )
    assert store.read(records.get, commune, 1) == second
    assert store.read(records.revisions, commune, 1) == [first, second]
    assert store.rows("SELECT person FROM revision ORDER BY revision") == [(head,), (committee,)]


def test_revising_what_is_not_there_is_missing(store: Store, commune: int, head: int) -> None:
    with pytest.raises(Missing):
        revise(store, commune, 1, head)


@pytest.mark.parametrize(
    "sql",
    ["UPDATE revision SET answers = '{}'", "DELETE FROM revision", "DELETE FROM record"],
)
def test_nothing_that_was_said_can_be_lost(store: Store, commune: int, head: int, sql: str) -> None:
    store.write(record, commune, head)
    with pytest.raises(sqlite3.IntegrityError):
        store.write(Tx.run, sql)
    assert len(store.read(records.revisions, commune, 1)) == 1


def test_a_revised_day_moves_the_record_to_its_period(store: Store, commune: int, head: int) -> None:
    store.write(record, commune, head)
    revise(store, commune, 1, head)
    assert store.read(records.in_period, commune, DAY, DAY) == []
    assert numbers(store.read(records.in_period, commune, DAY + timedelta(days=1), date(2025, 1, 1))) == [1]


def test_the_last_of_a_person_is_the_one_confirmed_last(store: Store, commune: int, head: int) -> None:
    other = someone(store, commune, "bay")
    for person in (head, head, other):
        store.write(record, commune, person)
    revise(store, commune, 1, head)
    revise(store, commune, 2, head, "withdrawn")
    assert store.read(records.last_of_person, commune, head).record == 2  # type: ignore[union-attr]
    assert store.read(records.last_of_person, commune, other).record == 3  # type: ignore[union-attr]


@pytest.fixture
def period(store: Store, commune: int, head: int) -> tuple[date, date]:
    """Records 1 to 9 around the days 2024-11-01 to 30; 5 is withdrawn, 6 returned, 7 the commune's own."""
    committee = someone(store, commune, "btt")
    told = [
        *[("3", date(2024, 10, 31), head), ("3", date(2024, 11, 30), head), ("3", date(2024, 11, 1), head)],
        *[
            ("2", date(2024, 11, 1), committee),
            ("3", date(2024, 11, 5), head),
            ("3", date(2024, 11, 6), head),
        ],
        *[
            (None, date(2024, 11, 7), committee),
            ("3", date(2024, 12, 1), head),
            ("3", date(2024, 11, 1), head),
        ],
    ]
    for hamlet, day, person in told:
        store.write(record, commune, person, hamlet, day)
    for number, day, state in [(5, told[4][1], "withdrawn"), (6, told[5][1], "returned")]:
        store.write(records.revise, commune, number, {}, 1, day, state, head, ORIGIN, NOW)
    return date(2024, 11, 1), date(2024, 11, 30)


def test_a_hamlets_records_of_some_days(store: Store, commune: int, period: tuple[date, date]) -> None:
    assert numbers(store.read(records.of_hamlet, commune, "3", *period)) == [3, 9, 6, 2]
    assert numbers(store.read(records.of_hamlet, commune, "2", *period)) == [4]
    assert numbers(store.read(records.of_hamlet, commune, None, *period)) == [7]
    assert store.read(records.of_hamlet, commune, "1", *period) == []


def test_an_authors_records_of_some_days(
    store: Store, commune: int, head: int, period: tuple[date, date]
) -> None:
    assert numbers(store.read(records.of_author, commune, head, *period)) == [3, 9, 6, 2]
    assert numbers(store.read(records.of_author, commune, head + 1, *period)) == [4, 7]


def test_figures_are_computed_from_valid_records(
    store: Store, commune: int, period: tuple[date, date]
) -> None:
    assert numbers(store.read(records.in_period, commune, *period)) == [3, 4, 9, 7, 2]


def test_counts_by_hamlet(store: Store, commune: int, period: tuple[date, date]) -> None:
    assert store.read(records.counts, commune, *period) == {"3": 4, "2": 1, None: 1}
    assert store.read(records.counts, commune, date(2020, 1, 1), date(2020, 12, 31)) == {}
