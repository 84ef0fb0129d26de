"""A ticket held for one change: locked, read afresh, with its procedure, calendar and the step it stands in.

Owns who may see which ticket and the version check; every command of the clerk, the officers and the clock goes
through here, inside a transaction. What the change is, is theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from config.schema import Office, Offices, Procedure, Right
from inbox import journal, leading, notices, numbers
from inbox.actor import Actor
from inbox.models import Address, Task, Ticket, TicketLink, TicketStep
from inbox.refused import Missing, Stale
from inbox.versions import Versions
from inbox.worktime import Calendar

LIVE = ("open", "waiting")


@dataclass(slots=True)
class Case:
    """One ticket in one transaction. ``step`` is the last step it entered; ``actor`` is the journal's."""

    ticket: Ticket
    office: Office
    procedure: Procedure
    calendar: Calendar
    now: datetime
    actor: str
    officer_id: int | None = None
    step: TicketStep | None = None
    _changes: dict[str, Any] = field(default_factory=dict)

    @property
    def live(self) -> bool:
        """Whether the case is still being worked on."""
        return self.ticket.status in LIVE

    @property
    def standing(self) -> TicketStep:
        """The step it stands in or stood in last. Raises Missing for a ticket without one, which no command leaves."""
        if self.step is None:
            raise Missing("ticket-missing")
        return self.step

    def change(self, **values: Any) -> None:
        """Set columns of the ticket; ``save`` writes them."""
        for name, value in values.items():
            setattr(self.ticket, name, value)
        self._changes |= values

    async def save(self, *, seen: bool = True) -> None:
        """Write what was changed and move the version on. Raises Stale where another got there first.

        ``seen=False`` leaves the version: no officer's command could collide with the change.
        """
        version = self.ticket.version + 1 if seen else self.ticket.version
        changes = self._changes | {"version": version}
        if not await Ticket.filter(id=self.ticket.id, version=self.ticket.version).update(**changes):
            raise Stale("stale", number=self.ticket.number)
        self.ticket.version = version
        await leading.pass_on(self.ticket, self._changes)
        self._changes.clear()

    async def log(self, event: str, **values: Any) -> None:
        """A journal line of this ticket: ids and the office's own names, no personal text."""
        await journal.write(self.office.id, event, actor=self.actor, at=self.now, ticket_id=self.ticket.id, **values)

    async def notify(self, kind: str, key: str, roles: Iterable[str], **values: Any) -> None:
        """Tell whoever holds these roles, once per ``key``."""
        for role in dict.fromkeys(roles):
            await notices.tell(
                self.office.id,
                kind,
                key=f"{kind}:{key}:{role}",
                now=self.now,
                role=role,
                ticket_id=self.ticket.id,
                number=self.ticket.number,
                **values,
            )


class Cases:
    """Finds tickets and holds them."""

    def __init__(self, offices: Offices, versions: Versions) -> None:
        self.offices, self.versions = offices, versions
        self.calendars: Mapping[str, Calendar] = {
            office.id: Calendar(office, offices.worktime) for office in offices.offices.values()
        }

    async def hold(self, ticket: Ticket, now: datetime, actor: str) -> Case:
        """Lock the row and bring ``ticket`` itself up to date; for the clerk and the clock."""
        fresh = await Ticket.select_for_update(no_key=True).get(id=ticket.id)
        for name in Ticket._meta.fields_db_projection:
            setattr(ticket, name, getattr(fresh, name))
        return await self._case(ticket, now, actor, None)

    async def leading(self, ticket: Ticket, now: datetime, actor: str) -> Case | None:
        """The ticket that this one goes on as part of, locked; None where it stands alone. It is locked first."""
        lead = await leading.leader(ticket)
        return await self.hold(lead, now, actor) if lead else None

    async def find(self, by: Actor, number: str) -> Ticket:
        """The ticket, without a lock. Raises Missing ``ticket-missing``."""
        ticket = await visible(by, self.offices.office(by.office)).filter(number=numbers.normal(number)).first()
        if ticket is None:
            raise Missing("ticket-missing", number=number[:20])
        return ticket

    async def take(self, by: Actor, number: str, version: int | None, now: datetime) -> Case:
        """Lock the ticket for an officer who saw ``version`` of it (None: whatever it is by now).

        Raises:
            Missing: ``ticket-missing``: there is none, or it is not theirs to see.
            Stale: ``stale``: somebody changed it since.
        """
        found = visible(by, self.offices.office(by.office)).filter(number=numbers.normal(number))
        ticket = await found.select_for_update(no_key=True).first()
        if ticket is None:
            raise Missing("ticket-missing", number=number[:20])
        if version is not None and ticket.version != version:
            raise Stale("stale", number=ticket.number)
        return await self._case(ticket, now, by.mark, by.officer_id)

    async def _case(self, ticket: Ticket, now: datetime, actor: str, officer_id: int | None) -> Case:
        procedure = await self.versions.procedure(ticket.procedure_id)
        step = await TicketStep.filter(ticket_id=ticket.id).order_by("-ordinal").first()
        office = self.offices.office(ticket.office)
        return Case(ticket, office, procedure, self.calendars[office.id], now, actor, officer_id, step)


def visible(by: Actor, office: Office) -> QuerySet[Ticket]:
    """The tickets an officer may know of: all of the office with ``see-all``, else their own and their roles'."""
    tickets = Ticket.filter(office=by.office)
    if by.may(office, Right.SEE_ALL):
        return tickets
    touched = Task.filter(office=by.office, role__in=list(by.roles)).values("ticket_id")
    return tickets.filter(Q(officer_id=by.officer_id) | Q(id__in=Subquery(touched)))


def known_addresses(by: Actor, office: Office) -> QuerySet[Address]:
    """The addresses of whoever is behind a ticket that the officer may know of, and those that speak on one."""
    seen = visible(by, office)
    speaking = TicketLink.filter(ticket_id__in=Subquery(seen.values("id"))).values("conversation__address_id")
    theirs = Q(citizen_id__in=Subquery(seen.values("citizen_id"))) | Q(id__in=Subquery(speaking))
    return Address.filter(theirs, office=by.office)
