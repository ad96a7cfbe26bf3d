"""How questions, answers and summaries read. Texts only; nothing here decides."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from bot.answers.model import JSON, Option
from bot.dialogue import batch, dropping, pages, path
from bot.dialogue.model import Draft, World
from templates import style
from templates.forms import BUTTON_WIDTH, LIVE_LISTS, Form, Question

MOST_BUTTONS = 12  # more than these push the question off a phone's screen
LONGEST_VALUE = 160  # characters of one answer within a summary; the record keeps all of it


def numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def value(form: Form, question: Question, answer: JSON, draft: Draft, world: World) -> str:
    """An answer as it reads within a sentence; nothing for none."""
    if answer is None or answer == "":
        return ""
    match question.kind:
        case "money":
            marked = answer if isinstance(answer, dict) else {"value": answer}
            return style.with_mark(style.money(marked["value"]), marked.get("mark"))
        case "count":
            # In a chat "8", in a document "08".
            marked = answer if isinstance(answer, dict) else {"value": answer}
            return style.with_mark(style.number(marked["value"]), marked.get("mark"))
        case "day":
            return style.day(date.fromisoformat(answer))
        case "select_one":
            return choice(form, question, answer, world)
        case "select_multiple":
            return ", ".join(choice(form, question, name, world) for name in answer)
        case "ratio":
            return ratio(answer)
        case "lines":
            return batch.shown(answer, world)
        case "people":
            return f"{answer['present']}/{answer['total']}"
        case _:
            return str(answer)


def reading(form: Form, question: Question, answer: JSON, draft: Draft, world: World) -> str:
    """A reading as a choice; an amount of money in words too, since zeros are easily miscounted."""
    shown = value(form, question, answer, draft, world)
    if question.kind == "money":
        amount = answer["value"] if isinstance(answer, dict) else answer
        return f"{shown} ({style.money_words(amount).lower()})"
    return shown


def absent_text(form: Form, answer: JSON, draft: Draft, world: World) -> str:
    """Who is absent, by name."""
    names = [option.label for option in path.people(draft, form, world) if option.name in answer["absent"]]
    return ", ".join(names)


def ratio(answer: Any) -> str:
    if "percent" in answer:
        return style.percent(answer["percent"])
    return f"{answer['part']}/{answer['whole']}"


def choice(form: Form, question: Question, name: str, world: World) -> str:
    """A choice as it reads in a summary, also one that was retired since."""
    if question.list_name in LIVE_LISTS:
        live = world.lists.get(question.list_name or "", ())
        return next((option.label for option in live if option.name == name), name)
    choices = world.catalog.choices(form, question)
    found = next((c for c in choices if c.name == name), None)
    if found is None:
        return name
    return world.voice.fill(found.said or found.label).replace("{don_vi}", world.unit)


def question_text(form: Form, question: Question, draft: Draft, world: World) -> str:
    """The question with its number, hint and choices: "Câu 2/4: …"."""
    voice = world.voice
    offered = offered_options(form, question, draft, world)
    unlisted = question.kind == "people" and not offered
    label = voice.say("dialogue.how_many_came") if unlisted else voice.fill(question.label)
    if draft.editing:
        lines = [voice.say("dialogue.correct", question=label)]
    else:
        at = len(draft.asked) + 1
        left = [q for q in path.likely_questions(form, draft, world) if q.name != question.name]
        lines = [voice.say("dialogue.question", at=at, of=at + len(left), question=label)]
    if question.hint and not unlisted:
        lines.append(voice.fill(question.hint))
    if offered:
        lines += pages.shown(offered, draft.page)
    if (all_pages := pages.count(offered)) > 1:
        at = draft.page + 1 if draft.page < all_pages else 1
        following = at % all_pages + 1
        lines.append(voice.say("dialogue.page", at=at, of=all_pages, following=following))
    return "\n".join(lines)


def offered_options(form: Form, question: Question, draft: Draft, world: World) -> tuple[Option, ...]:
    if question.list_name:
        return path.options(form, question, world)
    return path.people(draft, form, world) if question.kind == "people" else ()


def buttons(form: Form, question: Question, world: World) -> tuple[str, ...]:
    """Labels that answer the question when tapped; none where there are too many, or one is too long.

    A roster has none: who is absent takes several taps.
    """
    if question.kind != "select_one":
        return ()
    labels = tuple(option.short or option.label for option in path.options(form, question, world))
    fit = len(labels) <= MOST_BUTTONS and all(len(label) <= BUTTON_WIDTH for label in labels)
    return labels if fit else ()


def review_lines(form: Form, draft: Draft, world: World) -> list[tuple[str | None, str]]:
    """The numbered lines of the summary: (question, text); None is the line of the photos."""
    lines: list[tuple[str | None, str]] = []
    for question in path.on_path(form, draft, world):
        answer = draft.answers.get(question.name)
        if question.kind == "image" or question.hidden or _left_out(question, answer, draft):
            continue
        shown = value(form, question, answer, draft, world)
        if isinstance(answer, dict) and (note := answer.get("noted")):
            shown = f"{shown} ({note})"
        shown = shorten(shown) or world.voice.say("dialogue.empty")
        lines.append((question.name, f"{world.voice.fill(question.heading)}: {shown}"))
    if photos := dropping.shown(draft, world):
        lines.append((None, world.voice.say("dialogue.photo_line", count=photos)))
    return lines


def _left_out(question: Question, answer: JSON, draft: Draft) -> bool:
    whole = draft.full or draft.record is not None
    return question.quiet and not whole and answer == question.default


def review_text(form: Form, draft: Draft, world: World) -> str:
    if form.review is not None and draft.record is None:
        return _single_review(form, form.review, draft, world)
    voice = world.voice
    if not (found := review_lines(form, draft, world)):
        return voice.say("dialogue.review_nothing")
    lines = numbered([text for _, text in found])
    head = _review_head(draft, world)
    return f"{head}\n{lines}\n{voice.say('dialogue.review_end')}"


def _review_head(draft: Draft, world: World) -> str:
    """Over the summary: which record is corrected, for whom and from what source somebody else reports."""
    say = world.voice.say
    if draft.record is not None:
        return say("dialogue.review_changed", number=draft.record)
    if draft.source is not None:
        return say("dialogue.review_for", unit=world.unit, source=source(draft.source, world))
    return say("dialogue.review")


def source(name: str, world: World) -> str:
    """Where somebody who reports for others has it from, as it reads within a sentence."""
    choices = world.catalog.lists.get("nguon", ())
    said = next((c.said or c.label for c in choices if c.name == name), name)
    return world.voice.fill(said)


def _single_review(form: Form, name: str, draft: Draft, world: World) -> str:
    """Attendance: who is absent, to be confirmed or typed anew."""
    question = form.get(name)
    assert question is not None  # checked when the form was loaded
    voice, answer = world.voice, draft.answers[name]
    seats = list(enumerate(path.people(draft, form, world), 1))
    absent = [f"{n}. {seat.label}" for n, seat in seats if seat.name in answer["absent"]]
    shown = value(form, question, answer, draft, world)
    unnamed = answer["total"] - answer["present"] - len(absent)
    end = "dialogue.attendance_end" if seats else "dialogue.attendance_end_unlisted"
    if absent:
        lines = [voice.say("dialogue.attendance", shown=shown), *absent]
    elif note := answer.get("noted"):
        lines = [voice.say("dialogue.attendance_noted", shown=shown, note=shorten(note))]
    elif unnamed:
        lines = [voice.say("dialogue.attendance_unnamed", shown=shown, count=unnamed)]
    else:
        lines = [voice.say("dialogue.attendance_full", shown=shown)]
    return "\n".join([*lines, voice.say(end)])


def intro(form: Form, draft: Draft, world: World) -> str:
    """The form's first line, where it has one: "Họp Ban Công tác Mặt trận ấp 3, 08/12/2024."."""
    if form.intro is None:
        return ""
    text = world.voice.fill(form.intro).replace("{don_vi}", world.unit)
    for question in form.question:
        answer = draft.answers.get(question.name)
        if question.kind == "day" and isinstance(answer, str):
            text = text.replace(f"{{{question.name}}}", style.short_day(date.fromisoformat(answer)))
    return text


