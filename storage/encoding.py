"""How values are written into columns: texts in NFC, answers as JSON, days in ISO form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NewType, cast
from unicodedata import is_normalized, normalize

import orjson


def nfc(text: str) -> str:
    """A text for people as it is stored. Identities that a platform gave (addresses) are kept as they are."""
    return text if text.isascii() else normalize("NFC", text)


def maybe_nfc(text: str | None) -> str | None:
    return None if text is None else nfc(text)


def _mapping(value: object) -> dict[Any, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no place in stored JSON")


# Days and moments have forms of their own here, and are refused.
_OPTIONS = (
    orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
)


def _encode(value: object) -> str:
    return orjson.dumps(value, _mapping, _OPTIONS).decode()


JsonText = NewType("JsonText", str)
"""What `to_json` wrote."""


def to_json(value: Mapping[str, Any]) -> JsonText:
    """A mapping as compact JSON text in NFC; TypeError for values that JSON has no form for (dates, keys that
    are no text, numbers beyond 64 bits)."""
    text = _encode(value)
    if text.isascii() or is_normalized("NFC", text):
        return JsonText(text)
    # Each text by itself: composing the encoded whole would merge the "n" of "\\n" with a mark after it.
    return JsonText(_encode(_composed(value)))


def from_json(text: str) -> dict[str, Any]:
    return cast("dict[str, Any]", orjson.loads(text))


def maybe_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def maybe_iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, Mapping):
        return {_composed(key): _composed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_composed(item) for item in value]
    return value
