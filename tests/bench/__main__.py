"""``make bench``: measures what was promised, and fails where a promise is not kept."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import intakes, reading
from tests.bench.table import Measure, machine, show


async def _measure(folder: Path, options: argparse.Namespace) -> list[Measure]:
    found = reading.measure()
    found += await intakes.measure(
        folder / "intakes", intakes.Size(members=100, repeats=2) if options.quick else intakes.Size()
    )
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sys.setswitchinterval(0.0005)
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    (folder / "intakes").mkdir()
    try:
        found = asyncio.run(_measure(folder, options))
    finally:
        shutil.rmtree(folder)
    show(found, machine())
    return 0 if all(one.met for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
