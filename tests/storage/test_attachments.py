"""Files: loose, bound to a draft, then to its record; waiting, kept, refused or left out."""

from __future__ import annotations

from datetime import datetime

from storage import attachments, drafts
from storage.rows import Attachment
from tests.storage.house import BOT, NOW, Store, later, record, someone

FILE = ("photo", "file-1", "a\u0309nh.jpg", "image/jpeg", 1024)


def add(
    store: Store,
    commune: int,
    person: int,
    draft: int | None = None,
    album: str | None = None,
    now: datetime = NOW,
) -> int:
    return store.write(attachments.add, commune, person, draft, None, BOT, "sau", *FILE, album, now)


def start(store: Store, commune: int, person: int) -> int:
    return store.write(drafts.start, commune, person, "hoat_dong", 1, "3", {}, NOW)


def numbers(found: list[Attachment]) -> list[int]:
    return [one.attachment for one in found]


def test_a_file_waits_to_be_fetched(store: Store, commune: int, head: int) -> None:
    before = store.database.signals("attachment")
    draft = start(store, commune, head)
    number = add(store, commune, head, draft, "album")
    expected = Attachment(
        *(number, head, draft, None, BOT, "sau", "photo", "file-1", "album", "ảnh.jpg", "image/jpeg", 1024),
        *("waiting", 0, None, NOW),
    )
    assert store.read(attachments.of_draft, commune, draft) == [expected]
    assert store.read(attachments.due, NOW, 10) == [(commune, expected)]
    assert store.database.signals("attachment") == before + 1


def test_loose_files_are_bound_to_a_draft_then_to_its_record(store: Store, commune: int, head: int) -> None:
    other = someone(store, commune, "bay")
    old = add(store, commune, head)
    mine = [add(store, commune, head, now=later(hours=n)) for n in (1, 2)]
    add(store, commune, other, now=later(hours=1))
    assert numbers(store.read(attachments.loose, commune, head, later(hours=1))) == mine
    draft = start(store, commune, head)
    store.write(attachments.bind, commune, mine, draft)
    assert numbers(store.read(attachments.of_draft, commune, draft)) == mine
    assert numbers(store.read(attachments.loose, commune, head, NOW)) == [old]
    number = store.write(record, commune, head)
    store.write(attachments.to_record, commune, draft, number)
    assert numbers(store.read(attachments.of_record, commune, number)) == mine
    assert numbers(store.read(attachments.of_draft, commune, draft)) == mine


def test_a_bound_file_stays_where_it_is(store: Store, commune: int, head: int) -> None:
    first, second = start(store, commune, head), start(store, commune, head)
    number = add(store, commune, head, first)
    store.write(attachments.bind, commune, [number], second)
    assert numbers(store.read(attachments.of_draft, commune, first)) == [number]
    made = [store.write(record, commune, head) for _ in range(2)]
    for to in made:
        store.write(attachments.to_record, commune, first, to)
    assert numbers(store.read(attachments.of_record, commune, made[0])) == [number]
    assert store.read(attachments.of_record, commune, made[1]) == []


def test_a_file_of_a_record_is_not_loose(store: Store, commune: int, head: int) -> None:
    number = store.write(record, commune, head)
    file = store.write(attachments.add, commune, head, None, number, BOT, "sau", *FILE, None, NOW)
    assert store.read(attachments.loose, commune, head, NOW) == []
    store.write(attachments.bind, commune, [file], start(store, commune, head))
    assert store.read(attachments.of_record, commune, number)[0].draft is None


def test_files_of_no_draft_do_not_join_a_record(store: Store, commune: int, head: int) -> None:
    add(store, commune, head)
    number = store.write(record, commune, head)
    store.write(attachments.to_record, commune, start(store, commune, head), number)
    assert store.read(attachments.of_record, commune, number) == []


def test_an_album_is_new_once(store: Store, commune: int, head: int) -> None:
    other = someone(store, commune, "bay")
    assert not store.read(attachments.album_seen, commune, head, "album")
    add(store, commune, head, album="album")
    assert store.read(attachments.album_seen, commune, head, "album")
    assert not store.read(attachments.album_seen, commune, head, "another")
    assert not store.read(attachments.album_seen, commune, other, "album")


