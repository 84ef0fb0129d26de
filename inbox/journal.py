"""The journal: who did what, when, why. It only ever grows, in the transaction of the deed itself.

Values are ids, codes and digests, never a name, an address or what somebody wrote. What an event says to people stands
in ``templates/journal.yaml``; nothing is written that has no sentence there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inbox import writing
from inbox.models import Entry

CITIZEN = "citizen"
CLERK = "clerk"
SYSTEM = "system"


def officer(officer_id: int) -> str:
    """How the journal names an officer."""
    return f"officer:{officer_id}"


async def write(
    office: str, event: str, *, actor: str, at: datetime, ticket_id: int | None = None, **values: Any
) -> None:
    """Add a line in the caller's transaction. ``actor`` is ``officer(id)``, CITIZEN, CLERK or SYSTEM."""
    await writing.append(Entry, office=office, event=event, actor=actor, at=at, ticket_id=ticket_id, values=values)
