"""What a typed number is measured in, held against what its question asks for: "2 công" is no 2 sào. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from bot.answers import units
from bot.answers.model import Refuse
from bot.answers.normal import clean, short
from bot.answers.numerals import number_at
from bot.answers.tokens import WORD, Lexicon, Token, tokenise
from bot.dialogue.model import Draft, World
from templates.forms import Choice, Form, Question


def understood(form: Form, question: Question, draft: Draft, text: str, world: World) -> str | Refuse:
    """The text without the unit that the question asks for; refused where it names another one.

    A question that names no units takes any. Where another question chooses the unit (``unit_of``), what
    fits is that choice's units.
    """
    if not question.units:
        return text
    chosen = _chosen(form, question, draft, world)
    choices = _choices(form, question, world)
    wanted = tuple(chosen.units if chosen else question.units)
    others = tuple(unit for choice in choices for unit in choice.units)
    kept = clean(text)
    found = _behind_a_number(kept, wanted, others)
    if found is None:
        return text
    unit, start, end = found
    if units.HALF.at(tokenise(kept[end:]), 0):
        return Refuse("count_fraction", {"text": short(kept)})
    if unit in wanted:
        return (
            f"{kept[:start]}{kept[end:]}" if chosen and end == len(kept) else text
        )  # "200 m2" is one number
    if chosen:
        label = world.voice.fill(chosen.said or chosen.label)
        return Refuse("count_other_unit", {"unit": unit, "chosen": label})
    return Refuse("count_measure", {"unit": unit, "question": world.voice.fill(question.label)})


def _choices(form: Form, question: Question, world: World) -> Sequence[Choice]:
    asked = form.get(question.unit_of) if question.unit_of else None
    return world.catalog.choices(form, asked) if asked else ()


def _chosen(form: Form, question: Question, draft: Draft, world: World) -> Choice | None:
    name = draft.answers.get(question.unit_of) if question.unit_of else None
    return next((one for one in _choices(form, question, world) if one.name == name), None)


def _behind_a_number(text: str, *said: Iterable[str]) -> tuple[str, int, int] | None:
    """The first unit right behind a number, and where it stands."""
    tokens, lexicon = tokenise(text), _lexicon(tuple(unit for listed in said for unit in listed))
    for here in range(len(tokens)):
        number = number_at(tokens, here, counted=lambda _: True)
        if number is None:
            continue
        found = lexicon.at(tokens, number.end)
        if found is not None and _is_measure(tokens, number.end, found[1]):
            return found[0], tokens[number.end].start, tokens[found[1] - 1].end
    return None


def _is_measure(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether the word is no part of another ("2 công nhân", "45 gia dinh", "10 cong van")."""
    counted = units.COUNTED.at(tokens, start)
    if counted is not None and counted[1] > end:
        return False
    return end >= len(tokens) or tokens[end].kind != WORD or units.MEASURED.at(tokens, end) is not None


@lru_cache(maxsize=256)
def _lexicon(said: tuple[str, ...]) -> Lexicon[str]:
    """What is measured, and the question's words: as tokens stand ("m 2"), meaning the word as written."""
    listed = {" ".join(token.text for token in tokenise(unit)): unit for unit in (*units.MEASURES, *said)}
    return Lexicon(listed)
