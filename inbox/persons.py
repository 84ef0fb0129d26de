"""Who a ticket's person is to an officer: other addresses and tickets, what was joined, and who might be the same.

Reads only. What looks alike is a hint and says so: the same contact typed, the same name and place. Nobody is joined
by it; ``inbox.joining`` does that at an officer's word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from channels.base import contact
from config.schema import Office
from inbox import ciphering, reading
from inbox.cases import visible
from inbox.models import Address, Joining, Message, Ticket, TicketLink
from inbox.models.kept import KeptJSONField
from inbox.reading import Question
from inbox.sealing import Seal

_Rows = Sequence[Mapping[str, Any]]
_MOST = 20
_MOST_LIKELY = 5
_OTHERS = "WHERE t.citizen_id = $1 AND t.id <> $2 ORDER BY t.id DESC LIMIT 1"
_JOINED = f"""JOIN citizen m ON m.id = t.moved_id LEFT JOIN officer o ON o.id = t.officer_id
WHERE t.kept_id = $1 AND t.undone_at IS NULL ORDER BY t.id DESC LIMIT {_MOST}"""
_SAID = f"WHERE t.ticket_id = $1 AND t.direction = 'in' ORDER BY t.id LIMIT {_MOST}"
_LINKED = """JOIN conversation c ON c.address_id = t.id JOIN ticket_link l ON l.conversation_id = c.id
WHERE l.ticket_id = $1 AND t.citizen_id <> $2"""
# Tickets for which one of the person's addresses was typed.
_TYPED = f"""JOIN conversation c ON c.id = t.conversation_id JOIN address a ON a.id = c.address_id
WHERE a.citizen_id = $1 AND c.channel IN ({{channels}}) AND NOT t.confirmed ORDER BY t.id DESC LIMIT {_MOST}"""
# Tickets of others with the same name and the same place.
_NAMESAKES = f"""JOIN citizen c ON c.id = t.citizen_id
WHERE c.office = $1 AND c.name <> '' AND lower(c.name) = (SELECT lower(name) FROM citizen WHERE id = $2)
AND c.id <> $2 AND t.place <> '' AND lower(t.place) = lower($3) ORDER BY t.id DESC LIMIT {_MOST}"""  # noqa: S608


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


async def person_of(ticket: Ticket, seal: Seal) -> Person:
    """The person behind a ticket; to be read inside ``database.reading``. One visit where nobody is like them.

    What is looked up without asking whose it is to see are ids alone; tickets come by ``cases.visible``. Of a person
    behind a seal nothing is told, and they are nobody's likeness.
    """
    if not seal.sees(ticket):
        return Person((), (), (), ())
    office, seen = seal.office, seal.known(visible(seal.by, seal.office))
    mine, person = ticket.citizen_id, (ticket.citizen_id,)
    addresses = Question(Address, f"WHERE t.citizen_id = $1 ORDER BY t.id LIMIT {_MOST}", person)
    others = Question(Ticket, _OTHERS, (mine, ticket.id), ("id",))
    joined = Question(Joining, _JOINED, person, also="m.name AS moved_name, o.name AS officer_name")
    hints = _hints(ticket, office)
    read = await reading.ask(addresses, others, joined, *hints)
    tickets = seen.filter(citizen_id=mine).exclude(id=ticket.id).order_by("-id").limit(_MOST)
    names = [(ciphering.opened(row["moved_name"]), row["officer_name"] or "") for row in read.raw(joined)]
    return Person(
        addresses=tuple(read.rows(addresses)),
        tickets=tuple(await tickets) if read.raw(others) else (),
        joined=tuple(Joined(row, *named) for row, named in zip(read.rows(joined), names, strict=True)),
        likely=tuple(await _likely(ticket, seal, [read.raw(hint) for hint in hints])),
    )


def _hints(ticket: Ticket, office: Office) -> tuple[Question[Any], ...]:
    """What was said, the addresses linked that are another's, and tickets of others by contact and by name."""
    channels = [f"{office.id}-{name}" for name in office.channels]
    places = ", ".join(f"${place}" for place, _ in enumerate(channels, start=2)) or "NULL"
    return (
        Question(Message, _SAID, (ticket.id,), ("id", "values")),
        Question(Address, _LINKED, (ticket.id, ticket.citizen_id), ("id",)),
        Question(TicketLink, _TYPED.format(channels=places), (ticket.citizen_id, *channels), ("id", "ticket_id")),
        Question(Ticket, _NAMESAKES, (office.id, ticket.citizen_id, ticket.place), ("id",)),
    )


async def _likely(ticket: Ticket, seal: Seal, hints: Sequence[_Rows]) -> list[Likely]:
    """Other persons of the office, each once, the stronger hint first."""
    said, linked, typed, namesakes = hints
    found: dict[int, Likely] = {}
    seen = seal.known(visible(seal.by, seal.office))
    for address in await _typed_here(ticket, said, [row["id"] for row in linked], seal):
        last = await seen.filter(citizen_id=address.citizen_id).order_by("-id").first()
        if last is None and await Ticket.filter(citizen_id=address.citizen_id).exists():
            continue  # known from tickets that are not this officer's to see
        found.setdefault(
            address.citizen_id, Likely(f"a{address.id}", "contact", address.citizen.name, address.value, last)
        )
    why = {row["id"]: "namesake" for row in namesakes} | {row["ticket_id"]: "contact" for row in typed}
    others = await _others(list(why), ticket, seen)
    for other in sorted(others, key=lambda one: why[one.id]):
        found.setdefault(other.citizen_id, Likely(other.number, why[other.id], other.citizen.name, "", other))
    return list(found.values())[:_MOST_LIKELY]


async def typed_on(ticket: Ticket, seal: Seal) -> list[Address]:
    """The addresses that somebody typed for this ticket and that are nobody's yet: on no ticket of their own."""
    said = await Message.filter(ticket_id=ticket.id, direction="in").order_by("id").limit(_MOST).values("values")
    typed = await _typed_here(ticket, said, [], seal)
    owned = await Ticket.filter(citizen_id__in=[one.citizen_id for one in typed]).only("citizen_id")
    owners = {ticket.citizen_id for ticket in owned}
    return [one for one in typed if one.citizen_id not in owners]


async def _typed_here(ticket: Ticket, said: _Rows, linked: list[int], seal: Seal) -> list[Address]:
    """The addresses that somebody typed as a contact for this ticket and that are another's, of nobody behind a seal
    that the officer has not opened.
    """
    typed = {contact(str(_values(row).get("contact", ""))) for row in said} - {None}
    named = Q(id__in=linked)
    for scheme, value in filter(None, typed):
        named |= Q(scheme=scheme, value__in=ciphering.forms(ticket.office, value))
    if not (typed or linked):
        return []
    others = Address.filter(named, office=ticket.office).exclude(citizen_id=ticket.citizen_id)
    return await seal.reachable(others).order_by("id").limit(_MOST).select_related("citizen")


def _values(row: Mapping[str, Any]) -> Mapping[str, Any]:
    """What came with a message; both drivers give JSON as text."""
    values = row["values"]
    return KeptJSONField().to_python_value(values) or {}


async def _others(ids: list[int], ticket: Ticket, seen: QuerySet[Ticket]) -> list[Ticket]:
    """Those of other persons, newest first."""
    if not ids:
        return []
    others = seen.filter(id__in=ids).exclude(citizen_id=ticket.citizen_id)
    return await others.order_by("-id").select_related("citizen")
