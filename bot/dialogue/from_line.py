"""The message is the report: which forms a typed line may mean, and what it already answers of them.

Which form, which kind of activity, which fund comes from words that the forms and their lists carry as data.
Nothing is taken silently: what was understood is shown, and the review comes before anything is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.answers import read
from bot.answers.extract import Extract, Found, extract
from bot.answers.model import JSON, Ask, Asked, Value
from bot.answers.normal import clean, fold
from bot.dialogue import batch, steps
from bot.dialogue.model import Draft, World
from templates.forms import Form, Question

# What a line says beside words: a form with a question for it is more likely meant.
_EVIDENCE = {"lines": 20, "money": 6, "people": 4, "count": 2}
_CLOSE = 0.7  # a second form that scores this much of the best is offered too
_NOT_WORDS = ("day", "hour", "money", "hamlet", "ratio", "pair")
_ABSENT = re.compile(r"\bvang\b[: ]*")
_AT = re.compile(r"\b(?:o|tai)\b ")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A form that the line may mean, with its answers; ``unclear`` is a part of the line that answers
    ``question`` in more than one way."""

    form: Form
    answers: dict[str, JSON]
    score: int
    question: str | None = None
    unclear: str | None = None


def proposals(forms: Iterable[Form], line: str, world: World) -> list[Proposal]:
    """The forms that the line fits, the best first; those that fit much less are left out.

    ``line`` is as it came: a pasted list has tabs and several lines, and opens only a form that takes lists.
    """
    if batch.looks_like_list(line, world):
        forms = [form for form in forms if batch.lines_question(form) is not None]
    heard = extract(clean(line), world.today)
    spoken = _Spoken.of(heard)
    found = [_proposal(form, spoken, heard, line, world) for form in forms]
    outranked = {name for p in found if p.score > 0 and p.form.spoken_only for name in p.form.outranks}
    left = [p for p in found if p.score > 0 and p.form.name not in outranked]
    likely = sorted(left, key=lambda p: -p.score)
    return [p for p in likely if p.score >= _CLOSE * likely[0].score]


@dataclass(frozen=True, slots=True)
class _Spoken:
    """The words of a line, days, hours, amounts and hamlets left out ("hôm qua" speaks of no "quà").

    A word typed with diacritics is compared with them, one without them without.
    """

    words: tuple[str, ...]
    known: frozenset[str]  # the same words, to pass over at once what the line cannot say

    @classmethod
    def of(cls, heard: Extract) -> _Spoken:
        text = list(heard.text.lower())
        for span in heard.of(*_NOT_WORDS):
            text[span.start : span.end] = " " * (span.end - span.start)
        words = tuple("".join(char if char.isalnum() else " " for char in text).split())
        return cls(words, frozenset(words))

    def says(self, phrase: str) -> bool:
        wanted = _either_way(phrase)
        if any(self.known.isdisjoint(ways) for ways in wanted):
            return False
        starts = range(len(self.words) - len(wanted) + 1)
        return any(
            all(said in ways for said, ways in zip(self.words[at:], wanted, strict=False)) for at in starts
        )


@lru_cache(maxsize=4096)
def _either_way(phrase: str) -> tuple[tuple[str, str], ...]:
    """A phrase of the forms word by word, with diacritics and without: the same ones meet every line."""
    return tuple((word, fold(word)) for word in phrase.lower().split())


def _proposal(form: Form, spoken: _Spoken, heard: Extract, raw: str, world: World) -> Proposal:
    text = heard.text
    score = sum(len(word) for word in form.words if spoken.says(word))
    if form.spoken_only and not score:
        return Proposal(form, {}, 0)
    answers: dict[str, JSON] = {}
    unclear: tuple[str, str] | None = None
    for question in form.question:
        if question.list_name and (chosen := _choice(form, question, spoken, world)):
            answers[question.name], weight = chosen
            score += weight
    listed = batch.lines_question(form)
    if listed is not None and batch.looks_like_list(raw, world):
        pasted = batch.understand(raw, None, world)
        if isinstance(pasted, Value):
            answers[listed.name] = pasted.value
            score += _EVIDENCE["lines"]
    if not score:
        return Proposal(form, {}, 0)
    for question in form.question:
        if _of_several(form, question):
            continue  # which of several amounts the line means is not said
        reading = _reading(form, question, answers, text, heard, world)
        if reading is None:
            continue
        score += _EVIDENCE.get(question.kind, 0)
        _imply(question, answers)
        if isinstance(reading, Value):
            answers[question.name] = reading.value
        elif unclear is None and isinstance(reading, tuple):
            unclear = (question.name, reading[1])
    return Proposal(form, answers, score, *(unclear or (None, None)))


