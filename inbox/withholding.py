"""Messages that are stored and were not taken further, and what an officer does about them.

Nothing is lost by it: the message has its row, its files and its conversation like any other, and no ticket. Taking one
in after all is the clerk's; how they are kept, shown and put away is here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.functions import Count

from config.schema import Office, Right
from inbox import journal, notices, writing
from inbox.actor import Actor
from inbox.models import Address, Attachment, Message, Ticket, Withheld
from inbox.refused import Forbidden, Missing
from inbox.tickets import Tickets

MOST = 200
BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Sender:
    """One sender's withheld messages, the newest first. ``files``: how many each has, by the message's id."""

    address: Address
    reason: str
    rows: Sequence[Withheld]
    files: Mapping[int, int]


class Withholdings:
    """An office's withheld messages; the right is the one to look after what was set aside."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def waiting(self, by: Actor) -> list[Sender]:
        """By sender, whoever wrote last first; of the newest ``MOST``. Two queries."""
        rows = Withheld.filter(office=self._office(by).id, resolved_at=None).order_by("-id").limit(MOST)
        async with self._tickets.database.reading():
            found = await rows.select_related("message", "address")
            ids = [row.message_id for row in found]
            counted = Attachment.filter(message_id__in=ids).annotate(many=Count("id")).group_by("message_id")
            files = {row["message_id"]: row["many"] for row in await counted.values("message_id", "many")}
        senders: dict[tuple[int, str], list[Withheld]] = {}
        for row in found:
            senders.setdefault((row.address_id, row.reason), []).append(row)
        return [Sender(rows[0].address, reason, rows, files) for (_, reason), rows in senders.items()]

    async def one(self, by: Actor, withheld_id: int) -> Withheld:
        """One that waits. Missing ``withheld-missing``."""
        async with self._tickets.database.reading():
            row = await Withheld.filter(id=withheld_id, office=self._office(by).id, resolved_at=None).first()
        if row is None:
            raise Missing("withheld-missing")
        return row

    async def drop(self, by: Actor, withheld_id: int, now: datetime, *, every: bool = False) -> None:
        """Nothing is to be done about it, or with ``every`` about any of its sender's; they stay stored."""
        one = await self.one(by, withheld_id)

        async def work() -> None:
            theirs = Withheld.filter(office=one.office, address_id=one.address_id, reason=one.reason, resolved_at=None)
            for row in await (theirs if every else theirs.filter(id=one.id)).order_by("id"):
                if await resolve(row.id, "dropped", by.officer_id, now):
                    await log(row, "withheld-dropped", by.officer_id, now)

        await self._tickets.database.transaction(work)

    def _office(self, by: Actor) -> Office:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.ASIDE):
            raise Forbidden("no-right", right=Right.ASIDE)
        return office


async def keep(office: Office, message: Message, address_id: int, reason: str, now: datetime) -> None:
    """Withhold a message, in the transaction that stored it; once. Of whoever is not blocked officers are told, once a
    day for each sender.
    """
    await writing.append(
        Withheld,
        unless=("message_id",),
        office=message.office,
        message_id=message.id,
        address_id=address_id,
        reason=reason,
        created_at=now,
    )
    if reason == BLOCKED:
        return
    for role in (id_ for id_, role in office.roles.items() if Right.ASIDE in role.may):
        key = f"withheld:{address_id}:{now:%Y-%m-%d}:{role}"[:120]
        await notices.tell(office.id, "withheld", key=key, now=now, role=role)


async def resolve(withheld_id: int, resolution: str, officer_id: int, now: datetime) -> bool:
    """It waits no more; False where somebody else saw to it."""
    waiting = Withheld.filter(id=withheld_id, resolved_at=None)
    return bool(await waiting.update(resolved_at=now, resolution=resolution, officer_id=officer_id))


async def log(row: Withheld, event: str, officer_id: int, now: datetime, ticket: Ticket | None = None) -> None:
    """A line in the journal, with the ticket it came to."""
    ticket_id = ticket.id if ticket else None
    actor = journal.officer(officer_id)
    await journal.write(row.office, event, actor=actor, at=now, ticket_id=ticket_id, message=row.message_id)
