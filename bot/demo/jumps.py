"""Moves the demo's clock on and lets happen what that time brings: late steps, reminders, promises that were missed.

The minutes between are looked at in half hours of the offices' day, so that what they bring carries its own time, as if
somebody had waited. Officers stay signed in; open pages are told to look again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.app import Wadul
from bot.demo.clock import Clock
from bot.demo.news import News
from inbox.live import Event
from inbox.models import Session, Ticket
from inbox.web.session import IDLE
from inbox.worktime import Calendar

FURTHEST = timedelta(days=400)
_STEP = timedelta(minutes=30)
_MOST_STEPS = 120
_TELL_EVERY = 8
_DAYS_SHOWN = 15
_LOOKED_AHEAD_DAYS = 380


@dataclass(frozen=True, slots=True)
class Stop:
    """A moment one can go to; ``name`` is what it is called where the calendar has a name for it."""

    id: str
    at: datetime
    name: str = ""


class Jumps:
    """``offices``' calendars are those of the program."""

    def __init__(self, wadul: Wadul, clock: Clock, news: News) -> None:
        self._wadul, self._clock, self._news = wadul, clock, news
        self._calendars = wadul.tickets.cases.calendars
        self._one_at_a_time = asyncio.Lock()

    async def stops(self, office: str) -> list[Stop]:
        """Where one can go from here at one office: an hour on, its next morning, a day on, a holiday, a promise."""
        now = self._clock()
        found = [*stops(now, self._calendars[office])]
        waiting = Ticket.filter(office=office, status="open", promise_at__gt=now).order_by("promise_at")
        async with self._wadul.database.reading():
            nearest = await waiting.first()
        if nearest is not None and nearest.promise_at is not None:
            found.append(Stop("janji", nearest.promise_at + timedelta(minutes=1), nearest.number))
        return found

    def days(self, office: str) -> list[dict[str, object]]:
        """The office's next days: date, open spans, and the name of a holiday."""
        calendar = self._calendars[office]
        first = self._clock().astimezone(calendar.zone).date()
        days = [calendar.day(first + timedelta(days=more)) for more in range(_DAYS_SHOWN)]
        return [
            {
                "on": day.on.isoformat(),
                "spans": [[one.isoformat() for one in span] for span in day.spans],
                "name": day.name,
            }
            for day in days
        ]

    async def forward(self, to: datetime) -> None:
        """Go on to ``to``. Raises ValueError for a moment that is over or too far away."""
        if not self._clock() < to <= self._clock() + FURTHEST:
            raise ValueError(to)
        async with self._one_at_a_time:
            await self._wadul.deliverer.drain()
            await self._stay_signed_in(to)
            try:
                for count, at in enumerate(moments(self._clock(), to, self._calendars.values())):
                    self._clock.at = at
                    await self._minute(at)
                    if count % _TELL_EVERY == 0:
                        self._news.tell()
            finally:
                self._clock.at = None
            self._clock.move(to)
            await self._minute(self._clock())
            self._news.tell()
            for office in self._calendars:
                self._wadul.live.announce(Event(office, "reload"))

    async def _minute(self, at: datetime) -> None:
        await self._wadul.clock.tick(at)
        await self._wadul.errands.tick(at)
        await self._wadul.deliverer.drain()

    async def _stay_signed_in(self, to: datetime) -> None:
        """Nobody sat idle for as long as the clock will say."""
        now = self._clock()

        async def shift() -> None:
            for row in await Session.filter(seen_at__gt=now - IDLE, expires_at__gt=now):
                row.seen_at, row.expires_at = to, row.expires_at + (to - now)
                await row.save(update_fields=["seen_at", "expires_at"])

        await self._wadul.database.transaction(shift)


def stops(now: datetime, calendar: Calendar) -> Iterator[Stop]:
    """The moments that the calendar alone knows."""
    yield Stop("jam", now + timedelta(hours=1))
    today = now.astimezone(calendar.zone).date()
    days = [calendar.day(today + timedelta(days=more)) for more in range(_LOOKED_AHEAD_DAYS)]
    mornings = (day.spans[0][0] for day in days if day.spans and day.spans[0][0] > now)
    if morning := next(mornings, None):
        yield Stop("pagi", morning)
    yield Stop("hari", now + timedelta(days=1))
    for day in days[1:]:
        if day.name and not day.spans:
            yield Stop("libur", _nine(day.on, calendar.zone), day.name)
            return


def moments(start: datetime, end: datetime, calendars: Iterable[Calendar]) -> Iterator[datetime]:
    """The half hours between at which an office works or has just closed, and each midnight; fewer on a long way."""
    every, step = list(calendars), max(_STEP, (end - start) / _MOST_STEPS)
    at = start
    while (later := at + step) < end:
        new_day = any(later.astimezone(one.zone).date() != at.astimezone(one.zone).date() for one in every)
        if new_day or any(one.is_open(later) or one.is_open(at) for one in every):
            yield later
        at = later


def _nine(on: object, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time(9), zone)  # type: ignore[arg-type]
