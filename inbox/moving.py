"""Carries a whole record from one database to another, row by row, and proves that nothing was lost on the way.

A move that was broken off goes on where it stopped: rows go over in the order of their keys, a batch at a time, so the
greatest key that arrived says where. At the end every table is weighed on both sides; one that differs (the old record
was written to between two tries) goes over anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

from inbox.database import file_of
from inbox.migrate import migrate
from inbox.moving_postgres import PostgresSide
from inbox.moving_sqlite import SqliteSide
from inbox.moving_tables import Row, Table, Weight, add
from inbox.refused import Refused

BATCH = 2000
Told = Callable[[str, int], None]
"""Is told how many rows of a table are over, now and then."""


def _silent(table: str, rows: int) -> None:
    """For whoever need not be told."""


class Source(Protocol):
    """What rows are read from."""

    async def tables(self) -> list[Table]:
        """The record's."""
        ...

    async def rows(self, table: Table, after: Any, most: int) -> list[Row]:
        """The rows whose key comes after that one."""
        ...

    async def numbers(self) -> dict[str, int]:
        """The last number given to each table's rows."""
        ...


class Target(Source, Protocol):
    """What rows are written to."""

    async def last(self, table: Table) -> Any:
        """The greatest key; None without rows."""
        ...

    async def put(self, table: Table, rows: Sequence[Row]) -> None:
        """Add rows, all or none."""
        ...

    async def clear(self, table: Table) -> None:
        """Take its rows away again."""
        ...


async def move(source: str, target: str, told: Told) -> dict[str, Weight]:
    """Carry an SQLite record into an empty PostgreSQL database; answers each table's weight.

    Nobody can write to the source meanwhile. Raises: Refused ``move-source-missing``, ``move-source-busy``,
    ``move-unreachable``, ``move-target-full``, ``move-row-unfit`` or ``move-differs``.
    """
    if not file_of(source).is_file():
        raise Refused("move-source-missing", file=str(file_of(source)))
    await (await PostgresSide.open(target)).close()
    await migrate(source)
    await migrate(target, moving=True)
    taken = SqliteSide(file_of(source), hold=True)
    try:
        return await fill(taken, target, told)
    finally:
        await taken.close()


async def fill(source: Source, target: str, told: Told = _silent) -> dict[str, Weight]:
    """Carry everything into a migrated PostgreSQL database that holds nothing, or what an earlier try brought."""
    side = await PostgresSide.open(target)
    try:
        await side.prepare()
        for table in await side.tables():
            await _carry(source, side, table, told)
        weights = await _proved(source, side, told)
        await side.finish(await source.numbers())
    finally:
        await side.close()
    return weights


async def copy(source: Source, file: Path) -> None:
    """Carry everything into a new SQLite file beside others' reach."""
    await migrate(f"sqlite://{file}")
    side = SqliteSide(file)
    try:
        for table in await side.tables():
            await _carry(source, side, table, _silent)
        await side.number(await source.numbers())
    finally:
        await side.close()


async def weigh(side: Source, table: Table) -> Weight:
    """All rows of a table."""
    weight, after = Weight(), None
    while rows := await side.rows(table, after, BATCH):
        weight, after = add(weight, table, rows), rows[-1][table.place]
        if len(rows) < BATCH:
            break
    return weight


async def _carry(source: Source, target: Target, table: Table, told: Told) -> None:
    """What of a table is not over yet; a table without growing keys is small and goes over whole."""
    if not table.grows:
        await target.clear(table)
    after, done = await target.last(table), 0
    while rows := await source.rows(table, after, BATCH):
        await target.put(table, rows)
        done, after = done + len(rows), rows[-1][table.place]
        told(table.name, done)
        if len(rows) < BATCH:
            break


async def _proved(source: Source, target: PostgresSide, told: Told) -> dict[str, Weight]:
    weights: dict[str, Weight] = {}
    for table in await target.tables():
        weights[table.name] = await weigh(source, table)
        if weights[table.name] == await weigh(target, table):
            continue
        await target.clear(table)
        await _carry(source, target, table, told)
        if weights[table.name] != await weigh(target, table):
            raise Refused("move-differs", table=table.name)
    return weights
