"""Taking a reply back: for ten seconds an officer's words wait at the door, and until they leave they can be undone.

The wait is the delivery's own due time, so that nothing else has to know of it. Taking back locks the deliveries as
whoever sends them does: a reply is either sent or undone, on every door and every ticket that it goes to, never both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from inbox import drafting, steps
from inbox.actor import Actor
from inbox.cases import Case
from inbox.live import Event
from inbox.models import Delivery, Message, Ticket
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets

Latest = Callable[[Message], datetime | None]
UNDO_SECONDS = 10
_IN_TIME = timedelta(seconds=2)
UNDO = timedelta(seconds=UNDO_SECONDS)
_STILL_HERE = frozenset({"queued", "handover", "failed"})


async def hold(message: Message, text: str, until: datetime, latest: Latest) -> None:
    """Let a reply that was just queued wait, in the caller's transaction; ``text`` is what the officer wrote of it.

    Nothing waits until its ``latest`` moment, when a platform's window closes: it leaves in time.
    """
    for one in await _same_reply(message).select_related("conversation"):
        values, end = (one.values or {}) | {"written": text}, latest(one)
        leaves = max(one.created_at, min(until, end - _IN_TIME)) if end else until
        await Message.filter(id=one.id).update(sent_at=leaves, values=values)
        await Delivery.filter(message_id=one.id, state="queued").update(due_at=leaves)


def undoable(message: Message, by: Actor, now: datetime) -> bool:
    """Whether this officer may still take back a message that stands."""
    mine = message.direction == "out" and message.author == "officer" and message.officer_id == by.officer_id
    return mine and now < message.sent_at


class Undoing:
    """The command of taking back."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def undo(self, by: Actor, number: str, message_id: int, *, now: datetime) -> Ticket:
        """Take a reply back on all its ways; what was written is the officer's draft again.

        A clock that the reply stopped runs again; what else was done with it stays done.

        Raises: Missing ``ticket-missing``, ``message-missing``; Forbidden ``undo-other``; Refused ``undo-late``.
        """

        async def work() -> Ticket:
            case = await self._tickets.cases.take(by, number, None, now)
            message = await Message.filter(id=message_id, ticket_id=case.ticket.id, direction="out").first()
            if message is None or message.author != "officer" or message.undone_at is not None:
                raise Missing("message-missing")
            if message.officer_id != by.officer_id:
                raise Forbidden("undo-other")
            await _take_back(case, message)
            await _keep_words(by, case, message)
            await case.save(seen=False)
            return case.ticket

        ticket = await self._tickets.database.transaction(work)
        self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return ticket


async def _take_back(case: Case, message: Message) -> None:
    rows = await _same_reply(message)
    ids = [row.id for row in rows]
    deliveries = await Delivery.filter(message_id__in=ids).order_by("id").select_for_update()
    left = any(one.attempts or one.state not in _STILL_HERE for one in deliveries)
    if left or case.now >= message.sent_at:
        raise Refused("undo-late")
    await Delivery.filter(id__in=[one.id for one in deliveries]).update(state="dropped", reason="undone")
    await Message.filter(id__in=ids).update(undone_at=case.now)
    await case.log("undone", message_id=message.id)
    if message.template == "tanya" and case.ticket.status == "waiting":
        await steps.resume(case)
        await case.log("resumed")


async def _keep_words(by: Actor, case: Case, message: Message) -> None:
    """What was written comes back before whatever was begun meanwhile."""
    begun = await drafting.text_of(by.officer_id, case.ticket.id, "reply")
    texts = [str(message.values.get("written", "")), begun]
    await drafting.keep(by.officer_id, case.ticket.id, "reply", "\n\n".join(filter(None, texts)), case.now)


def _same_reply(message: Message) -> QuerySet[Message]:
    """The same words on every door of the ticket, and of those that are merged into it."""
    whole = Q(ticket_id=message.ticket_id) | Q(ticket__merged_into=message.ticket_id)
    known = {"officer_id": message.officer_id, "created_at": message.created_at, "template": message.template}
    return Message.filter(whole, office=message.office, direction="out", author="officer", undone_at=None, **known)
