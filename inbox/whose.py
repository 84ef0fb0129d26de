"""Whose data is meant: the ids of everything that belongs to one person, or to one case of theirs. Reads only.

A person is everybody an officer or a code joined into one. What they wrote into somebody else's case is theirs too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox import ciphering, numbers
from inbox.database import rows
from inbox.models import Address, Citizen, Conversation, Joining, Ticket
from inbox.refused import Missing, Refused

_ENDED = ("closed", "handed-on")


@dataclass(frozen=True, slots=True)
class Whose:
    """Ids, by what they are. ``senders`` are the values of the addresses, ``open`` the cases that are in process."""

    office: str
    citizens: tuple[int, ...] = ()
    addresses: tuple[int, ...] = ()
    conversations: tuple[int, ...] = ()
    tickets: tuple[int, ...] = ()
    messages: tuple[int, ...] = ()
    numbers: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    aside: tuple[int, ...] = ()
    answers: tuple[int, ...] = ()

    def of(self, sql: str) -> str:
        """A condition with the ids filled in; where there are none, nothing is met."""
        return sql.format(
            citizens=_list(self.citizens),
            addresses=_list(self.addresses),
            conversations=_list(self.conversations),
            tickets=_list(self.tickets),
            messages=_list(self.messages),
            aside=_list(self.aside),
            answers=_list(self.answers),
        )


async def of_ticket(office: str, number: str) -> Whose:
    """The person who opened that ticket. Raises Missing ``ticket-missing``."""
    ticket = await Ticket.filter(office=office, number=numbers.normal(number)).first()
    if ticket is None:
        raise Missing("ticket-missing", number=number[:40])
    return await of_person(office, ticket.citizen_id)


async def of_address(office: str, value: str) -> Whose:
    """The person of an address, in any scheme. Raises Missing ``privacy-address``, Refused ``privacy-several``."""
    lying = ciphering.forms(office, value.strip())
    found = await Address.filter(office=office, value__in=lying).values_list("citizen_id", flat=True)
    owners = sorted({int(str(id_)) for id_ in found})
    if not owners:
        raise Missing("privacy-address")
    if len(owners) > 1:
        raise Refused("privacy-several")
    return await of_person(office, owners[0])


async def of_person(office: str, citizen_id: int) -> Whose:
    """Everything of a person."""
    citizens = await _one_person(office, citizen_id)
    addresses = await Address.filter(citizen_id__in=citizens).order_by("id")
    ids = [one.id for one in addresses]
    conversations = await _ids(Conversation.filter(address_id__in=ids)) if ids else []
    tickets = await Ticket.filter(citizen_id__in=citizens).order_by("id")
    whose = Whose(office, tuple(citizens), tuple(ids), tuple(conversations))
    return await _with_cases(replace(whose, senders=tuple(one.value for one in addresses)), tickets)


async def of_case(ticket: Ticket, *, quiet_since: datetime) -> Whose:
    """One case alone; the person goes with it where they have no other that is not erased, and were quiet since."""
    others = Ticket.filter(citizen_id=ticket.citizen_id, erased_at=None).exclude(id=ticket.id)
    talk = Conversation.filter(address__citizen_id=ticket.citizen_id, last_in_at__gt=quiet_since)
    if not (await others.exists() or await talk.exists()):
        return await of_person(ticket.office, ticket.citizen_id)
    return await _with_cases(Whose(ticket.office), [ticket])


async def of_code(ticket: Ticket) -> Whose:
    """What whoever has one case's number and code may have: that case, and the addresses it is spoken of from."""
    found = Conversation.filter(links__ticket_id=ticket.id, address__citizen_id=ticket.citizen_id)
    conversations = await found.order_by("id")
    addresses = sorted({one.address_id for one in conversations})
    whose = await _with_cases(Whose(ticket.office), [ticket])
    theirs = replace(whose, citizens=(ticket.citizen_id,), addresses=tuple(addresses))
    return replace(theirs, conversations=tuple(one.id for one in conversations))


async def _with_cases(whose: Whose, tickets: Sequence[Ticket]) -> Whose:
    ids = tuple(one.id for one in tickets)
    said = f"ticket_id IN ({_list(ids)}) OR conversation_id IN ({_list(whose.conversations)})"
    messages = await rows(f"SELECT id FROM message WHERE {said} ORDER BY id")  # noqa: S608 - numbers alone
    return replace(
        whose,
        tickets=ids,
        messages=tuple(row["id"] for row in messages),
        numbers=tuple(one.number for one in tickets),
        open=tuple(one.number for one in tickets if one.status not in _ENDED),
        answers=await _answers(one.number for one in tickets),
    )


async def _one_person(office: str, citizen_id: int) -> list[int]:
    """The citizen and whoever was joined into them and not taken out again."""
    found, fresh = {citizen_id}, {citizen_id}
    while fresh:
        moved = Joining.filter(office=office, kept_id__in=fresh, undone_at=None).values_list("moved_id", flat=True)
        fresh = {int(str(id_)) for id_ in await moved} - found
        found |= fresh
    return sorted(await _ids(Citizen.filter(id__in=found, office=office)))


async def _answers(tickets: Iterable[str]) -> tuple[int, ...]:
    """What machines were answered of late about these tickets, by their numbers."""
    found: set[int] = set()
    for number in tickets:
        kept = await rows("SELECT id FROM api_answer WHERE body LIKE $1", [f"%{number}%"])
        found |= {row["id"] for row in kept}
    return tuple(sorted(found))


async def _ids(query: object) -> list[int]:
    return [int(str(id_)) for id_ in await query.values_list("id", flat=True)]  # type: ignore[attr-defined]


def _list(ids: Iterable[int]) -> str:
    return ", ".join(f"{id_:d}" for id_ in ids) or "NULL"
