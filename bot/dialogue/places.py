"""Where it was: a place that the commune knows, or what a typed line says behind "ở", "tại"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answers.extract import Extract
from bot.answers.normal import fold

_AT = re.compile(r"(?<!\w)(?:o|tai) (?=\w)")
_SAID_AT = frozenset({"ở", "o", "ơ", "tại", "tai"})
# "ô nhiễm", "tai nạn", "thiên tai": without diacritics the same letters as "ở", "tại".
_NOT_AFTER = {
    "o": frozenset({"nhiem", "to", "mai", "rom", "chu", "ga", "vuong"}),
    "tai": frozenset({"nan", "san", "chinh", "khoan", "tro", "lieu", "xe"}),
}
_NOT_BEFORE = frozenset(
    {"thien", "lo", "hoa", "tam", "do", "de", "con", "nhan", "trong", "tien", "lam", "noi"}
)
_END = re.compile(
    r"(?<!\w)(?:do (?:hoi|doan|ap|ban|chi)|tham gia|tham du|phoi hop|to chuc|cung (?:voi|xa|hoi|doan)|"
    r"(?:chung )?voi xa|ap minh|xa cung|nhan dip|nhan ngay|ung ho|gop|tang|cho ba con|duoc|dc|gom co|"
    r"tong cong|thanh phan|noi dung|tuyen truyen|van dong|de )(?!\w)"
)
_LAST = re.compile(r" (?:co|gom|voi|la|tong|so|khoang|duoc|dc|duoc hon|va)$")


def place_in(heard: Extract, known: Sequence[str]) -> str | None:
    """A known place, with its diacritics; else what stands behind "ở", as typed."""
    return _known(heard, known) or _said(heard)


def _known(heard: Extract, known: Sequence[str]) -> str | None:
    """The one known place that the line names, but for one that gives ("chùa Phước Hưng tặng …")."""
    line = fold(heard.text)
    givers = [(one.start, one.end) for one in heard.of("giver")] if len(line) == len(heard.text) else []
    text = "".join(char if char.isalnum() else " " for char in line)
    for start, end in givers:
        text = text[:start] + "." * (end - start) + text[end:]
    named = [place for place in known if f" {_words(place)} " in f" {text} "]
    longest = [
        place
        for place in named
        if not any(place != other and f" {_words(place)} " in f" {_words(other)} " for other in named)
    ]
    return longest[0] if len(longest) == 1 else None


def _words(place: str) -> str:
    return "".join(char if char.isalnum() else " " for char in fold(place))


def _said(heard: Extract) -> str | None:
    bare = fold(heard.text)
    if len(bare) != len(heard.text):
        return None
    start = next((end for end in _starts(heard.text, bare)), None)
    if start is None:
        return None
    ends = [one.start for one in heard.found if one.start >= start and one.kind not in ("hamlet", "number")]
    stop = min([*ends, len(bare)])
    told = _END.search(bare, start, stop)
    stop = told.start() if told is not None else stop
    place = heard.text[start:stop].split(",")[0].split(".")[0].split("(")[0].strip(" .;:-–")
    last = _LAST.search(fold(place))
    place = place[: last.start()] if last is not None else place
    return place or None


def _starts(text: str, bare: str) -> list[int]:
    """Where a place may begin: behind each "ở", "tại" that is no other word."""
    found: list[int] = []
    for match in _AT.finditer(bare):
        before = bare[: match.start()].split()[-1:]
        behind = bare[match.end() :].split(maxsplit=1)[:1]
        typed = text[match.start() : match.end()].strip().lower()
        sure = typed in ("ở", "tại")
        if typed in _SAID_AT and (
            sure
            or not (
                _NOT_AFTER[bare[match.start() : match.end()].strip()] & set(behind)
                or _NOT_BEFORE & set(before)
            )
        ):
            found.append(match.end())
    return found
