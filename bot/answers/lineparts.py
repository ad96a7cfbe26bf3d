"""The parts of one typed line of a donation list: its own number, who gives, a note; headings and totals."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers.amounts import Amount
from bot.answers.givers import GIVING, TITLES, numbering, plain_name
from bot.answers.model import Reading, Value
from bot.answers.tokens import DIGITS, SIGN, WORD, Token, phrases, tokenise
from bot.answers.units import BOUNDS, COUNTED, GOODS, MARKS, VAGUE

_TOTAL = phrases(
    "tổng cộng|tổng số tiền|tổng số|tổng tiền|tổng thu|tổng|cộng chung|cộng dồn|cộng|total|t c|tc|sum|tất cả"
)
_TOTAL_BEHIND = phrases("cộng|số|tiền|thu|là|được|chung|ấp|đợt|các|:|=|-|–|là số tiền|khoản")
_TITLES_OF_LISTS = phrases(
    "bằng chữ|viết bằng chữ|số tiền bằng chữ|danh sách|bảng kê|bảng tổng hợp|sổ vàng|kính gửi|kính báo|"
    "thông báo|ban công tác|ủy ban|ubmttq|mặt trận|cộng hòa xã hội|độc lập|báo cáo|người lập|người nộp|"
    "trưởng ban|ngày"
)
_HEADINGS = phrases(
    "danh sách|ds|bảng|sổ|quỹ|ngày|đợt|kính gửi|kính báo|thông báo|ủng hộ|đóng góp|người ủng hộ|ấp|tổ|"
    "khóm|thôn|xã|ban công tác|mặt trận|cộng hòa|độc lập|ủy ban|ubmttq|báo cáo|xin|cảm ơn|cám ơn|"
    "chân thành|người lập|người nộp|trưởng ban|ghi chú|đơn vị tính|đvt|stt|họ tên|họ và tên|tên|số tiền|"
    "vận động|hôm nay|bữa nay|sáng nay|dạ|em gửi"
)
_EDGES = " \t,;:.–—-=>•*+/|"


def without_number(text: str) -> str:
    """The line without the number it begins with ("1. ", "2) ", "3 Bà Sáu …")."""
    tokens = tokenise(text)
    skip = numbering(tokens)
    if not skip and len(tokens) > 2 and tokens[0].kind == DIGITS and len(tokens[0].text) <= 4:
        skip = _plain_number(tokens)
    return text[tokens[skip].start :] if 0 < skip < len(tokens) else text


def _plain_number(tokens: Sequence[Token]) -> int:
    """ "12 Nguyễn Văn A 200.000": a number, a word that is no unit, and another number behind."""
    if tokens[1].kind != WORD or tokens[1].glued or COUNTED.at(tokens, 1) or GOODS.at(tokens, 1):
        return 0
    named = TITLES.at(tokens, 1) or plain_name(tokens, 1) or tokens[1].text[0].isupper()
    return 1 if named and any(token.kind == DIGITS for token in tokens[2:]) else 0


def is_total(text: str) -> bool:
    """Whether the line is a total; "Tống Văn A" and "Công ty" are givers."""
    tokens = tokenise(text)
    start = 0
    while start < len(tokens) and tokens[start].kind == SIGN:
        start += 1
    found = _TOTAL.at(tokens, start)
    if found is None:
        return False
    if found[1] >= len(tokens) or found[1] > start + 1 or tokens[start].text.upper() == tokens[start].text:
        return True
    behind = tokens[found[1]]
    sure = not tokens[start].text.isascii()
    return sure or behind.kind != WORD or _TOTAL_BEHIND.at(tokens, found[1]) is not None


def is_title(text: str) -> bool:
    """Whether the line begins as only headings and remarks do ("Danh sách …", "Bằng chữ: …")."""
    return _TITLES_OF_LISTS.at(tokenise(text), 0) is not None


def is_heading(text: str, begun: bool) -> bool:
    """Whether a line without an amount is a heading or a remark, not a giver whose amount is missing."""
    tokens = tokenise(text)
    skip = numbering(tokens)
    if is_title(text) or text.rstrip().endswith((":", "!")):
        return True
    if skip and tokens[0].kind == DIGITS:
        return False
    if _HEADINGS.at(tokens, 0) or not any(token.kind == WORD for token in tokens):
        return True
    if TITLES.at(tokens, 0) or plain_name(tokens, 0) == len(tokens):
        return False
    return not begun or len(tokens) > 8


def name_of(text: str, amounts: Sequence[Amount], reading: Reading) -> str:
    """Who gives: what stands before the amount, else behind it, without verbs of giving and brackets."""
    tokens = tokenise(text)
    if not amounts:
        return _trimmed(tokens, 0, len(tokens), text)
    first, last = amounts[0].number.start, amounts[-1].end
    while first and (mark := _blur_before(tokens, first)):
        first = mark - 1
    before = _trimmed(tokens, 0, first, text)
    if before or not isinstance(reading, Value):
        return before
    return _trimmed(tokens, last, len(tokens), text)


def _blur_before(tokens: Sequence[Token], end: int) -> int:
    """Where a mark or bound that ends before token ``end`` begins ("hơn", "khoảng chừng"), plus one; or 0."""
    for width in (2, 1):
        for words in (MARKS, BOUNDS, VAGUE):
            found = words.at(tokens, end - width) if end > width else None
            if found is not None and found[1] == end:
                return end - width + 1
    return 0


def _trimmed(tokens: Sequence[Token], start: int, end: int, text: str) -> str:
    """The words of a span up to the first verb of giving or bracket, without signs at its ends."""
    while start < end and (tokens[start].kind == SIGN or tokens[start].fold == "cua"):
        start += 1
    stop = start
    while stop < end and tokens[stop].text not in "([":
        if stop > start and tokens[stop].kind == WORD and GIVING.at(tokens, stop):
            break
        stop += 1
    return text[tokens[start].start : tokens[stop - 1].end].strip(_EDGES) if stop > start else ""


def note_of(text: str) -> str:
    """What stands in brackets ("(ấp 3)"), or ""."""
    start = text.find("(")
    end = text.find(")", start + 1)
    return text[start + 1 : end].strip() if 0 <= start < end else ""
