"""Taking in hand what is due in the outbox: each delivery by one process, one at a time to an address, and no more than
the door's pace lets through. Committed before the network is touched; what became of it: ``inbox.outcomes``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tortoise.exceptions import IntegrityError

from channels.base import Attachment, Choice, Outbound, Paced
from inbox import departures
from inbox.approved import read
from inbox.database import Database
from inbox.models import Attachment as AttachmentRow
from inbox.models import Attempt, Delivery
from inbox.outcomes import Claimed
from inbox.paced import lay_back

_AT_WILL = Paced()
_WITH = ("message__ticket", "message__conversation", "address")
_SKIP = "FOR UPDATE SKIP LOCKED"
# From one door to the next by the index, however much waits behind each. The state is asked for twice: SQLite uses a
# partial index only where it finds the index's own words.
_DUE = """
    WITH RECURSIVE door(channel) AS (
        SELECT min(channel) FROM delivery WHERE state IN ('queued', 'sending')
        UNION ALL
        SELECT (SELECT min(d.channel) FROM delivery d
            WHERE d.state IN ('queued', 'sending') AND d.channel > door.channel)
        FROM door WHERE door.channel IS NOT NULL
    )
    SELECT channel FROM door WHERE EXISTS (
        SELECT 1 FROM delivery e
        WHERE e.state IN ('queued', 'sending') AND e.state = 'queued' AND e.channel = door.channel AND e.due_at <= $1
    ) ORDER BY channel
"""
_HAND_BACK = """
    UPDATE delivery SET due_at = $1, lease_until = $1
    WHERE state IN ('queued', 'sending') AND state = 'sending' AND worker = $2
"""
_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT d.id FROM delivery d
        WHERE d.state IN ('queued', 'sending') AND d.state = 'queued' AND d.channel = $5 AND d.due_at <= $3
        AND NOT EXISTS (
            SELECT 1 FROM delivery e
            WHERE e.state IN ('queued', 'sending') AND e.channel = d.channel AND e.address_id = d.address_id
            AND e.id <> d.id AND (e.state = 'sending' OR e.id < d.id)
        )
        ORDER BY d.due_at, d.id LIMIT $4 {lock}
    )
    UPDATE delivery SET state = 'sending', worker = $1, attempts = attempts + 1, lease_until = $2, due_at = $2
    WHERE id IN (SELECT id FROM due) RETURNING id, attempts
"""


async def due_doors(database: Database, now: datetime) -> list[str]:
    """The doors through which something is due."""
    return [str(row["channel"]) for row in await database.query(_DUE, [now])]


async def claim(
    database: Database,
    *,
    worker: str,
    channel: str,
    now: datetime,
    lease: timedelta,
    limit: int,
    paced: Paced = _AT_WILL,
) -> list[Claimed]:
    """Take what is due through a door, oldest first, in a transaction of its own; committed before it returns.

    No more than ``paced`` lets through, whoever else sends there; what has to wait for others to its address is laid
    back, as if nobody had taken it.

    Any number of processes may claim at once; each delivery goes to one. Whoever does not say what became of it
    before the lease ends loses it to ``outcomes.recover``.
    """
    if limit < 1:
        return []
    try:
        return await database.transaction(lambda: _claim(database, [worker, now + lease, now, limit, channel], paced))
    except IntegrityError:
        # Two processes took two messages of one address at the same instant; the index let one of them pass.
        return []


async def hand_back(database: Database, worker: str, now: datetime) -> None:
    """A worker ends: what it still has in hand is for ``outcomes.recover`` at once."""
    await database.query(_HAND_BACK, [now, worker])


async def _claim(database: Database, values: list[Any], paced: Paced) -> list[Claimed]:
    *_, now, limit, channel = values
    if paced.any:
        await departures.hold(database, channel)
        values[3] = int(min(limit, await departures.free(database, channel, paced.limits, now)))
        if not values[3]:
            return []
    taken = await database.query(_CLAIM.format(lock=_SKIP if database.is_postgres else ""), values)
    if not taken:
        return []
    numbers = {int(row["id"]): int(row["attempts"]) for row in taken}
    attempts = {
        delivery_id: (await Attempt.create(delivery_id=delivery_id, number=number, started_at=values[2])).id
        for delivery_id, number in sorted(numbers.items())
    }
    rows = await Delivery.filter(id__in=list(numbers)).order_by("id").select_related(*_WITH)
    files = await _files([row.message_id for row in rows])
    claimed = [_claimed(row, attempts[row.id], files.get(row.message_id, ())) for row in rows]
    return await _leaving(database, channel, claimed, paced, now) if paced.any else claimed


async def _leaving(
    database: Database, channel: str, claimed: Sequence[Claimed], paced: Paced, now: datetime
) -> list[Claimed]:
    """Those that may go now: they are counted; the others are laid back until those before them are far enough away."""
    leaving: list[Claimed] = []
    for one in claimed:
        wait = await departures.wait_for(database, channel, one.outbound.recipient, paced.each, now)
        if wait:
            await lay_back(one, now + wait)
        else:
            leaving.append(one)
    await departures.note(database, channel, [one.outbound.recipient for one in leaving], now)
    return leaving


async def _files(message_ids: Sequence[int]) -> dict[int, tuple[Attachment, ...]]:
    """The files to go out by message, named by their digest: the content is read by whoever sends."""
    found: dict[int, tuple[Attachment, ...]] = {}
    for row in await AttachmentRow.filter(message_id__in=list(message_ids), state="stored").order_by("id"):
        file = Attachment(
            name=row.name, type=row.type, reference=row.digest, size_bytes=row.size_bytes, inline=row.inline
        )
        found[row.message_id] = (*found.get(row.message_id, ()), file)
    return found


def _instead(outbound: Outbound, noted: dict[str, Any] | None) -> Outbound | None:
    """What leaves in its place where the window is shut by then."""
    return replace(outbound, text=noted["text"], choices=(), files=(), approved=read(noted)) if noted else None


def _claimed(row: Delivery, attempt_id: int, files: tuple[Attachment, ...]) -> Claimed:
    message, ticket = row.message, row.message.ticket
    outbound = Outbound(
        key=row.key,
        recipient=row.address.value,
        text=message.text,
        subject=message.subject,
        answers=tuple(message.answers),
        choices=tuple(Choice(value, label) for value, label in row.choices),
        files=files,
        automatic=row.automatic,
        approved=read(message.values.get("approved")),
        comment=message.about,
        public=message.public,
    )
    return Claimed(
        delivery_id=row.id,
        attempt_id=attempt_id,
        attempt=row.attempts,
        office=row.office,
        channel=row.channel,
        message_id=message.id,
        ticket_id=ticket.id if ticket else 0,
        number=ticket.number if ticket else "",
        outbound=outbound,
        heard_at=message.conversation.last_in_at if message.conversation else None,
        instead=_instead(outbound, message.values.get("instead")),
    )
