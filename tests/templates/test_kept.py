"""Computed figures as an edition keeps them."""

from __future__ import annotations

import json
from datetime import date, timedelta

from hypothesis import given, settings

from templates import documents, kept
from templates.reported import FigureRow
from tests.templates.reporting import COMMUNE, YEAR, computed, event, gift, meeting, words
from tests.templates.test_counting import records

REPORT = documents.load()
OURS = REPORT.definitions


@given(records)
@settings(deadline=None)
def test_figures_come_back_through_json_as_they_were(rows: list[FigureRow]) -> None:
    told = [event("ngay_hoi", 9, "1", "ap_cung_xa"), event("ngay_hoi", 9, None), words("I", "Lời.")]
    whole = computed(OURS, [*rows, *told], closings={("1", "2024-02"): "otherwise"})
    assert kept.load(json.loads(json.dumps(kept.dump(whole)))) == whole


def test_changes_name_what_prints_differently() -> None:
    rows = [event(so_nguoi=40), gift(500_000), meeting(7, 9)]
    old = computed(OURS, rows).figures
    more = [event(so_nguoi={"value": 60, "mark": "trên"}), meeting(9, 9), event("hang_viet", 30)]
    new = computed(OURS, [*rows, *more]).figures
    assert [(c.section, c.name, c.before, c.after) for c in kept.changes(old, new)] == [
        ("II.1", "tuyen_truyen_cuoc", "01 cuộc", "02 cuộc"),
        ("II.1", "tuyen_truyen_nguoi", "40 người", "trên 100 người"),
        ("II.2.3", "hang_viet_cuoc", "không phát sinh", "01 cuộc"),
        ("II.2.3", "hang_viet_nguoi", "không phát sinh", "30 người"),
        ("II.5.2", "hop_cuoc", "01 cuộc", "02 cuộc"),
        ("II.5.2", "hop_ty_le", "77,78%", "88,89%"),
    ]
    assert not kept.changes(new, new)


def fingerprint(rows: list[FigureRow], edition: int = 1, day: date = YEAR.until_day) -> str:
    said = documents.context(REPORT, computed(OURS, rows), COMMUNE, YEAR, edition=edition, today=day)
    return kept.fingerprint(said)


def test_the_fingerprint_is_that_of_what_is_printed() -> None:
    first, second = event(so_nguoi=40, number=1), event(so_nguoi=60, number=2)
    same = fingerprint([first, second])
    assert fingerprint([second, first], edition=2, day=YEAR.until_day + timedelta(days=3)) == same
    assert fingerprint([first]) != same
    assert fingerprint([first, second, words("I", "Lời.")]) != same
