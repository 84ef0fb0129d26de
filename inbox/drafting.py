"""What an officer has begun to write on a ticket: kept on the server, so that it is there on any machine.

One draft of each kind per officer and ticket, nobody else's business; sending takes it away.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from config.schema import Office
from inbox import writing
from inbox.actor import Actor
from inbox.cases import visible
from inbox.database import Database
from inbox.models import Draft
from inbox.numbers import normal
from inbox.refused import Missing, Refused

KINDS = ("reply", "note")
LONGEST = 10_000
_THEIRS = "SELECT kind, text FROM draft WHERE officer_id = $1 AND ticket_id = $2"


class Drafts:
    """The officers' drafts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, by: Actor, ticket_id: int) -> Mapping[str, str]:
        """Kind to text, empty where there is none, of one officer on one ticket."""
        async with self._database.reading():
            rows = await self._database.query(_THEIRS, [by.officer_id, ticket_id])
        return dict.fromkeys(KINDS, "") | {row["kind"]: row["text"] for row in rows}

    async def save(self, by: Actor, office: Office, number: str, *, kind: str, text: str, now: datetime) -> None:
        """Keep it; nothing but white space takes it away. Text beyond ``LONGEST`` is cut.

        Raises: Missing ``ticket-missing``; Refused ``not-a-choice``.
        """

        async def work() -> None:
            ticket = await visible(by, office).filter(number=normal(number)).only("id").first()
            if ticket is None:
                raise Missing("ticket-missing", number=number[:20])
            if kind not in KINDS:
                raise Refused("not-a-choice", label="draft")
            await keep(by.officer_id, ticket.id, kind, text, now)

        await self._database.transaction(work)


async def text_of(officer_id: int, ticket_id: int, kind: str) -> str:
    """The draft's text; empty where there is none."""
    row = await Draft.filter(officer_id=officer_id, ticket_id=ticket_id, kind=kind).first()
    return row.text if row else ""


async def keep(officer_id: int, ticket_id: int, kind: str, text: str, now: datetime) -> None:
    """Set the draft, in the caller's transaction; an empty one is none."""
    if not text.strip():
        await clear(officer_id, ticket_id, kind)
        return
    await writing.append(
        Draft,
        unless=("officer_id", "ticket_id", "kind"),
        renewing=("text", "updated_at"),
        officer_id=officer_id,
        ticket_id=ticket_id,
        kind=kind,
        text=text[:LONGEST],
        updated_at=now,
    )


async def clear(officer_id: int, ticket_id: int, kind: str) -> None:
    """There is none any more, in the caller's transaction."""
    await Draft.filter(officer_id=officer_id, ticket_id=ticket_id, kind=kind).delete()
