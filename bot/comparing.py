"""Asks each platform, once a day for each door, what it took for us the day before, and holds that against the record.

What the platform names and nobody here has is missing; it is looked at once more first, for some of it is no message.
Runs beside the minute's work, one door at a time, and goes on where it was after a restart: what was kept is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from channels.base import Channel, Counting, Desk, Seen, Unauthorised, Undelivered
from config.schema import Office
from inbox import officer_sendings
from inbox.door_days import Compared, DoorDays, bounds
from inbox.mishap import place
from inbox.models import Message, SetAside
from inbox.tickets import Tickets

log = structlog.get_logger()
_ASK_SECONDS = 600
_LOOK_EVERY = timedelta(minutes=10)
_MOST_TOLD, _MOST_LOOKED_AT, _MOST_KEPT = 50_000, 50, 200
_CHUNK = 500


class Comparing:
    """``begin`` is a job of the clock; what it starts ends by itself, or by ``stop``."""

    def __init__(self, tickets: Tickets, doors: Mapping[str, Channel], desks: Mapping[str, Desk]) -> None:
        self._tickets, self._doors, self._desks = tickets, doors, desks
        self._days = DoorDays(tickets)
        self._task: asyncio.Task[None] | None = None
        self._look_at: datetime | None = None

    async def begin(self, now: datetime) -> None:
        """Compare what is due, unless that goes on already."""
        if self._task is not None and not self._task.done():
            return
        if self._look_at is not None and self._look_at - _LOOK_EVERY <= now < self._look_at:
            return
        self._look_at = now + _LOOK_EVERY
        due = [one for office in self._tickets.offices.offices.values() for one in await self._due(office, now)]
        if due:
            self._task = asyncio.create_task(self._all(due, now), name="compare")

    async def finish(self) -> None:
        """Wait for what was begun."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def stop(self) -> None:
        """What is asked now is asked again another time."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _due(self, office: Office, now: datetime) -> list[tuple[Office, str, date]]:
        ids = [f"{office.id}-{name}" for name in office.channels]
        mine = [id_ for id_ in ids if id_ in self._doors and not self._doors[id_].abilities.offline]
        return [(office, channel, day) for channel, day in await self._days.due(office, mine, now)]

    async def _all(self, due: Sequence[tuple[Office, str, date]], now: datetime) -> None:
        for office, channel, day in due:
            try:
                compared = await self._compare(office, self._doors[channel], day)
                await self._days.keep(office, channel, day, compared, now)
            except Exception as error:  # noqa: BLE001 - one door's trouble keeps no other from being compared
                log.warning("day not compared", channel=channel, error=place(error))

    async def _compare(self, office: Office, door: Channel, day: date) -> Compared:
        since, until = bounds(office, day)
        if not isinstance(door, Counting):
            return Compared("silent", door.abilities.uncounted, stored=len(await _ours(door.id, since, until)))
        try:
            async with asyncio.timeout(_ASK_SECONDS):
                told = await self._told(door, since, until)
                return await _held(door, told, await _ours(door.id, since, until))
        except Undelivered as error:
            if not error.retry:
                return Compared("silent", error.reason, stored=len(await _ours(door.id, since, until)))
            return Compared("failed", error.reason, error.detail)
        except Unauthorised as error:
            return Compared("failed", "unauthorised", str(error))
        except TimeoutError:
            return Compared("failed", "server-busy")
        except OSError as error:
            return Compared("failed", "server-unreachable", type(error).__name__)

    async def _told(self, door: Counting, since: datetime, until: datetime) -> list[Seen]:
        told: list[Seen] = []
        async for seen in door.received(since, until, await self._desks[door.id].progress()):
            told.append(seen)
            if len(told) >= _MOST_TOLD:
                break
        return told


async def bring(door: Channel, desk: Desk, where: Mapping[str, Any]) -> str:
    """Take in a message that was missing. Answers nothing where that is done, else the code of why it is not."""
    if not isinstance(door, Counting):
        return door.abilities.uncounted
    try:
        brought = await door.again(where)
    except Undelivered as error:
        return error.reason
    except Unauthorised:
        return "unauthorised"
    if brought.reason:
        await desk.set_aside(brought.raw, brought.reason)
        return ""
    if brought.parsed.reports:
        await desk.report(*brought.parsed.reports)
    await desk.accept(*brought.parsed.messages)
    return ""


async def _held(door: Counting, told: Sequence[Seen], ours: Collection[str]) -> Compared:
    """What was told against the record. ``ours`` are the messages that surely came on that day."""
    channel = door.id
    named = {one.external_id: one for one in told if one.external_id}
    stored = await _known(Message.filter(channel=channel, direction="in"), named)
    stored |= await _officers_own(channel, named)
    aside = await _known(SetAside.filter(channel=channel), named.keys() - stored)
    left = [one for id_, one in named.items() if id_ not in stored and id_ not in aside]
    verdicts = [await _verdict(door, channel, one) for one in left[:_MOST_LOOKED_AT]]
    verdicts += ["missing"] * (len(left) - len(verdicts))
    missing = [one for one, verdict in zip(left, verdicts, strict=True) if verdict == "missing"]
    gone = sorted(set(ours) - named.keys())
    return Compared(
        "compared",
        told=len(named) + sum(not one.external_id for one in told),
        stored=len(stored) + verdicts.count("stored"),
        aside=len(aside) + verdicts.count("aside") + sum(not one.external_id for one in told),
        ignored=verdicts.count("ignored"),
        rows=[*_rows(missing), *({"id": id_, "at": "", "place": {}, "state": "gone"} for id_ in gone[:_MOST_KEPT])],
    )


async def _officers_own(channel: str, named: Mapping[str, Seen]) -> set[str]:
    """What officers wrote to the office as such is no message of a citizen's, and not lost."""
    if not named:
        return set()
    since = min(one.at for one in named.values()) - timedelta(days=1)
    return await officer_sendings.heard(channel, since) & named.keys()


async def _verdict(door: Counting, channel: str, seen: Seen) -> str:
    """Stored under another id, set aside without one, no message at all, or missing."""
    try:
        brought = await door.again(seen.place)
    except Undelivered as error:
        return "missing" if error.retry else "ignored"
    if brought.reason:
        digest = hashlib.sha256(brought.raw).hexdigest()
        return "aside" if await SetAside.filter(channel=channel, digest=digest).exists() else "missing"
    ids = [one.external_id for one in brought.parsed.messages]
    if not ids:
        return "ignored"
    known = await Message.filter(channel=channel, external_id__in=ids).count()
    return "stored" if known >= len(set(ids)) else "missing"


def _rows(missing: Iterable[Seen]) -> Iterator[dict[str, Any]]:
    for one in missing:
        yield {"id": one.external_id, "at": one.at.isoformat(), "place": dict(one.place), "state": "missing"}


async def _known(rows: Any, ids: Collection[str]) -> set[str]:
    """Which of these ids the rows have."""
    wanted, found = sorted(ids), set[str]()
    for start in range(0, len(wanted), _CHUNK):
        some = rows.filter(external_id__in=wanted[start : start + _CHUNK])
        found |= set(await some.values_list("external_id", flat=True))
    return found


async def _ours(channel: str, since: datetime, until: datetime) -> set[str]:
    """The ids of messages that were written and stored on that day, so that they came on it whatever the queues did."""
    rows = Message.filter(channel=channel, direction="in", kind="message")
    rows = rows.filter(created_at__gte=since, created_at__lt=until, sent_at__gte=since)
    return {str(id_) for id_ in await rows.values_list("external_id", flat=True)}
