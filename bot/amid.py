"""A report that comes while a form is open: the answer to its question, a form of its own, or either."""

from __future__ import annotations

from datetime import timedelta

from bot import flow, opening
from bot.answers import confirm
from bot.answers.extract import extract
from bot.answers.normal import clean
from bot.context import Context, Reply, choices
from bot.dialogue.from_line import Proposal
from storage import rows

FORGOTTEN = timedelta(hours=12)  # after so long nobody remembers which question was open
FEWEST_WORDS = 4  # of a line that reports something
# A day or a choice is easily found in a whole report; what else that tells is never in their answer.
_FOUND_IN_REPORTS = ("day", "select_one", "select_multiple")
_TELLING = ("money", "count", "ratio", "people", "lines", "giver")
_SPANS = ("money", "count", "number", "ratio", "pair", "goods", "giver")


def report(ctx: Context, row: rows.Draft, text: str) -> Reply | None:
    """What a text leads to that is not, or not surely, the answer to the open question; None where it is.

    A line that cannot be the answer, or comes when the question is long forgotten, opens its own form, and
    the open one rests; another text that comes so late to a question for words first hears again what it
    would answer. A line that answers the question and is a report as well is looked at more closely.
    """
    forgotten = ctx.now - row.updated_at > FORGOTTEN
    line = len(text.split()) >= FEWEST_WORDS
    if not text or not (line or forgotten):
        return None
    if not forgotten and flow.asks_for_words(ctx, row):
        return None
    if not forgotten and flow.chooses(ctx, row, text):
        return _answer_or_report(ctx, row, ctx.incoming.text or text)
    if line and (reply := opening.open_from_line(ctx, ctx.incoming.text or text)):
        return reply
    if forgotten and flow.asks_for_words(ctx, row) and confirm.command(text) is None:
        return flow.ask_again(ctx, row, ctx.say("routing.late_text", text=text[:40]))
    return None


def answer(ctx: Context, args: str) -> Reply:
    """/traloi draft text: the text was meant for the draft that was open when it came."""
    number, _, text = args.partition(" ")
    row = ctx.draft
    if row is None or str(row.draft) != number:
        return flow.offer_parked(ctx, Reply(ctx.say("flow.nothing_open")))
    same = next((p for p in opening.meant(ctx, text) if p.form.name == row.form), None)
    if same is None or row.body["at"] is None:
        return flow.ask_again(ctx, row)
    return _fill(ctx, row, same, text)


def _answer_or_report(ctx: Context, row: rows.Draft, raw: str) -> Reply | None:
    """None where the text is only the answer, whatever words it has around it.

    It is a report where it opens a form by the form's own words and tells an amount, or who gave. One of
    another form, or that says other than this draft, opens its own. The same form again may be either:
    nothing answered yet, it is this one; else that is asked.
    """
    form = ctx.house.catalog.get(row.form)
    asked = form.get(row.body["at"] or "") if form else None
    if form is None or asked is None or asked.kind not in _FOUND_IN_REPORTS or form.end != "record":
        return None
    if row.version != form.version or not extract(clean(raw), ctx.today, ctx.house.hamlets).of(*_SPANS):
        return None
    found = [p for p in opening.meant(ctx, raw) if (p.named or p.gift) and p.tells(*_TELLING)]
    same = next((p for p in found if p.form.name == form.name), None)
    if not found or (same and row.body["editing"]):
        return None
    if same is None or flow.gainsays(ctx, row, same):
        return opening.open_from_line(ctx, raw)
    if not row.body["asked"] or not same.named:
        return _fill(ctx, row, same, raw)
    return _which(ctx, row, found, raw)


def _fill(ctx: Context, row: rows.Draft, proposal: Proposal, text: str) -> Reply:
    head = ctx.say("opening.understood", form=ctx.voice.fill(proposal.form.label))
    return flow.fill(ctx, row, proposal, text, opening.preface(ctx, text, row.hamlet), head)


def _which(ctx: Context, row: rows.Draft, found: list[Proposal], raw: str) -> Reply:
    text = " ".join(raw.split())
    lines = [(ctx.say("opening.this_one"), f"/traloi {row.draft} {text}")]
    for one in found:
        label = ctx.say("opening.another", form=ctx.voice.fill(one.form.label))
        lines.append((label, f"/ghi {one.form.name} {text}"))
    shown, options = choices(lines)
    return Reply(f"{ctx.say('opening.this_or_another')}\n{shown}", options=options)
