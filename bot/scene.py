"""Loads what a decision depends on: the sender's tickets, what the message points at, how much was said lately.

Reads in the transaction that locked the conversation, in few queries: one for the tickets, and one more each only
where a message threads, gives a code, changes another or answers a question that kept messages waiting. Writes nothing.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import Q

from bot.hearing import Heard
from bot.meaning import Keyword
from bot.talk import Expects, Kept, Known, Limits, Memory, Scene
from bot.turn import rested
from bot.vocabulary import Vocabulary
from bot.words import gist
from channels.base import Kind
from config.schema import Office
from inbox import endings, outbox, writing
from inbox.models import Address, Conversation, Message, Ticket
from inbox.sheet import Row, Script
from inbox.spam import SPAM
from inbox.tickets import Tickets

_MOST_TICKETS = 30
_LINKS = """
    SELECT t.*, l.conversation_id AS linked, l.hears AS link_hears, l.confirmed AS link_confirmed
    FROM ticket_link l JOIN conversation c ON c.id = l.conversation_id JOIN ticket t ON t.id = l.ticket_id
    WHERE c.address_id = $1 AND c.channel IN ({channels}) ORDER BY l.ticket_id DESC LIMIT $2
"""
# Of a person whose addresses an officer joined: whatever any of them hears, at every door.
_JOINED_LINKS = """
    SELECT t.*, l.conversation_id AS linked, l.hears AS link_hears, l.confirmed AS link_confirmed
    FROM address a JOIN conversation c ON c.address_id = a.id JOIN ticket_link l ON l.conversation_id = c.id
    JOIN ticket t ON t.id = l.ticket_id
    WHERE a.joined = $1 AND a.office = $2 AND c.channel IN ({channels}) ORDER BY l.ticket_id DESC LIMIT $3
"""
_SPAM_LATELY = timedelta(days=1)
_A_DAY = timedelta(days=1)
_KEY = re.compile(r"[0-9a-z]{26}")
# What nobody may ask in another's name.
_OWNERS = {Keyword.STOP, Keyword.CANCEL, Keyword.UNITE}


@dataclass(frozen=True, slots=True)
class _Link:
    """One conversation of the sender's address on one ticket."""

    ticket: Ticket
    conversation_id: int
    hears: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Past:
    """What was before a message of an address: its tickets, newest first, and the hour's automatic messages."""

    links: tuple[_Link, ...] = ()
    sent_lately: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """A scene with the rows behind it, for whoever carries the decision out.

    ``tickets`` by id; ``linked`` are the ids of those that this conversation is part of.
    """

    scene: Scene
    tickets: dict[int, Ticket] = field(repr=False)
    linked: frozenset[int]


