"""A free text: kept as typed, cleaned of what cannot be printed."""

from __future__ import annotations

from bot.answers.model import Asked, Reading, Refuse, Value
from bot.answers.normal import clean


def read(text: str, asked: Asked) -> Reading:
    """The text itself in NFC; refused where it holds no letter and no digit."""
    kept = clean(text)
    if not any(char.isalnum() for char in kept):
        return Refuse("text_empty")
    return Value(kept)
