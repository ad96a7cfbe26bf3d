"""The message that comes with a draft: what is missing, what is blank, what to compare. Pure, for a phone."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from templates import agreement, periods, phrases, style
from templates.commune import Commune
from templates.counting import Computed
from templates.documents import Blank, Report, blanks, compared
from templates.figures import Amount, Definitions, Figure
from templates.forms import Catalog
from templates.kept import Change
from templates.periods import Period
from templates.photos import NO_PHOTOS, Album
from templates.progress import month_number
from templates.reported import Note, OpenMonths
from templates.wording import Wording

MOST = 1900  # characters: a message of the channels holds 2,000
_LINES = (8, 6, 4, 3, 2, 1)  # how many lines of each list are shown, from generous to sparing
_NUDGES = 3  # months to remind of
_NAMES = 4  # how many hamlets or records one line names


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft that the message comes with. ``said`` is the context that it was rendered with; ``changed``
    what prints differently than in the draft before."""

    report: Report
    computed: Computed
    said: Mapping[str, Any]
    commune: Commune
    period: Period
    edition: int
    changed: Sequence[Change] = ()
    money: Sequence[str] = ()  # what of the funds and the boards does not match, a sentence each
    album: Album = NO_PHOTOS
    today: date | None = None  # None: the period's last day


def event_labels(catalog: Catalog, definitions: Definitions) -> dict[str, str]:
    """How the kinds of joint events read, by choice: {"ngay_hoi": "Ngày hội Đại đoàn kết"}."""
    labels = {}
    for joint in definitions.joint:
        form = catalog.get(joint.form)
        question = form.get(joint.same[0]) if form and joint.same else None
        if form and question:
            for choice in catalog.choices(form, question):
                labels[choice.name] = style.capitalised(choice.said or choice.label)
    return labels


def cover(wording: Wording, draft: Draft, events: Mapping[str, str]) -> str:
    """The whole message, at most MOST characters; ``events`` is what `event_labels` gives."""
    writer = _Writer(wording, draft, events)
    texts = (writer.text(lines) for lines in _LINES)
    fitting = next((text for text in texts if len(text) <= MOST), None)
    return fitting or writer.text(0)[: MOST - 1] + "…"


def whole_lists(wording: Wording, draft: Draft, events: Mapping[str, str]) -> str:
    """Every line of the lists that the message may shorten, but for the blanks, which are filled in turn."""
    return _Writer(wording, draft, events).lists()


