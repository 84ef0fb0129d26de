"""The browsers that an officer is signed in at: shown, and ended one by one or all others at once."""

from __future__ import annotations

from aiohttp import web

from inbox import devices
from inbox.database import Database
from inbox.web.bulk import Guard
from inbox.web.gate import Visit
from inbox.web.rail import Rails
from inbox.web.session import digest

_ROOM = "/meja/saya/perangkat"


class DevicePages:
    """/meja/saya/perangkat."""

    def __init__(self, database: Database, rails: Rails) -> None:
        self._database, self._rails = database, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [web.get(_ROOM, officer(self.page)), web.post(f"{_ROOM}/akhiri", officer(self.end))]

    async def page(self, visit: Visit) -> web.Response:
        """GET."""
        found = await devices.listed(self._database, visit.by.officer_id, _here(visit), visit.now)
        return visit.page("pages/devices.html", devices=found, rail=await self._rails.of(visit, "me"))

    async def end(self, visit: Visit) -> web.Response:
        """POST ``device``: that one; without it all others. Raises Missing ``device-missing``."""
        key = visit.posted.text("device")
        await devices.end(self._database, visit.by.officer_id, _here(visit), key, visit.now)
        return visit.go(f"{_ROOM}?kabar=perangkat")


def _here(visit: Visit) -> str:
    return digest(str(visit.session.identity))
