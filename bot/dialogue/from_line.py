"""The message is the report: which forms a typed line may mean, and what it already answers of them.

Which form, which kind of activity, which fund comes from words that the forms and their lists carry as data.
Nothing is taken silently: what was understood is shown, and the review comes before anything is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.answers.extract import Extract, extract
from bot.answers.model import JSON, NOTHING, Value
from bot.answers.normal import clean
from bot.dialogue import batch
from bot.dialogue.line_amounts import estimated
from bot.dialogue.line_answers import reading_of
from bot.dialogue.model import Draft, World
from bot.dialogue.spoken import Spoken, choice_words, form_words, phrases_of
from templates.forms import Form, Question

# What a line says beside words: a form with a question for it is more likely meant.
_EVIDENCE = {"lines": 20, "money": 6, "people": 4, "ratio": 4, "count": 2, "giver": 4}
_CLOSE = 0.7  # a second form that scores this much of the best is offered too


class Proposal(NamedTuple):
    """A form that the line may mean, with its answers.

    ``unclear`` are parts of the line that answer a question in more than one way, by question; ``doubted`` is
    such a question that would not be asked, since it has a default: it has to be asked first. ``named``: the
    line says the form by words, ``gift`` only by somebody beside an amount.
    """

    form: Form
    answers: dict[str, JSON]
    score: int
    unclear: Mapping[str, str] = NOTHING
    doubted: str | None = None
    named: bool = False
    gift: bool = False

    def tells(self, *kinds: str) -> bool:
        """Whether the line answers a question of one of these kinds, clearly or not; "giver" is one too."""
        told = (self.form.get(name) for name in (*self.answers, *self.unclear))
        return any(q is not None and (q.kind in kinds or q.fill in kinds) for q in told)


def proposals(forms: Iterable[Form], line: str, world: World) -> list[Proposal]:
    """The forms that the line fits, the best first; those that fit much less are left out.

    ``line`` is as it came: a pasted list has tabs and several lines, and opens only a form that takes lists.
    """
    if batch.looks_like_list(line, world):
        forms = [form for form in forms if batch.lines_question(form) is not None]
    heard = extract(clean(line), world.today, world.hamlets)
    spoken = Spoken.of(heard, phrases_of(world.catalog, world.voice))
    found = [p for form in forms if (p := _proposal(form, spoken, heard, line, world)) is not None]
    outranked = {name for p in found if p.form.spoken_only for name in p.form.outranks}
    left = [p for p in found if p.form.name not in outranked]
    likely = sorted(left, key=lambda p: -p.score)
    return [p for p in likely if p.score >= _CLOSE * likely[0].score]


def _proposal(form: Form, spoken: Spoken, heard: Extract, raw: str, world: World) -> Proposal | None:
    """The form as the line may mean it; None where the line says nothing of it."""
    words = spoken.weight(form_words(form, world.catalog))
    gift = 0 if words else _gift(form, heard)
    score = words or gift
    listed = batch.lines_question(form)
    pasted = batch.understand(raw, None, world) if listed and batch.looks_like_list(raw, world) else None
    if (
        not score
        and not isinstance(pasted, Value)
        and (form.spoken_only or listed or _is_unpaid(form, heard))
    ):
        return None
    answers: dict[str, JSON] = {}
    for question in form.question:
        if question.list_name:
            name, weight = _choice(form, question, spoken, world)
            score += weight
            if name is not None:
                answers[question.name] = name
    if listed and isinstance(pasted, Value):
        answers[listed.name] = pasted.value
        score += _EVIDENCE["lines"]
    # What a form is about is its first question: which activity, which fund.
    named = bool(words) or form.question[0].name in answers
    found = Proposal(form, answers, score, named=named, gift=bool(gift))
    return _filled(found, spoken, heard, world) if score > 0 else None


def _filled(proposal: Proposal, spoken: Spoken, heard: Extract, world: World) -> Proposal:
    """With what days, amounts, counts, names and places the line says."""
    form, answers, score = proposal.form, proposal.answers, proposal.score
    unclear: dict[str, str] = {}
    for question in form.question:
        if _of_several(form, question):
            continue  # which of several amounts the line means is not said
        if question.fill == "said":
            reading: Value | str | None = _said(form, question, answers, spoken, world)
        else:
            reading = reading_of(form, question, answers, spoken, heard, world)
        if reading is None:
            continue
        score += _EVIDENCE.get(question.kind, 0)
        if not _imply(question, answers):
            continue
        if isinstance(reading, Value):
            answers[question.name] = reading.value
        else:
            unclear[question.name] = reading
    answers |= estimated(form, heard, world)
    doubted = next((name for name in unclear if _is_taken_for_granted(form, name)), None)
    return proposal._replace(answers=answers, score=score, unclear=unclear, doubted=doubted)


def _gift(form: Form, heard: Extract) -> int:
    """ "ba Nam 500k": somebody beside an amount gives it, whatever verb is left out."""
    gives = not form.spoken_only and any(question.fill == "giver" for question in form.question)
    return _EVIDENCE["giver"] if gives and heard.of("giver") and heard.of("money") else 0


def _is_unpaid(form: Form, heard: Extract) -> bool:
    """Whether the form is about money and the line tells none: "quà cho người nghèo" names no fund."""
    return any(question.kind == "money" for question in form.question) and not heard.of("money", "number")


def _is_taken_for_granted(form: Form, name: str) -> bool:
    question = form.get(name)
    return question is not None and question.default is not None


def _choice(form: Form, question: Question, spoken: Spoken, world: World) -> tuple[str | None, int]:
    """The choice whose words the line says, None where it says several; and how much that tells."""
    weights: dict[str, int] = {}
    choices = choice_words(form, question, world.catalog, world.today, world.voice)
    for choice in choices:
        if weight := spoken.longest(choice.said):
            weights[choice.name] = weight
    left = dict(weights)
    for choice in choices:
        for outranked in choice.outranks if choice.name in weights else ():
            left.pop(outranked, None)
    return (next(iter(left)) if len(left) == 1 else None), max(left.values(), default=0)


def _said(
    form: Form, question: Question, answers: dict[str, JSON], spoken: Spoken, world: World
) -> Value | None:
    """The words by which the line chose what leads to the question: "quỹ khuyến học", not "quỹ khác"."""
    for name, values in question.relevant.items():
        asked = form.get(name)
        if asked is None or answers.get(name) not in values:
            continue
        for choice in choice_words(form, asked, world.catalog, world.today, world.voice):
            if choice.name == answers[name] and (words := spoken.words_of(choice)):
                return Value(words)
    return None


def _of_several(form: Form, question: Question) -> bool:
    named = (form.get(other) for other in question.relevant)
    return any(other is not None and other.kind == "select_multiple" for other in named)


def _imply(question: Question, answers: dict[str, JSON]) -> bool:
    """An amount of money says that money was given: the one value that leads to the question.

    False where the line says another as well ("2 triệu và 50 kg gạo"): then neither is taken.
    """
    agreed = True
    for other, values in question.relevant.items():
        if len(values) == 1 and answers.setdefault(other, values[0]) != values[0]:
            del answers[other]
            agreed = False
    return agreed


def unclear_part(proposal: Proposal, draft: Draft) -> str | None:
    """The unclear part of the line, once the draft has come to its question."""
    return proposal.unclear.get(draft.at) if draft.at else None
