"""The pure step: a form, a draft, what was said and the world give the next draft and the answer.

Every transition of a dialogue is in this module. Nothing here waits, reads a clock or chooses at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.answers import read
from bot.answers.confirm import command, is_no, is_yes
from bot.answers.model import JSON, Ask, Asked, Reading, Refuse, Value
from bot.answers.normal import fold
from bot.answers.people import noted
from bot.dialogue import batch, dropping, life, measures, pages, path, show
from bot.dialogue.model import Draft, Said, Step, World
from templates import style
from templates.forms import Form, Question

PATIENCE = 3  # misunderstandings after which help or skipping is offered


def begin(form: Form, draft: Draft, world: World, preface: str = "") -> Step:
    """The first question of a new draft, or the review where nothing is left to ask."""
    derived = path.derive(form, draft, world)
    return _ask_next(form, derived, world, _join(preface, show.intro(form, derived, world)))


def without(draft: Draft, name: str) -> Draft:
    """The draft without one answer: not even its default is known."""
    return draft._replace(answers={other: a for other, a in draft.answers.items() if other != name})


def ask_first(form: Form, draft: Draft, name: str, world: World, preface: str = "") -> Step:
    """Asks one question of a new draft before all others, also one that would be left at its default."""
    return _prompt(form, without(draft, name)._replace(at=name), world, preface)


def resume(form: Form, draft: Draft, world: World, preface: str = "") -> Step:
    """Takes up a draft where it was left; one of an older version is replayed through the new form."""
    if draft.version != form.version:
        renewed = path.replay(form, draft, world)
        note = world.voice.say("dialogue.form_changed", form=world.voice.fill(form.label))
        return _ask_next(form, renewed, world, _join(preface, note))
    return _prompt(form, draft, world, preface)


def edit(form: Form, draft: Draft, name: str, world: World) -> Step:
    """Goes straight to one question of a complete draft; afterwards the review follows."""
    return _prompt(form, draft._replace(at=name, editing=True, readings=(), misses=0, page=0), world)


def step(form: Form, draft: Draft, said: Said, world: World) -> Step:
    """What ``said`` does to ``draft``. A draft of an older version is only taken up, never answered."""
    if draft.version != form.version:
        return resume(form, draft, world)
    if not said.text:
        return _without_text(form, draft, said, world)
    match command(said.text):
        case "cancel" if _may_be_a_name(form, draft, said.text):
            question = _current(form, draft)
            assert question is not None
            ask = Ask("text_cancel", (Value(said.text),))
            return _ask_back(form, draft, question, ask, said.text, world)
        case "cancel":
            said_so = "dialogue.cancelled" if draft.record is None else "dialogue.cancelled_change"
            return Step(draft, world.voice.say(said_so, number=draft.record), ended="cancelled")
        case "help":
            return _prompt(form, draft, world, world.voice.say("dialogue.help"))
        case "back":
            return _back(form, draft, world)
        case "skip":
            return _skip(form, draft, world)
    if (pasted := _pasted(form, draft, said, world)) is not None:
        return pasted
    if (page := _page(form, draft, said.text, world)) is not None:
        return _prompt(form, draft._replace(page=page), world)
    if draft.at is None:
        return _review(form, draft, said.text, world)
    return _answer(form, draft, said.text, world)


def _page(form: Form, draft: Draft, text: str, world: World) -> int | None:
    """The page of a long list that the text asks to see."""
    question = _current(form, draft)
    if question is None or draft.readings or not pages.is_turn(text):
        return None
    return pages.turned(text, show.offered_options(form, question, draft, world), draft.page)


def _may_be_a_name(form: Form, draft: Draft, text: str) -> bool:
    """ "Huy" at a question for a text, without diacritics: a name as well as "hủy"."""
    question = _current(form, draft)
    return question is not None and question.kind == "text" and text.strip(" .").lower() == "huy"


def _without_text(form: Form, draft: Draft, said: Said, world: World) -> Step:
    """A photo answers no question; a sticker or a voice message cannot be read."""
    if said.photos:
        return _prompt(form, draft, world, world.voice.say("dialogue.photos_taken"))
    return _prompt(form, draft, world, world.voice.say("dialogue.only_text"))


def _back(form: Form, draft: Draft, world: World) -> Step:
    if draft.photos == dropping.ASKED:
        return _prompt(form, draft._replace(photos=None), world)
    if draft.editing:
        return _prompt(form, draft._replace(at=None, editing=False, readings=(), misses=0), world)
    if draft.readings:
        return _prompt(form, draft._replace(readings=()), world)
    if not draft.asked:
        return _prompt(form, draft, world, world.voice.say("dialogue.first_question"))
    last = draft.asked[-1]
    answers = {name: answer for name, answer in draft.answers.items() if name != last}
    back = draft._replace(answers=answers, asked=draft.asked[:-1], at=last, misses=0, page=0)
    return _prompt(form, path.derive(form, back, world), world)


def _skip(form: Form, draft: Draft, world: World) -> Step:
    question = _current(form, draft)
    if question is None:
        return _prompt(form, draft, world)
    if question.required:
        return _prompt(form, draft, world, world.voice.say("dialogue.required"))
    return _accept(form, draft, question, None, world)


def _pasted(form: Form, draft: Draft, said: Said, world: World) -> Step | None:
    """A list, wherever in its form it comes: platforms cut a long one into several messages."""
    question = batch.lines_question(form)
    if question is None:
        return None
    here, before = draft.at == question.name, draft.answers.get(question.name)
    if here and not batch.looks_like_list(said.raw, world):
        return _list_line(form, draft, question, said, world)
    if not batch.looks_like_list(said.raw, world):
        return None
    reading = batch.understand(said.raw, None if here and draft.editing else before, world)
    assert isinstance(reading, Value)  # a text that looks like a list is one
    if here:
        return _accept(form, draft, question, reading.value, world)
    joined = draft._replace(answers={**draft.answers, question.name: reading.value})
    if batch.doubtful(reading.value):
        return _ask_next(form, joined, world)
    preface = world.voice.say("batch.joined", shown=batch.shown(reading.value, world))
    return _prompt(form, joined, world, preface)


def _list_line(form: Form, draft: Draft, question: Question, said: Said, world: World) -> Step:
    """A single text at the list: it settles the doubt that was asked about, or is a list of one line."""
    answer, text = draft.answers.get(question.name), said.text or ""
    if batch.doubtful(answer):
        settled = batch.settle_doubt(answer, text, world)
        if settled is None:
            return _prompt(
                form, draft._replace(misses=draft.misses + 1), world, world.voice.say("batch.unclear")
            )
        return _accept(form, draft, question, settled, world)
    match batch.understand(said.raw or text, None, world):
        case Value(value=value):
            return _accept(form, draft, question, value, world)
        case _:
            return _miss(form, draft, question, world.voice.say("answers.refuse.list_none"), world)


def _review(form: Form, draft: Draft, text: str, world: World) -> Step:
    """At the summary: yes sends, a number changes that line."""
    if (photos := dropping.at_review(draft, text, world)) is not None:
        return _prompt(form, photos.draft, photos.world, photos.said)._replace(drop_photos=photos.drops)
    if is_yes(text):
        return Step(draft, "", ended="done")
    if form.review is not None and draft.record is None and not is_no(text):
        question = form.get(form.review)
        assert question is not None  # checked when the form was loaded
        changed = _answer(form, draft._replace(at=question.name, editing=True), text, world)
        if changed.draft.at is None:
            return changed._replace(text=_join(world.voice.say("dialogue.corrected"), changed.text))
        return changed
    if form.review is not None and draft.record is None:  # "không": who is absent, from the start
        return edit(form, draft, form.review, world)
    lines = show.review_lines(form, draft, world)
    if fold(text) == "them":
        return _prompt(form, draft._replace(full=True), world)
    if text.isdecimal() and 1 <= int(text) <= len(lines):
        name = lines[int(text) - 1][0]
        if name is None:
            return _prompt(form, draft, world, world.voice.say("dialogue.photos_how"))
        return edit(form, draft, name, world)
    unclear = world.voice.say("dialogue.review_unclear", count=len(lines)) if lines else ""
    return _prompt(form, draft, world, unclear)


def _answer(form: Form, draft: Draft, text: str, world: World) -> Step:
    question = _current(form, draft)
    if question is None:  # the form lost this question: ask what is left
        return _ask_next(form, path.derive(form, draft._replace(at=None), world), world)
    if draft.readings:
        chosen = _chosen_reading(draft, text)
        if chosen is not None:
            return _accept(form, draft, question, draft.readings[chosen], world)
        if text.strip(" .)") == str(len(draft.readings) + 1):  # "another one"
            return _prompt(form, draft._replace(readings=()), world, world.voice.say("dialogue.type_again"))
    match understand(form, question, draft, text, world):
        case Value(value=value):
            return _accept(form, draft, question, value, world)
        case _ if draft.editing and is_yes(
            text
        ):  # "Đ" at a line that was to be changed: it was right after all
            return _back(form, draft, world)
        case Ask() as ask:
            return _ask_back(form, draft, question, ask, text, world)
        case Refuse() if (other_day := _other_day(form, draft, question, text, world)) is not None:
            return other_day
        case Refuse() as refusal:
            return _refuse(form, draft, question, refusal, text, world)


def _other_day(form: Form, draft: Draft, question: Question, text: str, world: World) -> Step | None:
    """At the roster, a day typed instead: the meeting was on another day than the one that was assumed."""
    day = form.day_question
    if question.kind != "people" or day is None or day.default is None:
        return None
    reading = understand(form, day, draft, text, world)
    if not isinstance(reading, Value):
        return None
    if (why := life.outside(form, day, reading.value, world)) is not None:
        return _miss(form, draft, question, why, world)
    moved = draft._replace(answers={**draft.answers, day.name: reading.value}, readings=(), misses=0)
    if question.name in moved.answers:
        return _ask_next(form, path.derive(form, moved, world), world, show.intro(form, moved, world))
    return _prompt(form, moved, world, show.intro(form, moved, world))


def _chosen_reading(draft: Draft, text: str) -> int | None:
    number = text.strip(" .)")
    if number.isdecimal() and 1 <= int(number) <= len(draft.readings):
        return int(number) - 1
    return 0 if len(draft.readings) == 1 and is_yes(text) else None


def understand(form: Form, question: Question, draft: Draft, text: str, world: World) -> Reading:
    """The text as an answer to the question, in the shape that is stored."""
    offered = show.offered_options(form, question, draft, world)
    if question.kind == "people":
        return _attendance(text, Asked("people", world.today, options=offered))
    wordless = text and not any(char.isalpha() for char in text)
    if question.kind == "text" and not question.bare and (is_yes(text) or wordless):
        return Refuse("text_number")  # it was meant for another question, most likely
    if question.kind == "count":
        measured = measures.understood(form, question, draft, text, world)
        if isinstance(measured, Refuse):
            return measured
        text = measured
    reading = read(text, Asked(question.kind, world.today, question.planned, offered, question.counted))
    if question.fill == "place" and isinstance(reading, Value):
        return Value(_known_place(reading.value, world))
    return _ahead(reading, world) if question.planned else reading


def _ahead(reading: Reading, world: World) -> Reading:
    """A planned day that has gone by is refused at its question; of several, those are left out."""
    today = world.today.isoformat()
    if isinstance(reading, Value) and reading.value < today:
        return Refuse("day_past", {"day": style.day(date.fromisoformat(reading.value))})
    if isinstance(reading, Ask) and reading.readings:
        left = tuple(one for one in reading.readings if one.value >= today)
        last = date.fromisoformat(max(one.value for one in reading.readings))
        return reading._replace(readings=left) if left else Refuse("day_past", {"day": style.day(last)})
    return reading


def _known_place(text: str, world: World) -> str:
    """The commune's own way to write a place that was typed without its diacritics; else as typed."""
    typed = fold(text).strip(" .,").removeprefix("o ").removeprefix("tai ")
    known = [place for place in world.places if fold(place) == typed]
    return known[0] if len(known) == 1 else text


