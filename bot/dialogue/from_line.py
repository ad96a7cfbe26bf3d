"""The message is the report: which forms a typed line may mean, and what it already answers of them.

Which form, which kind of activity, which fund comes from words that the forms and their lists carry as data.
Nothing is taken silently: what was understood is shown, and the review comes before anything is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.answers import read, units
from bot.answers.daywords import names_feast
from bot.answers.extract import Extract, Found, extract
from bot.answers.model import JSON, Ask, Asked, Value
from bot.answers.normal import clean, fold
from bot.answers.tokens import Lexicon, Token, says, tokenise
from bot.dialogue import batch, steps
from bot.dialogue.model import Draft, World
from bot.dialogue.places import place_in
from bot.dialogue.spoken import Spoken, choice_words, form_words, phrases_of
from templates.forms import Form, Question

# What a line says beside words: a form with a question for it is more likely meant.
_EVIDENCE = {"lines": 20, "money": 6, "people": 4, "ratio": 4, "count": 2, "giver": 4}
_CLOSE = 0.7  # a second form that scores this much of the best is offered too
_NOT_WORDS = ("day", "hour", "money", "hamlet", "ratio", "pair")
_EACH = re.compile(r"(?:\bmoi|\b1|\bmot|/)\s*(?:\w+\s+){0,3}(?:\bla|\btri gia|:)?\s*$")
_EACH_WITHIN = 30  # letters before an amount
_GROUPED = re.compile(r"\d{3}(?:[.,]\d{3})+|\d{1,2}(?:[.,]\d{3}){2,}")  # "500.000", "52.150.000"
_ABSENT = re.compile(r"\bvang\b[: ]*")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A form that the line may mean, with its answers.

    ``unclear`` are parts of the line that answer a question in more than one way, by question; ``doubted`` is
    such a question that would not be asked, since it has a default: it has to be asked first.
    """

    form: Form
    answers: dict[str, JSON]
    score: int
    unclear: dict[str, str] = field(default_factory=dict)
    doubted: str | None = None


def proposals(forms: Iterable[Form], line: str, world: World) -> list[Proposal]:
    """The forms that the line fits, the best first; those that fit much less are left out.

    ``line`` is as it came: a pasted list has tabs and several lines, and opens only a form that takes lists.
    """
    if batch.looks_like_list(line, world):
        forms = [form for form in forms if batch.lines_question(form) is not None]
    heard = extract(clean(line), world.today, world.hamlets)
    spoken = Spoken.of(heard, phrases_of(world.catalog, world.voice))
    found = [_proposal(form, spoken, heard, line, world) for form in forms]
    outranked = {name for p in found if p.score > 0 and p.form.spoken_only for name in p.form.outranks}
    left = [p for p in found if p.score > 0 and p.form.name not in outranked]
    likely = sorted(left, key=lambda p: -p.score)
    return [p for p in likely if p.score >= _CLOSE * likely[0].score]


def _proposal(form: Form, spoken: Spoken, heard: Extract, raw: str, world: World) -> Proposal:
    nothing = Proposal(form, {}, 0)
    score = spoken.weight(form_words(form)) or _gift(form, heard)
    listed = batch.lines_question(form)
    pasted = batch.understand(raw, None, world) if listed and batch.looks_like_list(raw, world) else None
    if (
        not score
        and not isinstance(pasted, Value)
        and (form.spoken_only or listed or _is_unpaid(form, heard))
    ):
        return nothing
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
    return _filled(Proposal(form, answers, score), spoken, heard, world) if score else nothing


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
            reading = _reading(form, question, answers, spoken, heard, world)
        if reading is None:
            continue
        score += _EVIDENCE.get(question.kind, 0)
        if not _imply(question, answers):
            continue
        if isinstance(reading, Value):
            answers[question.name] = reading.value
        else:
            unclear[question.name] = reading
    answers |= _estimated(form, heard, world)
    doubted = next((name for name in unclear if _is_taken_for_granted(form, name)), None)
    return Proposal(form, answers, score, unclear, doubted)


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


def _reading(
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
            return _money(heard, world) or _bare_amount(heard, world)
        case "count":
            return _count(question, heard)
        case "ratio":
            return _share(form, heard, world)
        case "day":
            # A line says one day: that on which it happened.
            return _day(form, heard) if question is _day_told(form, spoken) else None
        case "people":
            return _attendance(form, question, answers, heard.text, heard, world)
        case "text":
            return _text(question, heard, world)
    return None


def _money(heard: Extract, world: World) -> Value | str | None:
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


def _bare_amount(heard: Extract, world: World) -> Value | str | None:
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


def _share(form: Form, heard: Extract, world: World) -> Value | str | None:
    """The part of a whole; a mark that another question asks about ("ước 93,64%") leaves it clear."""
    found = heard.of("ratio") or heard.of("pair")
    if not found:
        return None
    said = heard.text[found[0].start : found[-1].end]
    reading = read(said, Asked("ratio", world.today))
    if isinstance(reading, Ask) and len(reading.readings) == 1 and _estimated(form, heard, world):
        return reading.readings[0]
    return reading if isinstance(reading, Value) else said


def _estimated(form: Form, heard: Extract, world: World) -> dict[str, str]:
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


def _count(question: Question, heard: Extract) -> Value | None:
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
    """ "họp ban 7/9, vắng chị Hoa": by name where the names are clear, else by number."""
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
    return counted[0] if len(counted) == 1 else None


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


def unclear_part(proposal: Proposal, draft: Draft) -> str | None:
    """The unclear part of the line, once the draft has come to its question."""
    return proposal.unclear.get(draft.at) if draft.at else None
