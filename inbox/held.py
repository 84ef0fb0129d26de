"""An officer's command on one ticket, for the rooms beside ``inbox.acting``: right, lock, work, save, announce."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from config.schema import Right
from inbox.actor import Actor
from inbox.cases import Case
from inbox.live import Event
from inbox.models import Ticket
from inbox.refused import Forbidden
from inbox.tickets import Tickets

Work = Callable[[Case], Awaitable[object]]


def check_may(case: Case, by: Actor, right: Right) -> None:
    """Raises Forbidden ``no-right``."""
    if not by.may(case.office, right):
        raise Forbidden("no-right", right=right)


async def command(
    tickets: Tickets, by: Actor, number: str, work: Work, *, right: Right, now: datetime, version: int | None = None
) -> Ticket:
    """Do the work in one transaction. ``version`` None: it collides with nothing that others do.

    Raises: Missing, Stale, Forbidden.
    """

    async def whole() -> Ticket:
        case = await tickets.cases.take(by, number, version, now)
        check_may(case, by, right)
        await work(case)
        await case.save(seen=version is not None)
        return case.ticket

    ticket = await tickets.database.transaction(whole)
    tell_pages(tickets, ticket)
    return ticket


def tell_pages(tickets: Tickets, *changed: Ticket) -> None:
    """Open pages are to show these again; after the commit."""
    for ticket in changed:
        tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
