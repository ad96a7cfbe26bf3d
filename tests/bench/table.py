"""What was measured, against what was promised."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Measure:
    """One promise: ``values`` are those of the repeats, in ``unit``; their median has to reach ``target``."""

    name: str
    unit: str
    values: tuple[float, ...]
    target: float | None = None
    better: Literal["more", "less"] = "less"
    note: str = ""

    @property
    def value(self) -> float:
        return median(self.values)

    @property
    def met(self) -> bool:
        if self.target is None:
            return True
        return self.value >= self.target if self.better == "more" else self.value <= self.target


def machine() -> str:
    """The processor under the name that it gives itself, with its cores, system and Python."""
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{_processor()}, {os.cpu_count()} cores; {system}"


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def show(measures: Sequence[Measure], head: str) -> None:
    console = Console(width=None if Console().is_terminal else 150)
    console.print(head, highlight=False)
    table = Table("measure", "target", "median", "min – max", "", "remarks")
    for one in measures:
        table.add_row(
            one.name, _target(one), _number(one.value, one.unit), _spread(one), _verdict(one), one.note
        )
    console.print(table)


def _target(one: Measure) -> str:
    if one.target is None:
        return ""
    return f"{'≥' if one.better == 'more' else '<'} {_number(one.target, one.unit)}"


def _spread(one: Measure) -> str:
    if len(one.values) < 2:
        return "once"
    return f"{_bare(min(one.values))} – {_bare(max(one.values))} ({len(one.values)}×)"


def _verdict(one: Measure) -> str:
    if one.target is None:
        return ""
    return "[green]met[/green]" if one.met else "[bold red]MISSED[/bold red]"


def _number(value: float, unit: str) -> str:
    return f"{_bare(value)} {unit}".strip()


def _bare(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
