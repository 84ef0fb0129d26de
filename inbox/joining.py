"""Two persons are one: an officer says so, or a code that came back; an officer can take it back. Nothing else joins
what came from two addresses.

Joining moves the addresses and tickets of one citizen to the other and gives the addresses a common mark, by which the
clerk tells either of them about both. What moved is written down; undoing moves exactly that back, with what was
opened from those addresses since. Every joining of an office waits for the one before it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from config.schema import Right
from inbox import journal, numbers, turns
from inbox.actor import Actor
from inbox.cases import Case, known_addresses, visible
from inbox.forms import check_text
from inbox.live import Event
from inbox.models import Address, Citizen, Entry, Joining, Ticket, TicketLink
from inbox.persons import typed_on
from inbox.refused import Forbidden, Refused
from inbox.tickets import Tickets

_LONGEST_REASON = 1000
_MOST_TOLD = 20
Work = Callable[[Case], Awaitable[None]]


class Joinings:
    """Joins and separates persons; each command is a transaction of its own."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def join(self, by: Actor, number: str, other: str, reason: str, *, version: int, now: datetime) -> Ticket:
        """The person of ticket ``number`` is the person of ``other``: another ticket's number, or ``a<address id>``.

        Such an address was typed for this one, or is known from a ticket that the officer may see. Nobody is joined
        with a person behind a seal that the officer has not opened. Raises Forbidden ``sealed``.

        Refused ``person-unknown``, ``person-same``.
        """
        reason = check_text("reason", reason, _LONGEST_REASON)

        async def work(case: Case) -> None:
            self._tickets.seal(by).check(case.ticket)
            found, elsewhere = await self._named(by, case, other)
            if found == case.ticket.citizen_id:
                raise Refused("person-same", field="with")
            row = await _move(case, found, reason)
            await _log(case, "person-joined", row, elsewhere)

        return await self._command(by, number, work, version=version, now=now)

    async def separate(self, by: Actor, number: str, joining_id: int, *, version: int, now: datetime) -> Ticket:
        """Take a joining back. Refused ``joining-missing``: undone already, or the person was joined further since."""

        async def work(case: Case) -> None:
            self._tickets.seal(by).check(case.ticket)
            found = Joining.filter(id=joining_id, office=case.office.id, undone_at=None)
            row = await found.filter(kept_id=case.ticket.citizen_id).first()
            if row is None:
                raise Refused("joining-missing")
            await _move_back(row)
            await Joining.filter(id=row.id).update(undone_at=case.now)
            await _log(case, "person-separated", row, await _partner(case, row))

        return await self._command(by, number, work, version=version, now=now)

    async def _named(self, by: Actor, case: Case, other: str) -> tuple[int, Ticket | None]:
        """The citizen that was meant, and the ticket it was named by. Refused ``person-unknown``."""
        name, seal = other.strip(), self._tickets.seal(by)
        if name[:1] == "a" and name[1:].isdecimal():
            wanted = int(name[1:18])
            typed = {one.id: one for one in await typed_on(case.ticket, seal)}
            address = (
                typed.get(wanted) or await seal.reachable(known_addresses(by, case.office)).filter(id=wanted).first()
            )
            if address:
                return address.citizen_id, None
        ticket = await seal.known(visible(by, case.office)).filter(number=numbers.normal(name)).first()
        if ticket is None:
            raise Refused("person-unknown", field="with", number=name[:20])
        return ticket.citizen_id, ticket

    async def _command(self, by: Actor, number: str, work: Work, *, version: int, now: datetime) -> Ticket:
        async def whole() -> Ticket:
            await turns.wait(f"joining:{by.office}")
            case = await self._tickets.cases.take(by, number, version, now)
            if not by.may(case.office, Right.PEOPLE):
                raise Forbidden("no-right", right=Right.PEOPLE)
            await work(case)
            await case.save()
            return case.ticket

        ticket = await self._tickets.database.transaction(whole)
        self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return ticket


async def believe(address: Address, ticket: Ticket) -> None:
    """Somebody answered from an address that was typed for this ticket: it is the person's, unless it has a person.

    In the caller's transaction.
    """
    if address.citizen_id == ticket.citizen_id or address.joined is not None:
        return
    if not await Ticket.filter(citizen_id=address.citizen_id).exists():
        await Address.filter(id=address.id).update(citizen_id=ticket.citizen_id)


