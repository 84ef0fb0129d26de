"""The next door: words that did not get through at one door go to the same person at another, at an officer's word or,
where the office wants it, by themselves.

Only addresses that are proven to be the person's are used, in the office's order (``next_door`` in office.yaml) and
then where they last wrote. A message in doubt is never passed on: it may have arrived. A chat that stays unread is
followed the same way, beside the chat itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.expressions import Subquery
from tortoise.queryset import QuerySet

from config.schema import Office, Right
from inbox import journal, outbox, unread
from inbox.actor import Actor
from inbox.cases import visible
from inbox.files import StoredFile
from inbox.live import Event
from inbox.models import Attachment, Citizen, Conversation, Delivery, Message, Ticket
from inbox.onward import looked_after, mark, went_on
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.tickets import Tickets
from inbox.unread import LATELY
from inbox.veiling import veiled_ways
from inbox.ways import Way, link, linked, note, spoken_through, ways_of
from templates import Words, message

POINTER = "pintu-lain"
"""What is said where the words themselves do not fit a door: that there is an answer, and where."""

_MOST = 500
# A page shows as many with the way that they would go by; older ones are seen to on their tickets.
_OFFERED = 25


@dataclass(frozen=True, slots=True)
class _Found:
    """A message with its delivery and ticket, and the way that it may go on by."""

    row: Delivery
    said: Message
    ticket: Ticket
    way: Way


def next_way(
    ways: Sequence[Way], office: Office, conversation_id: int | None, citizen_id: int, *, automatic: bool = False
) -> Way | None:
    """The best of that person's other ways; None where there is none. ``automatic``: nobody in person asks for it."""

    def fits(way: Way) -> bool:
        theirs = way.own and way.address.citizen_id == citizen_id
        usable = theirs and way.proven and not way.abilities.offline and way.abilities.scheme not in {"web", "chat"}
        lets = way.window.lets(automatic=automatic)
        quiet = automatic and way.address.stopped_at is not None
        return usable and lets and not quiet and way.address.dead_at is None and way.key != f"c{conversation_id}"

    def rank(way: Way) -> int:
        name = way.channel.removeprefix(f"{office.id}-")
        return office.next_door.order.index(name) if name in office.next_door.order else len(office.next_door.order)

    return min((way for way in ways if fits(way)), key=rank, default=None)


