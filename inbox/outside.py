"""What a ticket's page says of permits, other agencies and the field: the last decision, the links, the assignments.

Reads only, in one visit to the database; the commands are ``inbox.permits``', ``guests``' and ``fieldwork``'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from tortoise.models import Model

from inbox import reading
from inbox.database import rows
from inbox.models import FieldCheck, GuestLink, PermitCheck, Ticket
from inbox.reading import Question

M = TypeVar("M", bound=Model)
_THERE = """
    SELECT EXISTS (SELECT 1 FROM permit_check WHERE ticket_id = $1) AS checks,
        EXISTS (SELECT 1 FROM guest_link WHERE ticket_id = $1) AS links,
        EXISTS (SELECT 1 FROM field_check WHERE ticket_id = $1) AS assignments
"""


@dataclass(frozen=True, slots=True)
class Outside:
    """Newest first. ``checks`` is what was decided of the object's permit."""

    checks: tuple[PermitCheck, ...]
    links: tuple[GuestLink, ...]
    assignments: tuple[FieldCheck, ...]


async def outside_of(ticket: Ticket) -> Outside:
    """For whoever may see the ticket; inside ``database.reading``. Most tickets have none of it."""
    there = (await rows(_THERE, [ticket.id]))[0]
    rest, values = "WHERE t.ticket_id = $1 ORDER BY t.id DESC LIMIT 20", (ticket.id,)
    checks, links = Question(PermitCheck, rest, values), Question(GuestLink, rest, values)
    assignments = Question(FieldCheck, rest, values)
    known: tuple[Question[Any], ...] = (checks, links, assignments)
    wanted = [question for question, has in zip(known, there.values(), strict=True) if has]
    found = await reading.ask(*wanted) if wanted else None

    def of(question: Question[M]) -> tuple[M, ...]:
        return tuple(found.rows(question)) if found is not None and question in wanted else ()

    return Outside(of(checks), of(links), of(assignments))
