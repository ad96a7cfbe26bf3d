"""A commune's own copy of our report, as one made before there was a photo annex."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from docx import Document

from templates import documents

_BEGIN, _END = "{%p if anh %}", "{%p endif %}"


def without_photos(folder: Path) -> Path:
    """The copy in the folder, where the program looks for it."""
    document, annex = _ours()
    for element in annex:
        element.getparent().remove(element)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{documents.ANNUAL}.docx"
    document.save(str(path))
    return path


def mend(path: Path) -> None:
    """Does as the program says: copies the annex from our template to the end of that one."""
    _, annex = _ours()
    document: Any = Document(str(path))
    for element in annex:
        document.element.body.insert(len(document.element.body) - 1, copy.deepcopy(element))
    document.save(str(path))


def _ours() -> tuple[Any, list[Any]]:
    """Our template, and what of it is between the tags that the program names, these included."""
    document: Any = Document(str(documents.load().template))
    body = list(document.element.body)
    texts = ["".join(text.text or "" for text in element.iter("{*}t")) for element in body]
    assert texts.count(_BEGIN) == 1, "the owner would not find it"
    begin = texts.index(_BEGIN)
    end = max(at for at, text in enumerate(texts) if text == _END)
    return document, body[begin : end + 1]
