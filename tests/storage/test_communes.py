"""Communes, hamlets and boards follow the configuration and keep their past."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from storage import closings, communes, drafts, invitations, people
from storage.database import Tx
from storage.rows import Hamlet, Member
from tests.storage.house import DAY, HAMLETS, NOW, Store, later, record, someone, tan_an

TOMORROW = DAY + timedelta(days=1)
YESTERDAY = DAY - timedelta(days=1)


def seat(post: str, name: str, position: int, first: date | None = None, last: date | None = None) -> Member:
    return Member(0, None, post, name, position, first, last)


def names(members: list[Member]) -> list[str]:
    return [member.name for member in members]


def test_synchronising_makes_then_changes(store: Store) -> None:
    commune = store.write(communes.sync, "tan-an", "Ta\u0302n An", HAMLETS, DAY)
    assert store.read(communes.find, "tan-an") == commune
    assert store.read(communes.hamlets, commune) == HAMLETS
    assert store.rows("SELECT name FROM commune") == [("Tân An",)]
    changed = [Hamlet("2", "Ấp Hai", 1), Hamlet("1", "A\u0302\u0301p 1", 2), Hamlet("3", "Ấp 3", 3, DAY)]
    assert store.write(communes.sync, "tan-an", "Tân An Mới", changed, DAY) == commune
    assert store.read(communes.hamlets, commune) == [
        Hamlet("2", "Ấp Hai", 1),
        Hamlet("1", "Ấp 1", 2),
        Hamlet("3", "Ấp 3", 3, DAY),
    ]
    assert store.rows("SELECT name FROM commune") == [("Tân An Mới",)]


def test_an_unknown_commune_is_none(store: Store) -> None:
    assert store.read(communes.find, "tan-an") is None


def test_each_code_is_a_commune(store: Store) -> None:
    one, other = tan_an(store), tan_an(store, "long-an")
    assert one != other
    assert store.read(communes.find, "long-an") == other


def test_whose_the_data_is(store: Store) -> None:
    assert store.read(communes.another, "tan-an") is None
    one = tan_an(store)
    assert store.read(communes.another, "tan-an") is None
    assert store.read(communes.another, "long-an") == ("tan-an", "Tân An")
    someone(store, one, "sau")
    tan_an(store, "long-an")
    assert store.read(communes.another, "tan-an") is None
    assert store.read(communes.another, "long-an") == ("tan-an", "Tân An")


def test_hamlets_of_a_day(store: Store) -> None:
    spans = [(None, None), (DAY, None), (None, DAY), (TOMORROW, None), (None, YESTERDAY)]
    hamlets = [Hamlet(str(n), f"Ấp {n}", n, *span) for n, span in enumerate(spans)]
    commune = store.write(communes.sync, "tan-an", "Tân An", hamlets, DAY)
    assert [h.hamlet for h in store.read(communes.hamlets, commune, DAY)] == ["0", "1", "2"]
    assert store.read(communes.hamlets, commune) == hamlets


def test_a_hamlet_of_no_use_disappears(store: Store, commune: int) -> None:
    store.write(communes.sync, "tan-an", "Tân An", HAMLETS[:1], DAY)
    assert store.read(communes.hamlets, commune) == HAMLETS[:1]


def a_record(tx: Tx, commune: int, person: int) -> None:
    record(tx, commune, person, "3")


def a_role(tx: Tx, commune: int, person: int) -> None:
    people.grant(tx, commune, person, "hamlet_head", "3", NOW)


def a_draft(tx: Tx, commune: int, person: int) -> None:
    drafts.start(tx, commune, person, "f", 1, "3", {}, NOW)


def a_closing(tx: Tx, commune: int, person: int) -> None:
    closings.close(tx, commune, "3", "2024-12", "closed", person, None, NOW)


def an_invitation(tx: Tx, commune: int, person: int) -> None:
    invitations.issue(tx, commune, "h", "hamlet_head", "3", "Sáu", None, person, NOW, later(days=7))


def a_seat(tx: Tx, commune: int, person: int) -> None:
    communes.sync_roster(tx, commune, "3", [seat("truong_ban", "Sáu", 1)], DAY)


@pytest.mark.parametrize("use", [a_record, a_role, a_draft, a_closing, an_invitation, a_seat])
def test_a_hamlet_in_use_ends_today_and_may_come_back(store: Store, commune: int, head: int, use) -> None:  # type: ignore[no-untyped-def]
    store.write(use, commune, head)
    store.write(communes.sync, "tan-an", "Tân An", HAMLETS[:2], DAY)
    ended = Hamlet("3", "Ấp 3", 3, None, DAY)
    assert store.read(communes.hamlets, commune) == [*HAMLETS[:2], ended]
    store.write(communes.sync, "tan-an", "Tân An", HAMLETS[:2], TOMORROW)
    assert store.read(communes.hamlets, commune)[2] == ended
    store.write(communes.sync, "tan-an", "Tân An", HAMLETS, TOMORROW)
    assert store.read(communes.hamlets, commune) == HAMLETS


def test_an_ended_hamlets_board_ends_with_it(store: Store, commune: int) -> None:
    store.write(communes.sync_roster, commune, "3", [seat("truong_ban", "Sáu", 1)], DAY)
    store.write(communes.sync, "tan-an", "Tân An", HAMLETS[:2], DAY)
    assert names(store.read(communes.roster, commune, "3", DAY)) == ["Sáu"]
    assert store.read(communes.roster, commune, "3", TOMORROW) == []


def test_a_board_by_position_with_numbers_of_its_own(store: Store, commune: int) -> None:
    board = [seat("thanh_vien", "Hoa", 3), seat("truong_ban", "Sa\u0301u", 1), seat("pho_ban", "Ba", 2)]
    store.write(communes.sync_roster, commune, "1", board, DAY)
    store.write(communes.sync_roster, commune, None, [seat("chu_tich", "Tư", 1)], DAY)
    assert store.read(communes.roster, commune, "1", date(2020, 1, 1)) == [
        Member(2, "1", "truong_ban", "Sáu", 1),
        Member(3, "1", "pho_ban", "Ba", 2),
        Member(1, "1", "thanh_vien", "Hoa", 3),
    ]
    assert store.read(communes.roster, commune, None, DAY) == [Member(4, None, "chu_tich", "Tư", 1)]
    assert store.read(communes.roster, commune, "2", DAY) == []


def test_synchronising_a_board_again_changes_nothing(store: Store, commune: int) -> None:
    board = [seat("truong_ban", "Sa\u0301u", 1), seat("thanh_vien", "Hoa", 2), seat("thanh_vien", "Hoa", 3)]
    for day in (DAY, TOMORROW):
        store.write(communes.sync_roster, commune, "1", board, day)
        store.write(communes.sync_roster, commune, None, board[:1], day)
    assert [m.member for m in store.read(communes.roster, commune, "1", TOMORROW)] == [1, 2, 3]
    assert len(store.read(communes.seats, commune, "1")) == 3
    assert [m.member for m in store.read(communes.seats, commune, None)] == [4]


def test_who_leaves_sat_until_yesterday_and_who_joins_sits_from_today(store: Store, commune: int) -> None:
    store.write(communes.sync_roster, commune, "1", [seat("truong_ban", "Sáu", 1)], date(2024, 1, 1))
    store.write(communes.sync_roster, commune, "1", [seat("truong_ban", "Bảy", 1)], DAY)
    store.write(communes.sync_roster, commune, "1", [seat("truong_ban", "Bảy", 1)], TOMORROW)
    assert names(store.read(communes.roster, commune, "1", YESTERDAY)) == ["Sáu"]
    assert names(store.read(communes.roster, commune, "1", DAY)) == ["Bảy"]
    assert store.read(communes.seats, commune, "1") == [
        Member(1, "1", "truong_ban", "Sáu", 1, None, YESTERDAY),
        Member(2, "1", "truong_ban", "Bảy", 1, DAY, None),
    ]


def test_who_comes_back_has_two_terms(store: Store, commune: int) -> None:
    board = [seat("truong_ban", "Sáu", 1)]
    store.write(communes.sync_roster, commune, "1", board, date(2024, 1, 1))
    store.write(communes.sync_roster, commune, "1", [], date(2024, 3, 1))
    store.write(communes.sync_roster, commune, "1", board, DAY)
    assert names(store.read(communes.roster, commune, "1", date(2024, 2, 29))) == ["Sáu"]
    assert store.read(communes.roster, commune, "1", date(2024, 3, 1)) == []
    assert names(store.read(communes.roster, commune, "1", DAY)) == ["Sáu"]


def test_configured_days_of_a_seat_are_taken(store: Store, commune: int) -> None:
    first, last = date(2024, 2, 1), date(2024, 11, 30)
    store.write(communes.sync_roster, commune, "1", [seat("truong_ban", "Sáu", 1)], date(2024, 1, 1))
    for day in (DAY, TOMORROW):
        store.write(communes.sync_roster, commune, "1", [seat("truong_ban", "Sáu", 1, first, last)], day)
    assert store.read(communes.seats, commune, "1") == [Member(1, "1", "truong_ban", "Sáu", 1, first, last)]
    assert store.read(communes.roster, commune, "1", date(2024, 1, 31)) == []
    assert names(store.read(communes.roster, commune, "1", last)) == ["Sáu"]
    assert store.read(communes.roster, commune, "1", date(2024, 12, 1)) == []


def test_all_boards_begin_with_the_committee(store: Store) -> None:
    hamlets = [Hamlet("b", "Ấp 1", 1), Hamlet("a", "Ấp 2", 2), Hamlet("c", "Ấp 3", 3, None, YESTERDAY)]
    commune = store.write(communes.sync, "tan-an", "Tân An", hamlets, DAY)
    for code in ("a", "b", "c"):
        board = [seat("pho_ban", f"phó {code}", 2), seat("truong_ban", f"trưởng {code}", 1)]
        store.write(communes.sync_roster, commune, code, board, DAY)
    store.write(communes.sync_roster, commune, None, [seat("chu_tich", "Tư", 1)], DAY)
    assert names(store.read(communes.rosters, commune, DAY)) == [
        *("Tư", "trưởng b", "phó b", "trưởng a", "phó a")
    ]
    assert "trưởng c" in names(store.read(communes.rosters, commune, YESTERDAY))


def test_the_last_day_of_a_seat_can_be_corrected(store: Store, commune: int) -> None:
    def configured(last: date | None) -> list[Member]:
        return [Member(0, "3", "truong_ban", "Tư Lành", 0, None, last)]

    for last in (None, DAY - timedelta(days=60), DAY - timedelta(days=90)):
        store.write(communes.sync_roster, commune, "3", configured(last), DAY)

    (seat_,) = store.read(communes.seats, commune, "3")
    assert (seat_.from_day, seat_.until_day) == (None, DAY - timedelta(days=90))


def test_who_left_before_was_there_before(store: Store, commune: int) -> None:
    board = [Member(0, "3", "truong_ban", "Tư Lành", 0)]
    store.write(communes.sync_roster, commune, "3", board, DAY)
    board.append(Member(0, "3", "pho_ban", "Sáu Bé", 1, None, DAY - timedelta(days=60)))
    store.write(communes.sync_roster, commune, "3", board, DAY)

    assert [m.name for m in store.read(communes.roster, commune, "3", DAY)] == ["Tư Lành"]
    before = store.read(communes.roster, commune, "3", DAY - timedelta(days=61))
    assert [m.name for m in before] == ["Tư Lành", "Sáu Bé"]
