"""Typed text -> value | question back | refusal, one module a type. Pure: the day is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.answers import choice, count, day, money, people, ratio
from bot.answers import text as text_
from bot.answers.model import Ask, Asked, Option, Reading, Refuse, Value
from bot.answers.normal import clean
from bot.answers.tokens import tokenise

__all__ = ["LONGEST", "TYPES", "Ask", "Asked", "Option", "Reading", "Refuse", "Value", "read"]

LONGEST, MOST_TOKENS = 4000, 250  # characters and words; a longer message is no answer to one question

TYPES: Mapping[str, Callable[[str, Asked], Reading]] = {
    "text": text_.read,
    "count": count.read,
    "money": money.read,
    "ratio": ratio.read,
    "day": day.read,
    "select_one": choice.read_one,
    "select_multiple": choice.read_several,
    "people": people.read,
}


def read(text: str, asked: Asked) -> Reading:
    """How ``text`` answers the question. No text raises; a type that does not exist is a KeyError."""
    reader = TYPES[asked.type]
    if asked.type != "text" and (len(text) > LONGEST or len(tokenise(clean(text))) > MOST_TOKENS):
        return Refuse("too_long")
    return reader(text, asked)
