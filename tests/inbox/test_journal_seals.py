"""The journal's chain: the same on both engines, never ahead of a slower transaction; whatever is changed is found."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from inbox import backup, journal, journal_chain, journal_seals, journal_verify
from inbox.database import Database
from inbox.files import Files
from inbox.journal_seals import JournalSeals
from inbox.journal_verify import Chain
from inbox.models import Entry, JournalSeal
from inbox.moving import move

OFFICE, OTHER = "blitar", "mojokerto"


async def _entries(database: Database, now: datetime, many: int, office: str = OFFICE) -> None:
    for nth in range(many):
        at = now + timedelta(microseconds=nth)
        write = lambda at=at, nth=nth: journal.write(office, "noted", actor=journal.CLERK, at=at, ticket_id=7, n=nth)  # noqa: E731
        await database.transaction(write)


async def _verified(database: Database, *anchors: str) -> dict[str, Chain]:
    return {chain.office: chain async for chain in journal_verify.chains(database, anchors)}


async def _faults(database: Database) -> list[tuple[str, int, int]]:
    return [(one.code, one.batch, one.entry) for one in (await _verified(database))[OFFICE].faults]


async def _unguarded(database: Database, *statements: str) -> None:
    """What somebody does who may do everything in the database."""
    if database.is_postgres:
        await database.query("DROP FUNCTION IF EXISTS wadul_only_grows() CASCADE")
    else:
        for table in ("journal", "journal_seal"):
            for deed in ("update", "delete"):
                await database.query(f"DROP TRIGGER IF EXISTS {table}_no_{deed}")
    for statement in statements:
        await database.query(statement)


async def test_an_entry_is_sealed_as_the_same_bytes_on_both_engines(any_database: Database, now: datetime) -> None:
    """They are those that the module describes, for values that the engines write differently."""
    values = {"z": 1e23, "a": {"é": "🙂\n", "b": [1.5, 2.0, None, True]}, "u": 'a"b'}
    at = now.replace(microsecond=120)
    await any_database.transaction(lambda: journal.write(OFFICE, "noted", actor="officer:7", at=at, **values))
    async with any_database.reading():
        (line,) = await journal_seals.lines(OFFICE, 0, 9, 9)
    said = (
        '[1,"blitar",null,"2026-11-23T02:15:00.000120Z","officer:7","noted",'
        '{"a":{"b":[1.5,2,null,true],"é":"🙂\\n"},"u":"a\\"b","z":100000000000000000000000}]'
    )
    assert journal_chain.entry_digest(line) == hashlib.sha256(said.encode()).digest()


async def test_a_batch_is_sealed_to_the_one_before(any_database: Database, now: datetime) -> None:
    """Each office has a chain of its own; a round without news seals nothing; the digest is the one described."""
    seals = JournalSeals(any_database)
    await _entries(any_database, now, 2)
    await _entries(any_database, now, 1, OTHER)
    await seals.seal(now)
    await seals.seal(now)
    await _entries(any_database, now, 1)
    await seals.seal(now + timedelta(minutes=1))
    rows = await JournalSeal.filter(office=OFFICE).order_by("number")
    assert [(row.number, row.first_id, row.last_id, row.count) for row in rows] == [(1, 1, 2, 2), (2, 4, 4, 1)]
    assert rows[1].previous == rows[0].digest
    async with any_database.reading():
        (line,) = await journal_seals.lines(OFFICE, 3, 4, 9)
    head = f'["wadul-journal-1","blitar",2,4,4,1,"2026-11-23T02:16:00.000000Z","{rows[0].digest}"]\n'
    assert rows[1].digest == hashlib.sha256(head.encode() + journal_chain.entry_digest(line)).hexdigest()
    found = await _verified(any_database)
    assert {office: (one.batches, one.entries, one.unsealed, one.faults) for office, one in found.items()} == {
        OFFICE: (2, 3, 0, []),
        OTHER: (1, 1, 0, []),
    }


async def test_a_long_journal_is_sealed_in_pieces(
    any_database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an office wrote before there were seals: batch after batch, some in each round."""
    monkeypatch.setattr(journal_seals, "AT_ONCE", 2)
    monkeypatch.setattr(journal_seals, "_BATCHES_A_ROUND", 2)
    await _entries(any_database, now, 7)
    seals = JournalSeals(any_database)
    await seals.seal(now)
    (chain,) = (await _verified(any_database)).values()
    assert (chain.batches, chain.entries, chain.unsealed) == (2, 4, 3)
    await seals.seal(now)
    (chain,) = (await _verified(any_database)).values()
    assert (chain.batches, chain.entries, chain.unsealed, chain.faults) == (4, 7, 0, [])


