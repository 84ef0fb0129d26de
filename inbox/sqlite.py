"""Tortoise's SQLite engine with six cures: a transaction takes the write lock before it does anything, a cancelled task
cannot leak the connection's lock, a script takes part in its transaction, times are stored in UTC whatever zone they
came in, a second connection that can only read serves the pages, and statements with nobody in between go to the
connection's thread together: a transaction's beginning, what waits on its sheet, a script, its end.

Named as ``engine`` in the connection's settings; ``inbox.database`` alone imports it.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    TransactionalDBClient,
    TransactionContext,
)
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
    translate_exceptions,
)
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

from inbox.sheet import Script, Statement
from inbox.sqlite_sheet import SqliteSheet, nothing, numbered

T = TypeVar("T")


class _Asked(ConnectionWrapper[Any]):
    """The connection for one of the ORM's statements: what waits is written before."""

    client: _Transaction

    async def __aenter__(self) -> Any:
        await self.client.settle()
        return await super().__aenter__()


class _Transaction(SqliteTransactionWrapper):
    def __init__(self, connection: Client | _Transaction) -> None:
        super().__init__(connection)
        self._begun = False
        self._whole: _Transaction
        self.sheet: SqliteSheet
        if isinstance(connection, _Transaction):
            self._whole, self.sheet = connection._whole, connection.sheet
        else:
            self._whole, self.sheet = self, SqliteSheet(self, connection.series)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(_Transaction(self))

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        """For the ORM."""
        return _Asked(self._lock, self)

    @translate_exceptions
    async def together(self, statements: Sequence[Statement], script: Script[T]) -> T:
        """Statements and then a script's, without leaving the connection's thread."""
        first = [] if self._whole._begun else [_BEGIN]
        self._whole._begun = True
        connection: Any = self._connection
        answer: T = await connection._execute(_perform, connection._conn, [*first, *statements], script)
        return answer

    async def settle(self) -> None:
        """Begin, and write what waits."""
        if self.sheet.waits or not self._whole._begun:
            await self.together(self.sheet.statements(), nothing())

    async def execute_insert(self, query: str, values: list[Any]) -> int:
        """The ORM's own row gets an id that we do not know."""
        self.sheet.forget()
        return int(await super().execute_insert(query, values))

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """The same for many."""
        self.sheet.forget()
        await super().execute_many(query, values)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> tuple[int, Sequence[dict[str, Any]]]:
        """The same where a statement that answers adds rows."""
        if _ADDS.match(query):
            self.sheet.forget()
        found: tuple[int, Sequence[dict[str, Any]]] = await super().execute_query(query, values)
        return found

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]:
        """The same."""
        if _ADDS.match(query):
            self.sheet.forget()
        found: list[dict[str, Any]] = await super().execute_query_dict(query, values)
        return found

    async def begin(self) -> None:
        """BEGIN IMMEDIATE goes with the first statement: a deferred one loses read-then-write transactions to
        "database is locked"."""

    async def commit(self) -> None:
        """Write what waits and end, in one go; where that fails all of it is rolled back."""
        if self._finalized:
            raise TransactionManagementError("Transaction already finalised")
        if self._begun or self.sheet.waits:
            await self.together([*self.sheet.statements(), _COMMIT], nothing())
        self._finalized = True

    async def rollback(self) -> None:
        """As if nothing had been; what waits is never written."""
        self.sheet.statements()
        await super().rollback()

    async def savepoint(self) -> None:
        """What waits belongs before it."""
        await self.settle()
        await super().savepoint()

    async def release_savepoint(self) -> None:
        """What waits belongs within."""
        await self.settle()
        await super().release_savepoint()

    async def savepoint_rollback(self) -> None:
        """What waits was laid since."""
        self.sheet.statements()
        self.sheet.forget()
        await super().savepoint_rollback()

    @translate_exceptions
    async def execute_script(self, query: str) -> None:
        """Statement by statement: the driver's own way commits first, and half a migration would stay."""
        async with self.acquire_connection() as connection:
            for statement in _statements(query):
                await connection.execute(statement)


class _Context(SqliteTransactionContext):
    async def __aenter__(self) -> TransactionalDBClient:
        """Take the lock; when cancelled meanwhile, give it away again."""
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
            self.token = get_connections().set(self.connection_name, self.connection)
        except BaseException:
            self._trxlock.release()
            raise
        transaction: TransactionalDBClient = self.connection
        return transaction


class Client(SqliteClient):
    """The one connection of a process that writes. ``series`` are those that numbers were taken from."""

    def __init__(self, file_path: str, **settings: Any) -> None:
        super().__init__(file_path, **settings)
        self.series: set[str] = set()

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

    @translate_exceptions
    async def all(self, statements: Sequence[Statement]) -> list[list[Any]]:
        """The rows of each, without leaving the connection's thread in between."""
        async with self.acquire_connection() as connection:
            asked = [(numbered(sql), values) for sql, values in statements]
            found: list[list[Any]] = await connection._execute(_answers, connection._conn, asked)
            return found


def perform(connection: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> list[Any]:
    """One statement, in the connection's thread."""
    return connection.execute(sql, values).fetchall()


def _answers(connection: sqlite3.Connection, statements: Sequence[Statement]) -> list[list[Any]]:
    return [perform(connection, sql, values) for sql, values in statements]


def _perform(connection: sqlite3.Connection, statements: Sequence[Statement], script: Script[T]) -> T:
    """Statements, then a script. A commit that fails leaves nothing behind, and a beginning finds nothing."""
    if statements and statements[0] is _BEGIN:
        connection.commit()
    try:
        for sql, values in statements:
            perform(connection, sql, values)
        sql, values = next(script)
        while True:
            sql, values = script.send(perform(connection, numbered(sql), values))
    except StopIteration as end:
        answer: T = end.value
        return answer
    except BaseException:
        if statements and statements[-1] is _COMMIT:
            connection.rollback()
        raise


_ADDS = re.compile(r"\s*(?:INSERT|WITH|REPLACE)", re.IGNORECASE)
_BEGIN: Statement = ("BEGIN IMMEDIATE", ())
_COMMIT: Statement = ("COMMIT", ())


@lru_cache(maxsize=512)
def _utc(at: datetime) -> str:
    """As SQLite keeps it. A message's rows share a few moments."""
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
