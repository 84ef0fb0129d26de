"""The seal of a complaint: laying it, opening it with a reason, and the page that says who has looked behind it."""

from __future__ import annotations

from aiohttp import web

from inbox.opening import Openings
from inbox.web.bulk import Guard
from inbox.web.commanding import Commanding
from inbox.web.gate import Visit, careful
from inbox.web.rail import Rails
from inbox.web.ticket import NUMBER, number


class SealPages:
    """/meja/{number}/segel."""

    def __init__(self, openings: Openings, commands: Commanding, rails: Rails) -> None:
        self._openings, self._commands, self._rails = openings, commands, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        path = f"/meja/{NUMBER}/segel"
        return [
            web.get(path, officer(self.page)),
            web.post(path, officer(self.lay)),
            web.post(f"{path}/buka", officer(self.open)),
        ]

    async def page(self, visit: Visit) -> web.Response:
        """GET: who looked. Raises Forbidden ``no-right``, Missing ``ticket-missing``."""
        ticket, looks = await self._openings.looks(visit.by, number(visit))
        rail = await self._rails.of(visit, "")
        return visit.page("pages/seal.html", ticket=ticket, looks=looks, rail=rail)

    async def lay(self, visit: Visit) -> web.Response:
        """POST: who complained is for few from now on."""
        command = self._openings.seal(visit.by, number(visit), visit.now)
        return await self._commands.done(visit, "lay-seal", command, "disegel")

    @careful
    async def open(self, visit: Visit) -> web.Response:
        """POST: ``reason``."""
        command = self._openings.open(visit.by, number(visit), visit.posted.text("reason"), visit.now)
        return await self._commands.done(visit, "seal", command, "segel")
