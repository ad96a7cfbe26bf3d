"""Who gives: the person or house named in a line ("bà Sáu", "hộ ông Tư", "Nguyễn Văn A")."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers.numeral_words import BIG, MONEY, SMALL
from bot.answers.tokens import DIGITS, SIGN, WORD, Lexicon, Token, phrases
from bot.answers.units import COUNTED, CURRENCY

_PEOPLE = (
    "ông bà|ông|bà|cô|chú|anh chị|anh em|anh|chị|em|bác|dì|cậu|thím|mợ|dượng|cháu|cụ|thầy|sư cô|sư thầy|"
    "ni cô|hòa thượng|thượng tọa|đại đức|linh mục|mục sư|vợ chồng|bé|hộ|hộ ông|hộ bà|gia đình|gđ|"
    "gia đình ông|gia đình bà"
)
_HOUSES = (
    "chùa|đình|nhà thờ|thánh thất|họ đạo|công ty|cty|doanh nghiệp|dntn|hợp tác xã|htx|cơ sở|cửa hàng|tiệm|"
    "quán|đại lý|vựa|nhà máy|trại|nhóm|câu lạc bộ|clb|chi hội|hội phụ nữ|hội nông dân|hội cựu chiến binh|"
    "hội chữ thập đỏ|hội người cao tuổi|đoàn thanh niên|trường|ngân hàng|quỹ tín dụng|nhà hảo tâm|"
    "mạnh thường quân|mtq|bà con|trạm y tế|tập thể|chi đoàn|chi bộ|xí nghiệp|nhà thuốc|phòng khám"
)
TITLES: Lexicon[str] = Lexicon(
    dict.fromkeys(_PEOPLE.split("|"), "person") | dict.fromkeys(_HOUSES.split("|"), "house")
)
GIVING = phrases(
    "ủng hộ|đóng góp|đóng|góp|tặng|nộp|gửi|gởi|hỗ trợ|quyên góp|biếu|cho|trao|tài trợ|hiến|giúp|đưa|phụ|"
    "chung tay|ubh|phát"
)
STOPS = phrases(
    "ủng hộ|đóng góp|đóng|góp|cho|tặng|nộp|gửi|gởi|tiền|quỹ|hỗ trợ|giúp|quyên góp|đưa|biếu|là|được|có|vào|"
    "mỗi|tổng|cộng|số tiền|bằng|của|ở|hôm|sáng|chiều|tối|ngày|với|và|trao|nhận|chuyển khoản|ck|tm|trị giá|"
    "thêm|nữa|xin|mới|vừa|đã|rồi|khoảng|hơn|trên|gần|chừng|từ|dưới|cỡ|mấy|vài|không|chưa|một ít|ấp|tổ|"
    "khóm|thôn|xã|hết|đồng ý|hiến|tài trợ|phúng điếu|phụ|nhờ|tới|đến|về|bữa|tham gia|tham dự|dự|họp|đi|làm|bị"
)
_WHERE = phrases("ấp|tổ|khóm|thôn|khu phố|trong ấp|ở ấp|xóm|trong xóm")
_OURS = phrases("mình|nhà|ta|tui|tôi")
_OTHER_WORDS = frozenset({"di", "co", "chi", "cu", "be", "em", "bac", "cau", "mo", "chau", "thay", "hoi"})
"""Titles that are other words without diacritics: taken for one only before a name that is sure to be one."""
LONGEST_NAME = 12  # words


def giver_at(tokens: Sequence[Token], here: int) -> int | None:
    """The index after the giver whose title stands at token ``here``, or None.

    Names are numerals in the south: the word behind a person's title is a name, whatever it says ("bà Năm").
    """
    found = TITLES.at(tokens, here)
    if found is None or (here and tokens[here].fold == "ho" and tokens[here - 1].fold == "ung"):
        return None
    kind, after = found
    first = after
    if after == here + 1 and tokens[here].text in _OTHER_WORDS and not _is_sure_name(tokens, first):
        return None
    most = min(len(tokens), first + LONGEST_NAME)
    while after < most and _is_name(tokens, after, kind, after == first):
        if after > first and not _goes_with(tokens, first, after):
            break
        after += 1
    where = _where(tokens, after) if kind == "house" else None
    if where is not None:
        return where
    return after if after > first or _stands_alone(tokens, here, after) else None


def _where(tokens: Sequence[Token], here: int) -> int | None:
    """The index after the hamlet or group behind a house's name ("bà con ấp 3", "chi bộ ấp mình")."""
    found = _WHERE.at(tokens, here)
    if found is None:
        return None
    after = found[1]
    ours = _OURS.at(tokens, after)
    if ours is not None:
        return ours[1]
    if after < len(tokens) and tokens[after].kind == DIGITS and len(tokens[after].text) <= 2:
        counted = any(words.at(tokens, after + 1) for words in (MONEY, COUNTED, CURRENCY))
        return None if counted else after + 1
    return after if found[0] in ("trong ấp", "trong xóm") else None


