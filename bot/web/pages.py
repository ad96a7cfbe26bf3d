"""The program's pages: plain HTML for a phone, without scripts, made of a heading and a few blocks."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape
from typing import Final, TypeAlias

from starlette.responses import HTMLResponse

from templates import style
from templates.commune import Commune
from templates.wording import Wording

Say: TypeAlias = Callable[..., str]

_STYLE: Final = """
*{box-sizing:border-box}
body{margin:0;font:1.25rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;
color:#1b1b1b;background:#f4f1ea;overflow-wrap:anywhere}
main{max-width:34rem;margin:0 auto;padding:1.25rem 1rem 3rem}
header{color:#9b1c1c;font-weight:700;font-size:1.1rem;padding-bottom:.5rem;border-bottom:3px solid #9b1c1c}
h1{font-size:1.6rem;line-height:1.3;margin:1.25rem 0 .75rem}
p{margin:.75rem 0}
.file{background:#fff;border:1px solid #d8d2c4;border-radius:.75rem;padding:1rem;margin:1rem 0}
.file b{display:block}
.say{background:#fff;border-left:6px solid #9b1c1c;padding:.75rem 1rem;font-weight:700;font-size:1.4rem}
.small{font-size:1.1rem;color:#444}
form{margin:1.25rem 0}
button,.button{display:block;width:100%;min-height:4rem;padding:1rem;border:0;border-radius:.75rem;
font:inherit;font-size:1.5rem;font-weight:700;text-align:center;text-decoration:none;color:#fff;background:#9b1c1c}
button:focus-visible,.button:focus-visible,input:focus-visible{outline:4px solid #e0a100;outline-offset:2px}
label{display:block;font-weight:700;margin-bottom:.5rem}
input{display:block;width:100%;min-height:4rem;padding:1rem;margin-bottom:1rem;border:2px dashed #9b1c1c;
border-radius:.75rem;font:inherit;background:#fff}
input::file-selector-button{display:block;min-height:3rem;padding:.5rem 1rem;margin:0 0 .5rem;border:0;
border-radius:.5rem;font:inherit;font-weight:700;color:#9b1c1c;background:#f4e3e0}
"""
_STYLE_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Final = {
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
}


class Pages:
    """What is said on every page: in the commune's name, without a form of address, since links are passed
    on."""

    def __init__(self, wording: Wording, commune: Commune) -> None:
        self._wording, self._commune = wording, commune
        self.place = commune.title

    def say(self, key: str, **values: object) -> str:
        return self._wording.say(key, None, **values)

    def page(self, heading: str, blocks: Sequence[str], status: int = 200) -> HTMLResponse:
        """``blocks`` are HTML; the heading is text."""
        title = escape(self.say("web.page.title", noi=self.place))
        body = "\n".join(blocks)
        return HTMLResponse(
            f'<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="robots" content="noindex">\n<title>{title}</title>\n<style>{_STYLE}</style>\n'
            f"</head>\n<body>\n<main>\n<header>{title}</header>\n<h1>{escape(heading)}</h1>\n{body}\n"
            f"</main>\n</body>\n</html>\n",
            status,
        )

    def trouble(self, reason: str, status: int, *blocks: str, **values: object) -> HTMLResponse:
        """A page that says what is wrong and what to do: ``reason`` is a key below "web" that has a twin
        ending in "_why", unless ``blocks`` say more."""
        values = {"noi": self.place, **values}
        why = blocks or (text(self.say(f"web.{reason}_why", **values)),)
        return self.page(self.say(f"web.{reason}", **values), (*why, *self._phone()), status)

    def closed(self, reason: str, again: str | None) -> HTMLResponse:
        """A link that can no longer be used; ``again`` is what to type for another."""
        blocks = [text(self.say("web.page.ask", noi=self.place))]
        if again is not None:
            blocks = [text(self.say("web.page.again")), saying(again), text(self.say("web.page.again_why"))]
        return self.trouble(f"page.{reason}", 410, *blocks)

    def until(self, moment: datetime) -> str:
        """When a link ends, on one line."""
        return style.moment(moment).replace(" ", "\u00a0")

    def size(self, size: int) -> str:
        """A size in bytes as people read it: "38 KB", "1,2 MB"."""
        if size < 1024 * 1024:
            return self.say("web.page.size", so=max(1, round(size / 1024)))
        return self.say("web.page.size_large", so=f"{size / 1024**2:.1f}".replace(".", ","))

    def _phone(self) -> tuple[str, ...]:
        phone = self._commune.phone
        return (text(self.say("web.page.phone", dien_thoai=phone), "small"),) if phone else ()


def text(words: str, kind: str = "") -> str:
    """A paragraph."""
    return f'<p class="{kind}">{escape(words)}</p>' if kind else f"<p>{escape(words)}</p>"


def saying(words: str) -> str:
    """What is to be typed."""
    return text(words, "say")


def file(name: str, size: str) -> str:
    return f'<div class="file"><b>{escape(name)}</b>{escape(size)}</div>'


def button(label: str) -> str:
    """Sends the page's own address a POST."""
    return f'<form method="post"><button type="submit">{escape(label)}</button></form>'


def way(label: str) -> str:
    """A link to the page itself, looking like a button."""
    return f'<p><a class="button" href="">{escape(label)}</a></p>'


def chooser(label: str, accept: str, send: str, nonce: str) -> str:
    """A form with one file; ``nonce`` comes back with it."""
    return (
        '<form method="post" enctype="multipart/form-data">'
        f'<input type="hidden" name="lan" value="{escape(nonce)}">'
        f'<label for="tep">{escape(label)}</label>'
        f'<input type="file" id="tep" name="tep" accept="{escape(accept)}" required>'
        f'<button type="submit">{escape(send)}</button></form>'
    )
