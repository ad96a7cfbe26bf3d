"""A commune's own copies of a document's files, in the folder ``reports`` of its data: which are used.

A copy has our file's name, by itself or in a folder named as ours; a template may have its document's name.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Collection
from pathlib import Path

from templates.errors import TemplateError
from templates.outline import Outline

_PRINTED = re.compile(r"""\b(?:so\.(\w+)|(?:loi_van|su_kien|vien_dan)\[["'“”]([\w.]+)["'“”]\])""")
_LISTED = frozenset({"words", "words_or_blank", "told", "cited"})


def copy_of(own: Path | None, document: str, file: str) -> Path | None:
    """The copy that stands in for our file of a document, if there is one."""
    if own is None:
        return None
    names = [Path(document) / file, Path(file)]
    if file.endswith(".docx"):
        names.append(Path(f"{document}.docx"))
    return next((own / name for name in dict.fromkeys(names) if (own / name).is_file()), None)


def strange(own: Path, used: Collection[Path]) -> list[Path]:
    """The files in the folder that nothing uses; not those that Word keeps beside one that is open."""
    if not own.is_dir():
        return []
    files = (path for path in sorted(own.rglob("*")) if path.is_file())
    return [path for path in files if path not in used and not path.name.startswith(("~$", "."))]


def text(template: Path) -> str:
    """The text of a .docx file's body, tags in one piece; empty where it cannot be read."""
    try:
        with zipfile.ZipFile(template) as packed:
            body = packed.read("word/document.xml").decode()
    except (OSError, KeyError, ValueError, zipfile.BadZipFile):
        return ""
    return html.unescape(re.sub(r"<[^>]+>", "", body))  # Word divides tags


def check(template: Path, outline: Outline) -> None:
    """Raises TemplateError where a template prints nothing of one of the document's parts.

    Sentences may be left out, parts may not: what was reported for them would be lost without a word. A file
    that cannot be read is not found out here: rendering it says more.
    """
    body = text(template)
    printed = {figure or section for figure, section in _PRINTED.findall(body)}
    for title, names in _parts(outline):
        if body and names and not printed & names:
            expected = (
                f"không có chỗ nào điền số liệu hay lời văn của “{title}”, cần sửa từ bản gốc bao_cao.docx"
            )
            raise TemplateError(template, "(cả tệp)", expected)


def _parts(outline: Outline) -> list[tuple[str, set[str]]]:
    """The highest headings, with what the lines under each print."""
    titles = {one.code: one.title.partition(" | ")[0] for one in outline.sections if one.level <= 1}
    found: list[tuple[str, set[str]]] = []
    for line in outline.lines:
        if line.kind == "heading" and line.section in titles:
            found.append((titles[line.section], set()))
        elif found:
            found[-1][1].update(line.figures, {line.section} if line.kind in _LISTED else ())
    return found
