"""What is said of a report whose last draft was edited in Word: which figures have changed since. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from storage.rows import Edition
from templates import style
from templates.cover import MOST
from templates.documents import Report
from templates.kept import Change
from templates.wording import Wording

_LINES = (24, 16, 12, 8, 4)  # how many figures are named, from generous to sparing


def printed(report: Report, changed: Sequence[Change]) -> list[Change]:
    """Those that stand somewhere in the document."""
    names = {name for line in report.outline.lines for name in line.figures}
    return [change for change in changed if change.name in names]


def message(
    wording: Wording,
    report: Report,
    last: Edition,
    author: str,
    changed: Sequence[Change],
    said: Mapping[str, Any],
) -> str:
    """The whole message, at most MOST characters; ``said`` is the context of a draft of today's figures.

    Its line "1." is for `afresh`.
    """
    named = report.outline.references(said)
    texts = (_message(wording, last, author, changed, named, lines) for lines in _LINES)
    fitting = next((text for text in texts if len(text) <= MOST), None)
    return fitting or _message(wording, last, author, changed, named, 0)[:MOST]


def afresh(label: str) -> dict[str, str]:
    """What the message's number means."""
    return {"1": f"/laplai {label}"}


def _message(
    wording: Wording,
    last: Edition,
    author: str,
    changed: Sequence[Change],
    named: Mapping[str, str],
    lines: int,
) -> str:
    say = wording.say
    text = [
        say("edited.head", lan=last.number, ten=say("report.name", ky=last.label)),
        say("edited.from_word", ten=author, luc=style.moment(last.at)),
    ]
    if changed:
        text.append(say("edited.changed", lan=last.number))
        text += [_line(wording, change, named) for change in changed[:lines]]
        if rest := changed[lines:]:
            where = ", ".join(dict.fromkeys(named.get(c.section, c.section) for c in rest))
            text.append(say("edited.rest", so=len(rest), muc=where))
    else:
        text.append(say("edited.unchanged"))
    return "\n".join([*text, say("edited.how"), say("edited.afresh")])


def _line(wording: Wording, change: Change, named: Mapping[str, str]) -> str:
    nothing = wording.say("report.cover.no_value")
    return wording.say(
        "report.cover.change",
        muc=named.get(change.section, change.section),
        ten=change.label,
        truoc=change.before or nothing,
        nay=change.after or nothing,
    )
