"""Events on their way to webhooks: claimed, settled, tried again, given up; and what an officer does about the last.

An attempt is counted, and the next one laid on, before the network is touched: a crash looks like a slow failure, and
the same event goes out again under the same id, by which the receiver tells that it is the same.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from config.schema import Offices, Right
from inbox import outcomes
from inbox.actor import Actor
from inbox.cases import visible
from inbox.database import Database
from inbox.models import HookEvent
from inbox.refused import Forbidden, Missing, Stale

MOST = 200
# In the words of the partial index: with a parameter in place of the state, SQLite would read every event.
_CLAIM = """
    UPDATE hook_event SET state = 'sending', attempts = attempts + 1, due_at = $1 WHERE id IN (
        SELECT id FROM hook_event WHERE state IN ('queued', 'sending') AND due_at <= $2 AND hook = $3
        ORDER BY due_at, id LIMIT $4 {lock}
    ) RETURNING id, key, body, attempts
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """An event in hand: its id as the receiver sees it, and the words to be signed."""

    id: int
    key: str
    body: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Failure:
    """One attempt failed. ``final``: another one cannot help. ``after`` is the receiver's wish."""

    reason: str
    detail: str = ""
    final: bool = False
    after: timedelta | None = None


async def claim(database: Database, hook: str, *, now: datetime, lease: timedelta, limit: int) -> list[Claimed]:
    """Take what is due for one webhook, in a transaction of its own."""
    sql = _CLAIM.format(lock="FOR UPDATE SKIP LOCKED" if database.is_postgres else "")
    rows = await database.transaction(lambda: database.query(sql, [now + lease, now, hook, limit]))
    return [Claimed(row["id"], row["key"], row["body"], row["attempts"]) for row in rows]


async def due(database: Database, hook: str, now: datetime) -> bool:
    """Whether anything is due, without waiting for any writer."""
    async with database.reading():
        return await HookEvent.filter(hook=hook, state__in=("queued", "sending"), due_at__lte=now).exists()


async def sent(database: Database, claimed: Claimed, now: datetime) -> None:
    """The receiver took it; true even where the lease was lost meanwhile."""
    row = HookEvent.filter(id=claimed.id)
    await database.transaction(lambda: row.update(state="sent", sent_at=now, reason="", detail=""))


async def kept_back(database: Database, claimed: Claimed) -> None:
    """The office only practises: the event stays in the house, also afterwards."""
    row = HookEvent.filter(id=claimed.id)
    await database.transaction(lambda: row.update(state="dropped", reason="practice", detail=""))


async def failed(database: Database, claimed: Claimed, failure: Failure, now: datetime) -> bool:
    """Later again, or for good where that cannot help or three days have passed; returns whether for good."""

    async def work() -> bool:
        row = await HookEvent.filter(id=claimed.id).select_for_update().get()
        if row.state != "sending" or row.attempts != claimed.attempt:
            return False  # its lease ran out, and another has it in hand
        due_at = now + (failure.after or outcomes.pause(claimed.attempt))
        final = failure.final or due_at >= row.give_up_at
        row.state, row.due_at = "failed" if final else "queued", due_at
        row.reason, row.detail = failure.reason, failure.detail[:1000]
        await row.save(update_fields=["state", "due_at", "reason", "detail"])
        return final

    return await database.transaction(work)


class HookTroubles:
    """Events that were given up, and the officers' commands on them. The right is the one over deliveries."""

    def __init__(self, database: Database, offices: Offices) -> None:
        self._database, self._offices = database, offices

    async def failures(self, by: Actor) -> list[HookEvent]:
        """Newest first; one query. Raises Forbidden ``no-right``."""
        self._check(by)
        async with self._database.reading():
            return await self._seen(by).filter(state="failed").order_by("-id").limit(MOST)

    async def retry(self, by: Actor, event_id: int, now: datetime) -> None:
        """Send it again, for three days more. Raises Forbidden ``no-right``, Missing, Stale."""

        async def change(row: HookEvent) -> None:
            row.state, row.due_at, row.give_up_at = "queued", now, now + outcomes.GIVE_UP_AFTER

        await self._change(by, event_id, change)

    async def drop(self, by: Actor, event_id: int) -> None:
        """Let it be. Raises Forbidden ``no-right``, Missing, Stale."""

        async def change(row: HookEvent) -> None:
            row.state = "dropped"

        await self._change(by, event_id, change)

    async def _change(self, by: Actor, event_id: int, change: Callable[[HookEvent], Awaitable[None]]) -> None:
        self._check(by)

        async def work() -> None:
            row = await self._seen(by).filter(id=event_id).select_for_update().first()
            if row is None:
                raise Missing("event-missing")
            if row.state != "failed":
                raise Stale("event-changed")
            await change(row)
            await row.save(update_fields=["state", "due_at", "give_up_at"])

        await self._database.transaction(work)

    def _seen(self, by: Actor) -> QuerySet[HookEvent]:
        """The office's, but for those of tickets that are not the officer's to know of."""
        office, events = self._offices.office(by.office), HookEvent.filter(office=by.office)
        if by.may(office, Right.SEE_ALL):
            return events
        return events.filter(Q(ticket_id=None) | Q(ticket_id__in=Subquery(visible(by, office).values("id"))))

    def _check(self, by: Actor) -> None:
        if not by.may(self._offices.office(by.office), Right.DELIVERY):
            raise Forbidden("no-right", right=Right.DELIVERY)
