"""What tests of several rooms share."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """An open database file of the test's own; for use in any event loop."""
    opened = asyncio.run(Database.open(tmp_path / "matran.db"))
    yield opened
    asyncio.run(opened.close())
