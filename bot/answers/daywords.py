"""The words of days: near ones, weekdays, months, day numbers in words, and feasts."""

from __future__ import annotations

from functools import lru_cache

from bot.answers.tokens import Lexicon, phrases, tokenise

_TIMES = ("sáng", "trưa", "chiều", "tối", "đêm", "xế", "hôm", "bữa", "ngày")
_NEAR = {
    **{f"{time} nay": 0 for time in _TIMES},
    **{f"{time} qua": -1 for time in _TIMES},
    **{f"{time} hôm qua": -1 for time in _TIMES},
    **{f"{time} kia": -2 for time in ("hôm", "bữa")},
    **{f"{time} hôm kia": -2 for time in _TIMES},
    **{f"{time} kìa": -3 for time in ("hôm", "bữa")},
    **{f"{time} mai": 1 for time in _TIMES},
    **{f"{time} mốt": 2 for time in _TIMES},
    **{f"{day} nay": 0 for day in ("hum", "bửa", "bủa")},
    **{f"{day} qua": -1 for day in ("hum", "bửa")},
    **dict.fromkeys(("hôm wa", "hum wa", "hqua", "h qua"), -1),
    **dict.fromkeys(("hnay", "h nay"), 0),
    "hồi sáng": 0,
    "hồi trưa": 0,
    "hồi chiều": 0,
    "hồi nãy": 0,
    "lúc nãy": 0,
    "mới nãy": 0,
    "mới đây": 0,
    "hồi hôm": -1,
    "ngày kia": 2,
    "hôm nay nè": 0,
}
NEAR: Lexicon[int] = Lexicon(_NEAR)
"""Days from today."""
ALONE: dict[str, int] = {"nay": 0, "qua": -1, "mai": 1, "mốt": 2, "kia": -2}
"""The same where the whole answer is one word."""

_WEEKDAY_WORDS = (("hai", "2"), ("ba", "3"), ("tư", "4"), ("năm", "5"), ("sáu", "6"), ("bảy", "bẩy", "7"))
WEEKDAYS: Lexicon[int] = Lexicon(
    {f"thứ {word}": number for number, words in enumerate(_WEEKDAY_WORDS) for word in words}
    | {f"t {words[-1]}": number for number, words in enumerate(_WEEKDAY_WORDS)}
    | {"chủ nhật": 6, "chúa nhật": 6, "chủ nhựt": 6, "chúa nhựt": 6, "c n": 6, "cn": 6}
)
"""Monday is 0."""
WEEKS: Lexicon[int] = Lexicon(
    {
        "tuần này": 0,
        "tuần nay": 0,
        "này": 0,
        "tuần trước": -1,
        "tuần rồi": -1,
        "tuần vừa rồi": -1,
        "tuần qua": -1,
        "tuần trước nữa": -2,
        "tuần rồi nữa": -2,
        "tuần sau": 1,
        "tuần tới": 1,
    }
)
LAST = phrases("vừa rồi|vừa qua|rồi|trước|mới rồi|qua")
NEXT = phrases("tới|sau|sắp tới|tới đây")

MONTHS: Lexicon[int] = Lexicon(
    {
        word: number
        for number, words in enumerate(
            (
                ("một", "giêng"),
                ("hai",),
                ("ba",),
                ("tư", "bốn"),
                ("năm",),
                ("sáu",),
                ("bảy", "bẩy"),
                ("tám",),
                ("chín",),
                ("mười",),
                ("mười một",),
                ("mười hai", "chạp"),
            ),
            1,
        )
        for word in words
    }
)
LUNAR_MONTHS = frozenset({"gieng", "chap"})
OTHER_MONTHS: Lexicon[int] = Lexicon(
    {"này": 0, "nay": 0, "trước": -1, "rồi": -1, "vừa rồi": -1, "sau": 1, "tới": 1}
)
OTHER_YEARS: Lexicon[int] = Lexicon(
    {"nay": 0, "này": 0, "ngoái": -1, "trước": -1, "rồi": -1, "sau": 1, "tới": 1}
)

