"""People who talk with a desk on a real database, and what is queued for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.intake import Desk
from bot.messages import Handled, Incoming, Outgoing
from storage.database import Database, Tx
from storage.encoding import from_json
from templates.commune import HANOI
from tests.transcripts.cast import CAST, Setting, join

T = TypeVar("T")
BOT = "terminal"
START = datetime(2024, 12, 8, 10, 5, tzinfo=HANOI).astimezone(UTC)


@dataclass
class Talk:
    """A commune's desk. ``says`` hands in a message and returns the answers that it queued."""

    db: Database
    setting: Setting = field(default_factory=Setting)
    now: datetime = START
    _messages: int = 0
    _read: int = 0

    def __post_init__(self) -> None:
        self.number = self.write(lambda tx: self.setting.settle(tx, self.now.astimezone(HANOI).date()))
        self.house = self.setting.house(self.db, self.number)
        self.desk = Desk(self.db, self.house, lambda: self.now)

    def write(self, function: Callable[[Tx], T]) -> T:
        return asyncio.run(self.db.write(function))

    def read(self, function: Callable[[Tx], T]) -> T:
        return asyncio.run(self.db.read(function))

    def join(self, *names: str) -> Talk:
        """Lets people of the cast in; their address is their name."""
        for name in names:
            self.write(lambda tx, name=name: join(tx, self.house, CAST[name], BOT, name, self.now))  # type: ignore[misc]
        return self

    def hands_in(self, name: str, text: str | None, **more: Any) -> Handled:
        self._messages += 1
        self.now += timedelta(seconds=1)
        usual: dict[str, Any] = {"bot": BOT, "chat": name, "message": str(self._messages), "sender": name}
        return asyncio.run(self.desk.handle(Incoming(**usual | {"sent_at": self.now, "text": text} | more)))

    def says(self, name: str, text: str | None, **more: Any) -> list[str]:
        """The texts queued by the message, for whomever."""
        self.hands_in(name, text, **more)
        return [outgoing.text for _, outgoing in self.queued()]

    def says_all(self, name: str, *texts: str) -> str:
        """The last answer after several messages."""
        return [self.says(name, text) for text in texts][-1][-1]

    def queued(self) -> list[tuple[str, Outgoing]]:
        """What was queued since the last look: (address, message)."""
        rows = self.read(lambda tx: tx.all("SELECT outbox, address, body FROM outbox ORDER BY outbox"))
        new = [row for row in rows if row[0] > self._read]
        self._read = max([self._read, *(row[0] for row in rows)])
        return [(address, Outgoing.from_json(from_json(body))) for _, address, body in new]

    def count(self, table: str) -> int:
        row = self.read(lambda tx: tx.one(f"SELECT count(*) FROM {table}"))
        assert row is not None
        return int(row[0])

    def state(self) -> dict[str, int]:
        """How many rows of what must not change by itself."""
        tables = ("draft", "record", "revision", "closing", "role", "consent", "invitation", "attachment")
        return {table: self.count(table) for table in tables}
