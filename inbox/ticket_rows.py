"""All the rows of one ticket, read in two visits whatever it has been through: itself, and what belongs to it.

Whoever may not see it gets ``Missing``, as if there were none: the office and the officer's roles are in the query
itself. What the rows mean to a page is ``inbox.views``'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tortoise.models import Model

from config.schema import Office
from inbox import numbers, queues, reading
from inbox.actor import Actor
from inbox.models import (
    Address,
    Attachment,
    Citizen,
    Conversation,
    Delivery,
    Disposition,
    Entry,
    Message,
    Officer,
    Paper,
    Pause,
    RegisterEntry,
    StandIn,
    Task,
    Ticket,
    TicketLink,
    TicketStep,
)
from inbox.reading import Question
from inbox.refused import Missing
from inbox.sealing import Identity, Seal
from inbox.standins import standing_in
from inbox.veiling import veil_deliveries, veil_links, veil_papers, veil_talk, veil_texts, veil_ticket

MOST_MESSAGES = 300
MOST_LINES = 500
# What a message row shows; what arrived with it, and its full text, stay where they are.
MESSAGE_COLUMNS = (
    *("id", "office", "channel", "external_id", "conversation_id", "ticket_id", "officer_id", "direction", "author"),
    *(
        "kind",
        "about",
        "subject",
        "text",
        "template",
        "automatic",
        "public",
        "values",
        "proof",
        "sent_at",
        "created_at",
    ),
)


_SAID = f"WHERE t.ticket_id = $1 AND t.undone_at IS NULL ORDER BY t.id DESC LIMIT {MOST_MESSAGES}"
_THEIRS = f"WHERE t.message_id IN (SELECT t.id FROM message t {_SAID})"  # noqa: S608 - our own words
_MINE = "WHERE t.ticket_id = $1 ORDER BY t."
_PERSON = "WHERE t.id = (SELECT citizen_id FROM ticket WHERE number = $1)"
_TALKS = "WHERE t.id IN (SELECT conversation_id FROM ticket_link WHERE ticket_id = $1)"
_ADDRESSES = """WHERE t.id IN (SELECT c.address_id FROM conversation c JOIN ticket_link l ON l.conversation_id = c.id
WHERE l.ticket_id = $1)"""
_OF_TICKET: Mapping[str, tuple[type[Model], str]] = {
    "steps": (TicketStep, f"{_MINE}ordinal"),
    "pauses": (Pause, "JOIN ticket_step s ON s.id = t.step_id WHERE s.ticket_id = $1 ORDER BY t.id"),
    "tasks": (Task, f"{_MINE}id"),
    "sheets": (Disposition, f"{_MINE}id"),
    "papers": (Paper, f"{_MINE}id"),
    "register": (RegisterEntry, f"{_MINE}id"),
    "files": (Attachment, f"{_THEIRS} ORDER BY t.id"),
    "deliveries": (Delivery, _THEIRS),
    "entries": (Entry, f"{_MINE}id DESC LIMIT {MOST_LINES}"),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """All the rows of one ticket. Messages and journal are newest first. ``identity``: who complained is not in them,
    because the officer may not know.
    """

    ticket: Ticket
    officers: dict[int, str]
    steps: list[TicketStep]
    pauses: list[Pause]
    tasks: list[Task]
    sheets: list[Disposition]
    papers: list[Paper]
    register: dict[int, RegisterEntry]
    messages: list[Message]
    lengths: dict[int, int]
    files: list[Attachment]
    deliveries: dict[int, Delivery]
    links: list[TicketLink]
    entries: list[Entry]
    standins: list[StandIn]
    identity: Identity | None = None

    def name(self, officer_id: int | None) -> str:
        """An officer's name; empty where there is none."""
        return self.officers.get(officer_id or 0, "")

    def called(self, officer_id: int, office: Office, at: datetime, *, role: str = "", language: str = "id") -> str:
        """The name, with whatever the officer stood in for at that moment."""
        held = standing_in(self.standins, office, officer_id, at, role=role, language=language)
        return f"{self.name(officer_id)} ({held})" if held else self.name(officer_id)


