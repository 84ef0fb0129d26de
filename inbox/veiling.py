"""Rows of a sealed ticket as they are handed to a page: who complained is no longer in them.

Changes rows that were read for a page, in place, and marks them as never written: one that is saved by mistake fails.
The policy is ``inbox.sealing``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tortoise.models import Model

from inbox.models import Address, Attachment, Delivery, Message, Paper, PrivacyRequest, Ticket, TicketLink
from inbox.sealing import Identity, Seal
from inbox.ways import Way


async def veil(seal: Seal, *tickets: Ticket) -> dict[int, Identity]:
    """These tickets, with their citizens at hand, for a page; what else of them is to be hidden, by id."""
    identities = await seal.identities((one.id, one.secrecy) for one in tickets)
    for ticket in tickets:
        if found := identities.get(ticket.id):
            veil_ticket(ticket, found)
    return identities


def veil_ticket(ticket: Ticket, identity: Identity) -> None:
    """A ticket, and its citizen where one is at hand."""
    ticket.summary = identity.hide(ticket.summary)
    if getattr(ticket, "_citizen", None) is not None:
        ticket.citizen.name = identity.called
        _never_saved(ticket.citizen)
    _never_saved(ticket)


def veil_talk(identity: Identity, messages: Iterable[Message], files: Iterable[Attachment]) -> None:
    """What was said, and the names of the files that came with it."""
    for message in messages:
        message.subject, message.text = identity.hide(message.subject), identity.hide(message.text)
        message.values = identity.emptied(message.values or {})
        _never_saved(message)
    for file in files:
        file.name = identity.hide(file.name)
        _never_saved(file)


def veil_deliveries(deliveries: Iterable[Delivery]) -> None:
    """A platform's own words often have the address in them, in a form that nobody foresees."""
    for delivery in deliveries:
        delivery.detail = ""
        _never_saved(delivery)


def veil_papers(identity: Identity, papers: Iterable[Paper]) -> None:
    """What is filled in. Files stay shut: an issued letter bears the name that it went to."""
    for paper in papers:
        paper.values, paper.name = identity.emptied(paper.values or {}), identity.hide(paper.name)
        paper.digest = paper.scan_digest = paper.pdf_digest = ""
        _never_saved(paper)


def veil_links(links: Iterable[TicketLink]) -> None:
    """The conversations of a ticket: at which door, and nothing of the address."""
    for link in links:
        veil_address(link.conversation.address)


def veil_address(address: Address) -> None:
    """An address that says nothing."""
    address.value, address.dead_reason = "", ""
    _never_saved(address)


def veiled_ways(seal: Seal, ticket: Ticket, ways: Sequence[Way]) -> list[Way]:
    """The ways to a case's people as the officer may know them: the doors alone, where the ticket is sealed."""
    if seal.sees(ticket):
        return list(ways)
    return [replace(way, address=_blank(way.address)) for way in ways]


def veil_requests(requests: Iterable[PrivacyRequest]) -> None:
    """What somebody asks about their own data says who they are."""
    for request in requests:
        request.text = ""
        _never_saved(request)


def veil_texts(identity: Identity, rows: Iterable[Model], *columns: str) -> None:
    """Columns of text of any rows."""
    for row in rows:
        for name in columns:
            setattr(row, name, identity.hide(getattr(row, name)))
        _never_saved(row)


def _blank(address: Address) -> Address:
    row = {name: getattr(address, name) for name in Address._meta.fields_db_projection}
    shown = Address._init_from_db(**row)
    veil_address(shown)
    return shown


def _never_saved(row: Model) -> None:
    row._saved_in_db = False