def _is_sure_name(tokens: Sequence[Token], here: int) -> bool:
    """Whether a numeral ("co sau") or a word with a capital stands at token ``here``."""
    if here >= len(tokens) or tokens[here].kind != WORD:
        return False
    return tokens[here].text[0].isupper() or MONEY.at(tokens, here) is not None


def _stands_alone(tokens: Sequence[Token], here: int, after: int) -> bool:
    """Whether a title without a name still is a giver ("mạnh thường quân", "hội phụ nữ")."""
    said = " ".join(token.fold for token in tokens[here:after])
    return said in {"manh thuong quan", "mtq", "nha hao tam", "doan thanh nien"} or said.startswith("hoi ")


def _goes_with(tokens: Sequence[Token], first: int, here: int) -> bool:
    """Whether a later word belongs to the name: capitals as in its first word, no other person's title."""
    if tokens[first].text.istitle() and not tokens[here].text[0].isupper():
        return False  # "bà Năm bệnh"
    return TITLES.at(tokens, here) is None or tokens[here].text[0].isupper()


def _is_name(tokens: Sequence[Token], here: int, kind: str, first: bool) -> bool:
    token = tokens[here]
    if token.kind != WORD:
        return False
    number = MONEY.at(tokens, here)
    if number is not None and number[0][0] in (SMALL, BIG):
        return len(token.text) > 1 and token.text[0].isupper() and not first and number[0][0] == SMALL
    if number is not None and not (first and kind == "person") and _goes_on(tokens, number[1]):
        return False
    stop = STOPS.at(tokens, here)
    if stop is None or (first and kind == "person" and number is not None):  # "ong tu"
        return True
    return stop[1] == here + 1 and token.text.istitle() and token.text.isascii()  # "bà Tu Dong"


def _goes_on(tokens: Sequence[Token], here: int) -> bool:
    """Whether number words or a unit of thousands go on here: then the word before was a number as well."""
    follows = MONEY.at(tokens, here)
    return follows is not None


def plain_name(tokens: Sequence[Token], here: int) -> int | None:
    """The index after a full name without a title ("Nguyễn Văn A"): two or more words with capitals."""
    after = here
    most = min(len(tokens), here + 7)
    while after < most and tokens[after].kind == WORD and tokens[after].text[0].isupper():
        if MONEY.at(tokens, after) and after - here == 0:
            return None
        after += 1
    return after if 2 <= after - here <= 6 else None


def numbering(tokens: Sequence[Token]) -> int:
    """How many tokens a line's own number takes at its beginning ("1. ", "2) ", "- ", "+ "), or 0."""
    if not tokens:
        return 0
    if tokens[0].kind == SIGN and tokens[0].text in "-–—+*•·●○▪" and len(tokens) > 1 and not tokens[1].glued:
        return 1
    if tokens[0].kind != DIGITS or len(tokens[0].text) > 4 or len(tokens) < 3:
        return 0
    sign, then = tokens[1], tokens[2]
    if sign.kind == SIGN and sign.text in ".)/-:" and (not then.glued or then.kind == WORD):
        return 2
    return 0
