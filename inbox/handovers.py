"""What a person hands over: letters, calls and posts that are written and wait for somebody to bring them.

Reads, and reminds: what was not handed over within a working day is told to whoever may see to it, once, in working
hours. That it was handed over, ``inbox.deliveries`` writes down.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.schema import Office, Right
from inbox import notices
from inbox.actor import Actor
from inbox.boxes import at_work
from inbox.cases import visible
from inbox.models import Delivery, Message, Ticket
from inbox.refused import Forbidden
from inbox.sealing import Identity
from inbox.tickets import Tickets
from inbox.veiling import veil
from inbox.worktime import Calendar, NoWorkingTime

DAYS = 1
_MOST = 300
# How long at most a day of work and the free days after it last: older rows alone are looked at one by one.
_AT_LEAST = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Handover:
    """One message that waits for a hand. ``kind`` is its door's; ``contact`` what was written down to reach them by;
    ``call_at`` when they were promised a call.
    """

    delivery_id: int
    kind: str
    channel: str
    number: str
    citizen: str
    contact: str
    link: str
    text: str
    created_at: datetime
    late: bool
    call_at: datetime | None = None


class Handovers:
    """Reads the list; the right is the one over deliveries."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def waiting(self, by: Actor, now: datetime) -> tuple[Handover, ...]:
        """Oldest first, of tickets that the officer may see. Raises Forbidden ``no-right``."""
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.DELIVERY):
            raise Forbidden("no-right", right=Right.DELIVERY)
        async with self._tickets.database.reading():
            found = Delivery.filter(office=office.id, state="handover").order_by("id").limit(_MOST)
            rows = await found.select_related("message")
            ids = {row.message.ticket_id for row in rows if row.message.ticket_id}
            seen = visible(by, office).filter(id__in=list(ids)).select_related("citizen")
            tickets = {one.id: one for one in await seen} if ids else {}
            said = await _said(tickets)
            hidden = await veil(self._tickets.seal(by), *tickets.values())
        calendar = self._tickets.cases.calendars[office.id]
        lines = ((row, tickets.get(row.message.ticket_id or 0)) for row in rows)
        return tuple(
            _line(
                office,
                row,
                ticket,
                said.get(ticket.id, {}),
                hidden.get(ticket.id),
                is_late(calendar, row.created_at, now),
            )
            for row, ticket in lines
            if ticket
        )

    async def remind(self, now: datetime) -> None:
        """Tell of each that waits too long, once."""
        for office in self._tickets.offices.offices.values():
            calendar = self._tickets.cases.calendars[office.id]
            if at_work(calendar, now):
                await self._remind(office, calendar, now)

    async def _remind(self, office: Office, calendar: Calendar, now: datetime) -> None:
        async with self._tickets.database.reading():
            old = Delivery.filter(office=office.id, state="handover", created_at__lte=now - _AT_LEAST)
            rows = await old.order_by("id").limit(_MOST).select_related("message")
        late = [row for row in rows if is_late(calendar, row.created_at, now)]

        async def work() -> None:
            for row in late:
                await _tell(office, row, now)

        if late:
            await self._tickets.database.transaction(work)


def is_late(calendar: Calendar, since: datetime, now: datetime) -> bool:
    """Whether the working day after it was written is over; never where no day is one."""
    try:
        return calendar.add_workdays(since, DAYS).at <= now
    except NoWorkingTime:
        return False


async def _said(tickets: Iterable[int]) -> Mapping[int, Mapping[str, Any]]:
    """What was written down of each case when it came: the first that says something."""
    ids = list(tickets)
    if not ids:
        return {}
    rows = await Message.filter(ticket_id__in=ids, author="citizen").order_by("-id").only("id", "ticket_id", "values")
    return {row.ticket_id: row.values for row in rows if row.ticket_id and row.values}


def _line(  # noqa: PLR0917 - what is known of one
    office: Office, row: Delivery, ticket: Ticket, known: Mapping[str, Any], hidden: Identity | None, late: bool
) -> Handover:
    known = hidden.emptied(known) if hidden else known
    entry = office.channels.get(row.channel.removeprefix(f"{office.id}-"))
    facts: Mapping[str, Any] = known.get("facts") or {}
    return Handover(
        delivery_id=row.id,
        kind=entry.kind if entry else "",
        channel=(entry.name if entry else "") or row.channel,
        number=ticket.number,
        citizen=ticket.citizen.name,
        contact=str(known.get("contact", "")),
        link="" if hidden else str(facts.get("link", "")),
        text=hidden.hide(row.message.text) if hidden else row.message.text,
        created_at=row.created_at,
        late=late,
        call_at=datetime.fromisoformat(facts["call_back_at"]) if facts.get("call_back_at") else None,
    )


async def _tell(office: Office, row: Delivery, now: datetime) -> None:
    for role, what in office.roles.items():
        if Right.DELIVERY in what.may:
            key = f"handover:{row.id}:{role}"[:120]
            await notices.tell(office.id, "handover-late", key=key, now=now, role=role, ticket_id=row.message.ticket_id)
