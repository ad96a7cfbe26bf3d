"""Who is absent: numbers of the roster shown, "0" or "đủ mặt" for nobody, or names as people are called."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers import choice
from bot.answers.model import Ask, Asked, Option, Reading, Refuse, Value
from bot.answers.normal import clean, fold, short
from bot.answers.tokens import DIGITS, Lexicon, Token, tokenise

_NOBODY = frozenset(
    {
        "0", "du", "du mat", "day du", "du het", "khong", "ko", "khong ai", "khong ai vang", "ko ai vang", "khong vang",
        "ko vang", "khong co ai", "khong co ai vang", "khong co", "co mat du", "co mat day du", "di du", "du ca",
        "vang 0", "0 vang", "khong vang ai", "co mat het", "di het", "tat ca co mat", "tat ca deu co mat", "mat du",
        "hong ai vang", "hong vang", "khong nguoi nao", "du nguoi", "het", "khong thieu ai", "khong vang nguoi nao",
    }
)  # fmt: skip
_TALK: Lexicon[bool] = Lexicon(
    dict.fromkeys(
        (
            "vắng",
            "vắng mặt",
            "không có mặt",
            "thiếu",
            "nghỉ",
            "có",
            "chỉ có",
            "là",
            "dạ",
            "ạ",
            "hôm nay",
            "bữa nay",
        ),
        True,
    )
)
_MALE: Lexicon[bool] = Lexicon(dict.fromkeys(("anh", "chú", "ông", "cậu", "dượng", "thầy"), True))
_FEMALE: Lexicon[bool] = Lexicon(dict.fromkeys(("chị", "cô", "bà", "dì", "thím", "mợ"), True))
_EITHER: Lexicon[bool] = Lexicon(
    dict.fromkeys(("em", "bác", "cháu", "đồng chí", "đ c", "đc", "cụ", "út"), True)
)


def read(text: str, asked: Asked) -> Reading:
    """The roster ids of those who are absent, in roster order."""
    kept = clean(text)
    data = {"text": short(kept)}
    heard = " ".join(token.fold for token in tokenise(kept) if token.kind != "sign")
    if heard in _NOBODY or heard.removeprefix("da ").removesuffix(" a") in _NOBODY:
        return Value([])
    numbers = choice.numbers_in(kept)
    if numbers:
        return choice.chosen_by_number(kept, numbers, asked.options, data)
    return _by_name(kept, asked.options, data)


def _by_name(text: str, options: Sequence[Option], data: dict[str, str]) -> Reading:
    absent: set[str] = set()
    for piece in choice.pieces(text):
        found = find(piece, options)
        if not found:
            return Refuse("people_unknown", data | {"text": short(piece)})
        if len(found) > 1:
            return Ask(
                "people_several",
                tuple(Value([option.name]) for option in found[:5]),
                data | {"text": short(piece)},
            )
        absent.add(found[0].name)
    if not absent:
        return Refuse("people_none", data)
    return Value([option.name for option in options if option.name in absent])


def find(text: str, options: Sequence[Option]) -> list[Option]:
    """The people whom one name can mean: full name, what they are called, tên, or with one letter wrong."""
    tokens = tokenise(text)
    start, sex = 0, ""
    while start < len(tokens):
        for words, meaning in ((_TALK, sex), (_MALE, "m"), (_FEMALE, "f"), (_EITHER, sex)):
            found = words.at(tokens, start)
            if found is not None and found[1] < len(tokens):
                start, sex = found[1], meaning
                break
        else:
            break
    rest = text[tokens[start].start :] if start < len(tokens) else text
    if tokens[start:] and all(token.kind == DIGITS for token in tokens[start:]):
        return [
            options[int(token.text) - 1]
            for token in tokens[start:]
            if 0 < int(token.text[:6]) <= len(options)
        ]
    return _of_sex(_named(rest, options), sex)


def _named(text: str, options: Sequence[Option]) -> list[Option]:
    for way in (choice._same, choice._same_folded, _by_ending, _by_last_word):
        found = way(text, options)
        if found:
            return found
    return choice._slipped(text, options)


def _by_ending(text: str, options: Sequence[Option]) -> list[Option]:
    heard = f" {fold(text)}"
    return [option for option in options if f" {fold(option.label)}".endswith(heard)]


def _by_last_word(text: str, options: Sequence[Option]) -> list[Option]:
    """ "Sáu Lý": the order of birth before the tên."""
    last = fold(text).split()[-1:]
    return [option for option in options if fold(option.label).split()[-1:] == last] if last else []


def _of_sex(found: list[Option], sex: str) -> list[Option]:
    """Those of several whom "anh" or "chị" can mean, going by the đệm "Thị" and "Văn"."""
    if len(found) < 2 or not sex:
        return found
    other = " thi " if sex == "m" else " van "
    fitting = [option for option in found if other not in fold(option.label)]
    return fitting or found


def _words(tokens: Sequence[Token]) -> str:
    return " ".join(token.fold for token in tokens)
