"""Which questions a form asks, given the answers so far. Derived anew after each answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from bot.answers.model import JSON, Option
from bot.dialogue import batch
from bot.dialogue.model import Draft, World
from templates.forms import LEVEL, LIVE_LISTS, Catalog, Form, Question
from templates.reported import CUMULATIVE
from templates.wording import Voice


def relevant(question: Question, answers: Mapping[str, JSON], level: str) -> bool:
    """Whether every condition of the question holds; of several choices one is enough."""
    # Plain loops, and only for questions that have conditions: every question of a form is looked at several
    # times with each message.
    for other, values in question.relevant.items():
        answer = level if other == LEVEL else answers.get(other)
        if isinstance(answer, list | tuple):
            if not any(one in values for one in answer):
                return False
        elif answer not in values:
            return False
    return True


def contradiction(
    form: Form, answers: Mapping[str, JSON], name: str
) -> tuple[str, Question, Question] | None:
    """The rule between the question ``name`` and another that the answers break: (rule, question, other)."""
    for question in form.question:
        for rule, other_name in question.bounds:
            other = form.get(other_name)
            if other is None or name not in (question.name, other.name):
                continue
            said, bound = answers.get(question.name), answers.get(other.name)
            if said in (None, "") or bound in (None, ""):
                continue
            if _breaks(rule, said, bound):
                return rule, question, other
    return None


def _breaks(rule: str, said: Any, bound: Any) -> bool:
    if rule == "at_most":
        return bool(_amount(said) > _amount(bound))
    # ISO days compare as text.
    return bool(said < bound if rule == "not_before" else said > bound)


def _amount(answer: Any) -> Any:
    return answer["value"] if isinstance(answer, dict) else answer


def derive(form: Form, draft: Draft, world: World) -> Draft:
    """The draft with answers off the path dropped and defaults on it filled in."""
    answers: dict[str, JSON] = {}
    for question in form.question:
        if question.relevant and not relevant(question, answers, world.level):
            continue
        name = question.name
        if name in draft.answers:
            answers[name] = draft.answers[name]
        elif question.default is not None:
            answers[name] = default(question, world.today)
    if CUMULATIVE in draft.answers:
        answers[CUMULATIVE] = draft.answers[CUMULATIVE]
    asked = tuple(name for name in draft.asked if name in answers or name == draft.at)
    return draft._replace(answers=answers, asked=asked)


def default(question: Question, today: date) -> JSON:
    return today.isoformat() if question.default == "today" else question.default


def on_path(form: Form, draft: Draft, world: World) -> list[Question]:
    """The questions of a derived draft, in order, answered or not."""
    answers, level = draft.answers, world.level
    return [q for q in form.question if not q.relevant or relevant(q, answers, level)]


def open_questions(form: Form, draft: Draft, world: World) -> list[Question]:
    """Those that still have to be asked."""
    return [
        q
        for q in form.question
        if (q.name not in draft.answers or _doubtful(q, draft))
        and q.kind != "image"
        and not q.hidden
        and (not q.relevant or relevant(q, draft.answers, world.level))
    ]


def _doubtful(question: Question, draft: Draft) -> bool:
    return question.kind == "lines" and batch.doubtful(draft.answers[question.name])


def likely_questions(form: Form, draft: Draft, world: World) -> list[Question]:
    """Those that will probably be asked: a select that is still open is counted as its first choice."""
    supposed: dict[str, JSON] = dict(draft.answers)
    for question in form.question:
        if question.kind == "select_one" and question.name not in supposed:
            offered = options(form, question, world)
            supposed[question.name] = offered[0].name if offered else None
    return [
        q
        for q in form.question
        if q.name not in draft.answers
        and q.default is None
        and q.kind != "image"
        and not q.hidden
        and (not q.relevant or relevant(q, supposed, world.level))
    ]


def replay(form: Form, draft: Draft, world: World) -> Draft:
    """A draft of an older version of the form, with what still fits; the rest will be asked again."""
    kept = {
        question.name: draft.answers[question.name]
        for question in form.question
        if question.name in draft.answers and fits(form, question, draft.answers[question.name], world)
    }
    renewed = draft._replace(
        version=form.version, answers=kept, at=None, asked=(), readings=(), editing=False
    )
    return derive(form, renewed, world)


def fits(form: Form, question: Question, value: Any, world: World) -> bool:
    """Whether a stored answer could still be given to the question as it now is."""
    if value is None:
        return not question.required
    match question.kind:
        case "select_one":
            return value in {o.name for o in options(form, question, world)}
        case "select_multiple":
            return isinstance(value, list) and set(value) <= {o.name for o in options(form, question, world)}
        case "count" | "money":
            return isinstance(value, int) or (isinstance(value, dict) and "value" in value)
        case "people" | "ratio" | "lines":
            return isinstance(value, dict) and not (question.counted and "percent" in value)
        case _:
            return isinstance(value, str)


def options(form: Form, question: Question, world: World) -> tuple[Option, ...]:
    """The choices of a select as they read in this commune; live lists come from the world."""
    if question.list_name in LIVE_LISTS:
        return tuple(world.lists.get(question.list_name or "", ()))
    if world.catalog.get(form.name) is not form:
        return _filled(form, question, world.catalog, world.today, world.voice)
    return _known(world.catalog, form.name, question.name, world.today, world.voice)


@lru_cache(maxsize=1024)  # asked for several times with every message, and the same for a whole day
def _known(catalog: Catalog, form: str, question: str, day: date, voice: Voice) -> tuple[Option, ...]:
    found = catalog[form].get(question)
    assert found is not None
    return _filled(catalog[form], found, catalog, day, voice)


def _filled(form: Form, question: Question, catalog: Catalog, day: date, voice: Voice) -> tuple[Option, ...]:
    fill = voice.fill
    return tuple(
        Option(c.name, fill(c.label), tuple(map(fill, (*c.words, *c.answers))), fill(c.button))
        for c in catalog.choices(form, question, day)
    )


def people(draft: Draft, form: Form, world: World) -> tuple[Option, ...]:
    """The roster of the day that the draft is about, in its order."""
    question = form.day_question
    answered = draft.answers.get(question.name) if question else None
    day = date.fromisoformat(answered) if isinstance(answered, str) else world.today
    return tuple(Option(seat.name, seat.label) for seat in world.roster if seat.sits_on(day))
