"""A street of citizens at the doors of one office, with the clerk behind them: who says what, and what they hear.

The doors are played by their abilities alone: e-mail, the web form, a telephone that takes short messages, a chat.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import channels
from bot.desk import Desk
from channels.base import Abilities, Accepted, Attachment, Channel, Inbound
from config.schema import Office, Offices
from inbox import ciphering
from inbox.acting import Acting
from inbox.actor import Actor
from inbox.database import Database
from inbox.files import Files
from inbox.limits import Limits
from inbox.live import Event
from inbox.models import Conversation, Delivery, Entry, Message, Officer, OfficerRole, Paper, Ticket
from inbox.shown import Shown
from inbox.tickets import Tickets
from tests.pictures import JPEG
from tests.shipped import doors, shipped

MORNING = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
"""Monday 23 November 2026, 09.15 in Blitar."""

ABILITIES = {
    "blitar-email": Abilities(scheme="email", forgeable=True),
    "blitar-web": Abilities(scheme="web", buttons=10, repeat_safe=True),
    "blitar-sms": Abilities(scheme="phone", style="short", files=False),
    "mojokerto-telegram": Abilities(scheme="telegram", buttons=10),
    "mojokerto-sms": Abilities(scheme="phone", style="short", files=False),
    "mojokerto-email": Abilities(scheme="email"),
    "mojokerto-whatsapp": Abilities(scheme="whatsapp", buttons=10),
    "mojokerto-obrolan": Abilities(scheme="chat", buttons=12, repeat_safe=True),
    "mojokerto-web": Abilities(scheme="web", buttons=10, repeat_safe=True),
}
COMPLAINT = "Lampu jalan di depan pasar Legi mati sejak seminggu"


def at_home(office: str) -> Offices:
    """One office as shipped, with the doors that are played here."""
    return doors(shipped(), *(id_ for id_ in ABILITIES if _of(id_, office)))


def _of(channel: str, office: str) -> bool:
    return channel.startswith(f"{office}-")


class Street:
    """The doors, the clerk, and a clock that moves only when told."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        office: str = "blitar",
        change: Callable[[Office], Office] = lambda office: office,
    ) -> None:
        here = at_home(office)
        self.offices = replace(here, offices={office: change(here.office(office))})
        self.database, self.files = database, Files(folder)
        self.office = self.offices.office(office)
        self.clock, self.events, self.woken = MORNING, list[Event](), 0
        self.tickets = Tickets(
            database, self.offices, ABILITIES.__getitem__, self.events.append, "https://wadul.example"
        )
        self.acting = Acting(self.tickets, self.files)
        self._serial = itertools.count(1)
        self.desks = {channel: self.desk(channel) for channel in self.offices.channels()}

    def desk(self, channel: str) -> Desk:
        """A desk as another process would have it."""
        return Desk(
            channel,
            tickets=self.tickets,
            database=self.database,
            files=self.files,
            shown=Shown(self.files),
            offices=self.offices,
            abilities=ABILITIES.__getitem__,
            announce=self.events.append,
            wake=self._wake,
            now=lambda: self.clock,
            limits=Limits(self.database, b"rahasia"),
        )

    def mailbox(self) -> Channel:
        """The real door of the mailbox, which reads mails."""
        entry = {"kind": "email", "address": "pengaduan@dinas.example.test", "password": "rahasia"}
        return channels.load(f"{self.office.id}-email", entry, secret=b"x" * 32, now=lambda: self.clock)

    def later(self, **span: float) -> None:
        """Time passes."""
        self.clock += timedelta(**span)

    def citizen(self, sender: str = "+6281234567890", door: str = "sms") -> Citizen:
        """Somebody at a door."""
        return Citizen(self, f"{self.office.id}-{door}", sender)

    def serial(self) -> int:
        """The next of the numbers that make ids differ."""
        return next(self._serial)

    async def officer(self, *roles: str) -> Actor:
        """Somebody who works at the office."""
        login = f"p{self.serial()}"
        row = await Officer.create(
            office=self.office.id, login=login, name="Rini", initials="RN", created_at=self.clock
        )
        for role in roles:
            await OfficerRole.create(officer_id=row.id, office=self.office.id, role=role)
        return Actor(row.id, login, self.office.id, "Rini", "RN", frozenset(roles))

    async def answers(self, ticket: Ticket, text: str = "Lampu sudah kami perbaiki.") -> None:
        """The office answers at once, as SOP 10 allows."""
        by = await self.officer("petugas")
        first = not await Paper.filter(ticket_id=ticket.id, paper="formulir-aduan").exists()
        values = {"jawaban.text": text} | ({"formulir-aduan.object": "lampu"} if first else {})
        version = (await Ticket.get(id=ticket.id)).version
        await self.acting.act(by, ticket.number, "jawab-langsung", values, version=version, now=self.clock)

    async def asks(self, ticket: Ticket, text: str = "Sejak kapan?") -> None:
        """The office asks the citizen, and its clock stops."""
        by = await self.officer("petugas")
        version = (await Ticket.get(id=ticket.id)).version
        await self.acting.reply(by, ticket.number, text, version=version, now=self.clock, wait="menunggu keterangan")

    async def all(self) -> list[Ticket]:
        """Every ticket, oldest first."""
        return await Ticket.all().order_by("id")

    async def journal(self, ticket: Ticket) -> list[str]:
        """The events on a ticket's record, oldest first."""
        rows = Entry.filter(ticket_id=ticket.id).order_by("id")
        return [str(event) for event in await rows.values_list("event", flat=True)]

    async def on(self, ticket: Ticket) -> list[str]:
        """What citizens said that is on a ticket's record, oldest first."""
        rows = Message.filter(ticket_id=ticket.id, direction="in").order_by("id")
        return [str(text) for text in await rows.values_list("text", flat=True)]

    def _wake(self) -> None:
        self.woken += 1


