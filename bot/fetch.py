"""Fetches the files that a platform only pointed at: one job a file, tried again on its own, blocking no message.

Whether a file may be kept is decided here by its size alone; what a door says about it is settled in the record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

import structlog

from channels.base import MAX_ATTACHMENT_BYTES, Channel, Unauthorised, Undelivered
from inbox import attachments
from inbox.attachments import TOO_LARGE, Pending
from inbox.database import Database
from inbox.files import Files
from inbox.live import Event
from inbox.mishap import place

log = structlog.get_logger()
LEASE = timedelta(minutes=5)
TICK_SECONDS = 5.0
_AT_ONCE = 4


class Fetcher:
    """``run`` it in a task, or go one ``round``. ``sleep`` is an argument so that tests need not wait."""

    def __init__(
        self,
        database: Database,
        doors: Mapping[str, Channel],
        files: Files,
        *,
        announce: Callable[[Event], None],
        now: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database, self._doors, self._files = database, doors, files
        self._announce, self._now, self._sleep = announce, now, sleep

    async def run(self) -> None:
        """Fetch what is due until cancelled: a file in hand then is fetched again later."""
        while True:
            try:
                fetched = await self.round()
            except Exception as error:  # noqa: BLE001 - the record may be away for a while
                log.warning("files not fetched", error=place(error))
                fetched = 0
            if not fetched:
                await self._sleep(TICK_SECONDS)

    async def round(self) -> int:
        """Fetch what is due now, a few at once; answers how many there were."""
        taken = await attachments.claim(
            self._database, channels=list(self._doors), now=self._now(), lease=LEASE, limit=_AT_ONCE
        )
        await asyncio.gather(*(self._one(pending) for pending in taken))
        return len(taken)

    async def _one(self, pending: Pending) -> None:
        try:
            content = await self._content(pending)
            digest = await self._files.put(content)
        except Undelivered as error:
            missed = error
            await self._settle(lambda: attachments.missed(pending, missed, self._now()))
        else:
            await self._settle(lambda: attachments.stored(pending, digest, len(content)))

    async def _content(self, pending: Pending) -> bytes:
        """Raises Undelivered only."""
        if not attachments.may_fetch(pending.attachment):
            raise TOO_LARGE
        try:
            async with asyncio.timeout(LEASE.total_seconds() / 2):
                content = await self._doors[pending.channel].fetch(pending.attachment)
        except Undelivered:
            raise
        except Unauthorised:
            raise Undelivered("unauthorised", retry=True) from None
        except Exception as error:  # noqa: BLE001 - a door's mistake is no reason to lose the file
            mishap = place(error)
            log.error("file not fetched", channel=pending.channel, attachment=pending.attachment_id, error=mishap)  # noqa: TRY400
            raise Undelivered("fetch-failed", retry=True, detail=type(error).__name__) from None
        if len(content) > MAX_ATTACHMENT_BYTES:
            raise TOO_LARGE
        return content

    async def _settle(self, work: Callable[[], Awaitable[Event]]) -> None:
        self._announce(await self._database.transaction(work))
