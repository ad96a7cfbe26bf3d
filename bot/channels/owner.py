"""What the owner of the computer is told about a channel: each kind of trouble once, and its end."""

from __future__ import annotations

import logging
from typing import Any

from templates.wording import Wording

_LOG = logging.getLogger(__name__)


class Owner:
    """Reads the log. ``channel`` is what a channel is called there: "Telegram".

    ``over`` is the key of the sentence that says that a trouble is over.
    """

    def __init__(self, wording: Wording, channel: str, over: str = "trouble.back") -> None:
        self._wording, self._channel, self._over = wording, channel, over
        self._trouble: str | None = None  # what was last told to be wrong

    def tell(self, trouble: str | None, **details: Any) -> None:
        """One line when something begins to be wrong, one when it is over (None).

        ``trouble`` is the sentence's key behind "channel.": "trouble.network", "telegram.token".
        """
        if trouble == self._trouble:
            return
        if trouble is not None:
            _LOG.warning(self._say(trouble, **details))
        else:
            _LOG.info(self._say(self._over))
        self._trouble = trouble

    def unreadable(self, key: str) -> None:
        """An update that could not be read, or not be handled, was kept as it came."""
        _LOG.error(self._say("trouble.undecodable", khoa=key))

    def _say(self, key: str, **details: Any) -> str:
        return self._wording.say(f"channel.{key}", kenh=self._channel, **details)
