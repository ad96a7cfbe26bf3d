"""A number in digits as typed: dots, commas or spaces between its groups, and what they can mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from bot.answers.tokens import DIGITS, SIGN, Token

_LONGEST = 18  # digits; longer ones are no number that a hamlet has


@dataclass(frozen=True, slots=True)
class Figure:
    """Digits up to token ``end``. ``value`` is None where the groups make no number ("12.50.000").

    ``digits`` is what was typed where nothing separates it, else "". ``decimal`` where a sign was read as a
    decimal mark, ``long_decimal`` where only a unit behind it makes that sane ("1.5000 tỷ"), ``spaced``
    where spaces alone join groups that could also be numbers of their own ("12 403").
    """

    value: Fraction | None
    end: int
    digits: str = ""
    decimal: bool = False
    long_decimal: bool = False
    spaced: bool = False


def figure_at(tokens: Sequence[Token], here: int) -> Figure | None:
    """The figure that begins at token ``here``, or None where no digit stands there."""
    if here >= len(tokens) or tokens[here].kind != DIGITS:
        return None
    groups, marks, end = [tokens[here].text], "", here + 1
    while (
        end + 1 < len(tokens)
        and _joins(tokens[end])
        and tokens[end + 1].kind == DIGITS
        and tokens[end + 1].glued
    ):
        groups.append(tokens[end + 1].text)
        marks += tokens[end].text
        end += 2
    if sum(map(len, groups)) > _LONGEST:
        return Figure(None, end)
    if not marks:
        return _spaced(tokens, here, end) or Figure(Fraction(int(groups[0])), end, groups[0])
    return _marked(groups, marks, end)


def _joins(token: Token) -> bool:
    return token.kind == SIGN and token.glued and token.text in ".,'"


def _marked(groups: list[str], marks: str, end: int) -> Figure:
    """Groups with signs between: of three digits thousands, else one decimal mark, else nothing."""
    leading = groups[0].lstrip("0") or "0"
    if len(set(marks)) == 1 and _thousands(groups) and leading == groups[0] != "0":
        return Figure(Fraction(int("".join(groups))), end)
    if "'" in marks:
        return Figure(None, end)
    whole, part = groups[:-1], groups[-1]
    if len(marks) == 1:
        long_decimal = len(part) > 2 and leading != "0"
        return Figure(_decimal(whole, part), end, decimal=True, long_decimal=long_decimal)
    if (
        len(set(marks[:-1])) == 1
        and marks[-1] != marks[0]
        and _thousands(whole)
        and leading == groups[0] != "0"
    ):
        value = _decimal(whole, part)
        return Figure(value, end, decimal=value.denominator > 1)
    return Figure(None, end)


def _thousands(groups: list[str]) -> bool:
    return 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])


def _decimal(whole: list[str], part: str) -> Fraction:
    return Fraction(int("".join(whole) + part), 10 ** len(part))


def _spaced(tokens: Sequence[Token], here: int, end: int) -> Figure | None:
    """Groups of three with spaces ("500 000"), where nothing but spaces stands between them."""
    first = tokens[here].text
    if len(first) > 3 or first.startswith("0"):
        return None
    groups = [first]
    while end < len(tokens) and tokens[end].kind == DIGITS and len(tokens[end].text) == 3 and len(groups) < 6:
        if _is_grouped(tokens, end):
            break  # "2 500.000" are two figures
        groups.append(tokens[end].text)
        end += 1
    if len(groups) == 1:
        return None
    sure = groups[-1] == "000"
    return Figure(Fraction(int("".join(groups))), end, spaced=not sure)


def _is_grouped(tokens: Sequence[Token], here: int) -> bool:
    """Whether a sign and more digits are glued to the digits at token ``here``."""
    then = tokens[here + 1 : here + 3]
    return len(then) == 2 and _joins(then[0]) and then[1].kind == DIGITS and then[1].glued
