"""Puts pictures where a rendered document marks them. Only the child process imports this, as rendering.

A mark is the picture's number between two private-use characters. Pictures keep their proportions; those of
one row of a table stand in the middle of its height, so that the captions below them begin on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.shape import CT_Inline
from docx.parts.image import ImagePart
from docx.shared import Cm, Inches, Length

PICTURE = "\ue002"  # as templates.figures has it
_MARK = re.compile(rf"{PICTURE}(\d+){PICTURE}")
_WIDEST, _HIGHEST = Cm(7.6), Cm(6.2)  # half of the text's width; three rows fit the first page too
_COARSEST = 72  # pixels an inch: a tiny picture is not blown up
_FIRST_ID = 70_001  # beyond those of drawings that the template may have
_PER_POINT = 20  # spaces are counted in twentieths of a point


def place(document: Any, pictures: Mapping[str, Mapping[str, Any]]) -> None:
    """Replaces the marks in the document's body; one whose picture is not among ``pictures`` is removed."""
    heights: dict[Any, int] = {}
    number = _FIRST_ID
    for text in [one for one in document.element.body.iter(qn("w:t")) if PICTURE in (one.text or "")]:
        paragraph = next(text.iterancestors(qn("w:p")))
        for at, piece in enumerate(_MARK.split(text.text)):
            if at % 2 == 0:
                text.addprevious(_text(piece))
            elif (picture := pictures.get(piece)) is not None:
                inline = _inline(document, number, picture)
                text.addprevious(_drawing(inline))
                heights[paragraph] = max(heights.get(paragraph, 0), inline.extent.cy)
                number += 1
        text.getparent().remove(text)
    _level(heights)


def _text(words: str) -> Any:
    text = OxmlElement("w:t")
    text.text = words
    text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return text


def _drawing(inline: Any) -> Any:
    drawing = OxmlElement("w:drawing")
    drawing.append(inline)
    return drawing


def _inline(document: Any, number: int, picture: Mapping[str, Any]) -> Any:
    """The picture as a part of the document's text."""
    width, height = _size(picture["width"], picture["height"])
    name = f"anh-{number - _FIRST_ID + 1}.jpg"
    # Not through python-docx, which compares each new picture with all those before it, byte by byte.
    part = ImagePart(PackURI(f"/word/media/{name}"), "image/jpeg", Path(picture["file"]).read_bytes())
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.IMAGE)
    inline = CT_Inline.new_pic_inline(number, relation, name, Length(width), Length(height))
    inline.docPr.set("descr", picture["words"])
    return inline


def _size(width: int, height: int) -> tuple[int, int]:
    """As large as fits the space of a picture."""
    scale = min(_WIDEST / width, _HIGHEST / height, Inches(1) / _COARSEST)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _level(heights: Mapping[Any, int]) -> None:
    """Space above and below the lower pictures of a row."""
    rows: dict[Any, list[tuple[Any, int]]] = {}
    for paragraph, height in heights.items():
        if (row := next(paragraph.iterancestors(qn("w:tr")), None)) is not None:
            rows.setdefault(row, []).append((paragraph, height))
    for pictures in rows.values():
        highest = max(height for _, height in pictures)
        for paragraph, height in pictures:
            _pad(paragraph, Length((highest - height) // 2))


def _pad(paragraph: Any, space: Length) -> None:
    if not space:
        return
    spacing = paragraph.get_or_add_pPr().get_or_add_spacing()
    for side in ("w:before", "w:after"):
        spacing.set(qn(side), str(int(spacing.get(qn(side), "0")) + round(space.pt * _PER_POINT)))


def drop_empty_end(body: Any) -> None:
    """Removes a last section in which nothing is: it would be an empty page."""
    *before, end = body
    if end.tag != qn("w:sectPr") or not before:
        return
    closing = before[-1].find(f"{qn('w:pPr')}/{qn('w:sectPr')}")
    if before[-1].tag == qn("w:p") and closing is not None and not list(_contents(before[-1])):
        body.remove(end)
        body.replace(before[-1], closing)


def _contents(paragraph: Any) -> Iterator[Any]:
    kinds: Sequence[str] = ("w:t", "w:drawing", "w:br", "w:object", "w:pict", "w:fldChar")
    return (one for kind in kinds for one in paragraph.iter(qn(kind)))
