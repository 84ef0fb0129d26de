"""The sheet of an SQLite transaction: rows in the order they were laid, with the ids and numbers they got here.

Who runs statements, and in which thread, is ``inbox.sqlite``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Protocol, TypeVar

from inbox.sheet import Script, Shape, Sheet, Statement

T = TypeVar("T")
_MOST_SERIES = 16


class Transaction(Protocol):
    """What runs statements and then a script's, without anything in between."""

    async def together(self, statements: Sequence[Statement], script: Script[T]) -> T:
        """Answers what the script returns."""
        ...


class SqliteSheet(Sheet):
    """Writes in the order it was laid, because foreign keys are checked row by row.

    Ids are given here: whoever has the write lock knows the last one. They are forgotten when others may have given
    some, and read again with the next statements that go to the database anyway.
    """

    def __init__(self, transaction: Transaction, series: set[str]) -> None:
        super().__init__()
        self._transaction, self._series = transaction, series
        self._last: dict[str, int] | None = None
        self._stale: set[str] = set()
        self._counts: dict[str, int] = {}
        self._counted: set[str] = set()

    def lay(self, shape: Shape, values: dict[str, Any]) -> None:
        """A new row. Without an id it gets one that we do not know."""
        super().lay(shape, values)
        if values.get("id") is None:
            self._stale.add(shape.table)

    @property
    def waits(self) -> bool:
        """Whether anything is to be written."""
        return super().waits or bool(self._counted)

    def statements(self) -> list[Statement]:
        """What waits, as statements; the sheet is empty afterwards."""
        counted: list[Statement] = [(_COUNTED, (name, self._counts[name])) for name in self._counted]
        self._counted.clear()
        return [(_sql(line.shape), line.in_order()) for line in self.taken()] + counted

    def forget(self) -> None:
        """Others gave ids. Numbers they never take: those are ours as long as the lock is."""
        self._last = None

    async def run(self, script: Script[T]) -> T:
        """In one go, with the ids that will be asked for next."""
        looked = _then_look(script, self._series)
        answer: T
        answer, self._last, counts = await self._transaction.together(self.statements(), looked)
        self._counts = counts | self._counts
        self._stale.clear()
        return answer

    async def expect(self, ids: Mapping[str, int], counts: Mapping[str, int]) -> None:
        """Remembers the series, so that its last number comes with whatever is asked."""
        if len(self._series) > _MOST_SERIES:
            self._series.clear()
        self._series.update(counts)
        if self._last is None or not self._stale.isdisjoint(ids) or not self._counts.keys() >= counts.keys():
            await self.run(nothing())

    async def id(self, table: str) -> int:
        """One more than the last."""
        await self.expect({table: 1}, {})
        assert self._last is not None  # noqa: S101 - `expect` saw to it
        self._last[table] = self._last.get(table, 0) + 1
        return self._last[table]

    async def count(self, series: str) -> int:
        """One more than the last, written with everything else."""
        await self.expect({}, {series: 1})
        self._counts[series] += 1
        self._counted.add(series)
        return self._counts[series]


_LAST: Statement = ("SELECT name, seq FROM sqlite_sequence", ())
_COUNTED = "INSERT INTO counter (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"


def nothing() -> Script[None]:
    """A script without a statement."""
    yield from ()


def _then_look(script: Script[T], series: Iterable[str]) -> Script[tuple[T, dict[str, int], dict[str, int]]]:
    """A script, and then the last id of every table and the last number of some series."""
    answer, names = (yield from script), sorted(series)
    last = {row["name"]: row["seq"] for row in (yield _LAST)}
    counts = dict.fromkeys(names, 0)
    if names:
        places = ", ".join("?" * len(names))
        found = yield f"SELECT name, value FROM counter WHERE name IN ({places})", names  # noqa: S608
        counts |= {row["name"]: row["value"] for row in found}
    return answer, last, counts


@lru_cache
def _sql(shape: Shape) -> str:
    """A shape as a statement with its values in order."""
    if shape.change:
        setting = ", ".join(f'"{name}" = ?{place}' for place, name in enumerate(shape.columns[1:], 2))
        return f'UPDATE "{shape.table}" SET {setting} WHERE "id" = ?1'  # noqa: S608 - names of ours
    names, places = ", ".join(f'"{name}"' for name in shape.columns), ", ".join("?" * len(shape.columns))
    return f'INSERT INTO "{shape.table}" ({names}) VALUES ({places}){shape.unless}'  # noqa: S608


@lru_cache(maxsize=512)
def numbered(sql: str) -> str:
    """A statement with parameters ``$1``, ``$2`` ... as SQLite numbers them."""
    return re.sub(r"\$(\d+)", r"?\1", sql)
