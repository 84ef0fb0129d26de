"""Desks that lose nothing while the record is away: it waits in the spool, and upstream may forget it.

Only what a platform brings by itself is spooled: doors that ask for their messages have a progress, and ask again; who
waits at a form for a number keeps the words in the page and is told to try again. A letter goes the whole road later;
what had been stored after all is absorbed there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import structlog

from bot.desk import Desk
from bot.sharing import Crowded
from bot.spool import Letter, Spool
from channels.base import Accepted, Inbound, Report
from inbox.database import Database
from inbox.mishap import place

log = structlog.get_logger()
TICK_SECONDS = 2.0
_TRIES = 3


class SpoolingDesk(Desk):
    """A ``Desk`` with a spool behind it."""

    def __init__(self, channel: str, *, spool: Spool, **parts: Any) -> None:
        super().__init__(channel, **parts)
        self._id, self._spool = channel, spool

    async def accept(self, *inbounds: Inbound, progress: Mapping[str, Any] | None = None) -> list[Accepted]:
        """As any desk; with the record away the messages are kept, and the door is told no more than that.

        Raises: SpoolFull, where they could not be kept either; upstream must not be told then.
        """
        if progress is not None or not inbounds or self._shows:
            return await super().accept(*inbounds, progress=progress)
        taken: list[Accepted] = []

        async def work() -> None:
            taken.extend(await super(SpoolingDesk, self).accept(*inbounds))

        await self._or_keep(work, Letter(said=inbounds))
        return taken or [Accepted(aside=True) for _ in inbounds]

    async def report(self, *reports: Report) -> None:
        """As any desk, or later."""
        if reports:
            await self._or_keep(lambda: super(SpoolingDesk, self).report(*reports), Letter(reports=reports))

    async def set_aside(self, raw: bytes, reason: str, progress: Mapping[str, Any] | None = None) -> None:
        """As any desk, or later."""
        if progress is not None:
            await super().set_aside(raw, reason, progress)
            return
        await self._or_keep(lambda: super(SpoolingDesk, self).set_aside(raw, reason), Letter(aside=raw, reason=reason))

    async def deliver(self, letter: Letter) -> None:
        """Take a letter out of the spool through the record."""
        if letter.said:
            await super().accept(*letter.said)
        if letter.reports:
            await super().report(*letter.reports)
        if letter.reason:
            await super().set_aside(letter.aside, letter.reason)

    async def _or_keep(self, work: Callable[[], Awaitable[None]], letter: Letter) -> None:
        """Do it now, unless something waits that came before; or else keep the letter."""
        if not self._spool.waits(self._id):
            try:
                await work()
            except Crowded:
                raise  # the record is there: what upstream keeps for a moment need not lie on our disk
            except Exception as error:  # noqa: BLE001 - whatever kept the record from it, the letter is kept
                log.error("record away", channel=self._id, error=place(error))  # noqa: TRY400 - no words of citizens
            else:
                return
        await self._spool.keep(self._id, letter)


class Spooler:
    """Delivers what was spooled as soon as the record is back; ``start`` and ``stop`` it.

    ``sleep`` is an argument so that tests need not wait.
    """

    def __init__(
        self,
        spool: Spool,
        desks: Mapping[str, SpoolingDesk],
        database: Database,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._spool, self._desks, self._database, self._sleep = spool, desks, database, sleep
        self._failures: dict[Path, int] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; what an earlier process left behind is delivered at once."""
        self._task = asyncio.create_task(self._run(), name="spool")

    async def stop(self) -> None:
        """Stop; what is not delivered stays where it is."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def round(self) -> None:
        """Deliver what there is, each channel's letters in their order, as far as the record takes them."""
        channels = [name for name in await asyncio.to_thread(self._spool.channels) if name in self._desks]
        if not channels or not await self._is_there():
            return
        with self._spool.alone() as alone:
            for channel in channels if alone else ():
                await self._channel(channel)

    async def _run(self) -> None:
        while True:
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - the disk may be away for a while; the loop must outlive that
                log.error("spool not delivered", error=place(error))  # noqa: TRY400 - no words of citizens
            await self._sleep(TICK_SECONDS)

    async def _is_there(self) -> bool:
        try:
            await self._database.query("SELECT 1")
        except Exception:  # noqa: BLE001 - whatever it says, it is not there
            return False
        return True

    async def _channel(self, channel: str) -> None:
        for path in await asyncio.to_thread(self._spool.letters, channel):
            try:
                await self._desks[channel].deliver(await self._spool.read(path))
            except Exception as error:  # noqa: BLE001 - it is tried again, or given up, below
                log.warning("letter not delivered", channel=channel, letter=path.name, error=place(error))
                if not await self._is_there() or not await self._hopeless(path):
                    return
                continue
            await self._spool.done(path)
            self._failures.pop(path, None)

    async def _hopeless(self, path: Path) -> bool:
        """Whether a letter was tried often enough with the record there; then it is put out of the others' way."""
        self._failures[path] = self._failures.get(path, 0) + 1
        if self._failures[path] < _TRIES:
            return False
        del self._failures[path]
        await self._spool.give_up(path)
        return True
