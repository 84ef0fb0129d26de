"""Events for outgoing webhooks, made of the journal: whoever does something writes its line there, and nothing else.

So the road of a message pays nothing for webhooks, and an event is queued in the very transaction that caused it: its
journal line is. ``collect`` reads the lines that came since it read last and turns those that a webhook wants into rows
of ``hook_event``, each with the words that will be signed; ids, numbers and times, never what somebody wrote.

A line's id does not tell when it was committed: PostgreSQL gives a later id away before an earlier one is visible. So a
reading there goes up to a mark only, and only when every transaction that had begun before the mark has ended.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, get_args

from config.schema import HookEvent as Name
from config.schema import Office, Webhook
from inbox.database import Database
from inbox.models import Entry, HookEvent, HookReading, Ticket
from inbox.outcomes import GIVE_UP_AFTER

_AT_ONCE = 200
_NAMES: Mapping[str, Name] = {
    "opened": "ticket.opened",
    "added": "ticket.message",
    "step": "ticket.moved",
    "rerouted": "ticket.moved",
    "assigned": "ticket.assigned",
    "unassigned": "ticket.assigned",
    "replied": "ticket.replied",
    "answered": "ticket.answered",
    "handed-on": "ticket.handed-on",
    "closed": "ticket.closed",
    "reopened": "ticket.reopened",
    "late": "ticket.late",
    "delivery-failed": "delivery.failed",
}
_NEWS = """
    SELECT 1 FROM hook_reading r
    WHERE r.hook = $1 AND EXISTS (SELECT 1 FROM journal j WHERE j.office = $2 AND j.id > r.entry_id)
"""
_MOST = "SELECT COALESCE(MAX(id), 0) AS most FROM journal WHERE office = $1"
_MARK = """
    SELECT COALESCE(MAX(id), 0) AS most, pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS xid
    FROM journal WHERE office = $1
"""
_ENDED = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= $1 AS ended"
# What a delivery's line may tell: ids and codes.
_TOLD = ("message_id", "channel", "reason")


def name_of(office: Office, hook: Webhook) -> str:
    """How rows name a webhook."""
    return f"{office.id}/{hook.id}"


async def prepare(database: Database, offices: Iterable[Office]) -> None:
    """A webhook that is new here is told of what happens from now on; of one that is gone nothing is kept waiting."""
    known = {name_of(office, hook): office.id for office in offices for hook in office.webhooks}

    async def work() -> None:
        await HookReading.exclude(hook__in=list(known)).delete() if known else await HookReading.all().delete()
        waiting = HookEvent.filter(state__in=("queued", "sending"))
        await (waiting.exclude(hook__in=list(known)) if known else waiting).update(state="dropped")
        for name, office in known.items():
            (row,) = await database.query(_MOST, [office])
            start = HookReading(hook=name, entry_id=row["most"], mark_id=0, mark_xid=0)
            await HookReading.bulk_create([start], ignore_conflicts=True)

    await database.transaction(work)


async def collect(database: Database, office: Office, hook: Webhook, url: str, now: datetime) -> bool:
    """Queue what one webhook wants of the lines that came; returns whether it got anywhere, and may again.

    ``url`` is the installation's public one.
    """
    name = name_of(office, hook)
    async with database.reading():
        if not await database.query(_NEWS, [name, office.id]):
            return False

    async def work() -> bool:
        reading = await HookReading.filter(hook=name).select_for_update(skip_locked=True).first()
        if reading is None:
            return False  # another process reads just now
        before = (reading.entry_id, reading.mark_id)
        bound = await _bound(database, reading, office.id)
        lines = Entry.filter(office=office.id, id__gt=reading.entry_id, id__lte=bound)
        entries = await lines.order_by("id").limit(_AT_ONCE)
        await _queue(office, hook, entries, url, now)
        reading.entry_id = entries[-1].id if len(entries) == _AT_ONCE else max(bound, reading.entry_id)
        if before == (reading.entry_id, reading.mark_id):
            return False
        await reading.save()
        return True

    return await database.transaction(work)


async def sweep(database: Database, sent_before: datetime, failed_before: datetime) -> None:
    """Forget events that are long done with."""

    async def work() -> None:
        await HookEvent.filter(state__in=("sent", "dropped"), created_at__lt=sent_before).delete()
        await HookEvent.filter(state="failed", created_at__lt=failed_before).delete()

    await database.transaction(work)


async def _bound(database: Database, reading: HookReading, office: str) -> int:
    """Up to which line everything that will ever be there is there."""
    if not database.is_postgres:
        (row,) = await database.query(_MOST, [office])
        return int(row["most"])
    bound: int = reading.entry_id
    if reading.mark_id > reading.entry_id:
        (row,) = await database.query(_ENDED, [reading.mark_xid])
        if not row["ended"]:
            return bound
        bound = reading.mark_id
    (row,) = await database.query(_MARK, [office])
    reading.mark_id, reading.mark_xid = row["most"], row["xid"]
    return bound


async def _queue(office: Office, hook: Webhook, entries: Sequence[Entry], url: str, now: datetime) -> None:
    wanted = set(hook.events or get_args(Name))
    told = [entry for entry in entries if _NAMES.get(entry.event) in wanted]
    ids = {entry.ticket_id for entry in told if entry.ticket_id}
    tickets = {ticket.id: ticket for ticket in await Ticket.filter(id__in=list(ids))} if ids else {}
    rows = [_row(name_of(office, hook), entry, tickets.get(entry.ticket_id or 0), url, now) for entry in told]
    if rows:
        await HookEvent.bulk_create(rows, ignore_conflicts=True)


def _row(hook: str, entry: Entry, ticket: Ticket | None, url: str, now: datetime) -> HookEvent:
    mark = hashlib.sha256(f"{hook} {entry.id} {entry.at.isoformat()}".encode()).hexdigest()
    event = _NAMES[entry.event]
    body = {"type": event, "timestamp": _iso(entry.at), "data": _data(entry, ticket, url)}
    return HookEvent(
        office=entry.office,
        hook=hook,
        entry_id=entry.id,
        key=f"evt_{mark[:32]}",
        event=event,
        ticket_id=entry.ticket_id,
        number=ticket.number if ticket else "",
        body=json.dumps(body, separators=(",", ":")),
        due_at=now,
        give_up_at=now + GIVE_UP_AFTER,
        created_at=now,
    )


def _data(entry: Entry, ticket: Ticket | None, url: str) -> dict[str, Any]:
    """Ids, codes and times. The ticket is told as it stood when the event was made ready, moments later."""
    data: dict[str, Any] = {"office": entry.office, "actor": entry.actor}
    if entry.event == "delivery-failed":
        data["delivery"] = {name: entry.values.get(name) for name in _TOLD}
    if ticket is not None:
        times = ("opened_at", "due_at", "promise_at", "answered_at", "closed_at")
        data["ticket"] = {
            "number": ticket.number,
            "version": ticket.version,
            "status": ticket.status,
            "kind": ticket.kind,
            "step": ticket.step,
            "channel": ticket.channel,
            "url": f"{url}/api/v1/tickets/{ticket.number}",
            **{time: _iso(at) if (at := getattr(ticket, time)) else None for time in times},
        }
    return data


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