async def test_two_that_seal_at_once_make_one_chain(any_database: Database, now: datetime) -> None:
    """The later of two processes throws its own away."""
    await _entries(any_database, now, 3)
    await asyncio.gather(*(JournalSeals(any_database).seal(now) for _ in range(3)))
    (chain,) = (await _verified(any_database)).values()
    assert (chain.batches, chain.entries, chain.faults) == (1, 3, [])


_INSERT = (
    """INSERT INTO journal (office, at, actor, event, "values") VALUES ('blitar', now(), 'clerk', 'noted', '{}')"""
)


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_a_slower_transaction_is_waited_for(postgres_database: Database, now: datetime, end: str) -> None:
    """It drew a smaller number and is visible later: nothing is sealed over it, and everything once it has ended."""
    seals = JournalSeals(postgres_database)
    with psycopg.connect(postgres_database.url.replace("postgres://", "postgresql://")) as slow:
        slow.execute(_INSERT)
        await _entries(postgres_database, now, 2)
        await seals.seal(now)
        await seals.seal(now)
        (chain,) = (await _verified(postgres_database)).values()
        assert (chain.batches, chain.unsealed) == (0, 2)
        getattr(slow, end)()
    await seals.seal(now)
    (chain,) = (await _verified(postgres_database)).values()
    assert (chain.entries, chain.unsealed, chain.faults) == (2 + (end == "commit"), 0, [])


async def test_slow_transactions_one_upon_another_do_not_keep_the_journal_open(
    postgres_database: Database, now: datetime
) -> None:
    """There is always one at work; what came before those that are is sealed all the same."""
    seals, url = JournalSeals(postgres_database), postgres_database.url.replace("postgres://", "postgresql://")
    with psycopg.connect(url) as first, psycopg.connect(url) as second:
        first.execute(_INSERT)
        await _entries(postgres_database, now, 1)
        await seals.seal(now)
        second.execute(_INSERT)
        first.commit()
        await seals.seal(now)
        (chain,) = (await _verified(postgres_database)).values()
        assert (chain.entries, chain.unsealed) == (2, 0)
        second.commit()
    await seals.seal(now)
    await seals.seal(now)
    (chain,) = (await _verified(postgres_database)).values()
    assert (chain.entries, chain.unsealed, chain.faults) == (3, 0, [])


