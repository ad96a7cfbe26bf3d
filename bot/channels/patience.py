"""How long a channel waits: for answers, and between tries while nothing works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: how long an empty poll stays open, how long a connection, a call and an upload may take."""

    poll: float = 25.0
    connect: float = 10.0
    answer: float = 20.0
    upload: float = 120.0


class Backoff:
    """Growing pauses while nothing works: 1, 2, 4, … up to ``longest`` seconds.

    Setbacks within a pause (of messages that were already under way) do not make it longer.
    """

    def __init__(self, clock: Callable[[], float], longest: float = 60.0) -> None:
        self._clock, self._longest = clock, longest
        self._setbacks, self._until = 0, 0.0

    def setback(self) -> float:
        """Notes a failure; the seconds to wait."""
        now = self._clock()
        if now >= self._until:
            seconds = min(self._longest, 2.0 ** min(self._setbacks, 20))
            self._setbacks += 1
            self._until = now + seconds
        return self._until - now

    def clear(self) -> None:
        self._setbacks, self._until = 0, 0.0
