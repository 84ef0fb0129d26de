"""What officers are to be told: to a role of the office, or to one officer. ``kind`` names the sentence.

The key makes a notice unique, so that work which repeats itself does not repeat the notice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from tortoise.expressions import Q

from inbox import writing
from inbox.models import Notice
from inbox.refused import Missing


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
    addressed = Notice.filter(_addressed(roles, officer_id), office=office, seen_at=None)
    return await addressed.order_by("-id").limit(limit)


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


def _addressed(roles: Collection[str], officer_id: int) -> Q:
    return Q(officer_id=officer_id) | Q(officer_id=None, role__in=list(roles))
