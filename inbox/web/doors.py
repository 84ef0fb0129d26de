"""A door's own page: how it fares, what it can do, its settings, a check at its platform, and a message to oneself.

A check may take a minute: it runs beside the request, which waits a moment for a quick one; open pages are told of the
others. What a door is and what happened there is ``inbox.doors``', what the running program knows is ``Program``'s.
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from channels.base import Program
from inbox.actor import Actor
from inbox.door_days import DoorDays
from inbox.doors import Doors
from inbox.models import Delivery
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets
from inbox.trials import Trials, possible
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails
from inbox.web.settings import HOME

_PATIENCE_SECONDS = 4.0


class Checks:
    """Checks under way in this process, one a door."""

    def __init__(self, doors: Doors, program: Program) -> None:
        self._doors, self._program = doors, program
        self._running: dict[str, asyncio.Task[None]] = {}

    def under_way(self, channel: str) -> bool:
        """Whether the door is being checked."""
        return channel in self._running

    async def begin(self, visit: Visit, channel: str) -> None:
        """Check a door, unless somebody does already; waits a moment for what it finds."""
        task = self._running.get(channel)
        if task is None:
            task = asyncio.create_task(self._check(visit.by, channel, visit), name=f"check {channel}")
            self._running[channel] = task
            task.add_done_callback(lambda _: self._running.pop(channel, None))
        await asyncio.wait({task}, timeout=_PATIENCE_SECONDS)

    async def _check(self, by: Actor, channel: str, visit: Visit) -> None:
        faults = await self._program.check(channel)
        await self._doors.found(by, channel, faults, visit.now)


class DoorPages:
    """/meja/pengaturan/pintu/{channel}."""

    def __init__(self, tickets: Tickets, program: Program, rails: Rails) -> None:
        self._doors, self._program, self._rails = Doors(tickets), program, rails
        self._trials, self._checks = Trials(tickets, self._doors), Checks(self._doors, program)
        self._public_url, self._days = tickets.public_url, DoorDays(tickets)

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        path = HOME + "/pintu/{channel}"
        return [
            web.get(path, officer(self.page)),
            web.post(f"{path}/periksa", officer(self.check)),
            web.post(f"{path}/uji", officer(self.send)),
        ]

    async def page(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: the door; ``uji`` names a message to oneself that is to be shown."""
        channel, program = _channel(visit), self._program
        door = await self._doors.one(visit.by, channel, visit.now)
        can = program.abilities(channel)
        return visit.page(
            "pages/settings/door.html",
            status=422 if given else 200,
            rail=await self._rails.of(visit, "settings"),
            given=given or Given(),
            tab="door",
            door=door,
            health=program.health(channel),
            can=can,
            pace=await program.pace(channel),
            own=program.settings(channel),
            hooks=program.hooks(channel),
            address=self._public_url or str(visit.request.url.origin()),
            checking=self._checks.under_way(channel),
            tries=possible(can),
            watched=not can.offline,
            trial=await self._trial(visit, channel),
            mine=await self._trials.own(visit.by, channel),
            days=await self._days.lately(visit.by, channel),
        )

    async def check(self, visit: Visit) -> web.Response:
        """POST periksa."""
        channel = _channel(visit)
        self._doors.entry(visit.by, channel)
        await self._checks.begin(visit, channel)
        return visit.go(f"{HOME}/pintu/{channel}#check")

    async def send(self, visit: Visit) -> web.Response:
        """POST uji: ``address`` is the officer's own."""
        channel, given = _channel(visit), visit.posted.text("address")
        try:
            key = await self._trials.send(visit.by, channel, given, self._program.abilities(channel), visit.now)
        except (Forbidden, Missing):
            raise
        except Refused as refused:
            return await self.page(visit, Given("trial", visit.posted, refused))
        self._program.wake()
        return visit.go(f"{HOME}/pintu/{channel}?uji={key}#trial")

    async def _trial(self, visit: Visit, channel: str) -> Delivery | None:
        key = visit.request.query.get("uji", "")[:32]
        return await self._trials.of(visit.by, channel, key) if key else None


def _channel(visit: Visit) -> str:
    return visit.request.match_info["channel"][:100]
