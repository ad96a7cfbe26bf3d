"""What one typed line clearly says: amounts, counts, ratios, days, hamlets, givers; and the text around them.

"The message is the report": which form and which question these belong to is for the caller, who has the
forms' words. Nothing here is stored; a span with two readings carries a question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from bot.answers.amounts import after_label
from bot.answers.normal import clean
from bot.answers.span_days import Days
from bot.answers.span_names import Names
from bot.answers.span_numbers import Numbers
from bot.answers.spans import Found, Piece
from bot.answers.tokens import DIGITS, SIGN, Token, tokenise

MOST, MOST_TOKENS = 40, 200  # spans and words looked at: no line tells more

_TRIM = " \t\n,;:.-–—+*•/|()"


@dataclass(frozen=True, slots=True)
class Extract:
    """The cleaned line, what was found in it in order, and the pieces between."""

    text: str
    found: tuple[Found, ...]
    rest: tuple[Piece, ...]
    vague: tuple[Piece, ...] = ()  # days told without telling which: "tuần trước", "31/11"

    def of(self, *kinds: str) -> tuple[Found, ...]:
        """What was found of these kinds."""
        return tuple(found for found in self.found if found.kind in kinds)


@lru_cache(maxsize=64)
def extract(line: str, today: date, hamlets: tuple[str, ...] = ()) -> Extract:
    """What ``line`` says, with offsets into ``Extract.text``; in time linear in its length.

    ``hamlets`` are the names of those that there are ("Ấp 3", "Ấp Mỹ Hòa"), known without their capitals.
    """
    text = " ".join(clean(line).split())
    walk = _Walk(text, tokenise(text), today, hamlets)
    found = tuple(walk.run())
    return Extract(text, found, tuple(_pieces(text, found)), tuple(walk.vague))


def _pieces(text: str, found: Sequence[Found]) -> list[Piece]:
    pieces, here = [], 0
    for start, end in [*((span.start, span.end) for span in found), (len(text), len(text))]:
        left = here + len(text[here:start]) - len(text[here:start].lstrip(_TRIM))
        right = left + len(text[left:start].rstrip(_TRIM))
        if any(char.isalnum() for char in text[left:right]):
            pieces.append(Piece(left, right, text[left:right]))
        here = end
    return pieces


class _Walk(Names, Days, Numbers):
    """One walk over the tokens; each way tells what begins there, and how far it goes."""

    def __init__(self, text: str, tokens: Sequence[Token], today: date, hamlets: tuple[str, ...]) -> None:
        super().__init__(text, tokens, today, hamlets)
        self.ways: tuple[Callable[[int], tuple[Found, int] | None], ...] = (
            self.giver_at,
            self.hamlet_at,
            self.pair_at,
            self.day_at,
            self.hour_at,
            self.number_at,
        )

    def run(self) -> list[Found]:
        found: list[Found] = []
        here = 0
        while here < min(len(self.tokens), MOST_TOKENS) and len(found) < MOST:
            here = self._step(here, found)
        return found

    def _step(self, here: int, found: list[Found]) -> int:
        if self.tokens[here].kind == SIGN:
            return here + 1
        for way in self.ways:
            match = way(here)
            if match is not None:
                found.append(match[0])
                if match[0].kind == "giver":
                    found += self.hamlet_within(here, match[1])
                self.taken = match[1]
                return match[1]
        label = None if self.is_place_of_many(here) else after_label(self.tokens, here)
        if label is not None:
            return label
        if (
            self.tokens[here].fold == "nam"
            and here + 1 < len(self.tokens)
            and _is_year(self.tokens[here + 1])
        ):
            return here + 2
        tried, self.tried = self.tried, None
        return tried.end if tried is not None and tried.start == here else here + 1


def _is_year(token: Token) -> bool:
    return token.kind == DIGITS and len(token.text) == 4 and token.text[:2] in ("19", "20")