async def prove(mine: Address, other: Address, now: datetime) -> list[Ticket]:
    """Whoever writes from ``mine`` gave the code that was sent to ``other``: both are theirs.

    In the caller's transaction; answers the tickets whose record says so. What somebody else wrote ``other`` down for
    stays unproven.
    """
    await turns.wait(f"joining:{mine.office}")
    await Address.filter(id=other.id, confirmed_at=None).update(confirmed_at=now)
    own, theirs = await Address.get(id=mine.id), await Address.get(id=other.id)
    typed = TicketLink.filter(ticket__citizen_id=own.citizen_id, conversation__address_id=other.id, confirmed=False)
    await TicketLink.filter(id__in=await typed.values_list("id", flat=True)).update(confirmed=True)
    if own.citizen_id == theirs.citizen_id:
        return []
    row = await _unite(mine.office, own.citizen_id, theirs.citizen_id, now)
    tickets = await Ticket.filter(citizen_id=row.kept_id).order_by("-id").limit(_MOST_TOLD)
    for ticket in tickets:
        await journal.write(
            mine.office, "person-proved", actor=journal.CITIZEN, at=now, ticket_id=ticket.id, joining=row.id
        )
    return tickets


async def _move(case: Case, other: int, reason: str) -> Joining:
    """All of one citizen's to the other, at an officer's word."""
    row = await _unite(case.office.id, case.ticket.citizen_id, other, case.now)
    row.reason, row.officer_id, row.ticket_id = reason, case.officer_id, case.ticket.id
    await row.save(update_fields=["reason", "officer_id", "ticket_id"])
    return row


async def _unite(office: str, mine: int, other: int, now: datetime) -> Joining:
    """All of one citizen's to the other: to ``mine``, unless only the other has a name. By nobody in person, so far."""
    own, theirs = await Citizen.get(id=mine), await Citizen.get(id=other)
    kept, moved = (theirs, own) if theirs.name and not own.name else (own, theirs)
    row = await Joining.create(
        office=office,
        kept_id=kept.id,
        moved_id=moved.id,
        addresses=[one.id for one in await Address.filter(citizen_id=moved.id).order_by("id").only("id")],
        tickets=[one.id for one in await Ticket.filter(citizen_id=moved.id).order_by("id").only("id")],
        reason="",
        ticket_id=0,
        created_at=now,
    )
    await Address.filter(id__in=row.addresses).update(citizen_id=kept.id)
    await Ticket.filter(id__in=row.tickets).update(citizen_id=kept.id)
    await Address.filter(citizen_id=kept.id).update(joined=kept.id)
    return row


async def _move_back(row: Joining) -> None:
    tickets = [*row.tickets, *await _opened_since(row)]
    await Address.filter(id__in=row.addresses, citizen_id=row.kept_id).update(citizen_id=row.moved_id)
    await Ticket.filter(id__in=tickets, citizen_id=row.kept_id).update(citizen_id=row.moved_id)
    for citizen_id in (row.kept_id, row.moved_id):
        still = await Joining.filter(kept_id=citizen_id, undone_at=None).exclude(id=row.id).exists()
        await Address.filter(citizen_id=citizen_id).update(joined=citizen_id if still else None)


async def _opened_since(row: Joining) -> list[int]:
    """Tickets that were opened since from the addresses which go back."""
    links = TicketLink.filter(ticket__citizen_id=row.kept_id, ticket__opened_at__gte=row.created_at)
    first: dict[int, int] = {}
    for link in await links.exclude(ticket_id__in=row.tickets).order_by("id").select_related("conversation"):
        first.setdefault(link.ticket_id, link.conversation.address_id)
    return [ticket_id for ticket_id, address_id in first.items() if address_id in row.addresses]


async def _partner(case: Case, row: Joining) -> Ticket | None:
    """The other ticket that the joining was made by, as this one's record names it."""
    lines = await Entry.filter(ticket_id=case.ticket.id, event="person-joined").order_by("-id")
    named = next((line.values["number"] for line in lines if line.values.get("joining") == row.id), "")
    return await Ticket.filter(number=named, office=case.office.id).first() if named else None


async def _log(case: Case, event: str, row: Joining, elsewhere: Ticket | None) -> None:
    """A line on both tickets, each naming the other."""
    named = elsewhere.number if elsewhere else "-"
    await case.log(event, number=named, joining=row.id)
    if elsewhere and elsewhere.id != case.ticket.id:
        values = {"number": case.ticket.number, "joining": row.id}
        await journal.write(case.office.id, event, actor=case.actor, at=case.now, ticket_id=elsewhere.id, **values)
