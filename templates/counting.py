"""Computing a report's figures from records: pure, and the same in whatever order the records come.

The way of a figure: records of the period → of its form → of whom it asks (commune, hamlets) → joint events
counted once → ``where`` → one for each thing (``by``) → added up, the hamlets and the commune apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from templates import agreement, completeness, fund_names, funds, telling
from templates.amounts import added, by_hamlet, common, count_once, fits, one_each, over, said_by, thing
from templates.figures import COMMUNE, Amount, Definition, Definitions, Event, Figure, Override, State
from templates.periods import Period
from templates.reported import (
    CUMULATIVE,
    FigureRow,
    Issued,
    Months,
    Note,
    OpenMonths,
    Place,
    SeatRow,
    after_the_end,
    age,
    numbers,
    of_period,
)
from templates.telling import Cited, Labels


@dataclass(frozen=True, slots=True)
class Source:
    """Who reported a record, and the day that it is about, in ISO."""

    author: str
    day: str


@dataclass(frozen=True, slots=True)
class Computed:
    """All of a report's numbers.

    ``words`` are the committee's own, by section code, ``told`` the sentences on events, ``cited`` the
    documents that sections name; ``previous`` is what last year's report said. ``records`` are those behind
    the figures, ``places`` the hamlets as (code, name). ``partial`` are the figures to which some hamlet may
    still add.
    """

    figures: Mapping[str, Figure]
    words: Mapping[str, str]
    notes: tuple[Note, ...] = ()
    open_months: tuple[OpenMonths, ...] = ()
    first_month: str | None = None  # the first that anybody reported, where that is not the period's first
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    cited: Mapping[str, tuple[Cited, ...]] = field(default_factory=dict)
    previous: Mapping[str, Amount] = field(default_factory=dict)
    records: Mapping[int, Source] = field(default_factory=dict)
    places: tuple[tuple[str, str], ...] = ()
    partial: frozenset[str] = frozenset()


def compute(
    definitions: Definitions,
    rows: Iterable[FigureRow],
    period: Period,
    *,
    places: Sequence[Place],
    closings: Mapping[tuple[str, str], str],
    seats: Sequence[SeatRow] = (),
    month_end: int | None = None,
    to_come: str | None = None,
    issued: Sequence[Issued] = (),
    overrides: Mapping[str, Override] | None = None,
    previous: Mapping[str, Amount] | None = None,
    labels: Labels | None = None,
) -> Computed:
    """Every figure of ``definitions`` for the period, with notes on what a reader should look at.

    ``rows`` may hold more than the period: valid records of any day. ``closings`` is the state (closed,
    nothing, otherwise) by (hamlet, month), ``to_come`` the first month that is not due yet. ``issued`` are
    the reports issued already, this period's too. ``overrides`` are the committee's figures by name,
    ``previous`` last year's; ``labels`` says how answers read in the sentences on events.
    """
    rows = list(rows)
    counted, late = of_period(rows, period, issued)
    months = Months(places, closings, counted, period, month_end, to_come)
    lasting = [row for row in rows if row.day <= period.until_day]
    known = labels or Labels()
    work = _Work(definitions, counted, lasting, seats, months.all_quiet(), overrides or {}, known, period)
    for definition in definitions.figure:
        work.add(definition)
    notes = [*work.notes, *([Note("late", records=numbers(late))] if late else [])]
    notes += agreement.contradictions(definitions, work.figures)
    # What a hamlet held is handed over after its end too.
    notes += after_the_end((row for row in counted if row.form != funds.HANDOVER), places)
    words = _words(definitions, counted)
    told = telling.told(definitions.event, work.events, known)
    cited = telling.cited(definitions.citation, counted)
    return Computed(
        *(work.figures, words, tuple(notes), months.open(), months.first_if_later()),
        *(told, cited, dict(previous or {}), _behind(work.figures, rows)),
        tuple((place.code, place.name) for place in places),
        completeness.partial(
            definitions, work.figures, [place.code for place in places], months.all_closed()
        ),
    )


def _behind(figures: Mapping[str, Figure], rows: Iterable[FigureRow]) -> dict[int, Source]:
    used = {record for figure in figures.values() for record, _ in figure.sources}
    return {row.record: Source(row.author, row.day.isoformat()) for row in rows if row.record in used}


def _words(definitions: Definitions, rows: Sequence[FigureRow]) -> dict[str, str]:
    """The committee's words by section: the last that it gave for each."""
    if definitions.words is None:
        return {}
    said = definitions.words
    own = [row for row in rows if row.form == said.form and row.hamlet is None]
    return {
        str(row.answers[said.section]): str(row.answers[said.text])
        for row in sorted(own, key=age)
        if row.answers.get(said.section) and row.answers.get(said.text)
    }


