"""Schedules: what falls due, and what a computer that slept makes of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.schedules import Calendar, Moment, daily, month_due, monthly, year_due, yearly
from templates import periods
from templates.commune import HANOI, Deadlines


def at(text: str) -> datetime:
    """A moment on the commune's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=HANOI).astimezone(UTC)


def sent(calendar: Calendar, looks: list[datetime]) -> list[tuple[datetime, Moment]]:
    """What is sent over a series of looks, kept as the row keeps it."""
    due_at, found = calendar.following(looks[0]).at, []
    for now in looks:
        if now >= due_at:
            plan = calendar.decide(now)
            assert plan.due_at > now
            due_at = plan.due_at
            if plan.moment:
                found.append((now, plan.moment))
    return found


def minutes(first: str, last: str, step: int = 30) -> list[datetime]:
    begin, end = at(first), at(last)
    return [
        begin + timedelta(minutes=n) for n in range(0, int((end - begin).total_seconds() // 60) + 1, step)
    ]


def test_a_computer_that_runs_sends_at_each_moment() -> None:
    found = sent(monthly(Deadlines()), minutes("2024-12-01T00:00", "2025-01-28T00:00"))
    assert [now for now, _ in found] == [
        at(f"{day}T08:00")
        for day in ("2024-12-22", "2024-12-25", "2024-12-27", "2025-01-22", "2025-01-25", "2025-01-27")
    ]
    assert {moment.deadline for _, moment in found} == {date(2024, 12, 25), date(2025, 1, 25)}


@pytest.mark.parametrize(
    ("asleep", "awake", "when", "deadline"),
    [
        ("2024-12-20T17:00", "2024-12-26T09:30", "2024-12-26T09:30", date(2024, 12, 25)),  # over two moments
        ("2024-12-24T17:00", "2024-12-25T21:00", "2024-12-26T07:00", date(2024, 12, 25)),  # too late today
        ("2024-12-24T17:00", "2024-12-26T03:00", "2024-12-26T07:00", date(2024, 12, 25)),  # too early today
        ("2024-12-25T07:30", "2024-12-25T19:59", "2024-12-25T19:59", date(2024, 12, 25)),
        ("2024-12-24T17:00", "2024-12-25T20:00", "2024-12-26T07:00", date(2024, 12, 25)),  # the window's end
        ("2024-10-20T17:00", "2025-01-10T09:00", "2025-01-10T09:00", date(2024, 12, 25)),  # several months
    ],
)
def test_a_computer_that_slept_sends_once(asleep: str, awake: str, when: str, deadline: date) -> None:
    looks = [at(asleep), *minutes(awake, "2025-01-15T00:00", 1)]
    late = [(now, m) for now, m in sent(monthly(Deadlines()), looks) if now < at(when) + timedelta(hours=20)]
    assert [(now, m.deadline) for now, m in late] == [(at(when), deadline)]


def test_a_late_reminder_yields_to_one_that_comes_the_same_day() -> None:
    looks = [at("2024-12-21T17:00"), *minutes("2024-12-25T07:10", "2024-12-25T23:00", 5)]
    assert [now for now, _ in sent(monthly(Deadlines()), looks)] == [at("2024-12-25T08:00")]


def test_an_hour_by_night_waits_for_the_morning_and_starves_nobody() -> None:
    deadlines = Deadlines(at=time(21, 0), remind=(-1, 0))
    found = sent(monthly(deadlines), minutes("2024-12-20T00:00", "2024-12-28T00:00"))
    assert [now for now, _ in found] == [at("2024-12-25T07:00"), at("2024-12-26T07:00")]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (28, ["2023-01-28", "2023-02-28", "2023-03-28", "2024-02-28"]),
        (29, ["2023-01-29", "2023-02-28", "2023-03-29", "2024-02-29"]),
        (30, ["2023-01-30", "2023-02-28", "2023-03-30", "2024-02-29"]),
        (31, ["2023-01-31", "2023-02-28", "2023-04-30", "2024-02-29"]),
    ],
)
def test_short_months_end_on_their_last_day(day: int, expected: list[str]) -> None:
    calendar = monthly(Deadlines(report_day=day, remind=(0,)))
    for text in expected:
        moment = calendar.following(at(f"{text[:8]}01T00:00"))
        assert (moment.at, moment.deadline) == (at(f"{text}T08:00"), date.fromisoformat(text))


def test_a_reminder_after_the_deadline_reaches_over_the_turn_of_the_year() -> None:
    calendar = monthly(Deadlines(report_day=31, remind=(2,)))
    moment = calendar.following(at("2024-12-05T00:00"))
    assert (moment.at, moment.deadline) == (at("2025-01-02T08:00"), date(2024, 12, 31))
    assert month_due(moment.deadline, Deadlines(report_day=31)) == "2024-12"


