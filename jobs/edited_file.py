"""Which draft a Word file was made of: looked at in a child process, whatever somebody has sent.

``python -m jobs.edited_file`` reads a job as JSON from standard input and prints one line of JSON; `examine`
starts it. Twenty megabytes are unpacked where no chat waits for it, and what they do to it ends with it.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from jobs import marks, render
from jobs.child import one_job
from jobs.marks import Mark

MOST_UNPACKED = 150 * 1024 * 1024  # bytes: a small file may unpack to far more than it is
MOST_TEXT = 30 * 1024 * 1024  # of these the document itself
MOST_PARTS = 2_000
_LIMIT = 20.0  # seconds for the child
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # a .doc of before 2007, or a .docx under a password
_DRAFT = re.compile(r"dự thảo lần (\d{1,4})", re.IGNORECASE)
_FIRST = 40  # paragraphs, with those of the header's table
_DOCUMENT, _TYPES = "word/document.xml", "[Content_Types].xml"


class Refused(Exception):
    """``reason`` is no_docx, old, macros, broken, bomb, other, commune, unknown, period or not_yours.

    ``values`` are what its sentence needs.
    """

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


@dataclass(frozen=True, slots=True)
class Looked:
    """``mark`` is the draft that the file was made of, ``printed`` what number it gives itself, if any."""

    mark: Mark
    printed: int | None = None


async def examine(file: Path) -> Looked:
    """As `look`, in a child process; raises Refused."""
    try:
        answer = await render.ask_child("jobs.edited_file", {"file": file}, _LIMIT)
    except render.RenderFailed as error:  # no file that Word has saved takes so long
        raise Refused("broken") from error
    mark = Mark.parse(answer["mark"]) if answer["ok"] else None
    if mark is None:
        raise Refused(answer.get("reason", "other"))
    return Looked(mark, answer["printed"])


def look(file: Path) -> Looked:
    """Which draft a file was made of; raises Refused."""
    with file.open("rb") as opened:
        start = opened.read(len(_OLE))
    if start == _OLE:
        raise Refused("old")
    if not start.startswith(b"PK"):
        raise Refused("no_docx")
    try:
        with zipfile.ZipFile(file) as packed:
            body = _look_at_parts(packed)
            mark = marks.find(packed)
    except (zipfile.BadZipFile, etree.XMLSyntaxError, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused("broken") from error
    except (OSError, ValueError, zipfile.LargeZipFile, zipfile.zlib.error) as error:  # type: ignore[attr-defined]
        raise Refused("broken") from error
    if mark is None:
        raise Refused("other")
    return Looked(mark, _printed(body))


def _printed(body: etree._Element) -> int | None:
    """The number in "DỰ THẢO LẦN 5", which stands alone among the first paragraphs."""
    for paragraph in islice(body.iter("{*}p"), _FIRST):
        text = "".join(piece.text or "" for piece in paragraph.iter("{*}t"))
        if found := _DRAFT.fullmatch(unicodedata.normalize("NFC", text).strip()):
            return int(found[1])
    return None


def _look_at_parts(packed: zipfile.ZipFile) -> etree._Element:
    """The document's root; raises Refused."""
    parts = packed.infolist()
    names = [part.filename for part in parts]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Refused("bomb")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refused("macros")
    if _DOCUMENT not in names or _TYPES not in names:
        raise Refused("no_docx")
    if b"macroenabled" in packed.read(_TYPES).lower():
        raise Refused("macros")
    if len(set(names)) < len(names) or packed.testzip() is not None:
        raise Refused("broken")
    if packed.getinfo(_DOCUMENT).file_size > MOST_TEXT:
        raise Refused("bomb")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(packed.read(_DOCUMENT), parser)
    if etree.QName(root).localname != "document":
        raise Refused("broken")
    return root


def _done(job: Mapping[str, Any]) -> dict[str, Any]:
    try:
        looked = look(Path(job["file"]))
    except Refused as refused:
        return {"ok": False, "reason": refused.reason}
    return {"ok": True, "mark": str(looked.mark), "printed": looked.printed}


if __name__ == "__main__":
    raise SystemExit(one_job(_done))
