"""Who may do what, for which hamlet."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot import access
from storage.rows import Person, Record, Role

NOW = datetime(2024, 12, 8, tzinfo=UTC)


def person(*roles: tuple[str, str | None], number: int = 1) -> Person:
    held = tuple(Role(n, number, kind, hamlet) for n, (kind, hamlet) in enumerate(roles, 1))
    return Person(person=number, name="X", address_form=None, consented=True, roles=held)


def record(hamlet: str | None, author: int = 9, source: str | None = None) -> Record:
    day = date(2024, 12, 8)
    return Record(1, "hop", hamlet, day, "valid", author, 1, {}, 1, source, None, NOW, NOW)


HEAD, DEPUTY = person(("hamlet_head", "3")), person(("hamlet_deputy", "3"))
BOTH = person(("hamlet_head", "1"), ("hamlet_deputy", "4"), ("hamlet_deputy", "1"))
COMMITTEE, OBSERVER, NOBODY = person(("standing_committee", None)), person(("observer", None)), person()


def test_the_hamlets_of_somebody() -> None:
    assert access.hamlets(HEAD) == ["3"]
    assert access.hamlets(BOTH) == ["1", "4"]
    assert access.hamlets(COMMITTEE) == access.hamlets(NOBODY) == []


@pytest.mark.parametrize(
    ("who", "hamlet", "may"),
    [(HEAD, "3", True), (HEAD, "1", False), (HEAD, None, False), (DEPUTY, "3", True), (BOTH, "4", True),
     (COMMITTEE, "1", True), (COMMITTEE, None, True), (OBSERVER, "3", False), (NOBODY, "3", False)],
)  # fmt: skip
def test_reporting(who: Person, hamlet: str | None, may: bool) -> None:
    assert access.may_report_for(who, hamlet) is may


@pytest.mark.parametrize(
    ("who", "hamlet", "may"),
    [(HEAD, "3", True), (HEAD, "1", False), (HEAD, None, False), (COMMITTEE, "1", True),
     (OBSERVER, "1", True), (OBSERVER, None, True), (NOBODY, "3", False), (NOBODY, None, False)],
)  # fmt: skip
def test_seeing(who: Person, hamlet: str | None, may: bool) -> None:
    assert access.may_see(who, record(hamlet)) is may


@pytest.mark.parametrize(
    ("who", "one", "may"),
    [
        (HEAD, record("3"), True),
        (HEAD, record("1", author=1), False),  # handed over since
        (HEAD, record(None), False),
        (COMMITTEE, record("3"), False),
        (COMMITTEE, record("3", author=1), True),
        (COMMITTEE, record("3", source="giay"), True),
        (COMMITTEE, record(None), True),
        (OBSERVER, record("3", author=1), False),
        (NOBODY, record("3", author=1), False),
        (NOBODY, record(None, author=1), False),
    ],
)
def test_correcting(who: Person, one: Record, may: bool) -> None:
    assert access.may_correct(who, one) is may
