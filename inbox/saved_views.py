"""Lists that somebody wants again: an officer's own, and those of the whole office.

Owns their names and order. An address is kept as it came, as text: whoever opens it reads it as any other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from config.schema import Office, Right
from inbox.actor import Actor
from inbox.database import Database
from inbox.forms import check_text
from inbox.models import SavedView
from inbox.refused import Forbidden, Missing, Refused
from inbox.sheet import Statement

# Who keeps the office's settings lays out lists for everybody, too.
FOR_ALL = Right.SETTINGS
MOST = 20
_LONGEST_NAME, _LONGEST_QUERY = 60, 1000
_THEIRS = """SELECT id, name, query, officer_id FROM saved_view
WHERE office = $1 AND (officer_id IS NULL OR officer_id = $2) ORDER BY officer_id IS NULL, name, id"""


@dataclass(frozen=True, slots=True)
class View:
    """A saved list. ``query`` begins with a question mark; ``shared`` with the office."""

    id: int
    name: str
    query: str
    shared: bool


def asked(by: Actor) -> Statement:
    """The statement that ``of`` reads the answer of."""
    return _THEIRS, [by.office, by.officer_id]


def of(rows: Sequence[Mapping[str, Any]]) -> tuple[View, ...]:
    """The officer's views, then the office's."""
    return tuple(View(row["id"], row["name"], row["query"], row["officer_id"] is None) for row in rows)


class SavedViews:
    """Keeps views."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, by: Actor, office: Office, name: str, query: str, *, shared: bool, now: datetime) -> int:
        """Save a list's address under a name; returns its id. Refused ``views-full``, Forbidden ``no-right``."""
        name = check_text("name", name, _LONGEST_NAME)
        if not query.startswith("?") or len(query) > _LONGEST_QUERY:
            raise Refused("view-unreadable", field="query")
        if shared and not by.may(office, FOR_ALL):
            raise Forbidden("no-right", right=FOR_ALL)
        owner = None if shared else by.officer_id

        async def work() -> SavedView:
            if await SavedView.filter(office=by.office, officer_id=owner).count() >= MOST:
                raise Refused("views-full", field="name", most=str(MOST))
            return await SavedView.create(office=by.office, officer_id=owner, name=name, query=query, created_at=now)

        made = await self._database.transaction(work)
        return int(made.id)

    async def rename(self, by: Actor, office: Office, view_id: int, name: str) -> None:
        """Another name. Missing ``view-missing``."""
        name = check_text("name", name, _LONGEST_NAME)
        await self._change(lambda: _theirs(by, office, view_id).update(name=name))

    async def remove(self, by: Actor, office: Office, view_id: int) -> None:
        """It is no longer wanted. Missing ``view-missing``."""
        await self._change(lambda: _theirs(by, office, view_id).delete())

    async def _change(self, change: Callable[[], Awaitable[int]]) -> None:
        async def work() -> None:
            if not await change():
                raise Missing("view-missing")

        await self._database.transaction(work)


def _theirs(by: Actor, office: Office, view_id: int) -> QuerySet[SavedView]:
    """The view, where the officer may change it."""
    owned = Q(officer_id=by.officer_id)
    if by.may(office, FOR_ALL):
        owned |= Q(officer_id=None)
    return SavedView.filter(owned, id=view_id, office=by.office)
