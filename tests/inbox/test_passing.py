"""Which troubles of a record pass: then the message is sound, and comes again."""

from __future__ import annotations

import errno
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asyncpg import exceptions as postgres
from tortoise.exceptions import IntegrityError, OperationalError

from inbox import journal
from inbox.database import Database
from inbox.passing import passes

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


def caused(cause: Exception) -> Exception:
    """As the layers above hand it on."""
    error = OperationalError("no words of anybody's")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        postgres.DeadlockDetectedError("x"),
        postgres.DiskFullError("x"),
        postgres.AdminShutdownError("x"),
        postgres.CannotConnectNowError("x"),
        postgres.LockNotAvailableError("x"),
        postgres.ConnectionDoesNotExistError("x"),
        postgres.InterfaceError("connection is closed"),
        caused(postgres.SerializationError("x")),
        ConnectionResetError(),
        TimeoutError(),
        OSError(errno.ENOSPC, "x"),
        OSError(errno.EMFILE, "x"),
    ],
    ids=lambda error: type(error.__cause__ or error).__name__,
)
def test_what_passes(error: Exception) -> None:
    """Connections, locks, the disk, an operator."""
    assert passes(error)


@pytest.mark.parametrize(
    "error",
    [
        postgres.UniqueViolationError("x"),
        postgres.CharacterNotInRepertoireError("x"),
        postgres.DataError("x"),
        postgres.UndefinedColumnError("x"),
        caused(IntegrityError("x")),
        FileNotFoundError(errno.ENOENT, "x"),
        KeyError("x"),
        ValueError("x"),
    ],
    ids=lambda error: type(error.__cause__ or error).__name__,
)
def test_what_does_not(error: Exception) -> None:
    """What was to be written, or a mistake of ours: a person has to look at that."""
    assert not passes(error)


async def test_a_full_record_passes_as_the_program_hears_of_it(sqlite_database: Database) -> None:
    """Through every layer between a row and the disk; here the file may not grow."""

    async def work() -> None:
        await journal.write("blitar", "x", actor=journal.SYSTEM, at=NOW, words="y" * 99_999)

    (pages,) = await sqlite_database.query("PRAGMA page_count")
    await sqlite_database.query(f"PRAGMA max_page_count = {pages['page_count']}")
    with pytest.raises(OperationalError) as full:
        await sqlite_database.transaction(work)
    assert passes(full.value)


async def test_a_locked_record_passes_and_an_unknown_table_does_not(sqlite_database: Database, tmp_path: Path) -> None:
    """SQLite says it by numbers."""
    other = sqlite3.connect(tmp_path / "wadul.sqlite", timeout=0)
    other.execute("BEGIN IMMEDIATE")
    writer = sqlite3.connect(tmp_path / "wadul.sqlite", timeout=0)
    with pytest.raises(sqlite3.OperationalError) as locked:
        writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as unknown:
        writer.execute("SELECT nothing FROM nowhere")
    for connection in (other, writer):
        connection.close()
    assert (passes(locked.value), passes(unknown.value)) == (True, False)
