"""What ``matran parse`` prints, and that every question and refusal has its sentence."""

from __future__ import annotations

import ast
import json
from datetime import date
from pathlib import Path

import pytest

import bot.answers
from bot.answers import TYPES, Asked, read
from bot.answers.parse import as_json
from templates import wording

WORDING = wording.load()


def parsed(type_: str, typed: str) -> dict[str, object]:
    asked = Asked(type_, date(2024, 12, 9))
    shown = as_json(read(typed, asked), asked, WORDING)
    found: dict[str, object] = json.loads(json.dumps(shown, ensure_ascii=False))
    return found


@pytest.mark.parametrize(
    ("type_", "typed", "shown"),
    [
        ("money", "1tr5", {"kind": "value", "value": 1_500_000}),
        ("money", "bà Sáu 200k", {"kind": "value", "value": 200_000, "source": "bà Sáu"}),
        ("count", "trên 800 người", {"kind": "value", "value": 800, "approximate": True, "mark": "trên"}),
        ("ratio", "45/60 hộ", {"kind": "value", "value": {"part": 45, "whole": 60}}),
        ("ratio", "93,64%", {"kind": "value", "value": {"percent": 93.64}}),
        ("day", "hôm qua", {"kind": "value", "value": "2024-12-08"}),
        ("text", " dọn  vệ sinh ", {"kind": "value", "value": "dọn vệ sinh"}),
        (
            "money",
            "500",
            {
                "kind": "ask",
                "readings": [{"value": 500_000}],
                "prompt": "Số tiền “500” chưa rõ, xin xem giúp:",
            },
        ),
        (
            "money",
            "-500k",
            {"kind": "refuse", "reason": "Số tiền không thể là số âm. Xin gõ lại."},
        ),
    ],
)
def test_the_contract_of_the_command_line(type_: str, typed: str, shown: dict[str, object]) -> None:
    assert parsed(type_, typed) == shown


def codes() -> set[str]:
    """The keys of wording that the room's modules ask or refuse with."""
    found: set[str] = set()
    for file in Path(bot.answers.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                prefix = node.value.split("_")[0]
                if (
                    prefix in {*TYPES, "choice", "pair", "line", "too"}
                    and "_" in node.value
                    and " " not in node.value
                ):
                    found.add(node.value)
    return found - set(TYPES)


@pytest.mark.parametrize("code", sorted(codes()))
def test_every_code_has_a_sentence_with_known_placeholders(code: str) -> None:
    keys = [key for key in (f"answers.ask.{code}", f"answers.refuse.{code}") if key in WORDING]
    assert keys
    assert all(WORDING.placeholders(key) <= {"text", "so"} for key in keys)


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_has_an_example(type_: str) -> None:
    assert f"answers.example.{type_}" in WORDING


def test_no_sentence_is_left_over() -> None:
    rooms = Path(bot.answers.__file__).parent.parent
    code = "".join(file.read_text(encoding="utf-8") for file in rooms.rglob("*.py"))
    kept = {
        key.split(".")[2]
        for key in list(WORDING.keys())
        if key.startswith(("answers.ask.", "answers.refuse."))
    }
    assert not [name for name in kept if f'"{name}"' not in code]
