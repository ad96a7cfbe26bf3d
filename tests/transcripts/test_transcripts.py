"""Every transcript, on every channel.

``UPDATE_TRANSCRIPTS=1 pytest tests/transcripts -k paper`` writes what the program answers now into the files,
for review.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.transcripts import script
from tests.transcripts.channels import OnTelegram, Paper
from tests.transcripts.on_zalo import OnZalo
from tests.transcripts.stage import Stage

FILES = sorted(Path(__file__).parent.glob("*.txt"))
CHANNELS: dict[str, Callable[[Path], Stage]] = {
    "paper": Paper,
    "telegram": OnTelegram,
    "tapping": partial(OnTelegram, tapping=True),
    "zalo": OnZalo,
}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_reads_as_written(file: Path, channel: str, database_file: Path) -> None:
    written = file.read_text(encoding="utf-8")
    stage = CHANNELS[channel](database_file.parent)
    played = script.render(asyncio.run(stage.play(script.parse(written))))
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        file.write_text(played, encoding="utf-8")
    assert played == written
