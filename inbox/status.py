"""What a citizen may see of a ticket with its number and code: the conversation as they lived it, and where it stands.

Reads only. A wrong number and a wrong code look the same and take the same time. Officers' notes, tasks and names of
officers are not in it.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Q, Subquery

from config.schema import Office
from inbox import endings, journal, leading, numbers
from inbox.cases import Case
from inbox.models import Attachment, Delivery, Entry, Message, Ticket, TicketLink, TicketStep
from inbox.tickets import Tickets

MOST_SHOWN = 60
_SAID = ("in", "out")
_NO_CODE = "------"
_MERGED = "merged"
_OF_ALL = frozenset({"waiting", "resumed", "answered", "reopened", "handed-on", "closed"})
_SHOWN = frozenset({"opened", "waiting", "resumed", "rerouted", "answered", "reopened", "handed-on", "closed"})
_PROBE = "konfirmasi"
# What a message shows here: neither what arrived nor its full text.
_MESSAGE = (
    "id",
    "channel",
    "direction",
    "author",
    "template",
    "subject",
    "text",
    "sent_at",
    "created_at",
    "conversation_id",
)


@dataclass(frozen=True, slots=True)
class StatusFile:
    """A file of a message; ``digest`` is its name in the file store."""

    id: int
    name: str
    type: str
    size_bytes: int
    digest: str


@dataclass(frozen=True, slots=True)
class StatusMessage:
    """One thing said; ``author`` is citizen, clerk or officer."""

    id: int
    author: str
    at: datetime
    subject: str
    text: str
    channel: str
    files: tuple[StatusFile, ...]


@dataclass(frozen=True, slots=True)
class StatusLine:
    """One thing that happened: a step (its plain words in ``values``), or an event of the journal."""

    at: datetime
    event: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StatusPage:
    """A ticket as its citizen may see it.

    Attributes:
        kind: the office's name for it, ``noun`` what it is called in a sentence, ``manner`` how it is answered.
        agency: the office's name for it, with ``contact`` how to reach it.
        due_at: the next date to expect something at: the promise, None once answered.
        web_address: the value of the ticket's web address; empty where it has none.
        messages: oldest first, what went out to several doors once; the last ``MOST_SHOWN``, or those before them.
        erased_at: when what was personal in it was erased; None where it was not.
        older: the id to ask for what was said before; 0 where this is the beginning.
    """

    office: Office
    number: str
    code: str
    kind: str
    noun: str
    manner: str
    status: str
    summary: str
    object: str
    place: str
    step_plain: str
    opened_at: datetime
    promise_at: datetime | None
    due_at: datetime | None
    closing: str
    agency: str
    contact: str
    rating: int | None
    reopen_until: datetime | None
    can_reopen: bool
    web_address: str
    timeline: tuple[StatusLine, ...]
    messages: tuple[StatusMessage, ...]
    older: int = 0
    erased_at: datetime | None = None


class Status:
    """Reads status pages."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def citizen_page(self, number: str, code: str, now: datetime, *, before: int = 0) -> StatusPage | None:
        """The page, or None where number and code do not belong together; seven queries at most.

        ``before``: show what was said before the message of that id, instead of the latest.
        """
        async with self._tickets.database.reading():
            ticket = await proven(number, code)
            return await self._page(ticket, now, before) if ticket else None

    async def citizen_file(self, office: Office, number: str, code: str, id_: int, now: datetime) -> StatusFile | None:
        """A file of the ticket's conversation; None where it is none, or number and code do not belong together."""
        async with self._tickets.database.reading():
            ticket = await proven(number, code)
            files = Attachment.filter(id=id_, office=office.id, message__ticket_id=ticket.id if ticket else 0)
            left = Q(message__direction="in") | Q(message__sent_at__lte=now, message__undone_at=None)
            files = files.filter(left, _readable(), message__direction__in=_SAID, inline=False)
            found = await files.exclude(message_id__in=_kept_back(ticket.id if ticket else 0)).first()
            return _file(found) if found else None

    async def _page(self, ticket: Ticket, now: datetime, before: int) -> StatusPage:
        office = self._tickets.offices.office(ticket.office)
        steps = await TicketStep.filter(ticket_id=ticket.id).order_by("ordinal")
        await self._tickets.versions.load({ticket.procedure_id, *(row.version_id for row in steps)})
        procedure = self._tickets.versions.known(ticket.procedure_id)
        ahead = await leading.leader(ticket)
        calendar = self._tickets.cases.calendars[office.id]
        until = endings.reopen_until(Case(ticket, office, procedure, calendar, now, journal.CITIZEN))
        agency = next((one for one in office.agencies if one.id == ticket.agency), None)
        kind = office.kind(ticket.kind)
        links = await TicketLink.filter(ticket_id=ticket.id).order_by("id").select_related("conversation__address")
        own = {one.conversation_id for one in links if one.conversation.address.citizen_id == ticket.citizen_id}
        messages, older = await _messages(ticket, own, before, now)
        return StatusPage(
            office=office,
            number=ticket.number,
            code=ticket.code,
            kind=kind.name,
            noun=kind.noun,
            manner=kind.manner,
            status=ticket.status,
            summary=ticket.summary,
            object=ticket.object,
            place=ticket.place,
            step_plain=await self._plain(ahead) if ahead else procedure.step(ticket.step).plain,
            opened_at=ticket.opened_at,
            promise_at=ticket.promise_at,
            due_at=ticket.promise_at if ticket.status == "open" else None,
            closing=ticket.closing,
            agency=agency.name if agency else "",
            contact=agency.contact if agency else "",
            rating=ticket.rating,
            reopen_until=until,
            can_reopen=ticket.status in {"answered", "closed"} and until is not None and now <= until,
            web_address=_web_address(links),
            timeline=await self._timeline(ticket, steps, ahead),
            messages=messages,
            older=older,
            erased_at=ticket.erased_at,
        )

    async def _plain(self, ticket: Ticket) -> str:
        """What the step is called for citizens."""
        await self._tickets.versions.load({ticket.procedure_id})
        return self._tickets.versions.known(ticket.procedure_id).step(ticket.step).plain

    async def _timeline(
        self, ticket: Ticket, steps: Iterable[TicketStep], ahead: Ticket | None
    ) -> tuple[StatusLine, ...]:
        """What happened to it, and since it goes on as part of another, what the office did to that one."""
        entries = await Entry.filter(ticket_id=ticket.id, event__in={*_SHOWN, _MERGED}).order_by("id")
        since = max((one.at for one in entries if one.event == _MERGED), default=None)
        if ahead and since:
            theirs = Entry.filter(ticket_id=ahead.id, event__in=_OF_ALL, actor__startswith="officer", at__gt=since)
            entries += await theirs.order_by("id")
        # A letter came before somebody typed it.
        came = {"opened": ticket.opened_at}
        lines = [StatusLine(came.get(one.event, one.at), one.event, one.values) for one in entries]
        lines = [line for line in lines if line.event != _MERGED]
        for row in steps:
            step = self._tickets.versions.known(row.version_id).step(row.step)
            if step.plain and not step.final:
                lines.append(StatusLine(row.started_at, "step", {"step": step.plain}))
        return tuple(sorted(lines, key=lambda line: line.at))


