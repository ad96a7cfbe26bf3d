"""Comments on a draft: sending it out with a day to answer by, writing one, reading what was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot import access, flow, worlds
from bot.answers.model import Option
from bot.commands.overrides import period_of
from bot.commands.report import REPORT
from bot.context import Context, Reply
from bot.dialogue import show
from bot.dialogue.model import Draft
from bot.messages import DOCUMENT, NOTICE, Outgoing
from storage import audit, comments, communes, outbox, people, reports
from storage.rows import Account, Circulation, Comment, Edition, Person
from templates import documents, style
from templates.periods import Period

ROLES = (*access.COMMITTEE, "observer")
_BUDGET = 1_700  # characters of comments in one message
_SHORTEST = 60  # how far a comment is shortened before fewer are shown
_SPOKEN = re.compile(r"g[oóòỏõọ]p\s+[yýỳỷỹỵ]\s*(?:[:：]\s*(?P<rest>\S.*)?)?", re.IGNORECASE | re.DOTALL)


def as_command(ctx: Context, text: str) -> str:
    """ "góp ý: mục II.2 thiếu số" as the command that it means, for those who may comment.

    The two words alone are that only to somebody who was asked, and to the rest of the committee what was
    answered as long as a draft is out: else there is a form that they open.
    """
    if not (found := _SPOKEN.fullmatch(text)) or not access.holds(ctx.person, *ROLES):
        return text
    if found["rest"]:
        return f"/gopy : {found['rest']}"
    if comments.last_asked(ctx.tx, ctx.commune, ctx.person.person):
        return "/gopy"
    return "/xemgopy" if access.holds(ctx.person, *access.COMMITTEE) and _is_open(ctx) else text


def _is_open(ctx: Context) -> bool:
    """Whether people have been asked, and may still answer."""
    edition = _last_spoken_of(ctx)
    rounds = comments.of_edition(ctx.tx, ctx.commune, edition.edition) if edition else []
    return any(one.until_day >= ctx.today for one in rounds)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Somebody whom a draft may be sent to; ``account`` None: who has to be called."""

    key: str
    name: str
    post: str
    person: Person | None = None
    account: Account | None = None


def ask(ctx: Context, args: str) -> Reply:
    """/guigopy [period]: whom the last draft goes to, and until when."""
    edition = _edition(ctx, args)
    if edition is None:
        return Reply(ctx.say("comments.no_draft", year=ctx.today.year))
    readers = _readers(ctx)
    if not readers:
        return Reply(ctx.say("comments.nobody"))
    return _ask(ctx, edition, readers)


def _ask(ctx: Context, edition: Edition, readers: Sequence[_Reader], problem: str = "") -> Reply:
    options = [Option(reader.key, _label(ctx, reader), (reader.name,)) for reader in readers]
    about = ctx.say("comments.sending", number=edition.number, period=edition.label)
    return flow.start(
        ctx,
        ctx.house.catalog["gui_gop_y"],
        None,
        subject={"edition": edition.edition, **worlds.as_lists(nguoi=options)},
        preface=f"{problem}\n{about}".strip(),
    )


def _label(ctx: Context, reader: _Reader) -> str:
    key = "comments.reader" if reader.account else "comments.reader_by_phone"
    return ctx.say(key, name=reader.name, post=reader.post)


def _edition(ctx: Context, args: str) -> Edition | None:
    """The last edition of the period that is named, else the one that was made last."""
    if args:
        spoken = period_of(ctx, args)
        if spoken.named:
            days = (spoken.period.from_day, spoken.period.until_day)
            return reports.last_edition(ctx.tx, ctx.commune, REPORT, *days)
    return reports.newest(ctx.tx, ctx.commune, REPORT)


def _readers(ctx: Context) -> list[_Reader]:
    """The committee and those who follow it, but oneself; seats without a person have to be called."""
    found = []
    for person in people.members(ctx.tx, ctx.commune, ctx.house.purpose):
        kind = next((role.kind for role in person.roles if role.kind in ROLES), None)
        if kind is None or person.person == ctx.person.person:
            continue
        accounts = people.addresses(ctx.tx, ctx.commune, person.person, ctx.house.purpose)
        post = ctx.say(f"comments.post.{kind}")
        account = accounts[0] if accounts else None
        found.append(_Reader(f"p{person.person}", person.name, post, person, account))
    known = {reader.name for reader in found} | {ctx.person.name}
    for seat in communes.roster(ctx.tx, ctx.commune, None, ctx.today):
        if seat.name not in known:
            found.append(_Reader(f"s{seat.member}", seat.name, ctx.say("comments.post.standing_committee")))
    return found


