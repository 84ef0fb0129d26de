"""Who a ticket's person is to an officer: other addresses and tickets, what was joined, and who might be the same.

Reads only. What looks alike is a hint and says so: the same contact typed, the same name and place. Nobody is joined
by it; ``inbox.joining`` does that at an officer's word.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tortoise.expressions import Q

from channels.base import contact
from config.schema import Office
from inbox.actor import Actor
from inbox.cases import visible
from inbox.database import rows
from inbox.models import Address, Citizen, Conversation, Joining, Message, Officer, Ticket, TicketLink

_MOST = 20
_MOST_LIKELY = 5
_NAMESAKES = """
    SELECT t.id FROM citizen c JOIN ticket t ON t.citizen_id = c.id
    WHERE c.office = $1 AND c.name <> '' AND lower(c.name) = lower($2) AND c.id <> $3 AND lower(t.place) = lower($4)
    ORDER BY t.id DESC LIMIT 20
"""


@dataclass(frozen=True, slots=True)
class Likely:
    """Somebody who might be the same person. ``key`` is what a joining takes; ``why``: contact, namesake."""

    key: str
    why: str
    name: str
    address: str
    ticket: Ticket | None


@dataclass(frozen=True, slots=True)
class Joined:
    """A joining that stands, with the name that the other had and who did it."""

    row: Joining
    name: str
    officer: str


@dataclass(frozen=True, slots=True)
class Person:
    """A ticket's person as one officer may see them; ``tickets`` are the others, newest first."""

    addresses: tuple[Address, ...]
    tickets: tuple[Ticket, ...]
    joined: tuple[Joined, ...]
    likely: tuple[Likely, ...]


async def person_of(ticket: Ticket, by: Actor, office: Office) -> Person:
    """The person behind a ticket; to be read inside ``database.reading``. At most a dozen queries."""
    mine = ticket.citizen_id
    tickets = visible(by, office).filter(citizen_id=mine).exclude(id=ticket.id)
    standing = Joining.filter(kept_id=mine, undone_at=None).order_by("-id").limit(_MOST)
    return Person(
        addresses=tuple(await Address.filter(citizen_id=mine).order_by("id").limit(_MOST)),
        tickets=tuple(await tickets.order_by("-id").limit(_MOST)),
        joined=tuple([await _joined(row) for row in await standing.select_related("moved")]),
        likely=tuple(await _likely(ticket, by, office)),
    )


async def _joined(row: Joining) -> Joined:
    officer = await Officer.filter(id=row.officer_id).only("id", "name").first()
    return Joined(row, row.moved.name, officer.name if officer else "")


async def _likely(ticket: Ticket, by: Actor, office: Office) -> list[Likely]:
    """Other persons of the office, each once, the stronger hint first."""
    found: dict[int, Likely] = {}
    for address in await _typed_here(ticket):
        last = await visible(by, office).filter(citizen_id=address.citizen_id).order_by("-id").first()
        found.setdefault(
            address.citizen_id, Likely(f"a{address.id}", "contact", address.citizen.name, address.value, last)
        )
    for other, why in [*await _typed_elsewhere(ticket, by, office), *await _namesakes(ticket, by, office)]:
        found.setdefault(other.citizen_id, Likely(other.number, why, other.citizen.name, "", other))
    found.pop(ticket.citizen_id, None)
    return list(found.values())[:_MOST_LIKELY]


async def _typed_here(ticket: Ticket) -> list[Address]:
    """The addresses that somebody typed as a contact for this ticket and that are another's."""
    said = await Message.filter(ticket_id=ticket.id, direction="in").order_by("id").limit(_MOST).only("id", "values")
    typed = {contact(str(message.values.get("contact", ""))) for message in said} - {None}
    links = TicketLink.filter(ticket_id=ticket.id).select_related("conversation")
    linked = [link.conversation.address_id for link in await links]
    named = Q(id__in=linked)
    for scheme, value in filter(None, typed):
        named |= Q(scheme=scheme, value=value)
    others = Address.filter(named, office=ticket.office).exclude(citizen_id=ticket.citizen_id)
    return await others.order_by("id").limit(_MOST).select_related("citizen")


async def _typed_elsewhere(ticket: Ticket, by: Actor, office: Office) -> Iterable[tuple[Ticket, str]]:
    """Tickets of others for which one of this person's addresses was typed."""
    addresses = [one.id for one in await Address.filter(citizen_id=ticket.citizen_id).limit(_MOST).only("id")]
    channels = [f"{office.id}-{name}" for name in office.channels]
    spoken = Conversation.filter(channel__in=channels, address_id__in=addresses).only("id")
    conversations = [one.id for one in await spoken] if addresses else []
    if not conversations:
        return []
    links = TicketLink.filter(confirmed=False, conversation_id__in=conversations)
    ids = [link.ticket_id for link in await links.order_by("-id").limit(_MOST)]
    return [(one, "contact") for one in await _others(ids, ticket, by, office)]


async def _namesakes(ticket: Ticket, by: Actor, office: Office) -> Iterable[tuple[Ticket, str]]:
    """Tickets of others with the same name and the same place."""
    citizen = await Citizen.get(id=ticket.citizen_id)
    if not (citizen.name and ticket.place):
        return []
    found = await rows(_NAMESAKES, [office.id, citizen.name, citizen.id, ticket.place])
    return [(one, "namesake") for one in await _others([row["id"] for row in found], ticket, by, office)]


async def _others(ids: list[int], ticket: Ticket, by: Actor, office: Office) -> list[Ticket]:
    if not ids:
        return []
    others = visible(by, office).filter(id__in=ids).exclude(citizen_id=ticket.citizen_id)
    return await others.order_by("-id").select_related("citizen")
