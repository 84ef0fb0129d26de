"""Tickets that belong together without being one, and those that are not the same though they look alike.

Both hold for either ticket of the two: one row, the older ticket first. What was said to be apart is not suggested
again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tortoise.expressions import Q

from config.schema import Office, Right
from inbox import journal, numbers
from inbox.actor import Actor
from inbox.cases import Case, visible
from inbox.held import check_may, tell_pages
from inbox.models import Relation, Ticket
from inbox.refused import Refused
from inbox.tickets import Tickets

RELATED, APART, SPLIT = "related", "apart", "split"
_EVENTS = {RELATED: "related", APART: "apart"}


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation as one of its two tickets sees it."""

    row: Relation
    other: Ticket

    @property
    def made_of_this(self) -> bool:
        """Whether the other ticket was split off this one."""
        return self.row.kind == SPLIT and self.row.ticket_id == self.other.id


class Relations:
    """Relates tickets; each command is a transaction of its own."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def relate(self, by: Actor, number: str, other: str, *, now: datetime) -> Ticket:
        """They belong together. Refused with the field ``other``: ``related-unknown``, ``related-self``."""
        return await self._tie(by, number, other, RELATED, now)

    async def apart(self, by: Actor, number: str, other: str, *, now: datetime) -> Ticket:
        """They are not the same. Refused as ``relate``."""
        return await self._tie(by, number, other, APART, now)

    async def undo(self, by: Actor, number: str, relation_id: int, *, now: datetime) -> Ticket:
        """They do not belong together after all. Refused ``related-missing``."""

        async def whole() -> tuple[Ticket, Ticket]:
            case = await self._take(by, number, now)
            tied = Q(ticket_id=case.ticket.id) | Q(other_id=case.ticket.id)
            row = await Relation.filter(tied, id=relation_id, kind__in=list(_EVENTS), undone_at=None).first()
            if row is None:
                raise Refused("related-missing")
            await Relation.filter(id=row.id).update(undone_at=now)
            second = await Ticket.get(id=row.other_id if row.ticket_id == case.ticket.id else row.ticket_id)
            await _log(case, second, "unrelated")
            return case.ticket, second

        return await self._done(await self._tickets.database.transaction(whole))

    async def _tie(self, by: Actor, number: str, other: str, kind: str, now: datetime) -> Ticket:
        async def whole() -> tuple[Ticket, Ticket]:
            case = await self._take(by, number, now)
            second = await _other(by, case, other)
            first, last = sorted((case.ticket.id, second.id))
            row: dict[str, Any] = {"kind": kind, "ticket_id": first, "other_id": last}
            if not await Relation.filter(**row, undone_at=None).exists():
                await Relation.create(office=case.office.id, officer_id=by.officer_id, created_at=now, **row)
                await _log(case, second, _EVENTS[kind])
            return case.ticket, second

        return await self._done(await self._tickets.database.transaction(whole))

    async def _take(self, by: Actor, number: str, now: datetime) -> Case:
        case = await self._tickets.cases.take(by, number, None, now)
        check_may(case, by, Right.FIELDS)
        return case

    async def _done(self, changed: tuple[Ticket, Ticket]) -> Ticket:
        tell_pages(self._tickets, *changed)
        return changed[0]


async def ties(ticket: Ticket, rows: Sequence[Relation], by: Actor, office: Office) -> tuple[Tie, ...]:
    """Those of ``rows`` that the officer may see the other ticket of; apart ones are left out."""
    shown = {far(row, ticket): row for row in rows if row.kind != APART}
    if not shown:
        return ()
    others = await visible(by, office).filter(id__in=list(shown)).order_by("id").select_related("citizen")
    return tuple(Tie(shown[other.id], other) for other in others)


def far(row: Relation, ticket: Ticket) -> int:
    """The other ticket of the two."""
    return row.other_id if row.ticket_id == ticket.id else row.ticket_id


async def _other(by: Actor, case: Case, name: str) -> Ticket:
    found = await visible(by, case.office).filter(number=numbers.normal(name)).first()
    if found is None:
        raise Refused("related-unknown", field="other", number=name[:20])
    if found.id == case.ticket.id:
        raise Refused("related-self", field="other")
    return found


async def _log(case: Case, other: Ticket, event: str) -> None:
    """A line on both tickets, each naming the other."""
    await case.log(event, number=other.number)
    values = {"number": case.ticket.number}
    await journal.write(case.office.id, event, actor=case.actor, at=case.now, ticket_id=other.id, **values)
