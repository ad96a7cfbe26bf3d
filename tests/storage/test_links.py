"""Links: the same one again while it can be used, counted to the last, withdrawn with the person."""

from __future__ import annotations

from typing import Any

import pytest

from storage import links
from storage.rows import Link
from tests.storage.house import BOT, NOW, Store, later, someone

UNTIL = later(hours=48)


def issue(store: Store, commune: int, person: int, **more: object) -> Link:
    usual: dict[str, Any] = {
        "kind": "document",
        "address": "sau",
        "path": "documents/a.docx",
        "nonce": "n",
        "now": NOW,
    }
    fields = usual | {"most": 4} | more
    return store.write(
        links.issue, commune, fields["kind"], person, BOT, fields["address"], fields["path"],
        "Da\u0323.docx", "báo cáo 2024", fields["nonce"], fields["most"], fields["now"], UNTIL,
    )  # fmt: skip


def test_a_link_says_what_it_opens(store: Store, commune: int, head: int) -> None:
    link = issue(store, commune, head)
    path, again = "documents/a.docx", "báo cáo 2024"
    expected = Link(
        *(commune, 1, "document", "n", head, BOT, "sau", path, "Dạ.docx", again, 0, 4, UNTIL, None)
    )
    assert link == expected == store.read(links.get, commune, 1)
    assert store.read(links.get, commune, 2) is None


def test_the_same_document_for_the_same_account_is_the_same_link(
    store: Store, commune: int, head: int
) -> None:
    link = issue(store, commune, head)
    assert issue(store, commune, head, nonce="other") == link
    for change in ({"address": "ba"}, {"path": "documents/b.docx"}, {"kind": "upload"}):
        assert issue(store, commune, head, nonce="other", **change).link != link.link


def test_another_person_at_that_account_has_a_link_of_their_own(
    store: Store, commune: int, head: int
) -> None:
    link = issue(store, commune, head)
    theirs = issue(store, commune, someone(store, commune, "bay"), nonce="other")
    assert theirs.link != link.link and theirs.person != link.person


def test_one_that_ends_soon_is_not_given_again(store: Store, commune: int, head: int) -> None:
    link = issue(store, commune, head)
    assert issue(store, commune, head, nonce="b", now=later(hours=24)).link == link.link
    assert issue(store, commune, head, nonce="b", now=later(hours=25)).link != link.link
    few = issue(store, commune, head, nonce="c", path="documents/c.docx")
    store.write(links.use, commune, few.link, NOW)
    assert issue(store, commune, head, nonce="d", path="documents/c.docx").link == few.link
    store.write(links.use, commune, few.link, NOW)
    assert issue(store, commune, head, nonce="d", path="documents/c.docx").link != few.link


@pytest.mark.parametrize("end", ["expired", "used up", "withdrawn"])
def test_one_that_can_no_longer_be_used_is_replaced(store: Store, commune: int, head: int, end: str) -> None:
    link = issue(store, commune, head)
    now = UNTIL if end == "expired" else NOW
    if end == "used up":
        assert [store.write(links.use, commune, 1, NOW) for _ in range(5)] == [True] * 4 + [False]
    elif end == "withdrawn":
        assert store.write(links.withdraw, commune, head, NOW) == 1
    standing = store.read(links.get, commune, 1)
    assert standing is not None and not standing.open(now)
    assert store.write(links.use, commune, 1, now) is False
    assert issue(store, commune, head, nonce="new", now=now).link == link.link + 1


def test_uses_are_counted_until_it_expires(store: Store, commune: int, head: int) -> None:
    issue(store, commune, head)
    assert store.write(links.use, commune, 1, later(hours=47)) is True
    found = store.read(links.get, commune, 1)
    assert found is not None and found.uses == 1 and found.open(later(hours=47))
    assert store.write(links.use, commune, 1, UNTIL) is False
    assert store.write(links.use, commune, 7, NOW) is False


def test_only_the_persons_own_are_withdrawn(store: Store, commune: int, head: int) -> None:
    other = someone(store, commune, "bay")
    issue(store, commune, head)
    issue(store, commune, other, address="bay")
    assert store.write(links.withdraw, commune, head, NOW) == 1
    assert store.write(links.withdraw, commune, head, later(hours=1)) == 0
    kept = store.read(links.get, commune, 2)
    assert kept is not None and kept.open(NOW)
