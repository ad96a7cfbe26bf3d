"""Whom and which hamlet a line names: givers beside giving or beside their amount, hamlets in any case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from bot.answers import units
from bot.answers.givers import GIVING, STOPS, TITLES, giver_at, plain_name
from bot.answers.mentions import after_hour
from bot.answers.model import Value
from bot.answers.normal import clean
from bot.answers.spans import Found, Line
from bot.answers.tokens import DIGITS, WORD, Lexicon, Token, phrases, says, tokenise

MOST_NAMES = 40  # looked at: no line tells more

_HAMLET = phrases("ấp|thôn|khóm|khu phố|kp|tổ dân phố|tdp|buôn|làng|sóc|phum")
_CROWD = phrases("người|ng|nguời|ngừoi|ngưòi|hộ|hộ dân|đại biểu|lượt|lượt người|hội viên|cử tri|đồng chí|vị")
_MOST_HAMLETS = 20  # "ấp 62 người" is no hamlet, whichever there are
_HAMLET_NUMBERS: Lexicon[int] = Lexicon(
    {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}
    | {"mười": 10}
)
_NOT_FIVE = frozenset({"nay", "truoc", "ngoai", "qua", "hoc", "moi", "cu"})  # "các ấp năm nay"
_NOT_NAMES = phrases("văn hóa|văn|nông thôn|kiểu mẫu|kiểu|tự quản|tự|đại đoàn kết|đoàn kết|an toàn|mình|ta")
_WITHOUT_MARKS = frozenset({"hai", "ba"})  # numbers that are written like that
_LETTERS = frozenset("ABCabc")  # "ấp 3A"
_RECEIVING = frozenset({"tham", "cho", "tang", "giup", "tro", "trao", "bieu", "vieng", "phung"})
_BEFORE_GIVING = phrases("đã|có|vừa|mới|xin|cũng|tiếp tục|lại|đồng ý")
_SURELY_GIVING = phrases(
    "ủng hộ|ubh|đóng góp|góp|quyên góp|tài trợ|hiến|xin ủng hộ|xin góp|có góp|có ủng hộ|"
    "mới góp|gửi ủng hộ|vừa góp|vừa ủng hộ"
)
_MISFORTUNES = frozenset({"nha", "cho", "giup", "tham"})  # "nhà ông Tư cháy": he gives nothing
LONGEST_BYNAME = 3  # words of a trade or a house behind a name: "ong Tu lua gao"


class Names(Line):
    """The givers and hamlets that begin at a token, and how far each goes."""

    def __init__(self, text: str, tokens: Sequence[Token], today: date, hamlets: tuple[str, ...]) -> None:
        super().__init__(text, tokens, today)
        self.named, self.numbered = _known(hamlets)
        self.givers_left = MOST_NAMES

    def giver_at(self, here: int) -> tuple[Found, int] | None:
        """A name with a title, or a full name, beside giving or beside its amount."""
        if not self.givers_left or not self.tokens[here].text[0].isalpha():
            return None
        given_to = here > 0 and self.tokens[here - 1].fold in _RECEIVING
        if self.tokens[here].kind != WORD or given_to:
            return None
        titled = giver_at(self.tokens, here)
        after = titled or plain_name(self.tokens, here)
        self.givers_left -= after is not None
        if after is not None and not (self._gives(after) or (titled and self._is_from(here))):
            after = self._after_byname(here, after)
        if after is None:
            return None
        return self.span("giver", here, after, Value(self.words(here, after)))

    def _after_byname(self, here: int, after: int) -> int | None:
        """ "ong Tu lua gao gop": a few words behind the name, before a word that only giving has."""
        if here and self.tokens[here - 1].fold in _MISFORTUNES:
            return None
        for end in range(after, min(after + LONGEST_BYNAME, len(self.tokens) - 1)):
            token = self.tokens[end]
            titled = TITLES.at(self.tokens, end)
            if token.kind != WORD or STOPS.at(self.tokens, end) or (titled and titled[0] == "person"):
                return None
            if _SURELY_GIVING.at(self.tokens, end + 1):
                return end + 1
        return None

    def hamlet_within(self, start: int, end: int) -> list[Found]:
        """The hamlet in a giver's name ("bà con ấp 3")."""
        matches = (self.hamlet_at(here) for here in range(start, end))
        return [match[0] for match in matches if match is not None and match[1] <= end]

    def _gives(self, after: int) -> bool:
        while after < len(self.tokens) and self.tokens[after].text in ",:-–":
            after += 1
        helping = _BEFORE_GIVING.at(self.tokens, after)
        after = helping[1] if helping else after
        if GIVING.at(self.tokens, after):
            return True
        number = self.clear_number(after) if after < len(self.tokens) else None
        return number is not None and (
            number.big > 1 or units.CURRENCY.at(self.tokens, number.end) is not None
        )

    def _is_from(self, here: int) -> bool:
        return (
            here > 0
            and self.tokens[here - 1].fold in ("cua", "do", "tu")
            and self.tokens[here - 1].kind == WORD
        )

    def hamlet_at(self, here: int) -> tuple[Found, int] | None:
        found = _HAMLET.at(self.tokens, here)
        if found is None or found[1] >= len(self.tokens) or self.is_place_of_many(here):
            return None
        known = self._known_hamlet(here)
        if known is not None and not self._is_lettered(known):
            return self.span("hamlet", here, known, Value(self.words(here, known)))
        after = found[1]
        token = self.tokens[after]
        if token.kind == DIGITS and len(token.text) <= 3:
            end = after + 1 + self._is_lettered(after + 1)
            return self.span("hamlet", here, end, Value(self.words(here, end)))
        number = self._number_word(after)
        end = number or self._capitals(after)
        return self.span("hamlet", here, end, Value(self.words(here, end))) if end > after else None

    def _is_lettered(self, here: int) -> bool:
        """Whether a letter belongs to the number before it: "ấp 3A" is another hamlet than ấp 3."""
        return here < len(self.tokens) and self.tokens[here].glued and self.tokens[here].text in _LETTERS

    def _number_word(self, here: int) -> int | None:
        """The index after a hamlet's number in words."""
        found = _HAMLET_NUMBERS.at(self.tokens, here)
        if found is None or found[0] != 5 or found[1] >= len(self.tokens):
            return found and found[1]
        following = self.tokens[found[1]]
        year = following.fold in _NOT_FIVE or (following.kind == DIGITS and len(following.text) == 4)
        return None if year else found[1]

    def _known_hamlet(self, here: int) -> int | None:
        """The index after the name of a hamlet that there is, with or without its capitals."""
        for name in self.named:
            end = here + len(name)
            typed = self.tokens[here:end]
            if len(typed) == len(name) and all(says(t.text, w) for t, w in zip(typed, name, strict=True)):
                return end
        return None

    def is_place_of_many(self, here: int) -> bool:
        """ "o nha van hoa ap 62 nguoi": the number counts people, "ap" ends the place; so "của ấp 500k".

        Where there is a hamlet of that number, it may be either: then the number is left unread.
        """
        found = _HAMLET.at(self.tokens, here)
        if found is None or found[1] + 1 >= len(self.tokens) or self.tokens[found[1]].kind != DIGITS:
            return False
        number = self.tokens[found[1]].text
        if len(number) > 6 or number.startswith("0"):
            return False
        crowd = any(words.at(self.tokens, found[1] + 1) for words in (_CROWD, units.PEOPLE))
        if crowd and int(number) > _MOST_HAMLETS:
            return True
        none_such = bool(self.numbered) and number not in self.numbered
        return none_such and (crowd or self._measures(found[1]))

    def _measures(self, here: int) -> bool:
        """Whether the number begins a sum, a share, a day or an hour, or counts what is given."""
        after = here + 1
        parted = after + 1 < len(self.tokens) and self.tokens[after + 1].kind == DIGITS
        if parted and self.tokens[after].text in "/." and self.tokens[after + 1].glued:
            return True
        if any(words.at(self.tokens, after) for words in (units.SHARED, units.HOUSEHOLDS, units.CURRENCY)):
            return True
        number = self.clear_number(here)
        return (number is not None and number.big > 1) or after_hour(self.tokens, here) is not None

    def _capitals(self, here: int) -> int:
        after = here
        while after < len(self.tokens) and after < here + 3:
            token = self.tokens[after]
            if (
                token.kind != WORD
                or not token.text[0].isupper()
                or (token.text.isupper() and len(token.text) > 2)
            ):
                break
            after += 1
        return after


