"""The truth of a schedule is its row."""

from __future__ import annotations

from storage import schedules
from storage.rows import Schedule
from tests.storage.house import NOW, Store, later, tan_an


def test_a_schedule_is_due_from_its_moment(store: Store, commune: int) -> None:
    store.write(schedules.put, commune, "reminder", later(hours=1), "{}")
    assert store.read(schedules.due, later(minutes=59)) == []
    expected = Schedule(commune, "reminder", later(hours=1), "{}", None)
    assert store.read(schedules.due, later(hours=1)) == [expected]
    assert store.read(schedules.get, commune, "reminder") == expected
    assert store.read(schedules.get, commune, "backup") is None


def test_only_other_settings_make_it_due_anew(store: Store, commune: int) -> None:
    store.write(schedules.put, commune, "reminder", later(hours=1), '{"day":25}')
    store.write(schedules.advance, commune, "reminder", later(days=30), NOW)
    store.write(schedules.put, commune, "reminder", later(hours=2), '{"day":25}')
    assert store.read(schedules.get, commune, "reminder") == Schedule(
        commune, "reminder", later(days=30), '{"day":25}', NOW
    )
    store.write(schedules.put, commune, "reminder", later(hours=3), '{"day":15}')
    assert store.read(schedules.get, commune, "reminder") == Schedule(
        commune, "reminder", later(hours=3), '{"day":15}', NOW
    )


def test_due_ones_of_all_communes_the_longest_due_first(store: Store, commune: int) -> None:
    other = tan_an(store, "long-an")
    for where, name, hours in [(commune, "backup", 3), (commune, "reminder", 2), (other, "reminder", 1)]:
        store.write(schedules.put, where, name, later(hours=hours), "{}")
    store.write(schedules.put, other, "backup", later(hours=9), "{}")
    found = [(s.commune, s.schedule) for s in store.read(schedules.due, later(hours=3))]
    assert found == [(other, "reminder"), (commune, "reminder"), (commune, "backup")]
    store.write(schedules.advance, commune, "reminder", later(days=1), later(hours=3))
    assert len(store.read(schedules.due, later(hours=3))) == 2
