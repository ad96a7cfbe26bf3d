"""How figures come about: the rules of aggregation, one by one, and what holds for any records."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from templates import documents, figures
from templates.counting import compute
from templates.figures import Figure, State
from templates.periods import Period, month_of
from templates.reported import FigureRow, Issued, Place, SeatRow
from tests.templates.reporting import (
    CLOSED,
    PLACES,
    SEATS,
    YEAR,
    computed,
    event,
    gift,
    meeting,
    row,
    words,
)

OURS = documents.load().definitions


def figure(name: str, *rows: FigureRow, **rest: Any) -> Figure:
    return computed(OURS, rows, **rest).figures[name]


def defined(tmp_path: Path, text: str) -> figures.Definitions:
    file = tmp_path / "figures.toml"
    file.write_text(text, encoding="utf-8")
    return figures.load(file)


# ── counting, adding, marks ──


def test_activities_of_hamlets_and_commune_are_added() -> None:
    rows = [event(so_nguoi=30), event(so_nguoi=20, hamlet="2"), event(so_nguoi=50, hamlet=None, so_cuoc=2)]
    sessions, people = (figure(name, *rows) for name in ("tuyen_truyen_cuoc", "tuyen_truyen_nguoi"))
    assert (sessions.value, people.value) == (4, 100)
    assert {where: amount.value for where, amount in people.split.items()} == {"1": 30, "2": 20, "xa": 50}
    assert people.sources == tuple(sorted((r.record, 1) for r in rows))


def test_an_activity_without_a_number_of_sessions_is_one() -> None:
    assert figure("tuyen_truyen_cuoc", row("hoat_dong", {"viec": "tuyen_truyen", "to_chuc": "ap"})).value == 1


@pytest.mark.parametrize(
    ("marks", "mark"),
    [
        ([None, None], None),
        (["trên", None], "trên"),
        (["trên", "trên"], "trên"),
        (["trên", "gần"], "khoảng"),
        (["khoảng", None, "trên"], "khoảng"),
    ],
)
def test_a_total_has_the_mark_that_its_marked_parts_share(marks: list[str | None], mark: str | None) -> None:
    rows = [event(so_nguoi={"value": 100, "mark": one} if one else 100) for one in marks]
    people = figure("tuyen_truyen_nguoi", *rows)
    assert (people.value, people.mark) == (100 * len(marks), mark)


def test_money_of_different_funds_never_mixes() -> None:
    rows = [gift(500_000), gift(300_000, "cuu_tro"), gift(200_000, "khac")]
    rows.append(row("ung_ho", {"quy": "vi_nguoi_ngheo", "hinh_thuc": "hien_vat", "hien_vat": "50 kg gạo"}))
    values = {name: figure(name, *rows).value for name in ("quy_tien", "cuu_tro_tien", "quy_khac_tien")}
    assert values == {"quy_tien": 500_000, "cuu_tro_tien": 300_000, "quy_khac_tien": 200_000}
    assert figure("quy_hien_vat", *rows).value == 1


def test_attendance_is_all_present_over_all_seats_never_an_average() -> None:
    share = figure("hop_ty_le", meeting(9, 9), meeting(1, 3, "2"))
    assert share.text == "83,33%"
    assert (share.split["1"].percent, share.split["2"].whole) == (100, 3)


def test_a_record_that_does_not_say_its_number_is_not_added_but_named() -> None:
    silent = event(so_nguoi=None, number=7)
    result = computed(OURS, [silent, event(so_nguoi=40)])
    assert result.figures["tuyen_truyen_nguoi"].value == 40
    assert [(n.kind, n.what, n.records) for n in result.notes] == [("unsaid", "tuyen_truyen_nguoi", (7,))]


# ── joint events ──


def test_a_joint_event_counts_once_from_the_communes_record() -> None:
    rows = [
        event("ngay_hoi", 90, "1", "ap_cung_xa", number=1),
        event("ngay_hoi", 70, "2", "ap_cung_xa", number=2),
        event("ngay_hoi", 150, None, number=3),
        event("ngay_hoi", 40, "3", "ap", number=4),
    ]
    result = computed(OURS, rows)
    people = result.figures["ngay_hoi_nguoi"]
    assert {where: amount.value for where, amount in people.split.items()} == {"xa": 150, "3": 40}
    assert people.sources == ((3, 1), (4, 1))
    [note] = result.notes
    assert (note.kind, note.what, note.hamlets, note.records) == (
        "joint_commune",
        "ngay_hoi",
        ("1", "2"),
        (1, 2, 3),
    )


def test_without_a_record_of_the_commune_the_largest_attendance_counts() -> None:
    rows = [event("ngay_hoi", 90, "1", "ap_cung_xa"), event("ngay_hoi", 95, "2", "ap_cung_xa")]
    result = computed(OURS, rows)
    assert result.figures["ngay_hoi_cuoc"].value == 1
    assert {w: a.value for w, a in result.figures["ngay_hoi_nguoi"].split.items()} == {"2": 95}
    assert [(note.kind, note.hamlets) for note in result.notes] == [("joint_hamlets", ("1", "2"))]


def test_another_day_or_another_kind_is_another_event() -> None:
    rows = [
        event("ngay_hoi", 90, "1", "ap_cung_xa"),
        event("ngay_hoi", 80, None, day=date(2024, 6, 2)),
        event("tuyen_truyen", 70, None),
    ]
    result = computed(OURS, rows)
    assert result.figures["ngay_hoi_nguoi"].value == 170
    assert not result.notes


def test_all_of_the_communes_own_events_of_a_day_count() -> None:
    assert figure("tuyen_truyen_cuoc", event(hamlet=None), event(hamlet=None)).value == 2


def test_a_joint_event_that_feeds_no_figure_is_not_worth_a_note() -> None:
    assert not computed(OURS, [event("khac", 5, "1", "ap_cung_xa"), event("khac", 6, None)]).notes


# ── blank, nothing, zero ──


def test_no_record_is_blank_while_a_month_is_open() -> None:
    open_one = {key: state for key, state in CLOSED.items() if key != ("2", "2024-05")}
    assert figure("tuyen_truyen_cuoc", closings=open_one).state is State.BLANK
    assert figure("tuyen_truyen_cuoc", closings={}).state is State.BLANK


def test_no_record_means_that_nothing_happened_once_every_month_is_closed() -> None:
    quiet = {**CLOSED, ("1", "2024-01"): "nothing"}
    assert figure("tuyen_truyen_cuoc", closings=quiet).state is State.NOTHING


def test_what_was_reported_in_another_way_is_not_nothing() -> None:
    elsewhere = {**CLOSED, ("1", "2024-01"): "otherwise"}
    assert figure("tuyen_truyen_cuoc", closings=elsewhere).state is State.BLANK


def test_the_silence_of_the_commune_itself_says_nothing(tmp_path: Path) -> None:
    own = INDICATORS.replace('from = "hamlet"', 'from = "commune"', 1)
    result = computed(defined(tmp_path, own), []).figures
    assert (result["tham_gia"].state, result["dan_so"].state) == (State.BLANK, State.NOTHING)


def test_zero_is_a_number() -> None:
    none = figure("tuyen_truyen_nguoi", event(so_nguoi=0))
    assert (none.state, none.text) == (State.ZERO, "0")


def test_a_hamlet_is_asked_only_for_the_months_in_which_it_exists() -> None:
    merged = (*PLACES, Place("4", "Ấp 4", until_day=date(2023, 12, 20)))
    closings = {**CLOSED, ("4", "2023-12"): "nothing"}
    assert figure("tuyen_truyen_cuoc", closings=closings, places=merged).state is State.NOTHING


def test_a_partial_sum_names_the_silent() -> None:
    closings = {
        key: state
        for key, state in CLOSED.items()
        if key not in {("2", "2024-10"), ("2", "2024-11"), ("3", "2024-11")}
    }
    closings["1", "2024-03"] = "otherwise"
    result = computed(OURS, [event(hamlet="3", day=date(2024, 11, 3))], closings=closings)
    assert result.figures["tuyen_truyen_cuoc"].value == 1
    first, second, third = result.open_months
    assert (first.hamlet, first.elsewhere) == ("1", ("2024-03",))
    assert (second.hamlet, second.silent, second.unclosed) == ("2", ("2024-10", "2024-11"), ())
    assert (third.hamlet, third.silent, third.unclosed) == ("3", (), ("2024-11",))


def test_months_that_are_not_due_yet_are_nobodys_silence() -> None:
    closings = {key: state for key, state in CLOSED.items() if key[1] < "2024-09"}
    closings["1", "2024-11"] = "otherwise"
    result = computed(OURS, [event(hamlet="3", day=date(2024, 11, 3))], closings=closings, to_come="2024-10")
    first, second, third = result.open_months
    assert (first.silent, first.elsewhere, first.to_come) == (("2024-09",), ("2024-11",), ("2024-10",))
    assert (second.silent, second.to_come) == (("2024-09",), ("2024-10", "2024-11"))
    assert (third.silent, third.unclosed, third.to_come) == (("2024-09",), (), ("2024-10", "2024-11"))


def test_of_a_year_that_runs_nobody_says_yet_that_nothing_happened() -> None:
    past = {key: "nothing" for key in CLOSED if key[1] < "2024-10"}
    assert figure("tuyen_truyen_cuoc", closings=past, to_come="2024-10").state is State.BLANK
    every = dict.fromkeys(CLOSED, "nothing")
    assert figure("tuyen_truyen_cuoc", closings=every, to_come="2024-10").state is State.NOTHING


def test_months_before_anybody_used_the_program_are_nobodys_silence() -> None:
    closings = {("1", "2024-11"): "closed"}
    result = computed(OURS, [event(hamlet="2", day=date(2024, 10, 3))], closings=closings)
    assert result.first_month == "2024-10"
    assert [(one.hamlet, one.silent) for one in result.open_months] == [
        ("1", ("2024-10",)),
        ("2", ("2024-11",)),
        ("3", ("2024-10", "2024-11")),
    ]


def test_a_year_without_data_is_silence_everywhere() -> None:
    result = computed(OURS, [], closings={})
    assert [one.hamlet for one in result.open_months] == ["1", "2", "3"]
    assert result.first_month is None


# ── periods ──


def test_records_outside_the_period_do_not_count() -> None:
    assert (
        figure("tuyen_truyen_cuoc", event(day=date(2023, 12, 9)), event(day=date(2024, 12, 10))).amount
        is None
    )
    assert figure("tuyen_truyen_cuoc", event(day=date(2023, 12, 10)), event(day=date(2024, 12, 9))).value == 2


def test_what_came_after_a_report_was_issued_counts_in_the_next() -> None:
    issued_at = datetime(2023, 12, 11, tzinfo=UTC)
    before = Issued(date(2022, 12, 10), date(2023, 12, 9), issued_at)
    late = event(day=date(2023, 12, 1), number=5, reported_at=datetime(2024, 1, 3, tzinfo=UTC))
    in_time = event(day=date(2023, 12, 1), number=6, reported_at=datetime(2023, 12, 5, tzinfo=UTC))
    result = computed(OURS, [late, in_time], issued=[before])
    assert result.figures["tuyen_truyen_cuoc"].sources == ((5, 1),)
    assert [(note.kind, note.records) for note in result.notes] == [("late", (5,))]
    own = compute(OURS, [late, in_time], Period(before.from_day, before.until_day, "năm 2023"), places=PLACES,
                  closings={}, issued=[before])  # fmt: skip
    assert own.figures["tuyen_truyen_cuoc"].sources == ((6, 1),)


# ── rosters, totals, ratios, latest ──


def test_boards_and_members_come_from_the_rosters() -> None:
    values = {name: figure(name).value for name in ("ban_ctmt", "ban_ctmt_nguoi", "truong_ban", "thanh_vien")}
    assert values == {"ban_ctmt": 3, "ban_ctmt_nguoi": 27, "truong_ban": 3, "thanh_vien": 21}
    assert figure("ban_ctmt", seats=()).state is State.BLANK


def test_a_total_that_must_be_complete_is_blank_while_a_part_is() -> None:
    assert figure("thuong_truc").value == 3
    assert figure("uy_ban").state is State.BLANK
    assert figure("uy_ban", seats=(*SEATS, *[SeatRow(None, "uy_vien")] * 32)).value == 35


INDICATORS = """
[[figure]]
name = "tham_gia"
label = "Tham gia"
section = "I"
kind = "latest"
form = "chi_tieu"
of = "tham_gia"
from = "hamlet"

