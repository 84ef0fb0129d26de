"""Tortoise's SQLite engine with three cures: transactions take the write lock at once, a cancelled task cannot
leak the connection's lock, and a second connection that can only read serves the pages.

Named as ``engine`` in the connection's settings; nothing else imports it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

from tortoise.backends.base.client import NestedTransactionContext, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
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

    def _in_transaction(self) -> TransactionContext:
        return _Context(_Transaction(self), self._lock)


class Reader(SqliteClient):
    """A connection that can only read, and never waits for a transaction (WAL)."""

    def __init__(self, file_path: str, **settings: Any) -> None:
        super().__init__(file_path, **settings)
        self.pragmas["query_only"] = "ON"


client_class = Client
