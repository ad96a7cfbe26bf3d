"""``make bench``: measures what was promised, prints it as a table, and fails where a promise is not kept.

The median of the repeats has to reach the target; the smallest and the largest are shown beside it. Nothing
else should run on the machine meanwhile: what the disk costs is measured too, and shown.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.interpreter import prepare, stay
from tests.bench import intakes, latency, papers, process, reading, reporting, zalo
from tests.bench.table import Measure, machine, show

Measuring = Callable[[Path], Coroutine[Any, Any, list[Measure]]]

FULL: dict[str, Measuring] = {
    "reading": reading.measure,
    "intakes": lambda folder: intakes.measure(folder, intakes.Size()),
    "latency": lambda folder: latency.measure(folder, latency.Size()),
    "reports": lambda folder: reporting.measure(folder, reporting.Size()),
    "papers": lambda folder: papers.measure(folder, papers.Size()),
    "process": lambda folder: process.measure(folder, process.Size()),
    "zalo": lambda folder: zalo.measure(folder, zalo.Size()),
}
QUICK: dict[str, Measuring] = {
    "reading": reading.measure,
    "intakes": lambda folder: intakes.measure(folder, intakes.Size(members=100, repeats=2)),
    "latency": lambda folder: latency.measure(folder, latency.Size(seconds=6, repeats=1)),
    "reports": lambda folder: reporting.measure(folder, reporting.Size(repeats=3, communes=100)),
    "papers": lambda folder: papers.measure(folder, papers.Size(books=1, seconds=6, repeats=1)),
    "process": lambda folder: process.measure(folder, process.Size(starts=3)),
    "zalo": lambda folder: zalo.measure(folder, zalo.Size(seconds=15, repeats=1)),
}


def main() -> int:
    options = _options()
    stay()
    prepare()
    found: list[Measure] = []
    for name, measure in (QUICK if options.quick else FULL).items():
        if options.only in (None, name):
            found += _run(name, measure)
    show(found, machine())
    missed = [one.name for one in found if not one.met]
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repeats, less data")
    parser.add_argument("--only", choices=FULL, help="one group of measures")
    return parser.parse_args()


def _run(name: str, measure: Measuring) -> list[Measure]:
    """Each group on a fresh folder and in an event loop of its own."""
    Console(stderr=True).print(f"[dim]measuring: {name} …[/dim]")
    folder = Path(tempfile.mkdtemp(prefix="matran-bench-"))
    try:
        return asyncio.run(measure(folder))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
