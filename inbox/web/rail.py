"""The rail beside every page of the desk: the queues with their counts, saved views, and how much is in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from inbox import offering, queues, saved_views
from inbox.counter import HANDED
from inbox.database import Database, answers
from inbox.offering import Offered
from inbox.paper_reading import PaperReading
from inbox.queues import Counts
from inbox.saved_views import View
from inbox.unchanged import Unchanged
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
    wait for the officer's paraf or signature; None where the office has none that do. ``handovers``: how many messages
    wait for a hand; None where the office has no door that needs one.
    """

    queues: tuple[Queue, ...]
    views: tuple[View, ...]
    troubles: int
    handovers: int | None
    papers: int | None
    here: str
    view: int


@dataclass(frozen=True, slots=True)
class Full:
    """What the rail is made of, with what a list's filters offer, and until when that holds if nobody does anything."""

    offered: Offered
    counts: Counts
    views: tuple[View, ...]
    troubles: int
    handovers: int | None
    papers: int | None
    until: datetime


class Rails:
    """Reads the rail: in one visit, but for the papers, and not again while nothing was committed."""

    def __init__(self, database: Database, papers: PaperReading) -> None:
        self._database, self._papers = database, papers
        self._full: Unchanged[Full] = Unchanged(database, lambda full: full.until)

    async def of(self, visit: Visit, here: str) -> Rail:
        """The rail of an officer's page."""
        return self.shown(visit, here, await self.full(visit))

    def shown(self, visit: Visit, here: str, full: Full) -> Rail:
        """The rail, where what it is made of is known."""
        shown = tuple(Queue(id_, path, getattr(full.counts, id_, None)) for path, id_ in QUEUES.items())
        return Rail(shown, full.views, full.troubles, full.handovers, full.papers, here, view_of(visit, full.views))

    async def full(self, visit: Visit) -> Full:
        """What an officer's rail is made of."""
        async with self._database.reading():
            return await self._full.get(visit.by, visit.now, lambda: self._read(visit))

    async def _read(self, visit: Visit) -> Full:
        by, office, now = visit.by, visit.office, visit.now
        rail = (queues.counting(by, office, now), saved_views.asked(by), queues.troubling(office))
        counts, views, troubles, known = await answers((*rail, offering.asked(office.id)))
        papers = len(await self._papers.waiting(by)) if _lives(visit) else None
        many, until = queues.counted(counts, office, now)
        handovers = int(troubles[0]["handovers"]) if _hands(visit) or troubles[0]["handovers"] else None
        trouble = int(troubles[0]["many"])
        return Full(offering.of(known), many, saved_views.of(views), trouble, handovers, papers, until)


def _lives(visit: Visit) -> bool:
    return any(kind.has_life for kind in visit.office.papers)


def _hands(visit: Visit) -> bool:
    return any(entry.kind in HANDED for entry in visit.office.channels.values())


def view_of(visit: Visit, views: tuple[View, ...]) -> int:
    """The saved view that the address names; 0 for none of the officer's."""
    asked = visit.request.query.get("tampilan", "")
    return next((one.id for one in views if str(one.id) == asked), 0)