@given(
    day=st.integers(1, 31),
    month_end=st.none() | st.integers(1, 28),
    number=st.integers(0, 120),
)
def test_each_deadline_belongs_to_the_month_that_names_it(
    day: int, month_end: int | None, number: int
) -> None:
    month = f"{2020 + number // 12}-{number % 12 + 1:02d}"
    deadlines = Deadlines(report_day=day, month_end=month_end, remind=(0,))
    due = periods.deadline(month, day, month_end)
    assert month_due(due, deadlines) == month
    calendar = monthly(deadlines)
    assert calendar.following(datetime.combine(due, time(), HANOI).astimezone(UTC)).deadline == due


def test_the_year_and_the_day_come_round() -> None:
    year = yearly(Deadlines(annual_report=(11, 15)))
    assert year.following(at("2024-11-15T08:01")).at == at("2025-11-15T08:00")
    assert year.latest(at("2024-11-15T07:59")).at == at("2023-11-15T08:00")
    leap = yearly(Deadlines(annual_report=(2, 29)))
    assert leap.following(at("2023-01-01T00:00")).at == at("2023-02-28T08:00")
    assert leap.following(at("2024-01-01T00:00")).at == at("2024-02-29T08:00")
    assert daily().following(at("2024-11-15T12:01")).at == at("2024-11-16T12:00")


@pytest.mark.parametrize(
    ("made_on", "year_end", "year"),
    [
        (date(2024, 11, 15), (12, 31), 2024),  # before the year is over, for the assembly's last session
        (date(2024, 12, 9), (12, 9), 2024),
        (date(2025, 1, 5), (12, 31), 2024),
        (date(2024, 12, 20), (11, 30), 2024),
        (date(2024, 11, 15), (6, 1), 2024),
    ],
)
def test_the_report_made_unasked_is_about_the_year_that_ends_then(
    made_on: date, year_end: tuple[int, int], year: int
) -> None:
    assert year_due(made_on, Deadlines(year_end=year_end)) == year


def test_other_settings_are_another_calendar() -> None:
    plain = monthly(Deadlines())
    assert plain.settings == monthly(Deadlines(remind=(2, 0, -3, 0))).settings
    assert plain.settings != monthly(Deadlines(remind=(-3, 0))).settings
    assert plain.settings != monthly(Deadlines(report_day=24)).settings


_DEADLINES = st.builds(
    Deadlines,
    report_day=st.integers(1, 31),
    remind=st.lists(st.integers(-10, 10), min_size=1, max_size=5).map(tuple),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
_SLEEPS = st.lists(st.integers(1, 60 * 24 * 50), min_size=3, max_size=40)  # minutes from look to look


@given(deadlines=_DEADLINES, sleeps=_SLEEPS, start=st.integers(0, 60 * 24 * 400))
def test_whatever_the_sleep_nothing_comes_twice_or_by_night_or_stale(
    deadlines: Deadlines, sleeps: list[int], start: int
) -> None:
    calendar = monthly(deadlines)
    looks = [at("2023-12-01T00:00") + timedelta(minutes=start)]
    for minutes_asleep in sleeps:
        looks.append(looks[-1] + timedelta(minutes=minutes_asleep))
    found = sent(calendar, looks)
    acted_on = [moment for _, moment in found]
    assert len(set(acted_on)) == len(acted_on) and acted_on == sorted(acted_on)
    for now, moment in found:
        assert time(7, 0) <= now.astimezone(HANOI).time() < time(20, 0)
        assert looks[0] <= moment.at <= now
        assert calendar.following(moment.at + timedelta(microseconds=1)).at > now  # none was later and missed


@given(deadlines=_DEADLINES, start=st.integers(0, 400), days=st.integers(1, 90))
def test_who_wakes_by_day_hears_of_the_last_moment_the_same_day(
    deadlines: Deadlines, start: int, days: int
) -> None:
    calendar = monthly(deadlines)
    slept = at("2023-12-01T12:00") + timedelta(days=start)
    woke = slept + timedelta(days=days)
    missed = [m for m in [calendar.latest(woke)] if m.at >= slept]
    until_night = [woke + timedelta(minutes=n) for n in range(0, 8 * 60, 1)]
    found = sent(calendar, [slept, *until_night])
    if missed:
        assert found and found[0][1] >= missed[0]
    assert len({now.astimezone(HANOI).date() for now, _ in found}) == len(found)  # one a day at most
