"""The fund book: what each fund received, who holds it, what became of it, and what does not match. Pure.

Money has a way: donor → hamlet head, who holds it → commune (receipt) → spent or passed up. A fund's total is
what the commune received directly and, for each hamlet, the larger of what its donations come to and what the
commune receipted from it: until there is a receipt, the head holds the money. Funds never mix; goods are
listed, not counted as money. Amounts are integers in đồng.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

from templates import fund_names, style
from templates.fund_names import plain as plain

DONATION, HANDOVER, RECEIPT, SPENDING, PASSED_UP = (
    "ung_ho",
    "nop_tien",
    "phieu_thu",
    "chi_quy",
    "chuyen_cap_tren",
)
FLOWS: Mapping[str, tuple[str, ...]] = {  # the records that each flow comes from
    "received": (DONATION, RECEIPT),
    "spent": (SPENDING,),
    "passed_up": (PASSED_UP,),
}
GOODS = "hien_vat"  # goods have a form of their own, and were a donation's answer before
FORMS = (DONATION, GOODS, HANDOVER, RECEIPT, SPENDING, PASSED_UP)
AMOUNT, MONEY, FROM_HAMLET = "so_tien", "tien", "ap"
_SAME_GIFT = timedelta(days=31)  # a donation and its receipt at the commune are written at most so far apart


class FundRow(Protocol):
    """A valid record, as its revision in force says it; ``hamlet`` None is the commune's own."""

    @property
    def record(self) -> int: ...
    @property
    def form(self) -> str: ...
    @property
    def hamlet(self) -> str | None: ...
    @property
    def day(self) -> date: ...
    @property
    def answers(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Share:
    """A hamlet's part of one fund, since always: what was donated there, handed over, and receipted."""

    hamlet: str
    donated: int = 0
    handed: int = 0
    receipted: int = 0

    @property
    def total(self) -> int:
        return max(self.donated, self.receipted)

    @property
    def held(self) -> int:
        """What the head answers for: all without a receipt."""
        return self.total - self.receipted

    @property
    def pending(self) -> int:
        """What of it the head says to have handed over already."""
        return min(max(self.handed - self.receipted, 0), self.held)

    @property
    def in_hand(self) -> int:
        """What can still be handed over."""
        return self.held - self.pending


@dataclass(frozen=True, slots=True)
class Fund:
    """One fund up to a day. With ``before``, its state when the period began, the flows are the period's.

    Always: opening + received = held + left + spent + passed_up.
    """

    name: str
    shares: tuple[Share, ...] = ()  # by hamlet code
    direct: int = 0  # received by the commune itself, since always
    spent_ever: int = 0
    passed_up_ever: int = 0
    goods: tuple[int, ...] = ()  # records of donations in kind, of the period
    before: Fund | None = None

    @property
    def received_ever(self) -> int:
        return self.direct + sum(share.total for share in self.shares)

    @property
    def held(self) -> int:
        """What the heads hold."""
        return sum(share.held for share in self.shares)

    @property
    def left(self) -> int:
        """What is left at the commune; below zero where more went out than came in."""
        in_ = self.direct + sum(share.receipted for share in self.shares)
        return in_ - self.spent_ever - self.passed_up_ever

    @property
    def opening(self) -> int:
        """What was there when the period began, held or left."""
        return self.before.held + self.before.left if self.before else 0

    @property
    def received(self) -> int:
        return self.received_ever - (self.before.received_ever if self.before else 0)

    @property
    def spent(self) -> int:
        return self.spent_ever - (self.before.spent_ever if self.before else 0)

    @property
    def passed_up(self) -> int:
        return self.passed_up_ever - (self.before.passed_up_ever if self.before else 0)

    def flow(self, name: str) -> dict[str, int]:
        """ "received", "spent" or "passed_up" of the period by hamlet code, "xa" for the commune itself."""
        if name != "received":
            return {"xa": self.spent if name == "spent" else self.passed_up}
        before = self.before or Fund(self.name)
        own = {"xa": self.direct - before.direct}
        return own | {share.hamlet: share.total - before.share(share.hamlet).total for share in self.shares}

    @property
    def moved(self) -> bool:
        """Whether there is anything to say of it."""
        return any(
            (self.opening, self.received, self.spent, self.passed_up, self.held, self.left, self.goods)
        )

    def share(self, hamlet: str) -> Share:
        return next((share for share in self.shares if share.hamlet == hamlet), Share(hamlet))


def book(rows: Iterable[FundRow], since: date | None = None, until: date | None = None) -> dict[str, Fund]:
    """Every fund that a record names, by its key (`templates.fund_names`).

    ``rows`` may be of any day and in any order.
    With ``since`` the flows are those from that day on; what was there before is each fund's opening.
    """
    known = [row for row in rows if until is None or row.day <= until]
    funds = _cumulated(known)
    if since is None:
        return funds
    before = _cumulated([row for row in known if row.day < since])
    late = {row.record for row in known if row.day >= since}
    return {
        name: Fund(
            name,
            fund.shares,
            fund.direct,
            fund.spent_ever,
            fund.passed_up_ever,
            tuple(record for record in fund.goods if record in late),
            before.get(name, Fund(name)),
        )
        for name, fund in funds.items()
    }


@dataclass(slots=True)
class _Entries:
    """The records of one fund, by what they are."""

    donations: list[FundRow] = field(default_factory=list)
    handovers: list[FundRow] = field(default_factory=list)
    receipts: list[FundRow] = field(default_factory=list)
    goods: list[FundRow] = field(default_factory=list)
    spent: int = 0
    passed_up: int = 0

    def add(self, row: FundRow) -> None:
        if row.form == DONATION:
            (self.donations if _is_money(row) else self.goods).append(row)
        elif row.form == GOODS:
            self.goods.append(row)
        elif row.form == HANDOVER:
            self.handovers.append(row)
        elif row.form == RECEIPT:
            self.receipts.append(row)
        elif row.form == SPENDING:
            self.spent += amount(row)
        elif row.form == PASSED_UP:
            self.passed_up += amount(row)


def _sorted(rows: Iterable[FundRow]) -> dict[str, _Entries]:
    """The rows by fund, oldest first."""
    funds: dict[str, _Entries] = defaultdict(_Entries)
    for row in sorted(rows, key=lambda r: (r.day, r.record)):
        name = fund_names.key(row.answers)
        if row.form in FORMS and name is not None:
            funds[name].add(row)
    return dict(funds)


def _cumulated(rows: Iterable[FundRow]) -> dict[str, Fund]:
    return {
        name: Fund(
            name,
            _shares(entries),
            _direct(entries),
            entries.spent,
            entries.passed_up,
            tuple(row.record for row in entries.goods),
        )
        for name, entries in _sorted(rows).items()
    }


def _shares(entries: _Entries) -> tuple[Share, ...]:
    donated = _by_hamlet(entries.donations)
    handed = _by_hamlet(entries.handovers)
    receipted = _by_hamlet(entries.receipts)
    codes = sorted(donated.keys() | handed.keys() | receipted.keys())
    return tuple(Share(code, donated[code], handed[code], receipted[code]) for code in codes)


def _by_hamlet(rows: Iterable[FundRow]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in rows:
        if (code := hamlet_of(row)) is not None:
            sums[code] += amount(row)
    return sums


def hamlet_of(row: FundRow) -> str | None:
    """The hamlet that money came from; None for what the commune received directly."""
    if row.form != RECEIPT:
        return row.hamlet
    code = row.answers.get(FROM_HAMLET)
    return str(code) if code else None


def amount(row: FundRow) -> int:
    return money(row.answers)


def money(answers: Mapping[str, Any]) -> int:
    """The money of a record in đồng; none is 0. A marked answer ("khoảng") counts as its number."""
    said = answers.get(AMOUNT)
    if isinstance(said, Mapping):
        said = said.get("value")
    return said if isinstance(said, int) else 0


def _is_money(row: FundRow) -> bool:
    return bool(row.answers.get("hinh_thuc", MONEY) == MONEY)


def _direct(entries: _Entries) -> int:
    """What the commune received itself: its own donations and its receipts to donors, a gift in both once."""
    donations = [row for row in entries.donations if row.hamlet is None]
    receipts = [row for row in entries.receipts if hamlet_of(row) is None]
    twice = sum(amount(receipt) for _, receipt in _told_twice(donations, receipts))
    return sum(map(amount, donations)) + sum(map(amount, receipts)) - twice


def _told_twice(donations: Sequence[FundRow], receipts: Sequence[FundRow]) -> list[tuple[FundRow, FundRow]]:
    """Pairs of the same donor and amount within a month, each row in one pair; both lists oldest first."""
    waiting: dict[tuple[str, int], list[FundRow]] = defaultdict(list)
    for donation in donations:
        waiting[_gift(donation, "nguoi_ung_ho")].append(donation)
    pairs = []
    for receipt in receipts:
        queue = waiting.get(_gift(receipt, "nguoi_nop"), [])
        while queue and queue[0].day < receipt.day - _SAME_GIFT:
            queue.pop(0)
        if queue and queue[0].day <= receipt.day + _SAME_GIFT:
            pairs.append((queue.pop(0), receipt))
    return pairs


def _gift(row: FundRow, donor: str) -> tuple[str, int]:
    return plain(str(row.answers.get(donor, ""))), amount(row)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Something that people have to settle; ``kind`` chooses the sentence (funds.mismatch.…).

    - unreceipted: a hamlet's handover without a receipt; unhanded: a receipt without a handover
    - differs: both are there, of other amounts
    - beyond: a hamlet handed over more than was donated there
    - twice: a receipt to a donor whom a hamlet reported too (``donor``, ``records``)
    - overdrawn: more was spent and passed up than the commune had received
    """

    kind: str
    fund: str
    hamlet: str | None = None
    handed: int = 0
    receipted: int = 0
    donated: int = 0
    donor: str = ""
    records: tuple[int, ...] = ()


def mismatches(rows: Iterable[FundRow], until: date | None = None) -> list[Mismatch]:
    """What does not match, of days up to ``until``, by fund and hamlet; the same in whatever order they come.

    A receipt written after ``until`` still settles the handover that it is for.
    """
    every = list(rows)
    found = []
    for name, entries in sorted(_sorted(every).items()):
        found += _between(name, entries, until)
        found += _reported_twice(name, entries, until)
    for name, fund in sorted(book(every, until=until).items()):
        if fund.left < 0:
            out = fund.spent_ever + fund.passed_up_ever
            found.append(Mismatch("overdrawn", name, handed=out, receipted=out + fund.left))
    return sorted(found, key=lambda one: (one.fund, one.hamlet or "", one.kind, one.records))


def _between(fund: str, entries: _Entries, until: date | None) -> list[Mismatch]:
    """Handovers against receipts, hamlet by hamlet: equal amounts match, and so do equal sums of the rest."""
    found = []
    donated = _by_hamlet(entries.donations)
    for code in sorted({c for row in (*entries.handovers, *entries.receipts) if (c := hamlet_of(row))}):
        handed, receipted = _unmatched(
            [row for row in entries.handovers if row.hamlet == code],
            [row for row in entries.receipts if hamlet_of(row) == code],
        )
        here = [row for row in (*handed, *receipted) if until is None or row.day <= until]
        sums = sum(map(amount, handed)), sum(map(amount, receipted))
        if here and sums[0] != sums[1]:
            kind = "differs" if all(sums) else "unreceipted" if sums[0] else "unhanded"
            records = tuple(sorted(row.record for row in (*handed, *receipted)))
            found.append(Mismatch(kind, fund, code, *sums, donated[code], records=records))
        over = [
            row for row in entries.handovers if row.hamlet == code and (until is None or row.day <= until)
        ]
        if (all_handed := sum(map(amount, over))) > donated[code]:
            records = tuple(sorted(row.record for row in over))
            found.append(Mismatch("beyond", fund, code, all_handed, donated=donated[code], records=records))
    return found


def _unmatched(
    handovers: Sequence[FundRow], receipts: Sequence[FundRow]
) -> tuple[list[FundRow], list[FundRow]]:
    """The rows on either side that have none of the same amount on the other."""
    open_receipts = list(receipts)
    left = []
    for handover in handovers:
        same = next((r for r in open_receipts if amount(r) == amount(handover)), None)
        if same is None:
            left.append(handover)
        else:
            open_receipts.remove(same)
    return left, open_receipts


def _reported_twice(fund: str, entries: _Entries, until: date | None) -> list[Mismatch]:
    """Receipts to donors of whom a hamlet says the same: perhaps one gift, which only people can know."""
    donations = [row for row in entries.donations if row.hamlet is not None]
    receipts = [row for row in entries.receipts if hamlet_of(row) is None]
    return [
        Mismatch(
            "twice",
            fund,
            donation.hamlet,
            donated=amount(donation),
            donor=str(receipt.answers.get("nguoi_nop", "")),
            records=(donation.record, receipt.record),
        )
        for donation, receipt in _told_twice(donations, receipts)
        if until is None or min(donation.day, receipt.day) <= until
    ]


@dataclass(frozen=True, slots=True)
class Due:
    """A handover that wants a receipt, and for how much: all of it, or what its receipts have left."""

    row: FundRow
    amount: int

    @property
    def partly(self) -> bool:
        return self.amount < amount(self.row)


def unreceipted(rows: Iterable[FundRow]) -> list[Due]:
    """The handovers that want a receipt, oldest first. Receipts of other amounts go to the oldest of them."""
    found: list[Due] = []
    for entries in _sorted(rows).values():
        for code in {row.hamlet for row in entries.handovers}:
            handed, receipts = _unmatched(
                [row for row in entries.handovers if row.hamlet == code],
                [row for row in entries.receipts if hamlet_of(row) == code],
            )
            found += _left_of(handed, sum(map(amount, receipts)))
    return sorted(found, key=lambda due: (due.row.day, due.row.record))


def _left_of(handovers: Sequence[FundRow], receipted: int) -> Iterable[Due]:
    for row in handovers:
        covered = min(amount(row), receipted)
        receipted -= covered
        if covered < amount(row):
            yield Due(row, amount(row) - covered)


def unhanded(rows: Iterable[FundRow], hamlet: str, fund: str) -> list[int]:
    """The amounts of the receipts for which the hamlet has recorded no handover."""
    entries = _sorted(rows).get(fund, _Entries())
    handovers = [row for row in entries.handovers if row.hamlet == hamlet]
    receipts = [row for row in entries.receipts if hamlet_of(row) == hamlet]
    return list(map(amount, _unmatched(handovers, receipts)[1]))


Say = Callable[..., str]
"""A sentence by key with the words for units filled in: `templates.wording.Voice.say`."""


def sentence(one: Mismatch, say: Say, funds: Mapping[str, str], units: Mapping[str, str]) -> str:
    """A mismatch for people. ``funds`` are labels by fund, ``units`` hamlets within a sentence ("ấp 2")."""
    bare = (one.kind == "beyond" and not one.donated) or (one.kind == "overdrawn" and not one.receipted)
    return say(
        f"funds.mismatch.{one.kind}{'_nothing' if bare else ''}",
        fund=style.capitalised(funds.get(one.fund, one.fund)),
        unit=units.get(one.hamlet or "", one.hamlet or ""),
        handed=style.money(one.handed),
        receipted=style.money(one.receipted),
        donated=style.money(one.donated),
        donor=one.donor,
        record=one.records[0] if one.records else "",
    )
