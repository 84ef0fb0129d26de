"""Each minute's work: what time alone brings about. The one loop that asks what time it is for the sake of the record.

Owns when the jobs run and that one which fails holds up no other; what they do is theirs (``inbox.deadlines``, the
clerk's kept messages, sessions that ended). Every job is safe to repeat and to run in many processes at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog

from bot.neighbours import Holding, at_once
from inbox.mishap import place

log = structlog.get_logger()

# Given the minute, does what is due in it; a number other than 0 says that there is something to deliver.
Job = Callable[[datetime], Awaitable[int | None]]


class Clock:
    """Runs the jobs at the start of every minute.

    Args:
        jobs: by the name the log knows them under, run in this order.
        holding: of several processes one keeps the clock of that name.
        wake: called after a minute in which a job did something.
        sleep: seconds; an argument so that tests need not wait.
    """

    def __init__(
        self,
        jobs: Mapping[str, Job],
        *,
        now: Callable[[], datetime],
        wake: Callable[[], None],
        holding: Holding = at_once,
        name: str = "clock",
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._jobs, self._now, self._wake, self._sleep = jobs, now, wake, sleep
        self._holding, self._name = holding, name
        self._task: asyncio.Task[None] | None = None
        self._failing: set[str] = set()

    def start(self) -> None:
        """Begin; the first minute's work is done at once, for the time the program did not run."""
        self._task = asyncio.create_task(self._turn(), name=self._name)

    async def stop(self) -> None:
        """Stop; a transaction under way is finished."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def tick(self, now: datetime) -> None:
        """One minute's work."""
        done = [await self._job(name, job, now) for name, job in self._jobs.items()]
        if any(done):
            self._wake()

    async def _turn(self) -> None:
        while True:
            await self._holding(self._name, self._run)

    async def _run(self) -> None:
        while True:
            await self.tick(self._now())
            await self._sleep(60 - self._now().second)

    async def _job(self, name: str, job: Job, now: datetime) -> bool:
        try:
            done = await job(now)
        except Exception as error:  # noqa: BLE001 - one that fails must not hold up the others
            # Said once when it begins to fail and once when it is well again: it runs every minute.
            if name not in self._failing:
                log.error("minute's work fails", job=name, error=place(error))  # noqa: TRY400 - traces repeat values
            self._failing.add(name)
            return False
        if name in self._failing:
            log.info("minute's work is well again", job=name)
            self._failing.discard(name)
        return bool(done)