def written_hamlet(text: str) -> str | None:
    """A hamlet's name that a line says, as it is written ("ap 09" is "ấp 9"); None where it may be none.

    A number in words counts only with diacritics ("ap nam" may be a year), a name only with capitals.
    """
    tokens = tokenise(clean(text))
    word = _HAMLET.at(tokens, 0)
    if word is None or word[1] >= len(tokens):
        return None
    first, rest = tokens[word[1]], text[tokens[word[1]].start :]
    if first.kind == DIGITS:
        return f"{word[0]} {rest.lstrip('0').upper() or 0}"
    if number := _HAMLET_NUMBERS.at(tokens, word[1]):
        marked = not text.isascii() and (not first.text.isascii() or first.fold in _WITHOUT_MARKS)
        return f"{word[0]} {number[0]}" if marked else None
    titled = all(token.text.istitle() for token in tokens[word[1] :])
    return f"{word[0]} {rest}" if titled and not _NOT_NAMES.at(tokens, word[1]) else None


@lru_cache(maxsize=64)
def _known(hamlets: tuple[str, ...]) -> tuple[tuple[tuple[str, ...], ...], frozenset[str]]:
    """The hamlets' names word by word, the longest first, and the numbers that are names."""
    names = sorted((tuple(token.text for token in tokenise(clean(name))) for name in hamlets), key=len)
    numbers = frozenset(name[-1] for name in names if name and name[-1].isdigit())
    return tuple(reversed([name for name in names if name])), numbers
