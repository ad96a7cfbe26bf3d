"""The stage: a channel on which the script's people write, and that remembers what each has received."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from bot.channels.terminal import BOT
from bot.demo import pictures
from bot.demo.script import Expects, Line, Moves, Says
from bot.messages import (
    FileGone,
    FileRef,
    Handled,
    Identity,
    Incoming,
    Intake,
    Limits,
    Outgoing,
    Pace,
    Result,
    Sent,
)

_BETWEEN_MESSAGES = timedelta(seconds=20)
_CODE = re.compile(r"Gõ mã: (\w{4} \w{4})")
_RECEIPT = re.compile(r"phiếu số (\d+)")
# What the script cannot know: the code of the last invitation that anybody was handed, and the number of the
# record that the speaker, or "{phiếu sau}" somebody else, was last told.
CODE, _RECORD = "{mã}", re.compile(r"\{phiếu(?: ([a-z]+))?\}")


class DemoBroken(Exception):
    """The program did not answer as the script says that it does: ``demo.broken.<key>`` with its values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key, values)
        self.key, self.values = key, values


@dataclass(slots=True)
class Clock:
    """The time of the year that is played; it only moves when told to."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment


@dataclass(frozen=True, slots=True)
class Heard:
    """One message that passed: ``said`` by the person, or received."""

    at: datetime
    who: str
    text: str
    said: bool


@dataclass(slots=True)
class Stage:
    """Plays ``lines``. ``move`` takes the house to a moment, with all that falls due on the way; ``settled``
    returns once every answer and report is out; ``on_line`` hears of each line that is played."""

    lines: Sequence[Line]
    folder: Path
    clock: Clock
    move: Callable[[datetime], Awaitable[None]]
    settled: Callable[[], Awaitable[None]]
    on_line: Callable[[Line], None]
    code: str  # of the first invitation
    heard: list[Heard] = field(default_factory=list)
    bot: str = BOT  # the accounts of the sample go on in `matran chat --as`
    pace: Pace = field(default_factory=Pace)
    limits: Limits = field(default_factory=Limits)
    _told: dict[str, str] = field(default_factory=dict)  # by address: the record that was last spoken of
    _moved: int = 0  # where in ``heard`` the present moment begins, and the last message said
    _asked: int = 0

    async def run(self, intake: Intake) -> None:
        """Plays every line; raises DemoBroken."""
        await self.settled()
        for line in self.lines:
            self.on_line(line)
            match line:
                case Moves(at=at):
                    self._moved = len(self.heard)
                    await self.move(at)
                case Says():
                    await self._say(intake, line)
                case Expects():
                    self._check(line)

    async def _say(self, intake: Intake, line: Says) -> None:
        await self.move(self.clock.moment + _BETWEEN_MESSAGES)
        text = _RECORD.sub(lambda m: self._told.get(m[1] or line.who, "?"), line.text)
        text = text.replace(CODE, self.code)
        self._asked = len(self.heard)
        shown = " ".join(filter(None, (f"[{len(line.photos)} ảnh]" if line.photos else "", text)))
        self.heard.append(Heard(self.clock.moment, line.who, shown, said=True))
        for incoming in self._messages(line, text):
            if await intake.handle(incoming) is not Handled.DONE:
                raise DemoBroken("failed", line=line.line, who=line.who, text=shown)
        await self.settled()

    def _messages(self, line: Says, text: str) -> list[Incoming]:
        """One message; an album's photos each by itself, as platforms send them, the words with the first."""
        key = f"mau-{line.line}"
        album = key if len(line.photos) > 1 else None
        files: list[tuple[FileRef, ...]] = [(self._photo(name),) for name in line.photos] or [()]
        return [
            Incoming(
                self.bot, line.who, f"{key}-{number}", self.clock.moment, line.who,
                text=(text or None) if number == 1 else None, files=file, album=album,
            )
            for number, file in enumerate(files, 1)
        ]  # fmt: skip

    def _photo(self, name: str) -> FileRef:
        file = self.folder / name
        size = file.stat().st_size if file.is_file() else None
        return FileRef("photo", name, name, None if size is None else "image/png", size)

    def _check(self, line: Expects) -> None:
        since = self._moved if line.unasked else self._asked
        received = [h.text for h in self.heard[since:] if h.who == line.who and not h.said]
        if not any(line.text in text for text in received):
            key, answers = ("other", "\n".join(received)) if received else ("silent", "")
            raise DemoBroken(key, line=line.line, who=line.who, text=line.text, answers=answers)

    # What the sender and the jobs see of a channel

    async def identity(self) -> Identity:
        return Identity(self.bot, self.bot)

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        if found := _CODE.search(outgoing.text):
            self.code = found[1]
        if found := _RECEIPT.search(outgoing.text):
            self._told[address] = found[1]
        file = outgoing.name or outgoing.document
        text = "\n".join(filter(None, (outgoing.text, f"[tệp {file}]" if file else "")))
        self.heard.append(Heard(self.clock.moment, address, text, said=False))
        return Sent(f"mau-{len(self.heard)}")

    async def typing(self, address: str) -> None:
        return

    async def fetch(self, address: str, limit: int) -> bytes:
        file = self.folder / address
        try:
            return await asyncio.to_thread(
                file.read_bytes if file.is_file() else partial(pictures.draw, address)
            )
        except OSError as error:
            raise FileGone(address) from error

    async def close(self) -> None:
        return
