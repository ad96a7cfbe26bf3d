"""Every function of storage, called once in a small commune: for tests of isolation, plans and work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from storage import (
    accounts,
    arrivals,
    attachments,
    audit,
    bots,
    closings,
    comments,
    communes,
    drafts,
    holding,
    invitations,
    links,
    messages,
    outbox,
    overrides,
    people,
    photos,
    previous,
    records,
    reports,
    schedules,
    spending,
    transfers,
    workbooks,
)
from storage.database import Tx
from storage.rows import Member
from tests.storage.house import BOT, DAY, HAMLETS, NOW, ORIGIN, later

MODULES = [
    arrivals,
    attachments,
    audit,
    closings,
    communes,
    drafts,
    invitations,
    messages,
    outbox,
    people,
    records,
]
MODULES += [reports, schedules, overrides, comments, workbooks, previous, links, photos]
MODULES += [accounts, bots, holding, spending, transfers]

Call = Callable[[Tx, int], Any]
PERIOD = (date(2024, 1, 1), DAY)
SHEET = 13  # the first spreadsheet of a commune of three people
FILE = ("photo", "file", "ảnh.jpg", "image/jpeg", 10)


def fill(tx: Tx, code: str, size: int = 3, first: int = 1) -> int:
    """A commune of which each table has rows. Numbers are the same in every commune, texts are not.

    Called again, with a higher ``first``, it adds to what is there.
    """
    bots.introduce(tx, BOT, "Mặt trận", None)
    hamlets = [hamlet._replace(name=f"{hamlet.name} {code}") for hamlet in HAMLETS]
    commune = communes.sync(tx, code, f"Xã {code}", hamlets, DAY)
    board = [Member(0, None, "thanh_vien", f"{code} {n}", n) for n in range(size)]
    for hamlet in (None, "1", "3"):
        communes.sync_roster(tx, commune, hamlet, board, DAY)
    for n in range(first, first + size):
        _person(tx, commune, code, n)
    for n in range(first - 1, first - 1 + size):
        _month(tx, commune, code, n)
    return commune


def _person(tx: Tx, commune: int, code: str, n: int) -> None:
    person = people.arrive(tx, commune, BOT, f"{code}-{n}", f"Người {code} {n}", NOW).person
    people.grant(tx, commune, person, "hamlet_head", "3", NOW)
    people.grant(tx, commune, person, "hamlet_deputy", "1", NOW)
    people.consent(tx, commune, person, NOW, "yes" if code == "a" else "no", "v1", code, ORIGIN)
    messages.make_offer(tx, BOT, f"{code}-{n}", NOW, {"1": code}, None, code)
    to = (f"Sáu {n}", None, None, NOW, later(days=7))
    invitations.issue(tx, commune, f"{code}-{n}", "hamlet_head", "3", *to)
    transfers.issue(tx, commune, f"{code}-{n}", person, BOT, f"{code}-{n}", NOW, later(minutes=30))
    for line in range(2):
        draft = drafts.start(tx, commune, person, "f", 1, "3", {"code": code}, NOW)
        answers = {"code": code, "line": line}
        number, _ = records.confirm(tx, commune, draft, line, "f", 1, "3", DAY, answers, person, ORIGIN, NOW)
        records.revise(tx, commune, number, answers, 1, DAY, "valid", person, ORIGIN, NOW)
        file = attachments.add(tx, commune, person, draft, None, BOT, code, *FILE, "album", NOW)
        attachments.to_record(tx, commune, draft, number)
        attachments.kept(tx, commune, file, code, code)
        attachments.not_taken(tx, commune, file, code)
    open_one = drafts.start(tx, commune, person, "f", 1, "3", {"code": code}, later(days=len(code)))
    attachments.add(tx, commune, person, open_one, None, BOT, code, *FILE, None, NOW)
    attachments.add(tx, commune, person, None, None, BOT, code, *FILE, None, NOW)


def _month(tx: Tx, commune: int, code: str, n: int) -> None:
    day = DAY - timedelta(days=n)
    closings.close(tx, commune, "3", f"{2024 - n}-12", "closed", 1, code, later(days=len(code)))
    schedules.put(tx, commune, f"reminder {n}", NOW, f'{{"code":"{code}"}}')
    reports.request(tx, commune, "nam", day, DAY, code, 1, BOT, f"{code}-1", NOW)
    reports.add_edition(tx, commune, "nam", day, DAY, code, 1, code, {"code": code}, code, code, code, NOW)
    overrides.put(tx, commune, "nam", day, DAY, code, n, "khac", code, 1, ORIGIN, NOW)
    previous.put(tx, commune, "nam", 2023 - n, "x", code, 1, ORIGIN, NOW)
    photos.choose(tx, commune, "nam", day, DAY, [n, len(code)], 1, ORIGIN, NOW)
    book = workbooks.add(tx, commune, 1, 1, "3", f"{code}-{n}", "offered", {"code": code}, NOW)
    workbooks.offered(tx, commune, book, 1)
    workbooks.store(tx, commune, book, NOW)
    workbooks.add(tx, commune, 1, 1, "3", f"{code}+{n}", "offered", {"code": code}, NOW)
    comments.circulate(tx, commune, n + 1, 1, day, [1], [code], NOW)
    comments.circulate(tx, commune, n + 1, 1, later(days=len(code) + n).date(), [1, 2], [code], NOW)
    comments.add(tx, commune, n + 1, 2, code, ORIGIN, NOW)
    audit.note(tx, commune, NOW, 1, code)
    for kind in ("document", "upload"):
        to = (kind, 1, BOT, f"{code}-1", f"{n}", code, code, code)
        links.issue(tx, commune, *to, 10, NOW, later(days=2))
    sheet = ("sheet", f"{code}-{n}", "a.xlsx", None, 10)
    old = later(days=-1)
    number = attachments.add(tx, commune, 1, None, None, BOT, code, *sheet, None, old)
    attachments.refused(tx, commune, number, code)
    outbox.put(tx, commune, BOT, f"{code}-1", 0, {"text": code}, NOW, dedupe=f"{n}")
    outbox.put(tx, commune, BOT, f"{code}-1", 0, {"text": code}, NOW)
    outbox.put(tx, commune, BOT, f"{code}-1", 2, {"text": code}, NOW, dedupe="moot")
    tx.run("UPDATE outbox SET state = 'unsure' WHERE commune = ? AND dedupe = ?", (commune, f"{n}"))


def code_of(tx: Tx, commune: int) -> str:
    row = tx.one("SELECT code FROM commune WHERE commune = ?", (commune,))
    assert row is not None
    return str(row[0])


def first_address(tx: Tx, commune: int) -> str:
    return f"{code_of(tx, commune)}-1"


def guest(tx: Tx, commune: int) -> str:
    """The address of somebody who has just written for the first time."""
    return people.arrive(tx, commune, BOT, f"guest-{commune}", "Khách", NOW).address


READS: dict[str, Call] = {
    "attachments.album_seen": lambda tx, c: attachments.album_seen(tx, c, 1, "album"),
    "attachments.by_address": lambda tx, c: attachments.by_address(tx, c, f"{code_of(tx, c)}-1"),
    "attachments.why_refused": lambda tx, c: attachments.why_refused(tx, c, SHEET),
    "attachments.why_not_taken": lambda tx, c: attachments.why_not_taken(tx, c, 1),
    "attachments.get": lambda tx, c: attachments.get(tx, c, 1),
    "attachments.in_period": lambda tx, c: attachments.in_period(tx, c, *PERIOD),
    "attachments.loose": lambda tx, c: attachments.loose(tx, c, 1, NOW),
    "attachments.of_draft": lambda tx, c: attachments.of_draft(tx, c, 1),
    "attachments.of_record": lambda tx, c: attachments.of_record(tx, c, 1),
    "audit.last": lambda tx, c: audit.last(tx, c, 2),
    "closings.of_month": lambda tx, c: closings.of_month(tx, c, "2024-12"),
    "closings.of_months": lambda tx, c: closings.of_months(tx, c, "2023-01", "2024-12"),
    "comments.asked": lambda tx, c: comments.asked(tx, c, 2),
    "comments.last_asked": lambda tx, c: comments.last_asked(tx, c, 1),
    "comments.of": lambda tx, c: comments.of(tx, c, 1),
    "comments.of_edition": lambda tx, c: comments.of_edition(tx, c, 1),
    "comments.unanswered": lambda tx, c: comments.unanswered(tx, c, DAY),
    "communes.hamlets": lambda tx, c: communes.hamlets(tx, c, DAY),
    "communes.roster": lambda tx, c: communes.roster(tx, c, None, DAY),
    "communes.rosters": lambda tx, c: communes.rosters(tx, c, DAY),
    "communes.seats": lambda tx, c: communes.seats(tx, c, "3"),
    "drafts.get": lambda tx, c: drafts.get(tx, c, 1),
    "drafts.last_open_at": lambda tx, c: drafts.last_open_at(tx, c, 1),
    "drafts.open_draft": lambda tx, c: drafts.open_draft(tx, c, 1),
    "drafts.parked": lambda tx, c: drafts.parked(tx, c, 1),
    "invitations.find": lambda tx, c: invitations.find(tx, c, "a-1"),
    "invitations.open_ones": lambda tx, c: invitations.open_ones(tx, c, NOW),
    "links.get": lambda tx, c: links.get(tx, c, 1),
    "outbox.known": lambda tx, c: outbox.known(tx, c, "moot"),
    "outbox.said": lambda tx, c: outbox.said(tx, c, "moot"),
    "outbox.state": lambda tx, c: outbox.state(tx, c, "moot"),
    "outbox.unsure": lambda tx, c: outbox.unsure(tx, c),
    "overrides.in_force": lambda tx, c: overrides.in_force(tx, c, "nam", DAY, DAY),
    "overrides.periods": lambda tx, c: overrides.periods(tx, c, "nam", DAY, DAY),
    "overrides.of_period": lambda tx, c: overrides.of_period(tx, c, "nam", DAY, DAY),
    "people.accounts": lambda tx, c: people.accounts(tx, c, 1),
    "people.addresses": lambda tx, c: people.addresses(tx, c, 1),
    "people.agreed": lambda tx, c: people.agreed(tx, c, 1, "v1") or code_of(tx, c),
    "people.holders": lambda tx, c: people.holders(tx, c, "hamlet_head", "3", "v1"),
    "people.last_consent": lambda tx, c: people.last_consent(tx, c, 1, "v1"),
    "people.members": lambda tx, c: people.members(tx, c, "v1"),
    "people.person": lambda tx, c: people.person(tx, c, 1, "v1"),
    "photos.chosen": lambda tx, c: photos.chosen(tx, c, "nam", DAY, DAY),
    "previous.of_year": lambda tx, c: previous.of_year(tx, c, "nam", 2023),
    "records.counts": lambda tx, c: records.counts(tx, c, *PERIOD),
    "records.get": lambda tx, c: records.get(tx, c, 1),
    "records.in_period": lambda tx, c: records.in_period(tx, c, *PERIOD),
    "records.known_since": lambda tx, c: records.known_since(tx, c),
    "records.last_of_person": lambda tx, c: records.last_of_person(tx, c, 1),
    "records.of_author": lambda tx, c: records.of_author(tx, c, 1, *PERIOD),
    "records.of_draft": lambda tx, c: records.of_draft(tx, c, 1),
    "records.of_hamlet": lambda tx, c: records.of_hamlet(tx, c, "3", *PERIOD),
    "records.revisions": lambda tx, c: records.revisions(tx, c, 1),
    "reports.by_path": lambda tx, c: reports.by_path(tx, c, code_of(tx, c)),
    "reports.draft": lambda tx, c: reports.draft(tx, c, "nam", DAY, DAY, 1),
    "reports.editions": lambda tx, c: reports.editions(tx, c, "nam", DAY, DAY),
    "reports.get": lambda tx, c: reports.get(tx, c, 1),
    "reports.last_before": lambda tx, c: reports.last_before(tx, c, "nam", DAY + timedelta(days=1)),
    "reports.last_edition": lambda tx, c: reports.last_edition(tx, c, "nam", DAY, DAY),
    "reports.newest": lambda tx, c: reports.newest(tx, c, "nam"),
    "reports.next_number": lambda tx, c: reports.next_number(tx, c, "nam", DAY, DAY),
    "reports.worked_on": lambda tx, c: reports.worked_on(tx, c, "nam", 2),
    "schedules.get": lambda tx, c: schedules.get(tx, c, "reminder 0"),
    "transfers.find": lambda tx, c: transfers.find(tx, c, f"{code_of(tx, c)}-1"),
    "workbooks.get": lambda tx, c: workbooks.get(tx, c, 1),
    "workbooks.stored": lambda tx, c: workbooks.stored(tx, c, f"{code_of(tx, c)}-0"),
}

WRITES: dict[str, Call] = {
    "attachments.add": lambda tx, c: attachments.add(tx, c, 1, 1, None, BOT, "x", *FILE, "album", NOW),
    "attachments.bind": lambda tx, c: attachments.bind(tx, c, [4], 1),
    "attachments.drop": lambda tx, c: attachments.drop(tx, c, 1),
    "attachments.drop_loose": lambda tx, c: attachments.drop_loose(tx, c, 1, NOW),
    "attachments.drop_of_record": lambda tx, c: attachments.drop_of_record(tx, c, 1),
    "attachments.kept": lambda tx, c: attachments.kept(tx, c, 3, "path", "sha"),
    "attachments.not_taken": lambda tx, c: attachments.not_taken(tx, c, 1, "x"),
    "attachments.postpone": lambda tx, c: attachments.postpone(tx, c, 3, later(hours=1)),
    "attachments.refused": lambda tx, c: attachments.refused(tx, c, 3, "x"),
    "attachments.to_record": lambda tx, c: attachments.to_record(tx, c, 3, 1),
    "audit.note": lambda tx, c: audit.note(tx, c, NOW, 1, "x"),
    "closings.close": lambda tx, c: closings.close(tx, c, "3", "2024-12", "nothing", 1, None, NOW),
    "comments.add": lambda tx, c: comments.add(tx, c, 1, 1, "x", ORIGIN, NOW),
    "comments.circulate": lambda tx, c: comments.circulate(tx, c, 1, 1, DAY, [1], [], NOW),
    "communes.sync": lambda tx, c: communes.sync(tx, code_of(tx, c), "Mới", HAMLETS[:2], DAY),
    "communes.sync_roster": lambda tx, c: communes.sync_roster(tx, c, "3", [], DAY),
    "drafts.end": lambda tx, c: drafts.end(tx, c, 3, "cancelled", NOW),
    "drafts.park": lambda tx, c: drafts.park(tx, c, 1, NOW),
    "drafts.resume": lambda tx, c: drafts.resume(tx, c, 1, NOW),
    "drafts.save": lambda tx, c: drafts.save(tx, c, 3, {"x": 1}, "1", 2, NOW),
    "drafts.start": lambda tx, c: drafts.start(tx, c, 1, "f", 1, "3", {}, NOW),
    "invitations.issue": lambda tx, c: invitations.issue(
        tx, c, "new", "hamlet_head", "3", "Sáu 1", None, None, NOW, later(days=7)
    ),
    "invitations.revoke": lambda tx, c: invitations.revoke(tx, c, 1, NOW),
    "invitations.use": lambda tx, c: invitations.use(tx, c, 1, 1, NOW),
    "links.issue": lambda tx, c: links.issue(
        tx, c, "document", 1, BOT, "a-1", "new", "x", None, "n", 10, NOW, later(days=2)
    ),
    "links.use": lambda tx, c: links.use(tx, c, 1, NOW),
    "links.withdraw": lambda tx, c: links.withdraw(tx, c, 1, NOW),
    "outbox.drop": lambda tx, c: outbox.drop(tx, c, "moot"),
    "outbox.redirect": lambda tx, c: outbox.redirect(tx, c, 1, "zalo:1", "x"),
    "outbox.put": lambda tx, c: outbox.put(tx, c, BOT, first_address(tx, c), 2, {}, NOW, dedupe="x"),
    "overrides.put": lambda tx, c: overrides.put(
        tx, c, "nam", DAY, DAY, "x", None, "khac", "x", 1, ORIGIN, NOW
    ),
    "arrivals.arrive": lambda tx, c: arrivals.arrive(tx, c, BOT, "stranger", "Người lạ", "v1", NOW),
    "people.refreshed": lambda tx, c: people.refreshed(
        tx, people.addresses(tx, c, 1)[0], False, "Tên mới", NOW
    ),
    "accounts.connect": lambda tx, c: accounts.connect(tx, c, 1, BOT, guest(tx, c)),
    "accounts.disconnect": lambda tx, c: accounts.disconnect(tx, c, BOT, first_address(tx, c), NOW),
    "people.stranger": lambda tx, c: people.stranger(tx, c, "Người lạ", NOW),
    "people.arrive": lambda tx, c: people.arrive(tx, c, BOT, "stranger", "Người lạ", NOW),
    "people.consent": lambda tx, c: people.consent(tx, c, 1, NOW, "withdrawn", "v1", "x", ORIGIN),
    "people.end_roles": lambda tx, c: people.end_roles(tx, c, 1, NOW),
    "people.grant": lambda tx, c: people.grant(tx, c, 1, "hamlet_head", "3", NOW),
    "people.mark_gone": lambda tx, c: people.mark_gone(tx, BOT, first_address(tx, c)),
    "people.move_account": lambda tx, c: people.move_account(tx, BOT, first_address(tx, c), "new"),
    "people.rename": lambda tx, c: people.rename(tx, c, 1, "Mới"),
    "people.set_address_form": lambda tx, c: people.set_address_form(tx, c, 1, "bà"),
    "photos.choose": lambda tx, c: photos.choose(tx, c, "nam", DAY, DAY, None, 1, ORIGIN, NOW),
    "records.confirm": lambda tx, c: records.confirm(tx, c, 1, 7, "f", 1, "3", DAY, {}, 1, ORIGIN, NOW),
    "records.revise": lambda tx, c: records.revise(
        tx, c, 1, {}, 1, PERIOD[0], "withdrawn", 1, ORIGIN, NOW, "x"
    ),
    "reports.add_edition": lambda tx, c: reports.add_edition(
        tx, c, "nam", DAY, DAY, "x", 2, "x", {}, "x", "x", "x", NOW
    ),
    "reports.fail_request": lambda tx, c: reports.fail_request(tx, c, 1, "x", NOW),
    "reports.finish": lambda tx, c: reports.finish(tx, c, 1, 1, NOW),
    "reports.request": lambda tx, c: reports.request(tx, c, "nam", *PERIOD, "x", None, None, None, NOW),
    "schedules.advance": lambda tx, c: schedules.advance(tx, c, "reminder 0", later(days=1), NOW),
    "transfers.issue": lambda tx, c: transfers.issue(tx, c, "new", 1, BOT, "x", NOW, later(minutes=30)),
    "transfers.use": lambda tx, c: transfers.use(tx, c, 1, NOW),
    "transfers.withdraw": lambda tx, c: transfers.withdraw(tx, c, 1, NOW),
    "schedules.put": lambda tx, c: schedules.put(tx, c, "reminder 0", later(days=2), "{}"),
    "previous.put": lambda tx, c: previous.put(tx, c, "nam", 2023, "x", 1, 1, ORIGIN, NOW),
    "workbooks.add": lambda tx, c: workbooks.add(tx, c, 1, 1, "3", "x", "offered", {}, NOW),
    "workbooks.offered": lambda tx, c: workbooks.offered(tx, c, 2, 1),
    "workbooks.store": lambda tx, c: workbooks.store(tx, c, 2, NOW),
}

# What belongs to a bot, or looks at all communes because a job works for all of them.
WIDE: dict[str, Call] = {
    "attachments.sheets_ready": lambda tx, c: attachments.sheets_ready(tx),
    "attachments.unread": lambda tx, c: attachments.unread(tx, BOT, "a"),
    "attachments.due": lambda tx, c: attachments.due(tx, NOW, 10),
    "communes.another": lambda tx, c: communes.another(tx, "a"),
    "communes.find": lambda tx, c: communes.find(tx, "a"),
    "invitations.clear_failures": lambda tx, c: invitations.clear_failures(tx, BOT, "a-1"),
    "invitations.fail": lambda tx, c: invitations.fail(tx, BOT, "a-1", NOW, 5, timedelta(hours=1)),
    "invitations.failures": lambda tx, c: invitations.failures(tx, BOT, "a-1", NOW),
    "messages.fail": lambda tx, c: messages.fail(tx, BOT, "x", "x", NOW, "x", "x"),
    "messages.failed": lambda tx, c: messages.failed(tx, 10),
    "messages.keep": lambda tx, c: messages.keep(tx, BOT, "x", "x", NOW, "x"),
    "messages.left": lambda tx, c: messages.left(tx),
    "messages.make_offer": lambda tx, c: messages.make_offer(tx, BOT, "a-1", NOW, {}, None, "x"),
    "messages.offer": lambda tx, c: messages.offer(tx, BOT, "a-1"),
    "messages.seen": lambda tx, c: messages.seen(tx, BOT, "x", "x", NOW),
    "messages.waiting": lambda tx, c: messages.waiting(tx, BOT),
    "bots.introduce": lambda tx, c: bots.introduce(tx, BOT, "Mặt trận", "https://t.me/matran_bot"),
    "bots.serve": lambda tx, c: bots.serve(tx, [(BOT, 50, 3000), ("zalo:2", None, None)]),
    "bots.served": lambda tx, c: bots.served(tx, NOW),
    "holding.surplus": lambda tx, c: holding.surplus(tx, BOT, 1, NOW),
    "holding.hold": lambda tx, c: holding.hold(tx, BOT, 1, NOW),
    "holding.held": lambda tx, c: holding.held(tx, BOT, 2),
    "holding.release": lambda tx, c: holding.release(tx, BOT, 2),
    "holding.give_up": lambda tx, c: holding.give_up(tx, BOT, 2),
    "holding.drop_stale": lambda tx, c: holding.drop_stale(tx, BOT, NOW),
    "spending.of_month": lambda tx, c: spending.of_month(tx, BOT, "2024-12"),
    "spending.add": lambda tx, c: spending.add(tx, BOT, "2024-12", 1),
    "spending.exhaust": lambda tx, c: spending.exhaust(tx, BOT, "2024-12", NOW, later(hours=1)),
    "spending.recover": lambda tx, c: spending.recover(tx, BOT, "2024-12"),
    "people.account": lambda tx, c: people.account(tx, BOT, "a-1"),
    "reports.open_requests": lambda tx, c: reports.open_requests(tx),
    "schedules.due": lambda tx, c: schedules.due(tx, NOW),
}
