"""The yardstick: the rows that the message road really wrote, written again by bare drivers.

Same tables with the same indexes, same columns and contents, one statement a row, one durable commit a message; none
of the road's reading and thinking. What all messages share (the counter, a door's progress) is left out.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

# In the order in which rows may point at each other.
TABLES = (
    "citizen",
    "address",
    "ticket",
    "conversation",
    "message",
    "ticket_link",
    "ticket_step",
    "task",
    "journal",
    "notice",
    "delivery",
)
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Written:
    """What a road left behind: the procedures' versions, and of each message its rows as (table, row)."""

    versions: Sequence[Row]
    messages: Sequence[Sequence[tuple[str, Row]]]

    @property
    def rows(self) -> int:
        """Rows of one message."""
        return len(self.messages[0])


def from_sqlite(file: Path, many: int) -> Written:
    """The rows of the last ``many`` messages, each of which wrote as many as every other."""
    with closing(sqlite3.connect(file)) as connection:
        connection.row_factory = sqlite3.Row
        return _written(
            many, {name: connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in _names()}
        )


async def from_postgres(dsn: str, many: int) -> Written:
    """The same from PostgreSQL."""
    connection = await asyncpg.connect(dsn)
    try:
        return _written(many, {name: await connection.fetch(f"SELECT * FROM {name} ORDER BY 1") for name in _names()})
    finally:
        await connection.close()


def on_sqlite(file: Path, written: Written) -> float:
    """Seconds that sqlite3 takes, as the program configures it (WAL, synchronous=FULL, foreign keys)."""
    connection = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "journal_size_limit=67108864"):
        connection.execute(f"PRAGMA {pragma}")
    for row in written.versions:
        connection.execute(_insert("procedure_version", row, "?"), tuple(row))
    work = [[(_insert(table, row, "?"), tuple(row)) for table, row in rows] for rows in written.messages]
    started = time.perf_counter()
    for statements in work:
        connection.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            connection.execute(statement, values)
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return seconds


async def on_asyncpg(dsn: str, written: Written, at_once: int = 1) -> float:
    """Seconds that so many asyncpg connections take."""
    connections = [await asyncpg.connect(dsn) for _ in range(at_once)]
    for row in written.versions:
        await connections[0].execute(_insert("procedure_version", row, "$"), *row.values())
    work = iter([[(_insert(table, row, "$"), tuple(row.values())) for table, row in rows] for rows in written.messages])
    started = time.perf_counter()
    await asyncio.gather(*(_on_connection(connection, work) for connection in connections))
    seconds = time.perf_counter() - started
    for connection in connections:
        await connection.close()
    return seconds


async def _on_connection(connection: asyncpg.Connection, work: Iterator[Sequence[tuple[str, Sequence[Any]]]]) -> None:
    for statements in work:
        async with connection.transaction():
            for statement, values in statements:
                await connection.execute(statement, *values)


def _names() -> tuple[str, ...]:
    return ("procedure_version", *TABLES)


def _written(many: int, found: Mapping[str, Sequence[Row]]) -> Written:
    """Each table's newest rows, shared out evenly. They were written one message after the other."""
    whole = len(found["ticket"])
    shares = {table: len(found[table]) // whole for table in TABLES}
    assert all(len(found[table]) == share * whole for table, share in shares.items()), "messages differ in their rows"
    newest = {table: found[table][-share * many :] for table, share in shares.items() if share}
    return Written(found["procedure_version"], [list(_of(number, newest, shares)) for number in range(many)])


def _of(number: int, rows: Mapping[str, Sequence[Row]], shares: Mapping[str, int]) -> Iterator[tuple[str, Row]]:
    for table, found in rows.items():
        share = shares[table]
        yield from ((table, row) for row in found[number * share : (number + 1) * share])


def _insert(table: str, row: Row, mark: str) -> str:
    names = ", ".join(f'"{name}"' for name in row.keys())  # noqa: SIM118 - an sqlite3.Row iterates over values
    places = ", ".join("?" if mark == "?" else f"${place}" for place, _ in enumerate(row.keys(), 1))
    return f'INSERT INTO "{table}" ({names}) VALUES ({places})'
