"""Numbers as people write and say them, in digits, words or both ("1 tỷ 562 triệu 410 nghìn", "ba lăm").

vn-numberwords and vietnam-number read well-formed words with diacritics; they know neither "trăm rưỡi",
"1tr5" nor "hai tram nam", and answer where they should doubt. So the rules are ours: a number is walked once,
unit by unit, each smaller than the one before, and digits after the last unit count in its next lower places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.answers.numeral_walk import Walk, spoken_after_tens
from bot.answers.numeral_words import DIGIT, PLAIN, Number
from bot.answers.tokens import DIGITS, Lexicon, Token


def number_at(
    tokens: Sequence[Token],
    here: int,
    words: Lexicon[tuple[int, int]] = PLAIN,
    counted: Callable[[int], bool] = lambda index: False,
) -> Number | None:
    """The longest number that begins at token ``here``, or None.

    ``counted(i)`` says whether a unit of counting stands at token i: digits before one are a number of their
    own ("2tr 3 người").
    """
    if here >= len(tokens) or (tokens[here].kind != DIGITS and not words.begins(tokens[here])):
        return None
    if _is_two_or_three(tokens, here, words):
        return _two_or_three(tokens, here, words, counted)
    return Walk(tokens, here, words, counted).run()


def _is_two_or_three(tokens: Sequence[Token], here: int, words: Lexicon[tuple[int, int]]) -> bool:
    """ "hai ba người", "ba bốn trăm": two digits in words that run on by one ("ba tư" is 34)."""
    first, then = words.at(tokens, here), words.at(tokens, here + 1)
    if first is None or then is None or first[0][0] != DIGIT or then[0][0] != DIGIT:
        return False
    return then[0][1] == first[0][1] + 1 > 1 and not spoken_after_tens(tokens[here + 1])


def _two_or_three(
    tokens: Sequence[Token], here: int, words: Lexicon[tuple[int, int]], counted: Callable[[int], bool]
) -> Number | None:
    high = Walk(tokens, here + 1, words, counted).run()
    low = Walk(
        [tokens[here], *tokens[here + 2 : here + 26]], 0, words, lambda index: counted(here + index + 1)
    ).run()
    if high is None or low is None or not high.readings or not low.readings:
        return high
    readings = low.readings[:1] + high.readings[:1]
    if high.end == here + 2:
        readings += (low.readings[0] * 10 + high.readings[0],)
    return replace(high, readings=readings, start=here, unsure=True, bare="")
