"""The record of complaints as the clerk writes it: opening, adding, filling in, confirming, reopening, telling.

Everything here runs in the caller's transaction, which locked the conversation first; officers' commands, each a
transaction of its own, are in ``inbox.acting``. Nothing here completes a step: only an officer does. A ``Ticket`` that
is handed in comes back up to date.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from channels.base import Abilities
from config.schema import Office, Offices
from inbox import ciphering, endings, journal, leading, numbers, protecting, sop, steps, writing
from inbox.actor import Actor
from inbox.cases import LIVE, Case, Cases
from inbox.database import Database
from inbox.forms import clean, label
from inbox.live import Event
from inbox.models import Citizen, Conversation, Message, Ticket, TicketLink
from inbox.refused import Refused
from inbox.sealing import Seal
from inbox.secrecy import OPEN
from inbox.telling import Telling
from inbox.versions import Versions

_LONGEST = {"summary": 200, "object": 300, "place": 300, "name": 200}


class Tickets:
    """The clerk's commands, and the parts that every other room of the record shares.

    ``public_url`` is where citizens reach the pages, without a slash at its end; empty where they cannot. ``secret`` is
    the key of the names that stand for people behind seals: without one, these change with each start.
    """

    def __init__(
        self,
        database: Database,
        offices: Offices,
        abilities: Callable[[str], Abilities],
        announce: Callable[[Event], None],
        public_url: str = "",
        *,
        secret: bytes = b"",
    ) -> None:
        self.database, self.offices, self.announce = database, offices, announce
        self.abilities, self.public_url = abilities, public_url
        self._secret = secret or secrets.token_bytes(32)
        self.versions = Versions(database, offices)
        self.cases = Cases(offices, self.versions)
        self.telling = Telling(self.cases, abilities, public_url)

    def seal(self, by: Actor) -> Seal:
        """What the officer may know of who complained."""
        return Seal(by, self.offices.office(by.office), self._secret)

    def shut(self, office: str) -> Seal:
        """What may be known by whoever is no officer: readers of recaps, other agencies."""
        return self.seal(Actor(0, "", office, "", "", frozenset()))

    async def prepare(self, now: datetime) -> None:
        """Pin every procedure as it is today, in a transaction of its own; once, at start."""
        await self.versions.prepare(now)

    def asks(self, office: Office, channel: str, kind: str) -> tuple[str, ...]:
        """The fields that the procedure for such a complaint asks for: name, object, place."""
        return sop.route(office, _name(office, channel), known_kind(office, kind)).asks

    async def open(
        self,
        office: Office,
        *,
        citizen_id: int,
        conversation: Conversation,
        kind: str,
        summary: str,
        channel: str,
        now: datetime,
        object: str = "",  # noqa: A002
        place: str = "",
        secrecy: str = OPEN,
        point: tuple[float, float] | None = None,
        came_at: datetime | None = None,
        believed: bool = True,
        same: str = "",
    ) -> Ticket:
        """Open a ticket on its procedure's first step, heard by ``conversation``.

        Args:
            kind: an unknown or empty one becomes the office's first.
            channel: the channel's full id, ``<office>-<name>``.
            secrecy: how secret the citizen wants to be (``inbox.secrecy``); the kind may ask for more.
            point: latitude and longitude, WGS 84 degrees.
            came_at: when it reached the office, where that was before it was written down: procedure and law count from
                then. What the citizen is promised still lies ahead: from now on where it would be over already.
            same: what its words share with others' (``Ticket.same``).
            believed: False where it is not sure that whoever reads there opened it: they are asked, and told no more.
        """
        kind = known_kind(office, kind)
        procedure = sop.route(office, _name(office, channel), kind)
        calendar = self.cases.calendars[office.id]
        step = steps.arrival(procedure, procedure.first)[1]
        came = min(came_at or now, now)
        promised = calendar.add(came, procedure.promise).at
        ticket = await writing.add(
            Ticket,
            office=office.id,
            number=await numbers.ticket_number(office.code, now, office.time_zone),
            code=numbers.code(),
            kind=kind,
            citizen_id=citizen_id,
            channel=channel,
            summary=_fit("summary", summary),
            object=_fit("object", object),
            place=_fit("place", place),
            secrecy=protecting.of_kind(office, kind, secrecy),
            latitude=point[0] if point else None,
            longitude=point[1] if point else None,
            procedure_id=await self.versions.pin(office.id, procedure.id, now),
            step=step.id,
            due_at=steps.due_at(calendar, step, came),
            promise_at=promised if promised > now else calendar.add(now, procedure.promise).at,
            ceiling_at=steps.ceiling_at(office, calendar, kind, came),
            opened_at=came,
            last_in_at=now,
            same=same,
        )
        if believed:
            await writing.append(
                TicketLink, office=office.id, ticket_id=ticket.id, conversation_id=conversation.id, created_at=now
            )
        case = Case(ticket, office, procedure, calendar, now, journal.CITIZEN)
        await case.log("opened", kind=kind, procedure=procedure.title, channel=channel)
        await steps.enter(case, procedure.first, notice="new", since=came)
        if not believed:
            await case.log("sender-unproven")
            await self.link(ticket, conversation, True, False, now)
        return ticket

    async def add(self, ticket: Ticket, message: Message, now: datetime) -> None:
        """The citizen said more: somebody is to look, and a clock that waited for it runs again.

        A machine's message (``message.automatic``) is on record and changes nothing.
        """
        if message.automatic:
            return
        own, lead = await self._held(ticket, now, journal.CITIZEN)
        case = lead or own
        if not case.ticket.unread:
            await case.notify("message", str(message.id), await steps.roles_at_hand(case.ticket.id))
        await own.log("added", message_id=message.id)
        own.change(unread=True, last_in_at=now)
        if lead:
            await lead.log("added-beside", number=ticket.number)
            await own.save(seen=False)
        await _call(case)
        if lead:
            await self.cases.hold(ticket, now, journal.CITIZEN)

    async def fill(self, ticket: Ticket, field: str, value: str, now: datetime, actor: str) -> None:
        """File an answer of the citizen's: name, object or place. The journal keeps the field's name alone.

        Raises: ValueError for another field.
        """
        case = await self.cases.hold(ticket, now, actor)
        if field == "name":
            await Citizen.filter(id=ticket.citizen_id).update(name=ciphering.typed(_fit("name", value)))
        elif field in {"object", "place"}:
            case.change(**{field: _fit(field, value)})
            await case.save(seen=False)
        else:
            raise ValueError(field)
        await case.log("filled", field=label(field))

    async def confirm(self, ticket: Ticket, now: datetime) -> None:
        """SELESAI: the citizen says that it is settled. Raises Refused ``already-closed``."""
        await self._end_by_citizen(ticket, "confirmed", now)

    async def withdraw(self, ticket: Ticket, now: datetime) -> None:
        """BATAL: the citizen takes the complaint back. Raises Refused ``already-closed``."""
        await self._end_by_citizen(ticket, "withdrawn", now)

    async def _end_by_citizen(self, ticket: Ticket, closing: str, now: datetime) -> None:
        case, lead = await self._held(ticket, now, journal.CITIZEN)
        if ticket.status not in {*LIVE, "answered"}:
            raise Refused("already-closed", number=ticket.number)
        asked = lead or case
        if case.live:
            roles = await steps.roles_at_hand(asked.ticket.id)
            await asked.notify(closing, f"{ticket.id}:{ticket.version}", roles)
        if case.live and await leading.leads(ticket):
            await _step_back(case)
        else:
            await endings.close(case, closing)
        await case.save()

    async def reopen(self, ticket: Ticket, now: datetime, actor: str, reason: str = "") -> None:
        """BELUM: the citizen says that it is not settled.

        Raises: Refused ``reopen-unanswered``, ``reopen-late`` (with ``days``) or ``already-open``.
        """
        own, lead = await self._held(ticket, now, actor)
        if not own.live:
            endings.check_may_reopen(own)
        case = lead or own
        await endings.reopen(case, reason[:1000])
        case.change(unread=True)
        await case.save()
        if lead:
            await self.cases.hold(ticket, now, actor)

    async def _held(self, ticket: Ticket, now: datetime, actor: str) -> tuple[Case, Case | None]:
        """The ticket and the one it goes on as part of, locked; None where it stands alone."""
        lead = await self.cases.leading(ticket, now, actor)
        return await self.cases.hold(ticket, now, actor), lead

    async def rate(self, ticket: Ticket, rating: int, now: datetime) -> None:
        """The citizen's 1 to 5 for an answered or closed ticket; the last one counts.

        Raises: Refused ``rating-unknown``, ``rating-early``.
        """
        if rating not in range(1, 6):
            raise Refused("rating-unknown")
        case = await self.cases.hold(ticket, now, journal.CITIZEN)
        if case.live:
            raise Refused("rating-early", number=ticket.number)
        case.change(rating=rating)
        await case.log("rated", rating=str(rating))
        await case.save(seen=False)

    async def link(
        self, ticket: Ticket, conversation: Conversation, hears: bool, confirmed: bool, now: datetime
    ) -> TicketLink:
        """Let a conversation speak of the ticket. One that is not confirmed gets its one message; it is confirmed
        by linking it again once somebody wrote from there.
        """
        row = TicketLink(
            office=ticket.office,
            ticket_id=ticket.id,
            conversation_id=conversation.id,
            hears=hears,
            confirmed=confirmed,
            created_at=now,
        )
        await TicketLink.bulk_create([row], ignore_conflicts=True)
        links = TicketLink.filter(ticket_id=ticket.id, conversation_id=conversation.id)
        found = await links.select_related("conversation__address").get()
        if confirmed and not found.confirmed:
            found.confirmed = True
            await found.save(update_fields=["confirmed"])
        if hears and not found.confirmed:
            await self.telling.probe(ticket, found, now)
        return found

    async def tell(
        self, ticket: Ticket, template: str, now: datetime, *, alone: bool = False, **values: Any
    ) -> list[Message]:
        """Say something to every conversation that hears; returns what was queued. See ``inbox.telling``."""
        return await self.telling.tell(ticket, template, now, values, alone=alone)

    async def values(self, ticket: Ticket, now: datetime, *, name: str | None = None) -> dict[str, Any]:
        """Every value a message template may use for this ticket. ``name`` None asks the database."""
        return await self.telling.values(ticket, now, name=name)


def known_kind(office: Office, kind: str) -> str:
    """The kind, or the office's first where it has no such kind."""
    return kind if any(one.id == kind for one in office.kinds) else office.kinds[0].id


async def _call(case: Case) -> None:
    """Somebody is to look at what was said of the case, and a clock that waited for it runs again."""
    case.change(unread=True, last_in_at=case.now)
    if case.ticket.status == "waiting":
        await steps.resume(case)
        await case.log("resumed")
        await case.save()
    else:
        await case.save(seen=False)


async def _step_back(case: Case) -> None:
    """Whoever opened it takes it back, and others still wait for the same: it goes on, and they hear no more of it."""
    await TicketLink.filter(ticket_id=case.ticket.id).update(hears=False)
    await case.log("stepped-back")


def _name(office: Office, channel: str) -> str:
    return channel.removeprefix(f"{office.id}-")


def _fit(column: str, text: str) -> str:
    return " ".join(clean(text).split())[: _LONGEST[column]]
