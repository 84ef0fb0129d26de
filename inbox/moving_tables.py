"""The tables of a record as they cross from one engine to the other: what they are, and each value in one form.

That form is what SQLite stores: times in UTC and dates as ISO 8601 text, flags as 0 and 1, JSON as its text. The
search's own tables stay behind: they are made anew from the record. Pure.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from tortoise.fields import BigIntField
from tortoise.models import Model

from inbox import models

SERIES = re.compile(r"ticket_[a-z]{3}_[0-9]{2}")
"""What ticket numbers are counted under: a row of ``counter`` on SQLite, a sequence on PostgreSQL."""

Row = tuple[Any, ...]
_KINDS = {"timestamptz": "time", "date": "date", "bool": "flag", "jsonb": "json", "JSON": "json"}
# Transactions are numbered by each server for itself: beside another one every earlier transaction has ended.
_SERVERS_OWN = frozenset({("hook_reading", "mark_xid")})


@dataclass(frozen=True, slots=True)
class Table:
    """A table as an engine has it, its columns by name.

    ``kinds`` are the columns': time, date, flag, json, own (a server's own number) or plain; SQLite has only the last
    three. ``grows``: rows have a number for a key, and later rows a greater one.
    """

    name: str
    key: str
    grows: bool
    columns: tuple[str, ...]
    kinds: tuple[str, ...] = field(compare=False)

    @property
    def place(self) -> int:
        """Where the key stands in a row."""
        return self.columns.index(self.key)


@dataclass(frozen=True, slots=True)
class Weight:
    """How many rows, and the sum of their digests: the same for the same rows in whatever order."""

    rows: int = 0
    digest: str = f"{0:032x}"


def tables(columns: Mapping[str, Mapping[str, str]]) -> list[Table]:
    """Every table of the record, by name, with what its columns are called by an engine's own catalogue."""
    kept = [one for one in vars(models).values() if inspect.isclass(one) and issubclass(one, Model)]
    return sorted((_table(model, columns) for model in kept), key=lambda one: one.name)


def to_postgres(table: Table, rows: Iterable[Row]) -> list[Row]:
    """Rows in the values that asyncpg takes."""
    return [tuple(map(_typed, table.kinds, row)) for row in rows]


def from_postgres(table: Table, rows: Iterable[Sequence[Any]]) -> list[Row]:
    """Rows as asyncpg answers them."""
    return [tuple(map(_plain, table.kinds, row)) for row in rows]


def add(weight: Weight, table: Table, rows: Sequence[Row]) -> Weight:
    """The weight with further rows."""
    total = int(weight.digest, 16) + sum(_digest(table, row) for row in rows)
    return Weight(weight.rows + len(rows), f"{total % (1 << 128):032x}")


def _table(model: type[Model], columns: Mapping[str, Mapping[str, str]]) -> Table:
    name, key = model._meta.db_table, model._meta.db_pk_column
    found = sorted(columns[name].items())
    kinds = tuple("own" if (name, column) in _SERVERS_OWN else _KINDS.get(type_, "plain") for column, type_ in found)
    return Table(name, key, isinstance(model._meta.pk, BigIntField), tuple(column for column, _ in found), kinds)


def _typed(kind: str, value: Any) -> Any:
    if value is None or kind in {"plain", "json"}:
        return value
    if kind == "own":
        return 0
    return bool(value) if kind == "flag" else (datetime if kind == "time" else date).fromisoformat(value)


def _plain(kind: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if kind == "own":
        return 0
    return int(value) if isinstance(value, bool) else value


def _digest(table: Table, row: Row) -> int:
    said = json.dumps([_weighed(kind, value) for kind, value in zip(table.kinds, row, strict=True)])
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:16])


def _weighed(kind: str, value: Any) -> Any:
    """A value in the one spelling that both engines' forms of it have."""
    if kind == "json" and value is not None:
        return json.dumps(json.loads(value, parse_float=_number), sort_keys=True)
    if kind == "own":
        return 0
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else value


def _number(said: str) -> int | float:
    number = float(said)
    return int(number) if number.is_integer() else number
