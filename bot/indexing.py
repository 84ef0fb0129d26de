"""Keeps the search up to date: one loop beside everything else, which takes a quarter of its time at most.

What is read and how far is ``inbox.search_index``'s; a message waits for nothing here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog

from inbox.mishap import place
from inbox.search_index import SearchIndex

log = structlog.get_logger()
TICK_SECONDS = 1.0
SOON_SECONDS = 0.05
_REST = 3.0


class Indexing:
    """``start`` and ``stop`` it. ``sleep`` is an argument so that tests need not wait."""

    def __init__(self, index: SearchIndex, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._index, self._sleep = index, sleep
        self._task: asyncio.Task[None] | None = None
        self._troubled = False

    def start(self) -> None:
        """Begin; what came while the program did not run is read at once."""
        self._task = asyncio.create_task(self._run(), name="indexing")

    async def stop(self) -> None:
        """Stop; what is being read is read again later."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        while True:
            began = time.monotonic()
            more = await self._round()
            await self._sleep(max(SOON_SECONDS, _REST * (time.monotonic() - began)) if more else TICK_SECONDS)

    async def _round(self) -> bool:
        """Trouble is logged once when it begins and once when it ends."""
        try:
            more = await self._index.round()
        except Exception as error:  # noqa: BLE001 - the record may be away for a while; the loop must outlive that
            if not self._troubled:
                log.error("search not kept up to date", error=place(error))  # noqa: TRY400 - traces repeat values
            self._troubled = True
            return False
        if self._troubled:
            log.info("search is up to date again")
        self._troubled = False
        return more
