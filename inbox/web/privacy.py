"""Requests of citizens about their own data, for whoever keeps the settings: what waits, and the decision."""

from __future__ import annotations

from aiohttp import web

import templates
from inbox import retention
from inbox.erasing import Erasing
from inbox.files import Files
from inbox.privacy_requests import ANSWERED_WITHIN, PrivacyRequests
from inbox.refused import Forbidden, Refused
from inbox.tickets import Tickets
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit, careful
from inbox.web.rail import Rails
from inbox.web.settings import HOME, number_of

_PATH = HOME + "/data-pribadi"


class PrivacyPages:
    """/meja/pengaturan/data-pribadi."""

    def __init__(self, tickets: Tickets, files: Files, rails: Rails) -> None:
        erasing = Erasing(tickets.database, files, templates.sentence("erased-word"))
        self._database = tickets.database
        self._requests, self._rails = PrivacyRequests(tickets, erasing), rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [web.get(_PATH, officer(self.page)), web.post(_PATH, officer(self.decide))]

    async def page(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: what waits, and what was decided lately."""
        rows = await self._requests.listed(visit.by)
        return visit.page(
            "pages/settings/privacy.html",
            status=422 if given else 200,
            rail=await self._rails.of(visit, "settings"),
            given=given or Given(),
            tab="privacy",
            waiting=[row for row in rows if row.state == "asked"],
            decided=[row for row in rows if row.state != "asked"],
            within=ANSWERED_WITHIN,
            due=await retention.shown(self._database, visit.office, visit.by, visit.now),
        )

    @careful
    async def decide(self, visit: Visit) -> web.Response:
        """POST: ``id``, ``do`` (grant or refuse) and ``reason``."""
        text = visit.posted.text
        id_, grant = number_of(text("id")), text("do") == "grant"
        try:
            await self._requests.decide(visit.by, id_, grant=grant, reason=text("reason"), now=visit.now)
        except Forbidden:
            raise
        except Refused as refused:
            return await self.page(visit, Given(f"request-{id_}", visit.posted, refused))
        return visit.go(f"{_PATH}?kabar=tersimpan")
