"""Recaps on their way by mail: which are due, each to each recipient once, and what an officer does about a failure.

A row per recap, period and recipient is made before anything else, so that no clock of any process makes a second one.
The attempt is counted before the network is touched; one of which nobody knows how it ended is left to an officer
and never repeated by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tortoise.expressions import F

from config.schema import Office, Offices, RecapOrder, Right
from inbox import journal, outcomes
from inbox.actor import Actor
from inbox.database import Database
from inbox.figures import bounds
from inbox.models import RecapSending, Ticket
from inbox.refused import Forbidden, Missing, Stale
from inbox.worktime import Calendar

MOST = 200
LEASE = timedelta(minutes=10)
_AT_ONCE = 10
_LATEST = {"daily": timedelta(hours=12), "monthly": timedelta(days=5)}


@dataclass(frozen=True, slots=True)
class Claimed:
    """A recap in hand. ``order`` is what the office's file says of it."""

    id: int
    office: Office
    order: RecapOrder
    period: str
    recipient: str
    attempt: int
    give_up_at: datetime


def due(order: RecapOrder, office: Office, now: datetime) -> str:
    """The period whose recap should have gone out last; empty where that is too long ago to catch up with."""
    zone = ZoneInfo(office.time_zone)
    local = now.astimezone(zone)
    on = local.date() if local.time() >= order.clock else local.date() - timedelta(days=1)
    if order.every == "monthly":
        on = on.replace(day=1)
    sent_at = datetime.combine(on, order.clock, zone)
    if now - sent_at > _LATEST[order.every]:
        return ""
    return on.isoformat() if order.every == "daily" else f"{on - timedelta(days=1):%Y-%m}"


async def plan(database: Database, office: Office, calendar: Calendar, now: datetime) -> None:
    """Lay on what is due and not laid on yet. A day off in which nothing came in has no recap."""
    for order in office.recaps:
        period = due(order, office, now)
        if not period or await _laid_on(database, office, order, period):
            continue
        if order.every == "daily" and not await _happened(database, office, calendar, period):
            continue
        rows = [_row(office, order, period, recipient, now) for recipient in order.to]
        await database.transaction(lambda rows=rows: RecapSending.bulk_create(rows, ignore_conflicts=True))  # type: ignore[misc]


async def claim(database: Database, office: Office, now: datetime) -> list[Claimed]:
    """Take what is due, oldest first; committed before it returns, each to one process."""
    await _recover(office, now)
    async with database.reading():
        waiting = RecapSending.filter(office=office.id, state="queued", due_at__lte=now).order_by("id")
        found = await waiting.limit(_AT_ONCE)
    taken = [await _taken(office, row, now) for row in found]
    return [one for one in taken if one]


async def sent(claimed: Claimed, now: datetime) -> None:
    """It went out."""
    told = {"state": "sent", "sent_at": now, "reason": "", "detail": ""}
    if await RecapSending.filter(id=claimed.id, attempts=claimed.attempt).update(**told):
        await journal.write(
            claimed.office.id, "recap-sent", actor=journal.SYSTEM, at=now, recap=claimed.order.id, period=claimed.period
        )


async def failed(claimed: Claimed, reason: str, detail: str, now: datetime, *, again: bool) -> bool:
    """Later again, or for good where that cannot help or its time is over; returns whether for good."""
    due_at = now + outcomes.pause(claimed.attempt)
    final = not again or due_at >= claimed.give_up_at
    told = {"state": "failed" if final else "queued", "due_at": due_at, "reason": reason[:64], "detail": detail[:1000]}
    await RecapSending.filter(id=claimed.id, state="sending", attempts=claimed.attempt).update(**told)
    return final


async def kept_back(claimed: Claimed) -> None:
    """The office only practises: it stays in the house, also afterwards."""
    await RecapSending.filter(id=claimed.id).update(state="dropped", reason="practice")


class RecapTroubles:
    """Recaps that did not go out, and the officers' commands on them. The right is the one over deliveries."""

    def __init__(self, database: Database, offices: Offices) -> None:
        self._database, self._offices = database, offices

    async def failures(self, by: Actor) -> list[RecapSending]:
        """Newest first; one query. Raises Forbidden ``no-right``."""
        self._check(by)
        async with self._database.reading():
            return await RecapSending.filter(office=by.office, state="failed").order_by("-id").limit(MOST)

    async def retry(self, by: Actor, sending_id: int, now: datetime) -> None:
        """Send it again, for three days more. Raises Forbidden ``no-right``, Missing, Stale."""
        again = {"state": "queued", "due_at": now, "give_up_at": now + outcomes.GIVE_UP_AFTER}
        await self._change(by, sending_id, now, "recap-again", again)

    async def drop(self, by: Actor, sending_id: int, now: datetime) -> None:
        """Let it be. Raises Forbidden ``no-right``, Missing, Stale."""
        await self._change(by, sending_id, now, "recap-dropped", {"state": "dropped"})

    async def _change(
        self, by: Actor, sending_id: int, now: datetime, event: str, values: Mapping[str, object]
    ) -> None:
        self._check(by)

        async def work() -> None:
            row = await RecapSending.filter(id=sending_id, office=by.office).select_for_update().first()
            if row is None:
                raise Missing("recap-missing")
            if row.state != "failed":
                raise Stale("recap-changed")
            await RecapSending.filter(id=row.id).update(**values)
            await journal.write(by.office, event, actor=by.mark, at=now, recap=row.recap, period=row.period)

        await self._database.transaction(work)

    def _check(self, by: Actor) -> None:
        if not by.may(self._offices.office(by.office), Right.DELIVERY):
            raise Forbidden("no-right", right=Right.DELIVERY)


def _row(office: Office, order: RecapOrder, period: str, recipient: str, now: datetime) -> RecapSending:
    return RecapSending(
        office=office.id,
        recap=order.id,
        period=period,
        recipient=recipient,
        due_at=now,
        give_up_at=now + outcomes.GIVE_UP_AFTER,
        created_at=now,
    )


async def _laid_on(database: Database, office: Office, order: RecapOrder, period: str) -> bool:
    async with database.reading():
        known = RecapSending.filter(office=office.id, recap=order.id, period=period, recipient__in=order.to)
        return await known.count() >= len(order.to)


async def _happened(database: Database, office: Office, calendar: Calendar, period: str) -> bool:
    on = datetime.fromisoformat(period).date()
    if calendar.day(on).spans:
        return True
    begin, end = bounds(office, on)
    async with database.reading():
        return await Ticket.filter(office=office.id, opened_at__gte=begin, opened_at__lt=end).exists()


async def _taken(office: Office, row: RecapSending, now: datetime) -> Claimed | None:
    order = next((one for one in office.recaps if one.id == row.recap), None)
    mine = RecapSending.filter(id=row.id, state="queued", attempts=row.attempts)
    if order is None:
        await mine.update(state="dropped", reason="recap-gone")
        return None
    if not await mine.update(state="sending", attempts=F("attempts") + 1, due_at=now + LEASE):
        return None
    return Claimed(row.id, office, order, row.period, row.recipient, row.attempts + 1, row.give_up_at)


async def _recover(office: Office, now: datetime) -> None:
    """Nobody knows whether these arrived: an officer decides."""
    lost = RecapSending.filter(office=office.id, state="sending", due_at__lte=now)
    await lost.update(state="failed", reason="unsure")
