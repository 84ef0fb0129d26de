"""Papers and books to print or to save; what is on them is ``inbox.printing``'s."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from inbox.actor import Actor
from inbox.printing import Printing
from inbox.refused import Missing
from inbox.views import Views
from inbox.web.files import Attachments
from inbox.web.gate import Visit, html
from inbox.web.ticket import number


class Papers:
    """/meja/{number}/dokumen/{paper} and /meja/buku/{register}/{year}"""

    def __init__(self, printing: Printing, views: Views, attachments: Attachments) -> None:
        self._printing, self._views, self._attachments = printing, views, attachments

    async def paper(self, visit: Visit) -> web.StreamResponse:
        """One paper of a ticket: its page, or the file that was uploaded. Raises Missing ``paper-missing``."""
        return await self.of(visit.by, number(visit), int(visit.request.match_info["paper"][:18]), visit.now)

    async def of(self, by: Actor, number: str, paper_id: int, now: datetime) -> web.StreamResponse:
        """``paper`` for whoever has no page: the API."""
        page = await self._views.ticket_page(by, number, now)
        line = next((line for line in page.papers if line.paper.id == paper_id), None)
        if line is None:
            raise Missing("paper-missing")
        if line.paper.digest:
            return await self._attachments.hand_out(line.paper.digest, line.paper.name)
        return html(await self._printing.paper(by, paper_id, now))

    async def book(self, visit: Visit) -> web.Response:
        """One year of a book; of a thick one the part that ``bagian`` says."""
        register, year = visit.request.match_info["register"], int(visit.request.match_info["year"])
        return html(await self._printing.book(visit.by, register, year, visit.now, part(visit)))


def part(visit: Visit) -> int:
    """Which part of a book is asked for, from 1."""
    asked = visit.request.query.get("bagian", "1")[:4]
    return max(int(asked), 1) if asked.isascii() and asked.isdecimal() else 1
