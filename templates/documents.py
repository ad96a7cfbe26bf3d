"""The documents that the program writes: what belongs to each, and the context that its template is given.

``python -m templates.documents build`` makes every template's .docx of its text source.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

from templates import annexes, figures, outline, photos, phrases, style
from templates import own as own_files
from templates.commune import Commune
from templates.counting import Computed
from templates.figures import BLANK, BLANK_LINE, COMMUNE, Amount, Definitions, Figure, State
from templates.outline import Outline
from templates.periods import Period
from templates.photos import Photo

ANNUAL = "bao_cao_nam"
_PICTURE_TAG = re.compile(r"\{\{[^{}]*\bhinh\b[^{}]*\}\}")  # as templates.building writes it
_COMPARED = re.compile(r"\bso_sanh\.(\w+)")
_MOVEMENTS = {"xã": "Nông thôn mới", "phường": "Đô thị văn minh"}
_POSTS = {
    "chu_tich": "Chủ tịch",
    "pho_chu_tich": "Phó Chủ tịch",
    "uy_vien_thuong_truc": "Ủy viên Thường trực",
}


@dataclass(frozen=True, slots=True)
class Report:
    """One document: its template (ours, or the commune's ``own`` copy), its figures and its outline.

    ``figures_file`` is where the definitions were read, which may be the commune's own too.
    """

    name: str
    template: Path
    definitions: Definitions
    outline: Outline
    own: bool = False
    figures_file: Path = Path("figures.toml")


def load(own: Path | None = None, name: str = ANNUAL) -> Report:
    """A document with everything that belongs to it; raises TemplateError.

    Files in the folder ``own`` replace our template and our figures (`templates.own` says under which
    names); trial renderings, with `trial_contexts`, are the caller's: they need the child process.
    """
    folder = _folder() / name
    source = outline.read(folder / "bao_cao.txt")
    counted = own_files.copy_of(own, name, "figures.toml") or folder / "figures.toml"
    definitions = figures.load(counted, source.codes)
    figures.check_printed(counted, folder / "bao_cao.txt", definitions, (*source.lines, *source.tables))
    figures.check_places(counted, definitions, source.told)
    replaced = own_files.copy_of(own, name, "bao_cao.docx")
    if replaced is not None:
        own_files.check(replaced, source)
    template = replaced or folder / "bao_cao.docx"
    return Report(name, template, definitions, source, replaced is not None, counted)


def _folder() -> Path:
    # The program is installed as files, never as an archive: this is a real path.
    return Path(str(resources.files("templates.reports")))


def context(
    report: Report,
    computed: Computed,
    commune: Commune,
    period: Period,
    *,
    edition: int | None,
    today: date,
    pictures: Sequence[Photo] = (),
) -> dict[str, Any]:
    """All that the template may name. ``edition`` None: no draft; ``today`` only says the year of signing.

    ``pictures`` are those of the photo annex, in its order.
    """
    whole_year = period.label == f"năm {period.year}"
    after = f"năm {period.year + 1}" if whole_year else "thời gian tới"
    said: dict[str, Any] = {
        "lan": edition,
        "ky": period.label,
        "ky_sau": after,
        "nam": period.year,
        "nam_ky": max(today.year, period.year),
        "tu_ngay": style.short_day(period.from_day),
        "den_ngay": style.short_day(period.until_day),
        "dai_hoi": commune.congress_year == period.year,
        **_of_commune(commune),
        **_of_figures(computed.figures),
    }
    said |= {f"{key}_hoa": said[key].upper() for key in ("ky", "ky_sau", "ten", "loai", "don_vi", "ap")}
    said["loai_dau"] = style.capitalised(said["loai"])
    said |= _of_data(report, computed, commune, period, said)
    shown = [replace(photo, what=clean(photo.what)) for photo in pictures]
    said["anh"] = photos.rows(report.outline.frame, shown)
    said["pl"] = report.outline.annex_numbers(said)
    said["muc"] = {code: outline.heading_number(n) for code, n in report.outline.numbers(said).items()}
    said["loi_van"] = _words(report.outline, computed.words)
    return said


def _of_commune(commune: Commune) -> dict[str, Any]:
    """What the configuration says: names, words for units, recipients, who signs."""
    by_post = [clean(seat.name) for seat in commune.committee if _POSTS.get(seat.post) == commune.signer_post]
    return {
        "ten": clean(commune.name),
        "loai": clean(commune.kind),
        "don_vi": clean(commune.title),
        "ap": clean(commune.hamlet_word),
        "phong_trao": _MOVEMENTS.get(commune.kind, "Nông thôn mới, đô thị văn minh"),
        "dia_danh": clean(commune.place or commune.name),
        "cap_tren": clean(commune.superior),
        "noi_nhan": [clean(one).strip(" -;.") for one in commune.recipients] or [BLANK],
        "ky_thay": "KT. CHỦ TỊCH" if commune.signer_by_proxy else "",
        "ky_chuc_vu": clean(commune.signer_post).upper(),
        "ky_ten": by_post[0] if len(by_post) == 1 else BLANK,
    }


def _of_figures(computed: Mapping[str, Figure]) -> dict[str, Any]:
    """``so`` prints a figure; ``co``: it has a number, ``duong``: above zero, ``khong``: nothing happened."""
    return {
        "so": {name: figure.text for name, figure in computed.items()},
        "co": {name: figure.state in (State.VALUE, State.ZERO) for name, figure in computed.items()},
        "duong": {name: bool(figure.amount and figure.amount.value > 0) for name, figure in computed.items()},
        "khong": {name: figure.state is State.NOTHING for name, figure in computed.items()},
    }


def _of_data(
    report: Report, computed: Computed, commune: Commune, period: Period, said: Mapping[str, Any]
) -> dict[str, Any]:
    """Comparisons, cited documents, events, annexes."""
    source = report.outline
    frame, codes = source.frame, [section.code for section in source.sections if section.stands(said)]
    own = f"Ban Thường trực Ủy ban MTTQ Việt Nam {said['don_vi']}"
    cited = phrases.citations(frame, computed.cited, codes, own)
    words = {name: clean(word) for name, word in commune.words.items()}
    annexes_ = annexes.rows(source, report.definitions, computed, commune, period.until_day)
    return {
        "so_sanh": phrases.comparisons(
            *(frame, computed.figures, computed.previous, period, computed.partial)
        ),
        "gom": phrases.parts(frame, report.definitions, computed.figures, words),
        "vien_dan": {code: [clean(one) for one in cited.get(code, ())] for code in source.codes},
        "su_kien": _told(source, computed.told),
        "ap_bao": any(_told_by_hamlets(figure) for figure in computed.figures.values()),
        "phu_luc": annexes_,
    }


def _told(source: Outline, told: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The sentences on events by place; by section too, for copies of before a section had several places."""
    said = {place: [clean(one) for one in told.get(place, ())] for place in source.told}
    groups = {code: [place for place in said if place.startswith(f"{code}/")] for code in source.codes}
    return {code: [one for place in groups[code] for one in said[place]] for code in source.codes} | said


def _told_by_hamlets(figure: Figure) -> bool:
    return bool(figure.sources) and any(unit != COMMUNE for unit in figure.split)


def _words(source: Outline, words: Mapping[str, str]) -> dict[str, list[str]]:
    """The committee's paragraphs by section; a blank line where a section has nothing else to say."""
    needed = {line.section for line in source.lines if line.kind == "words_or_blank"}
    return {
        code: paragraphs(words.get(code, "")) or ([BLANK_LINE] if code in needed else [])
        for code in source.codes
    }


def paragraphs(text: str) -> list[str]:
    """A text's lines, each cleaned, without empty ones."""
    return [line for line in (clean(one) for one in re.split(r"[\r\n\v\f\x85\u2028\u2029]+", text)) if line]


def clean(text: str) -> str:
    """One line in NFC without what Word cannot hold or would read as a command: controls, private use."""
    kept = (
        " " if character in "\t\n\r" else character
        for character in text
        if character in "\t\n\r" or unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
    )
    return unicodedata.normalize("NFC", "".join(kept)).strip()


@dataclass(frozen=True, slots=True)
class Blank:
    """A highlighted place in a printed document: a figure, or a section's words (``name`` empty)."""

    section: str  # as people name it: "II.5.1", "Phần thứ hai, mục 1"
    name: str
    label: str
    ask: str = ""


def blanks(report: Report, computed: Computed, said: Mapping[str, Any]) -> list[Blank]:
    """What the committee has to fill in, in the document's order; a figure printed twice is named once."""
    named = report.outline.references(said)
    titles = {section.code: section for section in report.outline.sections}
    found: dict[tuple[str, str], Blank] = {}
    for line in report.outline.standing(said):
        section = named[line.section]
        for name in line.printed(said):
            figure = computed.figures[name]
            if figure.state is State.BLANK:
                found.setdefault(("", name), Blank(section, name, figure.label, figure.ask))
        if line.kind == "words_or_blank" and said["loi_van"][line.section] == [BLANK_LINE]:
            title = outline.filled(titles[line.section].title, said)
            found.setdefault((line.section, ""), Blank(section, "", title))
    return list(found.values())


def sections(report: Report, said: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """The sections for which the committee may write: code, how people name it ("II.5.1"), title."""
    named = report.outline.references(said)
    return [
        (section.code, named[section.code], outline.filled(section.title, said))
        for section in report.outline.sections
        if section.has_words and section.stands(said)
    ]


def compared(report: Report) -> frozenset[str]:
    """The figures that the document compares with last year's; of a commune's own template all may be."""
    if report.own:
        return frozenset(definition.name for definition in report.definitions.figure)
    return frozenset(name for line in report.outline.lines for name in _COMPARED.findall(line.text))


def own_without_photos(report: Report) -> Path | None:
    """Our template, where the commune's own copy has no place for photos: one made before ours had the annex.

    Read anew: somebody may have mended it in Word. A file that cannot be read is not found out here.
    """
    if not report.own:
        return None
    text = own_files.text(report.template)
    return None if not text or _PICTURE_TAG.search(text) else _folder() / report.name / "bao_cao.docx"


def file_name(period: Period, edition: int) -> str:
    """ "bao-cao-2024-du-thao-1.docx"."""
    bare = unicodedata.normalize("NFD", period.label.replace("năm ", "").replace("đ", "d").lower())
    words = re.findall(r"[a-z0-9]+", "".join(c for c in bare if not unicodedata.combining(c)))
    return f"bao-cao-{'-'.join(words)}-du-thao-{edition}.docx"


def trial_contexts(report: Report) -> list[dict[str, Any]]:
    """Contexts for trial renderings: everything there, nothing there, and "không phát sinh" everywhere."""
    period = Period(date(2023, 12, 10), date(2024, 12, 9), "năm 2024")
    full = Commune(
        *("thu", "Thử"),
        superior="Cấp trên",
        recipients=("Nơi nhận một", "Nơi nhận hai"),
        signer_by_proxy=True,
        congress_year=period.year,
    )
    codes = report.outline.codes
    day = period.until_day
    pictures = [Photo(number, 1, "", "1", day, "Việc", "ấp", "") for number in (1, 2, 3)]
    cases: Iterable[tuple[State, Commune, Sequence[str], int | None]] = (
        (State.VALUE, full, codes, 1),
        (State.BLANK, Commune("thu", "Thử"), (), None),
        (State.NOTHING, full, (), 1),
    )
    return [
        context(
            report,
            Computed(_trial_figures(report.definitions, state), dict.fromkeys(written, "Lời văn.")),
            commune,
            period,
            edition=edition,
            today=period.until_day,
            pictures=pictures if written else (),
        )
        for state, commune, written, edition in cases
    ]


def _trial_figures(definitions: Definitions, state: State) -> dict[str, Figure]:
    amount = Amount(12) if state is State.VALUE else None
    return {d.name: Figure(d.name, d.label, d.section, d.unit, state, amount) for d in definitions.figure}


def _build() -> None:
    """Writes the .docx of every document that has a text source."""
    # Word's library is needed for building only, never by the program that answers chats.
    from templates import building

    for source in sorted(_folder().glob("*/bao_cao.txt")):
        source.with_suffix(".docx").write_bytes(building.build(outline.read(source)))
        print(source.with_suffix(".docx"))


if __name__ == "__main__":
    if sys.argv[1:] != ["build"]:
        raise SystemExit("python -m templates.documents build")
    _build()
