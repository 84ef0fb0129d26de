"""A PostgreSQL database as one side of a move.

While it is being filled it has no foreign keys: what they were stands in a table of its own, which also keeps the
program from starting on half a record (``inbox.migrate``). They come back, checked, with the end of the move.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from inbox.database import credentials
from inbox.migrate import UNFINISHED
from inbox.moving_tables import SERIES, Row, Table, from_postgres, tables, to_postgres
from inbox.refused import Refused

_KEYS = f"""CREATE TABLE {UNFINISHED} AS
SELECT conrelid::regclass::text AS owner, conname::text AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"""  # noqa: S608 - a name of ours
_COLUMNS = """SELECT table_name::text AS owner, column_name::text AS name, udt_name::text AS type
FROM information_schema.columns WHERE table_schema = 'public'"""
_SEQUENCES = "SELECT sequencename::text AS name, last_value FROM pg_sequences WHERE schemaname = 'public'"


class PostgresSide:
    """Rows of a database, read or written; ``close`` it."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection

    @classmethod
    async def open(cls, url: str, *, snapshot: bool = False) -> PostgresSide:
        """Connect. ``snapshot``: everything that is read is of one moment. Raises Refused ``move-unreachable``."""
        try:
            connection = await asyncpg.connect(**credentials(url))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Refused("move-unreachable", detail=f"{type(error).__name__}: {error}"[:200]) from error
        if snapshot:
            await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return cls(connection)

    async def tables(self) -> list[Table]:
        """The record's."""
        columns: dict[str, dict[str, str]] = {}
        for row in await self._connection.fetch(_COLUMNS):
            columns.setdefault(row["owner"], {})[row["name"]] = row["type"]
        return tables(columns)

    async def rows(self, table: Table, after: Any, most: int) -> list[Row]:
        """The rows whose key comes after that one, in its order; None is before the first."""
        where, values = (f'WHERE "{table.key}" > $1', [after]) if after is not None else ("", [])
        sql = f'SELECT {_names(table)} FROM "{table.name}" {where} ORDER BY "{table.key}" LIMIT {most:d}'  # noqa: S608
        found = from_postgres(table, await self._connection.fetch(sql, *values))
        ended = table.name == "counter" and len(found) < most and not (after and SERIES.fullmatch(after))
        return found + await self._series() if ended else found

    async def last(self, table: Table) -> Any:
        """The greatest key; None without rows."""
        return await self._connection.fetchval(f'SELECT max("{table.key}") FROM "{table.name}"')  # noqa: S608

    async def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, all or none. Raises Refused ``move-row-unfit`` where PostgreSQL cannot hold one."""
        if table.name == "counter":
            await self._number_series([row for row in rows if SERIES.fullmatch(row[0])])
            rows = [row for row in rows if not SERIES.fullmatch(row[0])]
        try:
            await self._connection.copy_records_to_table(
                table.name, records=to_postgres(table, rows), columns=list(table.columns)
            )
        except (asyncpg.DataError, ValueError) as error:
            first, last = rows[0][table.place], rows[-1][table.place]
            raise Refused("move-row-unfit", table=table.name, rows=f"{first}–{last}", detail=str(error)) from error

    async def clear(self, table: Table) -> None:
        """Take its rows away again."""
        await self._connection.execute(f'DELETE FROM "{table.name}"')  # noqa: S608

    async def prepare(self) -> None:
        """Make ready for rows; an earlier move is gone on with.

        Raises: Refused ``move-target-full`` where there is a record already.
        """
        if await self._connection.fetchval("SELECT to_regclass($1)", UNFINISHED):
            return
        full = [table.name for table in await self.tables() if await self.last(table) is not None]
        if full:
            raise Refused("move-target-full", tables=", ".join(full[:5]))
        async with self._connection.transaction():
            await self._connection.execute(_KEYS)
            for key in await self._connection.fetch(f"SELECT owner, name FROM {UNFINISHED}"):  # noqa: S608
                await self._connection.execute(f'ALTER TABLE {key["owner"]} DROP CONSTRAINT "{key["name"]}"')

    async def finish(self, numbers: dict[str, int]) -> None:
        """Number on after ``numbers``, put the foreign keys back, and open the record."""
        async with self._connection.transaction():
            for name, last in numbers.items():
                await self._connection.execute(_NUMBER_ON, f"{name}_id_seq", last)
            for key in await self._connection.fetch(f"SELECT owner, name, definition FROM {UNFINISHED}"):  # noqa: S608
                await self._connection.execute(
                    f'ALTER TABLE {key["owner"]} ADD CONSTRAINT "{key["name"]}" {key["definition"]}'
                )
            await self._connection.execute(f"DROP TABLE {UNFINISHED}")
        await self._connection.execute("ANALYZE")

    async def numbers(self) -> dict[str, int]:
        """The last number that each table's rows were given, whether the row is still there or not."""
        found = await self._connection.fetch(_SEQUENCES)
        given = {row["name"]: row["last_value"] or 0 for row in found}
        return {name.removesuffix("_id_seq"): last for name, last in given.items() if name.endswith("_id_seq")}

    async def close(self) -> None:
        """Disconnect."""
        await self._connection.close()

    async def _series(self) -> list[Row]:
        found = await self._connection.fetch(_SEQUENCES)
        return [
            (row["name"], row["last_value"]) for row in found if SERIES.fullmatch(row["name"]) and row["last_value"]
        ]

    async def _number_series(self, rows: Sequence[Row]) -> None:
        for name, last in rows:
            await self._connection.execute(f"CREATE SEQUENCE IF NOT EXISTS {name}")
            await self._connection.execute("SELECT setval(to_regclass($1), $2)", name, last)


_NUMBER_ON = "SELECT setval(to_regclass($1), $2::bigint) WHERE to_regclass($1) IS NOT NULL AND $2::bigint > 0"


def _names(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.columns)
