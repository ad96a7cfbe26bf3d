"""An invented commune and its records, for the tests of figures and documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from templates.commune import Commune, HamletInfo, Seat
from templates.counting import Computed, compute
from templates.figures import Definitions
from templates.periods import Period, months_in
from templates.reported import FigureRow, Issued, Place, SeatRow

YEAR = Period(date(2023, 12, 10), date(2024, 12, 9), "năm 2024")
PLACES = tuple(Place(code, f"Ấp {code}") for code in ("1", "2", "3"))
BOARD = ("truong_ban", "pho_ban", *["thanh_vien"] * 7)
SEATS = (
    *(SeatRow(place.code, post) for place in PLACES for post in BOARD),
    *(SeatRow(None, post) for post in ("chu_tich", "pho_chu_tich", "uy_vien_thuong_truc")),
)
COMMUNE = Commune(
    "tan-thu",
    "Tân Thử",
    superior="Ủy ban MTTQ Việt Nam huyện Thử",
    recipients=("Ban Thường trực cấp trên", "Thường trực Đảng ủy xã"),
    congress_year=2024,
    committee=(
        Seat("chu_tich", "Nguyễn Thị Thử"),
        Seat("pho_chu_tich", "Trần Văn Mẫu"),
        Seat("uy_vien_thuong_truc", "Lê Văn Nháp"),
    ),
    hamlets=tuple(HamletInfo(place.code, place.name) for place in PLACES),
)
CLOSED = {(place.code, month): "closed" for place in PLACES for month in months_in(YEAR)}
_numbers = iter(range(10_000, 10**9))


def row(
    form: str,
    answers: Mapping[str, Any],
    hamlet: str | None = "1",
    day: date = date(2024, 6, 1),
    number: int | None = None,
    reported_at: datetime = datetime(2024, 6, 2, tzinfo=UTC),
) -> FigureRow:
    number = next(_numbers) if number is None else number
    return FigureRow(number, 1, form, hamlet, day, answers, "Trần Văn Sáu", reported_at)


def event(
    viec: str = "tuyen_truyen",
    so_nguoi: object = 50,
    hamlet: str | None = "1",
    to_chuc: str = "ap",
    so_cuoc: int = 1,
    **rest: Any,
) -> FigureRow:
    answers = {"viec": viec, "so_nguoi": so_nguoi, "so_cuoc": so_cuoc}
    if hamlet is not None:
        answers["to_chuc"] = to_chuc
    return row("hoat_dong", {k: v for k, v in answers.items() if v is not None}, hamlet, **rest)


def gift(so_tien: object, quy: str = "vi_nguoi_ngheo", hamlet: str | None = "1", **rest: Any) -> FigureRow:
    return row("ung_ho", {"quy": quy, "hinh_thuc": "tien", "so_tien": so_tien}, hamlet, **rest)


def meeting(present: int, total: int, hamlet: str = "1", **rest: Any) -> FigureRow:
    return row("hop", {"vang": {"absent": [], "present": present, "total": total}}, hamlet, **rest)


def words(muc: str, noi_dung: str, hamlet: str | None = None, **rest: Any) -> FigureRow:
    return row("loi_van", {"muc": muc, "noi_dung": noi_dung}, hamlet, **rest)


def computed(
    definitions: Definitions,
    rows: Sequence[FigureRow],
    *,
    closings: Mapping[tuple[str, str], str] = CLOSED,
    seats: Sequence[SeatRow] = SEATS,
    issued: Sequence[Issued] = (),
    places: Sequence[Place] = PLACES,
    period: Period = YEAR,
    to_come: str | None = None,
) -> Computed:
    given = {"places": places, "closings": closings, "seats": seats, "issued": issued, "to_come": to_come}
    return compute(definitions, rows, period, **given)
