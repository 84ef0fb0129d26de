"""What a machine can read: lists, tickets with all that belongs to them, files, and what the office's words mean."""

from __future__ import annotations

from aiohttp import web

from config.schema import Office, Procedure, Right
from inbox.models import Officer, PermitCheck
from inbox.persons import person_of
from inbox.refused import Forbidden, Missing
from inbox.search import Filters, Search
from inbox.tickets import Tickets
from inbox.troubles import Troubles
from inbox.views import Views, whole_text
from inbox.web.api import case, shapes, telling
from inbox.web.api.endpoint import BASE, Call
from inbox.web.files import Attachments
from inbox.web.paper_files import PaperFiles
from inbox.web.papers import Papers

_MOST_CHECKS = 20


class Reading:
    """The handlers of every GET."""

    def __init__(self, tickets: Tickets, attachments: Attachments, papers: Papers, prints: PaperFiles) -> None:
        self._database = tickets.database
        self._search, self._views, self._troubles = Search(tickets), Views(tickets), Troubles(tickets)
        self._attachments, self._papers, self._prints = attachments, papers, prints

    async def tickets(self, call: Call) -> shapes.TicketList:
        """A page of a list. Raises Forbidden ``office-other``, Refused ``cursor-unreadable``."""
        asked = call.asked
        if asked.office not in {"", call.office.id}:
            raise Forbidden("office-other", field="office", office=call.office.name)
        filters = Filters(
            queue=asked.queue,
            status=asked.status,
            channel=asked.channel,
            step=asked.step,
            q=asked.q,
            late=asked.late,
            unread=asked.unread,
        )
        listing = await self._search.tickets(call.by, filters, call.now, asked.cursor, asked.limit)
        return shapes.TicketList(tickets=tuple(telling.row(one) for one in listing.rows), next=listing.next or None)

    async def ticket(self, call: Call) -> case.Ticket:
        """One ticket in full."""
        page = await self._views.ticket_page(call.by, call.part("number"), call.now)
        async with self._database.reading():
            checks = PermitCheck.filter(ticket_id=page.ticket.id).order_by("-id").select_related("officer")
            return telling.ticket(page, await checks.limit(_MOST_CHECKS))

    async def person(self, call: Call) -> case.Whole:
        """The person behind a ticket."""
        page = await self._views.ticket_page(call.by, call.part("number"), call.now)
        async with self._database.reading():
            return telling.whole(page.citizen, await person_of(page.ticket, page.seal))

    async def message(self, call: Call) -> case.WholeMessage:
        """All of one message. Raises Missing ``message-missing``."""
        page = await self._views.ticket_page(call.by, call.part("number"), call.now)
        wanted = call.id("id")
        line = next((line for line in page.messages if line.message.id == wanted), None)
        if line is None:
            raise Missing("message-missing")
        async with self._database.reading():
            return case.WholeMessage(id=wanted, text=await whole_text(page, line.message))

    async def attachment(self, call: Call) -> web.StreamResponse:
        """A file that came or went with a message."""
        return await self._attachments.of(call.by, call.office, call.id("id"))

    async def paper(self, call: Call) -> web.StreamResponse:
        """A paper's page to print, or the file that it is."""
        return await self._papers.of(call.by, call.part("number"), call.id("id"), call.now)

    async def pdf(self, call: Call) -> web.StreamResponse:
        """A paper as PDF. Raises Missing ``paper-missing`` for what is no page."""
        return await self._prints.of(call.by, call.part("number"), call.id("id"), call.now)

    async def troubles(self, call: Call) -> shapes.Troubles:
        """Deliveries that need a person."""
        lines = await self._troubles.failures(call.by)
        return shapes.Troubles(
            deliveries=tuple(
                shapes.Trouble(
                    id=line.delivery_id,
                    number=line.number,
                    channel=line.channel,
                    address=line.address,
                    state=line.state,
                    reason=line.reason,
                    detail=line.detail,
                    attempts=line.attempts,
                    automatic=line.automatic,
                    created_at=line.created_at,
                )
                for line in lines
            )
        )

    async def me(self, call: Call) -> shapes.Me:
        """Whose rights the token carries."""
        by = call.by
        return shapes.Me(
            officer=shapes.Person(id=by.officer_id, name=by.name),
            login=by.login,
            office=by.office,
            roles=tuple(sorted(by.roles)),
            rights=tuple(sorted(right for right in Right if by.may(call.office, right))),
            scopes=tuple(sorted(call.bearer.scopes)),
            expires_at=call.bearer.expires_at,
        )

    async def offices(self, call: Call) -> shapes.Offices:
        """The token's own office."""
        async with self._database.reading():
            officers = await Officer.filter(office=call.office.id, active=True).order_by("id")
        people = tuple(shapes.Person(id=one.id, name=one.name) for one in officers)
        return shapes.Offices(offices=(_office(call.office, people),))

    async def procedures(self, call: Call) -> shapes.Procedures:
        """The office's procedures."""
        return shapes.Procedures(procedures=tuple(_procedure(one) for one in call.office.procedures.values()))


def index(url: str) -> shapes.Index:
    """The first page of the API."""
    base = f"{url}{BASE}"
    return shapes.Index(name="Wadul", description=f"{base}/openapi.json", tickets=f"{base}/tickets", me=f"{base}/me")


def _office(office: Office, people: tuple[shapes.Person, ...]) -> shapes.Office:
    return shapes.Office(
        id=office.id,
        name=office.name,
        full_name=office.full_name,
        city=office.city,
        code=office.code,
        time_zone=office.time_zone,
        channels=tuple(
            shapes.Channel(id=f"{office.id}-{name}", name=entry.name or name, kind=entry.kind)
            for name, entry in office.channels.items()
        ),
        kinds=tuple(shapes.Named(id=one.id, name=one.name) for one in office.kinds),
        roles=tuple(shapes.Role(id=id_, name=role.name, rights=tuple(role.may)) for id_, role in office.roles.items()),
        agencies=tuple(shapes.Named(id=one.id, name=one.name) for one in office.agencies),
        registers=tuple(shapes.Named(id=one.id, name=one.name) for one in office.registers),
        officers=people,
    )


def _procedure(one: Procedure) -> shapes.Procedure:
    steps = tuple(
        shapes.ProcedureStep(
            id=step.id,
            name=step.name,
            row=str(step.row) if step.row is not None else None,
            actors=tuple(step.actor),
            within=step.within.text if step.within else "",
            final=step.final,
            actions=tuple(
                shapes.ProcedureAction(
                    id=action.id,
                    label=action.label,
                    to=action.to,
                    needs=action.needs,
                    evidence=action.evidence or "",
                )
                for action in step.actions
            ),
        )
        for step in one.steps
    )
    return shapes.Procedure(
        id=one.id, number=one.number, title=one.title, source=one.source, first=one.first, steps=steps
    )
