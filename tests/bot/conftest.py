"""A street of citizens over a fresh database, or over one of each engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from inbox.database import Database
from tests.bot.street import MORNING, Street


@pytest.fixture
async def street(sqlite_database: Database, tmp_path: Path) -> Street:
    """Blitar's doors over SQLite."""
    return await _open(sqlite_database, tmp_path)


@pytest.fixture
async def any_street(any_database: Database, tmp_path: Path) -> Street:
    """Blitar's doors; the test runs once with each engine."""
    return await _open(any_database, tmp_path)


async def _open(database: Database, folder: Path) -> Street:
    made = Street(database, folder / "files")
    await made.tickets.prepare(MORNING)
    return made
