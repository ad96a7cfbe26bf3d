"""Choosing from the options shown: by number, label, beginning, words, or with one letter wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import islice, product

from rapidfuzz.distance import OSA

from bot.answers.confirm import is_yes
from bot.answers.model import Ask, Asked, Option, Reading, Refuse, Value
from bot.answers.normal import clean, fold, short, sound
from bot.answers.tokens import DIGITS, SIGN, WORD, Lexicon, tokenise

_NONE = frozenset(
    {"0", "khong", "khong co", "ko", "khong co gi", "khong chon", "khong cai nao", "khong muc nao"}
)
_ALL = frozenset({"tat ca", "het", "chon het", "tat ca cac muc", "du het", "ca", "tat"})
_FILLERS: Lexicon[bool] = Lexicon(
    dict.fromkeys(
        ("dạ", "ạ", "nha", "nhé", "nhe", "số", "câu", "mục", "chọn", "dòng", "là", "cái số", "đó"), True
    )
)
_AND: Lexicon[bool] = Lexicon(dict.fromkeys(("và", "với", "cùng", "cùng với"), True))
_TO: Lexicon[bool] = Lexicon(dict.fromkeys(("đến", "tới"), True))
_MOST = 6  # readings offered
_MOST_PIECES = 40
_SHORTEST_BEGINNING = 2  # letters
_LONGEST_YES = 3  # letters of "Đ", "dạ", "ok": never a part of a label; "Dũng" may be one
_SHORTEST_SLIP = 4  # letters: "ban" and "bán" are no slip of each other
_DIGITS = re.compile(r"\d+")
Match = Callable[[str, Sequence[Option]], list[Option]]


def read_one(text: str, asked: Asked) -> Reading:
    """The name of one option."""
    kept = clean(text)
    data = {"text": short(kept)}
    options = asked.options
    found = find(kept, options)
    if len(found) == 1:
        return Value(found[0].name)
    if found:
        return Ask("choice_several", tuple(Value(option.name) for option in found[:5]), data)
    numbers = numbers_in(kept)
    if numbers:
        if len(numbers) > 1:
            chosen = [options[number - 1] for number in numbers if 0 < number <= len(options)]
            if chosen:
                return Ask("choice_one_only", tuple(Value(option.name) for option in chosen[:5]), data)
        return Refuse("choice_number", data | {"so": str(len(options))})
    return Refuse("choice_none", data)


def read_several(text: str, asked: Asked) -> Reading:
    """The names of the options chosen, in the order shown; "0" is none of them."""
    kept = clean(text)
    data = {"text": short(kept)}
    if fold(kept).strip(" .!") in _NONE:
        return Value([])
    if fold(kept).strip(" .!") in _ALL:
        return Value([option.name for option in asked.options])
    numbers = numbers_in(kept)
    if numbers is not None and numbers:
        return chosen_by_number(kept, numbers, asked.options, data)
    return _by_words(kept, asked.options, data)


def find(text: str, options: Sequence[Option]) -> list[Option]:
    """The options that the text can mean, by the first way that finds any."""
    number = numbers_in(text)
    heard = fold(text)
    exact = [option for option in options if _folded(option)[0] == heard]
    if len(exact) == 1:
        return exact
    if number is not None and len(number) == 1:
        return [options[number[0] - 1]] if 0 < number[0] <= len(options) else []
    numbered = _numbered(text, options)
    if numbered is not None:
        return numbered
    return _by_label(text, options)


def _by_label(text: str, options: Sequence[Option]) -> list[Option]:
    bare = without_fillers(text)
    ways: tuple[Match, ...] = (_same, _same_folded)
    if not (len(bare) <= _LONGEST_YES and is_yes(bare)):  # "Đ" answers another question
        ways += (_beginning, _within, _slipped)
    for way in ways:
        found = way(bare, options)
        if found:
            return found
    return []


def numbers_in(text: str) -> list[int] | None:
    """The numbers of a text that holds nothing else ("2 5 7", "số 3 ạ", "2, 5 và 7"), or None."""
    tokens = tokenise(text)
    numbers: list[int] = []
    here = 0
    while here < len(tokens):
        token = tokens[here]
        if token.kind == DIGITS:
            if len(token.text) > 6:
                return None
            numbers.append(int(token.text))
        elif token.kind == WORD and not _FILLERS.at(tokens, here) and not _AND.at(tokens, here):
            to = _TO.at(tokens, here)
            if to is None or not numbers or here + 1 >= len(tokens) or tokens[here + 1].kind != DIGITS:
                return None
            if len(tokens[here + 1].text) < 4 and numbers[-1] < 1000:
                numbers += range(numbers[-1] + 1, int(tokens[here + 1].text))
        elif token.kind == SIGN and token.text not in ",.;+&()[]-–/:#":
            return None
        here += 1
    return numbers


def chosen_by_number(
    text: str, numbers: list[int], options: Sequence[Option], data: dict[str, str]
) -> Reading:
    """The options with these numbers; one that is not shown is refused, unless spaces were forgotten."""
    wrong = [number for number in numbers if not 0 < number <= len(options)]
    if wrong:
        digits = [int(digit) for digit in str(numbers[0])]
        if len(numbers) == 1 and len(options) <= 9 and all(0 < digit <= len(options) for digit in digits):
            return Ask("choice_glued", (Value(_names(digits, options)),), data)
        return Refuse("choice_number", data | {"so": str(len(options))})
    names = Value(_names(numbers, options))
    if len(numbers) == 2 and numbers[1] - numbers[0] > 1 and _is_dashed(text):
        return Ask("choice_range", (Value(_names(range(numbers[0], numbers[1] + 1), options)), names), data)
    return names


def _is_dashed(text: str) -> bool:
    signs = [token.text for token in tokenise(text) if token.kind == SIGN]
    return len(signs) == 1 and signs[0] in "-–"


def _names(numbers: Sequence[int], options: Sequence[Option]) -> list[str]:
    return [options[number - 1].name for number in sorted(set(numbers))]


def _by_words(text: str, options: Sequence[Option], data: dict[str, str]) -> Reading:
    whole = _same(text, options) or _same_folded(text, options)  # a label may hold a comma
    if len(whole) == 1:
        return Value([whole[0].name])
    groups: list[list[Option]] = []
    said = list(dict.fromkeys(pieces(text)))
    if len(said) > _MOST_PIECES:
        return Refuse("too_long", data)
    for piece in said:
        found = find(piece, options)
        if not found:
            return Refuse("choice_none", data | {"text": short(piece)})
        groups.append(found)
    if not groups:
        return Refuse("choice_none", data)
    readings = [Value(_in_order(chosen, options)) for chosen in islice(product(*groups), _MOST)]
    return (
        readings[0]
        if all(len(group) == 1 for group in groups)
        else Ask("choice_several", tuple(readings), data)
    )


def _in_order(chosen: Sequence[Option], options: Sequence[Option]) -> list[str]:
    names = {option.name for option in chosen}
    return [option.name for option in options if option.name in names]


def pieces(text: str) -> list[str]:
    """The text cut at commas, semicolons, line ends, "và", "với"."""
    tokens = tokenise(text)
    out: list[str] = []
    start: int | None = None
    end = 0
    for here, token in enumerate(tokens):
        newline = bool(here) and "\n" in text[tokens[here - 1].end : token.start]
        cut = token.text in ",;+&" or (token.kind == WORD and _AND.at(tokens, here) is not None)
        if (cut or newline) and start is not None:
            out.append(text[start:end])
            start = None
        if not cut:
            start = token.start if start is None else start
            end = token.end
    if start is not None:
        out.append(text[start:end])
    return out


def without_fillers(text: str) -> str:
    """The text without polite words at its ends."""
    tokens = tokenise(text)
    start, end = 0, len(tokens)
    while start < end and (tokens[start].kind == SIGN or _FILLERS.at(tokens, start)):
        start += 1
    while end > start and (
        (tokens[end - 1].kind == SIGN and tokens[end - 1].text in ".,!;:") or _FILLERS.at(tokens, end - 1)
    ):
        end -= 1
    return text[tokens[start].start : tokens[end - 1].end] if start < end else text


def _numbered(text: str, options: Sequence[Option]) -> list[Option] | None:
    """A button's whole text, "2. Ấp cùng với xã": the number and the label should agree."""
    tokens = tokenise(text)
    if len(tokens) < 3 or tokens[0].kind != DIGITS or tokens[1].kind != SIGN or len(tokens[0].text) > 3:
        return None
    number = int(tokens[0].text)
    rest = _by_label(text[tokens[2].start :], options)
    if not 0 < number <= len(options) or not rest:
        return None
    meant = options[number - 1]
    return [meant] if meant in rest else [meant, *rest]


