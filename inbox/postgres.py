"""Tortoise's PostgreSQL engine with two cures: a transaction's sheet is written as one statement, and a connection goes
back to its pool without a question to the server, since nobody leaves anything behind in a session.

Named as ``engine`` in the connection's settings; ``inbox.database`` alone does.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from asyncpg import Connection
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    ConnectionWrapper,
    NestedTransactionContext,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.backends.base_postgres.client import translate_exceptions

from inbox.sheet import Line, Row, Script, Shape, Sheet, Statement

T = TypeVar("T")


class _Sheet(Sheet):
    """Everything in one statement, whatever its order: foreign keys are checked at a statement's end.

    Ids and numbers come from sequences, when they are wanted: within a conversation, which is locked, they grow.
    """

    def __init__(self, transaction: _Transaction) -> None:
        super().__init__()
        self._transaction = transaction
        self._fetched: dict[str, deque[int]] = {}

    async def write(self) -> None:
        """Write what waits."""
        if self.waits:
            shapes, values = _columns(self.taken())
            await self._transaction.ask(_sql(shapes), values)

    async def run(self, script: Script[T]) -> T:
        """One after another."""
        try:
            sql, values = next(script)
            while True:
                await self.write()
                sql, values = script.send(await self._transaction.ask(sql, values))
        except StopIteration as end:
            answer: T = end.value
            return answer

    async def expect(self, ids: Mapping[str, int], counts: Mapping[str, int]) -> None:
        """Fetch what is not at hand."""
        wanted = {f"{table}_id_seq": many for table, many in ids.items()} | dict(counts)
        missing = {name: many - len(self._fetched.get(name, ())) for name, many in wanted.items()}
        missing = {name: many for name, many in missing.items() if many > 0}
        if missing:
            (found,) = await self._transaction.ask(_next(tuple(missing)), list(missing.values()))
            for name, numbers in zip(missing, found.values(), strict=True):
                self._fetched.setdefault(name, deque()).extend(numbers)

    async def id(self, table: str) -> int:
        """The next of the table's sequence."""
        await self.expect({table: 1}, {})
        return self._fetched[f"{table}_id_seq"].popleft()

    async def count(self, series: str) -> int:
        """The next of a sequence. Its first number makes it; whoever comes at the same moment waits for that one."""
        await self.expect({}, {series: 1})
        if self._fetched[series][0] is None:
            self._fetched[series].clear()
            await self._transaction.ask("SELECT pg_advisory_xact_lock(hashtext($1))", [series])
            await self._transaction.ask(f"CREATE SEQUENCE IF NOT EXISTS {series}", [])
            await self.expect({}, {series: 1})
        return self._fetched[series].popleft()


class _Asked(ConnectionWrapper[Any]):
    """The connection for one of the ORM's statements: what waits is written before."""

    client: _Transaction

    async def __aenter__(self) -> Any:
        await self.client.sheet.write()
        return await super().__aenter__()


class _Transaction(TransactionWrapper):
    def __init__(self, connection: AsyncpgDBClient) -> None:
        super().__init__(connection)
        self.sheet: _Sheet = connection.sheet if isinstance(connection, _Transaction) else _Sheet(self)

    def _in_transaction(self) -> TransactionContext:
        return NestedTransactionContext(_Transaction(self))

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        """For the ORM."""
        return _Asked(self._lock, self)

    @translate_exceptions
    async def ask(self, sql: str, values: Sequence[Any]) -> Sequence[Row]:
        """One statement of the sheet's own."""
        return await perform(self._connection, sql, values)

    async def savepoint(self) -> None:
        """What waits belongs before it."""
        await self.sheet.write()
        await super().savepoint()

    async def savepoint_rollback(self) -> None:
        """What waits was laid since."""
        self.sheet.taken()
        await super().savepoint_rollback()

    async def commit(self) -> None:
        """Write what waits, and end; where that fails all of it is rolled back."""
        try:
            await self.sheet.write()
        except BaseException:
            await self.rollback()
            raise
        await super().commit()

    async def rollback(self) -> None:
        """As if nothing had been; what waits is never written."""
        self.sheet.taken()
        await super().rollback()


class _Connection(Connection):  # type: ignore[misc]
    def get_reset_query(self) -> str:
        """Nothing to reset: every lock ends with its transaction, and nobody sets or listens."""
        return ""


class Client(AsyncpgDBClient):
    """The connections of a process."""

    connection_class = _Connection

    def _in_transaction(self) -> TransactionContext:
        return TransactionContextPooled(_Transaction(self), self._pool_init_lock)

    @translate_exceptions
    async def all(self, statements: Sequence[Statement]) -> list[Sequence[Row]]:
        """The rows of each, over one connection: taking one from the pool costs as much as a small statement."""
        async with self.acquire_connection() as connection:
            return [await perform(connection, sql, values) for sql, values in statements]


async def perform(connection: Connection, sql: str, values: Sequence[Any]) -> Sequence[Row]:
    """One statement."""
    found: Sequence[Row] = await connection.fetch(sql, *values)
    return found


def _columns(lines: Sequence[Line]) -> tuple[tuple[Shape, ...], list[Any]]:
    """The shapes of a sheet's lines, each once, and of each column of each shape the values of its lines."""
    rows: dict[Shape, list[list[Any]]] = {}
    for line in lines:
        rows.setdefault(line.shape, []).append(line.in_order())
    return tuple(rows), [list(column) for found in rows.values() for column in zip(*found, strict=True)]


@lru_cache
def _sql(shapes: tuple[Shape, ...]) -> str:
    """One statement that writes rows of these shapes; each parameter is a column."""
    parts, first = [], 1
    for place, shape in enumerate(shapes):
        columns = ", ".join(f"${first + n}::{type_}[]" for n, type_ in enumerate(shape.types))
        parts.append(f"w{place} AS ({_part(shape, columns)})")
        first += len(shape.types)
    return f"WITH {', '.join(parts)} SELECT 1"


def _part(shape: Shape, columns: str) -> str:
    names = ", ".join(f'"{name}"' for name in shape.columns)
    if shape.change:
        setting = ", ".join(f'"{name}" = v."{name}"' for name in shape.columns[1:])
        return f'UPDATE "{shape.table}" t SET {setting} FROM unnest({columns}) AS v({names}) WHERE t."id" = v."id"'  # noqa: S608
    return f'INSERT INTO "{shape.table}" ({names}) SELECT * FROM unnest({columns}){shape.unless}'  # noqa: S608


@lru_cache
def _next(sequences: tuple[str, ...]) -> str:
    """The next numbers of some sequences, as many of each as its parameter says; null of one that there is not."""
    columns = (
        f"ARRAY(SELECT nextval(to_regclass('{name}')) FROM generate_series(1, ${place}::INT))"  # noqa: S608 - as above
        for place, name in enumerate(sequences, 1)
    )
    return f"SELECT {', '.join(f'{column} AS s{place}' for place, column in enumerate(columns))}"


client_class = Client
