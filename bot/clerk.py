"""The clerk of one channel: takes a message that has been heard, in the caller's transaction.

Row first, then the conversation under its lock, then the scene, the decision, its effects. Everything that could be
done before the transaction (cleaning, understanding) is in ``hear``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.dialogue import decide, overdue
from bot.effects import Done, Effects
from bot.hearing import Heard, hear
from bot.scene import Scenes
from bot.storing import Stored, insert
from bot.vocabulary import vocabulary
from channels.base import Abilities, Inbound, Kind
from inbox import people
from inbox.live import Event
from inbox.models import Conversation, Message, TicketLink
from inbox.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one message. ``duplicate``: it was taken before. ``number`` is empty where it is on no ticket."""

    duplicate: bool = False
    number: str = ""
    code: str = field(default="", repr=False)
    url: str = ""
    words: str = field(default="", repr=False)
    said: bool = False
    events: tuple[Event, ...] = ()


class Clerk:
    """Answers at one channel of one office. ``abilities``: of any channel, by its id."""

    def __init__(self, channel: str, tickets: Tickets, abilities: Callable[[str], Abilities]) -> None:
        self.office, _ = tickets.offices.channel(channel)
        self.channel, self._tickets = channel, tickets
        self._scheme = abilities(channel).scheme
        self._words = vocabulary()
        self._codes = frozenset(office.code for office in tickets.offices.offices.values())
        ids = [f"{self.office.id}-{name}" for name in self.office.channels]
        kin = [id_ for id_ in ids if abilities(id_).scheme == self._scheme]
        self._scenes = Scenes(self.office, channel, kin, tickets, self._words, forgeable=abilities(channel).forgeable)
        self._effects = Effects(self.office, channel, tickets, abilities)

    def hear(self, inbound: Inbound, now: datetime) -> Heard:
        """Clean and understand a message; touches no database. Raises Unfit."""
        return hear(inbound, self._words, self._codes, form=self._scheme == "web", now=now, kinds=self.office.kinds)

    async def take(self, heard: Heard, stored: Stored, now: datetime) -> Taken:
        """Take a message, in the caller's transaction."""
        message = await insert(heard, stored, office=self.office.id, channel=self.channel, now=now)
        if message is None:
            return await self._again(heard, now)
        conversation = await self._conversation(heard, now)
        if conversation is None:
            return Taken()
        stage = await self._scenes.load(heard, conversation, now)
        decision = decide(heard.said(message.id), stage.scene, now)
        return _taken(await self._effects.carry_out(decision, message, conversation, stage, now))

    async def settle(self, kept: Sequence[Message], now: datetime) -> Taken:
        """File messages of one conversation that waited too long for the citizen's word, the last of them first.

        In the caller's transaction; those that were filed meanwhile are left alone.
        """
        last = kept[-1]
        address = last.conversation.address  # type: ignore[union-attr]
        conversation = await people.conversation(self.office.id, self.channel, address, now)
        waiting = await Message.filter(id__in=[one.id for one in kept], ticket_id=None).order_by("-id")
        if not waiting:
            return Taken()
        message = waiting[0]
        heard = self.hear(_inbound(message, address.value), now)
        stage = await self._scenes.load(heard, conversation, now)
        others = tuple(one.id for one in waiting[1:])
        decision = overdue(heard.said(message.id), stage.scene, now, question=message.template, others=others)
        message.template = ""
        return _taken(await self._effects.carry_out(decision, message, conversation, stage, now))

    async def _conversation(self, heard: Heard, now: datetime) -> Conversation | None:
        """The conversation to decide in, locked. What comes with number and code speaks in its ticket's own one."""
        inbound, value = heard.inbound, heard.inbound.sender
        if heard.number:
            ticket = await self._scenes.proven(heard)
            if ticket is None:
                return None
            links = TicketLink.filter(ticket_id=ticket.id, conversation__channel=self.channel).order_by("id")
            link = await links.select_related("conversation__address").first()
            value = link.conversation.address.value if link else value
        address = await people.meet(
            self.office.id, self._scheme, value, name=heard.name, now=now, confirmed=not inbound.automatic
        )
        return await people.conversation(self.office.id, self.channel, address, now)

    async def _again(self, heard: Heard, now: datetime) -> Taken:
        """A message that was taken before. A form that is sent twice shows the same receipt twice."""
        if self._scheme != "web":
            return Taken(duplicate=True)
        found = Message.filter(channel=self.channel, external_id=heard.inbound.external_id)
        message = await found.select_related("ticket").first()
        if message is None or message.ticket is None:
            return Taken(duplicate=True)
        values = await self._tickets.values(message.ticket, now, name="")
        answers = Message.filter(conversation_id=message.conversation_id, direction="out", id__gt=message.id)
        answer = await answers.order_by("id").first()
        return Taken(
            duplicate=True,
            number=message.ticket.number,
            code=message.ticket.code,
            url=values["url"],
            words=answer.text if answer else "",
        )


def _taken(done: Done) -> Taken:
    ticket = done.ticket
    return Taken(
        number=ticket.number if ticket else "",
        code=ticket.code if ticket else "",
        url=done.url if ticket else "",
        words=done.words,
        said=done.said,
        events=tuple(done.events),
    )


def _inbound(message: Message, sender: str) -> Inbound:
    """A stored message as it was heard, as far as filing it needs."""
    return Inbound(
        external_id=message.external_id or str(message.id),
        sender=sender,
        sent_at=message.sent_at,
        kind=Kind.MESSAGE,
        subject=message.subject,
        text=message.text,
        full_text=message.full_text,
    )
