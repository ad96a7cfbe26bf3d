"""A bot's month: counts what it sends, keeps back what the month no longer holds, tells the committee.

For bots whose platform grants so many messages a month; `templates.quota` has the rules. All of it is rows:
a program that is started anew goes on where it was. Counted is what left, also where it may not have arrived.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.context import House, unit_of
from bot.messages import ANSWER, DOCUMENT, REMINDER, Exhausted, Moved, Outgoing, Result, Sent
from storage import audit, bots, holding, outbox, people, spending
from storage.database import Tx
from storage.rows import Account, OutboxRow, Person, Spending
from templates import periods, quota, style
from templates.commune import HANOI

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a message whose sending ``began`` at that moment."""

    row: OutboxRow
    result: Result
    began: datetime


@dataclass(frozen=True, slots=True)
class Allowance:
    """What may go at one look. ``waits``: the platform has said no, and is not asked again yet."""

    month: quota.Month
    waits: bool = False
    surplus: bool = False  # something waits that the month no longer holds

    def choose(self, due: Iterable[OutboxRow], under_way: int) -> list[OutboxRow]:
        """Those of ``due`` that may go beside so many that are not settled yet."""
        if self.month.exhausted:  # one answer asks for all
            asks = not self.waits and under_way == 0
            return [row for row in due if row.class_ == ANSWER][:1] if asks else []
        chosen: list[OutboxRow] = []
        for row in due:
            ahead = replace(self.month, sent=self.month.sent + under_way + len(chosen))
            if row.class_ <= ahead.highest:
                chosen.append(row)
        return chosen


