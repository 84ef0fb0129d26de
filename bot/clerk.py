"""The clerk of one channel: takes a message that has been heard, in the caller's transaction.

Row first, then the conversation under its lock, then the scene, the decision, its effects. Everything that could be
done before the transaction (cleaning, understanding) is in ``hear``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.arrival import Arrival, Arrivals
from bot.decision import Decision
from bot.dialogue import decide, overdue
from bot.effects import Done, Effects
from bot.hearing import Heard, hear
from bot.scene import Scenes, Stage
from bot.storing import Stored
from bot.vocabulary import vocabulary
from channels.base import Abilities, Inbound, Kind, Proof
from inbox import people, withholding, writing
from inbox.live import Event
from inbox.models import Conversation, Message, TicketLink, Withheld
from inbox.tickets import Tickets


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one message. ``duplicate``: it was taken before. ``number`` is empty where it is on no ticket.

    ``officer``: it was an officer's, said as such, and on no record of a citizen's.
    """

    duplicate: bool = False
    officer: bool = False
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
        self._arrivals = Arrivals(self.office.id, channel, self._scheme, self._scenes)

    def hear(self, inbound: Inbound, now: datetime) -> Heard:
        """Clean and understand a message; touches no database. Raises Unfit."""
        return hear(inbound, self._words, self._codes, form=self._scheme == "web", now=now, kinds=self.office.kinds)

    async def take(self, several: Sequence[tuple[Heard, Stored]], now: datetime) -> list[Taken]:
        """Take messages, those of a conversation in their order, in the caller's transaction."""
        arrived = await writing.run(self._arrivals.take(several, now))
        waiting = [(place, one) for place, one in enumerate(arrived) if one]
        taken: dict[int, Taken] = {}
        while waiting:
            at_once = _firsts(waiting)
            taken |= await self._answer(at_once, now)
            waiting = [one for one in waiting if one not in at_once]
        return [
            taken[place] if place in taken else await self._again(heard, now)
            for place, (heard, _) in enumerate(several)
        ]

    async def _answer(self, several: Sequence[tuple[int, Arrival]], now: datetime) -> dict[int, Taken]:
        """Decide messages of different conversations, then carry all decisions out."""
        decided = [(place, one, await self._decide(one, now)) for place, one in several]
        await self._effects.expect([found[1] for _, _, found in decided if found], now)
        return {place: await self._carry_out(one, found, now) for place, one, found in decided}

    async def _decide(self, one: Arrival, now: datetime) -> tuple[Stage, Decision] | None:
        conversation = one.conversation = one.conversation or await self._proven(one.heard, now)
        if conversation is None:
            return None
        stage = await self._scenes.load(one.heard, conversation, now, one.past)
        return stage, decide(one.heard.said(one.message.id), replace(stage.scene, blocked=one.blocked), now)

    async def _carry_out(self, one: Arrival, found: tuple[Stage, Decision] | None, now: datetime) -> Taken:
        if found is None or one.conversation is None:
            return Taken()
        stage, decision = found
        return _taken(await self._effects.carry_out(decision, one.message, one.conversation, stage, now))

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
        heard = self.hear(as_heard(message, address.value), now)
        stage = await self._scenes.load(heard, conversation, now)
        others = tuple(one.id for one in waiting[1:])
        decision = overdue(heard.said(message.id), stage.scene, now, question=message.template, others=others)
        message.template = ""
        return _taken(await self._effects.carry_out(decision, message, conversation, stage, now))

    async def admit(self, row: Withheld, heard: Heard, officer_id: int, now: datetime) -> Taken:
        """Take a withheld message as if nothing had stood in its way: an officer says so.

        In the caller's transaction, with ``row.message.conversation.address.citizen`` at hand; somebody else's deed
        meanwhile leaves it alone.
        """
        address = row.message.conversation.address  # type: ignore[union-attr]
        conversation = await people.conversation(self.office.id, self.channel, address, now)
        if not await withholding.resolve(row.id, "taken", officer_id, now):
            return Taken()
        stage = await self._scenes.load(heard, conversation, now)
        decision = decide(heard.said(row.message_id), replace(stage.scene, opened_lately=0), now)
        done = await self._effects.carry_out(decision, row.message, conversation, stage, now)
        await withholding.log(row, "withheld-taken", officer_id, now, done.ticket)
        return _taken(done)

    async def _proven(self, heard: Heard, now: datetime) -> Conversation | None:
        """What comes with number and code speaks in its ticket's own conversation, locked; None for wrong ones."""
        ticket = await self._scenes.proven(heard)
        if ticket is None:
            return None
        links = TicketLink.filter(ticket_id=ticket.id, conversation__channel=self.channel).order_by("id")
        link = await links.select_related("conversation__address").first()
        value = link.conversation.address.value if link else heard.inbound.sender
        address = await people.meet(
            self.office.id, self._scheme, value, name=heard.name, now=now, confirmed=not heard.inbound.automatic
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


def _firsts(waiting: Sequence[tuple[int, Arrival]]) -> list[tuple[int, Arrival]]:
    """The first of each conversation; what is to be found by number and code comes last, alone."""
    firsts: dict[int, tuple[int, Arrival]] = {}
    for one in waiting:
        if one[1].conversation:
            firsts.setdefault(one[1].conversation.id, one)
    return list(firsts.values()) or list(waiting[:1])


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


def as_heard(message: Message, sender: str) -> Inbound:
    """A stored message as it was heard, as far as filing it needs."""
    return Inbound(
        external_id=message.external_id or str(message.id),
        sender=sender,
        sent_at=message.sent_at,
        kind=Kind.MESSAGE,
        subject=message.subject,
        text=message.text,
        full_text=message.full_text,
        proof=Proof(**message.proof) if message.proof else None,
    )
