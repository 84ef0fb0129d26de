"""How fast each door may send: a burst is spread over time instead of running into the platform's no (429).

What a platform documents the adapter's abilities say, what an office wants its file says (``rate``), which goes before.
Who counts, for all processes and for officers' messages, too, is ``inbox.departures``; nobody sleeps for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from channels.base import Abilities, Channel, Pace, Paced
from config.schema import Rate
from inbox import departures
from inbox.database import Database


def paced(door: Channel, rate: Rate | None) -> Paced:
    """A door's limits: the office's own where its file has some, else its platform's."""
    can: Abilities = door.abilities
    if rate is None:
        return Paced(can.pace, can.pace_each)
    spans = ((rate.per_second, 1), (rate.per_minute, 60), (rate.per_hour, 3600))
    own = tuple(Pace(many, seconds) for many, seconds in spans if many)
    each = (Pace(rate.each_per_minute, 60),) if rate.each_per_minute else can.pace_each
    return Paced(own or can.pace, each)


async def until(database: Database, channel: str, limits: Paced, now: datetime) -> Paced:
    """The door's limits, and until when it has to wait for the next message; nothing where it need not."""
    async with database.reading():
        wait = await departures.wait(database, channel, limits.limits, now)
    return replace(limits, until=now + wait if wait else None)


async def forget(database: Database, paces: Iterable[Paced], now: datetime) -> None:
    """Throw away what no limit reaches back to; for the clock."""
    seconds = [pace.seconds for one in paces for pace in (*one.limits, *one.each)]
    if seconds:
        await departures.sweep(database, now - timedelta(seconds=max(seconds)))
