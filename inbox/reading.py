"""Whole rows of several tables in one visit to the database, without building statements: what the desk asks for with
every page. Reads only.

Which columns a row has is the models'. Rows are the models' own, as if the ORM had read them; on SQLite all questions
go to the connection's thread together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar

from tortoise.fields import DatetimeField
from tortoise.models import Model
from tortoise.queryset import ValuesQuery

from inbox.database import answers

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Question(Generic[M]):
    """All columns, or ``columns``, of a model's rows, where the table is called ``t``; parameters are ``$1`` ...

    ``rest`` is what stands behind the table's name; ``also`` more columns, which only ``Answers.raw`` shows.
    """

    model: type[M]
    rest: str
    values: tuple[Any, ...]
    columns: tuple[str, ...] = ()
    also: str = ""

    @property
    def statement(self) -> str:
        """The SQL."""
        return _select(self.model, self.rest, self.columns, self.also)


class Answers:
    """What several questions found."""

    def __init__(self, found: Mapping[Question[Any], Sequence[Mapping[str, Any]]]) -> None:
        self._found = found

    def rows(self, question: Question[M]) -> list[M]:
        """The rows as the model's."""
        times = _times(question.model)
        return [question.model._init_from_db(**timed(row, times)) for row in self._found[question]]

    def raw(self, question: Question[Any]) -> Sequence[Mapping[str, Any]]:
        """The rows as the driver gave them."""
        return self._found[question]


async def ask(*questions: Question[Any]) -> Answers:
    """Read them all; inside ``database.reading`` or a transaction."""
    found = await answers([(question.statement, question.values) for question in questions])
    return Answers(dict(zip(questions, found, strict=True)))


async def plainly(found: ValuesQuery[Any]) -> list[dict[str, Any]]:
    """The rows of an ORM's query as the driver gives them; on SQLite times are texts (``timed``), truths 0 and 1."""
    found._choose_db_if_not_chosen()
    found._make_query()
    return await found._db.execute_query_dict(*found.query.get_parameterized_sql())


def timed(row: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The row with the times under these names as times. Python's own reading of them is ten times the ORM's."""
    read = {name: datetime.fromisoformat(row[name]) for name in names if isinstance(row.get(name), str)}
    return {**row, **read}


@lru_cache
def _times(model: type[Model]) -> tuple[str, ...]:
    """The columns of a model that hold times."""
    meta = model._meta
    return tuple(
        column for name, column in meta.fields_db_projection.items() if type(meta.fields_map[name]) is DatetimeField
    )


@lru_cache
def _select(model: type[Model], rest: str, columns: tuple[str, ...], also: str) -> str:
    meta = model._meta
    names = ", ".join(f't."{name}"' for name in columns or meta.fields_db_projection.values())
    return f'SELECT {names}{", " if also else ""}{also} FROM "{meta.db_table}" t {rest}'  # noqa: S608 - our own words
