"""Files that a platform only pointed at: which are to be fetched now, and what became of the try.

A file that does not come never holds up the message it belongs to; after three days the row says that it failed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.base import MAX_ATTACHMENT_BYTES, Attachment, Undelivered
from inbox import journal
from inbox.database import Database
from inbox.live import Event
from inbox.models import Attachment as Row
from inbox.outcomes import GIVE_UP_AFTER, pause

TOO_LARGE = Undelivered("attachment-too-large", retry=False)

_CLAIM = """
    WITH due AS MATERIALIZED (
        SELECT a.id FROM attachment a JOIN message m ON m.id = a.message_id
        WHERE a.state = 'pending' AND a.due_at <= $2 AND m.channel IN ({doors})
        ORDER BY a.due_at, a.id LIMIT $3 {lock}
    )
    UPDATE attachment SET attempts = attempts + 1, due_at = $1 WHERE id IN (SELECT id FROM due) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Pending:
    """A file to fetch through a door."""

    attachment_id: int
    channel: str
    attachment: Attachment


async def claim(
    database: Database, *, channels: Sequence[str], now: datetime, lease: timedelta, limit: int
) -> list[Pending]:
    """Take files that are due, in a transaction of its own; whoever does not settle one sees it come again later."""
    if not channels or limit < 1:
        return []
    doors = ", ".join(f"${place}" for place in range(4, 4 + len(channels)))
    sql = _CLAIM.format(doors=doors, lock="FOR UPDATE OF a SKIP LOCKED" if database.is_postgres else "")

    async def work() -> list[Pending]:
        taken = await database.query(sql, [now + lease, now, limit, *channels])
        rows = Row.filter(id__in=[row["id"] for row in taken]).order_by("id").select_related("message")
        return [_pending(row) for row in await rows] if taken else []

    return await database.transaction(work)


async def stored(pending: Pending, digest: str, size_bytes: int) -> Event:
    """The content is in the file store; in the caller's transaction."""
    row = await _row(pending)
    if row.state == "pending":
        row.state, row.digest, row.size_bytes, row.due_at = "stored", digest, size_bytes, None
        await row.save(update_fields=["state", "digest", "size_bytes", "due_at"])
    return _event(row)


async def missed(pending: Pending, error: Undelivered, now: datetime) -> Event:
    """It did not come: later again, or never (``failed``; ``refused`` where it is too large)."""
    row = await _row(pending)
    due = now + (error.after or pause(row.attempts))
    if error.retry and due < row.message.created_at + GIVE_UP_AFTER:
        row.due_at = due
    else:
        row.state, row.due_at = "refused" if error is TOO_LARGE else "failed", None
        await _journal(row, error.reason, now)
    await row.save(update_fields=["state", "due_at"])
    return _event(row)


def may_fetch(attachment: Attachment) -> bool:
    """Whether what the platform declares is small enough to ask for."""
    return attachment.size_bytes <= MAX_ATTACHMENT_BYTES


async def _row(pending: Pending) -> Row:
    return await Row.get(id=pending.attachment_id).select_related("message__ticket")


async def _journal(row: Row, reason: str, now: datetime) -> None:
    values = {"attachment_id": row.id, "message_id": row.message_id, "reason": reason}
    await journal.write(
        row.office, "file-failed", actor=journal.SYSTEM, at=now, ticket_id=row.message.ticket_id, **values
    )


def _pending(row: Row) -> Pending:
    attachment = Attachment(
        name=row.name, type=row.type, reference=row.reference, size_bytes=row.size_bytes, inline=row.inline
    )
    return Pending(row.id, str(row.message.channel), attachment)


def _event(row: Row) -> Event:
    ticket = row.message.ticket
    return Event(row.office, "message", ticket.id if ticket else 0, ticket.number if ticket else "")
