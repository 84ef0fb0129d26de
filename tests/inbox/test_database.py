from __future__ import annotations

import asyncio
import sqlite3
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import structlog
from tortoise.context import require_context
from tortoise.exceptions import OperationalError

from inbox.database import Database
from inbox.models import Citizen


async def _add(name: str, now: datetime) -> None:
    await Citizen.create(office="blitar", name=name, created_at=now)


async def test_a_transaction_keeps_all_or_nothing(any_database: Database, now: datetime) -> None:
    """What a transaction did stands when it returns, and none of it when it raises."""

    async def fail() -> None:
        await _add("hilang", now)
        raise RuntimeError("stop")

    await any_database.transaction(lambda: _add("tinggal", now))
    with pytest.raises(RuntimeError, match="stop"):
        await any_database.transaction(fail)
    assert [citizen.name for citizen in await Citizen.all()] == ["tinggal"]


async def test_a_transaction_answers_what_its_work_answers(any_database: Database) -> None:
    """The work's answer is the transaction's."""
    assert await any_database.transaction(lambda: any_database.query("SELECT $1 AS word", ["ya"])) == [{"word": "ya"}]


async def test_a_transaction_ends_although_its_caller_leaves(any_database: Database, now: datetime) -> None:
    """Cancelling the caller loses the answer, not the work."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await go_on.wait()
        await _add("tetap", now)

    caller = asyncio.create_task(any_database.transaction(slow))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await any_database.transaction(lambda: Citizen.all().count())
    await _settled(any_database)
    assert [citizen.name for citizen in await Citizen.all()] == ["tetap"]


async def test_closing_waits_for_what_is_running(sqlite_url: str, now: datetime) -> None:
    """A transaction whose caller left is finished before the connection goes."""
    database = Database(sqlite_url)
    await database.open()
    caller = asyncio.create_task(database.transaction(lambda: _add("sempat", now)))
    await asyncio.sleep(0)
    caller.cancel()
    await database.close()
    assert _names(sqlite_url) == ["sempat"]


async def test_trouble_after_the_caller_left_is_logged(any_database: Database) -> None:
    """A transaction that fails when nobody listens any more leaves a line in the log."""
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await go_on.wait()
        raise RuntimeError("too late")

    with structlog.testing.capture_logs() as logs:
        caller = asyncio.create_task(any_database.transaction(slow))
        await begun.wait()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        go_on.set()
        await _settled(any_database)
    assert [line["log_level"] for line in logs] == ["error"]


async def test_cancelling_at_any_moment_leaks_no_lock(any_database: Database, now: datetime) -> None:
    """Two hundred callers leave, each a little later than the one before, and the database still answers."""
    for turns in range(200):
        caller = asyncio.create_task(any_database.transaction(lambda: _add("x", now)))
        for _ in range(turns % 25):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.gather(caller, return_exceptions=True)
    await _settled(any_database)
    assert await asyncio.wait_for(any_database.transaction(lambda: Citizen.all().count()), 10) <= 200


async def test_readers_wait_for_no_writer(any_database: Database, now: datetime) -> None:
    """A page reads what is committed while a transaction is open."""
    written, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        await _add("nanti", now)
        written.set()
        await go_on.wait()

    writer = asyncio.create_task(any_database.transaction(slow))
    await written.wait()
    async with any_database.reading():
        assert await asyncio.wait_for(Citizen.all().count(), 5) == 0
    go_on.set()
    await writer
    async with any_database.reading():
        assert await Citizen.all().count() == 1


async def test_a_page_does_not_wait_for_a_long_look(any_database: Database) -> None:
    """While an export or the search's marks are being read, a page is answered."""
    async with any_database.reading(long=True), require_context().db().acquire_connection():
        page = asyncio.create_task(_glance(any_database))
        assert await asyncio.wait_for(page, 10) == [{"word": "ya"}]


async def _glance(database: Database) -> list[dict[str, object]]:
    async with database.reading():
        return await database.query("SELECT $1 AS word", ["ya"])


async def test_reading_cannot_write_on_sqlite(sqlite_database: Database, now: datetime) -> None:
    """A page that tries to write is stopped, so that nobody comes to rely on it."""
    with pytest.raises(OperationalError):
        async with sqlite_database.reading():
            await _add("jangan", now)


async def test_a_transaction_has_the_write_lock_from_its_start(sqlite_database: Database, sqlite_url: str) -> None:
    """A transaction that reads first cannot lose its turn to another process before it writes."""

    async def read() -> str:
        await Citizen.all().count()
        with sqlite3.connect(sqlite_url.removeprefix("sqlite://"), timeout=0) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                return str(error)
            return "free"

    assert await sqlite_database.transaction(read) == "database is locked"


async def test_times_compare_as_times_whatever_their_zone(any_database: Database, now: datetime) -> None:
    """A time given in Blitar's zone is found by the same moment in UTC, and comes back as UTC."""
    wib = timezone(timedelta(hours=7))
    await any_database.transaction(lambda: _add("Sri", now.astimezone(wib)))
    found = await Citizen.filter(created_at__lte=now, created_at__gt=now - timedelta(seconds=1)).get()
    assert found.created_at == now
    assert found.created_at.utcoffset() == timedelta(0)


async def test_a_time_without_a_zone_is_refused_on_sqlite(sqlite_database: Database) -> None:
    """Nobody stores a time that could mean two moments."""
    with pytest.raises(ValueError, match="zone"):
        await sqlite_database.query("SELECT $1", [datetime(2026, 11, 23)])  # noqa: DTZ001


async def test_commits_reach_the_disk_at_once_on_sqlite(sqlite_database: Database) -> None:
    """The journal is WAL and each commit is synced: what was acknowledged survives a power cut."""
    pragmas = [
        next(iter((await sqlite_database.query(f"PRAGMA {name}"))[0].values()))
        for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert pragmas == ["wal", 2, 1]


async def _settled(database: Database) -> None:
    while database._running:
        await asyncio.wait(set(database._running))


def _names(url: str) -> list[str]:
    with sqlite3.connect(Path(url.removeprefix("sqlite://"))) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM citizen")]
