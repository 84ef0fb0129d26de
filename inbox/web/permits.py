"""The office's list of permits among its settings, and looking one up at a ticket to decide about its object."""

from __future__ import annotations

from aiohttp import web

from config.schema import Right
from inbox.permits import BadRows, Found, Permits, ran_out
from inbox.permits_file import MOST_LINES, MOST_PROBLEMS
from inbox.refused import Forbidden, Missing, Refused
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails
from inbox.web.settings import HOME, number_of
from inbox.web.ticket import NUMBER, number


class PermitPages:
    """/meja/pengaturan/izin and /meja/{number}/izin."""

    def __init__(self, permits: Permits, rails: Rails) -> None:
        self._permits, self._rails = permits, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        settings, ticket = f"{HOME}/izin", f"/meja/{NUMBER}/izin"
        return [
            web.get(settings, officer(self.lists)),
            web.post(settings, officer(self.upload)),
            web.get(ticket, officer(self.look_up)),
            web.post(f"{ticket}/putusan", officer(self.decide)),
        ]

    async def lists(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: the files that came so far, and the form for the next."""
        visit.check(Right.SETTINGS)
        rows, count = await self._permits.lists(visit.by)
        refused = given.refused if given else None
        return visit.page(
            "pages/settings/permits.html",
            status=422 if given else 200,
            rail=await self._rails.of(visit, "settings"),
            tab="permits",
            given=given or Given(),
            lists=rows,
            count=count,
            problems=refused.problems if isinstance(refused, BadRows) else (),
            most_problems=MOST_PROBLEMS,
            most_lines=MOST_LINES,
        )

    async def upload(self, visit: Visit) -> web.Response:
        """POST: ``file``, and ``how``: replace or add."""
        file = next(iter(visit.posted.uploads("file")), None)
        try:
            await self._permits.upload(visit.by, file, replaces=visit.posted.text("how") != "add", now=visit.now)
        except Refused as refused:
            return await self.lists(visit, Given("permits", visit.posted, refused))
        return visit.go(f"{HOME}/izin?kabar=tersimpan")

    async def look_up(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: what was decided so far; with ``cari`` the permits that fit it."""
        ticket, checks = await self._permits.checks(visit.by, number(visit))
        asked = given.posted.text("cari") if given else visit.request.query.get("cari", "")
        found: Found | None = None
        if asked.strip():
            found = await self._permits.look_up(visit.by, number(visit), asked)
        return visit.page(
            "pages/permit.html",
            status=422 if given else 200,
            rail=await self._rails.of(visit, ""),
            ticket=ticket,
            checks=checks,
            asked=asked or ticket.permit_number or ticket.object,
            found=found,
            ran_out=lambda permit: ran_out(permit, visit.now.date()),
            given=given or Given(),
        )

    async def decide(self, visit: Visit) -> web.Response:
        """POST: ``licensed`` yes or no, ``permit`` the one chosen, ``cari`` what was asked, ``note``."""
        text = visit.posted.text
        try:
            await self._permits.decide(
                visit.by,
                number(visit),
                licensed=text("licensed") == "yes",
                permit_id=number_of(text("permit")),
                asked=text("cari"),
                note=text("note"),
                now=visit.now,
            )
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return await self.look_up(visit, Given("permit", visit.posted, refused))
        return visit.go(f"/meja/{number(visit)}?kabar=tersimpan")
