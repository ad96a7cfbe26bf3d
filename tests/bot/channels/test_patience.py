"""Pauses between tries."""

from __future__ import annotations

from bot.channels.patience import Backoff
from tests.bot.channels.house import FakeTime


def test_pauses_double_up_to_the_longest() -> None:
    time = FakeTime()
    backoff = Backoff(time.clock, longest=10)
    pauses = []
    for _ in range(6):
        pauses.append(backoff.setback())
        time.seconds += pauses[-1]
    assert pauses == [1, 2, 4, 8, 10, 10]
    backoff.clear()
    assert backoff.setback() == 1


def test_failures_of_what_was_under_way_already_count_as_one() -> None:
    time = FakeTime()
    backoff = Backoff(time.clock)
    assert backoff.setback() == 1
    time.seconds += 0.25
    assert [backoff.setback() for _ in range(30)] == [0.75] * 30
    time.seconds += 0.75
    assert backoff.setback() == 2
