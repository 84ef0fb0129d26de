"""Which notices go to which officer's line: laid on in bundles, while the office works.

A line is told at most once in its own span of minutes, everything since then together. What an officer has seen
meanwhile is no news any more. Any number of processes may lay on: a bundle's last notice is its mark, and the line
moves past it in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from tortoise.expressions import Q

from channels.base import Abilities, ApprovedText
from config.schema import Office
from inbox import approved_list, officer_sendings
from inbox.actor import Actor, actor_of, with_roles, working
from inbox.database import Database
from inbox.models import Notice, Officer, OfficerLine, OfficerSending
from inbox.officer_kinds import DIGEST, leads, switch_of
from inbox.window import window
from inbox.worktime import Calendar

# On PostgreSQL a notice may become visible after a later one: none is passed by before it had this long to appear.
_SETTLES = timedelta(seconds=20)
_AT_ONCE = 1000
_DIGEST_WITHIN = timedelta(hours=3)
TEMPLATE = "kabar_petugas"


async def plan(database: Database, office: Office, abilities: Callable[[str], Abilities], now: datetime) -> int:
    """Lay on what is new for every line of an office that may be told now; returns how many bundles there are.

    ``abilities``: what the channel of that id can do.
    """
    async with database.reading():
        lines = await reachable(await _ready(office, now), abilities, now)
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


async def reachable(
    lines: Iterable[OfficerLine], abilities: Callable[[str], Abilities], now: datetime
) -> list[OfficerLine]:
    """Those that may be written to now: in their platform's window, or by a template that it approved.

    To be read inside ``database.reading``.
    """
    given = list(lines)
    shut = {one.id for one in given if is_shut(one, abilities(one.channel), now)}
    lists = await approved_list.of({one.channel for one in given if one.id in shut}) if shut else {}
    told = {channel for channel, listed in lists.items() if template(listed.usable, "id")}
    return [one for one in given if one.id not in shut or one.channel in told]


def is_shut(line: OfficerLine, abilities: Abilities, now: datetime) -> bool:
    """Whether the platform lets nobody write there in free words until the officer writes."""
    return not window(abilities, line.heard_at, now).lets(automatic=True)


def template(usable: Iterable[ApprovedText], language: str) -> ApprovedText | None:
    """What officers may be told with outside of a window: ``TEMPLATE``, with the news in its first variable and the
    way to them in a second, in the officer's language or another.
    """
    fit = [one for one in usable if one.name == TEMPLATE and 1 <= one.variables <= 2]
    return min(fit, key=lambda one: not one.language.startswith(language), default=None)


async def still_new(row: OfficerSending, now: datetime) -> list[Notice]:
    """Those of a bundle that nobody has seen since and that are still the officer's, by the roles they hold now.

    Oldest first; to be read inside ``database.reading``.
    """
    unseen = await Notice.filter(id__in=row.notices, seen_at=None).order_by("id")
    by = await working(row.line.officer_id, now) if row.line else None
    return [one for one in unseen if by and _is_for(one, by)]


async def _ready(office: Office, now: datetime) -> list[OfficerLine]:
    linked = OfficerLine.filter(office=office.id, linked_at__not_isnull=True, officer__active=True)
    rested = linked.filter(Q(rests_until=None) | Q(rests_until__lte=now))
    return await rested.order_by("id")


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
    mine = [one for one in mine if _is_for(one, by)]
    return [one.id for one in mine if switch_of(one.kind) in line.kinds]


def _is_for(notice: Notice, by: Actor) -> bool:
    return notice.officer_id == by.officer_id or (not notice.officer_id and notice.role in by.roles)


async def _lay(bundles: Sequence[tuple[OfficerLine, list[int]]], upto: int, now: datetime) -> int:
    """Each line moves past what was looked at, and gets its bundle where another process has not laid it on."""
    laid = 0
    for line, notices in bundles:
        moved = {"told_upto": max(upto, line.told_upto)}
        if notices:
            moved |= {"rests_until": now + timedelta(minutes=line.every_minutes)}
        if not await OfficerLine.filter(id=line.id, told_upto=line.told_upto).update(**moved) or not notices:
            continue
        await officer_sendings.lay(line, "news", str(notices[-1]), now, notices=notices)
        laid += 1
    return laid