class NextDoor:
    """Passes messages on: ``pass_on`` for an officer, ``sweep`` for the clock."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._database = tickets, tickets.database

    async def pass_on(self, by: Actor, delivery_id: int, through: str, now: datetime) -> str:
        """Send what failed through the way of that key, or the next one; answers its channel.

        Raises: Forbidden ``no-right``; Missing ``delivery-missing``; Stale ``delivery-changed``; Refused
            ``no-next-door``, or ``way-unknown`` where the way that was asked for has shut meanwhile.
        """
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.DELIVERY):
            raise Forbidden("no-right", right=Right.DELIVERY)
        async with self._database.reading():
            row = (
                await Delivery.filter(id=delivery_id, office=by.office)
                .select_related("message__ticket", "address")
                .first()
            )
            if row is None or row.message.ticket is None:
                raise Missing("delivery-missing")
            await self._tickets.cases.find(by, row.message.ticket.number)
            ways = await self._ways(row, office, now)
        if row.state != "failed":
            raise Stale("delivery-changed")
        person = row.address.citizen_id
        theirs = [one for one in ways if one.address.citizen_id == person]
        way = _open(theirs, through) if through else next_way(ways, office, row.message.conversation_id, person)
        if way is None:
            raise Refused("no-next-door", number=row.message.ticket.number)
        found = _Found(row, row.message, row.message.ticket, way)
        if not await self._go(found, now, actor=by.mark, ending="dropped"):
            raise Stale("delivery-changed")
        return way.channel

    async def offers(self, by: Actor, now: datetime) -> dict[int, Way]:
        """By delivery, the way that one press would send it through: of the newest that failed, where there is one.

        Raises Forbidden ``no-right``.
        """
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.DELIVERY):
            raise Forbidden("no-right", right=Right.DELIVERY)
        rows = Delivery.filter(office=by.office, state="failed", message__ticket_id__isnull=False)
        if not by.may(office, Right.SEE_ALL):
            rows = rows.filter(message__ticket_id__in=Subquery(visible(by, office).values("id")))
        found, seal = dict[int, Way](), self._tickets.seal(by)
        async with self._database.reading():
            for row in await rows.order_by("-id").limit(_OFFERED).select_related("message__ticket", "address"):
                if row.message.ticket is not None and not row.message.public:
                    ways = veiled_ways(seal, row.message.ticket, await self._ways(row, office, now))
                    way = next_way(ways, office, row.message.conversation_id, row.address.citizen_id)
                    found |= {row.id: way} if way else {}
        return found

    async def sweep(self, now: datetime) -> int:
        """The minute's work: what failed of late, and what lies unread in a chat, where the office wants it passed on.

        Answers how many went on.
        """
        done = 0
        for office in self._tickets.offices.offices.values():
            if office.next_door.automatic:
                done += await self._each(office, await self._failed(office, now), now, ending="dropped")
            if office.next_door.follows:
                done += await self._each(office, await self._unread(office, now), now, ending="")
        return done

    async def _failed(self, office: Office, now: datetime) -> list[Delivery]:
        rows = Delivery.filter(office=office.id, state="failed", created_at__gt=now - LATELY)
        return await self._fresh(rows)

    async def _unread(self, office: Office, now: datetime) -> list[Delivery]:
        """What nobody looked into in a chat since it was said."""
        chats = [id_ for id_ in self._channels(office) if self._tickets.abilities(id_).scheme == "chat"]
        async with self._database.reading():
            return await unread.lying(chats, office.next_door.unread_minutes, now)

    async def _fresh(self, rows: QuerySet[Delivery]) -> list[Delivery]:
        async with self._database.reading():
            found = await rows.order_by("id").limit(_MOST).select_related("message__ticket", "address")
        tickets = [row for row in found if row.message.ticket is not None and not row.message.public]
        return [row for row in tickets if not looked_after(row.message)]

    async def _each(self, office: Office, rows: Sequence[Delivery], now: datetime, *, ending: str) -> int:
        done = 0
        for row in rows:
            ticket = row.message.ticket
            if ticket is None:
                continue
            async with self._database.reading():
                ways = await self._ways(row, office, now)
            way = next_way(ways, office, row.message.conversation_id, row.address.citizen_id, automatic=True)
            if way is None or await self._heard_elsewhere(row):
                await self._database.transaction(lambda row=row: mark(row.message))  # type: ignore[misc]
                continue
            if not row.automatic or await self._has_room(office, way, now):
                done += await self._go(_Found(row, row.message, ticket, way), now, actor=journal.CLERK, ending=ending)
        return done

    async def _has_room(self, office: Office, way: Way, now: datetime) -> bool:
        """Whether the clerk may say one more thing to that address this hour; else it waits."""
        said = await self._database.transaction(lambda: outbox.automatic_lately(way.address.id, now, asked=False))
        return said < office.clerk.automatic_per_hour

    async def _heard_elsewhere(self, row: Delivery) -> bool:
        """Whether the same words went to another of that person's doors at once, as news of a case do."""
        said = row.message
        same = Delivery.filter(message__ticket_id=said.ticket_id, message__template=said.template)
        same = same.filter(message__created_at=said.created_at, address__citizen_id=row.address.citizen_id)
        async with self._database.reading():
            return await same.exclude(id=row.id).exclude(state__in=("failed", "dropped")).exists()

    async def _ways(self, row: Delivery, office: Office, now: datetime) -> list[Way]:
        """The ways to whoever should have heard it: the ticket's complainant, or another reporter."""
        ticket = await Ticket.get(id=row.message.ticket_id)
        links, person = await linked(ticket), row.address.citizen_id
        return await ways_of(ticket, office, links, self._tickets.abilities, now, person=person)

    def _channels(self, office: Office) -> list[str]:
        return [f"{office.id}-{name}" for name in office.channels]

    async def _go(self, found: _Found, now: datetime, *, actor: str, ending: str) -> bool:
        """Whether it went on: not where somebody else was quicker."""
        talk_id = await spoken_through(self._database, found.way, now)

        async def work() -> bool:
            row = await Delivery.filter(id=found.row.id).select_for_update().get()
            said = await Message.get(id=found.said.id)
            if row.state != found.row.state or went_on(said):
                return False
            chosen = await link(found.ticket, found.way, talk_id, now)
            await note(found.ticket, found.way, actor, now)
            copy = await self._queue(found, said, chosen.conversation, now)
            await mark(said, found.way.channel, copy.id)
            if ending:
                row.state = ending
                await row.save(update_fields=["state"])
            event = "delivery-passed-on" if ending else "delivery-followed"
            known = {"message_id": said.id, "channel": row.channel, "to": found.way.channel}
            await journal.write(row.office, event, actor=actor, at=now, ticket_id=found.ticket.id, **known)
            return True

        done = await self._database.transaction(work)
        self._tickets.announce(Event(found.row.office, "delivery", found.ticket.id, found.ticket.number))
        return done

    async def _queue(self, found: _Found, said: Message, talk: Conversation, now: datetime) -> Message:
        """The same words; where they do not fit the door, that there is an answer and where."""
        files = await _files(said)
        offered = [(value, label) for value, label in found.row.choices]

        async def say(words: Words, files: Sequence[StoredFile], choices: Sequence[tuple[str, str]]) -> Message:
            copy = await outbox.queue(
                talk,
                words,
                abilities=found.way.abilities,
                ticket=found.ticket,
                author=said.author,
                officer_id=said.officer_id,
                automatic=said.automatic,
                template=said.template,
                files=files,
                choices=choices,
                now=now,
            )
            await mark(copy)  # it goes on by itself once: whether further, an officer says
            return copy

        try:
            return await say(Words.plain(said.text, said.subject), files, offered)
        except Refused:
            name = (await Citizen.get(id=found.way.address.citizen_id)).name
            values = await self._tickets.telling.values(found.ticket, now, name=name)
            return await say(
                message(POINTER, folder=self._tickets.offices.messages(found.ticket.office), **values), (), ()
            )


def _open(ways: Sequence[Way], key: str) -> Way:
    """The way of that key. Never another in its place: whoever pressed read its name. Refused ``way-unknown``."""
    for way in ways:
        if way.key == key and not way.shut and way.address.dead_at is None:
            return way
    raise Refused("way-unknown", field="through")


async def _files(said: Message) -> list[StoredFile]:
    kept = await Attachment.filter(message_id=said.id).exclude(digest="").order_by("id")
    return [StoredFile(one.name, one.type, one.size_bytes, one.digest, one.inline) for one in kept]
