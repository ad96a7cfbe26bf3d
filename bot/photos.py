"""Files that people send: photos are kept for the record, everything else is refused with a word."""

from __future__ import annotations

from dataclasses import dataclass

from bot import access, flow
from bot.context import Context, Reply
from bot.messages import FileRef
from storage import attachments, drafts

LARGEST = 20 * 1024 * 1024  # bytes; the most that a bot may download from Telegram
_IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "image/gif")
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_WORD_ENDINGS = (".docx", ".docm", ".doc", ".dotx", ".dotm", ".rtf", ".odt")


@dataclass(frozen=True, slots=True)
class Settled:
    """The files alone settle the message; ``reply`` None: in silence."""

    reply: Reply | None


def take(ctx: Context) -> Settled | None:
    """Keeps the message's photos. None: its text (or the open draft) still has to be answered.

    Only the first of an album is acknowledged. A photo without words and without a draft asks for the words.
    """
    for file in ctx.incoming.files:
        if (refusal := _refusal(ctx, file)) is not None:
            return Settled(flow.ask_again(ctx, ctx.draft, refusal) if ctx.draft else Reply(refusal))
    album = ctx.incoming.album
    further = album is not None and attachments.album_seen(ctx.tx, ctx.commune, ctx.person.person, album)
    draft = ctx.draft
    for file in ctx.incoming.files:
        into = draft.draft if draft and not is_word(file) else None
        attachments.add(
            ctx.tx, ctx.commune, ctx.person.person, into, None,
            ctx.incoming.bot, ctx.incoming.chat, _kind(file), file.address, file.name, file.mime, file.size,
            album, ctx.now,
        )  # fmt: skip
    if draft is not None:
        ctx.draft = drafts.get(ctx.tx, ctx.commune, draft.draft)  # with these photos
    if any(is_word(file) for file in ctx.incoming.files):
        return Settled(Reply(ctx.say("photos.word_taken")))
    if any(is_sheet(file) for file in ctx.incoming.files):
        return Settled(Reply(ctx.say("photos.sheet_taken")))
    if ctx.text:
        return None
    if further:
        return Settled(None)
    return None if draft else Settled(Reply(ctx.say("photos.say_more")))


def is_sheet(file: FileRef) -> bool:
    """Whether a file is a spreadsheet that may hold a list."""
    return file.kind == "document" and (file.name or "").lower().endswith((".xlsx", ".xlsm", ".csv"))


def is_word(file: FileRef) -> bool:
    """Whether a file says that it is from Word: a draft that comes back, or one that is refused by a job."""
    named = (file.name or "").lower().endswith(_WORD_ENDINGS)
    return file.kind == "document" and (named or file.mime == _WORD_TYPE)


def _kind(file: FileRef) -> str:
    if is_word(file):
        return "docx"
    return "sheet" if is_sheet(file) else file.kind


def _refusal(ctx: Context, file: FileRef) -> str | None:
    too_large = file.size is not None and file.size > LARGEST
    if file.kind == "other":
        return ctx.say("routing.only_text")
    if is_word(file):
        if not access.holds(ctx.person, *access.COMMITTEE):
            return ctx.say("photos.word_not_yours")
        return ctx.say("photos.word_too_large", most=LARGEST // (1024 * 1024)) if too_large else None
    if is_sheet(file):
        return ctx.say("photos.too_large", most=LARGEST // (1024 * 1024)) if too_large else None
    if file.kind == "document" and file.mime not in _IMAGE_TYPES:
        return ctx.say("photos.no_image")
    if too_large:
        return ctx.say("photos.too_large", most=LARGEST // (1024 * 1024))
    return None
