"""Asks a platform what those who just wrote are called, where its messages do not say it: an officer answers a person.

The minute's work, after the message and its acknowledgement are out. A name that the citizen told is never replaced;
whoever cannot be asked about stays without one, and is not asked about again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from channels.base import Channel, Knowing, Unauthorised, Undelivered
from inbox import ciphering, journal, people, writing
from inbox.live import Event
from inbox.models import Address, Ticket
from inbox.tickets import Tickets

_LATELY = timedelta(minutes=15)
_AT_ONCE, _MOST_REMEMBERED = 20, 10_000
_NAMELESS = """
    SELECT DISTINCT a.id, a.value FROM message m
    JOIN conversation t ON t.id = m.conversation_id JOIN address a ON a.id = t.address_id
    JOIN citizen c ON c.id = a.citizen_id
    WHERE m.channel = $1 AND m.direction = 'in' AND m.created_at > $2 AND c.name = ''
    ORDER BY a.id
"""


class Naming:
    """``learn`` is a job of the clock."""

    def __init__(self, tickets: Tickets, doors: Mapping[str, Channel]) -> None:
        self._tickets = tickets
        self._doors = {id_: door for id_, door in doors.items() if isinstance(door, Knowing)}
        self._asked: dict[int, None] = {}

    async def learn(self, now: datetime) -> None:
        """Ask about whoever wrote of late, at each door that can be asked."""
        for channel, door in self._doors.items():
            rows = await self._tickets.database.query(_NAMELESS, [channel, now - _LATELY])
            for row in [one for one in rows if one["id"] not in self._asked][:_AT_ONCE]:
                if not await self._ask(channel, door, row, now):
                    break

    async def _ask(self, channel: str, door: Knowing, row: Mapping[str, Any], now: datetime) -> bool:
        """Whether the platform answered; not, if it is to be asked again later."""
        try:
            name = await door.name_of(str(ciphering.opened(row["value"])))
        except Unauthorised:
            return False
        except Undelivered as error:
            if error.retry:
                return False
            name = ""
        self._remember(int(row["id"]))
        if name:
            await self._keep(channel, int(row["id"]), name, now)
        return True

    async def _keep(self, channel: str, address_id: int, name: str, now: datetime) -> None:
        async def work() -> Ticket | None:
            address = await Address.get(id=address_id).select_related("citizen")
            if address.citizen.name:
                return None
            await writing.run(people.learning(address, name, now, confirmed=False))
            ticket = await Ticket.filter(citizen_id=address.citizen_id).order_by("-id").first()
            if ticket:
                known = {"ticket_id": ticket.id, "channel": channel}
                await journal.write(ticket.office, "person-named", actor=journal.SYSTEM, at=now, **known)
            return ticket

        ticket = await self._tickets.database.transaction(work)
        if ticket:
            self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))

    def _remember(self, address_id: int) -> None:
        self._asked[address_id] = None
        while len(self._asked) > _MOST_REMEMBERED:
            del self._asked[next(iter(self._asked))]