def _choice(form: Form, question: Question, spoken: _Spoken, world: World) -> tuple[str, int] | None:
    """The choice whose words the line says, with their weight; None where two are said equally."""
    weights: dict[str, int] = {}
    for choice in world.catalog.choices(form, question, world.today):
        words = [word for word in map(world.voice.fill, choice.words) if spoken.says(word)]
        if words:
            weights[choice.name] = max(map(len, words))
    for choice in world.catalog.choices(form, question, world.today):
        if choice.name in weights:
            for outranked in choice.outranks:
                weights.pop(outranked, None)
    best = max(weights.values(), default=0)
    names = [name for name, weight in weights.items() if weight == best]
    return (names[0], best) if len(names) == 1 else None


def _of_several(form: Form, question: Question) -> bool:
    named = (form.get(other) for other in question.relevant)
    return any(other is not None and other.kind == "select_multiple" for other in named)


def _imply(question: Question, answers: dict[str, JSON]) -> None:
    """An amount of money says that money was given: the one value that leads to the question."""
    for other, values in question.relevant.items():
        if len(values) == 1:
            answers[other] = values[0]


def _reading(
    form: Form, question: Question, answers: dict[str, JSON], text: str, heard: Extract, world: World
) -> Value | tuple[Ask, str] | None:
    """What the line says to one question; an unclear part comes with its text."""
    match question.kind:
        case "money":
            return _clear_or_unclear(heard.of("money")) or _bare_amount(heard, world)
        case "count":
            units = {fold(unit) for unit in question.units}
            return _only_clear([f for f in heard.of("count") if fold(f.unit) in units])
        case "day":
            # A line says one day: that on which it happened.
            return _only_clear(heard.of("day")) if question is form.day_question else None
        case "people":
            return _attendance(form, question, answers, text, heard, world)
        case "text":
            return _text(question, text, heard, world)
    return None


def _clear_or_unclear(found: Iterable[Found]) -> Value | tuple[Ask, str] | None:
    for one in found:
        if isinstance(one.reading, Value):
            return one.reading
        if isinstance(one.reading, Ask):
            return (one.reading, one.text)
    return None


def _bare_amount(heard: Extract, world: World) -> tuple[Ask, str] | None:
    """A number without a unit, where the form asks for money: "500" is asked back, never guessed."""
    for one in heard.of("number"):
        reading = read(one.text, Asked("money", world.today))
        if isinstance(reading, Ask):
            return (reading, one.text)
    return None


def _only_clear(found: Iterable[Found]) -> Value | None:
    return next((one.reading for one in found if isinstance(one.reading, Value)), None)


def _attendance(
    form: Form, question: Question, answers: dict[str, JSON], text: str, heard: Extract, world: World
) -> Value | None:
    """ "họp ban 7/9, vắng chị Hoa": by name where the names are clear, else by number."""
    draft = Draft(form.name, form.version, answers)
    spoken = _ABSENT.search(fold(text))
    if spoken and len(fold(text)) == len(text):
        named = steps.understand(form, question, draft, text[spoken.end() :], world)
        if isinstance(named, Value):
            return named
    for ratio in heard.of("ratio", "pair"):
        counted = steps.understand(form, question, draft, ratio.text, world)
        if isinstance(counted, Value):
            return counted
    return None


def _text(question: Question, text: str, heard: Extract, world: World) -> Value | None:
    match question.fill:
        case "line":
            return Value(text)
        case "giver":
            return next((Value(one.text) for one in heard.of("giver")), None)
        case "place":
            return _place(text, heard, world)
    return None


def _place(text: str, heard: Extract, world: World) -> Value | None:
    """A place that the commune knows, with its diacritics; else what stands after "ở", as typed."""
    folded = f" {fold(text)} "
    known = [place for place in world.places if f" {fold(place)} " in folded.replace(",", " ")]
    if len(known) == 1:
        return Value(known[0])
    bare = fold(text)
    spoken = _AT.search(bare)
    if spoken is None or len(bare) != len(text):
        return None
    ends = (
        span.start
        for span in heard.found
        if span.start > spoken.end() and span.kind not in ("hamlet", "number")
    )
    place = text[spoken.end() : min(ends, default=len(text))].split(",")[0].strip(" .;:-")
    return Value(place) if place else None


def unclear_part(proposal: Proposal, draft: Draft) -> str | None:
    """The unclear part of the line, once the draft has come to its question."""
    return proposal.unclear if proposal.question == draft.at else None