def sent(ctx: Context, draft: Draft) -> Reply:
    """The end of "gui_gop_y": the file and a word to each, and who has to be called."""
    edition = reports.get(ctx.tx, ctx.commune, draft.subject["edition"])
    if edition is None or not access.holds(ctx.person, *access.COMMITTEE):
        return Reply(ctx.say("access.other_role"))
    until, readers = date.fromisoformat(draft.answers["han"]), _readers(ctx)
    chosen = [reader for reader in readers if reader.key in draft.answers["nguoi"]]
    if not chosen:
        return _ask(ctx, edition, readers, ctx.say("comments.chosen_none"))
    reached = [reader for reader in chosen if reader.account is not None]
    others = [reader.name for reader in chosen if reader.account is None]
    asked = [reader.person.person for reader in reached if reader.person is not None]
    number = comments.circulate(
        ctx.tx, ctx.commune, edition.edition, ctx.person.person, until, asked, others, ctx.now
    )
    audit.note(ctx.tx, ctx.commune, ctx.now, ctx.person.person, "circulate", str(number), {"asked": asked})
    for reader in reached:
        _send(ctx, reader, edition, until)
    lines = [ctx.say("comments.sent", number=edition.number, period=edition.label, day=style.due_day(until))]
    if reached:
        lines.append(ctx.say("comments.reached", names=_names(reader.name for reader in reached)))
    if others:
        lines.append(ctx.say("comments.call", names=_names(others)))
    return Reply("\n".join([*lines, ctx.say("comments.how_to_read")]))


def _names(names: Iterable[str]) -> str:
    return show.shorten(", ".join(names), 600)


def _send(ctx: Context, reader: _Reader, edition: Edition, until: date) -> None:
    """A word and the file."""
    assert reader.account is not None and reader.person is not None
    period = Period(edition.from_day, edition.until_day, edition.label)
    text = ctx.house.voice(reader.person.address_form).say(
        "comments.please",
        sender=ctx.person.name,
        number=edition.number,
        report=ctx.say("report.name", ky=edition.label),
        from_day=style.short_day(edition.from_day),
        until_day=style.short_day(edition.until_day),
        day=style.due_day(until),
    )
    to = (ctx.tx, ctx.commune, reader.account.bot, reader.account.address, DOCUMENT)
    offer = {"options": {"1": f"/gopy {edition.edition}"}, "draft": None, "about": text}
    outbox.put(*to, Outgoing(text, keep_keyboard=True).as_json(), ctx.now, offer)
    name = documents.file_name(period, edition.number)
    file = Outgoing("", document=edition.path, name=name, keep_keyboard=True)
    outbox.put(*to, file.as_json(), ctx.now)


def write(ctx: Context, args: str) -> Reply:
    """/gopy [edition | : words]: asks what there is to say, or takes what was said with it."""
    edition = _asked_about(ctx, args)
    if edition is None:
        return Reply(ctx.say("comments.not_asked"))
    if args.startswith(":"):
        return _store(ctx, edition, args[1:].strip())
    about = ctx.say("comments.about", number=edition.number, period=edition.label)
    form = ctx.house.catalog["gop_y"]
    return flow.start(ctx, form, None, subject={"edition": edition.edition}, preface=about)


def _asked_about(ctx: Context, args: str) -> Edition | None:
    """The edition that the person was asked about: the named one, or the last; the committee about any."""
    committee = access.holds(ctx.person, *access.COMMITTEE)
    last = comments.last_asked(ctx.tx, ctx.commune, ctx.person.person)
    if args.isdecimal() and len(args) < 8 and (committee or _was_asked(ctx, int(args))):
        return reports.get(ctx.tx, ctx.commune, int(args))
    if last is not None:
        return reports.get(ctx.tx, ctx.commune, last.edition)
    return reports.newest(ctx.tx, ctx.commune, REPORT) if committee else None


def _was_asked(ctx: Context, edition: int) -> bool:
    rounds = comments.of_edition(ctx.tx, ctx.commune, edition)
    return any(ctx.person.person in comments.asked(ctx.tx, ctx.commune, r.circulation) for r in rounds)


def written(ctx: Context, draft: Draft) -> Reply:
    """The end of "gop_y"."""
    edition = reports.get(ctx.tx, ctx.commune, draft.subject["edition"])
    if edition is None or not access.holds(ctx.person, *ROLES):
        return Reply(ctx.say("access.other_role"))
    return _store(ctx, edition, draft.answers["noi_dung"])


def _store(ctx: Context, edition: Edition, body: str) -> Reply:
    """Gathered under the edition; whoever asked for it hears of it."""
    comments.add(ctx.tx, ctx.commune, edition.edition, ctx.person.person, body, ctx.origin(), ctx.now)
    for asker in {r.person for r in comments.of_edition(ctx.tx, ctx.commune, edition.edition)}:
        if asker != ctx.person.person:
            _tell(ctx, asker, edition, body)
    return Reply(ctx.say("comments.stored", number=edition.number, period=edition.label))


