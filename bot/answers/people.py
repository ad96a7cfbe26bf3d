"""Who is absent: numbers of the roster shown, "0" or "đủ mặt" for nobody, or names as people are called.

A line is walked once; at each place the longest name of the roster wins: tên ("Hoa"), đệm and tên, full name
or a nickname that the roster carries, with or without "chị", "anh" before it ("chị Sáu Lý": Lý, the sixth).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from bot.answers.givers import giver_at
from bot.answers.model import Ask, Asked, Option, Reading, Refuse, Value
from bot.answers.normal import clean, short
from bot.answers.roster import Called, roster_of
from bot.answers.tokens import DIGITS, SIGN, WORD, Token, phrases, tokenise
from bot.answers.units import COUNTED

_ABSENT = phrases(
    "vắng mặt|vắng|thiếu|nghỉ|không có mặt|ko có mặt|chưa có mặt|không dự|không đi|không đến|trừ|xin nghỉ"
)
_PRESENT = phrases("có mặt|tham dự|dự họp|dự|đi họp|đi|đến")
_ALL = phrases("đủ mặt|đầy đủ|đủ hết|đủ cả|đủ|tất cả|hết|mọi người|cả ban|toàn ban|hết thảy|đủ người|mặt đủ")
_NOBODY = phrases(
    "không có ai|không ai|không người nào|không|ko ai|ko|hông ai|hổng ai|hong ai|hông|hổng|khỏi|0"
)
_TALK = phrases(
    "dạ|ạ|có|chỉ|chỉ có|là|còn|lại|hôm nay|bữa nay|sáng nay|họp|ban|người|nha|nhe|nhé|gồm|thì|mà|vẫn|đều|"
    "và|với|cùng|ai|số|các|thưa|em báo|báo|mình|ấp mình|được"
)
_SHARE = re.compile(r"(?<![\d/])\d+ ?/ ?\d+(?![\d/])")  # "7/9" is told apart
_MOST = 6  # readings offered


@dataclass(slots=True)
class _Said:
    """What the walk has gathered."""

    groups: list[list[Option]] = field(default_factory=list)  # for each name or number those it can mean
    unknown: list[str] = field(default_factory=list)
    wrong: int | None = None  # a number that is not shown
    present: tuple[int, int] | None = None  # "7/9"
    many: int | None = None  # "vắng 2 người"
    absent: bool = False
    attended: bool = False
    all: bool = False
    nobody: bool = False


def read(text: str, asked: Asked) -> Reading:
    """The roster ids of those who are absent, in roster order."""
    kept = clean(text)
    data = {"text": short(kept), "so": str(len(asked.options))}
    said = _Walk(kept, asked.options).run()
    if said.wrong is not None:
        return Refuse("choice_number", data)
    if said.unknown:
        return Refuse("people_unknown", data | {"text": short(said.unknown[0])})
    return _by_names(said, asked.options, data) if said.groups else _without_names(said, asked.options, data)


def noted(text: str) -> str:
    """What a text says of who was absent, as typed ("vắng chị Hoa và anh Bảy"); "" where it names nobody."""
    kept = clean(text)
    tokens = tokenise(kept)
    found = next(((here, end[1]) for here in range(len(tokens)) if (end := _ABSENT.at(tokens, here))), None)
    if found is None:
        return ""
    start, after = found
    if _says_more(tokens, after):
        return _SHARE.split(kept[tokens[start].start :])[0].rstrip(" .,;:(-–")
    named = next((here for here in range(start) if giver_at(tokens, here)), None)  # "chị Hoa vắng"
    return "" if named is None else kept[tokens[named].start : tokens[after - 1].end]


def _says_more(tokens: Sequence[Token], here: int) -> bool:
    """Whether anything but numbers, what they count and talk comes from here on."""
    while here < len(tokens):
        known = (lexicon.at(tokens, here) for lexicon in (COUNTED, _TALK, _NOBODY, _ALL, _PRESENT))
        if match := next(filter(None, known), None):
            here = match[1]
        elif giver_at(tokens, here) or tokens[here].kind == WORD:
            return True
        else:
            here += 1
    return False


def _without_names(said: _Said, options: Sequence[Option], data: dict[str, str]) -> Reading:
    everyone = Value([option.name for option in options])
    if said.present is not None:
        part, whole = said.present
        if part == whole == len(options):
            return Value([])
        return Ask("people_who", (), data) if part <= whole else Refuse("ratio_over", data)
    if said.many:
        return Ask("people_who", (), data)
    if said.nobody and said.attended and not said.absent:
        return Ask("people_everyone", (everyone,), data)  # "không ai đi"
    if said.nobody or said.many == 0:
        return Value([])
    if said.all:
        return Ask("people_everyone", (everyone,), data) if said.absent else Value([])
    return Refuse("people_none", data)


def _by_names(said: _Said, options: Sequence[Option], data: dict[str, str]) -> Reading:
    readings = [_in_order(chosen, options) for chosen in islice(product(*said.groups), _MOST)]
    if any(len(group) > 1 for group in said.groups):
        return Ask("people_several", tuple(Value(names) for names in readings), data)
    absent = readings[0]
    if said.attended and not said.absent and not said.all:
        others = [option.name for option in options if option.name not in absent]
        return Ask("people_present", (Value(others), Value(absent)), data)
    expected = said.many if said.present is None else said.present[1] - said.present[0]
    if expected is not None and expected != len(absent):
        return Ask("people_count", (Value(absent),), data)
    return Value(absent)


def _in_order(chosen: Sequence[Option], options: Sequence[Option]) -> list[str]:
    names = {option.name for option in chosen}
    return [option.name for option in options if option.name in names]


class _Walk:
    """One walk over the text; each step takes at least one token."""

    def __init__(self, text: str, options: Sequence[Option]) -> None:
        self.text, self.tokens, self.options = text, tokenise(text), options
        self.roster = roster_of(tuple(options))
        self.said = _Said()
        self.named = False  # a name came since the last comma: what follows is a reason

    def run(self) -> _Said:
        here = 0
        while here < len(self.tokens):
            here = self._step(here)
        return self.said

    def _step(self, here: int) -> int:
        token = self.tokens[here]
        if token.kind == SIGN:
            if token.text in ",;.+&)" or token.text == "/":
                self.named = False
            return self._bracket(here) if token.text == "(" else here + 1
        if here and "\n" in self.text[self.tokens[here - 1].end : token.start]:
            self.named = False
        if token.kind == DIGITS:
            return self._number(here)
        return self._name(here) or self._word(here) or self._unknown(here)

    def _bracket(self, here: int) -> int:
        """A reason in brackets, where a name is before it."""
        if not self.named:
            return here + 1
        end = here + 1
        while end < len(self.tokens) and self.tokens[end].text != ")":
            end += 1
        return min(end + 1, len(self.tokens))

    def _number(self, here: int) -> int:
        number = int(self.tokens[here].text[:9])
        after = here + 1
        if (
            after + 1 < len(self.tokens)
            and self.tokens[after].text == "/"
            and self.tokens[after + 1].kind == DIGITS
        ):
            self.said.present = number, int(self.tokens[after + 1].text[:9])
            return after + 2
        colon = after < len(self.tokens) and self.tokens[after].text == ":" and after + 1 < len(self.tokens)
        if colon or COUNTED.at(self.tokens, after):
            self.said.many = number
            return after
        if number == 0:
            self.said.nobody = True
        elif number <= len(self.options):
            self._add([self.options[number - 1]])
        else:
            self._glued(here)
        return after

    def _glued(self, here: int) -> None:
        """ "37" for 3 and 7 is not guessed: it is no number shown."""
        self.said.wrong = int(self.tokens[here].text[:9])

    def _add(self, group: list[Option]) -> None:
        if group not in self.said.groups:
            self.said.groups.append(group)

    def _name(self, here: int) -> int | None:
        called: Called | None = self.roster.at(self.tokens, here)
        if called is None or (self.named and not called.titled):
            return None
        if called.found:
            self._add(called.found)
            self.named = True
            return called.end
        return None

    def _word(self, here: int) -> int | None:
        for lexicon, mark in (
            (_ABSENT, "absent"),
            (_NOBODY, "nobody"),
            (_ALL, "all"),
            (_PRESENT, "attended"),
        ):
            found = lexicon.at(self.tokens, here)
            if found is not None:
                if not (self.named and mark == "attended"):  # "anh Sáu đi tập huấn" is a reason
                    setattr(self.said, mark, True)
                return found[1]
        talk = _TALK.at(self.tokens, here)
        if talk is not None and talk[0] in ("và", "với", "cùng"):
            self.named = False
        return talk[1] if talk else None

    def _unknown(self, here: int) -> int:
        """A reason behind a name is passed over; else it is someone who is not in the roster, or mistyped."""
        end = here
        while end < len(self.tokens) and self.tokens[end].kind == WORD and not self._ends(end, here):
            end += 1
        end = max(end, here + 1)
        if not self.named:
            near = self.roster.near(self.tokens[here:end])
            if near:
                self._add(near)
                self.named = True
            else:
                self.said.unknown.append(self.text[self.tokens[here].start : self.tokens[end - 1].end])
        return end

    def _ends(self, here: int, start: int) -> bool:
        called = self.roster.at(self.tokens, here) if here > start and self.named else None
        if called is not None and called.titled and called.found:
            return True
        return here > start and "\n" in self.text[self.tokens[here - 1].end : self.tokens[here].start]