def _spoken(option: Option) -> tuple[str, ...]:
    return (option.label, *option.words, *((option.short,) if option.short else ()))


@lru_cache(maxsize=1024)
def _folded(option: Option) -> tuple[str, ...]:
    return tuple(fold(said) for said in _spoken(option))


def _same(text: str, options: Sequence[Option]) -> list[Option]:
    """The same words with the same diacritics; a text without any may mean others as well."""
    if fold(text) == text.lower():
        return []
    heard = sound(text)
    return [option for option in options if any(sound(said) == heard for said in _spoken(option))]


def _same_folded(text: str, options: Sequence[Option]) -> list[Option]:
    heard = fold(text)
    return [option for option in options if heard in _folded(option)]


def _beginning(text: str, options: Sequence[Option]) -> list[Option]:
    heard = fold(text)
    if len(heard) < _SHORTEST_BEGINNING:
        return []
    return [option for option in options if any(said.startswith(heard) for said in _folded(option))]


def _within(text: str, options: Sequence[Option]) -> list[Option]:
    """The typed words within a label, or a label or one of its words within what was typed."""
    heard = f" {fold(text)} "
    inside = [option for option in options if any(heard in f" {said} " for said in _folded(option))]
    if inside or len(heard) > 400:
        return inside
    return [
        option
        for option in options
        if any(len(said) > 2 and f" {said} " in heard for said in _folded(option))
    ]


def _slipped(text: str, options: Sequence[Option]) -> list[Option]:
    """One letter wrong, missing, too many or swapped, in the whole label or in its first words."""
    heard = fold(text)
    if not _SHORTEST_SLIP <= len(heard) <= 80:
        return []
    many = len(heard.split())
    return [
        option
        for option in options
        if any(_near(heard, said) or _near(heard, _first_words(said, many)) for said in _folded(option))
    ]


def _near(heard: str, said: str) -> bool:
    if len(said) < _SHORTEST_SLIP or OSA.distance(heard, said, score_cutoff=1) > 1:
        return False
    # Another number is another thing, not a slip: "ấp 39" is not "Ấp 3".
    return _DIGITS.findall(heard) == _DIGITS.findall(said)


def _first_words(said: str, many: int) -> str:
    return " ".join(said.split()[:many])
