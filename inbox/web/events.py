"""The stream of events behind a live page: says that something changed, never what it says.

One stream serves a browser however many tabs are open. It ends when the officer's session does.
"""

from __future__ import annotations

import asyncio

from aiohttp import web
from aiohttp_sse import EventSourceResponse, sse_response

from config.schema import Right
from inbox.cases import visible
from inbox.database import Database
from inbox.live import Event, Live
from inbox.web.gate import Visit

_PING_SECONDS = 15
_LONGEST_SECONDS = 3600


class Events:
    """GET /meja/peristiwa."""

    def __init__(self, database: Database, live: Live) -> None:
        self._database, self._live = database, live

    async def stream(self, visit: Visit) -> web.StreamResponse:
        """Stream until the browser leaves, the program stops, or an hour is over: the browser then asks again, and
        its session is looked at anew.
        """
        if visit.request.transport is None:
            return web.Response()
        loop = asyncio.get_running_loop()
        until = loop.time() + _LONGEST_SECONDS
        async with (
            self._live.subscribe(visit.office.id) as queue,
            sse_response(visit.request, ping_interval=_PING_SECONDS) as response,
        ):
            while response.is_connected() and loop.time() < until:
                event = await _next(queue)
                if event is None:
                    continue
                if event.kind == "closed" or not await _said(response, await self._theirs(visit, event)):
                    break
        return response

    async def _theirs(self, visit: Visit, event: Event) -> Event:
        """The event; without the ticket where the officer may not know of it: it may have left a list of theirs."""
        if not event.number or visit.may(Right.SEE_ALL):
            return event
        async with self._database.reading():
            known = await visible(visit.by, visit.office).filter(id=event.ticket_id).exists()
        return event if known else Event(event.office, event.kind)


async def _next(queue: asyncio.Queue[Event]) -> Event | None:
    """The next event, or None after a while, to look whether the browser is still there."""
    try:
        return await asyncio.wait_for(queue.get(), _PING_SECONDS)
    except TimeoutError:
        return None


async def _said(response: EventSourceResponse, event: Event) -> bool:
    try:
        await response.send(f"{event.kind} {event.number}".strip())
    except (ConnectionResetError, TimeoutError):
        return False
    return True
