"""What is to be handed over: the counter's list, on the page and on paper."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from aiohttp import web

from inbox.forms import hand_form
from inbox.handovers import Handovers
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails

PATH = "/meja/penyerahan"


class HandoverPages:
    """/meja/penyerahan."""

    def __init__(self, handovers: Handovers, rails: Rails) -> None:
        self._handovers, self._rails = handovers, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [web.get(PATH, officer(self.page))]

    async def page(self, visit: Visit) -> web.Response:
        """GET: what waits, each with the form that says who took it."""
        now = f"{visit.now.astimezone(ZoneInfo(visit.office.time_zone)):%Y-%m-%dT%H:%M}"
        return visit.page(
            "pages/handovers.html",
            lines=await self._handovers.waiting(visit.by, visit.now),
            hand=lambda kind: hand_form(now, kind),
            given=Given(),
            rail=await self._rails.of(visit, "handovers"),
        )
