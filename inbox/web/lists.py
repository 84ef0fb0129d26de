"""The list pane: whose queue, what is filtered, each line with its clock; and the page that starts an officer's day.

The filters live in the address, so that a list can be kept as a bookmark and goes along to the ticket beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from inbox import notices
from inbox.daily import Daily
from inbox.database import Database
from inbox.saved_views import View
from inbox.search import Row, Search
from inbox.web.clocks import Clock, clock
from inbox.web.filtering import STATUSES, Asked, Chip, Choices, address, chips, choices, doors, read
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rail, Rails, view_of
from inbox.worktime import Calendar

__all__ = ["Lists", "address", "doors"]
_PAGE_ROWS = 40
_CROWD, _BURST = 3, timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list as a page shows it. ``beside``: others' complaints of the very same words, folded below."""

    row: Row
    clock: Clock
    group: str
    door: str
    door_name: str
    beside: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Pane:
    """The list with its filters. ``keep``, ``first`` and ``next`` are the query parts of links; ``open`` a number.

    ``view`` is the saved view that is open. ``more``: more was found than is shown. ``rail`` stands beside it.
    """

    asked: Asked
    chips: tuple[Chip, ...]
    choices: Choices
    lines: tuple[Line, ...]
    keep: str
    first: str
    next: str
    paged: bool
    open: str
    view: View | None
    more: bool
    rail: Rail

    @property
    def queue(self) -> str:
        """The queue's id; found where words were searched for."""
        return self.asked.queue

    @property
    def statuses(self) -> tuple[str, ...]:
        """Which statuses can be chosen: all of them where the queue itself does not say."""
        return STATUSES if self.queue in {"role", "mine", "all", "found"} else ()


class Lists:
    """/meja/ and the pane beside a ticket."""

    def __init__(
        self,
        database: Database,
        calendars: Mapping[str, Calendar],
        search: Search,
        rails: Rails,
        daily: Daily,
    ) -> None:
        self._database, self._calendars, self._search, self._rails = database, calendars, search, rails
        self._daily = daily

    async def page(self, visit: Visit, **more: Any) -> web.Response:
        """GET /meja/."""
        pane = await self.pane(visit)
        calendar = self._calendars[visit.office.id]
        async with self._database.reading():
            unseen = await notices.unseen(visit.office.id, visit.by.roles, visit.by.officer_id)
        values: dict[str, Any] = {
            "list": pane,
            "checks": await self._daily.awaited(visit.by, visit.now),
            "given": Given(),
            "notices": unseen[:12],
            "open_now": calendar.is_open(visit.now),
            "next_open": calendar.next_open(visit.now),
        }
        return visit.page("pages/list.html", rail=pane.rail, **values | more)

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
        """The list that the address asks for. Raises Refused for a cursor that is none."""
        query = visit.request.query
        full = await self._rails.full(visit)
        known, views = full.offered, full.views
        offered = choices(visit.office, known.officers, known.labels)
        asked = read(query, offered)
        listing = await self._search.tickets(
            visit.by, asked.filters, visit.now, query.get("mulai", "")[:80], _PAGE_ROWS
        )
        first, view = address(query), view_of(visit, views)
        return Pane(
            asked=asked,
            chips=chips(query, asked, offered),
            choices=offered,
            lines=folded([self._line(visit, row, asked) for row in listing.rows], open_number),
            keep=address(query, "mulai"),
            first=first,
            next=f"{first or '?'}&{urlencode({'mulai': listing.next})}" if listing.next else "",
            paged=bool(query.get("mulai")),
            open=open_number,
            view=next((one for one in views if one.id == view), None),
            more=listing.more,
            rail=self._rails.shown(visit, asked.queue, full),
        )

    def _line(self, visit: Visit, row: Row, asked: Asked) -> Line:
        time = clock(self._calendars[visit.office.id], row.status, row.due_at, visit.now)
        entry = doors(visit.office).get(row.channel)
        grouped = asked.filters.standing in {"live", "open"} and asked.queue not in {"late", "today", "snoozed"}
        group = {"late": "late", "paused": "none", "none": "none"}.get(time.state, "due") if grouped else ""
        return Line(row, time, group, entry.kind if entry else "", (entry.name if entry else "") or row.channel)


def folded(lines: Sequence[Line], kept: str = "") -> tuple[Line, ...]:
    """The same lines, where several people sent the very same words within a day those under the first of them.

    Each stays what it is: a complaint of its own, in its place among its like. ``kept``: the number that is open, which
    stays in sight.
    """
    alike: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        if line.row.same and not line.row.snippet and line.row.number != kept:
            alike.setdefault((line.row.same, line.group), []).append(line)
    below: dict[int, tuple[Line, ...]] = {}
    for first, *others in alike.values():
        near = [one for one in others if abs(one.row.opened_at - first.row.opened_at) <= _BURST]
        if len({one.row.citizen_id for one in (first, *near)}) >= _CROWD:
            below[first.row.id] = tuple(near)
    hidden = {one.row.id for others in below.values() for one in others}
    shown = (line for line in lines if line.row.id not in hidden)
    return tuple(replace(line, beside=below.get(line.row.id, ())) for line in shown)