[[figure]]
name = "dan_so"
label = "Dân số"
section = "I"
kind = "latest"
form = "chi_tieu"
of = "dan_so"
from = "hamlet"

[[figure]]
name = "ty_le"
label = "Tỷ lệ"
section = "I"
unit = "%"
kind = "ratio"
part = "tham_gia"
whole = "dan_so"

[[figure]]
name = "bao_hiem"
label = "Bảo hiểm"
section = "I"
unit = "%"
kind = "ratio"
form = "chi_tieu"
of = "ty_le"

[[figure]]
name = "ca_hai"
label = "Cả hai"
section = "I"
kind = "total"
plus = ["dan_so", "tham_gia"]

[[figure]]
name = "chu_ho"
label = "Chủ hộ"
section = "I"
kind = "count"
form = "chi_tieu"
by = ["chu_ho"]
where = { loai = "nha" }
"""


def indicator(hamlet: str | None, day: int, **answers: object) -> FigureRow:
    return row("chi_tieu", answers, hamlet, day=date(2024, 6, day))


def test_latest_takes_each_hamlets_last_number_then_adds(tmp_path: Path) -> None:
    rows = [
        indicator("1", 3, tham_gia=80, dan_so=100),
        indicator("1", 1, tham_gia=70, dan_so=90),
        indicator("2", 2, tham_gia=10, dan_so=50),
        indicator("2", 4, ghi_chu="không có số"),
    ]
    result = computed(defined(tmp_path, INDICATORS), rows).figures
    assert (result["tham_gia"].value, result["dan_so"].value) == (90, 150)
    assert result["ty_le"].text == "60%"
    assert result["ty_le"].split["1"].percent == 80
    assert result["ca_hai"].value == 240


def test_a_total_prints_what_there_is(tmp_path: Path) -> None:
    result = computed(defined(tmp_path, INDICATORS), [indicator("1", 3, dan_so=100)], closings={}).figures
    assert (result["ca_hai"].value, result["ty_le"].state) == (100, State.BLANK)


def test_a_bare_percentage_prints_but_is_never_averaged(tmp_path: Path) -> None:
    definitions = defined(tmp_path, INDICATORS)
    own = indicator(None, 5, ty_le={"percent": 93.64})
    assert computed(definitions, [own]).figures["bao_hiem"].text == "93,64%"
    parts = indicator("1", 6, ty_le={"part": 45, "whole": 60})
    assert computed(definitions, [own, parts]).figures["bao_hiem"].text == "75%"
    hamlets = [indicator(code, 5, ty_le={"percent": 90.0}) for code in ("1", "2")]
    result = computed(definitions, hamlets)
    assert result.figures["bao_hiem"].state is State.BLANK
    assert [note.kind for note in result.notes] == ["mixed"]
    assert {unit: amount.percent for unit, amount in result.figures["bao_hiem"].split.items()} == {
        "1": 90,
        "2": 90,
    }


def test_a_bare_percentage_beside_counted_ones_is_shown_as_its_hamlets_word_and_named(tmp_path: Path) -> None:
    rows = [
        indicator("1", 3, ty_le={"part": 10, "whole": 20}),
        indicator("2", 4, ty_le={"percent": 90.0}),
        indicator("2", 5, ty_le={"percent": 100.0}),
        indicator("3", 6, ty_le={"part": 45, "whole": 60}),
    ]
    result = computed(defined(tmp_path, INDICATORS), rows)
    share = result.figures["bao_hiem"]
    assert share.text == "68,75%"
    assert [share.written(amount) for amount in share.split.values()] == ["50%", "100%", "75%"]
    assert [note.kind for note in result.notes] == ["percent"]
    assert result.notes[0].records == (rows[1].record, rows[2].record)
    assert share.sources == tuple(sorted((one.record, 1) for one in (rows[0], rows[2], rows[3])))


def test_things_are_counted_once_by_what_identifies_them(tmp_path: Path) -> None:
    rows = [
        indicator("1", 1, loai="nha", chu_ho="bà Bốn"),
        indicator("1", 9, loai="nha", chu_ho="bà Bốn"),
        indicator("1", 3, loai="nha", chu_ho="ông Tư"),
    ]
    assert computed(defined(tmp_path, INDICATORS), rows).figures["chu_ho"].value == 2


# ── the committee's words ──


def test_the_last_words_of_the_committee_for_a_section_are_printed() -> None:
    rows = [
        words("II.1", "Sau.", day=date(2024, 7, 1)),
        words("II.1", "Trước."),
        words("II.2.1", "Khác."),
        words("II.4", "Của ấp.", hamlet="1"),
    ]
    assert computed(OURS, rows).words == {"II.1": "Sau.", "II.2.1": "Khác."}


# ── what holds for any records ──

hamlets = st.sampled_from(["1", "2", "3", None])
counts = st.one_of(
    st.none(),
    st.integers(0, 500),
    st.builds(lambda v, m: {"value": v, "mark": m}, st.integers(1, 500), st.sampled_from(["trên", "gần"])),
)
days = st.dates(YEAR.from_day, YEAR.until_day)
activities = st.builds(
    event,
    st.sampled_from(["tuyen_truyen", "ngay_hoi", "hang_viet"]),
    counts,
    hamlets,
    st.sampled_from(["ap", "ap_cung_xa", "doan_the"]),
    st.integers(1, 4),
    day=st.sampled_from([date(2024, 6, 1), date(2024, 11, 18)]),
)
gifts = st.builds(gift, st.integers(1, 10**8), st.sampled_from(["vi_nguoi_ngheo", "khac"]), hamlets, day=days)
meetings = st.builds(meeting, st.integers(0, 9), st.just(9), st.sampled_from(["1", "2"]), day=days)
records = st.lists(st.one_of(activities, gifts, meetings), max_size=12)


@given(records, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_records_does_not_matter(rows: list[FigureRow], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = computed(OURS, rows), computed(OURS, shuffled)
    assert one.figures == other.figures
    assert set(one.notes) == set(other.notes)


@given(records)
@settings(deadline=None)
def test_splits_add_up_and_sources_exist(rows: list[FigureRow]) -> None:
    known = {(one.record, one.revision) for one in rows}
    for one in computed(OURS, rows).figures.values():
        assert set(one.sources) <= known
        if one.amount is None:
            assert not one.split
            continue
        assert sum(amount.value for amount in one.split.values()) == one.amount.value
        if one.is_ratio:
            assert sum(amount.whole or 0 for amount in one.split.values()) == one.amount.whole


@given(st.lists(activities, min_size=1, max_size=8))
@settings(deadline=None)
def test_an_event_told_again_by_another_hamlet_is_not_counted_again(rows: list[FigureRow]) -> None:
    told = [one for one in rows if one.answers.get("to_chuc") == "ap_cung_xa"]
    smaller = [
        event(str(one.answers["viec"]), None, "3", "ap_cung_xa", 9, day=one.day, number=10**10 + index)
        for index, one in enumerate(told)
    ]
    before, after = computed(OURS, rows).figures, computed(OURS, [*rows, *smaller]).figures
    assert all(before[name].amount == after[name].amount for name in before)


@given(days, st.sampled_from([None, 15]))
def test_a_closed_year_without_records_says_so(day: date, month_end: int | None) -> None:
    period = Period(YEAR.from_day, max(day, date(2024, 2, 20)), "kỳ")
    months = {month_of(date(2023, 12, 10), month_end), *(f"2024-{m:02d}" for m in range(1, 13))}
    closings = {(place.code, month): "nothing" for place in PLACES for month in months}
    result = compute(OURS, [], period, places=PLACES, closings=closings, month_end=month_end)
    assert result.figures["tuyen_truyen_cuoc"].state is State.NOTHING
    assert not result.open_months
