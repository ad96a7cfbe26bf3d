from __future__ import annotations

import pytest

from storage.database import Database
from tests.storage.house import Store, someone, tan_an


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
def commune(store: Store) -> int:
    """A commune with the hamlets 1, 2 and 3."""
    return tan_an(store)


@pytest.fixture
def head(store: Store, commune: int) -> int:
    """A person with an account "sau", without a role yet."""
    return someone(store, commune, "sau")
