"""Each office over SQLite."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from inbox.database import Database
from tests.procedures.bureau import Bureau

OpenBureau = Callable[[str], Bureau]


@pytest.fixture
def bureau(sqlite_database: Database, tmp_path: Path) -> OpenBureau:
    """Opens an office by its id."""
    return lambda office: Bureau(sqlite_database, tmp_path / "files", office)
