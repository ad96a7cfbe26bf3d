"""Pictures that a platform fetches by their address (QR codes): for an hour, in memory only."""

from __future__ import annotations

import secrets
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

VALID: Final = timedelta(hours=1)
PATH: Final = "anh"
_MOST_BYTES = 20 * 1024 * 1024  # of all pictures together; the oldest go first
_MAGIC = {
    b"\x89PNG\r\n\x1a\n": ("png", "image/png"),
    b"\xff\xd8\xff": ("jpg", "image/jpeg"),
    b"GIF8": ("gif", "image/gif"),
}


def kind_of(data: bytes) -> tuple[str, str] | None:
    """File ending and media type of a picture; None for what is none."""
    return next((kind for magic, kind in _MAGIC.items() if data.startswith(magic)), None)


class Pictures:
    """Laid out under random names of 192 bits, which is what keeps them from others."""

    def __init__(self, now: Callable[[], datetime], most: int = _MOST_BYTES) -> None:
        self._now, self._most = now, most
        self._kept: OrderedDict[str, tuple[bytes, datetime]] = OrderedDict()

    def lay(self, data: bytes) -> str | None:
        """Its name from now on, with an ending; None for what is no picture."""
        if (kind := kind_of(data)) is None or len(data) > self._most:
            return None
        name = f"{secrets.token_urlsafe(24)}.{kind[0]}"
        self._kept[name] = (data, self._now() + VALID)
        self._tidy()
        return name

    def find(self, name: str) -> bytes | None:
        data, until = self._kept.get(name, (None, None))
        return data if until is not None and self._now() < until else None

    def _tidy(self) -> None:
        now = self._now()
        for name in [name for name, (_, until) in self._kept.items() if until <= now]:
            del self._kept[name]
        while sum(len(data) for data, _ in self._kept.values()) > self._most:
            self._kept.popitem(last=False)
