"""Tortoise's SQLite engine with five cures: transactions take the write lock at once, a cancelled task cannot leak
the connection's lock, a script takes part in its transaction, times are stored in UTC whatever zone they came in, and
a second connection that can only read serves the pages.

Named as ``engine`` in the connection's settings; ``inbox.database`` alone imports it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tortoise.backends.base.client import NestedTransactionContext, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError


class _Transaction(SqliteTransactionWrapper):
    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(_Transaction(self))

    async def begin(self) -> None:
        """BEGIN IMMEDIATE: a deferred BEGIN loses read-then-write transactions to "database is locked"."""
        try:
            await self._connection.commit()
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error

    @translate_exceptions
    async def execute_script(self, query: str) -> None:
        """Statement by statement: the driver's own way commits first, and half a migration would stay."""
        async with self.acquire_connection() as connection:
            for statement in _statements(query):
                await connection.execute(statement)


class _Context(SqliteTransactionContext):
    async def __aenter__(self) -> TransactionalDBClient:
        """Take the lock and begin; when cancelled in between, roll back and give the lock away again."""
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self._begin()
            self.token = get_connections().set(self.connection_name, self.connection)
        except BaseException:
            self._trxlock.release()
            raise
        transaction: TransactionalDBClient = self.connection
        return transaction

    async def _begin(self) -> None:
        beginning = asyncio.ensure_future(self.connection.begin())
        try:
            await asyncio.shield(beginning)
        except BaseException:
            await asyncio.wait({beginning})
            if not beginning.cancelled() and beginning.exception() is None:
                await self.connection.rollback()
            raise


class Client(SqliteClient):
    """The one connection of a process that writes."""

    async def create_connection(self, with_db: bool) -> None:
        """Connect; from then on every time given to SQLite is stored in UTC, so that texts sort as times do."""
        sqlite3.register_adapter(datetime, _utc)
        await super().create_connection(with_db)

    def _in_transaction(self) -> TransactionContext:
        return _Context(_Transaction(self), self._lock)


class Reader(SqliteClient):
    """A connection that can only read, and never waits for a transaction (WAL)."""

    def __init__(self, file_path: str, **settings: Any) -> None:
        super().__init__(file_path, **settings)
        self.pragmas["query_only"] = "ON"


def _utc(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC).isoformat(" ")


def _statements(script: str) -> Iterator[str]:
    """The statements of a script. A semicolon ends one only where SQLite itself thinks so (text, triggers)."""
    statement = ""
    for part in script.split(";"):
        statement += f"{part};"
        if sqlite3.complete_statement(statement):
            if statement.strip("; \n\t"):
                yield statement
            statement = ""


client_class = Client
