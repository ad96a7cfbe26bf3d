"""The gates of a channel's pace."""

from __future__ import annotations

import pytest

from bot.messages import Later, Pace
from bot.pace import Gates


def play(gates: Gates, chats: list[str], until: float, step: float = 0.01) -> list[tuple[float, str]]:
    """Sends to the first chat of the list that may, as often as may be; when and to whom."""
    sent = []
    queue = list(chats)
    for tick in range(int(until / step)):
        now = tick * step
        while gates.room(now) > 0:
            barred = gates.barred(now)
            ready = [chat for chat in queue if chat not in barred]
            if not ready:
                break
            queue.remove(ready[0])
            gates.passed(ready[0], now)
            sent.append((now, ready[0]))
    return sent


def test_without_a_pace_everything_may_go() -> None:
    gates = Gates(Pace(), 64)
    for _ in range(1000):
        assert gates.room(5.0) == 64
        gates.passed("a", 5.0)
    assert gates.barred(5.0) == set()
    assert gates.opens_in(5.0) is None


def test_thirty_a_second_in_all() -> None:
    sent = play(Gates(Pace(overall=30.0), 64), [str(number) for number in range(500)], until=10)
    assert 300 <= len(sent) <= 303
    for moment, _ in sent:
        assert sum(moment <= other < moment + 1 for other, _ in sent) <= 33


def test_one_a_second_to_a_chat() -> None:
    sent = play(Gates(Pace(per_chat=1.0), 64), ["a"] * 50 + ["b"] * 2, until=10)
    moments = [moment for moment, chat in sent if chat == "a"]
    assert moments == pytest.approx(list(range(10)))
    assert [chat for _, chat in sent].count("b") == 2


def test_a_chat_that_was_quiet_gets_a_few_at_once() -> None:
    gates = Gates(Pace(per_chat=1.0, burst=3), 64)
    assert [moment for moment, _ in play(gates, ["a"] * 6, until=10)] == pytest.approx([0, 0, 0, 1, 2, 3])
    for _ in range(3):
        gates.passed("a", 100.0)
    assert gates.barred(100.0) == {"a"}
    assert gates.opens_in(100.0) == pytest.approx(1.0, abs=1e-3)


def test_a_chat_that_has_to_wait_waits_alone() -> None:
    gates = Gates(Pace(), 64)
    gates.bar("a", Later(7.0), 10.0)
    assert (gates.room(10.0), gates.barred(16.9), gates.opens_in(10.0)) == (64, {"a"}, 7.0)
    assert (gates.barred(17.0), gates.opens_in(17.0)) == (set(), None)


def test_everyone_waits_for_the_longest_pause() -> None:
    gates = Gates(Pace(), 64)
    gates.bar("a", Later(7.0, everyone=True), 10.0)
    gates.bar("b", Later(2.0, everyone=True), 11.0)
    assert [gates.room(moment) for moment in (10.0, 16.9, 17.0)] == [0, 0, 64]


def test_no_pause_is_so_short_that_it_would_spin() -> None:
    gates = Gates(Pace(), 64)
    gates.bar("a", Later(0.0), 10.0)
    assert gates.barred(10.05) == {"a"}


def test_chats_that_were_quiet_are_forgotten() -> None:
    gates = Gates(Pace(per_chat=1.0), 64)
    for number in range(1000):
        gates.passed(str(number), 0.0)
    gates.barred(5.0)
    assert gates._chats == {}
