"""What officers are to be told: to a role of the office, or to one officer. ``kind`` names the sentence.

The key makes a notice unique, so that work which repeats itself does not repeat the notice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from tortoise.expressions import Q

from inbox import reading, writing
from inbox.models import Notice
from inbox.reading import Question
from inbox.refused import Missing
from inbox.sheet import Statement


async def tell(
    office: str,
    kind: str,
    *,
    key: str,
    now: datetime,
    role: str = "",
    officer_id: int | None = None,
    ticket_id: int | None = None,
    **values: Any,
) -> None:
    """Leave a notice in the caller's transaction; one with the same key is left as it is."""
    await writing.append(
        Notice,
        unless=("key",),
        office=office,
        kind=kind,
        key=key,
        role=role,
        officer_id=officer_id,
        ticket_id=ticket_id,
        values=values,
        created_at=now,
    )


async def unseen(office: str, roles: Collection[str], officer_id: int, *, limit: int = 50) -> list[Notice]:
    """What is still new to an officer, newest first."""
    theirs = Question(Notice, *_unseen(office, roles, officer_id, f"ORDER BY t.id DESC LIMIT {limit:d}"))
    return (await reading.ask(theirs)).rows(theirs)


def of_ticket(office: str, roles: Collection[str], officer_id: int, ticket_id: int) -> Statement:
    """A statement that answers with a row where something of the ticket is new to the officer."""
    rest, values = _unseen(office, roles, officer_id, f"AND t.ticket_id = {ticket_id:d} LIMIT 1")
    return f"SELECT 1 AS told FROM notice t {rest}", values  # noqa: S608 - our own words


async def see(
    office: str, roles: Collection[str], officer_id: int, now: datetime, *, notice_id: int = 0, ticket_id: int = 0
) -> None:
    """The officer has seen one notice, or (by ``ticket_id``) all of a ticket; a role's is then seen for the whole role.

    Raises: Missing, where the notice is not this officer's.
    """
    mine = Notice.filter(_addressed(roles, officer_id), office=office)
    chosen = mine.filter(id=notice_id) if notice_id else mine.filter(ticket_id=ticket_id)
    if notice_id and not await chosen.exists():
        raise Missing("notice-missing")
    await chosen.filter(seen_at=None).update(seen_at=now)


def _unseen(office: str, roles: Collection[str], officer_id: int, rest: str) -> tuple[str, tuple[Any, ...]]:
    """The end of a statement about notices ``t`` that are new to the officer, and its values."""
    places = ", ".join(f"${place}" for place in range(3, 3 + len(roles))) or "NULL"
    mine = f"(t.officer_id = $2 OR (t.officer_id IS NULL AND t.role IN ({places})))"
    return f"WHERE t.office = $1 AND t.seen_at IS NULL AND {mine} {rest}", (office, officer_id, *sorted(roles))


def _addressed(roles: Collection[str], officer_id: int) -> Q:
    return Q(officer_id=officer_id) | Q(officer_id=None, role__in=list(roles))