class Meter:
    """The month of ``bot``, to which its platform grants ``granted`` messages."""

    def __init__(self, house: House, bot: str, granted: int) -> None:
        self.bot, self._house, self._granted = bot, house, granted
        self._month: str | None = None  # the last one that was begun, and stored

    def begins(self, now: datetime) -> bool:
        """Whether this is the first look of the program, or of a month."""
        return self._month != quota.month_of(now)

    def begin(self, tx: Tx, now: datetime) -> None:
        """A month begins, or the program does: what was kept back may go, where there is room now."""
        month = quota.month_of(now)
        if spending.of_month(tx, self.bot, month) is None:
            before = spending.of_month(tx, self.bot, periods.previous_month(month))
            spending.add(tx, self.bot, month, 0)
            holding.give_up(tx, self.bot, REMINDER)
            if before is not None and before.exhausted_at is not None:
                holding.drop_stale(tx, self.bot, now - quota.STALE)
        self._release(tx, now)

    def begun(self, now: datetime) -> None:
        """What `begin` did at that moment is stored."""
        self._month = quota.month_of(now)

    def look(self, tx: Tx, now: datetime) -> Allowance:
        """What may go now."""
        spent = self._spent(tx, now)
        month = self._as_month(spent)
        surplus = month.highest < REMINDER and holding.surplus(tx, self.bot, month.highest, now)
        return Allowance(month, spent.retry_at is not None and now < spent.retry_at, surplus)

    def hold(self, tx: Tx, now: datetime) -> None:
        """Keeps back what the month no longer holds; says who waits for it, and whom nobody reminds."""
        month = self._as_month(self._spent(tx, now))
        rows = holding.hold(tx, self.bot, month.highest, now)
        ours = [row for row in rows if row.commune == self._house.number]
        self._tell_whom_to_call(tx, [row for row in ours if row.class_ == REMINDER], now)
        if not month.exhausted:
            self._tell_to_wait(tx, [row for row in ours if row.class_ == DOCUMENT], now)

    def settle(self, tx: Tx, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Counts what left in the month in which it did, and hears what the platform says of this one."""
        before = self._spent(tx, now)
        for outcome in outcomes:
            if messages := _messages(outcome.result):
                spending.add(tx, self.bot, quota.month_of(outcome.began), messages)
        # What was under way when the platform said no, or when the month began, says nothing new.
        since = before.retry_at or quota.begins(quota.month_of(now))
        asked = [outcome for outcome in outcomes if outcome.began >= since]
        if before.exhausted_at is not None and any(isinstance(o.result, Sent) for o in asked):
            self._recover(tx, now)
        elif refused := [o.result.reason for o in asked if isinstance(o.result, Exhausted)]:
            self._exhaust(tx, before, refused[0], now)
        if self._as_month(self._spent(tx, now)).warned and not self._as_month(before).warned:
            self._warn(tx, now)

    # What is known of the month

    def _spent(self, tx: Tx, now: datetime) -> Spending:
        return spending.of_month(tx, self.bot, quota.month_of(now)) or Spending()

    def _as_month(self, spent: Spending) -> quota.Month:
        return quota.Month(self._granted, spent.messages, spent.exhausted_at is not None)

    def _exhaust(self, tx: Tx, before: Spending, reason: str, now: datetime) -> None:
        retry_at = quota.retry_at(now, before.setbacks)
        spending.exhaust(tx, self.bot, quota.month_of(now), now, retry_at)
        self.hold(tx, now)
        if before.exhausted_at is None:
            audit.note(tx, self._house.number, now, None, "exhausted", self.bot, {"reason": reason})
            told = self._tell_committee(tx, "quota.exhausted", now, day=_next_month_day(now))
            _LOG.error(self._house.wording.say("sender.exhausted", kenh=self.bot, da_bao=told))

    def _recover(self, tx: Tx, now: datetime) -> None:
        spending.recover(tx, self.bot, quota.month_of(now))
        audit.note(tx, self._house.number, now, None, "exhausted_no_more", self.bot)
        holding.drop_stale(tx, self.bot, now - quota.STALE)
        self._release(tx, now)

    def _release(self, tx: Tx, now: datetime) -> None:
        if self._as_month(self._spent(tx, now)).highest >= DOCUMENT:
            holding.release(tx, self.bot, DOCUMENT)

    # What people are told. In the class of answers: there is little of it, and it is what matters now.

    def _warn(self, tx: Tx, now: datetime) -> None:
        month = self._as_month(self._spent(tx, now))
        self._tell_committee(
            tx, "quota.warning", now, sent=month.sent, granted=month.granted,
            reminders=month.share(quota.REMINDERS_UNTIL), documents=month.share(quota.DOCUMENTS_UNTIL),
        )  # fmt: skip

    def _tell_committee(self, tx: Tx, key: str, now: datetime, **values: object) -> int:
        """Once a month to each who can be reached, by another channel where there is one; how many."""
        month, told = quota.month_of(now), 0
        for person in people.holders(
            tx, self._house.number, "standing_committee", purpose=self._house.purpose
        ):
            text = self._say(tx, person, key, now, **values)
            dedupe = f"{key}:{self.bot}:{month}:{person.person}"
            told += self._write(tx, self._way_to(tx, person, now), text, now, dedupe)
        return told

    def _tell_whom_to_call(self, tx: Tx, rows: Sequence[OutboxRow], now: datetime) -> None:
        who = to_call(tx, self._house, rows)
        if not who:
            return
        audit.note(tx, self._house.number, now, None, "held", self.bot, {"call": who})
        members = people.members(tx, self._house.number, self._house.purpose)
        for person in filter(_seated, members):
            text = self._say(tx, person, "quota.call", now, who=who)
            self._write(tx, self._way_to(tx, person, now), text, now)

    def _tell_to_wait(self, tx: Tx, rows: Sequence[OutboxRow], now: datetime) -> None:
        for address in dict.fromkeys(row.address for row in rows):
            account = people.account(tx, self.bot, address)
            if account is not None:
                person = people.person(tx, account.commune, account.person, self._house.purpose)
                text = self._say(tx, person, "quota.wait", now, day=_next_month_day(now))
                self._write(tx, account, text, now, f"quota.wait:{self.bot}:{address}:{quota.month_of(now)}")

    def _write(self, tx: Tx, to: Account | None, text: str, now: datetime, dedupe: str | None = None) -> bool:
        if to is None:
            return False
        body = Outgoing(text, keep_keyboard=True).as_json()
        number = outbox.put(tx, self._house.number, to.bot, to.address, ANSWER, body, now, dedupe=dedupe)
        return number is not None

    def _way_to(self, tx: Tx, person: Person, now: datetime) -> Account | None:
        """An account of the person that can be written to, of another bot where there is one."""
        accounts = people.addresses(tx, self._house.number, person.person, self._house.purpose)
        for account in sorted(accounts, key=lambda account: account.bot == self.bot):
            spent = spending.of_month(tx, account.bot, quota.month_of(now))
            if spent is None or spent.exhausted_at is None:
                return account
        return None

    def _say(self, tx: Tx, person: Person, key: str, now: datetime, **values: object) -> str:
        named = next((b.name for b in bots.served(tx, now) if b.bot == self.bot), None) or self.bot
        month = style.month(quota.month_of(now))
        return self._house.voice(person.address_form).say(key, name=named, month=month, **values)


def to_call(tx: Tx, house: House, rows: Sequence[OutboxRow]) -> str:
    """Whom these reminders were for: "ấp 3 (chú Trần Văn Sáu), ấp 4 (…)"; the committee needs no call."""
    members = {p.person: p for p in people.members(tx, house.number, house.purpose)}
    known = (people.account(tx, row.bot, row.address) for row in rows if row.commune == house.number)
    numbers = dict.fromkeys(account.person for account in known if account is not None)
    persons = [members[n] for n in numbers if n in members and not _seated(members[n])]
    return ", ".join(_called(tx, house, person) for person in persons)


def _called(tx: Tx, house: House, person: Person) -> str:
    """ "ấp 3 (chú Trần Văn Sáu)"; who answers for no hamlet by name."""
    name = " ".join(filter(None, (person.address_form, person.name)))
    codes = dict.fromkeys(role.hamlet for role in person.roles if role.hamlet is not None)
    hamlets = ", ".join(unit_of(tx, house, code) for code in codes)
    return f"{hamlets} ({name})" if hamlets else name


def _seated(person: Person) -> bool:
    return any(role.kind == "standing_committee" for role in person.roles)


def _messages(result: Result) -> int:
    """How many messages left, as far as one knows."""
    return 0 if isinstance(result, Moved) else result.parts


def _next_month_day(now: datetime) -> str:
    """The first day of the next month: "01/12"."""
    return f"{quota.begins(periods.next_month(quota.month_of(now))).astimezone(HANOI):%d/%m}"
