"""A small commune for tests: three hamlets, invented names."""

from __future__ import annotations

from templates.commune import Commune, Deadlines, HamletInfo, Seat

BOARD = (
    Seat("truong_ban", "Trần Văn Sáu"),
    Seat("pho_ban", "Lê Thị Ba"),
    Seat("thanh_vien", "Nguyễn Thị Hoa"),
    Seat("thanh_vien", "Đỗ Văn Tư"),
    Seat("thanh_vien", "Huỳnh Thị Năm"),
    Seat("thanh_vien", "Lý Văn Sết"),
    Seat("thanh_vien", "Phạm Văn Bảy"),
    Seat("thanh_vien", "Võ Văn Tám"),
    Seat("thanh_vien", "Bùi Thị Chín"),
)

COMMUNE = Commune(
    code="tan-an",
    name="Tân An",
    place="Tân An",
    phone="0900 000 000",
    address="ấp 1",
    committee=(Seat("chu_tich", "Nguyễn Văn Minh"), Seat("pho_chu_tich", "Trần Thị Lan")),
    hamlets=(HamletInfo("1", "Ấp 1"), HamletInfo("3", "Ấp 3", BOARD), HamletInfo("4", "Ấp 4")),
    deadlines=Deadlines(),
    places=("kinh Xáng", "chùa Phước Hưng"),
)
