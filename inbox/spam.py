"""Spam: closed without a word to whoever sent it, and back as it was when that was a mistake."""

from __future__ import annotations

from datetime import datetime

from config.schema import Right
from inbox import leading, shelving
from inbox.actor import Actor
from inbox.cases import Case
from inbox.held import command
from inbox.models import Ticket
from inbox.refused import Refused
from inbox.tickets import Tickets

SPAM = "spam"


class Spam:
    """Marks tickets as spam and clears them."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def mark(self, by: Actor, number: str, *, now: datetime, version: int | None = None) -> Ticket:
        """Close it as spam, in silence. Refused ``already-closed``, ``goes-along``, ``leads-others``."""

        async def work(case: Case) -> None:
            await _check_may_be_spam(case)
            await shelving.put_aside(case, SPAM)
            case.change(status="closed", closing=SPAM, closed_at=case.now, unread=False)
            await case.log("closed", reason="closing-spam")

        return await command(self._tickets, by, number, work, right=Right.CLOSE, now=now, version=version)

    async def clear(self, by: Actor, number: str, *, now: datetime, version: int | None = None) -> Ticket:
        """It was none: status, step, due time and tasks are back. Refused ``spam-missing``."""

        async def work(case: Case) -> None:
            since = case.ticket.closed_at
            if case.ticket.closing != SPAM or since is None:
                raise Refused("spam-missing", number=case.ticket.number)
            case.change(closing="", closed_at=None, unread=True)
            await shelving.take_up(case, since)
            await case.log("not-spam")

        return await command(self._tickets, by, number, work, right=Right.CLOSE, now=now, version=version)


async def _check_may_be_spam(case: Case) -> None:
    ticket = case.ticket
    if ticket.status in {"closed", "handed-on"}:
        raise Refused("already-closed", number=ticket.number)
    await leading.check_alone(ticket)
    if await leading.leads(ticket):
        raise Refused("leads-others", number=ticket.number)
