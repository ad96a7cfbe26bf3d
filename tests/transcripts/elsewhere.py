"""A second channel beside the stage's own, for people with several accounts: "@ Sáu ở kênh khác"."""

from __future__ import annotations

from datetime import datetime

from bot.answers.normal import fold
from bot.messages import Identity, Incoming, Intake, Limits, Outgoing, Pace, Result, Sent

_THERE = " ở kênh khác"


def is_there(speaker: str) -> bool:
    return speaker.endswith(_THERE)


class Elsewhere:
    """Messages go straight to the desk; answers are written down. ``bot`` says which platform it would be."""

    pace, limits = Pace(), Limits()

    def __init__(self, bot: str) -> None:
        self.bot = bot
        self._written: list[tuple[str, Outgoing]] = []
        self._number = 0

    def address(self, speaker: str) -> str:
        return "other-" + fold(speaker.removesuffix(_THERE)).replace(" ", "-")

    def says(self, speaker: str, text: str, now: datetime) -> Incoming:
        """The message as such a channel hands it in."""
        self._number += 1
        name = speaker.removesuffix(_THERE)
        return Incoming(self.bot, self.address(speaker), f"other:{self._number}", now, name, text)

    def received(self) -> list[tuple[str, str]]:
        """(address, text) since the last call."""
        written, self._written = self._written, []
        return [(address, outgoing.text) for address, outgoing in written]

    # As a channel

    async def send(self, address: str, outgoing: Outgoing) -> Result:
        self._written.append((address, outgoing))
        return Sent(str(len(self._written)))

    async def identity(self) -> Identity:
        return Identity(self.bot, self.bot)

    async def run(self, intake: Intake) -> None: ...

    async def typing(self, address: str) -> None: ...

    async def fetch(self, address: str, limit: int) -> bytes:
        raise AssertionError("nobody sends a file there")

    async def close(self) -> None: ...
