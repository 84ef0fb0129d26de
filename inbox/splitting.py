"""A message that is a complaint of its own: it leaves its ticket, with its files, and opens a new one.

The new ticket is the same citizen's and speaks through the same conversation, which is told the number by the usual
words. Merging it into the ticket it came from takes it back.
"""

from __future__ import annotations

from datetime import datetime

from config.schema import Right
from inbox.actor import Actor
from inbox.cases import Case
from inbox.held import check_may, tell_pages
from inbox.models import Conversation, Message, Relation, Ticket
from inbox.refused import Refused
from inbox.related import SPLIT
from inbox.tickets import Tickets

_LONGEST_SUMMARY = 200


class Splitting:
    """Makes tickets of messages."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def split(
        self, by: Actor, number: str, message_id: int, *, now: datetime, version: int | None = None
    ) -> Ticket:
        """Open a ticket with that message; returns the new one. Refused ``split-missing``, ``split-only``."""

        async def whole() -> tuple[Ticket, Ticket]:
            case = await self._tickets.cases.take(by, number, version, now)
            check_may(case, by, Right.CLOSE)
            message = await _message(case, message_id)
            made = await self._open(case, message)
            await self._move(case, message, made, by)
            await self._tickets.tell(made, "diterima", now)
            await case.save()
            return made, case.ticket

        made, left = await self._tickets.database.transaction(whole)
        tell_pages(self._tickets, made, left)
        return made

    async def _open(self, case: Case, message: Message) -> Ticket:
        conversation = await Conversation.get(id=message.conversation_id).select_related("address")
        made = await self._tickets.open(
            case.office,
            citizen_id=case.ticket.citizen_id,
            conversation=conversation,
            kind=case.ticket.kind,
            summary=(message.text or message.subject)[:_LONGEST_SUMMARY],
            channel=conversation.channel,
            now=case.now,
        )
        # Who may not know who complained must not learn it from the part.
        made.secrecy = case.ticket.secrecy
        await Ticket.filter(id=made.id).update(secrecy=made.secrecy)
        return made

    async def _move(self, case: Case, message: Message, made: Ticket, by: Actor) -> None:
        await Message.filter(id=message.id).update(ticket_id=made.id)
        await Relation.create(
            office=case.office.id,
            kind=SPLIT,
            ticket_id=made.id,
            other_id=case.ticket.id,
            officer_id=by.officer_id,
            values={"message": message.id},
            created_at=case.now,
        )
        await case.log("split-off", number=made.number, message_id=message.id)
        new = await self._tickets.cases.hold(made, case.now, by.mark)
        await new.log("split-from", number=case.ticket.number, message_id=message.id)


async def _message(case: Case, message_id: int) -> Message:
    """The citizen's message, beside which the ticket has another one."""
    own = Message.filter(ticket_id=case.ticket.id, direction="in", conversation_id__isnull=False, automatic=False)
    message = await own.filter(id=message_id).first()
    if message is None:
        raise Refused("split-missing", number=case.ticket.number)
    if not await own.exclude(id=message_id).exists():
        raise Refused("split-only", number=case.ticket.number)
    return message
