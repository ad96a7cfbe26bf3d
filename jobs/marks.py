"""What tells the program's own Word files from others: a property that Word keeps when it saves.

It is put into the template before rendering, which carries it over; people see it under "Custom" among the
file's properties, if they look for it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree

_NAME = "Matran"
_PART = "docProps/custom.xml"
_TYPES, _RELATIONS = "[Content_Types].xml", "_rels/.rels"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # what Word calls properties that a user has defined


@dataclass(frozen=True, slots=True)
class Mark:
    """Which draft a file is: ``commune`` is its code, ``number`` the draft's."""

    commune: str
    report: str
    from_day: date
    until_day: date
    number: int

    def __str__(self) -> str:
        days = (self.from_day.isoformat(), self.until_day.isoformat())
        return "|".join((self.commune, self.report, *days, str(self.number)))

    @classmethod
    def parse(cls, text: str) -> Mark | None:
        """What `str` gave; None for anything else."""
        parts = text.split("|")
        if len(parts) != 5 or not re.fullmatch(r"\d{1,6}", parts[4], re.ASCII):
            return None
        try:
            days = (date.fromisoformat(parts[2]), date.fromisoformat(parts[3]))
        except ValueError:
            return None
        return cls(parts[0], parts[1], *days, int(parts[4]))


def put(source: Path, target: Path, mark: Mark) -> Path:
    """Writes ``target``: the Word file ``source`` with ``mark``; its path. Raises OSError.

    Of a source that is no Word file nothing is written, and its own path given: what is wrong with it is for
    whoever opens it to say.
    """
    try:
        with zipfile.ZipFile(source) as packed:
            parts = {name: packed.read(name) for name in packed.namelist()}
        parts |= _with_property(parts, str(mark))
    except (zipfile.BadZipFile, KeyError, ValueError, etree.XMLSyntaxError):
        return source
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as marked:
        for name, content in parts.items():
            marked.writestr(name, content)
    return target


def _with_property(parts: Mapping[str, bytes], text: str) -> dict[str, bytes]:
    """The parts that change; properties that the file has already stay."""
    changed: dict[str, Any] = {}
    if _PART in parts:
        properties = _read(parts[_PART])
    else:
        properties = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={None: _PROPERTIES, "vt": _VALUES})
        changed = _announced(parts)
    for old in _named(properties):
        properties.remove(old)
    taken = [int(one.get("pid", "1")) for one in properties]
    one = etree.SubElement(properties, f"{{{_PROPERTIES}}}property")
    one.set("fmtid", _FORMAT)
    one.set("pid", str(max(taken, default=1) + 1))
    one.set("name", _NAME)
    etree.SubElement(one, f"{{{_VALUES}}}lpwstr").text = text
    return changed | {_PART: _written(properties)}


def _announced(parts: Mapping[str, bytes]) -> dict[str, bytes]:
    """The lists of the package, with the new part in them."""
    types, relations = _read(parts[_TYPES]), _read(parts[_RELATIONS])
    space = etree.QName(types).namespace
    etree.SubElement(types, f"{{{space}}}Override", PartName=f"/{_PART}", ContentType=_TYPE)
    space = etree.QName(relations).namespace
    etree.SubElement(relations, f"{{{space}}}Relationship", Id="rIdMatran", Type=_RELATION, Target=_PART)
    return {_TYPES: _written(types), _RELATIONS: _written(relations)}


def find(packed: zipfile.ZipFile) -> Mark | None:
    """The mark of an open package; None for a file that is none of ours. Raises etree.XMLSyntaxError."""
    if _PART not in packed.namelist():
        return None
    found = _named(_read(packed.read(_PART)))
    return Mark.parse("".join(found[0].itertext())) if found else None


def _named(properties: Any) -> list[Any]:
    return [one for one in properties if isinstance(one.tag, str) and one.get("name") == _NAME]


def _read(content: bytes) -> Any:
    # A file that came from outside names no other file and unfolds nothing.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(content, parser)


def _written(tree: Any) -> bytes:
    written: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written
