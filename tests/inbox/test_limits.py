"""What one client may have is counted by all processes together on PostgreSQL, by one on SQLite, and never stops when
the record is away.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from channels.base import Measure
from inbox.database import Database
from inbox.limits import Buckets, Limits

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
THREE = Measure("tiga", 3, timedelta(minutes=3))
CLIENT, OTHER = "192.0.2.1", "192.0.2.2"


def after(**span: float) -> datetime:
    return NOW + timedelta(**span)


async def test_a_bucket_is_spent_and_fills_again(any_database: Database) -> None:
    """Three at once, then one a minute; another client, and another use, have their own."""
    limits = Limits(any_database, b"rahasia")
    assert [await limits.take(THREE, CLIENT, NOW) for _ in range(3)] == [None] * 3
    assert await limits.take(THREE, CLIENT, NOW) == timedelta(minutes=1)
    assert await limits.take(THREE, CLIENT, after(seconds=45)) == timedelta(seconds=15)
    assert await limits.take(THREE, OTHER, NOW) is None
    assert await limits.take(Measure("lain", 1, timedelta(hours=1)), CLIENT, NOW) is None
    assert await limits.take(THREE, CLIENT, after(minutes=1)) is None
    assert await limits.take(THREE, CLIENT, after(minutes=1)) == timedelta(minutes=1)
    assert [await limits.take(THREE, CLIENT, after(hours=9)) for _ in range(3)] == [None] * 3


async def test_what_was_well_used_does_not_count(any_database: Database) -> None:
    """A right code gives back what the try took."""
    limits = Limits(any_database, b"rahasia")
    for _ in range(9):
        assert await limits.take(THREE, CLIENT, NOW) is None
        await limits.give_back(THREE, CLIENT)


async def test_processes_share_one_bucket(postgres_database: Database) -> None:
    """Whichever process is asked, and however many ask at once: three pass, and another waits as long everywhere."""
    several = [Limits(postgres_database, b"rahasia") for _ in range(4)]
    waits = await asyncio.gather(*(one.take(THREE, CLIENT, NOW) for one in several * 5))
    assert waits.count(None) == 3
    fresh = Limits(postgres_database, b"rahasia")
    assert await fresh.take(THREE, CLIENT, NOW) == timedelta(minutes=1)
    await several[0].give_back(THREE, CLIENT)
    assert await fresh.take(THREE, CLIENT, NOW) is None


async def test_a_clock_that_is_set_back_keeps_nobody_for_long(any_database: Database) -> None:
    """What was taken in what is now the future counts as taken now."""
    limits = Limits(any_database, b"rahasia")
    for _ in range(3):
        await limits.take(THREE, CLIENT, after(hours=5))
    for other in (limits, Limits(any_database, b"rahasia")):
        wait = await other.take(THREE, CLIENT, NOW)
        assert wait is None or wait <= timedelta(minutes=1)


async def test_the_record_names_nobody_and_forgets(postgres_database: Database) -> None:
    """No address lies there, the same client is another row under another secret, and full buckets are thrown away."""
    for secret in (b"satu", b"dua"):
        await Limits(postgres_database, secret).take(THREE, CLIENT, NOW)
    rows = await postgres_database.query("SELECT key FROM allowance")
    assert len(rows) == 2
    assert not any(CLIENT in row["key"] for row in rows)
    limits = Limits(postgres_database, b"satu")
    await limits.sweep(after(seconds=59))
    assert len(await postgres_database.query("SELECT key FROM allowance")) == 2
    await limits.sweep(after(seconds=61))
    assert await postgres_database.query("SELECT key FROM allowance") == []


@pytest.mark.parametrize("how", ["refused", "silent"])
async def test_with_the_record_away_each_process_counts_for_itself(
    postgres_database: Database, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line that breaks, or says nothing, locks nobody out and lets nobody guess without end."""

    async def away(*_: object) -> None:
        if how == "silent":
            await asyncio.Event().wait()
        raise ConnectionResetError

    monkeypatch.setattr("inbox.limits._PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(postgres_database, "query", away)
    limits = Limits(postgres_database, b"rahasia")
    assert [await limits.take(THREE, CLIENT, NOW) for _ in range(3)] == [None] * 3
    assert await limits.take(THREE, CLIENT, NOW) == timedelta(minutes=1)


def test_only_so_many_clients_are_remembered() -> None:
    """However many come, the memory of them is bounded, and the last are in it."""
    buckets, once = Buckets(most_keys=100), Measure("sekali", 1, timedelta(minutes=1))
    for number in range(1000):
        assert buckets.take(once, str(number), NOW) is None
    assert len(buckets._full_at) <= 100
    assert buckets.take(once, "999", NOW) == timedelta(minutes=1)