async def proven(number: str, code: str) -> Ticket | None:
    """The ticket of that number if the code is its own; a number that does not exist takes as long."""
    ticket = await Ticket.filter(number=numbers.normal(number)).first()
    given = code.strip().upper().encode("utf-8", "replace")
    right = hmac.compare_digest(given, (ticket.code if ticket else _NO_CODE).encode())
    return ticket if right else None


async def _messages(
    ticket: Ticket, own: Collection[int], before: int, now: datetime
) -> tuple[tuple[StatusMessage, ...], int]:
    """What was said, oldest first, and the id before which there is more; nothing that may still be undone, or was,
    and nothing that practice mode kept in the house. What went to several reporters reads as in the complainant's
    ``own`` conversations.
    """
    left = Q(direction="in") | Q(sent_at__lte=now, undone_at=None)
    said = Message.filter(left, ticket_id=ticket.id, direction__in=_SAID).exclude(id__in=_kept_back(ticket.id))
    earlier = said.filter(id__lt=before) if before else said
    found = await earlier.only(*_MESSAGE).order_by("-id").limit(MOST_SHOWN + 1)
    rows = found[:MOST_SHOWN][::-1]
    ids = [row.id for row in rows]
    files = await Attachment.filter(_readable(), message_id__in=ids, inline=False).order_by("id") if ids else []
    shown: dict[tuple[object, ...], Message] = {}
    for row in rows:
        if row.template != _PROBE and (_once(row) not in shown or row.conversation_id in own):
            shown[_once(row)] = row
    told = (_message(row, [file for file in files if file.message_id == row.id]) for row in shown.values())
    return tuple(told), rows[0].id if len(found) > MOST_SHOWN else 0


def _readable() -> Q:
    """What is kept, and what we sent that a door could not carry: here is where it can be had."""
    return Q(state="stored") | Q(state="refused", message__direction="out", digest__not="")


def _kept_back(ticket_id: int) -> Subquery:
    kept = Delivery.filter(message__ticket_id=ticket_id, state="dropped", reason="practice")
    return Subquery(kept.values("message_id"))


def _once(row: Message) -> tuple[object, ...]:
    """What the same words sent through several doors share; whatever came in stands alone."""
    return (row.template, row.author, row.created_at) if row.direction == "out" else (row.id,)


def _message(row: Message, files: Iterable[Attachment]) -> StatusMessage:
    shown = tuple(_file(file) for file in files)
    return StatusMessage(row.id, row.author, row.sent_at, row.subject, row.text, row.channel or "", shown)


def _file(file: Attachment) -> StatusFile:
    return StatusFile(file.id, file.name, file.type, file.size_bytes, file.digest)


def _web_address(links: Iterable[TicketLink]) -> str:
    addresses = (link.conversation.address for link in links)
    return next((address.value for address in addresses if address.scheme == "web"), "")
