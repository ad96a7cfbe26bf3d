"""Moments as text: their order as text is their order in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.moments import from_text, maybe, to_text

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30), timezones=ZONES)


@given(MOMENTS, MOMENTS)
def test_order_and_identity_survive(one: datetime, other: datetime) -> None:
    assert from_text(to_text(one)) == one
    assert from_text(to_text(one)).utcoffset() == timedelta(0)
    assert (to_text(one) < to_text(other)) == (one < other)


def test_how_it_looks() -> None:
    hanoi = timezone(timedelta(hours=7))
    assert to_text(datetime(2024, 12, 8, 8, 5, tzinfo=hanoi)) == "2024-12-08T01:05:00.000000Z"
    assert maybe("2024-12-08T01:05:00.000000Z") == datetime(2024, 12, 8, 1, 5, tzinfo=UTC)
    assert maybe(None) is None


def test_a_moment_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_text(datetime(2024, 12, 8))
