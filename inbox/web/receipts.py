"""What somebody takes home from the counter: a complaint's number and code on a narrow roll or an A5 sheet, with a code
to photograph that leads to the status page; and the same spelled, for whoever called.
"""

from __future__ import annotations

import io

import segno
from aiohttp import web

from config.schema import Right
from inbox.tickets import Tickets
from inbox.veiling import veil
from inbox.web.bulk import Guard
from inbox.web.gate import Visit
from inbox.web.looks import remember
from inbox.web.ticket import NUMBER, number

PAPERS = ("80", "a5")
_COOKIE = "kertas"
_SVG = "image/svg+xml"


class Receipts:
    """/meja/{number}/tanda-terima, for whoever may register."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        path = f"/meja/{NUMBER}/tanda-terima"
        return [web.get(path, officer(self.page)), web.get(f"{path}/qr.svg", officer(self.code))]

    async def page(self, visit: Visit) -> web.Response:
        """GET: ``kertas`` is 80 (mm wide) or a5, else as last time. Raises Missing ``ticket-missing``."""
        visit.check(Right.REGISTER)
        asked = visit.request.query.get("kertas", "")
        paper = next((one for one in (asked, visit.request.cookies.get(_COOKIE, "")) if one in PAPERS), PAPERS[0])
        async with self._tickets.database.reading():
            ticket = await self._tickets.cases.find(visit.by, number(visit))
            await ticket.fetch_related("citizen")
            await veil(self._tickets.seal(visit.by), ticket)
            values = await self._tickets.values(ticket, visit.now, name="")
        response = visit.page(
            "pages/receipt.html",
            ticket=ticket,
            citizen=ticket.citizen.name,
            door=_door(visit, ticket.channel),
            url=values["url"],
            paper=paper,
        )
        if asked in PAPERS:
            remember(response, visit.request, _COOKIE, asked)
        return response

    async def code(self, visit: Visit) -> web.Response:
        """GET qr.svg: the status page's address, with the number and without the code."""
        visit.check(Right.REGISTER)
        async with self._tickets.database.reading():
            ticket = await self._tickets.cases.find(visit.by, number(visit))
            values = await self._tickets.values(ticket, visit.now, name="")
        drawn = io.BytesIO()
        link = f"{values['url']}?nomor={ticket.number}" if values["url"] else ticket.number
        segno.make(link, error="m").save(drawn, kind="svg", border=2, xmldecl=False, light="#fff", scale=4)
        return web.Response(body=drawn.getvalue(), content_type=_SVG)


def _door(visit: Visit, channel: str) -> str:
    entry = visit.office.channels.get(channel.removeprefix(f"{visit.office.id}-"))
    return entry.name if entry else ""