async def read_rows(by: Actor, office: Office, number: str, seal: Seal) -> Rows:
    """All of it in two visits, one more where who complained is hidden; inside ``database.reading``.

    Raises Missing ``ticket-missing``.
    """
    rows = await _read(by, office, number)
    identity = await seal.identity(rows.ticket)
    return _veiled(rows, identity) if identity else rows


def _veiled(rows: Rows, identity: Identity) -> Rows:
    """What a person wrote into them, without who complained."""
    veil_ticket(rows.ticket, identity)
    veil_talk(identity, rows.messages, rows.files)
    veil_deliveries(rows.deliveries.values())
    veil_papers(identity, rows.papers)
    veil_links(rows.links)
    veil_texts(identity, rows.sheets, "instruction")
    veil_texts(identity, rows.tasks, "report")
    veil_texts(identity, rows.steps, "reason")
    return replace(rows, identity=identity)


async def _read(by: Actor, office: Office, number: str) -> Rows:
    ticket = await _visible(by, office, numbers.normal(number))
    ask: dict[str, Question[Any]] = {name: Question(*asked, (ticket.id,)) for name, asked in _OF_TICKET.items()}
    said = Question(Message, _SAID, (ticket.id,), MESSAGE_COLUMNS, "length(t.full_text) AS whole")
    staff = Question(Officer, "WHERE t.office = $1", (office.id,), ("id", "name"))
    standins = Question(StandIn, "WHERE t.office = $1 ORDER BY t.id DESC", (office.id,))
    read = await reading.ask(*ask.values(), said, staff, standins, *(links := _links(ticket)))
    return Rows(
        ticket=ticket,
        officers={row["id"]: row["name"] for row in read.raw(staff)},
        steps=read.rows(ask["steps"]),
        pauses=read.rows(ask["pauses"]),
        tasks=read.rows(ask["tasks"]),
        sheets=read.rows(ask["sheets"]),
        papers=read.rows(ask["papers"]),
        register={entry.id: entry for entry in read.rows(ask["register"])},
        messages=read.rows(said),
        lengths={row["id"]: row["whole"] for row in read.raw(said)},
        files=read.rows(ask["files"]),
        deliveries={one.message_id: one for one in read.rows(ask["deliveries"])},
        links=_linked(*(read.rows(question) for question in links)),
        entries=read.rows(ask["entries"]),
        standins=read.rows(standins),
    )


async def _visible(by: Actor, office: Office, number: str) -> Ticket:
    """The ticket with its citizen. Raises Missing ``ticket-missing``, for whoever may not see it too."""
    seen, values = queues.seen(by, office, 3)
    mine = Question(
        Ticket, f"WHERE t.office = $1 AND t.number = $2{seen}", (office.id, numbers.normal(number), *values)
    )
    person = Question(Citizen, _PERSON, (numbers.normal(number),))
    read = await reading.ask(mine, person)
    for ticket in read.rows(mine):
        (ticket.citizen,) = read.rows(person)
        return ticket
    raise Missing("ticket-missing", number=number[:20])


def _links(ticket: Ticket) -> tuple[Question[TicketLink], Question[Conversation], Question[Address]]:
    return (
        Question(TicketLink, f"{_MINE}id", (ticket.id,)),
        Question(Conversation, _TALKS, (ticket.id,)),
        Question(Address, _ADDRESSES, (ticket.id,)),
    )


def _linked(links: list[TicketLink], talks: list[Conversation], addresses: list[Address]) -> list[TicketLink]:
    """The links with their conversations and addresses, as if the ORM had read them."""
    whose, known = {one.id: one for one in addresses}, {one.id: one for one in talks}
    for talk in talks:
        talk.address = whose[talk.address_id]
    for link in links:
        link.conversation = known[link.conversation_id]
    return links
