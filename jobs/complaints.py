"""The owner's log: what went wrong is told once, not at every try."""

from __future__ import annotations

import logging
from collections.abc import Hashable

from templates.wording import Wording

log = logging.getLogger("matran.jobs")


class Complaints:
    """Tells of a trouble when it begins, and again only after it was gone."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._told: set[Hashable] = set()

    def failed(self, trouble: Hashable, key: str, **values: object) -> None:
        """To be called where the exception is handled: its traceback goes along. ``key`` below jobs.log."""
        if trouble not in self._told:
            log.exception(self._wording.say(f"jobs.log.{key}", None, **values))
        self._told.add(trouble)

    def fine(self, trouble: Hashable) -> None:
        self._told.discard(trouble)
