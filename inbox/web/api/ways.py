"""The ways to a case's people by API: how each window stands, the platform's approved templates, and sending one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from channels.base import Program
from config.schema import Right
from inbox import approved_list
from inbox.acting import Acting
from inbox.approved import variables
from inbox.approved_list import Chosen
from inbox.refused import Forbidden, Missing
from inbox.tickets import Tickets
from inbox.veiling import veiled_ways
from inbox.views import Views
from inbox.ways import Way, ways_of
from inbox.web.api.asked import Asked, Filled, RowId, Version
from inbox.web.api.endpoint import Call, Endpoint
from inbox.web.api.shapes import Mark, Shape
from inbox.web.api.telling import mark


class Window(Shape):
    """``late``: closed but for an officer's own words, until ``late_until``. ``closed``: approved templates alone."""

    state: Literal["always", "open", "late", "closed"]
    until: datetime | None
    late_until: datetime | None


class CaseWay(Shape):
    """One way. ``conversation`` is null where nobody has spoken yet: then its ``channel`` is named in a reply.

    ``usual``: answers go there by themselves. ``proven``: False for an address that somebody merely typed. ``own``:
    False for another reporter's.
    """

    conversation: int | None
    channel: str
    scheme: str
    value: str
    heard_at: datetime | None
    window: Window
    usual: bool
    proven: bool
    own: bool


class CaseWays(Shape):
    """Every way, the one last written from first."""

    ways: tuple[CaseWay, ...]


class MessageTemplate(Shape):
    """A template as the platform holds it; it may be sent where its state is ``approved``."""

    name: str
    language: str
    text: str
    variables: tuple[str, ...]
    state: str


class MessageTemplates(Shape):
    """A door's list, and when the platform last told it. ``fault``: why the last reading failed."""

    templates: tuple[MessageTemplate, ...]
    read_at: datetime | None
    fault: str


class SendTemplate(Asked):
    """An approved template instead of words, also when the window is closed; one way alone."""

    name: Annotated[str, Field(min_length=1, max_length=512)]
    language: Annotated[str, Field(min_length=1, max_length=20)]
    version: Version
    values: Annotated[
        tuple[Filled, ...], Field(max_length=40, description="One for each variable, in the list's order.")
    ] = ()
    conversation: RowId | None = None
    channel: Annotated[str, Field(max_length=100)] = ""


class Waying:
    """The handlers."""

    def __init__(self, tickets: Tickets, acting: Acting, program: Program) -> None:
        self._tickets, self._acting, self._program = tickets, acting, program
        self._views = Views(tickets)

    async def ways(self, call: Call) -> CaseWays:
        """Every way to a case's people."""
        page = await self._views.ticket_page(call.by, call.part("number"), call.now)
        async with self._tickets.database.reading():
            found = await ways_of(page.ticket, call.office, page.links, self._program.abilities, call.now)
        return CaseWays(ways=tuple(_way(one) for one in veiled_ways(page.seal, page.ticket, found)))

    async def templates(self, call: Call) -> MessageTemplates:
        """A door's templates as they were last read. Raises Missing ``door-missing``, Forbidden ``no-right``."""
        channel = call.part("channel")
        if not call.by.may(call.office, Right.REPLY):
            raise Forbidden("no-right", right=Right.REPLY)
        if channel.removeprefix(f"{call.office.id}-") not in call.office.channels:
            raise Missing("door-missing")
        async with self._tickets.database.reading():
            listed = (await approved_list.of([channel]))[channel]
        rows = tuple(
            MessageTemplate(
                name=one.name, language=one.language, text=one.text, variables=tuple(variables(one)), state=one.state
            )
            for one in listed.rows
        )
        return MessageTemplates(templates=rows, read_at=listed.read_at, fault=listed.fault)

    async def send(self, call: Call) -> Mark:
        """Send one."""
        asked: SendTemplate = call.asked
        return mark(
            await self._acting.reply(
                call.by,
                call.part("number"),
                "",
                version=asked.version,
                now=call.now,
                through=way_key(asked.conversation, asked.channel),
                approved=Chosen(asked.name, asked.language, asked.values),
            )
        )


def way_key(conversation: int | None, channel: str) -> str:
    """What a reply's two fields name, as ``inbox.ways`` takes it; the conversation goes before its channel."""
    return f"c{conversation}" if conversation else channel


def endpoints(waying: Waying) -> tuple[Endpoint, ...]:
    """The addresses."""
    return (
        Endpoint("GET", "/tickets/{number}/ways", "The ways to its people", waying.ways, CaseWays),
        Endpoint(
            "POST", "/tickets/{number}/templates", "Send an approved template", waying.send, Mark, body=SendTemplate
        ),
        Endpoint(
            "GET",
            "/channels/{channel}/templates",
            "A door's approved message templates",
            waying.templates,
            MessageTemplates,
            tag="channels",
        ),
    )


def _way(one: Way) -> CaseWay:
    window = Window(state=one.window.state, until=one.window.until, late_until=one.window.late_until)
    return CaseWay(
        conversation=int(one.key[1:]) if one.key.startswith("c") else None,
        channel=one.channel,
        scheme=one.address.scheme,
        value=one.address.value,
        heard_at=one.heard_at,
        window=window,
        usual=one.usual,
        proven=one.proven,
        own=one.own,
    )