def _attendance(text: str, asked: Asked) -> Reading:
    """Who is absent, or only how many came ("7/9"), as {"absent": ids, "present": n, "total": n}.

    What else was typed of the absent of a board that is not listed is kept as it is, under "noted".
    """
    note = noted(text)
    if note and asked.options:
        reading = read(text, asked)
        if isinstance(reading, Value):
            return Value(_present(reading.value, asked))
    counted = text.replace(note, " ") if note else text  # "vắng bà Năm": no number
    ratio = read(counted, Asked("ratio", asked.today))
    if isinstance(ratio, Value) and "part" in ratio.value:
        part, whole = ratio.value["part"], ratio.value["whole"]
        if asked.options and whole != len(asked.options):
            return Refuse("people_total", {"total": str(len(asked.options))})
        return Value({"absent": [], "present": part, "total": whole} | ({"noted": note} if note else {}))
    if not asked.options:
        return Refuse("people_no_roster")
    reading = read(text, asked)
    if isinstance(reading, Value):
        return Value(_present(reading.value, asked))
    if isinstance(reading, Ask):
        return reading._replace(readings=tuple(Value(_present(r.value, asked)) for r in reading.readings))
    return reading


def _present(absent: JSON, asked: Asked) -> JSON:
    total = len(asked.options)
    return {"absent": list(absent), "present": total - len(absent), "total": total}


