"""/guitep: how a file gets to the program from a channel that carries none."""

from __future__ import annotations

from bot import access
from bot.context import Context, Reply
from templates import style

_TAKES_FILES = ("telegram", "terminal")  # channels on which files are simply sent


def upload(ctx: Context, args: str) -> Reply:
    """A page of the person's own to send files through; without a public address, the way that there is.

    A draft that is open stays open: what comes may belong to it.
    """
    if ctx.house.uploads is not None:
        again = ctx.say("web.shelf.again_upload")
        url, link = ctx.house.uploads.upload(ctx.tx, ctx.account, again, ctx.now)
        until = style.moment(link.expires_at)
        left = link.most - link.uses
        return Reply(ctx.say("web.upload_command.link", lien_ket=url, den=until, lan=left))
    if ctx.account.bot.partition(":")[0] in _TAKES_FILES:
        return Reply(ctx.say("web.upload_command.here"))
    if access.holds(ctx.person, *access.COMMITTEE):
        return Reply(ctx.say("web.upload_command.folder", thu_muc=ctx.house.folder))
    return Reply(ctx.say("web.upload_command.nowhere"))
