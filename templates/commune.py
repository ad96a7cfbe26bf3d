"""What a commune has set about itself in matran.toml, plain and frozen, as both sides need it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

_FRONT = re.compile(
    r"(?!.* tỉnh\b)(?:Ban Thường trực )?(?:Ủy ban )?(?:MTTQ|Mặt trận Tổ quốc|Mặt trận)(?: Việt Nam)? "
)
# A city of the rank of a province; the settings name the province of one that is not.
_CITY = re.compile(r"^(?!.*\btỉnh\b).*\bthành phố\b", re.IGNORECASE)
_UNNAMED = "Mặt trận cấp trên"
_ANY_PLACE = "trường học"


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat on a board: ``post`` is truong_ban, pho_ban, thanh_vien, chu_tich, …; a day None: no end."""

    post: str
    name: str
    from_day: date | None = None
    until_day: date | None = None


@dataclass(frozen=True, slots=True)
class HamletInfo:
    """A hamlet, with its first and its last day where it has not been there always, or is no longer."""

    code: str  # "3"
    name: str  # "Ấp 3"
    board: tuple[Seat, ...] = ()
    from_day: date | None = None
    until_day: date | None = None
    merged_into: str | None = None  # the code of the hamlet that it belongs to since

    def exists_on(self, day: date) -> bool:
        return (self.from_day is None or self.from_day <= day) and (
            self.until_day is None or day <= self.until_day
        )


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When a month is due and when those with an open month are reminded; the year's report too.

    ``report_day`` is the day of the month; ``remind`` counts days from it. Messages that nobody asked for
    leave between ``quiet_until`` and ``quiet_from``, local time.
    """

    report_day: int = 25
    remind: tuple[int, ...] = (-3, 0, 2)
    at: time = time(8, 0)
    quiet_until: time = time(7, 0)
    quiet_from: time = time(20, 0)
    month_end: int | None = None  # the day a month ends; None: the calendar's
    year_end: tuple[int, int] = (12, 31)  # month, day: the year's cut-off
    annual_report: tuple[int, int] = (11, 15)  # month, day of the unasked draft


@dataclass(frozen=True, slots=True)
class Commune:
    """The unit that signs. Words for units are configuration: "xã"/"phường", "ấp"/"khóm"/"khu phố"."""

    code: str  # "tan-an"
    name: str  # "Tân An"
    kind: str = "xã"
    hamlet_word: str = "ấp"
    place: str = ""  # before the date of the report; empty: the name
    superior: str = ""  # "Ủy ban MTTQ Việt Nam thị xã …", as in "theo hướng dẫn của …"
    phone: str = ""  # whom people call for help
    address: str = ""  # of the committee, in the consent
    recipients: tuple[str, ...] = ()  # "Nơi nhận", without the last "Lưu: VT."
    signer_post: str = "Chủ tịch"
    signer_by_proxy: bool = False  # "KT. CHỦ TỊCH" between, in NĐ 30's way
    congress_year: int | None = None
    committee: tuple[Seat, ...] = ()
    hamlets: tuple[HamletInfo, ...] = ()
    deadlines: Deadlines = field(default_factory=Deadlines)
    places: tuple[str, ...] = ()  # known place names, for restoring diacritics

    @property
    def title(self) -> str:
        """ "xã Tân An"."""
        return f"{self.kind} {self.name}"

    @property
    def words(self) -> Mapping[str, str]:
        """What texts fill in for ``{ap}``, ``{xa}``, ``{cap_tren}``, ``{cap_tinh}``, ``{vi_du_noi}``."""
        return words(self.kind, self.hamlet_word, self.superior, self.places)


def words(kind: str, hamlet_word: str, superior: str, places: Sequence[str]) -> Mapping[str, str]:
    """A commune's own words: for its units, for whom it reports to, and a place to take as an example."""
    return {
        "ap": hamlet_word,
        "xa": kind,
        "cap_tren": front_of(superior),
        "cap_tinh": "thành phố" if _CITY.search(superior) else "tỉnh",
        "vi_du_noi": places[0] if places else _ANY_PLACE,
    }


def front_of(superior: str) -> str:
    """The superior's Front as one speaks of it ("Mặt trận thị xã").

    Without a name where the settings have none, or a province's, which forms name by itself.
    """
    called = _FRONT.match(superior)
    return f"Mặt trận {superior[called.end() :]}" if called is not None else _UNNAMED
