"""The words common to every dialogue: yes and no, quay lại, bỏ qua, hủy, trợ giúp."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from bot.answers.normal import clean
from bot.answers.tokens import SIGN, Lexicon, Token, tokenise

_YES = (
    "đ d dd đd đúng ừ ờ ừa ừm uh uhm dạ vâng phải ok oke okay okê okie okela yes yep đồng&ý nhất&trí "
    "chính&xác chuẩn đúng&rồi đúng&vậy phải&rồi được được&rồi gửi&đi gửi ghi&đi ghi&luôn chốt 👍 👌 ✅ ✔"
)
_NO = (
    "không ko kg kh k hk hông hổng hong hem không&phải không&đúng chưa chưa&đúng sai sai&rồi "
    "không&đồng&ý no nope không&ạ thôi&không 👎 ❌"
)
_PARTICLES = (
    "ạ nha nhé nhe nghe đó đấy mà luôn hết rồi thưa em cháu con cô chú bác anh chị dạ thì là vậy á hen nghen"
)
_POLITE = "ạ nha nhé nhe nghe dạ giùm dùm đi"
_BACK = "quay&lại lùi lùi&lại trở&lại câu&trước trở&về&câu&trước quay&về"
_SKIP = "bỏ&qua bỏ&câu&này qua&câu&khác bỏ&qua&câu&này"
_CANCEL = "hủy hủy&bỏ hủy&đi hủy&phiếu hủy&phiếu&này thôi&không&báo thôi&không&ghi"
_HELP = "trợ&giúp giúp giúp&với giúp&tôi hướng&dẫn help ? cách&dùng cần&giúp"


def _words(text: str) -> Lexicon[bool]:
    return Lexicon({phrase.replace("&", " "): True for phrase in text.split()})


_YES_WORDS, _NO_WORDS, _PARTICLE_WORDS, _POLITE_WORDS = map(_words, (_YES, _NO, _PARTICLES, _POLITE))
_COMMANDS = {"back": _words(_BACK), "skip": _words(_SKIP), "cancel": _words(_CANCEL), "help": _words(_HELP)}


def is_yes(text: str) -> bool:
    """Whether the whole text says yes ("Đ", "dạ đúng rồi ạ", "ok"), with or without diacritics."""
    return _only(_tokens(text), _YES_WORDS, _PARTICLE_WORDS)


def is_no(text: str) -> bool:
    """Whether the whole text says no ("không", "dạ chưa đúng", "ko")."""
    return _only(_tokens(text), _NO_WORDS, _PARTICLE_WORDS)


def is_back(text: str) -> bool:
    """Whether the text asks for the question before ("quay lại")."""
    return command(text) == "back"


def is_skip(text: str) -> bool:
    """Whether the text passes over the question ("bỏ qua")."""
    return command(text) == "skip"


def is_cancel(text: str) -> bool:
    """Whether the text gives the dialogue up ("hủy", "huỷ", "huy")."""
    return command(text) == "cancel"


def is_help(text: str) -> bool:
    """Whether the text asks for help ("trợ giúp", "?")."""
    return command(text) == "help"


@lru_cache(maxsize=256)
def command(text: str) -> str | None:
    """Which of "back", "skip", "cancel", "help" the whole text says, or None."""
    tokens = _tokens(text)
    return next((name for name, words in _COMMANDS.items() if _only(tokens, words, _POLITE_WORDS)), None)


def _tokens(text: str) -> Sequence[Token]:
    return _tokens_of(text) if len(text) <= 200 else ()  # no one says yes in so many words


@lru_cache(maxsize=256)  # one message is asked for each of these meanings, by several who need to know
def _tokens_of(text: str) -> Sequence[Token]:
    found = tokenise(clean(text))
    return [token for token in found if token.kind != SIGN or token.text not in ".,!;:…\"'“”()/-–"]


def _only(tokens: Sequence[Token], words: Lexicon[bool], polite: Lexicon[bool]) -> bool:
    """Whether the tokens hold ``words``, at least one, and nothing else but ``polite`` ones."""
    here, said = 0, False
    while here < len(tokens):
        if match := words.at(tokens, here):
            said = True
        else:
            match = polite.at(tokens, here)
        if match is None:
            return False
        here = match[1]
    return said
