"""Several reporters of one case: a ticket goes on as part of another, and can be taken apart again.

Merging is a link. The merged ticket keeps its number, code, conversations and reporters; its clock stands, its tasks
are set aside, and from then on it fares as the leading one does (``inbox.leading``). The promise of the leading ticket
becomes the sooner of the two. Taking apart brings back status, step, tasks and due time, with the working time that
was lost. There is one leading ticket and no chain. Every merging of an office waits for the one before it; the leading
ticket is always locked first.
"""

from __future__ import annotations

from datetime import datetime

from config.schema import Right
from inbox import leading, shelving, steps, turns
from inbox.actor import Actor
from inbox.cases import LIVE, Case
from inbox.forms import check_text
from inbox.held import check_may, tell_pages
from inbox.models import Relation, Ticket
from inbox.refused import Missing, Refused
from inbox.tickets import Tickets

MERGED = "merged"
_LONGEST_REASON = 1000


class Merging:
    """Merges tickets and takes them apart; each command is a transaction of its own."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def merge(
        self, by: Actor, number: str, into: str, reason: str = "", *, now: datetime, version: int | None = None
    ) -> Ticket:
        """Let ticket ``number`` go on as part of ``into``.

        Refused with the field ``into``: ``merge-unknown`` (also where it is another office's, or not theirs to see),
        ``merge-self``, ``merge-into-merged``, ``merge-into-ended``; and ``goes-along``, ``not-open``, ``leads-others``.
        """
        reason = check_text("reason", reason, _LONGEST_REASON, required=False)

        async def whole() -> tuple[Ticket, Ticket]:
            await turns.wait(f"merging:{by.office}")
            lead = await self._lead(by, into, now)
            case = await self._tickets.cases.take(by, number, version, now)
            check_may(case, by, Right.CLOSE)
            await _check_may_merge(case, lead)
            await _merge(case, lead, by, reason)
            return case.ticket, lead.ticket

        merged, lead = await self._tickets.database.transaction(whole)
        tell_pages(self._tickets, merged, lead)
        return merged

    async def separate(self, by: Actor, number: str, *, now: datetime, version: int | None = None) -> Ticket:
        """Take a merged ticket out again. Refused ``not-merged``."""

        async def whole() -> tuple[Ticket, Ticket]:
            await turns.wait(f"merging:{by.office}")
            row = await self._standing(by, number)
            lead = await self._tickets.cases.hold(row.other, now, by.mark)
            case = await self._tickets.cases.take(by, number, version, now)
            check_may(case, by, Right.CLOSE)
            await _separate(case, lead, row)
            return case.ticket, lead.ticket

        separated, lead = await self._tickets.database.transaction(whole)
        tell_pages(self._tickets, separated, lead)
        return separated

    async def _lead(self, by: Actor, into: str, now: datetime) -> Case:
        try:
            return await self._tickets.cases.take(by, into, None, now)
        except Missing:
            raise Refused("merge-unknown", field="into", number=into[:20]) from None

    async def _standing(self, by: Actor, number: str) -> Relation:
        """The merging of that ticket; without a lock, which the leading ticket has to be given first."""
        ticket = await self._tickets.cases.find(by, number)
        row = await Relation.filter(kind=MERGED, ticket_id=ticket.id, undone_at=None).select_related("other").first()
        if row is None:
            raise Refused("not-merged", number=ticket.number)
        return row


async def _check_may_merge(case: Case, lead: Case) -> None:
    ticket, other = case.ticket, lead.ticket
    if ticket.id == other.id:
        raise Refused("merge-self", field="into")
    await leading.check_alone(ticket)
    if ahead := await leading.leader(other):
        raise Refused("merge-into-merged", field="into", number=other.number, into=ahead.number)
    if not lead.live:
        raise Refused("merge-into-ended", field="into", number=other.number)
    if not case.live:
        raise Refused("not-open", number=ticket.number)
    if await leading.leads(ticket):
        raise Refused("leads-others", number=ticket.number)


async def _merge(case: Case, lead: Case, by: Actor, reason: str) -> None:
    ticket, other = case.ticket, lead.ticket
    await Relation.create(
        office=case.office.id,
        kind=MERGED,
        ticket_id=ticket.id,
        other_id=other.id,
        officer_id=by.officer_id,
        reason=reason,
        values={"status": ticket.status, "step": ticket.step, "promise_at": _written(ticket.promise_at)},
        created_at=case.now,
    )
    await shelving.put_aside(case, reason)
    promised = min(filter(None, (ticket.promise_at, other.promise_at)), default=None)
    case.change(merged_into=other.id, status=other.status, promise_at=promised)
    lead.change(promise_at=promised, unread=other.unread or ticket.unread)
    await case.log("merged", number=other.number)
    await lead.log("merged-here", number=ticket.number)
    await case.save()
    await lead.save()


async def _separate(case: Case, lead: Case, row: Relation) -> None:
    row.undone_at = case.now
    await row.save(update_fields=["undone_at"])
    case.change(merged_into=None)
    if case.standing.ended_at is None:
        await _restore(case, row)
    elif case.ticket.status in LIVE:
        await steps.enter(case, case.procedure.reopen or case.procedure.first, notice="reopened")
    await case.log("separated", number=lead.ticket.number)
    await lead.log("separated-here", number=case.ticket.number)
    await case.save()
    await lead.save()


async def _restore(case: Case, row: Relation) -> None:
    """As it stood when it was merged; the promise that was its own, unless a later one was given since."""
    own = datetime.fromisoformat(row.values["promise_at"]) if row.values["promise_at"] else None
    promised = max(filter(None, (own, case.ticket.promise_at)), default=None)
    case.change(answered_at=None, closed_at=None, closing="", agency="", promise_at=promised)
    await shelving.take_up(case, row.created_at)


def _written(at: datetime | None) -> str:
    return at.isoformat() if at else ""
