"""How fast typed texts are understood: answers, lines that open a form, the worst texts, long lists."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

from bot.answers import TYPES, Asked, Option, read
from bot.answers.lines import read_lines
from bot.dialogue import from_line
from tests.bench.table import Measure
from tests.bot.answers.texts import LIST, ORDINARY, WORST
from tests.bot.dialogue.worlds import CATALOG, world

TODAY = date(2024, 12, 9)
_REPEATS = 5
_HERE = world()
_FORMS = [form for form in CATALOG.openable(("hamlet_head",)) if form.end == "record"]
_LINES = Path(__file__).parents[1] / "bot" / "dialogue" / "lines.txt"
_OPTIONS = tuple(
    Option(str(number), label)
    for number, label in enumerate(["Trần Văn Sáu", "Lê Thị Ba", "Nguyễn Thị Hoa", "Hội, đoàn thể"], 1)
)


async def measure(folder: Path) -> list[Measure]:
    """Processor time of this thread, in milliseconds: other work on the machine counts little."""
    numbered = [f"{number}. {line}" for number, line in enumerate(LIST.split("\n")[3:17] * 358, 1)]
    pasted = "\n".join(numbered[:5000])
    _opened("sang nay don ve sinh kinh xang 45 nguoi")  # what the first line works out is kept for the next
    measured: list[tuple[str, Callable[[], float], float]] = [
        ("an ordinary answer (median text)", lambda: median(_ordinary()), 1.0),
        ("a line opens its form (median line)", lambda: median(_lines()), 1.0),
        ("the worst 4,000 characters as an answer", lambda: max(_worst()), 20.0),
        ("… as a line at the menu", lambda: max(_worst_lines()), 20.0),
        ("a pasted list of 5,000 lines", lambda: _taken(read_lines, pasted, TODAY), 2000.0),
    ]
    return [
        Measure(name, "ms", tuple(once() for _ in range(_REPEATS)), target) for name, once, target in measured
    ]


def _taken(call: Callable[..., object], *args: object) -> float:
    start = time.thread_time()
    call(*args)
    return 1000 * (time.thread_time() - start)


def _ordinary() -> list[float]:
    return [_taken(read, text, Asked(kind, TODAY)) for kind, texts in ORDINARY.items() for text in texts]


def _lines() -> list[float]:
    typed = _LINES.read_text(encoding="utf-8").splitlines()
    return [_taken(_opened, line[1:].strip()) for line in typed if line.startswith("▸")]


def _worst() -> list[float]:
    asked = [Asked(kind, TODAY, options=_OPTIONS) for kind in TYPES]
    # Very many words are refused at once: the slowest texts are shorter than the longest.
    texts = [text[:length] for text in WORST.values() for length in (4_000, 1_000, 500)]
    return [_taken(read, text, one) for text in texts for one in asked]


def _worst_lines() -> list[float]:
    return [_taken(_opened, text) for text in WORST.values()]


def _opened(line: str) -> object:
    return from_line.proposals(_FORMS, line, _HERE)
