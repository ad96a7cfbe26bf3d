"""Texts in NFC, answers as JSON: what is read back is what was meant."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType
from typing import Any
from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.encoding import from_json, maybe_nfc, nfc, to_json

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from('eEaưn\u0301\u0303\u0323\\"\n\x1a')
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def composed(value: Any) -> Any:
    if isinstance(value, str):
        return normalize("NFC", value)
    if isinstance(value, dict):
        return {composed(key): composed(item) for key, item in value.items()}
    return [composed(item) for item in value] if isinstance(value, list) else value


@settings(max_examples=40)
@given(st.dictionaries(TEXTS, VALUES, max_size=3))
def test_json_keeps_everything_and_composes_every_text(value: dict[str, Any]) -> None:
    text = to_json(value)
    assert from_json(text) == composed(value)
    assert is_normalized("NFC", text) or "\\" in text


def test_a_mark_after_an_escape_stays_outside_of_it() -> None:
    value = {"ghi_chu": "dòng một\n\u0301", "ma": "\x1a\u0301", "ten": "Nguye\u0302\u0303n"}
    assert from_json(to_json(value)) == {"ghi_chu": "dòng một\n\u0301", "ma": "\x1a\u0301", "ten": "Nguyễn"}


def test_frozen_mappings_and_tuples_are_taken() -> None:
    value = MappingProxyType(
        {"a": (1, MappingProxyType({"b": "c"})), "d": MappingProxyType({"e\u0301": "u\u031b"})}
    )
    assert from_json(to_json(value)) == {"a": [1, {"b": "c"}], "d": {"é": "ư"}}


@pytest.mark.parametrize("value", [{1, 2}, object(), b"x", date(2024, 12, 9), {1: 2}, 2**64])
def test_what_json_has_no_form_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        to_json({"a": value})


@pytest.mark.parametrize(
    ("text", "stored"), [("Sau", "Sau"), ("A\u0302\u0301p", "Ấp"), ("Ấp", "Ấp"), ("", "")]
)
def test_texts_are_composed(text: str, stored: str) -> None:
    assert nfc(text) == maybe_nfc(text) == stored


def test_no_text_stays_none() -> None:
    assert maybe_nfc(None) is None
