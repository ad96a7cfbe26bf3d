"""A channel's pace as gates that open with time. Pure: the moment is passed in, in seconds of any clock."""

from __future__ import annotations

import math

from bot.messages import Later, Pace

_OVERALL_BURST = 3
_EPSILON = 1e-6  # a clock that was waited for may stop a hair before
_LEAST_PAUSE = 0.1


class Gates:
    """When the channel's pace lets a message pass: overall, to each chat, and what the platform forbade.

    Each gate is one number, the moment at which a steady stream would be due next; a burst runs ahead of it.
    """

    def __init__(self, pace: Pace, most: int) -> None:
        """``most``: how many `room` promises where there is no pace."""
        self._pace, self._most = pace, most
        self._due = -math.inf
        self._chats: dict[str, float] = {}
        self._barred: dict[str, float] = {}
        self._closed_until = -math.inf

    def room(self, now: float) -> int:
        """How many messages may go now."""
        if now < self._closed_until:
            return 0
        if self._pace.overall is None:
            return self._most
        return math.floor(_OVERALL_BURST - max(0.0, self._due - now) * self._pace.overall + _EPSILON)

    def barred(self, now: float) -> set[str]:
        """The chats to which nothing may go now."""
        self._barred = {chat: until for chat, until in self._barred.items() if until > now}
        self._chats = {chat: due for chat, due in self._chats.items() if due > now}
        return self._barred.keys() | {chat for chat in self._chats if self._opens(chat) > now}

    def opens_in(self, now: float) -> float | None:
        """Seconds until something opens that is closed now; None where nothing is."""
        closed = [self._closed_until, *self._barred.values(), *map(self._opens, self._chats)]
        if self._pace.overall is not None:
            closed.append(self._due - (_OVERALL_BURST - 1) / self._pace.overall)
        return min((moment - now for moment in closed if moment > now), default=None)

    def passed(self, chat: str, now: float) -> None:
        if self._pace.overall is not None:
            self._due = max(self._due, now) + 1 / self._pace.overall
        if self._pace.per_chat is not None:
            self._chats[chat] = max(self._chats.get(chat, now), now) + 1 / self._pace.per_chat

    def bar(self, chat: str, later: Later, now: float) -> None:
        until = now + max(later.seconds, _LEAST_PAUSE)
        self._barred[chat] = until
        if later.everyone:
            self._closed_until = max(self._closed_until, until)

    def _opens(self, chat: str) -> float:
        ahead = (self._pace.burst - 1) / self._pace.per_chat if self._pace.per_chat else 0.0
        return self._chats[chat] - ahead - _EPSILON
