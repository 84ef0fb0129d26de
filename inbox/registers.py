"""The running books: numbers without a gap, taken when an officer enters a line, one count per office, book and year.

The count is a row that every entry of the book waits for until the one before is committed or undone; that is what
keeps it free of gaps, and why nothing on the message road takes a number here.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from tortoise.expressions import F

from config.schema import Office
from inbox.models import Counter, RegisterEntry


async def next_entry(
    office: Office, register: str, *, ticket_id: int, officer_id: int | None, now: datetime
) -> RegisterEntry:
    """Enter a ticket in a book under the year's next number, in the caller's transaction."""
    year = now.astimezone(ZoneInfo(office.time_zone)).year
    number = await _next(f"register:{office.id}:{register}:{year}")
    return await RegisterEntry.create(
        office=office.id,
        register=register,
        year=year,
        number=number,
        ticket_id=ticket_id,
        officer_id=officer_id,
        created_at=now,
    )


async def _next(name: str) -> int:
    counter = Counter.filter(name=name)
    if not await counter.update(value=F("value") + 1):
        await Counter.bulk_create([Counter(name=name, value=0)], ignore_conflicts=True)
        await counter.update(value=F("value") + 1)
    return int((await counter.get()).value)
