"""Rows written without building statements: what the message road writes with every message.

Which columns a row has, their defaults, types and lengths are the models': a model that changes changes what is
written. Within a transaction rows wait on its sheet; outside of one they are written at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property, lru_cache
from typing import Any, Generic, TypeVar

from tortoise.fields import CharField, JSONField
from tortoise.models import Model

from inbox.database import rows
from inbox.sheet import Script, Shape, Statement, current

M = TypeVar("M", bound=Model)
T = TypeVar("T")


async def add(model: type[M], **values: Any) -> M:
    """A new row, with its id; in the caller's transaction. Raises ValueError where text is too long for its column."""
    table: Table[M] = table_of(model)
    sheet = current.get()
    if sheet is None:
        (new,) = await rows(*table.insertion(values))
        values["id"] = new["id"]
    else:
        values["id"] = await sheet.id(table.name)
        sheet.lay(table.whole, table.new(values))
    return table.row(values)


async def append(
    model: type[Model], *, unless: tuple[str, ...] = (), renewing: tuple[str, ...] = (), **values: Any
) -> None:
    """The same where nobody needs the row.

    Args:
        unless: columns of a key; the row that has it already stays as it is,
        renewing: but for these columns.
    """
    table, sheet = table_of(model), current.get()
    shape = table.without_id(unless, renewing)
    if sheet is None:
        await rows(*table.insertion(values, shape))
    else:
        sheet.lay(shape, table.new(values))


async def change(row: Model, **values: Any) -> None:
    """Set columns of a row that has its id; in the caller's transaction."""
    table, sheet = table_of(type(row)), current.get()
    for name, value in values.items():
        setattr(row, name, value)
    if sheet is None:
        await type(row).filter(pk=row.pk).update(**values)
    else:
        sheet.change(table.name, row.pk, table.stored(values), table.changing)


async def run(script: Script[T]) -> T:
    """The statements of a script, in the caller's transaction: on SQLite without waiting for each."""
    sheet = current.get()
    if sheet is None:
        return await _one_by_one(script)
    return await sheet.run(script)


async def expect(ids: Mapping[type[Model], int], counts: Mapping[str, int]) -> None:
    """So many rows will be added, and so many numbers of a series counted: the database is asked once for all."""
    sheet = current.get()
    if sheet is not None:
        await sheet.expect({table_of(model).name: many for model, many in ids.items()}, counts)


async def count(series: str) -> int:
    """The next number of a series, in the caller's transaction."""
    sheet = current.get()
    if sheet is None:
        raise LookupError("no transaction")
    return await sheet.count(series)


def adding(model: type[M], unless: tuple[str, ...] = (), **values: Any) -> Script[list[M]]:
    """A new row at once, as part of a script; none where one with the same ``unless`` is there."""
    table: Table[M] = table_of(model)
    found = yield table.insertion(values, table.without_id(unless))
    return [table.row(values | {"id": new["id"]}) for new in found]


class Table(Generic[M]):
    """A model's table, as rows are written to it."""

    def __init__(self, model: type[M]) -> None:
        meta = model._meta
        self._model, self.name, self._key = model, meta.db_table, meta.db_pk_column
        fields = {name: meta.fields_map[name] for name in meta.fields_db_projection}
        self._types = {name: _element(one.get_for_dialect("postgres", "SQL_TYPE")) for name, one in fields.items()}
        self._longest = {name: one.max_length for name, one in fields.items() if isinstance(one, CharField)}
        self._longest |= {name: _JSON for name, one in fields.items() if isinstance(one, JSONField)}
        self._made = tuple((name, one.default) for name, one in fields.items() if callable(one.default))
        self._defaults = {name: None if callable(one.default) else one.default for name, one in fields.items()}
        self._blank = self._defaults | {name: _json(make()) for name, make in self._made}

    @cached_property
    def whole(self) -> Shape:
        """A new row whose id is known."""
        return Shape(self.name, tuple(self._types), tuple(self._types.values()))

    @lru_cache  # noqa: B019 - tables live as long as the program
    def without_id(self, kept: tuple[str, ...] = (), renewed: tuple[str, ...] = ()) -> Shape:
        """A new row whose id the database gives, unless one with the same ``kept`` is there."""
        types = {name: type_ for name, type_ in self._types.items() if name != "id"}
        return Shape(self.name, tuple(types), tuple(types.values()), kept, renewed)

    @lru_cache  # noqa: B019
    def changing(self, columns: tuple[str, ...]) -> Shape:
        """Some columns of a row that is there."""
        return Shape(self.name, columns, tuple(self._types[name] for name in columns), change=True)

    def row(self, values: Mapping[str, Any]) -> M:
        """A row with these values, and defaults for the others, as if it had been read."""
        row = self._model.__new__(self._model)
        state = vars(row)
        state.update(_READ, _await_when_save={}, **self._defaults)
        for name, make in self._made:
            state[name] = make()
        state.update(values)
        return row

    def new(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Every column of a new row as the driver takes it. Raises KeyError for what is no column."""
        row = self._blank | self.stored(values)
        if len(row) > len(self._blank):
            raise KeyError(*(row.keys() - self._blank.keys()))
        return row

    def stored(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Some columns as the driver takes them. Raises ValueError where text is too long for its column."""
        longest, stored = self._longest, dict(values)
        for name, value in values.items():
            most = longest.get(name)
            if most is None or value is None:
                continue
            if most is _JSON:
                stored[name] = _json(value)
            elif len(value) > most:
                raise ValueError(f"{self.name}.{name}")
        return stored

    def insertion(self, values: Mapping[str, Any], shape: Shape | None = None) -> Statement:
        """One new row as a statement of its own, for a script; it answers its key, or nothing where one is kept."""
        one, new = shape or self.without_id(), self.new(values)
        return _insert(one, self._key), [new[name] for name in one.columns]


@lru_cache
def table_of(model: type[M]) -> Table[M]:
    """A model's table; once the models know each other, that is, once a database was opened."""
    return Table(model)


_JSON = -1
_encode = json.JSONEncoder(ensure_ascii=False).encode


def _json(value: Any) -> str:
    """Most such columns of most rows hold nothing."""
    return _EMPTY[type(value)] if not value and type(value) in _EMPTY else _encode(value)


_EMPTY: Mapping[type, str] = {dict: "{}", list: "[]"}
_READ = {"_partial": False, "_saved_in_db": True, "_custom_generated_pk": False}


@lru_cache
def _insert(shape: Shape, key: str) -> str:
    names = ", ".join(f'"{name}"' for name in shape.columns)
    places = ", ".join(f"${place}" for place in range(1, len(shape.columns) + 1))
    return f'INSERT INTO "{shape.table}" ({names}) VALUES ({places}){shape.unless} RETURNING "{key}"'  # noqa: S608


def _element(type_: str) -> str:
    """A type whose arrays PostgreSQL reads without cutting anything short."""
    return "TEXT" if type_.startswith("VARCHAR") else type_


async def _one_by_one(script: Script[T]) -> T:
    try:
        sql, values = next(script)
        while True:
            sql, values = script.send(await rows(sql, values))
    except StopIteration as end:
        answer: T = end.value
        return answer
