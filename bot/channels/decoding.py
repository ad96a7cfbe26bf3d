"""What every platform's updates need to be read: ids, texts, and the update as it is kept. Pure."""

from __future__ import annotations

import hashlib
import json


def raw(update: object) -> str:
    """The update as the text that is kept of it; lone surrogates stay escaped."""
    text = json.dumps(update, ensure_ascii=False)
    return text if _encodable(text) else text.encode(errors="backslashreplace").decode()


def digest(update: object) -> str:
    """A name for an update that has none of its own."""
    return hashlib.sha256(raw(update).encode()).hexdigest()[:16]


def identity(value: object) -> str:
    """An id of the platform as text; TypeError for anything but a whole number or a text."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError(f"no id: {value!r}")
    return str(value)


def text(value: object) -> str:
    """A text that can be stored: JSON can smuggle in half a character, which no encoding takes."""
    if not isinstance(value, str):
        raise TypeError(f"no text: {value!r}")
    return value if _encodable(value) else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
