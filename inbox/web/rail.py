"""The rail beside every page of the desk: the queues with their counts, saved views, and how much is in trouble."""

from __future__ import annotations

from dataclasses import dataclass

from inbox import queues, saved_views
from inbox.database import Database
from inbox.paper_reading import PaperReading
from inbox.saved_views import View
from inbox.web.filtering import QUEUES
from inbox.web.gate import Visit


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue: its id, its name in an address, and how many live tickets it holds where that is counted."""

    id: str
    path: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Rail:
    """What the rail shows; ``here`` is the queue or page that is open, ``view`` the saved view. ``papers``: how many
    wait for the officer's paraf or signature; None where the office has none that do.
    """

    queues: tuple[Queue, ...]
    views: tuple[View, ...]
    troubles: int
    papers: int | None
    here: str
    view: int


class Rails:
    """Reads the rail: a statement for the queues, one for the views, one for the trouble, one for the papers."""

    def __init__(self, database: Database, papers: PaperReading) -> None:
        self._database, self._papers = database, papers

    async def of(self, visit: Visit, here: str) -> Rail:
        """The rail of an officer's page."""
        async with self._database.reading():
            counts = await queues.counts(visit.by, visit.office, visit.now)
            views = await saved_views.of(visit.by)
            troubles = await queues.troubles(visit.office)
        papers = len(await self._papers.waiting(visit.by)) if _lives(visit) else None
        shown = tuple(Queue(id_, path, getattr(counts, id_, None)) for path, id_ in QUEUES.items())
        return Rail(shown, views, troubles, papers, here, view_of(visit, views))


def _lives(visit: Visit) -> bool:
    return any(kind.has_life for kind in visit.office.papers)


def view_of(visit: Visit, views: tuple[View, ...]) -> int:
    """The saved view that the address names; 0 for none of the officer's."""
    asked = visit.request.query.get("tampilan", "")
    return next((one.id for one in views if str(one.id) == asked), 0)
