"""What a bot may still send in a month."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from templates import periods, quota
from templates.quota import ANSWER, DOCUMENT, REMINDER, Month


def at(text: str) -> datetime:
    """A moment here, as "2024-12-01T08:00"."""
    return datetime.fromisoformat(f"{text}+07:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("sent", "warned", "highest"),
    [
        (0, False, REMINDER),
        (2399, False, REMINDER),
        (2400, True, REMINDER),
        (2699, True, REMINDER),
        (2700, True, DOCUMENT),
        (2879, True, DOCUMENT),
        (2880, True, ANSWER),
        (3500, True, ANSWER),
    ],
)
def test_reminders_give_way_first_then_documents_answers_never(sent: int, warned: bool, highest: int) -> None:
    month = Month(3000, sent)
    assert (month.warned, month.highest) == (warned, highest)


def test_when_the_platform_says_no_only_answers_are_tried() -> None:
    assert Month(3000, 5, exhausted=True).highest == ANSWER


@pytest.mark.parametrize(
    ("moment", "month", "begins", "following"),
    [
        ("2024-12-01T00:00", "2024-12", "2024-12-01T00:00", "2025-01"),
        ("2024-11-30T23:59", "2024-11", "2024-11-01T00:00", "2024-12"),
        ("2024-02-29T12:00", "2024-02", "2024-02-01T00:00", "2024-03"),
    ],
)
def test_months_are_those_of_people_here(moment: str, month: str, begins: str, following: str) -> None:
    assert quota.month_of(at(moment)) == month
    assert quota.begins(month) == at(begins)
    assert periods.next_month(month) == following


def test_it_is_asked_again_later_each_time_and_at_the_latest_when_the_month_begins() -> None:
    now = at("2024-11-20T08:00")
    pauses = [quota.retry_at(now, setbacks) - now for setbacks in range(12)]
    assert pauses[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert pauses == sorted(pauses) and pauses[-1] == quota.LONGEST_PAUSE
    assert quota.retry_at(at("2024-11-30T23:59"), 5) == at("2024-12-01T00:00")
