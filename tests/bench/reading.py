"""How fast typed texts are understood: ordinary answers, the worst 4,000 characters, a long pasted list."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from statistics import median

from bot.answers import TYPES, Asked, Option, read
from bot.answers.extract import extract
from bot.answers.lines import read_lines
from tests.bench.table import Measure
from tests.bot.answers.texts import LIST, ORDINARY, WORST

TODAY = date(2024, 12, 9)
_OPTIONS = tuple(
    Option(str(number), label)
    for number, label in enumerate(["Trần Văn Sáu", "Lê Thị Ba", "Nguyễn Thị Hoa", "Hội, đoàn thể"], 1)
)


def measure(repeats: int = 5) -> list[Measure]:
    """Processor time of this thread, in milliseconds: other work on the machine counts little."""
    lines = [f"{number}. {line}" for number, line in enumerate(LIST.split("\n")[3:17] * 358, 1)]
    pasted = "\n".join(lines[:5000])
    return [
        Measure(
            "an ordinary answer (median text)", "ms", _repeated(repeats, lambda: median(_ordinary())), 1.0
        ),
        Measure("the worst 4,000 characters", "ms", _repeated(repeats, lambda: max(_worst())), 20.0),
        Measure(
            "the worst line typed at the menu", "ms", _repeated(repeats, lambda: max(_worst_lines())), 20.0
        ),
        Measure(
            "a pasted list of 5,000 lines",
            "ms",
            _repeated(3, lambda: _taken(read_lines, pasted, TODAY)),
            2000.0,
        ),
    ]


def _repeated(times: int, once: Callable[[], float]) -> tuple[float, ...]:
    return tuple(once() for _ in range(times))


def _taken(call: Callable[..., object], *args: object) -> float:
    start = time.thread_time()
    call(*args)
    return 1000 * (time.thread_time() - start)


def _ordinary() -> list[float]:
    return [_taken(read, text, Asked(kind, TODAY)) for kind, texts in ORDINARY.items() for text in texts]


def _worst() -> list[float]:
    asked = [Asked(kind, TODAY, options=_OPTIONS) for kind in TYPES]
    # Very many words are refused at once: the slowest texts are shorter than the longest.
    texts = [text[:length] for text in WORST.values() for length in (4_000, 1_000, 500)]
    return [_taken(read, text, one) for text in texts for one in asked]


def _worst_lines() -> list[float]:
    return [_taken(extract, text, TODAY) for text in WORST.values()]