class Citizen:
    """One person at one door."""

    def __init__(self, street: Street, channel: str, sender: str) -> None:
        self.street, self.channel, self.sender = street, channel, sender
        self._heard = 0

    @property
    def forms(self) -> list[str]:
        """Their address, however it lies in the record."""
        return ciphering.forms_at(self.channel, self.sender)

    def message(self, text: str = "", **more: Any) -> Inbound:
        """What this person would send now."""
        given: dict[str, Any] = {
            "external_id": f"<{self.street.serial()}@{self.sender}>",
            "sent_at": self.street.clock,
            "raw": text.encode("utf-8", "replace") or b"-",
        }
        return Inbound(sender=self.sender, text=text, **given | more)

    async def says(self, text: str = "", **more: Any) -> Accepted:
        """Send it; ten seconds pass first, as people need to type."""
        self.street.later(seconds=10)
        (accepted,) = await self.street.desks[self.channel].accept(self.message(text, **more))
        return accepted

    async def sends_form(self, text: str, **fields: str) -> Accepted:
        """Fill in the web form."""
        return await self.says(text, fields=fields)

    async def hears(self) -> list[str]:
        """The templates of what was said since this was last asked, oldest first."""
        return [message.template for message in await self.new()]

    async def reads(self) -> str:
        """The text of what was said since this was last asked."""
        return "\n".join(message.text for message in await self.new())

    async def new(self) -> Sequence[Message]:
        """The messages that came since this was last asked."""
        rows = Message.filter(
            conversation__address__value__in=self.forms, channel=self.channel, direction="out", id__gt=self._heard
        )
        found = await rows.order_by("id")
        self._heard = max([self._heard, *(one.id for one in found)])
        return found

    async def last(self) -> Message:
        """What was said to this person last, which a reply would thread to."""
        rows = Message.filter(conversation__address__value__in=self.forms, channel=self.channel, direction="out")
        return await rows.order_by("-id").first() or Message()

    async def state(self) -> Mapping[str, Any]:
        """What the dialogue remembers."""
        row = await Conversation.filter(channel=self.channel, address__value__in=self.forms).first()
        return row.state if row else {}


def photo(name: str = "lampu.jpg", content: bytes = JPEG) -> Attachment:
    """A picture."""
    return Attachment(name, "image/jpeg", content, size_bytes=len(content))


async def queued() -> int:
    """How many messages wait to be sent."""
    return await Delivery.filter(state="queued").count()