def title(form: Form, draft: Draft, world: World) -> str:
    """How a record reads in a list: the form's title with its answers.

    A part in square brackets is left out where an answer that it names is missing.
    """
    said = {q.name: shorten(value(form, q, draft.answers.get(q.name), draft, world)) for q in form.question}
    said["label"] = world.voice.fill(form.label)

    def part(match: re.Match[str]) -> str:
        named = re.findall(r"\{(\w+)\}", match[1])
        return match[1] if all(said.get(name, "-") for name in named) else ""

    text = re.sub(r"\[([^\]]*)\]", part, world.voice.fill(form.title))
    text = re.sub(r"\{(\w+)\}", lambda match: said.get(match[1], match[0]), text)
    return text.strip(" ,:–")


def understood(form: Form, draft: Draft, world: World) -> str:
    """What was taken from a line typed at the menu, shown before the rest is asked."""
    lines = []
    for question in path.on_path(form, draft, world):
        answer = draft.answers.get(question.name)
        if answer in ("", None, path.default(question, world.today)) or question.fill == "line":
            continue
        shown = shorten(value(form, question, answer, draft, world))
        lines.append(f"• {world.voice.fill(question.heading)}: {shown}")
    return "\n".join(lines)


def shorten(text: str, longest: int = LONGEST_VALUE) -> str:
    """``text`` in one line of at most so many characters, cut after a whole word where there is one."""
    text = text.replace("\n", " ")
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    words = kept.rpartition(" ")[0]
    return (words if len(words) > longest // 2 else kept).rstrip(" ,;:.–") + "…"
