"""How much a line says, held against one form: its money, its share of a whole, its count.

A value where the line says one thing, the text where it says it unclearly, None where it says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bot.answers import read, units
from bot.answers.extract import Extract
from bot.answers.model import Ask, Asked, Value
from bot.answers.normal import fold
from bot.answers.spans import Found
from bot.answers.tokens import Lexicon, Token, says, tokenise
from bot.dialogue.model import World
from templates.forms import Form, Question

_EACH = re.compile(r"(?:\bmoi|\b1|\bmot|/)\s*(?:\w+\s+){0,3}(?:\bla|\btri gia|:)?\s*$")
_EACH_WITHIN = 30  # letters before an amount
_GROUPED = re.compile(r"\d{3}(?:[.,]\d{3})+|\d{1,2}(?:[.,]\d{3}){2,}")  # "500.000", "52.150.000"


def money_of(heard: Extract, world: World) -> Value | str | None:
    """The one amount; several, one for each ("mỗi phần 300k") or an unclear one are asked back."""
    found = heard.of("money")
    each = [one for one in found if _EACH.search(fold(heard.text[: one.start])[-_EACH_WITHIN:] + " ")]
    if each:
        counted = [one for one in heard.of("count", "goods") if one.start < each[0].start]
        return heard.text[(counted or each)[0].start : each[0].end]
    clear = {one.reading for one in found if isinstance(one.reading, Value)}
    if len(found) > 1 and len(clear) != 1:
        return heard.text[found[0].start : found[-1].end]
    for one in found:
        if isinstance(one.reading, Value):
            return one.reading
        if isinstance(one.reading, Ask):
            by_itself = read(one.text, Asked("money", world.today))
            return None if isinstance(by_itself, Value) else one.text  # "5 cu": the question asks it anew
    return None


def bare_amount(heard: Extract, world: World) -> Value | str | None:
    """A number without a unit, where the form asks for money: "500" is asked back, never guessed.

    One with several groups of three ("52.150.000") is an amount to anybody; "52150000" may be a telephone's.
    """
    numbers = heard.of("number")
    for one in numbers:
        reading = read(one.text, Asked("money", world.today))
        if foreign := _foreign_behind(one, heard):
            return foreign
        if isinstance(reading, Ask):
            return one.text
        if isinstance(reading, Value) and len(numbers) == 1 and _GROUPED.fullmatch(one.text):
            return reading
    return None


def _foreign_behind(found: Found, heard: Extract) -> str | None:
    """ "100 đô": the number with its currency, so that it is refused as what it is."""
    behind = tokenise(heard.text[found.end :][:20])
    currency = units.FOREIGN.at(behind, 0)
    return heard.text[found.start : found.end + behind[currency[1] - 1].end] if currency else None


def share_of(form: Form, question: Question, heard: Extract, world: World) -> Value | str | None:
    """The part of a whole; a mark that another question asks about ("ước 93,64%") leaves it clear."""
    found = heard.of("ratio") or heard.of("pair")
    if not found:
        return None
    said = heard.text[found[0].start : found[-1].end]
    reading = read(said, Asked("ratio", world.today, counted=question.counted))
    if isinstance(reading, Ask) and len(reading.readings) == 1 and estimated(form, heard, world):
        return reading.readings[0]
    return reading if isinstance(reading, Value) else said


def estimated(form: Form, heard: Extract, world: World) -> dict[str, str]:
    """The choice that the word right before or behind a ratio makes: "ước 93,64%", "93,64% (ước)"."""
    found = heard.of("ratio")
    if not found or not any(question.kind == "ratio" for question in form.question):
        return {}
    behind = next((piece.text for piece in heard.rest if piece.start >= found[-1].end), "")
    beside = [tokenise(found[0].text), tokenise(behind)]
    for question in form.question:
        for choice in world.catalog.choices(form, question, world.today) if question.list_name else ():
            if any(_begins(tokens, word) for word in choice.words for tokens in beside):
                return {question.name: choice.name}
    return {}


def _begins(tokens: Sequence[Token], phrase: str) -> bool:
    words = phrase.split()
    return len(words) <= len(tokens) and all(map(says, (token.text for token in tokens), words))


def count_of(question: Question, heard: Extract) -> Value | None:
    """The count whose unit the question names, or one of the same kind; of several, the people as a whole."""
    named = {fold(unit) for unit in question.units}
    kinds = [kind for kind in (units.PEOPLE, units.HOUSEHOLDS, units.SHARED) if _counts(kind, question.units)]
    fitting = [
        one
        for one in heard.of("count")
        if fold(one.unit) in named or any(_counts(kind, (one.unit,)) for kind in kinds)
    ]
    if any(not isinstance(one.reading, Value) for one in fitting):
        return None
    values = {_number(one.reading): one.reading for one in fitting if isinstance(one.reading, Value)}
    whole = {_number(one.reading) for one in fitting if isinstance(one.reading, Value) and _of_all(one.unit)}
    if len(values) > 1 and whole != {max(values)}:
        return None
    return values[max(values)] if values else None


def _counts(kind: Lexicon[str], said: Iterable[str]) -> bool:
    """Whether one of the units is wholly of this kind."""
    for unit in said:
        tokens = tokenise(unit)
        found = kind.at(tokens, 0)
        if found is not None and found[1] == len(tokens):
            return True
    return False


def _of_all(unit: str) -> bool:
    """Whether the unit counts everybody: "40 người, 3 đại biểu"."""
    return fold(unit).split()[0] in ("nguoi", "ng", "luot")


def _number(value: Value) -> int:
    return int(value.value["value"] if isinstance(value.value, dict) else value.value)
