"""What bots with a monthly limit have sent, by month."""

from __future__ import annotations

from storage import spending
from storage.rows import Spending
from tests.storage.house import NOW, Store, later

BOT, MONTH = "zalo:1", "2024-12"


def of_month(store: Store, month: str = MONTH) -> Spending | None:
    return store.read(spending.of_month, BOT, month)


def test_messages_add_up_by_month(store: Store) -> None:
    assert of_month(store) is None
    for messages in (0, 3, 2):
        store.write(spending.add, BOT, MONTH, messages)
    store.write(spending.add, BOT, "2025-01", 1)
    store.write(spending.add, "zalo:2", MONTH, 7)
    assert of_month(store) == Spending(5)
    assert of_month(store, "2025-01") == Spending(1)


def test_nothing_is_left_until_the_platform_gives_again(store: Store) -> None:
    store.write(spending.exhaust, BOT, MONTH, NOW, later(minutes=2))
    store.write(spending.exhaust, BOT, MONTH, later(minutes=2), later(minutes=6))
    assert of_month(store) == Spending(0, NOW, later(minutes=6), 2)
    store.write(spending.add, BOT, MONTH, 1)
    store.write(spending.recover, BOT, MONTH)
    assert of_month(store) == Spending(1)
