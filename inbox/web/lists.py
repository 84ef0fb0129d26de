"""The list pane: whose queue, what is filtered, each line with its clock; and the page that starts an officer's day.

The filters live in the address, so that a list can be kept as a bookmark and goes along to the ticket beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from config.schema import ChannelEntry, Office
from inbox import notices
from inbox.database import Database
from inbox.forms import clean
from inbox.search import Filters, Row, Search
from inbox.web.clocks import Clock, clock
from inbox.web.gate import Visit
from inbox.web.rail import QUEUES, Rails
from inbox.worktime import Calendar

STATUSES = ("open", "waiting", "answered", "closed", "handed-on")
_KEPT = ("antrean", "q", "pintu", "keadaan")
_PAGE_ROWS = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list as a page shows it."""

    row: Row
    clock: Clock
    group: str
    door: str
    door_name: str


@dataclass(frozen=True, slots=True)
class Pane:
    """The list with its filters. ``keep``, ``first`` and ``next`` are the query parts of links; ``open`` a number."""

    queue: str
    path: str
    q: str
    door: str
    status: str
    doors: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]
    keep: str
    first: str
    next: str
    paged: bool
    open: str

    @property
    def statuses(self) -> tuple[str, ...]:
        """Which statuses can be chosen: all of them where the queue itself does not say."""
        return STATUSES if self.queue in {"all", "found"} else ()


class Lists:
    """/meja/ and the pane beside a ticket."""

    def __init__(self, database: Database, calendars: Mapping[str, Calendar], search: Search, rails: Rails) -> None:
        self._database, self._calendars, self._search, self._rails = database, calendars, search, rails

    async def page(self, visit: Visit) -> web.Response:
        """GET /meja/."""
        pane = await self.pane(visit)
        calendar = self._calendars[visit.office.id]
        async with self._database.reading():
            unseen = await notices.unseen(visit.office.id, visit.by.roles, visit.by.officer_id)
        values: dict[str, Any] = {
            "list": pane,
            "notices": unseen[:12],
            "open_now": calendar.is_open(visit.now),
            "next_open": calendar.next_open(visit.now),
        }
        return visit.page("pages/list.html", rail=await self._rails.of(visit, pane.queue), **values)

    async def see(self, visit: Visit) -> web.Response:
        """POST /meja/dibaca: one notice is seen."""
        digits = visit.posted.text("notice")
        wanted = int(digits[:18]) if digits.isdecimal() else 0

        async def work() -> None:
            await notices.see(visit.office.id, visit.by.roles, visit.by.officer_id, visit.now, notice_id=wanted)

        if wanted:
            await self._database.transaction(work)
        return visit.go("/meja/")

    async def pane(self, visit: Visit, open_number: str = "") -> Pane:
        """The list that the address asks for. Raises Refused for a cursor or status that is none."""
        query = visit.request.query
        path = query.get("antrean", "")
        path = path if path in QUEUES else next(iter(QUEUES))
        q, status = clean(query.get("q", ""))[:200], query.get("keadaan", "")
        door = query.get("pintu", "") if query.get("pintu") in doors(visit.office) else ""
        queue = "found" if q else QUEUES[path]
        filters = _filters(queue, q, door, status)
        listing = await self._search.tickets(visit.by, filters, visit.now, query.get("mulai", "")[:80], _PAGE_ROWS)
        first = address(query)
        return Pane(
            queue=queue,
            path=path,
            q=q,
            door=door,
            status=status,
            doors=tuple((id_, entry.name or id_) for id_, entry in doors(visit.office).items()),
            lines=tuple(self._line(visit, row, queue) for row in listing.rows),
            keep=address(query, "mulai"),
            first=first,
            next=f"{first or '?'}&{urlencode({'mulai': listing.next})}" if listing.next else "",
            paged=bool(query.get("mulai")),
            open=open_number,
        )

    def _line(self, visit: Visit, row: Row, queue: str) -> Line:
        time = clock(self._calendars[visit.office.id], row.status, row.due_at, visit.now)
        entry = doors(visit.office).get(row.channel)
        grouped = queue in {"mine", "role", "all"}
        group = {"late": "late", "paused": "none", "none": "none"}.get(time.state, "due") if grouped else ""
        return Line(row, time, group, entry.kind if entry else "", (entry.name if entry else "") or row.channel)


def doors(office: Office) -> dict[str, ChannelEntry]:
    """The office's doors by their full ids."""
    return {f"{office.id}-{name}": entry for name, entry in office.channels.items()}


def address(query: Mapping[str, str], *also: str) -> str:
    """The query part of an address that shows the same list."""
    kept = urlencode({name: query[name] for name in (*_KEPT, *also) if query.get(name)})
    return f"?{kept}" if kept else ""


def _filters(queue: str, q: str, door: str, status: str) -> Filters:
    if queue == "found":
        return Filters(status=status if status in STATUSES else "all", channel=door, q=q)
    if queue in {"waiting", "answered", "closed"}:
        return Filters(status=queue, channel=door)
    if queue == "late":
        return Filters(channel=door, late=True)
    if queue == "all" and status in STATUSES:
        return Filters(status=status, channel=door)
    return Filters(queue=queue, channel=door)  # type: ignore[arg-type]
