"""The rail beside every page of the desk: the queues with their counts, and how much is in trouble."""

from __future__ import annotations

from dataclasses import dataclass

from inbox import models
from inbox.database import Database
from inbox.search import Search
from inbox.web.gate import Visit

QUEUES = {
    "peran": "role",
    "milik": "mine",
    "semua": "all",
    "terlambat": "late",
    "menunggu": "waiting",
    "dijawab": "answered",
    "selesai": "closed",
}
_TROUBLE = ("failed", "unsure", "handover")


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: its id, its name in an address, and how many live tickets it holds where that is counted."""

    id: str
    path: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Rail:
    """What the rail shows; ``here`` is the queue or page that is open."""

    queues: tuple[Queue, ...]
    troubles: int
    here: str


class Rails:
    """Reads the rail: one query for the queues, two for the trouble, a third where the office has webhooks."""

    def __init__(self, database: Database, search: Search) -> None:
        self._database, self._search = database, search

    async def of(self, visit: Visit, here: str) -> Rail:
        """The rail of an officer's page."""
        counts = await self._search.counts(visit.by, visit.now)
        async with self._database.reading():
            office = visit.office.id
            troubles = await models.Delivery.filter(office=office, state__in=_TROUBLE).count()
            troubles += await models.SetAside.filter(office=office, resolved_at=None).count()
            if visit.office.webhooks:
                troubles += await models.HookEvent.filter(office=office, state="failed").count()
        queues = tuple(Queue(id_, path, getattr(counts, id_, None)) for path, id_ in QUEUES.items())
        return Rail(queues, troubles, here)