class _Work:
    """The figures of one computation, each built on those before it."""

    def __init__(
        self,
        definitions: Definitions,
        rows: Sequence[FigureRow],
        lasting: Sequence[FigureRow],
        seats: Sequence[SeatRow],
        quiet: bool,
        overrides: Mapping[str, Override],
        labels: Labels,
        period: Period,
    ) -> None:
        self.figures: dict[str, Figure] = {}
        self.notes: list[Note] = []
        self._rows, self._lasting, self._seats, self._quiet = rows, lasting, seats, quiet
        self._overrides, self._labels, self._period = overrides, labels, period
        self._joint = {joint.form: joint for joint in definitions.joint}
        self._once: dict[tuple[str, str, bool], tuple[list[FigureRow], list[Note]]] = {}

    def add(self, definition: Definition) -> None:
        if definition.kind == "roster":
            figure = self._roster(definition)
        elif definition.kind == "total":
            figure = self._total(definition)
        elif definition.kind == "first":
            figure = self._first(definition)
        elif definition.kind == "fact":
            figure = self._fact(definition)
        elif definition.kind == "ratio" and definition.part:
            figure = self._ratio(definition)
        elif definition.kind == "fund":
            figure = self._fund(definition)
        elif definition.kind == "blank":
            figure = _figure(definition, {}, (), State.BLANK)
        else:
            figure = self._from_records(definition)
        override = self._overrides.get(definition.name)
        self.figures[definition.name] = figure if override is None else _overridden(figure, override)

    def events(self, event: Event) -> list[FigureRow]:
        """The records that an event may be told from, joint ones once; a month's totals are no event."""
        rows, notes = self._events_of(event.form, event.origin, lasting=False)
        told = [row for row in rows if fits(row, event.where) and CUMULATIVE not in row.answers]
        return [_with_hamlet(row, notes) for row in told]

    def _first(self, definition: Definition) -> Figure:
        parts = [self.figures[name] for name in definition.plus]
        found = next((part for part in parts if part.amount is not None), None)
        if found is None:
            nothing = bool(parts) and all(part.state is State.NOTHING for part in parts)
            return _figure(definition, {}, (), State.NOTHING if nothing else State.BLANK)
        return replace(_figure(definition, found.split, found.sources, State.BLANK, found.amount),
                       is_ratio=found.is_ratio)  # fmt: skip

    def _fact(self, definition: Definition) -> Figure:
        events, _ = self._events(definition)
        rows = [row for row in events if fits(row, definition.where)]
        blank = _figure(definition, {}, (), State.BLANK)
        last = max(rows, key=age, default=None)
        words = last and telling.sentence(last, definition.text, self._labels)
        if last is None or not words:
            return blank
        return replace(blank, state=State.VALUE, words=words, sources=((last.record, last.revision),))

    def _from_records(self, definition: Definition) -> Figure:
        events, told_twice = self._events(definition)
        rows = [row for row in events if fits(row, definition.where)]
        own = [row for row in rows if row.hamlet is None]
        if definition.own_first and own:
            rows = own
        self._note_told_twice(told_twice, rows)
        said: list[tuple[FigureRow, Amount]] = []
        unsaid: list[FigureRow] = []
        gone = over(events, definition)
        for row in one_each(rows, definition):
            amount = Amount(0) if thing(row, definition.by) in gone else said_by(row, definition)
            if amount is None:
                unsaid.append(row)
            else:
                said.append((row, amount))
        if unsaid:
            self.notes.append(Note("unsaid", definition.name, records=numbers(unsaid)))
        pairs = self._addable(definition, said) if definition.kind == "ratio" else said
        split = by_hamlet(pairs)
        beside = {} if definition.kind != "ratio" else _beside(said, split)
        sources = tuple(sorted((row.record, row.revision) for row, _ in (*pairs, *beside.values())))
        figure = _figure(definition, split, sources, self._empty(definition, bool(rows)))
        for unit, (_, amount) in beside.items():
            split[unit] = amount
        return replace(figure, split=dict(sorted(split.items())))

    def _empty(self, definition: Definition, any_rows: bool) -> State:
        """What a figure is without any number: the commune closes no months, so its silence says nothing."""
        counted = definition.kind != "ratio"  # that nobody gave a percentage is not "none happened"
        quiet = self._quiet and not any_rows and counted and definition.origin != "commune"
        return State.NOTHING if quiet else State.BLANK

    def _addable(
        self, definition: Definition, pairs: list[tuple[FigureRow, Amount]]
    ) -> list[tuple[FigureRow, Amount]]:
        """Parts of wholes if there are any; else the one bare percentage: percentages are never averaged."""
        whole = [(row, amount) for row, amount in pairs if amount.whole]
        if whole:
            if bare := [row for row, amount in pairs if not amount.whole]:
                self.notes.append(Note("percent", definition.name, records=numbers(bare)))
            return whole
        own = [(row, amount) for row, amount in pairs if row.hamlet is None]
        if own:
            return [max(own, key=lambda pair: age(pair[0]))]
        if len({row.hamlet for row, _ in pairs}) > 1:
            self.notes.append(Note("mixed", definition.name, records=numbers(row for row, _ in pairs)))
            return []
        return [max(pairs, key=lambda pair: age(pair[0]))] if pairs else []

    def _events(self, definition: Definition) -> tuple[list[FigureRow], list[Note]]:
        """The records of a definition's form and origin, joint events once, and notes on those told twice."""
        return self._events_of(definition.form or "", definition.origin, definition.lasting)

    def _events_of(self, form: str, origin: str, lasting: bool) -> tuple[list[FigureRow], list[Note]]:
        key = (form, origin, lasting)
        if key not in self._once:
            known = self._lasting if lasting else self._rows
            rows = [row for row in known if row.form == form and _from(row, origin)]
            joint = self._joint.get(form)
            self._once[key] = count_once(rows, joint) if joint else (rows, [])
        return self._once[key]

    def _note_told_twice(self, notes: Iterable[Note], rows: Iterable[FigureRow]) -> None:
        """Notes the joint events that feed a figure, each once."""
        used = {row.record for row in rows}
        self.notes += [note for note in notes if used & set(note.records) and note not in self.notes]

    def _roster(self, definition: Definition) -> Figure:
        seats = [seat for seat in self._seats if _seated(seat, definition)]
        if list(definition.of) == ["ban"]:
            held = {seat.hamlet for seat in seats}
            split = {hamlet or COMMUNE: Amount(1) for hamlet in held}
        else:
            split = {}
            for seat in seats:
                where = seat.hamlet or COMMUNE
                split[where] = Amount(split[where].value + 1 if where in split else 1)
        return _figure(definition, split, (), State.BLANK)

    def _total(self, definition: Definition) -> Figure:
        parts = [self.figures[name] for name in definition.plus]
        if definition.complete and any(part.state is State.BLANK for part in parts):
            return _figure(definition, {}, (), State.BLANK)
        split: dict[str, Amount] = {}
        for where, amount in ((w, a) for part in parts for w, a in part.split.items()):
            split[where] = added([split[where], amount]) if where in split else amount
        # Of a part that the committee set, the split is what the records say: it is not what counts here.
        amounts = [part.amount for part in parts if part.amount is not None]
        nothing = bool(parts) and all(part.state is State.NOTHING for part in parts)
        empty = State.NOTHING if nothing else State.BLANK
        return _figure(definition, split, _sources(parts), empty, added(amounts) if amounts else None)

    def _fund(self, definition: Definition) -> Figure:
        """A flow of a fund within the period: what is handed over and receipted is not counted again."""
        named = [row for row in self._lasting if row.answers.get(fund_names.FUND) == definition.fund]
        known = {row.record for row in named}
        flowing = funds.FLOWS[definition.flow]
        here = [row for row in self._rows if row.form in flowing and row.record in known]
        if not here:
            return _figure(definition, {}, (), self._empty(definition, False))
        book = funds.book(named, self._period.from_day, self._period.until_day)
        flows = {name: fund.flow(definition.flow) for name, fund in book.items()}
        split = {
            unit: Amount(sum(flow.get(unit, 0) for flow in flows.values()))
            for unit in sorted({unit for flow in flows.values() for unit, amount in flow.items() if amount})
        }
        sources = tuple(sorted((row.record, row.revision) for row in here))
        labels = fund_names.labels(named)
        parts = {labels[name]: amount for name in sorted(labels) if (amount := sum(flows[name].values()))}
        return replace(_figure(definition, split or {COMMUNE: Amount(0)}, sources, State.BLANK), named=parts)

    def _ratio(self, definition: Definition) -> Figure:
        part, whole = self.figures[definition.part or ""], self.figures[definition.whole or ""]
        if part.amount is None or whole.amount is None or not whole.amount.value:
            return _figure(definition, {}, (), State.BLANK)
        split = {
            where: Amount(part.split[where].value, int(amount.value), common([part.split[where], amount]))
            for where, amount in whole.split.items()
            if where in part.split and amount.value
        }
        total = Amount(part.amount.value, int(whole.amount.value), common([part.amount, whole.amount]))
        return _figure(definition, split, _sources([part, whole]), State.BLANK, total)