def _accept(form: Form, draft: Draft, question: Question, value: JSON, world: World) -> Step:
    found = path.contradiction(form, {**draft.answers, question.name: value}, question.name)
    if found is not None:
        return _miss(form, draft, question, contradicts(found, world), world)
    if value is not None and (why := life.outside(form, question, value, world)) is not None:
        return _miss(form, draft, question, why, world)
    again = draft.editing or question.name in draft.asked
    if draft.answers.get(question.name) != value:  # a number in another unit is another number
        for other in form.question:
            draft = without(draft, other.name) if other.unit_of == question.name else draft
    asked = draft.asked if again else (*draft.asked, question.name)
    answered = draft._replace(
        answers={**draft.answers, question.name: value}, asked=asked, readings=(), misses=0, at=None
    )
    return _ask_next(form, path.derive(form, answered, world), world)


def contradicts(found: tuple[str, Question, Question], world: World) -> str:
    """Why an answer is refused that another one rules out: "Khởi công không thể sau Bàn giao"."""
    rule, question, other = found
    named = {"question": world.voice.fill(question.heading), "other": world.voice.fill(other.heading)}
    return world.voice.say(f"dialogue.{rule}", **named)


def _ask_next(form: Form, draft: Draft, world: World, preface: str = "") -> Step:
    """The next question that is open, else the review."""
    left = path.open_questions(form, draft, world)
    if not left and not form.confirm:
        return Step(draft._replace(at=None), preface, ended="done")
    at = left[0].name if left else None
    following = draft._replace(at=at, editing=False, readings=(), misses=0, page=0)
    return _prompt(form, following, world, preface)


