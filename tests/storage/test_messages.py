"""A message is seen once; what failed is kept; numbers mean what was offered last."""

from __future__ import annotations

from storage import messages
from storage.rows import FailedUpdate, Offer, WaitingUpdate
from tests.storage.house import BOT, NOW, Store, later, someone


def test_a_message_is_new_once(store: Store) -> None:
    assert [store.write(messages.seen, BOT, "sau", "m1", later(hours=n)) for n in range(3)] == [
        *(False, True, True)
    ]
    for key in [("zalo:1", "sau", "m1"), (BOT, "bay", "m1"), (BOT, "sau", "m2")]:
        assert not store.write(messages.seen, *key, NOW)
    assert store.rows("SELECT at FROM inbox WHERE bot = ? AND chat = 'sau' AND message = 'm1'", BOT) == [
        ("2024-12-08T01:05:00.123456Z",)
    ]


def test_a_message_whose_transaction_failed_is_new_again(store: Store) -> None:
    class Trouble(Exception):
        pass

    def breaks() -> None:
        def handle(tx):  # type: ignore[no-untyped-def]
            assert not messages.seen(tx, BOT, "sau", "m1", NOW)
            raise Trouble

        store.write(handle)

    for _ in range(2):
        try:
            breaks()
        except Trouble:
            continue
        raise AssertionError
    assert not store.write(messages.seen, BOT, "sau", "m1", NOW)


def test_what_failed_is_kept_and_counts_as_seen(store: Store) -> None:
    for n in range(3):
        store.write(messages.fail, BOT, "sau", f"m{n}", later(hours=n), f"{{{n}}}", "Traceback")
    store.write(messages.fail, BOT, "sau", "m2", later(hours=9), "again", "again")
    assert store.write(messages.seen, BOT, "sau", "m2", NOW)
    assert store.read(messages.failed, 2) == [
        FailedUpdate(BOT, "sau", "m2", later(hours=2), "{2}", "Traceback"),
        FailedUpdate(BOT, "sau", "m1", later(hours=1), "{1}", "Traceback"),
    ]


def test_what_was_handled_does_not_fail_later(store: Store) -> None:
    store.write(messages.seen, BOT, "sau", "m1", NOW)
    store.write(messages.fail, BOT, "sau", "m1", NOW, "raw", "Traceback")
    assert store.read(messages.failed, 9) == []


def test_what_waits_is_handled_once(store: Store) -> None:
    assert store.write(messages.keep, BOT, "sau", "m2", later(hours=1), "{2}")
    assert store.write(messages.keep, BOT, "sau", "m1", NOW, "{1}")
    assert store.write(messages.keep, "zalo:1", "sau", "m1", NOW, "{3}")
    assert not store.write(messages.keep, BOT, "sau", "m1", later(hours=2), "again")
    assert store.read(messages.waiting, BOT) == [
        WaitingUpdate(BOT, "sau", "m1", "{1}"),
        WaitingUpdate(BOT, "sau", "m2", "{2}"),
    ]
    assert store.read(messages.left) == {BOT: 2, "zalo:1": 1}
    assert [store.write(messages.seen, BOT, "sau", "m1", later(hours=n)) for n in range(2)] == [False, True]
    assert not store.write(messages.keep, BOT, "sau", "m1", NOW, "again")
    assert [update.message for update in store.read(messages.waiting, BOT)] == ["m2"]
    assert store.rows("SELECT at, raw FROM inbox WHERE bot = ? AND message = 'm1'", BOT) == [
        ("2024-12-08T01:05:00.123456Z", None)
    ]


def test_what_waited_may_fail(store: Store) -> None:
    store.write(messages.keep, BOT, "sau", "m1", NOW, "{1}")
    store.write(messages.fail, BOT, "sau", "m1", later(hours=1), "{1}", "Traceback")
    assert store.read(messages.waiting, BOT) == []
    assert store.read(messages.failed, 9) == [FailedUpdate(BOT, "sau", "m1", NOW, "{1}", "Traceback")]
    assert store.write(messages.seen, BOT, "sau", "m1", NOW)


def test_the_last_offer_counts(store: Store, commune: int, head: int) -> None:
    someone(store, commune, "bay")
    assert store.read(messages.offer, BOT, "sau") is None
    store.write(messages.make_offer, BOT, "sau", NOW, {"1": "/chotthang 12 2024"}, None, "Cho\u0302\u0301t?")
    store.write(messages.make_offer, BOT, "bay", NOW, {"1": "khác"}, None, "")
    assert store.read(messages.offer, BOT, "sau") == Offer(NOW, {"1": "/chotthang 12 2024"}, None, "Chốt?")
    store.write(messages.make_offer, BOT, "sau", later(hours=1), {}, 12, "Ai tổ chức?")
    assert store.read(messages.offer, BOT, "sau") == Offer(later(hours=1), {}, 12, "Ai tổ chức?")
    assert store.read(messages.offer, BOT, "bay").options == {"1": "khác"}  # type: ignore[union-attr]