def _figure(
    definition: Definition,
    split: Mapping[str, Amount],
    sources: tuple[tuple[int, int], ...],
    empty: State,
    total: Amount | None = None,
) -> Figure:
    """A figure from its split; ``empty`` is its state where there is none."""
    amount = total or (added(list(split.values())) if split else None)
    state = empty if amount is None else State.VALUE if amount.value else State.ZERO
    return Figure(
        definition.name,
        definition.label,
        definition.section,
        definition.unit,
        state,
        amount,
        dict(sorted(split.items())),
        sources,
        definition.ask,
        definition.kind == "ratio",
    )


def _with_hamlet(row: FigureRow, notes: Iterable[Note]) -> FigureRow:
    """The commune's record of an event that exactly one hamlet told too, with that hamlet."""
    for note in notes if row.hamlet is None else ():
        if note.kind == "joint_commune" and row.record in note.records and len(note.records) == 2:
            return replace(row, answers={**row.answers, telling.WITH: note.hamlets[0]})
    return row


def _beside(
    said: Sequence[tuple[FigureRow, Amount]], split: Mapping[str, Amount]
) -> dict[str, tuple[FigureRow, Amount]]:
    """The last percentage of each unit of which nothing was added: its own word for itself."""
    by_age = sorted(said, key=lambda pair: age(pair[0]))
    return {unit: (row, amount) for row, amount in by_age if (unit := row.hamlet or COMMUNE) not in split}


def _overridden(figure: Figure, override: Override) -> Figure:
    """The figure as the committee set it; the split stays what the records say."""
    amount = Amount(override.value, mark=override.mark)
    state = State.VALUE if override.value else State.ZERO
    return replace(figure, state=state, amount=amount, override=override, computed=figure.amount)


def _sources(figures: Iterable[Figure]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted({source for figure in figures for source in figure.sources}))


def _from(row: FigureRow, origin: str) -> bool:
    return origin == "both" or (row.hamlet is None) == (origin == "commune")


def _seated(seat: SeatRow, definition: Definition) -> bool:
    at_home = definition.origin == "both" or (seat.hamlet is None) == (definition.origin == "commune")
    return at_home and (list(definition.of) == ["ban"] or seat.post in definition.of)
