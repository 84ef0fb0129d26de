"""The answers at hand, for one ticket: the list with every placeholder filled, and an officer's own kept there.

Scripts read the same list as JSON; without them "use it" lays the words into the officer's draft.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from inbox.canned import PLACEHOLDERS, Canned, Words, fill
from inbox.drafting import Drafts
from inbox.refused import Refused
from inbox.tickets import Tickets
from inbox.views import TicketPage, Views
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails
from inbox.web.ticket import number
from templates import sentence
from templates.filters import long_time


class Answers:
    """/meja/{number}/jawaban."""

    def __init__(self, canned: Canned, views: Views, tickets: Tickets, rails: Rails) -> None:
        self._canned, self._views, self._rails = canned, views, rails
        self._tickets, self._drafts = tickets, Drafts(tickets.database)

    async def page(self, visit: Visit) -> web.Response:
        """GET: the page, or with ``bentuk=json`` what it lists."""
        page = await self._views.ticket_page(visit.by, number(visit), visit.now)
        if visit.request.query.get("bentuk") == "json":
            rows = await self._canned.offered(visit.by)
            values = values_of(visit, page)
            listed = [{"shortcut": one.shortcut, "title": one.title, "text": fill(one.text, values)} for one in rows]
            return web.json_response(listed)
        return await self._show(visit, page, Given())

    async def add(self, visit: Visit) -> web.Response:
        """POST: a new one of the officer's own, written at a ticket of theirs. Raises Missing ``ticket-missing``."""
        await self._seen(visit)
        try:
            await self._canned.add(visit.by, _words(visit), own=True, now=visit.now)
        except Refused as refused:
            return await self._again(visit, "answer", refused)
        return visit.go(f"/meja/{number(visit)}/jawaban?kabar=tersimpan")

    async def change(self, visit: Visit) -> web.Response:
        """POST /{answer}: ``do`` is use, change or retire. Raises as ``add``."""
        await self._seen(visit)
        id_, doing = int(visit.request.match_info["answer"][:18]), visit.posted.text("do")
        try:
            if doing == "change":
                await self._canned.change(visit.by, id_, _words(visit), now=visit.now)
            elif doing == "retire":
                await self._canned.retire(visit.by, id_, now=visit.now)
            else:
                return await self._use(visit, id_)
        except Refused as refused:
            return await self._again(visit, f"answer-{id_}", refused)
        return visit.go(f"/meja/{number(visit)}/jawaban?kabar=tersimpan")

    async def _seen(self, visit: Visit) -> None:
        async with self._tickets.database.reading():
            await self._tickets.cases.find(visit.by, number(visit))

    async def _use(self, visit: Visit, id_: int) -> web.Response:
        """The words come after what the officer has begun to write."""
        page = await self._views.ticket_page(visit.by, number(visit), visit.now)
        chosen = next((one for one in await self._canned.offered(visit.by) if one.id == id_), None)
        if chosen is None:
            raise Refused("answer-missing")
        begun = (await self._drafts.of(visit.by, page.ticket.id))["reply"]
        words = "\n\n".join(filter(None, [begun.strip(), fill(chosen.text, values_of(visit, page))]))
        await self._drafts.save(visit.by, visit.office, number(visit), kind="reply", text=words, now=visit.now)
        return visit.go(f"/meja/{number(visit)}#reply")

    async def _again(self, visit: Visit, form: str, refused: Refused) -> web.Response:
        page = await self._views.ticket_page(visit.by, number(visit), visit.now)
        return await self._show(visit, page, Given(form, visit.posted, refused), 422)

    async def _show(self, visit: Visit, page: TicketPage, given: Given, status: int = 200) -> web.Response:
        rows, values = await self._canned.offered(visit.by), values_of(visit, page)
        drafts = await self._drafts.of(visit.by, page.ticket.id)
        shown: dict[str, Any] = {
            "page": page,
            "given": given,
            "answers": [(one, fill(one.text, values)) for one in rows],
            "mine": lambda one: one.officer_id == visit.by.officer_id,
            "draft": drafts["reply"],
            "placeholders": {f"{{{name}}}": values[name] for name in PLACEHOLDERS},
            "rail": await self._rails.of(visit, ""),
        }
        return visit.page("pages/answers.html", status=status, **shown)


def values_of(visit: Visit, page: TicketPage) -> dict[str, str]:
    """What the placeholders stand for on this ticket."""
    ticket, zone = page.ticket, visit.office.time_zone
    until = ticket.promise_at or ticket.due_at
    return {
        "nama": page.citizen or sentence("answer-nobody"),
        "nomor": ticket.number,
        "petugas": visit.by.name,
        "kantor": visit.office.name,
        "batas": long_time(until, zone) if until else sentence("answer-soon"),
    }


def _words(visit: Visit) -> Words:
    text = visit.posted.text
    return Words(text("shortcut"), text("title"), text("text"))