CHANGES: dict[str, tuple[str, list[tuple[str, int, int]]]] = {
    "actor": ("UPDATE journal SET actor = 'officer:9' WHERE id = 2", [("journal-entry-changed", 1, 2)]),
    "values": ("""UPDATE journal SET "values" = '{"n": 5}' WHERE id = 5""", [("journal-entry-changed", 2, 5)]),
    "time": ("UPDATE journal SET at = '2026-11-22 02:15:00+00:00' WHERE id = 4", [("journal-entry-changed", 2, 4)]),
    "ticket": ("UPDATE journal SET ticket_id = 8 WHERE id = 1", [("journal-entry-changed", 1, 1)]),
    "event": ("UPDATE journal SET event = 'closed' WHERE id = 3", [("journal-entry-changed", 1, 3)]),
    "removed": ("DELETE FROM journal WHERE id = 2", [("journal-entry-missing", 1, 2)]),
    "last": ("DELETE FROM journal WHERE id = 6", [("journal-entry-missing", 2, 6)]),
    "added": (
        """INSERT INTO journal (id, office, at, actor, event, "values")
        VALUES (-3, 'blitar', '2026-11-23 02:15:00+00:00', 'clerk', 'noted', '{}')""",
        [("journal-entry-added", 1, -3)],
    ),
    "renumbered": (
        "UPDATE journal SET id = 0 WHERE id = 5",
        [("journal-entry-added", 1, 0), ("journal-entry-missing", 2, 5)],
    ),
    "office": (f"UPDATE journal SET office = '{OTHER}' WHERE id = 3", [("journal-entry-missing", 1, 3)]),
    "seal-time": (
        "UPDATE journal_seal SET sealed_at = '2026-11-22 02:15:00+00:00' WHERE number = 2",
        [("journal-batch-changed", 2, 0)],
    ),
    "seal-digest": (
        f"UPDATE journal_seal SET digest = '{'ab' * 32}' WHERE number = 1",
        [("journal-batch-changed", 1, 0), ("journal-batch-loose", 2, 0)],
    ),
    "seal-removed": ("DELETE FROM journal_seal WHERE number = 1", [("journal-batch-missing", 1, 0)]),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_whatever_is_changed_is_found(any_database: Database, now: datetime, name: str) -> None:
    """Three entries in each of two batches: which one is said."""
    for minute in range(2):
        await _entries(any_database, now, 3)
        await JournalSeals(any_database).seal(now + timedelta(minutes=minute))
    assert await _faults(any_database) == []
    statement, expected = CHANGES[name]
    await _unguarded(any_database, statement)
    assert await _faults(any_database) == expected


async def test_a_chain_that_was_written_anew_is_sound_and_not_the_one_that_was_printed(
    any_database: Database, now: datetime
) -> None:
    """Whoever changes an entry and seals everything again is given away by the digest that lies elsewhere."""
    await _entries(any_database, now, 3)
    await JournalSeals(any_database).seal(now)
    async with any_database.reading():
        head = await journal_seals.head(OFFICE)
    assert head is not None
    kept = journal_verify.anchor(head.short.upper())
    await _entries(any_database, now, 1)
    await JournalSeals(any_database).seal(now)
    assert kept in (await _verified(any_database, kept))[OFFICE].anchors
    await _unguarded(any_database, "UPDATE journal SET event = 'closed' WHERE id = 2", "DELETE FROM journal_seal")
    await JournalSeals(any_database).seal(now)
    chain = (await _verified(any_database, kept))[OFFICE]
    assert (chain.faults, chain.anchors) == ([], {})


@pytest.mark.parametrize("table", ["journal", "journal_seal"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET office = 'x'", "DELETE FROM {}", "TRUNCATE {}"], ids=["update", "delete", "truncate"]
)
async def test_the_database_lets_the_journal_only_grow(
    any_database: Database, now: datetime, table: str, statement: str
) -> None:
    """A mistake in the program, or in somebody's statement, changes nothing."""
    await _entries(any_database, now, 1)
    await JournalSeals(any_database).seal(now)
    with pytest.raises(Exception, match=r"only grows|syntax error"):
        await any_database.query(statement.format(table))
    assert (await Entry.all().count(), await JournalSeal.all().count()) == (1, 1)
    assert await _faults(any_database) == []


async def test_the_chain_survives_a_move_and_a_backup(
    sqlite_url: str, postgres_url: str, tmp_path: Path, now: datetime
) -> None:
    """From SQLite to PostgreSQL, from there into an archive, from the archive to SQLite; and it is gone on with."""
    await _then(sqlite_url, lambda database: _entries(database, now, 5), now)
    await move(sqlite_url, postgres_url, lambda *_: None)
    await _then(postgres_url, lambda database: _entries(database, now, 2), now)
    archive, files = tmp_path / "a.tar", Files(tmp_path / "files")
    with archive.open("wb") as out:
        await backup.save(postgres_url, files, out)
    restored = f"sqlite://{tmp_path / 'back' / 'wadul.sqlite'}"
    (tmp_path / "back").mkdir()
    with archive.open("rb") as source:
        await backup.restore(source, restored, Files(tmp_path / "back" / "files"))
    chain = await _then(restored, lambda database: _entries(database, now, 1), now)
    assert (chain.batches, chain.entries, chain.unsealed, chain.faults) == (3, 8, 0, [])


async def _then(url: str, work: Callable[[Database], Awaitable[Any]], now: datetime) -> Chain:
    database = Database(url)
    await database.open()
    try:
        await work(database)
        await JournalSeals(database).seal(now)
        return (await _verified(database))[OFFICE]
    finally:
        await database.close()
