"""The commune's receipt for money of a fund (phiếu thu): its text source, and what its template is given.

``python -m templates.receipt build`` makes the .docx of the text source.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from templates import own as own_files
from templates import style
from templates.commune import Commune
from templates.documents import clean
from templates.errors import TemplateError

NAME = "phieu_thu"
_ONCE = ("organisation", "number", "title", "date", "again")
_LONGEST = 110  # characters of a line: the receipt stays on its one page


@dataclass(frozen=True, slots=True)
class Source:
    """The text source: each key's parts; ``lines`` are (label, value), ``signers`` (who, how)."""

    frame: Mapping[str, tuple[str, ...]]
    lines: tuple[tuple[str, str], ...]
    signers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt: ``payer``, ``fund`` and ``reason`` as they print, ``amount`` in đồng.

    ``number`` is counted within ``year``; ``corrected``: an earlier print of it said something else.
    """

    number: int
    year: int
    day: date
    payer: str
    fund: str
    amount: int
    reason: str
    corrected: bool = False

    @property
    def file_name(self) -> str:
        """ "phieu-thu-2024-012.docx"."""
        return f"phieu-thu-{self.year}-{self.number:03d}.docx"


def folder() -> Path:
    # The program is installed as files, never as an archive: this is a real path.
    return Path(str(resources.files("templates.reports"))) / NAME


def template(own: Path | None = None) -> Path:
    """Our template; a file phieu_thu.docx in the folder ``own`` replaces it."""
    return own_files.copy_of(own, NAME, f"{NAME}.docx") or folder() / f"{NAME}.docx"


def context(receipt: Receipt, commune: Commune) -> dict[str, Any]:
    """All that the template may name."""
    return {
        "don_vi": clean(commune.title),
        "don_vi_hoa": clean(commune.title).upper(),
        "so": f"{style.count(receipt.number)}/{receipt.year}",
        "ngay": style.capitalised(style.long_day(receipt.day)),
        "nguoi_nop": _short(style.capitalised(receipt.payer)),
        "quy": _short(style.capitalised(receipt.fund)),
        "so_tien": style.money(receipt.amount),
        "bang_chu": f"{style.money_words(receipt.amount)}.",
        "ly_do": _short(style.capitalised(receipt.reason)),
        "thay": receipt.corrected,
    }


def _short(text: str) -> str:
    whole = clean(text)
    return whole if len(whole) <= _LONGEST else whole[: _LONGEST - 1].rstrip() + "…"


def trial_contexts() -> list[dict[str, Any]]:
    """Contexts for trial renderings: a first print and a corrected one."""
    commune = Commune("thu", "Thử")
    first = Receipt(1, 2024, date(2024, 1, 5), "Người nộp", "Quỹ", 1_000, "Lý do")
    again = Receipt(12, 2024, date(2024, 12, 9), "Người nộp", "Quỹ", 2_000, "Lý do", corrected=True)
    return [context(first, commune), context(again, commune)]


def read(file: Path) -> Source:
    """The text source; TemplateError names the line that is not understood."""
    frame: dict[str, tuple[str, ...]] = {}
    pairs: dict[str, list[tuple[str, str]]] = {"line": [], "sign": []}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("//"):
            continue
        key, _, value = line.partition(": ")
        parts = tuple(part.strip() for part in value.split(" | "))
        if key in pairs and len(parts) == 2:
            pairs[key].append((parts[0], parts[1]))
        elif key in _ONCE and key not in frame:
            frame[key] = parts
        else:
            raise TemplateError(file, f"dòng {number}", f"cần một trong: {', '.join((*_ONCE, *pairs))}")
    for key in _ONCE:
        if key not in frame:
            raise TemplateError(file, key, "thiếu dòng này")
    return Source(frame, tuple(pairs["line"]), tuple(pairs["sign"]))


def _build() -> None:
    # Word's library is needed for building only.
    from templates import receipt_building

    target = folder() / f"{NAME}.docx"
    target.write_bytes(receipt_building.build(read(folder() / f"{NAME}.txt")))
    print(target)


if __name__ == "__main__":
    if sys.argv[1:] != ["build"]:
        raise SystemExit("python -m templates.receipt build")
    _build()
