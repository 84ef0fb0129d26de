"""The JSON API below ``/api/v1``: the officers' commands and readings for machines, with the pages' own checks.

``build`` lays it into an aiohttp application. The table of endpoints is the API: the router and the description are
made of it. Nothing here decides about a complaint.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web

from channels.base import Program
from config.schema import Offices
from inbox.acting import Acting
from inbox.database import Database
from inbox.deliveries import Deliveries
from inbox.files import Files
from inbox.joining import Joinings
from inbox.limits import Limits
from inbox.live import Live
from inbox.paper_back import PaperBack
from inbox.paper_desk import PaperDesk
from inbox.paper_reading import PaperReading
from inbox.permits import Permits
from inbox.recognising import Recognising
from inbox.repeats import Repeats
from inbox.shown import PICTURES
from inbox.tickets import Tickets
from inbox.tokens import Tokens
from inbox.web.api import asked, case, shapes
from inbox.web.api.bearer import Bearers
from inbox.web.api.description import describe
from inbox.web.api.doing import Doing, Sending, TakingDown
from inbox.web.api.doors import Channeling
from inbox.web.api.doors import endpoints as door_endpoints
from inbox.web.api.endpoint import BASE, Endpoint, Gate, Handler, shell
from inbox.web.api.papering import Papering
from inbox.web.api.papering import endpoints as paper_endpoints
from inbox.web.api.permits import Permitting
from inbox.web.api.permits import endpoints as permit_endpoints
from inbox.web.api.reading import Reading, index
from inbox.web.api.ways import Waying
from inbox.web.api.ways import endpoints as way_endpoints
from inbox.web.files import Attachments
from inbox.web.paper_files import PaperFiles
from inbox.web.papers import Papers

PER_MINUTE = 1200
_FILES = ("application/octet-stream", *sorted(PICTURES))


def build(
    app: web.Application,
    *,
    database: Database,
    offices: Offices,
    tickets: Tickets,
    acting: Acting,
    files: Files,
    live: Live,
    program: Program,
    attachments: Attachments,
    papers: Papers,
    prints: PaperFiles,
    now: Callable[[], datetime],
    public_url: str,
    limits: Limits,
    per_minute: int = PER_MINUTE,
) -> None:
    """Lay the API into ``app``. ``per_minute``: how many requests one token may make."""
    gate = Gate(
        database=database,
        bearers=Bearers(Tokens(database), offices, limits, now, per_minute),
        repeats=Repeats(database),
        files=files,
        live=live,
        wake=program.wake,
        now=now,
    )
    endpoints = (
        *_readings(Reading(tickets, attachments, papers, prints)),
        *_commands(Doing(acting, Joinings(tickets)), TakingDown(program, Recognising(tickets))),
        *paper_endpoints(Papering(PaperReading(tickets), PaperDesk(tickets, files), PaperBack(tickets), prints.kept)),
        *door_endpoints(Channeling(tickets, program)),
        *way_endpoints(Waying(tickets, acting, program)),
        *permit_endpoints(Permitting(Permits(tickets, files))),
        *_sendings(Sending(Deliveries(database, offices, live.announce, tickets.cases.calendars))),
    )
    app.middlewares.append(shell)
    for one in endpoints:
        # GET brings HEAD along (RFC 9110 section 9.1).
        add = app.router.add_get if one.method == "GET" else app.router.add_post
        add(BASE + one.path.replace("{id}", r"{id:\d+}"), gate.handler(one))
    first, description = index(public_url).model_dump_json(), json.dumps(describe(endpoints, public_url))
    app.router.add_get("/api/", _says(first))
    app.router.add_get(f"{BASE}/", _says(first))
    app.router.add_get(f"{BASE}/openapi.json", _says(description))


def _readings(reading: Reading) -> tuple[Endpoint, ...]:
    return (
        Endpoint("GET", "/me", "Whose rights the token carries", reading.me, shapes.Me, tag="office"),
        Endpoint("GET", "/offices", "The token's office and its words", reading.offices, shapes.Offices, tag="office"),
        Endpoint("GET", "/procedures", "The office's procedures", reading.procedures, shapes.Procedures, tag="office"),
        Endpoint(
            "GET",
            "/tickets",
            "A list of tickets, by page",
            reading.tickets,
            shapes.TicketList,
            query=asked.TicketsQuery,
        ),
        Endpoint("GET", "/tickets/{number}", "A ticket with all that belongs to it", reading.ticket, case.Ticket),
        Endpoint("GET", "/tickets/{number}/person", "The person behind a ticket", reading.person, case.Whole),
        Endpoint("GET", "/tickets/{number}/messages/{id}", "All of a long message", reading.message, case.WholeMessage),
        Endpoint(
            "GET",
            "/tickets/{number}/papers/{id}",
            "A paper to print, or its file",
            reading.paper,
            None,
            media=("text/html", *_FILES),
        ),
        Endpoint(
            "GET",
            "/tickets/{number}/papers/{id}.pdf",
            "A paper as PDF; an issued one as it was issued",
            reading.pdf,
            None,
            media=("application/pdf",),
        ),
        Endpoint("GET", "/attachments/{id}", "A file of a message", reading.attachment, None, media=_FILES),
        Endpoint(
            "GET",
            "/deliveries",
            "Messages that did not get through",
            reading.troubles,
            shapes.Troubles,
            tag="deliveries",
        ),
    )


def _commands(doing: Doing, counter: TakingDown) -> tuple[Endpoint, ...]:
    def command(path: str, summary: str, handler: Handler, body: type[asked.Asked]) -> Endpoint:
        return Endpoint("POST", f"/tickets/{{number}}/{path}", summary, handler, shapes.Mark, body=body)

    return (
        Endpoint(
            "POST",
            "/tickets",
            "Take a complaint down for a citizen",
            counter.take,
            shapes.Registered,
            body=asked.NewTicket,
            status=201,
            also=(202,),
            effect="beside",
        ),
        command("actions", "Do one of the actions that the ticket offers", doing.act, asked.DoAction),
        command("replies", "Write to the citizen", doing.reply, asked.Reply),
        command("notes", "Write a note between officers", doing.note, asked.Note),
        command("resume", "Let the clock run again", doing.resume, asked.Seen),
        command("assign", "Say who answers for it", doing.assign, asked.Assign),
        command("fields", "Correct what is known", doing.fields, asked.Fields),
        command("reroute", "Choose another kind or procedure", doing.reroute, asked.Reroute),
        command("hand-on", "Hand it on to another agency", doing.hand_on, asked.HandOn),
        command("close", "Close it", doing.close, asked.End),
        command("reopen", "Take it up again", doing.reopen, asked.End),
        command("join", "Say that its person is another's, too", doing.join, asked.Join),
        command("separate", "Take such a joining back", doing.separate, asked.Separate),
        Endpoint("POST", "/tasks/{id}/done", "Report on a disposition", doing.done, shapes.Mark, body=asked.Report),
    )


def _sendings(sending: Sending) -> tuple[Endpoint, ...]:
    out, tag = shapes.DeliveryMark, "deliveries"
    return (
        Endpoint("POST", "/deliveries/{id}/retry", "Send it again", sending.retry, out, tag=tag),
        Endpoint(
            "POST", "/deliveries/{id}/settle", "Say whether it arrived", sending.settle, out, body=asked.Settle, tag=tag
        ),
        Endpoint("POST", "/deliveries/{id}/hand", "Note who took it", sending.hand, out, body=asked.Handed, tag=tag),
        Endpoint("POST", "/deliveries/{id}/drop", "Let it be", sending.drop, out, tag=tag),
    )


def _says(text: str) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="application/json")

    return handle