class Scenes:
    """Loads the scenes of one channel. ``kin`` are the office's channels that reach the same addresses, with it."""

    def __init__(
        self,
        office: Office,
        channel: str,
        kin: Sequence[str],
        tickets: Tickets,
        vocabulary: Vocabulary,
        *,
        forgeable: bool = False,
    ) -> None:
        self._forgeable = forgeable
        self._office, self._channel, self._kin = office, channel, tuple(kin)
        self._tickets, self._vocabulary = tickets, vocabulary
        self._sql = _LINKS.format(channels=", ".join(f"${place}" for place in range(3, 3 + len(self._kin))))
        self._doors = [f"{office.id}-{name}" for name in office.channels]
        places = ", ".join(f"${4 + place}" for place in range(len(self._doors)))
        self._joined_sql = _JOINED_LINKS.format(channels=places)
        clerk = office.clerk
        self._limits = Limits(
            automatic_per_hour=clerk.automatic_per_hour,
            answers_per_hour=clerk.answers_per_hour,
            burst_minutes=clerk.burst_minutes,
            join_days=clerk.join_days,
            tickets_per_day=clerk.tickets_per_day,
        )

    def past(self, conversation: Conversation, now: datetime) -> Script[Past]:
        """What was before, of somebody who wrote before."""
        address = conversation.address
        if address.joined is None:
            found = yield self._sql, [address.id, _MOST_TICKETS, *self._kin]
        else:
            found = yield self._joined_sql, [address.joined, self._office.id, _MOST_TICKETS, *self._doors]
        # Two conversations may speak of one ticket: it is one object, which commands bring up to date.
        tickets = {row["id"]: Ticket._init_from_db(**_ticket(row)) for row in found}
        links = tuple(
            _Link(tickets[row["id"]], row["linked"], bool(row["link_hears"]), bool(row["link_confirmed"]))
            for row in found
        )
        if conversation.last_in_at is None and conversation.created_at >= now:
            return Past(links)
        return Past(links, (yield from outbox.counting(conversation.address_id, now)))

    async def load(self, heard: Heard, conversation: Conversation, now: datetime, past: Past | None = None) -> Stage:
        """Everything the decision on ``heard`` needs. ``conversation`` is locked, its address and citizen at hand."""
        address, memory = conversation.address, await self._memory(conversation)
        if past is None:
            past = await writing.run(self.past(conversation, now))
        apart = heard.forged and not await self._answering(heard, address)
        opened = self._opened(past.links, now, confirmed=not apart)
        if apart:
            memory, past = Memory(), Past((), past.sent_lately)
        links = past.links
        known = {link.ticket.id: link.ticket for link in links}
        answered = await self._threaded(heard)
        threaded = answered.ticket if answered else None
        proven = await self.proven(heard, memory.number if memory.expects is Expects.CODE else "")
        original = await self._original(heard)
        for found in filter(None, (threaded, proven, original.ticket if original else None)):
            known.setdefault(found.id, found)
        scene = Scene(
            memory=memory,
            tickets=self._own(links, now),
            threaded=self._pointed(threaded, links, now),
            proven=self._known(proven, now) if proven else None,
            lately=conversation.ticket_id or 0,
            original=(original.ticket_id or 0) if original else None,
            kept=await self._kept(heard, memory),
            asks=self._tickets.asks(self._office, self._channel, heard.form.kind if heard.form else heard.opens),
            kinds=self._office.kinds,
            name_known=bool(address.citizen.name) and not apart,
            stopped=address.stopped_at is not None and not apart,
            invited=bool(answered and answered.public and answered.direction == "out"),
            vouched=await self._vouched(heard, memory, address),
            sent_lately=past.sent_lately,
            opened_lately=opened,
            limits=self._limits,
            apart=apart,
        )
        return Stage(scene, known, frozenset(one.ticket.id for one in links if one.conversation_id == conversation.id))

    def _opened(self, links: Iterable[_Link], now: datetime, *, confirmed: bool) -> int:
        """How many complaints came from there through this door of late: the owner's own, or those in their name."""
        lately = (link.ticket for link in links if link.confirmed is confirmed)
        return len({one.id for one in lately if one.channel == self._channel and now - one.opened_at < _A_DAY})

    async def _memory(self, conversation: Conversation) -> Memory:
        """What is remembered. Once an officer wrote, an answer is theirs: the clerk's older question is over."""
        memory = Memory.from_json(conversation.state)
        if memory.expects is not Expects.PART or memory.asked_at is None:
            return memory
        theirs = Message.filter(ticket_id=memory.ticket, direction="out", author="officer", undone_at=None)
        return rested(memory) if await theirs.filter(created_at__gte=memory.asked_at).exists() else memory

    async def proven(self, heard: Heard, asked: str = "") -> Ticket | None:
        """The office's ticket whose number and code came with the message.

        ``asked``: the number whose code we asked for, where the message gives none.
        """
        number = heard.number or next(iter(heard.meaning.numbers), "") or asked
        code = heard.code if heard.number else heard.meaning.code
        if not (number and code):
            return None
        found = await Ticket.filter(number=number, office=self._office.id).first()
        return found if found and hmac.compare_digest(found.code.encode(), code.encode()) else None

    def _own(self, links: Iterable[_Link], now: datetime) -> tuple[Known, ...]:
        """Each ticket that this address hears of, once; confirmed where any of its conversations is."""
        own: dict[int, Known] = {}
        heard = sorted((one for one in links if one.hears), key=lambda one: one.confirmed)
        ids = {link.ticket.id for link in heard}
        for link in heard:
            follows = link.ticket.merged_into in ids
            own[link.ticket.id] = self._known(link.ticket, now, confirmed=link.confirmed, follows=follows)
        return tuple(sorted(own.values(), key=lambda one: (one.spoken_at, one.id), reverse=True))

    def _pointed(self, ticket: Ticket | None, links: Iterable[_Link], now: datetime) -> Known | None:
        if ticket is None:
            return None
        mine = [link for link in links if link.ticket.id == ticket.id and link.hears]
        return self._known(ticket, now, owned=bool(mine), confirmed=not mine or any(link.confirmed for link in mine))

    def _known(
        self, ticket: Ticket, now: datetime, *, owned: bool = True, confirmed: bool = True, follows: bool = False
    ) -> Known:
        return Known(
            id=ticket.id,
            number=ticket.number,
            status=ticket.status,
            spoken_at=max(filter(None, (ticket.last_in_at, ticket.answered_at)), default=ticket.opened_at),
            summary=ticket.summary,
            owned=owned,
            confirmed=confirmed,
            reopenable=self._reopenable(ticket, now),
            rating=ticket.rating,
            follows=follows,
            spam=_is_spam(ticket, now),
        )

    def _reopenable(self, ticket: Ticket, now: datetime) -> bool:
        """Whether BELUM still counts."""
        until = endings.reopens_until(ticket, self._office, self._tickets.cases.calendars[self._office.id])
        return until is not None and now <= until

    async def _threaded(self, heard: Heard) -> Message | None:
        """The nearest message on a ticket that this one answers, by the platform's name for it or our own."""
        answers = heard.inbound.answers
        if not answers:
            return None
        keys = _keys(answers)
        found = Message.filter(_names(answers, self._channel), office=self._office.id, ticket_id__isnull=False)
        said = await found.select_related("ticket")
        nearest = {answer: place for place, answer in enumerate(answers)}
        near = sorted(said, key=lambda one: nearest.get(one.external_id or keys.get(one.key or "", ""), len(answers)))
        return near[0] if near else None

    async def _vouched(self, heard: Heard, memory: Memory, address: Address) -> bool:
        """Whether what only the owner may ask comes from them: the office's own server proved it, or it answers a
        message that we sent to this address.
        """
        asks = heard.meaning.keyword in _OWNERS or memory.intent in _OWNERS
        proof = heard.inbound.proof
        if not (self._forgeable and asks) or (proof is not None and proof.verdict == "pass"):
            return True
        return await self._answering(heard, address)

    async def _answering(self, heard: Heard, address: Address) -> bool:
        """Whether it answers a message that we sent to this address: nobody else knows what that is called."""
        answers = heard.inbound.answers
        named = _names(answers, self._channel)
        sent = Message.filter(named, office=self._office.id, direction="out", conversation__address_id=address.id)
        return bool(answers) and await sent.exists()

    async def _original(self, heard: Heard) -> Message | None:
        inbound = heard.inbound
        if inbound.kind in {Kind.MESSAGE, Kind.COMMENT} or not inbound.about:
            return None
        return await Message.filter(channel=self._channel, external_id=inbound.about).select_related("ticket").first()

    async def _kept(self, heard: Heard, memory: Memory) -> tuple[Kept, ...]:
        """Only BARU moves messages, and only then their words are needed again."""
        ids = {*memory.kept, *memory.guessed}
        if not ids or heard.meaning.keyword is not Keyword.NEW:
            return ()
        said = await Message.filter(id__in=list(ids)).order_by("id").only("id", "text", "subject")
        return tuple(
            Kept(one.id, gist(one.text, self._vocabulary) or one.subject or self._vocabulary.wordless) for one in said
        )


def _keys(answers: Iterable[str]) -> dict[str, str]:
    """Our own keys among the names of messages, each with the name it was found in."""
    parts = {answer.strip("<>").partition("@")[0]: answer for answer in answers}
    return {key: answer for key, answer in parts.items() if _KEY.fullmatch(key)}


def _names(answers: Sequence[str], channel: str) -> Q:
    """Messages by the platform's name for them or by our own key."""
    return Q(channel=channel, external_id__in=list(answers)) | Q(key__in=list(_keys(answers)))


def _is_spam(ticket: Ticket, now: datetime) -> bool:
    """Whether an officer closed it as spam of late."""
    return ticket.closing == SPAM and ticket.closed_at is not None and now - ticket.closed_at <= _SPAM_LATELY


def _ticket(row: Row) -> dict[str, Any]:
    """A ticket's own columns."""
    return {name: value for name, value in dict(row).items() if not name.startswith("link")}
