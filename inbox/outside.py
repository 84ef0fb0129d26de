"""What a ticket's page says of permits, other agencies and the field: the last decision, the links, the assignments.

Reads only, in one visit to the database; the commands are ``inbox.permits``', ``guests``' and ``fieldwork``'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from inbox import reading
from inbox.models import FieldCheck, GuestLink, PermitCheck, Ticket
from inbox.reading import Question


@dataclass(frozen=True, slots=True)
class Outside:
    """Newest first. ``checks`` is what was decided of the object's permit."""

    checks: tuple[PermitCheck, ...]
    links: tuple[GuestLink, ...]
    assignments: tuple[FieldCheck, ...]


async def outside_of(ticket: Ticket) -> Outside:
    """For whoever may see the ticket; inside ``database.reading``."""
    rest, values = "WHERE t.ticket_id = $1 ORDER BY t.id DESC LIMIT 20", (ticket.id,)
    checks, links = Question(PermitCheck, rest, values), Question(GuestLink, rest, values)
    assignments = Question(FieldCheck, rest, values)
    found = await reading.ask(checks, links, assignments)
    return Outside(tuple(found.rows(checks)), tuple(found.rows(links)), tuple(found.rows(assignments)))
