"""An SQLite file as one side of a move. Every call goes to a thread; one connection, one call at a time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from inbox.moving_tables import Row, Table, tables
from inbox.refused import Refused

T = TypeVar("T")
_BUSY_SECONDS = 5.0
_COLUMNS = "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"


class SqliteSide:
    """Rows of a file, read or written; ``close`` it. ``hold`` keeps others from writing meanwhile."""

    def __init__(self, file: Path, *, hold: bool = False) -> None:
        self._connection = sqlite3.connect(
            file, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=200
        )
        if hold:
            self._hold()

    async def tables(self) -> list[Table]:
        """The record's."""
        found = await self._ask(lambda connection: connection.execute(_COLUMNS).fetchall())
        columns: dict[str, dict[str, str]] = {}
        for table, column, type_ in found:
            columns.setdefault(table, {})[column] = type_
        return tables(columns)

    async def rows(self, table: Table, after: Any, most: int) -> list[Row]:
        """The rows whose key comes after that one, in its order; None is before the first."""
        where, values = (f' WHERE "{table.key}" > ?', [after]) if after is not None else ("", [])
        sql = f'SELECT {_names(table)} FROM "{table.name}"{where} ORDER BY "{table.key}" LIMIT {most:d}'  # noqa: S608
        return await self._ask(lambda connection: connection.execute(sql, values).fetchall())

    async def values(self, table: str, column: str) -> list[str]:
        """What stands in a column of text, each once."""
        sql = f'SELECT DISTINCT "{column}" FROM "{table}"'  # noqa: S608
        return [row[0] for row in await self._ask(lambda connection: connection.execute(sql).fetchall())]

    async def last(self, table: Table) -> Any:
        """The greatest key; None without rows."""
        sql = f'SELECT max("{table.key}") FROM "{table.name}"'  # noqa: S608
        return await self._ask(lambda connection: connection.execute(sql).fetchone()[0])

    async def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, all or none."""
        places = ", ".join("?" * len(table.columns))
        sql = f'INSERT INTO "{table.name}" ({_names(table)}) VALUES ({places})'  # noqa: S608

        def work(connection: sqlite3.Connection) -> None:
            connection.execute("BEGIN")
            try:
                connection.executemany(sql, rows)
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

        await self._ask(work)

    async def clear(self, table: Table) -> None:
        """Take its rows away again."""
        sql = f'DELETE FROM "{table.name}"'  # noqa: S608
        await self._ask(lambda connection: connection.execute(sql))

    async def numbers(self) -> dict[str, int]:
        """The last number that each table's rows were given, whether the row is still there or not."""
        found = await self._ask(
            lambda connection: connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
        )
        return dict(found)

    async def number(self, numbers: dict[str, int]) -> None:
        """Go on numbering after those."""

        def work(connection: sqlite3.Connection) -> None:
            connection.executemany("DELETE FROM sqlite_sequence WHERE name = ?", [(name,) for name in numbers])
            connection.executemany("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", numbers.items())

        await self._ask(work)

    async def sound(self) -> list[str]:
        """What SQLite itself finds wrong in the file: pages, and rows that point at nothing."""
        told = await self._ask(lambda connection: connection.execute("PRAGMA integrity_check(20)").fetchall())
        loose = await self._ask(lambda connection: connection.execute("PRAGMA foreign_key_check").fetchmany(20))
        return [row[0] for row in told if row[0] != "ok"] + [f"{row[0]} -> {row[2]}" for row in loose]

    async def close(self) -> None:
        """Let go of the file."""
        await self._ask(lambda connection: connection.close())

    def _hold(self) -> None:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            self._connection.close()
            raise Refused("move-source-busy") from error

    async def _ask(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.to_thread(work, self._connection)


def _names(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.columns)
