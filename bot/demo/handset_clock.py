"""HP Warga's clock: what it says, where it can be moved, and moving it. Same-origin requests only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from aiohttp import web

from bot.demo.clock import Clock
from bot.demo.handset import same_origin
from bot.demo.jumps import Jumps
from config.schema import Offices
from inbox.web.forms import read
from inbox.worktime import Calendar


class ClockButtons:
    """GET and POST /hp/jam."""

    def __init__(self, clock: Clock, jumps: Jumps, offices: Offices, calendars: Mapping[str, Calendar]) -> None:
        self._clock, self._jumps, self._offices, self._calendars = clock, jumps, offices, calendars

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """jam."""
        return [web.get("/hp/jam", self.read), web.post("/hp/jam", same_origin(self.move))]

    async def read(self, request: web.Request) -> web.StreamResponse:
        """GET jam?kantor=: the demo's time, whether the office is open, its next days, where one can go."""
        office = request.query.get("kantor", "")
        if office not in self._offices.offices:
            raise web.HTTPNotFound
        now, calendar = self._clock(), self._calendars[office]
        stops = await self._jumps.stops(office)
        return web.json_response(
            {
                "sekarang": now.isoformat(),
                "maju": self._clock.ahead.total_seconds(),
                "buka": calendar.is_open(now),
                "buka_lagi": calendar.next_open(now).isoformat(),
                "hari": self._jumps.days(office),
                "tujuan": {one.id: {"ke": one.at.isoformat(), "nama": one.name} for one in stops},
            }
        )

    async def move(self, request: web.Request) -> web.StreamResponse:
        """POST jam: ke, a moment that is to come; 422 for any other."""
        posted = await read(request)
        try:
            await self._jumps.forward(_moment(posted.text("ke")))
        except ValueError:
            raise web.HTTPUnprocessableEntity from None
        return web.json_response({"sekarang": self._clock().isoformat()})


def _moment(text: str) -> datetime:
    """An aware moment in ISO 8601. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at
