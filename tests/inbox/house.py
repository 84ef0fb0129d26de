"""An office at work for tests of the record: officers of every role, citizens who write, and what citizens hear."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from channels.base import Abilities, Attachment
from config.schema import Office, Offices
from inbox import people
from inbox.acting import Acting
from inbox.actor import Actor
from inbox.database import Database
from inbox.files import Files
from inbox.forms import Values
from inbox.live import Event
from inbox.models import Entry, Message, Notice, Officer, OfficerRole, Ticket, TicketStep
from inbox.tickets import Tickets
from tests.shipped import shipped

WIB = ZoneInfo("Asia/Jakarta")
ROLES = ("petugas", "kasi", "kabid", "sekretaris", "kepala-dinas")
COMPLAINT = "Ada bangunan ruko tanpa izin di jalan Merdeka"
ABILITIES = {
    "blitar-email": Abilities(scheme="email"),
    "blitar-web": Abilities(scheme="web"),
    "blitar-loket": Abilities(scheme="web"),
}


def at(text: str) -> datetime:
    """ "2026-11-23 09:15" in Blitar."""
    return datetime.fromisoformat(text).replace(tzinfo=WIB).astimezone(UTC)


def local(moment: datetime | None) -> str:
    """The same the other way round; empty for None."""
    return moment.astimezone(WIB).strftime("%Y-%m-%d %H:%M") if moment else ""


def blitar(change: Callable[[Office], Office] = lambda office: office) -> Offices:
    """Blitar as shipped, or as ``change`` makes it."""
    offices = shipped()
    office = change(offices.office("blitar"))
    return Offices(offices.folder, {office.id: office}, offices.worktime)


class House:
    """One office over one database. Commands return what the record returned; citizens are e-mail addresses."""

    def __init__(self, database: Database, folder: Path, offices: Offices) -> None:
        self.database, self.offices = database, offices
        self.events: list[Event] = []
        self.tickets = Tickets(database, offices, ABILITIES.__getitem__, self.events.append, "https://wadul.example")
        self.acting = Acting(self.tickets, Files(folder))
        self.office = offices.office("blitar")
        self._serial = itertools.count(1)

    async def officer(self, *roles: str, initials: str = "AB", office: str = "blitar") -> Actor:
        """A new officer of these roles."""
        login = f"p{next(self._serial)}"
        row = await Officer.create(
            office=office, login=login, name=f"Petugas {login}", initials=initials, created_at=at("2026-01-01 08:00")
        )
        for role in roles:
            await OfficerRole.create(officer_id=row.id, office=office, role=role)
        return Actor(row.id, login, office, row.name, initials, frozenset(roles))

    async def complaint(
        self,
        now: datetime,
        *,
        text: str = COMPLAINT,
        sender: str = "siti@example.com",
        channel: str = "email",
        **known: Any,
    ) -> Ticket:
        """A citizen writes, and the clerk opens a ticket."""

        async def work() -> Ticket:
            conversation, message = await self._say(channel, sender, text, now)
            ticket = await self.tickets.open(
                self.office,
                citizen_id=conversation.address.citizen_id,
                conversation=conversation,
                kind=known.pop("kind", ""),
                summary=text,
                channel=conversation.channel,
                now=now,
                **known,
            )
            await Message.filter(id=message.id).update(ticket_id=ticket.id)
            return ticket

        return await self.database.transaction(work)

    async def writes(self, ticket: Ticket, text: str, now: datetime, *, sender: str = "siti@example.com") -> None:
        """The citizen adds something to the ticket."""

        async def work() -> None:
            _, message = await self._say("email", sender, text, now)
            await Message.filter(id=message.id).update(ticket_id=ticket.id)
            await self.tickets.add(ticket, message, now)

        await self.database.transaction(work)

    async def clerk(self, command: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """One of the clerk's commands in a transaction of its own."""

        async def work() -> Any:
            return await command(*given, **named)

        return await self.database.transaction(work)

    async def act(
        self, by: Actor, number: str, action: str, now: datetime, values: Values | None = None, **files: Attachment
    ) -> Ticket:
        """An action of an officer who has just looked. ``files`` by paper."""
        brought = {f"{paper}.file": file for paper, file in files.items()}
        version = await self.version(number)
        return await self.acting.act(by, number, action, values or {}, version=version, now=now, files=brought)

    async def version(self, number: str) -> int:
        """The version an officer who has just looked would have seen."""
        return (await Ticket.get(number=number)).version

    async def heard(self, number: str) -> list[tuple[str, str]]:
        """What went out to the citizen, oldest first: template and text."""
        rows = Message.filter(ticket__number=number, direction="out").order_by("id")
        return [(row.template, row.text) for row in await rows]

    async def steps(self, number: str) -> list[tuple[str, str, str, str]]:
        """Every step entered: id, due time in Blitar, ending, action."""
        rows = TicketStep.filter(ticket__number=number).order_by("ordinal")
        return [(row.step, local(row.due_at), row.ending, row.action) for row in await rows]

    async def journal(self, number: str) -> list[str]:
        """The events in the record of a ticket, oldest first."""
        ticket = await Ticket.get(number=number)
        return [
            str(event)
            for event in await Entry.filter(ticket_id=ticket.id).order_by("id").values_list("event", flat=True)
        ]

    async def notices(self, *kinds: str) -> list[tuple[str, str]]:
        """What officers were told, as kind and role, oldest first; of these kinds, or all."""
        rows = await Notice.all().order_by("id")
        return [(row.kind, row.role) for row in rows if not kinds or row.kind in kinds]

    async def _say(self, channel: str, sender: str, text: str, now: datetime) -> tuple[Any, Message]:
        scheme = ABILITIES[f"blitar-{channel}"].scheme
        address = await people.meet("blitar", scheme, sender, name="Siti", now=now, confirmed=True)
        conversation = await people.conversation("blitar", f"blitar-{channel}", address, now)
        message = await Message.create(
            office="blitar",
            channel=conversation.channel,
            external_id=uuid4().hex,
            conversation_id=conversation.id,
            direction="in",
            author="citizen",
            text=text,
            sent_at=now,
            created_at=now,
        )
        return conversation, message


def upload(name: str, content: bytes, type_: str = "application/pdf") -> Attachment:
    """A file as a page hands it in."""
    return Attachment(name, type_, content, size_bytes=len(content))
