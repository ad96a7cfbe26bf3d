"""Records against a model that is nothing but a dict: whatever the order of acts, both say the same."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from storage import communes, drafts, engine, people, records
from storage.database import Tx
from storage.rows import Record
from tests.storage.house import BOT, DAY, HAMLETS, NOW, ORIGIN

HAMLET = st.sampled_from([None, "1", "2", "3"])
DAYS = st.integers(-3, 3).map(lambda n: DAY + timedelta(days=n))
ANSWERS = st.dictionaries(
    st.sampled_from(["so_nguoi", "noi"]), st.integers(0, 9) | st.sampled_from(["Ấp", ""])
)
PEOPLE = st.sampled_from([1, 2])
PERIODS = [(DAY - timedelta(days=9), DAY + timedelta(days=9)), (DAY, DAY), (DAY - timedelta(days=1), DAY)]


@dataclass
class Said:
    """One revision."""

    state: str
    day: date
    answers: dict[str, Any]


@dataclass
class Kept:
    """A record as the model keeps it."""

    key: tuple[int, int]
    hamlet: str | None
    author: int
    said: list[Said] = field(default_factory=list)

    def counts(self, first: date, last: date, states: tuple[str, ...] = ("valid", "returned")) -> bool:
        return first <= self.said[-1].day <= last and self.said[-1].state in states


class Records(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.connection = engine.open_writer(Path(self.folder.name) / "matran.db")
        self.connection.execute(engine.BEGIN_WRITE)  # never committed: the file is thrown away
        self.tx = Tx(self.connection)
        # A neighbour with the same numbers, whose records must not show up.
        for code in ("neighbour", "ours"):
            self.commune = communes.sync(self.tx, code, code, HAMLETS, DAY)
            for n in (1, 2):
                people.arrive(self.tx, self.commune, BOT, f"{code} {n}", "x", NOW)
            for _ in range(3):
                drafts.start(self.tx, self.commune, 1, "f", 1, None, {}, NOW)
        for n in range(3):
            records.confirm(self.tx, 1, 1, n, "f", 1, "1", DAY, {"noi": "khác"}, 1, ORIGIN, NOW)
        self.model: dict[int, Kept] = {}

    def teardown(self) -> None:
        with self.folder, closing(self.connection):
            self.connection.execute("ROLLBACK")

    @rule(
        draft=st.integers(1, 3),
        line=st.integers(0, 2),
        hamlet=HAMLET,
        day=DAYS,
        answers=ANSWERS,
        author=PEOPLE,
    )
    def confirm(
        self, draft: int, line: int, hamlet: str | None, day: date, answers: dict[str, Any], author: int
    ) -> None:
        number, new = records.confirm(
            self.tx, self.commune, draft, line, "f", 1, hamlet, day, answers, author, ORIGIN, NOW
        )
        before = [n for n, kept in self.model.items() if kept.key == (draft, line)]
        assert (number, new) == ((before[0], False) if before else (len(self.model) + 1, True))
        if new:
            self.model[number] = Kept((draft, line), hamlet, author, [Said("valid", day, answers)])

    @precondition(lambda self: self.model)
    @rule(
        data=st.data(),
        state=st.sampled_from(["valid", "returned", "withdrawn"]),
        day=DAYS,
        answers=ANSWERS,
        person=PEOPLE,
    )
    def revise(
        self, data: st.DataObject, state: str, day: date, answers: dict[str, Any], person: int
    ) -> None:
        number = data.draw(st.sampled_from(sorted(self.model)))
        given = records.revise(
            self.tx, self.commune, number, answers, 1, day, state, person, ORIGIN, NOW, reason="x"
        )
        self.model[number].said.append(Said(state, day, answers))
        assert given == len(self.model[number].said)

    @invariant()
    def every_record_says_what_was_said_last_and_before(self) -> None:
        for number, kept in self.model.items():
            found = records.revisions(self.tx, self.commune, number)
            assert [(r.revision, r.state, r.day, r.answers) for r in found] == [
                (n, said.state, said.day, said.answers) for n, said in enumerate(kept.said, start=1)
            ]
            assert records.get(self.tx, self.commune, number) == found[-1]
            assert (found[-1].hamlet, found[-1].author) == (kept.hamlet, kept.author)
        assert records.get(self.tx, self.commune, len(self.model) + 1) is None

    @invariant()
    def every_list_holds_what_belongs_in_it(self) -> None:
        for period in PERIODS:
            for hamlet in (None, "1", "2", "3"):
                mine = [n for n, kept in self.model.items() if kept.hamlet == hamlet and kept.counts(*period)]
                self._same(records.of_hamlet(self.tx, self.commune, hamlet, *period), mine)
                assert records.counts(self.tx, self.commune, *period).get(hamlet, 0) == len(mine)
            for author in (1, 2):
                mine = [n for n, kept in self.model.items() if kept.author == author and kept.counts(*period)]
                self._same(records.of_author(self.tx, self.commune, author, *period), mine)
            valid = [n for n, kept in self.model.items() if kept.counts(*period, ("valid",))]
            self._same(records.in_period(self.tx, self.commune, *period), valid)

    @invariant()
    def drafts_and_people_know_their_records(self) -> None:
        for draft in (1, 2, 3):
            lines = {kept.key[1]: n for n, kept in self.model.items() if kept.key[0] == draft}
            assert records.of_draft(self.tx, self.commune, draft) == [lines[line] for line in sorted(lines)]
        for author in (1, 2):
            last = records.last_of_person(self.tx, self.commune, author)
            mine = [n for n, kept in self.model.items() if kept.author == author]
            assert (last.record if last else None) == (max(mine) if mine else None)

    def _same(self, found: list[Record], expected: list[int]) -> None:
        expected.sort(key=lambda n: (self.model[n].said[-1].day, n))
        assert [one.record for one in found] == expected


TestRecords = Records.TestCase
TestRecords.settings = settings(max_examples=20, stateful_step_count=20, deadline=None)