class _Writer:
    def __init__(self, wording: Wording, draft: Draft, events: Mapping[str, str]) -> None:
        self._say = wording.say
        self._draft, self._events = draft, events
        commune = draft.commune
        self._names = {hamlet.code: hamlet.name for hamlet in commune.hamlets}
        # Of those that have been merged nobody is there to remind; some are in no settings any more.
        self._here = frozenset(h.code for h in commune.hamlets if h.exists_on(draft.period.until_day))
        self._names |= {
            code: name for code, name in draft.computed.places if name and code not in self._names
        }
        self._named = draft.report.outline.references(draft.said)

    def text(self, lines: int) -> str:
        """The message with at most so many lines of each list."""
        said = [*self._head(), *self._missing(lines), *self._blanks(lines), *self._check(lines)]
        said += self._set(lines)
        said += [*self._changed(lines), *self._photos(), *self._foot(lines)]
        return "\n".join(said)

    def lists(self) -> str:
        """The lists of hamlets, doubts, own figures and changes with all of their lines."""
        lists = (self._missing, self._check, self._set, self._changed)
        return "\n".join(line for part in lists for line in part(sys.maxsize))

    def _head(self) -> list[str]:
        draft, say = self._draft, self._say
        name = say("report.name", ky=draft.period.label)
        from_day, until_day = (style.short_day(d) for d in (draft.period.from_day, draft.period.until_day))
        head = [
            say("report.cover.head", lan=draft.edition, ten=name),
            say("report.cover.period", tu=from_day, den=until_day),
        ]
        if months := sorted({month for one in draft.computed.open_months for month in one.to_come}):
            head.append(say("report.cover.to_come", thang=self._months(months)))
        if not any(figure.sources for figure in draft.computed.figures.values()):
            head.append(say("report.cover.empty"))
        elif first := draft.computed.first_month:
            head.append(say("report.cover.first_month", thang=style.month(first)))
        return head

    def _missing(self, lines: int) -> list[str]:
        """Hamlets whose months are not closed; those that lack the same share a line."""
        groups: dict[str, list[str]] = {}
        for one in self._draft.computed.open_months:
            if lacks := self._lacks(one):
                groups.setdefault(lacks, []).append(self._name(one.hamlet))
        if not groups:
            return []
        word = self._draft.commune.hamlet_word.upper()
        head = self._say("report.cover.missing", so=sum(map(len, groups.values())), AP=word)
        said = [
            self._say("report.cover.hamlet", ap=self._listed(names), thieu=lacks)
            for lacks, names in groups.items()
        ]
        return [head, *self._shortened(said, lines)]

    def _lacks(self, one: OpenMonths) -> str:
        kinds = (("silent", one.silent), ("unclosed", one.unclosed), ("elsewhere", one.elsewhere))
        return "; ".join(
            self._say(f"report.cover.{kind}", thang=self._months(months)) for kind, months in kinds if months
        )

    def _months(self, months: Sequence[str]) -> str:
        """Months in a row of three or more as a span: "12/2023, 3 đến 9, 11"."""
        beside = f"{self._draft.period.until_day:%Y-%m}"
        rows: list[list[str]] = []
        for month in months:
            if rows and periods.next_month(rows[-1][-1]) == month:
                rows[-1].append(month)
            else:
                rows.append([month])
        said = []
        for row in rows:
            named = [month_number(month, beside) for month in row]
            said += [self._say("report.cover.span", tu=named[0], den=named[-1])] if len(row) > 2 else named
        return ", ".join(said)

    def _blanks(self, lines: int) -> list[str]:
        """The figures to be had somewhere, and in one line the sections without words."""
        empty = blanks(self._draft.report, self._draft.computed, self._draft.said)
        if not empty:
            return []
        figures, texts = [b for b in empty if b.name], [b for b in empty if not b.name]
        lines += len(figures) == lines + 1
        said = [self._say("report.cover.blanks", so=len(empty))]
        said += [self._blank(number, blank) for number, blank in enumerate(figures[:lines], 1)]
        if rest := figures[lines:]:
            where = ", ".join(dict.fromkeys(_chapter(blank.section) for blank in rest))
            said.append(self._say("report.cover.rest_blanks", so=len(rest), muc=where))
        if texts:
            where = ", ".join(dict.fromkeys(_part(blank.section) for blank in texts))
            said.append(self._say("report.cover.blank_words", so=len(texts), muc=where))
        return said

    def _blank(self, number: int, blank: Blank) -> str:
        """One to be filled by its number."""
        key = "report.cover.blank_ask" if blank.ask else "report.cover.blank"
        return self._say(key, so=number, muc=blank.section, ten=blank.label, hoi=blank.ask)

    def _check(self, lines: int) -> list[str]:
        money = (self._say("report.cover.item", text=text) for text in self._draft.money)
        said = [*money, *(self._note(note) for note in self._draft.computed.notes), *self._uncompared()]
        return [self._say("report.cover.check"), *self._shortened(said, lines)] if said else []

    def _uncompared(self) -> list[str]:
        """The figures that would be compared with last year's, were all hamlets' numbers there."""
        computed, printed = self._draft.computed, compared(self._draft.report)
        names = [
            name for name in computed.figures if name in computed.partial & printed & set(computed.previous)
        ]
        if not names:
            return []
        listed = self._listed([computed.figures[name].label for name in names])
        before = phrases.year_before(self._draft.period)
        return [
            self._say("report.cover.uncompared", ap=self._draft.commune.hamlet_word, ky=before, ten=listed)
        ]

    def _set(self, lines: int) -> list[str]:
        """What the committee has set itself, with what the records say beside it."""
        set_ones = [figure for figure in self._draft.computed.figures.values() if figure.override]
        said = [self._set_line(figure) for figure in set_ones]
        word = self._draft.commune.kind.upper()
        head = self._say("report.cover.set", so=len(set_ones), XA=word)
        return [head, *self._shortened(said, lines)] if said else []

    def _set_line(self, figure: Figure) -> str:
        return self._say(
            "report.cover.set_line",
            muc=self._named.get(figure.section, figure.section),
            ten=figure.label,
            nay=figure.text,
            nguon=figure.override.source if figure.override else "",
            may=figure.written(figure.computed) if figure.computed else self._say("report.cover.no_value"),
        )

    def _note(self, note: Note) -> str:
        figure = self._draft.computed.figures.get(note.what)
        return self._say(
            f"report.note.{note.kind}",
            viec=self._events.get(note.what, note.what),
            ten=figure.label if figure else note.what,
            ngay=f"{note.day:%d/%m}" if note.day else "",
            ap=self._listed([self._within(self._name(hamlet)) for hamlet in note.hamlets]),
            loai=self._draft.commune.kind,
            phieu=self._listed([str(record) for record in note.records]),
            nay=_printed(figure, figure.amount) if figure else "",
            **self._parts(note),
        )

    def _parts(self, note: Note) -> dict[str, str]:
        """What the parts of its figure say together, for a note on such."""
        figures = self._draft.computed.figures
        whole, total = figures.get(note.what), agreement.total(note.parts, figures)
        return {
            "phan": ", ".join(f"“{figures[name].label}”" for name in note.parts),
            "cong": _printed(whole, Amount(total)) if whole else "",
        }

    def _changed(self, lines: int) -> list[str]:
        nothing = self._say("report.cover.no_value")
        said = [
            self._say(
                "report.cover.change",
                muc=self._named.get(change.section, change.section),
                ten=change.label,
                truoc=change.before or nothing,
                nay=change.after or nothing,
            )
            for change in self._draft.changed
        ]
        head = self._say("report.cover.changed", lan=self._draft.edition - 1)
        return [head, *self._shortened(said, lines)] if said else []

    def _photos(self) -> list[str]:
        """How many the annex holds, and what became of those that it does not."""
        album, say = self._draft.album, self._say
        if not album.candidates and not album.lost:
            return []
        said = [self._taken()] if album.shown or album.candidates else []
        if broken := album.unreadable:
            numbers = self._listed([str(n) for n in dict.fromkeys(photo.record for photo in broken)])
            key = "unreadable" if len(broken) == 1 else "unreadable_more"
            said.append(say(f"photos.cover.{key}", so=len(broken), phieu=numbers))
        return [*said, *([say("photos.cover.lost", so=album.lost)] if album.lost else [])]

    def _taken(self) -> str:
        """The photos of the annex, chosen by whom, among how many."""
        album, report = self._draft.album, self._draft.report
        if not album.shown:
            key = "no_place" if album.no_place else "failed" if album.failed else "none"
            return self._say(f"photos.cover.{key}", tong=album.candidates)
        key = "by_hand" if album.by_hand else "some" if len(album.shown) < album.candidates else "all"
        annex = next((one.code for one in report.outline.annexes if one.photos), "")
        number = self._draft.said["pl"].get(annex, "")
        return self._say(f"photos.cover.{key}", pl=number, so=len(album.shown), tong=album.candidates)

    def _foot(self, lines: int) -> list[str]:
        following = self._say("report.cover.word", lan=self._draft.edition + 1)
        said = [*self._fill(lines), *self._nudges(lines), self._say("report.cover.words"), following]
        return [*said, self._say("report.cover.open")]

    def _nudges(self, lines: int) -> list[str]:
        """Whom to remind of which month: each hamlet of the last that it misses, unless that is long past.

        The months read as the command understands them today.
        """
        today = self._draft.today or self._draft.period.until_day
        missed: dict[str, list[str]] = {}
        for one in self._draft.computed.open_months:
            months = [*one.silent, *one.unclosed]
            if months and one.hamlet in self._here:
                missed.setdefault(max(months), []).append(self._within(self._name(one.hamlet)))
        recent = [month for month in sorted(missed, reverse=True) if month >= f"{today.year - 1}-{today:%m}"]
        return [
            self._say(
                "report.cover.nudge",
                thang=month_number(month, f"{today:%Y-%m}"),
                ap=self._listed(missed[month]),
            )
            for month in recent[: min(lines, _NUDGES)]
        ]

    def _fill(self, lines: int) -> list[str]:
        """How the blanks above are filled: by their numbers."""
        empty = blanks(self._draft.report, self._draft.computed, self._draft.said)
        count = len([blank for blank in empty if blank.name][:lines])
        if not count:
            return []
        numbers = ", ".join(map(str, range(1, min(count, 3) + 1)))
        return [self._say("report.cover.fill", so=f"{numbers}…" if count > 3 else numbers)]

    def _shortened(self, said: list[str], lines: int) -> list[str]:
        rest = len(said) - lines  # one line more takes no more room than to say that it is left out
        return said if rest <= 1 else [*said[:lines], self._say("report.cover.rest", so=rest)]

    def _listed(self, names: Sequence[str]) -> str:
        shown = ", ".join(names[:_NAMES])
        rest = len(names) - _NAMES
        if rest == 1:
            return ", ".join(names)
        return shown if rest <= 0 else self._say("report.cover.rest_names", ten=shown, so=rest)

    def _name(self, code: str) -> str:
        return self._names.get(code, code)

    def _within(self, name: str) -> str:
        """A hamlet's name within a sentence: "Ấp 3" is "ấp 3", a proper name stays as it is."""
        word = self._draft.commune.hamlet_word
        return word + name[len(word) :] if name.casefold().startswith(word.casefold()) else name


def _printed(figure: Figure, amount: Amount | None) -> str:
    """An amount of a figure's with its unit; empty without one."""
    if amount is None:
        return ""
    return figure.written(amount) + (f" {figure.unit}" if figure.unit and not figure.is_ratio else "")


def _chapter(section: str) -> str:
    """The section above the smallest ones: "II.2.5" is in "II.2"."""
    return ".".join(_part(section).split(".")[:2])


def _part(section: str) -> str:
    """The part alone, where numbers begin anew under it: "Phần thứ hai, mục 1" is in "Phần thứ hai"."""
    return section.partition(",")[0]
