"""Laying a seal over who complained, opening it with a reason, and who has looked behind it, by opening or by right.

An opening is told to the head and lasts until the office's day is over. Its reason stays in its row: the journal keeps
that there was one. Looking by right is written down once per officer, complaint and day, and is no part of the road
that messages take.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from config.schema import Office, Right
from inbox import journal, notices, protecting, queues
from inbox.actor import Actor
from inbox.forms import check_text
from inbox.live import Event
from inbox.models import Entry, Officer, SealOpening, Ticket
from inbox.refused import Forbidden, Refused
from inbox.secrecy import SEALED
from inbox.tickets import Tickets

LONGEST_REASON = 300
_OPENED, _READ = "seal-opened", "identity-read"
_MOST = 300


@dataclass(frozen=True, slots=True)
class Look:
    """One look behind a seal. ``reason`` and ``until`` are an opening's; a look by right has neither."""

    at: datetime
    officer: str
    reason: str = ""
    until: datetime | None = None


class Openings:
    """Lays and opens seals, and lists who looked."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def open(self, by: Actor, number: str, reason: str, now: datetime) -> Ticket:
        """The officer may know who complained until the day is over.

        Raises: Missing ``ticket-missing``; Refused ``not-sealed``, ``field-missing``, ``field-long``.
        """
        office = self._tickets.offices.office(by.office)
        why = check_text("reason", reason, LONGEST_REASON)

        async def work() -> Ticket:
            case = await self._tickets.cases.take(by, number, None, now)
            if self._tickets.seal(by).sees(case.ticket):
                raise Refused("not-sealed")
            until = queues.end_of_day(office, now)
            known = {"office": office.id, "ticket_id": case.ticket.id, "officer_id": by.officer_id}
            row = await SealOpening.create(reason=why, at=now, until=until, **known)
            await case.log(_OPENED, opening=row.id)
            for role in heads(office):
                key = f"{_OPENED}:{row.id}:{role}"[:120]
                told = {"role": role, "ticket_id": case.ticket.id, "number": case.ticket.number}
                await notices.tell(office.id, _OPENED, key=key, now=now, **told)
            return case.ticket

        ticket = await self._tickets.database.transaction(work)
        self._tickets.announce(Event(office.id, "ticket", ticket.id, ticket.number))
        return ticket

    async def seal(self, by: Actor, number: str, now: datetime) -> Ticket:
        """Who complained is for few from now on. Raises Missing ``ticket-missing``, Forbidden ``no-right``, Refused
        ``sealed-already``. Only the citizen's own word takes a seal away.
        """

        async def work() -> Ticket:
            case = await self._tickets.cases.take(by, number, None, now)
            if not by.may(case.office, Right.FIELDS):
                raise Forbidden("no-right", right=Right.FIELDS)
            if not await protecting.raise_to(case, SEALED):
                raise Refused("sealed-already")
            await case.save()
            return case.ticket

        ticket = await self._tickets.database.transaction(work)
        self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return ticket

    async def looks(self, by: Actor, number: str) -> tuple[Ticket, tuple[Look, ...]]:
        """Who looked behind a seal, newest first. Raises Missing ``ticket-missing``, Forbidden ``no-right``."""
        async with self._tickets.database.reading():
            ticket = await self._tickets.cases.find(by, number)
            if not by.may(self._tickets.offices.office(by.office), Right.IDENTITY):
                raise Forbidden("no-right", right=Right.IDENTITY)
            return ticket, await looked(ticket.id)


async def looked(ticket_id: int) -> tuple[Look, ...]:
    """The same of any ticket, for whoever may ask; inside ``database.reading``."""
    opened = await SealOpening.filter(ticket_id=ticket_id).order_by("-id").limit(_MOST).select_related("officer")
    read = await Entry.filter(ticket_id=ticket_id, event=_READ).order_by("-id").limit(_MOST)
    ids = {int(line.actor.partition(":")[2]) for line in read}
    names = {one.id: one.name for one in await Officer.filter(id__in=list(ids))} if ids else {}
    looks = [Look(row.at, row.officer.name, row.reason, row.until) for row in opened]
    looks += [Look(line.at, names.get(int(line.actor.partition(":")[2]), "")) for line in read]
    return tuple(sorted(looks, key=lambda look: look.at, reverse=True))


async def note(tickets: Tickets, by: Actor, ticket: Ticket, now: datetime) -> None:
    """Write down that an officer who holds the right read who complained: once a day, in a transaction of its own."""
    office = tickets.offices.office(by.office)
    if ticket.secrecy != SEALED or not by.may(office, Right.IDENTITY):
        return
    begun = queues.end_of_day(office, now) - timedelta(days=1)
    async with tickets.database.reading():
        lines = Entry.filter(ticket_id=ticket.id, event=_READ, actor=by.mark, at__gt=begun)
        if await lines.exists():
            return
    work = lambda: journal.write(office.id, _READ, actor=by.mark, at=now, ticket_id=ticket.id)  # noqa: E731
    await tickets.database.transaction(work)


def heads(office: Office) -> list[str]:
    """The roles above which there is none."""
    above = {role.superior for role in office.roles.values()}
    top = [id_ for id_, role in office.roles.items() if role.superior is None]
    return [id_ for id_ in top if id_ in above] or top
