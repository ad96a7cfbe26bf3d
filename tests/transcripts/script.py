"""A transcript as text: who says what, what the program answers, and what happens in between.

    # a note
    ⏰ 08/12/2024 08:05          the clock is set (also: "⏰ + 2 giờ", "⏰ + 3 ngày")
    @ Sáu                        who speaks from here on ("@ Sáu ở kênh khác": from a second channel)
    ▸ họp                        what is typed; "[2 ảnh]", "[nhãn dán]", "[bấm Chốt tháng]" … stand before it
    ⚙ đến giờ                    something happens by itself, or to a file (`tests.transcripts.papers`)
    ● Đã ghi.                    what comes back; "● → Minh: …" goes to somebody else

Further lines of a message are indented by two spaces.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

MARKS = {"⏰": "clock", "@": "speaker", "▸": "said", "⚙": "stage", "●": "answer"}
_SIGNS = {kind: mark for mark, kind in MARKS.items()}


@dataclass
class Line:
    """A line of the script; ``answers`` belong to what is said or happens."""

    kind: str  # note, or one of MARKS
    text: str
    answers: list[str] = field(default_factory=list)


def parse(text: str) -> list[Line]:
    """The script without its answers, these in the lines that they answer; ValueError for a stray line."""
    lines: list[Line] = []
    for kind, said in _paragraphs(text):
        if kind != "answer":
            lines.append(Line(kind, said))
            continue
        asked = [line for line in lines if line.kind in ("said", "stage")]
        if not asked:
            raise ValueError(f"an answer to nothing: {said!r}")
        asked[-1].answers.append(said)
    return lines


def _paragraphs(text: str) -> Iterator[tuple[str, str]]:
    held: tuple[str, str] | None = None
    for raw in text.splitlines():
        if raw.startswith("  ") and held is not None:
            held = (held[0], f"{held[1]}\n{raw[2:]}")
            continue
        if held is not None:
            yield held
        held = None
        mark, _, rest = raw.partition(" ")
        if not raw or raw.startswith("#"):
            yield "note", raw
        elif mark in MARKS:
            held = (MARKS[mark], rest)
        else:
            raise ValueError(f"not a line of a transcript: {raw!r}")
    if held is not None:
        yield held


def render(lines: list[Line]) -> str:
    """The script as it is written."""
    out: list[str] = []
    for line in lines:
        out += [line.text] if line.kind == "note" else _paragraph(_SIGNS[line.kind], line.text)
        for answer in line.answers:
            out += _paragraph(_SIGNS["answer"], answer)
    return "\n".join(out) + "\n"


def _paragraph(mark: str, text: str) -> list[str]:
    first, *rest = text.split("\n")
    return [f"{mark} {first}".rstrip(), *(f"  {line}" for line in rest)]
