"""Blitar at work, over SQLite or over each engine in turn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from inbox import sqlite
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
    perform = sqlite.perform

    def performed(connection: Any, sql: str, *given: Any) -> Any:
        if not sql.startswith(("BEGIN", "COMMIT")):
            seen.append(sql)
        return perform(connection, sql, *given)

    monkeypatch.setattr(sqlite, "perform", performed)
    return seen


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every time that something is handed to SQLite's connection from now on, one statement or many together."""
    seen: list[str] = []
    execute = aiosqlite.Connection._execute

    def watched(connection: aiosqlite.Connection, run: Any, *given: Any, **named: Any) -> Any:
        seen.append(run.__name__)
        return execute(connection, run, *given, **named)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", watched)
    return seen


async def _prepared(database: Database, folder: Path) -> House:
    house = House(database, folder / "files", blitar())
    await house.tickets.prepare(at("2026-11-01 00:00"))
    return house
