"""Days of all doors held against their platforms: what is missing, taking it in, and the signature under a day."""

from __future__ import annotations

import asyncio
from datetime import date

from aiohttp import web

from channels.base import Program
from inbox.door_days import DoorDays, over
from inbox.models import DoorDay
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails
from inbox.web.settings import HOME, day_of

_PATH = HOME + "/pencocokan"
# More would keep the officer waiting; pressed again, the next ones are brought.
_MOST_BROUGHT, _BRING_SECONDS = 20, 60


class DayPages:
    """/meja/pengaturan/pencocokan."""

    def __init__(self, tickets: Tickets, program: Program, rails: Rails) -> None:
        self._days, self._program, self._rails = DoorDays(tickets), program, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.get(_PATH, officer(self.page)),
            web.post(_PATH, officer(self.sign)),
            web.post(_PATH + "/{channel}", officer(self.bring)),
        ]

    async def page(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: one day, ``hari``, or the last that was compared; and how the days before it stand."""
        day = _asked(visit)
        rows, lately = await self._days.of_day(visit.by, day), await self._days.lately(visit.by)
        return visit.page(
            "pages/settings/days.html",
            status=422 if given else 200,
            rail=await self._rails.of(visit, "settings"),
            given=given or Given(),
            tab="days",
            chosen=day,
            rows=rows,
            known=_names(visit),
            days=_by_day(lately),
        )

    async def sign(self, visit: Visit) -> web.Response:
        """POST: ``hari`` and the note."""
        day = _asked(visit)
        try:
            await self._days.sign(visit.by, day, visit.posted.text("note"), visit.now)
        except (Forbidden, Missing):
            raise
        except Refused as refused:
            return await self.page(visit, Given("days", visit.posted, refused))
        return visit.go(f"{_PATH}?hari={day}&kabar=tersimpan")

    async def bring(self, visit: Visit) -> web.Response:
        """POST {channel}: take in what is missing of ``hari``."""
        channel, day = visit.request.match_info["channel"][:100], _asked(visit)
        row = await self._days.one(visit.by, channel, day)
        wanted = [one for one in row.rows if one["state"] not in {"taken", "gone"}][:_MOST_BROUGHT]
        states: dict[str, str] = {}
        try:
            async with asyncio.timeout(_BRING_SECONDS):
                for one in wanted:
                    states[one["id"]] = await self._program.bring(channel, one["place"]) or "taken"
        except TimeoutError:
            pass  # what came in stays in, and is noted below
        await self._days.settle(visit.by, channel, day, states, visit.now)
        self._program.wake()
        return visit.go(f"{_PATH}?hari={day}#{channel}")


def _asked(visit: Visit) -> date:
    """The day that is meant. Raises Refused ``day-unreadable``."""
    text = visit.posted.text("hari") or visit.request.query.get("hari", "")
    return day_of("hari", text) if text else over(visit.office, visit.now)


def _names(visit: Visit) -> dict[str, tuple[str, str]]:
    """Name and kind of each door by its id."""
    office = visit.office
    return {f"{office.id}-{name}": (entry.name or name, entry.kind) for name, entry in office.channels.items()}


def _by_day(rows: list[DoorDay]) -> dict[date, list[DoorDay]]:
    found: dict[date, list[DoorDay]] = {}
    for row in rows:
        found.setdefault(row.day, []).append(row)
    return found