def test_kept_ones_stay_with_the_draft_refused_ones_do_not(store: Store, commune: int, head: int) -> None:
    draft = start(store, commune, head)
    kept, refused = add(store, commune, head, draft), add(store, commune, head, draft)
    store.write(attachments.kept, commune, kept, "2024/12/1.jpg", "abc")
    store.write(attachments.refused, commune, refused, "không phải a\u0309nh")
    [left] = store.read(attachments.of_draft, commune, draft)
    assert (left.attachment, left.state, left.path) == (kept, "kept", "2024/12/1.jpg")
    assert store.read(attachments.due, later(days=1), 10) == []
    assert store.rows("SELECT sha256, reason FROM attachment ORDER BY attachment") == [
        ("abc", None),
        (None, "không phải ảnh"),
    ]


def test_left_out_files_belong_to_nothing_but_remain(store: Store, commune: int, head: int) -> None:
    draft, other = start(store, commune, head), start(store, commune, head)
    for to in (draft, draft, other):
        add(store, commune, head, to)
    store.write(attachments.refused, commune, 1, "quá lớn")
    store.write(attachments.drop, commune, draft)
    assert store.read(attachments.of_draft, commune, draft) == []
    assert numbers(store.read(attachments.of_draft, commune, other)) == [3]
    assert store.rows("SELECT state FROM attachment ORDER BY attachment") == [
        *(("refused",), ("removed",), ("waiting",))
    ]


def test_a_postponed_one_is_due_again_later(store: Store, commune: int, head: int) -> None:
    for n in range(3):
        add(store, commune, head, now=later(minutes=n))
    store.write(attachments.postpone, commune, 1, later(minutes=5))

    def due(minutes: float, limit: int = 10) -> list[int]:
        return [one.attachment for _, one in store.read(attachments.due, later(minutes=minutes), limit)]

    assert [due(0), due(1), due(4), due(5), due(5, 2)] == [[], [2], [2, 3], [2, 3, 1], [2, 3]]
    assert dict(store.rows("SELECT attachment, tries FROM attachment")) == {1: 1, 2: 0, 3: 0}


def test_a_word_file_waits_for_its_answer(store: Store, commune: int, head: int) -> None:
    said = (commune, head, None, None, BOT, "sau", "docx", "f", "bao cao.docx", None, 10, None, NOW)
    assert not store.read(attachments.unread, BOT, "sau")
    file = store.write(attachments.add, *said)
    assert store.read(attachments.unread, BOT, "sau") and not store.read(attachments.unread, BOT, "ba")
    assert store.read(attachments.loose, commune, head, NOW) == []  # it is no photo of anything
    store.write(attachments.kept, commune, file, "x.docx", "abc")
    assert not store.read(attachments.unread, BOT, "sau")


def test_a_document_is_found_by_its_address_with_why_it_was_refused(
    store: Store, commune: int, head: int
) -> None:
    sheet = ("sheet", "local:1", "a.xlsx", None, 10)
    first, second = (
        store.write(attachments.add, commune, head, None, None, BOT, "sau", *sheet, None, NOW)
        for _ in range(2)
    )
    add(store, commune, head)
    found = store.read(attachments.by_address, commune, "local:1")
    assert found is not None and found.attachment == second and first != second
    assert store.read(attachments.by_address, commune, FILE[1]) is None  # a photo
    assert store.read(attachments.why_refused, commune, second) is None
    store.write(attachments.refused, commune, second, "sheet_macros")
    assert store.read(attachments.why_refused, commune, second) == "sheet_macros"


def test_what_was_read_and_not_taken_keeps_what_was_said_of_it(store: Store, commune: int, head: int) -> None:
    first, second, third = (add(store, commune, head) for _ in range(3))
    for file in (first, second):
        store.write(attachments.kept, commune, file, "x.json", "abc")
    store.write(attachments.not_taken, commune, first, "Tệp có 2 chỗ chưa đúng")
    store.write(attachments.not_taken, commune, third, "Chưa đọc")  # it is not kept, so nothing was said
    said = [store.read(attachments.why_not_taken, commune, file) for file in (first, second, third)]
    assert said == ["Tệp có 2 chỗ chưa đúng", None, None]
    assert store.read(attachments.why_refused, commune, first) is None


def test_loose_files_can_be_left_out(store: Store, commune: int, head: int) -> None:
    other = someone(store, commune, "bay")
    old, mine = add(store, commune, head), add(store, commune, head, now=later(hours=1))
    bound = add(store, commune, head, start(store, commune, head), now=later(hours=1))
    theirs = add(store, commune, other, now=later(hours=1))
    assert store.write(attachments.drop_loose, commune, head, later(hours=1)) == 1
    states = {n: store.read(attachments.get, commune, n).state for n in (old, mine, bound, theirs)}
    assert states == {old: "waiting", mine: "removed", bound: "waiting", theirs: "waiting"}
