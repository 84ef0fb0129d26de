"""Saving a list as a view, naming it anew, and taking it away."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from inbox.saved_views import SavedViews
from inbox.web.bulk import Guard
from inbox.web.filtering import address
from inbox.web.gate import Visit

_ID = r"{view:\d{1,18}}"


class ViewForms:
    """POST /meja/tampilan/..."""

    def __init__(self, views: SavedViews) -> None:
        self._views = views

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.post("/meja/tampilan", officer(self.keep)),
            web.post(f"/meja/tampilan/{_ID}/nama", officer(self.rename)),
            web.post(f"/meja/tampilan/{_ID}/hapus", officer(self.remove)),
        ]

    async def keep(self, visit: Visit) -> web.Response:
        """The list as it stands, under a name."""
        text = visit.posted.text
        query = address({**dict(parse_qsl(text("query").removeprefix("?"))), "tampilan": ""})
        shared = bool(text("shared"))
        made = await self._views.keep(visit.by, visit.office, text("name"), query, shared=shared, now=visit.now)
        return visit.go(f"/meja/{query}&{urlencode({'tampilan': made, 'kabar': 'tampilan'})}")

    async def rename(self, visit: Visit) -> web.Response:
        """Another name."""
        view = int(visit.request.match_info["view"])
        await self._views.rename(visit.by, visit.office, view, visit.posted.text("name"))
        query = address(visit.request.query)
        return visit.go(f"/meja/{query or '?'}&kabar=tampilan")

    async def remove(self, visit: Visit) -> web.Response:
        """It is no longer wanted; the list stays open."""
        await self._views.remove(visit.by, visit.office, int(visit.request.match_info["view"]))
        query = address({**visit.request.query, "tampilan": ""})
        return visit.go(f"/meja/{query or '?'}&kabar=tampilan-hapus")
