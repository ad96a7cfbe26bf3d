"""A pasted list as the answer to one question: read, doubts asked one by one, summed up, split into records.

The stored answer is ``{"rows": [[line, name, amount]], "doubts": [[line, text, name, readings]],
"totals": [[written, counted]], "lines": n}``; it is complete when no doubt is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.answers import read
from bot.answers.lines import Pasted, read_lines
from bot.answers.model import JSON, Ask, Asked, Reading, Refuse, Value
from bot.dialogue.model import Draft, World
from templates import style
from templates.forms import Form, Question

LOOKED_AT = 40  # lines that tell whether a text is a list
FEWEST = 2  # rows and doubts that make a text a list


def looks_like_list(raw: str, world: World) -> bool:
    """Whether a text of several lines is a list with amounts."""
    if raw.count("\n") < FEWEST - 1:
        return False
    # Its first lines tell: a text of thousands must not be read whole to learn that it is none.
    pasted = read_lines("\n".join(raw.split("\n", LOOKED_AT)[:LOOKED_AT]), world.today)
    return len(pasted.rows) >= FEWEST or (bool(pasted.rows) and len(pasted.doubts) >= FEWEST)


def understand(raw: str, before: JSON, world: World) -> Reading:
    """The list that ``raw`` is, joined to what was pasted ``before``."""
    pasted = read_lines(raw, world.today)
    if not pasted.rows and not pasted.doubts:
        return Refuse("list_none")
    return Value(_joined(before, pasted))


def _joined(before: JSON, pasted: Pasted) -> dict[str, Any]:
    known: dict[str, Any] = before or {"rows": [], "doubts": [], "totals": [], "lines": 0}
    offset = known["lines"]
    counted_before = sum(row[2] for row in known["rows"])
    lines = (*pasted.rows, *pasted.doubts, *pasted.skipped)
    highest = max([line.number for line in lines] + [one.number for one in pasted.totals], default=0)
    return {
        "rows": [*known["rows"], *([offset + r.number, r.name or r.text, r.amount] for r in pasted.rows)],
        "doubts": [
            *known["doubts"],
            *([offset + d.number, d.text, d.name, _readings(d.reading)] for d in pasted.doubts),
        ],
        "totals": [*known["totals"], *([t.written, t.counted + counted_before] for t in pasted.totals)],
        "lines": offset + highest,
    }


def _readings(reading: Reading) -> list[int]:
    if not isinstance(reading, Ask):
        return []
    return [r.value for r in reading.readings if isinstance(r.value, int)]


def doubtful(answer: JSON) -> bool:
    return bool(answer and answer.get("doubts"))


def doubt_text(answer: JSON, world: World) -> str:
    """The first doubt as a question: its line, what it could mean, or leaving it out."""
    number, text, _, readings = answer["doubts"][0]
    say, key = world.voice.say, "batch.doubt" if len(answer["doubts"]) > 1 else "batch.doubt_last"
    lines = [
        say(key, line=number, text=text[:80], left=len(answer["doubts"])),
        *(f"{n}. {style.money(amount)}" for n, amount in enumerate(readings, 1)),
        f"{len(readings) + 1}. {say('batch.leave_out')}",
        say("batch.or_type"),
    ]
    return "\n".join(lines)


def settle_doubt(answer: JSON, text: str, world: World) -> JSON | None:
    """The list with its first doubt settled by ``text``; None where the text settles nothing."""
    number, line, name, readings = answer["doubts"][0]
    rest = {**answer, "doubts": answer["doubts"][1:]}
    choice = text.strip(" .)")
    if choice.isdecimal() and 1 <= int(choice) <= len(readings) + 1:
        if int(choice) == len(readings) + 1:
            return rest
        amount: JSON = readings[int(choice) - 1]
    else:
        typed = read(text, Asked("money", world.today))
        if not isinstance(typed, Value) or not isinstance(typed.value, int):
            return None
        amount = typed.value
    rows = sorted([*answer["rows"], [number, name or line, amount]], key=lambda row: row[0])
    return {**rest, "rows": rows}


def total(answer: JSON) -> int:
    """Đồng of all rows."""
    return sum(row[2] for row in answer["rows"])


def shown(answer: JSON, world: World) -> str:
    """The list in one line of the summary, and whether it equals the total written in it."""
    say, summed = world.voice.say, total(answer)
    text: str = say("batch.shown", count=len(answer["rows"]), total=style.money(summed))
    if answer["totals"]:
        written = answer["totals"][-1][0]
        text += " " + (
            say("batch.agrees")
            if written == summed
            else say("batch.differs", written=style.money(written), by=style.money(abs(written - summed)))
        )
    return text


def lines_question(form: Form) -> Question | None:
    """The question that takes a pasted list, where the form has one."""
    return form.first("lines")


def records(form: Form, target: Form, draft: Draft) -> list[Mapping[str, JSON]]:
    """The answers of each record that the list becomes: what all share, and each row's name and amount."""
    question = lines_question(form)
    assert question is not None and question.row is not None  # checked when the form was loaded
    shared = {
        q.name: draft.answers[q.name] if q.name in draft.answers else question.fixed.get(q.name)
        for q in target.question
        if q.name in draft.answers or q.name in question.fixed
    }
    return [
        {**shared, question.row["name"]: name, question.row["amount"]: amount}
        for _, name, amount in draft.answers[question.name]["rows"]
    ]
