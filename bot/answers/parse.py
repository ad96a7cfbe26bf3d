"""What ``matran parse`` prints: a reading as the JSON object of the command line's contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.answers.model import Ask, Asked, Reading, Refuse, Value
from templates.wording import Wording


def as_json(reading: Reading, asked: Asked, wording: Wording) -> dict[str, Any]:
    """``{"kind": "value", …}``, ``{"kind": "ask", "readings", "prompt"}``, ``{"kind": "refuse", "reason"}``.

    A marked number is an integer with ``approximate`` and ``mark`` beside it; ``source`` is there where the
    text names a giver. Each of ``readings`` has the same shape as a value, without ``kind``.
    """
    if isinstance(reading, Value):
        return {"kind": "value", **_value(reading)}
    if isinstance(reading, Ask):
        prompt = wording.say(f"answers.ask.{reading.code}", **reading.data)
        return {"kind": "ask", "readings": [_value(value) for value in reading.readings], "prompt": prompt}
    return {"kind": "refuse", "reason": wording.say(f"answers.refuse.{reading.code}", **reading.data)}


def _value(value: Value) -> dict[str, Any]:
    shown: dict[str, Any] = {"value": value.value}
    if isinstance(value.value, Mapping) and "mark" in value.value:
        shown = {"value": value.value["value"], "approximate": True, "mark": value.value["mark"]}
    return shown | ({"source": value.source} if value.source else {})


__all__ = ["Refuse", "as_json"]