def _tell(ctx: Context, asker: int, edition: Edition, body: str) -> None:
    person = people.person(ctx.tx, ctx.commune, asker, ctx.house.purpose)
    accounts = people.addresses(ctx.tx, ctx.commune, asker, ctx.house.purpose)
    if not accounts or not access.holds(person, *access.COMMITTEE):
        return
    text = ctx.house.voice(person.address_form).say(
        "comments.told", name=ctx.person.name, number=edition.number, body=show.shorten(body, 600)
    )
    to = (accounts[0].bot, accounts[0].address, NOTICE)
    outbox.put(ctx.tx, ctx.commune, *to, Outgoing(text, keep_keyboard=True).as_json(), ctx.now)


def listed(ctx: Context, args: str) -> Reply:
    """/xemgopy [edition [comment]]: what was written about the edition that was sent out last."""
    numbers = [int(one) for one in args.split() if one.isdecimal() and len(one) < 8]
    edition = reports.get(ctx.tx, ctx.commune, numbers[0]) if numbers else _last_spoken_of(ctx)
    if edition is None:
        return Reply(ctx.say("comments.none"))
    found = comments.of(ctx.tx, ctx.commune, edition.edition)
    if len(numbers) > 1 and (one := next((c for c in found if c.comment == numbers[1]), None)):
        return _whole(ctx, one)
    head = ctx.say("comments.list", number=edition.number, period=edition.label)
    rounds = comments.of_edition(ctx.tx, ctx.commune, edition.edition)
    waiting = _waiting(ctx, rounds, found)
    lines, options = _lines(ctx, edition, found)
    said = [head, *(lines or [ctx.say("comments.nothing_yet")]), *waiting]
    return Reply("\n".join(said), options=options)


def _last_spoken_of(ctx: Context) -> Edition | None:
    """The latest edition that was sent out or commented on, among the last of any period."""
    for known in reports.worked_on(ctx.tx, ctx.commune, REPORT, 5):
        days = (known.from_day, known.until_day)
        for edition in reversed(reports.editions(ctx.tx, ctx.commune, REPORT, *days)):
            number = edition.edition
            if comments.of_edition(ctx.tx, ctx.commune, number) or comments.of(ctx.tx, ctx.commune, number):
                return edition
    return None


def _lines(ctx: Context, edition: Edition, found: Sequence[Comment]) -> tuple[list[str], dict[str, str]]:
    """The latest comments, each with the number that shows the whole of it, as many as one message holds."""
    if not found:
        return [], {}
    most = max(1, _BUDGET // (2 * _SHORTEST))
    shown = found[-most:]
    longest = max(_SHORTEST, _BUDGET // len(shown) - _SHORTEST)
    lines, options = [], {}
    for number, one in enumerate(shown, 1):
        who = people.person(ctx.tx, ctx.commune, one.person, "").name
        body = show.shorten(one.body, min(longest, 400))
        label = ctx.say("comments.line", name=show.shorten(who, 30), at=style.moment(one.at), body=body)
        lines.append(f"{number}. {label}")
        options[str(number)] = f"/xemgopy {edition.edition} {one.comment}"
    if len(found) > len(shown):
        lines.append(ctx.say("comments.more", count=len(found) - len(shown)))
    return lines, options


def _whole(ctx: Context, one: Comment) -> Reply:
    """A comment in full: a message of a channel holds less than a person may write."""
    name = people.person(ctx.tx, ctx.commune, one.person, "").name
    text = f"{ctx.say('comments.one', name=name, at=style.moment(one.at))}\n{one.body}"
    first, *rest = _parts(text)
    return Reply(first, more=tuple(Outgoing(part) for part in rest))


def _parts(text: str, longest: int = 1_800) -> list[str]:
    """The text in messages, cut between words where there are any."""
    parts = []
    while len(text) > longest:
        end = max(text.rfind(" ", 1, longest), text.rfind("\n", 1, longest))
        end = end if end > longest // 2 else longest
        parts.append(text[:end].strip())
        text = text[end:].strip()
    return [*parts, text]


def _waiting(ctx: Context, rounds: Sequence[Circulation], found: Sequence[Comment]) -> list[str]:
    """Who was asked and has not answered, and who has to be called."""
    if not rounds:
        return []
    last = rounds[-1]
    answered = {one.person for one in found if one.at >= last.at}
    silent = [
        people.person(ctx.tx, ctx.commune, who, "").name
        for who in comments.asked(ctx.tx, ctx.commune, last.circulation)
        if who not in answered
    ]
    lines = [ctx.say("comments.until", day=style.due_day(last.until_day))]
    if silent:
        lines.append(ctx.say("comments.silent", names=show.shorten(", ".join(silent), 200)))
    if last.by_phone:
        lines.append(ctx.say("comments.call", names=show.shorten(", ".join(last.by_phone), 200)))
    return lines
