"""A roster searched as people are called: tên, đệm and tên, full name, nickname, with or without a title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.answers.model import Option
from bot.answers.normal import fold, sound
from bot.answers.tokens import WORD, Token, phrases

_MALE = phrases("anh|chú|ông|cậu|dượng|thầy|anh em")
_FEMALE = phrases("chị|cô|bà|dì|thím|mợ")
_EITHER = phrases("em|bác|cháu|đồng chí|đ c|đc|cụ|đ/c|trưởng ban|phó ban")
_BIRTH = frozenset({"hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "ut", "ca"})
_SHORTEST_SLIP = 4  # letters: "Hoa" and "Hóa" are two people
_LONGEST = 6  # words of a name


@dataclass(frozen=True, slots=True)
class Called:
    """Someone called over tokens up to ``end``: those of the roster who can be meant."""

    found: list[Option]
    end: int
    titled: bool


class Roster:
    """The people by all that they may be called."""

    def __init__(self, options: Sequence[Option]) -> None:
        self._called: dict[tuple[str, ...], list[tuple[str, Option]]] = {}
        self._longest = 1
        for option in options:
            for name in self._names(option):
                words = tuple(fold(name).split())
                if not words or len(words) > _LONGEST:
                    continue
                self._longest = max(self._longest, len(words))
                self._called.setdefault(words, []).append((name, option))

    @staticmethod
    def _names(option: Option) -> list[str]:
        """Every ending of the full name, họ and tên, and the nicknames."""
        words = option.label.split()
        names = [" ".join(words[start:]) for start in range(len(words))]
        if len(words) > 2:
            names.append(f"{words[0]} {words[-1]}")
        return list(dict.fromkeys([*names, *option.words]))

    def at(self, tokens: Sequence[Token], here: int) -> Called | None:
        """Who is called at token ``here``, with or without a title; None where no name stands there."""
        start, sex = _title(tokens, here)
        titled = start > here
        found, end = self._longest_name(tokens, start)
        nick = self._behind_birth(tokens, start) if titled and end <= start + 1 else None
        if nick is not None:
            found, end = [*nick[0], *(option for option in found if option not in nick[0])], nick[1]
        if not found:
            return None
        return Called(_of_sex(found, sex), end, titled)

    def _longest_name(self, tokens: Sequence[Token], start: int) -> tuple[list[Option], int]:
        most = start
        while most < len(tokens) and most - start < self._longest and tokens[most].kind == WORD:
            most += 1
        for end in range(most, start, -1):
            known = self._called.get(tuple(token.fold for token in tokens[start:end]))
            if known:
                return _as_typed(known, " ".join(token.text for token in tokens[start:end])), end
        return [], start

    def _behind_birth(self, tokens: Sequence[Token], start: int) -> tuple[list[Option], int] | None:
        """ "chị Sáu Lý": the order of birth, then the tên."""
        if start + 1 >= len(tokens) or tokens[start].fold not in _BIRTH or tokens[start + 1].kind != WORD:
            return None
        found, end = self._longest_name(tokens, start + 1)
        return (found, end) if found else None

    def near(self, tokens: Sequence[Token]) -> list[Option]:
        """Those whose name differs by one letter from the first words of the tokens, behind a title."""
        start, sex = _title(tokens, 0)
        for end in range(min(len(tokens), start + _LONGEST), start, -1):
            heard = " ".join(token.fold for token in tokens[start:end])
            if len(heard) < _SHORTEST_SLIP:
                continue
            near = [
                option
                for words, known in self._called.items()
                if len(words) == end - start and OSA.distance(heard, " ".join(words), score_cutoff=1) <= 1
                for _, option in known
            ]
            if near:
                return _of_sex(list({option.name: option for option in near}.values()), sex)
        return []


@lru_cache(maxsize=64)
def roster_of(options: tuple[Option, ...]) -> Roster:
    """The roster of these people, made once."""
    return Roster(options)


def _title(tokens: Sequence[Token], here: int) -> tuple[int, str]:
    """The index after titles, and "m" or "f" where they tell."""
    sex = ""
    for _ in range(3):
        for words, meaning in ((_MALE, "m"), (_FEMALE, "f"), (_EITHER, sex)):
            found = words.at(tokens, here)
            if found is not None and found[1] < len(tokens) and tokens[found[1]].kind == WORD:
                here, sex = found[1], meaning
                break
        else:
            break
    return here, sex


def _as_typed(known: list[tuple[str, Option]], typed: str) -> list[Option]:
    """Those with the same diacritics where some were typed, else all that are spelt so."""
    if fold(typed) != typed.lower():
        heard = sound(typed)
        exact = [option for name, option in known if sound(name) == heard]
        if exact:
            return list({option.name: option for option in exact}.values())
    return list({option.name: option for _, option in known}.values())


def _of_sex(found: list[Option], sex: str) -> list[Option]:
    """Those of several whom "anh" or "chị" can mean, going by the đệm "Thị" and "Văn"."""
    if len(found) < 2 or not sex:
        return found
    other = " thi " if sex == "m" else " van "
    return [option for option in found if other not in fold(option.label)] or found
