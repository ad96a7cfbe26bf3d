"""Photos that somebody wants left out: new ones at once, those of a stored record after a question.

The record keeps them until its correction is sent, and its history for good.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.answers.confirm import is_no, is_yes
from bot.answers.normal import fold
from bot.dialogue.model import Draft, World

ASKED, DROPPED = "asked", "dropped"
_WORDS = frozenset({"bo anh", "xoa anh", "bo het anh", "xoa het anh", "bo hinh", "xoa hinh"})
_DROP, _KEEP = frozenset({"1", "bo"}), frozenset({"2", "giu", "giu lai"})


@dataclass(frozen=True, slots=True)
class Dropping:
    """What a text at the review does to the photos: the draft and the world after it, and what is said.

    ``drops``: the photos that came with this draft are left out now.
    """

    draft: Draft
    world: World
    said: str = ""
    drops: bool = False


def at_review(draft: Draft, text: str, world: World) -> Dropping | None:
    """None where the text is about something else."""
    if draft.photos == ASKED:
        return _answered(draft, text, world)
    if fold(text).strip(" .!") not in _WORDS or not shown(draft, world):
        return None
    if draft.photos == DROPPED or not world.kept_photos:
        without = world._replace(photos=world.kept_photos)
        return Dropping(draft, without, world.voice.say("dialogue.photos_dropped"), drops=True)
    return Dropping(draft._replace(photos=ASKED), world)


def _answered(draft: Draft, text: str, world: World) -> Dropping:
    if is_yes(text) or fold(text) in _DROP:
        without = world._replace(photos=world.kept_photos)
        said = world.voice.say("dialogue.photos_to_drop")
        return Dropping(draft._replace(photos=DROPPED), without, said, drops=True)
    if is_no(text) or fold(text) in _KEEP:
        return Dropping(draft._replace(photos=None), world)
    return Dropping(draft, world)


def shown(draft: Draft, world: World) -> int:
    """How many photos the record will have."""
    return world.photos - (world.kept_photos if draft.photos == DROPPED else 0)


def question(draft: Draft, world: World) -> str:
    """ "Bỏ cả 3 ảnh của phiếu số 12?", with its two answers."""
    key = "dialogue.drop_photo" if world.photos == 1 else "dialogue.drop_photos"
    return world.voice.say(key, count=world.photos, number=draft.record)
