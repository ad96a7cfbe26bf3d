"""What a line says to one question of a form: the question's kind decides where to look.

A value where the line says one thing, the text where it says it unclearly, None where it says nothing.
"""

from __future__ import annotations

import re

from bot.answers.daywords import names_feast
from bot.answers.extract import Extract
from bot.answers.model import JSON, Ask, Value
from bot.answers.normal import fold
from bot.answers.people import noted
from bot.answers.spans import Found
from bot.dialogue import steps
from bot.dialogue.line_amounts import bare_amount, count_of, money_of, share_of
from bot.dialogue.model import Draft, World
from bot.dialogue.places import place_in
from bot.dialogue.spoken import Spoken
from templates.forms import Form, Question

_ABSENT = re.compile(r"\bvang\b[: ]*")


def reading_of(
    form: Form,
    question: Question,
    answers: dict[str, JSON],
    spoken: Spoken,
    heard: Extract,
    world: World,
) -> Value | str | None:
    """What the line says to one question; an unclear part is told by its text."""
    match question.kind:
        case "money":
            return money_of(heard, world) or bare_amount(heard, world)
        case "count":
            return count_of(question, heard)
        case "ratio":
            return share_of(form, question, heard, world)
        case "day":
            # A line says one day: that on which it happened.
            return _day(form, heard) if question is _day_told(form, spoken) else None
        case "people":
            return _attendance(form, question, answers, heard.text, heard, world)
        case "text":
            return _text(question, heard, world)
    return None


def _day_told(form: Form, spoken: Spoken) -> Question | None:
    """Which of the form's days the line tells: the one whose own words it says, else when it happened."""
    named = [question for question in form.question if question.words and spoken.says(question.words)]
    return named[0] if len(named) == 1 else form.day_question


def _day(form: Form, heard: Extract) -> Value | str | None:
    """The one day of the line; another, unclear or impossible one is told by its text."""
    found = [one for one in heard.of("day", "pair") if one.kind == "day" or _pairs_are_days(form, heard)]
    if not heard.of("day"):  # "góp 1/2": a day that far away is hardly one
        found = [one for one in found if _as_day(one)]
    if len(found) > 1:  # "vui trung thu hôm qua": the feast is what it was for
        found = [one for one in found if not names_feast(one.text)] or found
    days = {_as_day(one) for one in found}
    if len(days) == 1 and None not in days:
        return Value(days.pop())
    if found:
        return heard.text[found[0].start : found[-1].end] if len(found) > 1 else found[0].text
    return heard.vague[0].text if heard.vague else None


def _pairs_are_days(form: Form, heard: Extract) -> bool:
    """Whether "7/12" can only be a day: the form takes no part of a whole, or the line tells another."""
    kinds = {question.kind for question in form.question}
    return "people" not in kinds and ("ratio" not in kinds or bool(heard.of("ratio")))


def _as_day(found: Found) -> str | None:
    """The day that a span clearly is; of a pair its likelier reading."""
    reading = found.reading
    if isinstance(reading, Ask) and found.kind == "pair":
        reading = reading.readings[0]
    return reading.value if isinstance(reading, Value) and isinstance(reading.value, str) else None


def _attendance(
    form: Form, question: Question, answers: dict[str, JSON], text: str, heard: Extract, world: World
) -> Value | None:
    """ "họp ban 7/9, vắng chị Hoa": by clear names, else by number with the words on the absent as typed."""
    draft = Draft(form.name, form.version, answers)
    counted = [
        reading
        for ratio in heard.of("ratio", "pair")
        if isinstance(reading := steps.understand(form, question, draft, ratio.text, world), Value)
    ]
    spoken = _ABSENT.search(fold(text))
    if spoken and len(fold(text)) == len(text) and any(map(str.isalpha, text[spoken.end() :])):
        named = steps.understand(form, question, draft, text[spoken.end() :], world)
        if isinstance(named, Value):  # "vắng 2" names nobody: two, or the second of the roster
            agreed = all(one.value["present"] == named.value["present"] for one in counted)
            return named if agreed else None
    if len(counted) != 1:
        return None
    note = noted(text)
    return Value(counted[0].value | {"noted": note}) if note else counted[0]


def _text(question: Question, heard: Extract, world: World) -> Value | None:
    match question.fill:
        case "line":
            return Value(heard.text)
        case "giver":
            givers = {one.text: one for one in heard.of("giver")}
            return Value(next(iter(givers))) if len(givers) == 1 else None
        case "place":
            place = place_in(heard, world.places)
            return Value(place) if place else None
    return None
