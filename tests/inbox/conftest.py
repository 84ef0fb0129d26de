"""Blitar at work, over SQLite or over each engine in turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from inbox.database import Database
from tests.inbox.house import House, at, blitar


@pytest.fixture
async def house(sqlite_database: Database, tmp_path: Path) -> House:
    """Blitar over SQLite, prepared."""
    return await _prepared(sqlite_database, tmp_path)


@pytest.fixture
async def any_house(any_database: Database, tmp_path: Path) -> House:
    """Blitar, prepared; the test runs once with each engine."""
    return await _prepared(any_database, tmp_path)


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that SQLite is given from now on, but for those that begin and end a transaction."""
    seen: list[str] = []

    def watch(name: str) -> None:
        run = getattr(aiosqlite.Connection, name)

        def watched(connection: aiosqlite.Connection, sql: str, *given: Any) -> Any:
            if not sql.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
                seen.append(sql)
            return run(connection, sql, *given)

        monkeypatch.setattr(aiosqlite.Connection, name, watched)

    for name in ("execute", "executemany", "execute_insert", "execute_fetchall"):
        watch(name)
    return seen


async def _prepared(database: Database, folder: Path) -> House:
    house = House(database, folder / "files", blitar())
    await house.tickets.prepare(at("2026-11-01 00:00"))
    return house
