"""Closed complaints whose time to be kept is over, by the office's file: what would go and when, and its going.

Each is erased as a person would be who asks for it (``inbox.erasing``); whoever has another complaint that is still
kept, or spoke since, keeps name and addresses. In portions, at night, once a day; a kind that the file does not name
is kept for ever.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from config.schema import Office, Right
from inbox import journal, whose
from inbox.actor import Actor
from inbox.database import Database
from inbox.erasing import Erasing
from inbox.models import Ticket
from inbox.refused import Forbidden, Refused

log = structlog.get_logger()
AHEAD = timedelta(days=30)
_HOUR = 3
_AT_ONCE = 10
_SHOWN = 100
_ENDED = ("closed", "handed-on")


@dataclass(frozen=True, slots=True)
class Due:
    """A complaint that is to go. ``at`` is when its time is over, ``keeping`` what the file says of its ``kind``."""

    id: int
    number: str
    kind: str
    closed_at: datetime
    at: datetime
    keeping: str


class Retention:
    """The schedule of every office."""

    def __init__(self, database: Database, offices: Iterable[Office], erasing: Erasing) -> None:
        self._database, self._erasing = database, erasing
        self._offices = tuple(office for office in offices if office.retention)
        self._done: dict[str, date] = {}

    async def sweep(self, now: datetime) -> int:
        """The minute's work: at three in the morning a portion of each office's. Answers 0: nothing is delivered."""
        for office in self._offices:
            local = now.astimezone(ZoneInfo(office.time_zone))
            if local.hour != _HOUR or self._done.get(office.id) == local.date():
                continue
            if not await self._portion(office, now):
                self._done[office.id] = local.date()
                await self._erasing.tidy()
        return 0

    async def _portion(self, office: Office, now: datetime) -> bool:
        """Whether more may be due. One that cannot go is tried again another night."""
        async with self._database.reading():
            found = await due(office, now, limit=_AT_ONCE)
        gone = [await self._one(office, one, now) for one in found]
        return len(found) == _AT_ONCE and all(gone)

    async def _one(self, office: Office, one: Due, now: datetime) -> bool:
        async with self._database.reading():
            ticket = await Ticket.get(id=one.id)
            meant = await whose.of_case(ticket, quiet_since=one.closed_at + (now - one.at))
        try:
            await self._erasing.erase(meant, now=now, by=journal.SYSTEM, expired=True)
        except Refused as refused:
            log.warning("not erased", office=office.id, ticket=one.number, reason=refused.code)
            return False
        return True


async def due(office: Office, until: datetime, *, limit: int = _SHOWN) -> list[Due]:
    """What is to go by that moment, the first to go first. Within a reading."""
    found: list[Due] = []
    for kind, keeping in office.retention.items():
        rows = Ticket.filter(office=office.id, kind=kind, status__in=_ENDED, erased_at=None)
        ended = rows.filter(closed_at__lte=keeping.shifted(until, -1)).order_by("closed_at", "id").limit(limit)
        for id_, number, closed_at in await ended.values_list("id", "number", "closed_at"):
            at = keeping.shifted(closed_at, 1)
            found.append(Due(int(id_), str(number), kind, closed_at, at, keeping.text))
    return sorted(found, key=lambda one: (one.at, one.id))[:limit]


async def shown(database: Database, office: Office, by: Actor, now: datetime) -> list[Due]:
    """What would go within a month. Raises Forbidden ``no-right``."""
    if not by.may(office, Right.SETTINGS):
        raise Forbidden("no-right", right=Right.SETTINGS)
    async with database.reading():
        return await due(office, now + AHEAD)
