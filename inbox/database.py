"""The engine, and the only ways to open a transaction or a reading.

``transaction(work)`` runs ``work()`` in one transaction that always ends, even when its caller is cancelled:
cancelling only loses the answer, so every command carries a key that makes repeating it harmless.
``reading()`` gives a page a view that never waits for a writer. Nothing here knows a table.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable
from urllib.parse import parse_qsl, unquote, urlsplit

import structlog
from tortoise import Tortoise
from tortoise.connection import get_connections
from tortoise.context import require_context
from tortoise.transactions import in_transaction

from inbox.mishap import place
from inbox.sheet import Row, Statement, current
from inbox.sqlite import Reader
from inbox.sqlite_sheet import numbered

T = TypeVar("T")
log = structlog.get_logger()
_PATIENCE_SECONDS = 30.0
# SQLite writes its journal over and over. Cutting it short after each checkpoint makes the next commits several times
# slower, because the file has to grow again before they are safe.
_JOURNAL_BYTES = 64 * 1024 * 1024
_MARKS = {"sqlite": "PRAGMA data_version", "postgres": "SELECT pg_current_snapshot()::text AS data_version"}


class Database:
    """One database: ``sqlite:///absolute/path`` or ``postgres://user:password@host:port/name``."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_postgres = _engine(url) == "postgres"
        self._name = _engine(url)
        self._readers: dict[bool, Reader] = {}
        self._openings = 0
        self._running: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Connect. Call once, from the task that also calls ``close``."""
        await Tortoise.init(config=settings(self.url), _enable_global_fallback=True)
        if not self.is_postgres:
            await get_connections().get(self._name).execute_query("SELECT 1")
            for long in (False, True):
                reader = Reader(str(file_of(self.url)), connection_name=self._name, busy_timeout=5000)
                await reader.create_connection(with_db=True)
                self._readers[long] = reader
        self._openings += 1

    async def close(self) -> None:
        """Let running transactions end, then close every connection: an open one would keep the process from ending."""
        if self._running:
            await asyncio.wait(set(self._running), timeout=_PATIENCE_SECONDS)
        for reader in self._readers.values():
            await reader.close()
        self._readers = {}
        await Tortoise.close_connections()

    @asynccontextmanager
    async def reading(self, *, long: bool = False) -> AsyncIterator[None]:
        """Queries within read what is committed and wait for no writer. Writing within fails on SQLite.

        ``long``: they may take their time, on a connection of their own, so that no page waits for them.
        """
        if not self._readers:
            yield
            return
        connections = get_connections()
        token = connections.set(self._name, self._readers[long])
        try:
            yield
        finally:
            connections.reset(token)

    async def transaction(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run ``work()`` in one transaction and return what it returned; an exception rolls back."""
        task = asyncio.create_task(self._whole(work))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_log_orphan)
            raise

    async def mark(self) -> Hashable:
        """Another one as soon as anything was committed, by whomever; to be asked inside ``reading``.

        Source: https://www.sqlite.org/pragma.html#pragma_data_version,
        https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-PG-SNAPSHOT.
        """
        (row,) = await rows(_MARKS[self._name])
        return self._openings, row["data_version"]

    async def query(self, sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """``rows`` for whoever holds a database."""
        return await rows(sql, values)

    async def _whole(self, work: Callable[[], Awaitable[T]]) -> T:
        async with in_transaction(self._name) as transaction:
            token = current.set(transaction.sheet)  # type: ignore[attr-defined]
            try:
                return await work()
            finally:
                current.reset(token)


@runtime_checkable
class _AllAtOnce(Protocol):
    """A connection, or a pool of them, outside of a transaction."""

    async def all(self, statements: Sequence[Statement]) -> Sequence[Sequence[Row]]:
        """The rows of each."""
        ...


def _log_orphan(task: asyncio.Task[Any]) -> None:
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("transaction failed after its caller left", error=place(error))


async def rows(sql: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Rows of one statement with parameters ``$1``, ``$2`` ..., in the transaction it is called in.

    For the few places where building a statement through the models costs more than running it.
    """
    client = require_context().db()
    statement = sql if client.capabilities.dialect == "postgres" else numbered(sql)
    return [dict(row) for row in await client.execute_query_dict(statement, list(values))]


async def answers(statements: Sequence[Statement]) -> list[list[dict[str, Any]]]:
    """The rows of each statement; where nothing waits on a sheet, all of them in one visit."""
    client = require_context().db()
    if isinstance(client, _AllAtOnce):
        return [[dict(row) for row in found] for found in await client.all(statements)]
    return [await rows(sql, values) for sql, values in statements]


def settings(url: str) -> dict[str, Any]:
    """Tortoise's configuration for a database URL (the migrations' command reads it too)."""
    name = _engine(url)
    return {
        "connections": {name: _connection(url)},
        "apps": {"inbox": {"models": ["inbox.models"], "migrations": "inbox.migrations", "default_connection": name}},
        "use_tz": True,
        "timezone": "UTC",
    }


def _engine(url: str) -> str:
    """The connection's name too: Tortoise remembers statements by that name, and they differ by engine."""
    return "postgres" if urlsplit(url).scheme in {"postgres", "postgresql"} else "sqlite"


def _connection(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        opening = {
            "file_path": str(file_of(url)),
            "journal_size_limit": _JOURNAL_BYTES,
            "busy_timeout": 5000,
            "synchronous": "FULL",
        }
        return {"engine": "inbox.sqlite", "credentials": opening | dict(parse_qsl(parts.query))}
    return {"engine": "inbox.postgres", "credentials": credentials(url)}


def credentials(url: str) -> dict[str, Any]:
    """What asyncpg needs to connect to a ``postgres://`` database."""
    parts = urlsplit(url)
    return {
        "host": parts.hostname or "localhost",
        "port": parts.port or 5432,
        "user": unquote(parts.username or "postgres"),
        "password": unquote(parts.password or ""),
        "database": parts.path.lstrip("/"),
        **dict(parse_qsl(parts.query)),
    }


def file_of(url: str) -> Path:
    """The file of an ``sqlite://`` database."""
    return Path(unquote(urlsplit(url).path))