def _ask_back(form: Form, draft: Draft, question: Question, ask: Ask, text: str, world: World) -> Step:
    """The readings as choices, the likeliest first, and always one more: type it again."""
    voice = world.voice
    lines = [_filled(world, f"answers.ask.{ask.code}", ask.data, text)]
    if not ask.readings:
        return _miss(form, draft, question, lines[0], world)
    shown = [
        show.absent_text(form, reading.value, draft, world)
        if question.kind == "people"
        else show.reading(form, question, reading.value, draft, world)
        for reading in ask.readings
    ]
    lines.append(show.numbered([*shown, voice.say("dialogue.another")]))
    asking = draft._replace(readings=tuple(r.value for r in ask.readings), misses=draft.misses + 1)
    if asking.misses >= PATIENCE:
        lines.append(_way_out(question, world))
    return Step(asking, "\n".join(lines))


def _refuse(form: Form, draft: Draft, question: Question, refusal: Refuse, text: str, world: World) -> Step:
    reason = _filled(world, f"answers.refuse.{refusal.code}", refusal.data, text)
    return _miss(form, draft, question, reason, world)


def _miss(form: Form, draft: Draft, question: Question, reason: str, world: World) -> Step:
    """Not understood: the reason; the second time an example; from the third on a way out."""
    missed = draft._replace(misses=draft.misses + 1, readings=())
    lines = [reason]
    if missed.misses >= PATIENCE:
        lines.append(_way_out(question, world))
    elif missed.misses == PATIENCE - 1 and not question.hint:  # a hint is an example already
        lines.append(world.voice.say(f"answers.example.{question.kind}"))
    return _prompt(form, missed, world, "\n".join(lines))


def _way_out(question: Question, world: World) -> str:
    return world.voice.say("dialogue.way_out" if question.required else "dialogue.way_out_skip")


def _prompt(form: Form, draft: Draft, world: World, preface: str = "") -> Step:
    """The message that stands before the person at this draft: a question, or the review."""
    question = _current(form, draft)
    if question is None and draft.photos == dropping.ASKED:
        return Step(draft, _join(preface, dropping.question(draft, world)))
    if question is None:
        text = show.review_text(form, draft, world)
        buttons = (world.voice.say("dialogue.yes_button"),)
        return Step(draft._replace(at=None), _join(preface, text), buttons)
    if question.kind == "lines" and batch.doubtful(draft.answers.get(question.name)):
        return Step(draft, _join(preface, batch.doubt_text(draft.answers[question.name], world)))
    if draft.readings:
        draft = draft._replace(readings=())
    text = show.question_text(form, question, draft, world)
    return Step(draft, _join(preface, text), show.buttons(form, question, world))


def _current(form: Form, draft: Draft) -> Question | None:
    return form.get(draft.at) if draft.at else None


def _filled(world: World, key: str, data: Mapping[str, str], text: str) -> str:
    return world.voice.say(key, **{"text": show.shorten(text), **data})


def _join(*parts: str) -> str:
    return "\n".join(part for part in parts if part)
