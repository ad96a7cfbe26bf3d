"""The Word templates in use, each with contexts for trial renderings: ours, and a commune's own copies. Pure.

A rendering takes a second and a child process; whoever starts or checks the program runs them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from templates import documents, receipt
from templates import own as own_files
from templates.documents import Report


@dataclass(frozen=True, slots=True)
class Trial:
    """A template that has to render with each of ``contexts``; ``own``: the commune has made it."""

    template: Path
    contexts: Sequence[Mapping[str, Any]]
    own: bool


def of(report: Report, own: Path) -> list[Trial]:
    """Every document's template; the folder ``own`` holds the commune's copies."""
    printed = receipt.template(own)
    return [
        Trial(report.template, documents.trial_contexts(report), report.own),
        Trial(printed, receipt.trial_contexts(), printed != receipt.template()),
    ]


def strange(report: Report, own: Path) -> list[Path]:
    """The files in the folder of the commune's copies that take no place of ours."""
    return own_files.strange(own, {report.template, report.figures_file, receipt.template(own)})
