"""What a transaction is about to write, laid on its sheet until the transaction asks something or ends.

Owns order and merging: a row that is changed before it was written is written once, changed. Each database writes a
whole sheet in one go in its own way (``inbox.sqlite``, ``inbox.postgres``); what rows look like is ``inbox.writing``'s.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")
Row = Mapping[str, Any]
Statement = tuple[str, Sequence[Any]]
Script = Generator[Statement, Sequence[Row], T]
"""Statements with parameters ``$1``, ``$2`` ...; it is sent the rows of each and returns what it made of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One way to write to a table.

    Attributes:
        columns: what is written, ``id`` first in a change.
        types: PostgreSQL's, of the same columns.
        kept: the columns of a key where a row that is there already stays as it is; empty where that is a mistake.
        renewed: but for these columns of it.
        change: a row that is there is changed; else a new one is added.
    """

    table: str
    columns: tuple[str, ...]
    types: tuple[str, ...]
    kept: tuple[str, ...] = ()
    renewed: tuple[str, ...] = ()
    change: bool = False

    @property
    def unless(self) -> str:
        """What an INSERT does where the key is there already; both databases read it."""
        if not self.kept:
            return ""
        renewing = ", ".join(f'"{name}" = excluded."{name}"' for name in self.renewed)
        return f" ON CONFLICT ({', '.join(self.kept)}) DO {f'UPDATE SET {renewing}' if renewing else 'NOTHING'}"


@dataclass(slots=True)
class Line:
    """One row to be written. ``values`` by column, as the driver takes them."""

    shape: Shape
    values: dict[str, Any]

    def in_order(self) -> list[Any]:
        """The values in the order of the shape's columns."""
        values = self.values
        return [values[name] for name in self.shape.columns]


class Sheet(ABC):
    """One transaction's. Whoever asks the database something in it has the sheet written first."""

    def __init__(self) -> None:
        self._lines: dict[object, Line] = {}

    def lay(self, shape: Shape, values: dict[str, Any]) -> None:
        """A new row. One whose ``id`` is known can still be changed by it."""
        key = object() if values.get("id") is None else (shape.table, values["id"])
        self._lines[key] = Line(shape, values)

    def change(self, table: str, id_: int, values: dict[str, Any], shape: Callable[[tuple[str, ...]], Shape]) -> None:
        """Columns of a row, by its id. ``shape`` makes one of the columns that change."""
        line = self._lines.get((table, id_))
        if line is not None and not line.shape.change:
            line.values |= values
            return
        # A change that is changed again comes after what was laid meanwhile: it may point there.
        changes = (self._lines.pop((table, id_)).values if line else {}) | values | {"id": id_}
        columns = ("id", *(name for name in changes if name != "id"))
        self._lines[table, id_] = Line(shape(columns), changes)

    def taken(self) -> list[Line]:
        """What waits, in the order it was laid; the sheet is empty afterwards."""
        lines, self._lines = list(self._lines.values()), {}
        return lines

    @property
    def waits(self) -> bool:
        """Whether anything does."""
        return bool(self._lines)

    @abstractmethod
    async def run(self, script: Script[T]) -> T:
        """What waits, and then the statements of a script."""

    @abstractmethod
    async def expect(self, ids: Mapping[str, int], counts: Mapping[str, int]) -> None:
        """So many ids, by table, and numbers, by series, will be wanted: fetch them together."""

    @abstractmethod
    async def id(self, table: str) -> int:
        """The id of a table's next row."""

    @abstractmethod
    async def count(self, series: str) -> int:
        """The next number of a series that may have gaps; a series begins with 1 when it is first asked."""


current: ContextVar[Sheet | None] = ContextVar("sheet", default=None)
"""The sheet of the transaction that this task is in."""
