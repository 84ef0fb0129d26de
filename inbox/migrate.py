"""Brings a database to the tables that this program knows, in one transaction: all of it or nothing.

What is run is the SQL beside the migrations (`inbox/migrations/sqlite`, `inbox/migrations/postgres`), recorded from
them by `make schema`: an administrator can read it before an update, and the models' history need not be rebuilt step
by step, which takes Tortoise seconds.

On PostgreSQL several processes may start at once: one migrates, the others wait for it. An SQLite file is copied
beside itself first, foreign keys are off while tables are rebuilt (a rebuilt table would take its children with it),
and what they point at is checked before the commit.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.context import TortoiseContext
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import BasePostgresSchemaEditor, SqliteSchemaEditor
from tortoise.transactions import in_transaction

from inbox.database import file_of, settings
from inbox.refused import Refused

SQL = Path(__file__).with_name("migrations")
UNFINISHED = "wadul_move"
"""The table that stands in a PostgreSQL database for as long as ``inbox.moving`` fills it."""
_LOCK = 0x5741_4455_4C00
# A table that others hold is waited for this long: who waits for it lets nobody else by. Then all is as it was.
_LOCK_SECONDS = 10


class Unsound(Exception):
    """After the change rows would point at nothing; nothing was changed. ``tables`` names where they stand."""

    def __init__(self, tables: list[str]) -> None:
        super().__init__(", ".join(tables))
        self.tables = tables


async def migrate(url: str, *, moving: bool = False) -> list[str]:
    """Apply what is pending and return its names; with nothing pending nothing is touched, not even a copy made.

    ``moving``: half a record may be there, and is to be made whole (``inbox.moving``).

    An older program may start beside a newer one that made the record one version ahead, and not two: each version
    only adds what the one before it can do without (``tests/inbox/test_migrate.py`` holds them to that).

    Raises: Unsound, or the database's own error: either way the database is as it was. Refused ``move-unfinished``
    for half a record, ``record-newer`` for one that is too far ahead, ``record-held``.
    """
    is_sqlite = urlsplit(url).scheme == "sqlite"
    file = file_of(url)
    if is_sqlite:
        await asyncio.to_thread(file.parent.mkdir, mode=0o700, parents=True, exist_ok=True)
    config = settings(f"{url}{'&' if urlsplit(url).query else '?'}foreign_keys=OFF" if is_sqlite else url)
    async with TortoiseContext() as context:
        await context.init(config=config)
        pending = await _pending(context.db())
        if not is_sqlite and (pending or not moving) and await _is_half(context.db()):
            raise Refused("move-unfinished")
        if is_sqlite and pending:
            await asyncio.to_thread(_copy, file, pending[0])
        if pending:
            await _or_held()
    return pending


async def pending(url: str) -> list[str]:
    """What ``migrate`` would apply; nothing is changed. Raises Refused ``move-unfinished`` for half a record."""
    async with TortoiseContext() as context:
        await context.init(config=settings(url))
        names = await _pending(context.db())
        if urlsplit(url).scheme != "sqlite" and await _is_half(context.db()):
            raise Refused("move-unfinished")
    return names


def known() -> list[str]:
    """The names of all migrations, in order; each engine has the same."""
    return sorted(script.stem for script in (SQL / "sqlite").glob("*.sql"))


async def _pending(client: BaseDBAsyncClient) -> list[str]:
    """Names in order. A database without the history table counts as empty. Raises Refused ``record-newer``."""
    applied = {key.name for key in await MigrationRecorder(client).applied_migrations()}
    ours = await asyncio.to_thread(known)
    if len(ahead := sorted(applied.difference(ours))) > 1:
        raise Refused("record-newer", version=ahead[-1])
    return [name for name in ours if name not in applied]


async def _or_held() -> None:
    """Raises Refused ``record-held`` where a table stayed in others' hands; then all is as it was."""
    try:
        await _apply()
    except asyncpg.LockNotAvailableError as error:
        raise Refused("record-held", seconds=f"{_LOCK_SECONDS}") from error


async def _apply() -> None:
    async with in_transaction() as transaction:
        recorder = await _hold(transaction)
        dialect = transaction.capabilities.dialect
        for name in await _pending(transaction):
            script = SQL / dialect / f"{name}.sql"
            await transaction.execute_script(await asyncio.to_thread(script.read_text, "utf-8"))
            await recorder.record_applied("inbox", name)
        if dialect == "sqlite":
            _check(await transaction.execute_query_dict("PRAGMA foreign_key_check"))


async def _hold(transaction: TransactionalDBClient) -> MigrationRecorder:
    """Wait for any other process that migrates, then make sure of the history table.

    Asking a table that does not exist would make PostgreSQL give up the transaction.
    """
    sqlite = transaction.capabilities.dialect == "sqlite"
    if not sqlite:
        await transaction.execute_query(f"SELECT pg_advisory_xact_lock({_LOCK})")
        await transaction.execute_query(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'")
    editor = (SqliteSchemaEditor if sqlite else BasePostgresSchemaEditor)(transaction, atomic=False)
    recorder = MigrationRecorder(transaction)
    await recorder.ensure_schema(editor)
    return recorder


def _check(rows: list[dict[str, Any]]) -> None:
    if rows:
        raise Unsound(sorted({f"{row['table']} -> {row['parent']}" for row in rows}))


async def _is_half(client: BaseDBAsyncClient) -> bool:
    """Whether a move into this database was begun and is not at its end."""
    (row,) = await client.execute_query_dict("SELECT to_regclass($1) IS NOT NULL AS half", [UNFINISHED])
    return bool(row["half"])


def _copy(file: Path, pending: str) -> None:
    """``wadul.sqlite`` -> ``wadul.sqlite.before-0002_name``; an earlier copy of that name is kept."""
    with closing(sqlite3.connect(file)) as source:
        if not source.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            return
        with closing(sqlite3.connect(_free(file.with_name(f"{file.name}.before-{pending}")))) as copy:
            source.backup(copy)


def _free(wanted: Path) -> Path:
    count, path = 1, wanted
    while path.exists():
        count += 1
        path = wanted.with_name(f"{wanted.name}.{count}")
    return path
