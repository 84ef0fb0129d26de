"""Which notices go to which officer's line: laid on in bundles, while the office works.

A line is told at most once in its own span of minutes, everything since then together. What an officer has seen
meanwhile is no news any more. Any number of processes may lay on: a bundle's last notice is its mark, and the line
moves past it in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from tortoise.expressions import Q

from config.schema import Office
from inbox import officer_sendings
from inbox.actor import Actor, actor_of, with_roles
from inbox.database import Database
from inbox.models import Notice, Officer, OfficerLine, OfficerSending
from inbox.officer_kinds import DIGEST, leads, switch_of
from inbox.worktime import Calendar

# On PostgreSQL a notice may become visible after a later one: none is passed by before it had this long to appear.
_SETTLES = timedelta(seconds=20)
_AT_ONCE = 1000
_DIGEST_WITHIN = timedelta(hours=3)

Window = Callable[[str], timedelta | None]


async def plan(database: Database, office: Office, window: Window, now: datetime) -> int:
    """Lay on what is new for every line of an office that may be told now; returns how many bundles there are.

    ``window``: how long after an officer's last word their channel lets us write; None is always.
    """
    async with database.reading():
        lines = [line for line in await _ready(office, now) if _may_write(line, window(line.channel), now)]
        if not lines:
            return 0
        since = min(line.told_upto for line in lines)
        known = Notice.filter(office=office.id, id__gt=since)
        known = known.filter(created_at__lte=now - _SETTLES) if database.is_postgres else known
        notices = await known.order_by("id").limit(_AT_ONCE)
        if not notices:
            return 0
        officers = await _officers(lines, now)
    bundles = [(line, _theirs(line, officers.get(line.officer_id), notices)) for line in lines]
    upto = notices[-1].id
    return await database.transaction(lambda: _lay(bundles, upto, now))


async def plan_digests(database: Database, office: Office, calendar: Calendar, now: datetime) -> int:
    """Lay on the morning's summary for every line that wants it, once a working day; returns how many."""
    today = calendar.day(now.astimezone(calendar.zone).date())
    if not today.spans or not today.spans[0][0] <= now < today.spans[0][0] + _DIGEST_WITHIN:
        return 0
    async with database.reading():
        lines = await OfficerLine.filter(office=office.id, linked_at__lt=today.spans[0][0], officer__active=True)
        lines = [line for line in lines if DIGEST in line.kinds]
        begun = {"kind": "digest", "created_at__gte": today.spans[0][0]}
        told = set(await OfficerSending.filter(office=office.id, **begun).values_list("line_id", flat=True))
        officers = await _officers(lines, now)
    due = [line for line in lines if line.id not in told and _heads(office, officers.get(line.officer_id))]

    async def work() -> int:
        for line in due:
            await officer_sendings.lay(line, "digest", today.on.isoformat(), now)
        return len(due)

    return await database.transaction(work) if due else 0


async def still_new(row: OfficerSending) -> list[Notice]:
    """Those of a bundle that nobody has seen since, oldest first; to be read inside ``database.reading``."""
    return await Notice.filter(id__in=row.notices, seen_at=None).order_by("id")


async def _ready(office: Office, now: datetime) -> list[OfficerLine]:
    linked = OfficerLine.filter(office=office.id, linked_at__not_isnull=True, officer__active=True)
    rested = linked.filter(Q(rests_until=None) | Q(rests_until__lte=now))
    return await rested.order_by("id")


def _may_write(line: OfficerLine, window: timedelta | None, now: datetime) -> bool:
    return window is None or (line.heard_at is not None and now - line.heard_at < window)


async def _officers(lines: Iterable[OfficerLine], now: datetime) -> dict[int, Actor]:
    found = Officer.filter(id__in=list({line.officer_id for line in lines}))
    return {officer.id: actor_of(officer) for officer in await with_roles(found, now)}


def _heads(office: Office, by: Actor | None) -> bool:
    return by is not None and leads(office, by.roles)


def _theirs(line: OfficerLine, by: Actor | None, notices: Sequence[Notice]) -> list[int]:
    """What of it is new to the line's officer, and wanted there."""
    if by is None:
        return []
    mine = [one for one in notices if one.id > line.told_upto and one.seen_at is None]
    mine = [one for one in mine if one.officer_id == by.officer_id or (not one.officer_id and one.role in by.roles)]
    return [one.id for one in mine if switch_of(one.kind) in line.kinds]


async def _lay(bundles: Sequence[tuple[OfficerLine, list[int]]], upto: int, now: datetime) -> int:
    """Each line moves past what was looked at, and gets its bundle where another process has not laid it on."""
    laid = 0
    for line, notices in bundles:
        moved = {"told_upto": upto}
        if notices:
            moved |= {"rests_until": now + timedelta(minutes=line.every_minutes)}  # type: ignore[dict-item]
        if not await OfficerLine.filter(id=line.id, told_upto=line.told_upto).update(**moved) or not notices:
            continue
        await officer_sendings.lay(line, "news", str(notices[-1]), now, notices=notices)
        laid += 1
    return laid
