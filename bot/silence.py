"""Notices doors that fell silent: longer without a message than their own past knows, in the office's working time.

A wrong forwarding rule or a webhook that somebody took away looks like a door on which nothing is wrong. Each minute
one small table is read; a door's rhythm is read anew once a day. Whoever looks after the doors is told once for each
silence, in working hours; the next message takes the notice and the mark away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any

from bot.health import HealthBook
from channels.base import Channel, Fault
from config.schema import Office, Right
from inbox import notices
from inbox.models import ChannelState, Notice
from inbox.rhythm import WINDOW, Rhythm, Worked, rhythm
from inbox.tickets import Tickets
from inbox.worktime import Calendar

# What was missed while the program did not run comes in first.
GRACE = timedelta(minutes=15)
_PAGE, _MOST = 2000, 20_000
_READ_AT_ONCE = 4
_CAME = """
    SELECT created_at FROM message WHERE channel = $1 AND direction = 'in' AND created_at > $2 AND created_at < $3
    ORDER BY created_at DESC LIMIT 2000
"""


@dataclass(slots=True)
class _Door:
    """What is known of a door in this process: its rhythm as of a day, and whether it is held for silent."""

    rhythm: Rhythm | None
    day: date
    silent: bool | None = None


class Silences:
    """The minute's work. Doors at which officers write down what came in are not watched: there people are silent."""

    def __init__(self, tickets: Tickets, doors: Mapping[str, Channel], health: HealthBook) -> None:
        self._tickets, self._doors, self._health = tickets, doors, health
        self._known: dict[str, _Door] = {}
        self._begun: datetime | None = None

    async def watch(self, now: datetime) -> None:
        """Look at every door."""
        self._begun = self._begun or now
        heard = await self._heard()
        left = _READ_AT_ONCE
        for office, channel, calendar in self._watched():
            today = now.astimezone(calendar.zone).date()
            known = self._known.get(channel)
            if (known is None or known.day != today) and left:
                left -= 1
                known = await self._learn(channel, calendar, now, today)
            if known and channel in heard and now - self._begun >= GRACE:
                await self._judge(office, channel, known, heard[channel], now)

    def _watched(self) -> Iterator[tuple[Office, str, Calendar]]:
        for office in self._tickets.offices.offices.values():
            for name in office.channels:
                channel = f"{office.id}-{name}"
                if channel in self._doors and not self._doors[channel].abilities.offline:
                    yield office, channel, self._tickets.cases.calendars[office.id]

    async def _heard(self) -> dict[str, datetime]:
        async with self._tickets.database.reading():
            rows = await ChannelState.exclude(last_in_at=None).values_list("channel", "last_in_at")
        return {str(channel): at for channel, at in rows}

    async def _learn(self, channel: str, calendar: Calendar, now: datetime, today: date) -> _Door:
        since = now - WINDOW
        found = rhythm(await self._came(channel, since, now), now, Worked(calendar, since))
        known = self._known.setdefault(channel, _Door(found, today))
        known.rhythm, known.day = found, today
        self._health.usually(channel, timedelta(minutes=found.usual) if found else None)
        return known

    async def _came(self, channel: str, since: datetime, before: datetime) -> list[datetime]:
        """When messages came, the newest first, page by page so that nobody waits for a long list."""
        found: list[datetime] = []
        while len(found) < _MOST:
            async with self._tickets.database.reading():
                rows = await self._tickets.database.query(_CAME, [channel, since, found[-1] if found else before])
            found += [_time(row["created_at"]) for row in rows]
            if len(rows) < _PAGE:
                break
        return found

    async def _judge(self, office: Office, channel: str, known: _Door, last: datetime, now: datetime) -> None:
        calendar = self._tickets.cases.calendars[office.id]
        minutes = calendar.between(last, now) if known.rhythm else 0
        silent = known.rhythm is not None and minutes > known.rhythm.alarm
        if silent and known.rhythm and (known.silent or calendar.is_open(now)):
            fault = _fault(known.rhythm, minutes)
            self._health.quiet(channel, fault)
            if not known.silent:
                known.silent = True
                await self._tickets.database.transaction(lambda: _call(office, channel, fault, last, now))
        elif not silent and known.silent is not False:
            known.silent = False
            self._health.quiet(channel)
            await self._tickets.database.transaction(lambda: _clear(channel, now))


def _fault(usual: Rhythm, minutes: int) -> Fault:
    return Fault("door-silent", {"usual": str(ceil(usual.usual / 60) or 1), "hours": str(minutes // 60)})


async def _call(office: Office, channel: str, fault: Fault, last: datetime, now: datetime) -> None:
    """Once for each silence, which its last message names, whichever process or run of the program sees it."""
    entry = office.channels[channel.removeprefix(f"{office.id}-")]
    told = dict(fault.values)
    for role in (role for role, what in office.roles.items() if Right.HEALTH in what.may):
        key = f"silent:{channel}:{last.astimezone(UTC):%Y%m%d%H%M%S}:{role}"[:120]
        values: dict[str, Any] = {"door": entry.name or channel, "code": fault.code, "told": told, "channel": channel}
        await notices.tell(office.id, "door", key=key, now=now, role=role, **values)


async def _clear(channel: str, now: datetime) -> None:
    await Notice.filter(kind="door", seen_at=None, key__startswith=f"silent:{channel}:").update(seen_at=now)


def _time(value: datetime | str) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
