"""The running program: the order in which its parts start and stop, by what this process is to do, and its end.

Started last, stopped first: whoever brings work in stops before whoever does it, and the record closes last.
"""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.app import Wadul, built
from bot.saying import say
from bot.settings import Settings
from channels.base import STOPPING
from config.schema import Offices
from inbox.live import Live

GRACE_SECONDS = 20.0
ROLES = ("web", "doors", "deliver")
"""What a process may do: pages and webhooks; doors that are listened at, and the clock; everything that goes out, and
the search's marks.
"""


@asynccontextmanager
async def running(wadul: Wadul, roles: Collection[str] = ROLES) -> AsyncIterator[int]:
    """The loops and the pages, until the block ends; yields the port that is listened on.

    Without ``web`` only ``bot.monitoring`` answers there. Told to end, nobody takes anything new, and all have the same
    ``GRACE_SECONDS`` to finish what they hold.
    """
    ending = _Ending()
    async with AsyncExitStack() as stack:
        wadul.lag.start()
        stack.push_async_callback(wadul.lag.stop)
        wadul.neighbours.start()
        stack.push_async_callback(wadul.neighbours.stop)
        if "deliver" in roles:
            wadul.deliverer.start()
            stack.push_async_callback(lambda: wadul.deliverer.stop(ending.left))
            wadul.reach.start()
            stack.push_async_callback(lambda: wadul.reach.stop(ending.left))
            wadul.errands.start()
            stack.push_async_callback(wadul.errands.stop)
            await wadul.hooks.start()
            stack.push_async_callback(wadul.hooks.stop)
            wadul.indexing.start()
            stack.push_async_callback(wadul.indexing.stop)
        app = wadul.web if "web" in roles else wadul.monitoring
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_SECONDS)
        app.on_shutdown.append(_close_live(wadul.live))
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, wadul.settings.host, wadul.settings.port)
        await site.start()
        if {"web", "doors"} & set(roles):
            wadul.spooler.start()
            stack.push_async_callback(wadul.spooler.stop)
        if "doors" in roles:
            wadul.listeners.start()
            stack.push_async_callback(wadul.listeners.stop)
            stack.push_async_callback(wadul.comparing.stop)
            wadul.clock.start()
            stack.push_async_callback(wadul.clock.stop)
        stack.callback(_end, wadul, app, ending)
        yield runner.addresses[0][1]


class _Ending:
    """How much of the grace is left, from the moment that ``begin`` was called."""

    def __init__(self) -> None:
        self._until = 0.0

    def begin(self) -> None:
        self._until = asyncio.get_running_loop().time() + GRACE_SECONDS

    @property
    def left(self) -> float:
        """Seconds; never so few that an outcome cannot be stored."""
        return max(self._until - asyncio.get_running_loop().time(), 1.0)


def _end(wadul: Wadul, app: web.Application, ending: _Ending) -> None:
    """Nobody takes anything new from now on, and whoever sends work here is told to ask others."""
    ending.begin()
    app[STOPPING].set()
    wadul.deliverer.rest()
    wadul.reach.rest()


def _close_live(live: Live) -> Callable[[web.Application], Any]:
    async def close(app: web.Application) -> None:
        live.close()
        app[STOPPING].set()

    return close


async def serve(
    settings: Settings, offices: Offices, *, now: Callable[[], datetime], roles: Collection[str] = ROLES
) -> int:
    """``wadul serve``: run until the system says stop. Answers the exit code."""
    try:
        async with built(settings, offices, now=now) as wadul, running(wadul, roles):
            names = ", ".join(office.name for office in offices.offices.values())
            say("serve-ready", offices=names, url=settings.url)
            await told_to_stop()
    except OSError as error:
        return cannot_start(settings, error)
    return 0


def cannot_start(settings: Settings, error: OSError) -> int:
    """Say why the program does not start: the port is taken, the address is not ours, or no record can be opened."""
    detail = error.strerror or str(error)
    if error.errno in {48, 98}:
        say("serve-port-taken", listen=settings.listen)
    elif error.errno in {49, 99} or (isinstance(error, socket.gaierror) and not settings.database):
        say("serve-no-address", listen=settings.listen, detail=detail)
    else:
        say("serve-no-database", detail=detail, data=str(settings.data))
    return 1


async def told_to_stop() -> None:
    """Wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
