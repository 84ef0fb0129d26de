"""Carries a decision out, in the transaction of the message it was made for: each effect one command of the record.

Owns the order of writes; decides nothing and opens no transaction. What has to be told to open pages after the commit
comes back as events.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bot import proving
from bot.decision import (
    OPENED,
    AskData,
    Classify,
    Confirm,
    Decision,
    Effect,
    File,
    Fill,
    Hide,
    Ignore,
    Join,
    Keep,
    Locate,
    OpenTicket,
    Prove,
    Rate,
    Reach,
    Reopen,
    Say,
    Show,
    Start,
    Stop,
    Unite,
    Welcome,
    Withdraw,
    Withhold,
)
from bot.scene import Stage
from bot.storing import place, remember
from bot.voice import Voice
from bot.words import sameness
from channels.base import Abilities, Kind, contact
from config.schema import Office
from inbox import (
    ciphering,
    courses,
    joining,
    journal,
    numbers,
    people,
    privacy_requests,
    protecting,
    window,
    withholding,
    writing,
)
from inbox.live import Event
from inbox.models import Address, Citizen, Conversation, Message, Officer, Ticket, TicketStep
from inbox.tickets import Tickets


@dataclass(slots=True)
class Done:
    """What came of it: the ticket the message went to, what was said at once, what open pages are to be told."""

    ticket: Ticket | None = None
    opened: bool = False
    words: str = ""
    url: str = ""
    said: bool = False
    events: list[Event] = field(default_factory=list)


class Effects:
    """Carries decisions out for one channel. ``abilities``: of any channel of the installation, by its id."""

    def __init__(self, office: Office, channel: str, tickets: Tickets, abilities: Callable[[str], Abilities]) -> None:
        self.office, self.channel, self.tickets, self.abilities = office, channel, tickets, abilities
        self.voice = Voice(office, channel, tickets, abilities)
        self.codes = proving.Codes(office, tickets, abilities)

    async def expect(self, decisions: Sequence[Decision], now: datetime) -> None:
        """Let the database give at once what carrying these out takes of ids and numbers."""
        effects = [effect for decision in decisions for effect in decision.effects]
        opened = sum(isinstance(effect, OpenTicket) for effect in effects)
        said = sum(1 + bool(effect.then) for effect in effects if isinstance(effect, Say))
        numbered = {numbers.series(self.office.code, now, self.office.time_zone): opened} if opened else {}
        await writing.expect({Message: said, Ticket: opened, TicketStep: opened}, numbered)

    async def carry_out(
        self, decision: Decision, message: Message, conversation: Conversation, stage: Stage, now: datetime
    ) -> Done:
        """Do what was decided about ``message``, then remember it with the conversation."""
        work = _Work(self, message, conversation, stage, now)
        for effect in decision.effects:
            await work.do(effect)
        await work.remember(decision)
        return work.done


class _Work:
    """One decision being carried out."""

    def __init__(
        self, parts: Effects, message: Message, conversation: Conversation, stage: Stage, now: datetime
    ) -> None:
        self.parts, self.message, self.conversation, self.stage, self.now = parts, message, conversation, stage, now
        self.tickets, self.done = parts.tickets, Done()
        self.known = dict(stage.tickets)
        self.placed, self.secret = False, ""
        if not (message.automatic or stage.scene.apart):
            self.heard()

    def heard(self) -> None:
        """The citizen wrote; a comment opens no window in private, a group has its own."""
        able, talk = self.parts.abilities(self.parts.channel), self.conversation
        if not (able.window and self.message.public and self.message.kind != Kind.MESSAGE):
            talk.last_in_at = window.heard(able, talk.last_in_at, self.message.sent_at, self.now)

    async def do(self, effect: Effect) -> None:
        """One effect."""
        match effect:
            case OpenTicket():
                await self.open(effect)
            case Join():
                await self.join(effect)
            case File(ticket):
                self.place(self.known[ticket])
            case Keep(template):
                self.message.template = template
            case Withhold(reason):
                self.message.template = ""
                await withholding.keep(self.parts.office, self.message, self.conversation.address_id, reason, self.now)
                self.done.events.append(Event(self.parts.office.id, "aside"))
            case Say():
                await self.say(effect)
            case Prove(address):
                self.secret = proving.new_code()
                await self.parts.codes.send(address, self.secret, self.now)
            case Unite(address):
                await self.unite(address)
            case Stop() | Start():
                await self.hush(self.now if isinstance(effect, Stop) else None)
            case Ignore():
                return
            case _:
                await self.command(effect, self.known[effect.ticket])

    async def command(
        self,
        effect: Fill | Hide | Show | Classify | Locate | Reach | Confirm | Reopen | Withdraw | Rate | AskData | Welcome,
        ticket: Ticket,
    ) -> None:
        """What the citizen does to a ticket of theirs."""
        match effect:
            case Fill(_, part, value):
                await self.tickets.fill(ticket, part, value, self.now, journal.CITIZEN)
            case Hide(_, level):
                await protecting.hide(self.tickets.cases, ticket, level, self.now, journal.CITIZEN)
            case Show():
                await protecting.show(self.tickets.cases, ticket, self.now)
            case Classify(_, kind):
                await courses.choose(self.tickets, ticket, kind, self.now)
            case Locate(_, point):
                await courses.locate(self.tickets, ticket, (point.latitude, point.longitude), self.now)
            case Confirm():
                await self.tickets.confirm(ticket, self.now)
            case Reopen(_, reason):
                await self.tickets.reopen(ticket, self.now, journal.CITIZEN, reason)
            case Withdraw():
                await self.tickets.withdraw(ticket, self.now)
            case Reach(_, typed):
                await self.reach(ticket, typed)
            case Rate(_, rating):
                await self.tickets.rate(ticket, rating, self.now)
            case AskData():
                await self.ask_data(effect, ticket)
            case Welcome():
                await self.tickets.link(ticket, self.conversation, True, True, self.now)
                await joining.believe(self.conversation.address, ticket)

    async def ask_data(self, effect: AskData, ticket: Ticket) -> None:
        """What they ask about their own data."""
        person = ticket.citizen_id if effect.proven else self.conversation.address.citizen_id
        await privacy_requests.ask(
            self.parts.office,
            ticket,
            effect.kind,
            citizen_id=person,
            text=effect.text,
            channel=self.parts.channel,
            now=self.now,
        )
        self.done.events.append(Event(ticket.office, "ticket", ticket.id, ticket.number))

    async def open(self, effect: OpenTicket) -> None:
        """A new ticket with this message and those before it that belong to it."""
        apart, point = self.stage.scene.apart, effect.point
        ticket = await self.tickets.open(
            self.parts.office,
            citizen_id=await self.somebody(effect.name) if apart else self.conversation.address.citizen_id,
            conversation=self.conversation,
            kind=effect.kind,
            summary=effect.summary,
            channel=self.parts.channel,
            now=self.now,
            object=effect.object,
            place=effect.place,
            secrecy=effect.secrecy,
            point=(point.latitude, point.longitude) if point else None,
            # What an officer wrote down says when it reached the office: a letter does before somebody types it.
            came_at=self.message.sent_at if effect.officer else None,
            believed=not apart,
            same=sameness(self.message.text),
        )
        self.known[OPENED], self.done.opened = ticket, True
        self.place(ticket)
        await self.move(effect.messages, ticket)
        if effect.officer:
            await self.registered(ticket, effect.officer)
        if effect.contact:
            await self.reach(ticket, effect.contact)

    async def somebody(self, name: str) -> int:
        """A person of their own: whose address it is has not been proven."""
        citizen = await Citizen.create(office=self.parts.office.id, name=people.called(name), created_at=self.now)
        return int(citizen.id)

    async def registered(self, ticket: Ticket, login: str) -> None:
        """An officer wrote it down for the citizen."""
        officer = await Officer.filter(login=login, office=self.parts.office.id).first()
        if officer:
            self.message.officer_id = officer.id
            await self._log("registered", journal.officer(officer.id), ticket)

    async def reach(self, ticket: Ticket, typed: str) -> None:
        """A contact that was typed gets one message until it answers; a telephone is kept for whoever calls."""
        found = contact(typed)
        if found is None:
            return
        scheme, value = found
        # Whoever it is: that somebody typed it makes it nobody's yet.
        address = await people.meet(self.parts.office.id, scheme, value, name="", now=self.now, confirmed=False)
        channel = self._channel(scheme)
        if channel and (channel, address.id) != (self.parts.channel, self.conversation.address_id):
            conversation = await people.conversation(self.parts.office.id, channel, address, self.now)
            await self.tickets.link(ticket, conversation, True, False, self.now)

    def _channel(self, scheme: str) -> str:
        """The office's first door that reaches such addresses; empty where it has none."""
        ids = (f"{self.parts.office.id}-{name}" for name in self.parts.office.channels)
        return next((id_ for id_ in ids if self.parts.abilities(id_).scheme == scheme), "")

    async def join(self, effect: Join) -> None:
        """The message and those kept for it go to a ticket, and its officers are to look."""
        ticket = self.known[effect.ticket]
        if effect.hears or ticket.id not in self.stage.linked:
            await self.tickets.link(ticket, self.conversation, effect.hears, True, self.now)
        self.place(ticket)
        await self.tickets.add(ticket, self.message, self.now)
        await self.move(effect.messages, ticket)

    async def move(self, messages: tuple[int, ...], ticket: Ticket) -> None:
        """Earlier messages of this conversation belong to the ticket: kept ones, or ones filed by a wrong guess."""
        if not messages:
            return
        own = Message.filter(id__in=list(messages), conversation_id=self.conversation.id)
        for earlier in await own.only("id", "ticket_id", "automatic"):
            left = self.known.get(earlier.ticket_id or 0)
            if left and left.id != ticket.id:
                await self._log("moved", journal.CITIZEN, left, number=ticket.number)
            await Message.filter(id=earlier.id).update(ticket_id=ticket.id, template="")

    async def _log(self, event: str, actor: str, ticket: Ticket, **values: Any) -> None:
        await journal.write(
            ticket.office, event, actor=actor, at=self.now, ticket_id=ticket.id, message=self.message.id, **values
        )

    def place(self, ticket: Ticket) -> None:
        """The message is on this ticket's record from now on."""
        self.message.ticket_id, self.done.ticket = ticket.id, ticket
        kind = "ticket" if self.done.opened else "message"
        self.done.events.append(Event(ticket.office, kind, ticket.id, ticket.number))

    async def write_place(self) -> None:
        """Write where the message belongs, once, before anything answers it."""
        if self.placed:
            return
        self.placed = True
        await place(self.message, self.conversation.id)

    async def hush(self, stopped_at: datetime | None) -> None:
        """STOP and MULAI hold for the address, at every door."""
        self.conversation.address.stopped_at = stopped_at
        await Address.filter(id=self.conversation.address_id).update(stopped_at=stopped_at)

    async def unite(self, named: str) -> None:
        """The sender and whoever reads at that address are one; the pages of their tickets are told."""
        scheme, _, value = named.partition(":")
        other = await Address.filter(
            office=self.parts.office.id, scheme=scheme, value__in=ciphering.forms(self.parts.office.id, value)
        ).first()
        if other is not None:
            told = await joining.prove(self.conversation.address, other, self.now)
            self.done.events += [Event(ticket.office, "ticket", ticket.id, ticket.number) for ticket in told]

    async def say(self, effect: Say) -> None:
        """Answer in the conversation."""
        await self.write_place()
        ticket = self.known[effect.ticket] if effect.ticket is not None else None
        # The first words to a new complaint answer nothing but itself.
        answers = (str(self.message.external_id),) if self.done.opened else ()
        comment = self.message.about or str(self.message.external_id) if effect.comment or effect.public else ""
        heard = await self.parts.voice.say(effect, self.conversation, ticket, answers, self.now, comment=comment)
        self.done.words, self.done.url, self.done.said = self.done.words or heard.words, heard.url, True

    async def remember(self, decision: Decision) -> None:
        """Lay the conversation's memory down with the ticket it speaks of."""
        await self.write_place()
        if self.stage.scene.apart:
            return  # what the address' owner was talking about stays as it was
        memory = replace(decision.memory, secret=self.secret or decision.memory.secret)
        if self.done.opened:
            new = self.known[OPENED].id
            memory = replace(
                memory,
                ticket=new if memory.ticket == OPENED else memory.ticket,
                filed=new if memory.filed == OPENED else memory.filed,
            )
        speaks_of = self.known[decision.speaks_of].id if decision.speaks_of is not None else self.conversation.ticket_id
        self.conversation.state, self.conversation.ticket_id = memory.to_json(), speaks_of
        await remember(self.conversation)
