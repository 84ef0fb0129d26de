"""The office's labels as a page: which there are, a new one, one that is no longer offered."""

from __future__ import annotations

from aiohttp import web

from config.schema import Right
from inbox.database import Database
from inbox.labels import COLOURS, Labels, offered
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails


class LabelPages:
    """GET and POST /meja/label."""

    def __init__(self, database: Database, tickets: Tickets, rails: Rails) -> None:
        self._database, self._rails, self._labels = database, rails, Labels(tickets)

    async def page(self, visit: Visit) -> web.Response:
        """The labels."""
        visit.check(Right.ASSIGN)
        return await self._answer(visit, Given())

    async def create(self, visit: Visit) -> web.Response:
        """A new one."""
        text = visit.posted.text
        try:
            await self._labels.create(visit.by, text("label"), text("colour"), now=visit.now)
        except Forbidden:
            raise
        except Refused as refused:
            return await self._answer(visit, Given("create", visit.posted, refused), 422)
        return visit.go("/meja/label?kabar=label-baru")

    async def retire(self, visit: Visit) -> web.Response:
        """One is no longer offered; that it was retired before is no trouble."""
        try:
            await self._labels.retire(visit.by, int(visit.request.match_info["label"][:18]), now=visit.now)
        except Missing:
            return visit.go("/meja/label")
        return visit.go("/meja/label?kabar=label-pensiun")

    async def _answer(self, visit: Visit, given: Given, status: int = 200) -> web.Response:
        async with self._database.reading():
            labels = await offered(visit.office.id)
        rail = await self._rails.of(visit, "")
        return visit.page("pages/labels.html", status=status, labels=labels, colours=COLOURS, given=given, rail=rail)