_ONES = ("", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def _day_words() -> dict[str, int]:
    words = {word: number for number, word in enumerate(_ONES) if word} | {"tư": 4, "bẩy": 7, "mười": 10}
    for number, one in enumerate(_ONES[1:], 1):
        tails = {one, {1: "mốt", 4: "tư", 5: "lăm", 7: "bẩy"}.get(number, one)}
        words |= {f"mười {tail}": 10 + number for tail in tails if tail not in ("mốt", "tư")}
        words |= {f"{ten}{tail}": 20 + number for ten in ("hai mươi ", "hăm ", "hai ") for tail in tails}
    words |= {"hai mươi": 20, "hai chục": 20, "ba mươi": 30, "ba chục": 30}
    return words | {"ba mươi mốt": 31, "ba mươi một": 31, "ba mốt": 31}


DAY_NUMBERS: Lexicon[int] = Lexicon(_day_words())
DAY = phrases("ngày|hôm|bữa|ngày hôm|vào ngày|hôm ngày|bữa ngày")
FIRST_DAYS = phrases("mùng|mồng|mùng ngày|ngày mùng|ngày mồng|hôm mùng|hôm mồng|bữa mùng|bữa mồng")
FULL_MOON = phrases("rằm|ngày rằm|hôm rằm|bữa rằm")
LUNAR = phrases("âm lịch|âm|âl|al|lịch âm|lịch ta|ta")
SOLAR = phrases("dương lịch|dương|dl|lịch dương|lịch tây|tây")
LEAP = phrases("nhuận|nhuần")
HOUR = phrases("giờ|h|g|gi")
MINUTE = phrases("phút|ph|p|'|rưỡi|kém")
EVE = phrases("giao thừa|đêm giao thừa|đêm ba mươi|đêm 30")
TET = phrases("tết|tết nguyên đán|tết âm lịch|tết ta|tết giáp thìn|nguyên đán")

FEASTS: Lexicon[tuple[int, int, bool]] = Lexicon(
    {
        "tết dương lịch": (1, 1, False),
        "tết tây": (1, 1, False),
        "quốc khánh": (2, 9, False),
        "lễ quốc khánh": (2, 9, False),
        "giỗ tổ": (10, 3, True),
        "giỗ tổ hùng vương": (10, 3, True),
        "tết đoan ngọ": (5, 5, True),
        "đoan ngọ": (5, 5, True),
        "vu lan": (15, 7, True),
        "lễ vu lan": (15, 7, True),
        "trung thu": (15, 8, True),
        "tết trung thu": (15, 8, True),
        "phật đản": (15, 4, True),
        "lễ phật đản": (15, 4, True),
        "đưa ông táo": (23, 12, True),
        "ông táo": (23, 12, True),
    }
)
"""Day, month, lunar."""


@lru_cache(maxsize=512)
def names_feast(text: str) -> bool:
    """Whether a day's text names a feast, which tells as well what something was for."""
    tokens = tokenise(text)
    return any(lexicon.at(tokens, here) for here in range(len(tokens)) for lexicon in (FEASTS, TET))


VAGUE = phrases(
    "tuần trước|tuần rồi|tuần này|tuần qua|tuần sau|tuần vừa rồi|tuần tới|tháng trước|tháng rồi|tháng này|"
    "tháng qua|tháng sau|tháng tới|đầu tháng|giữa tháng|cuối tháng|cuối tuần|đầu tuần|giữa tuần|mấy bữa|"
    "mấy hôm|mấy ngày|vài ngày|vài bữa|vài hôm|hôm nọ|bữa nọ|bữa trước|hôm trước|bữa hổm|hổm rày|hôm rày|"
    "bữa giờ|dạo này|năm ngoái|năm trước|năm nay|đầu năm|cuối năm|giữa năm|không nhớ|không rõ|quên|"
    "hôm bữa|hôm đó|bữa đó|mới rồi|vừa rồi|gần đây|lâu rồi|trước tết|sau tết|bữa hôm|tuần lễ trước"
)
OCCASIONS = phrases("đầu năm học|cuối năm học|giữa năm học|đầu năm học mới")
"""Phrases that begin like a vague day and tell in a line what something was for, not when it was."""
AGO = phrases("trước|rồi|cách đây|cách nay")
SPANS = phrases("ngày|hôm|bữa")
