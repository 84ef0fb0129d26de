"""The rail beside every page of the desk: the queues with their counts, saved views, and how much is in trouble."""

from __future__ import annotations

from dataclasses import dataclass

from inbox import models, queues, saved_views
from inbox.database import Database
from inbox.saved_views import View
from inbox.search import Search
from inbox.web.filtering import QUEUES
from inbox.web.gate import Visit

_TROUBLE = ("failed", "unsure", "handover")


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: its id, its name in an address, and how many live tickets it holds where that is counted."""

    id: str
    path: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Rail:
    """What the rail shows; ``here`` is the queue or page that is open, ``view`` the saved view."""

    queues: tuple[Queue, ...]
    views: tuple[View, ...]
    troubles: int
    here: str
    view: int


class Rails:
    """Reads the rail: a query for the queues, one for the views, two or three for the trouble."""

    def __init__(self, database: Database, search: Search) -> None:
        self._database, self._search = database, search

    async def of(self, visit: Visit, here: str) -> Rail:
        """The rail of an officer's page."""
        async with self._database.reading():
            office = visit.office.id
            counts = await queues.counts(visit.by, visit.office, visit.now)
            views = await saved_views.of(visit.by)
            troubles = await models.Delivery.filter(office=office, state__in=_TROUBLE).count()
            troubles += await models.SetAside.filter(office=office, resolved_at=None).count()
            if visit.office.webhooks:
                troubles += await models.HookEvent.filter(office=office, state="failed").count()
        shown = tuple(Queue(id_, path, getattr(counts, id_, None)) for path, id_ in QUEUES.items())
        return Rail(shown, views, troubles, here, view_of(visit, views))


def view_of(visit: Visit, views: tuple[View, ...]) -> int:
    """The saved view that the address names; 0 for none of the officer's."""
    asked = visit.request.query.get("tampilan", "")
    return next((one.id for one in views if str(one.id) == asked), 0)
