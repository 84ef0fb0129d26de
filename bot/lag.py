"""How long the event loop keeps others waiting: a task that wakes four times a second and sees how late it is."""

from __future__ import annotations

import asyncio
from collections import deque

_EVERY_SECONDS = 0.25
_REMEMBERED = 240


class LoopLag:
    """The worst and the usual of the last minute, in seconds; ``start`` and ``stop`` it."""

    def __init__(self) -> None:
        self._late: deque[float] = deque(maxlen=_REMEMBERED)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="lag")

    async def stop(self) -> None:
        """No more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    @property
    def worst(self) -> float:
        """The longest wait within the last minute."""
        return max(self._late, default=0.0)

    @property
    def usual(self) -> float:
        """The median of the last minute."""
        return sorted(self._late)[len(self._late) // 2] if self._late else 0.0

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _EVERY_SECONDS
            await asyncio.sleep(_EVERY_SECONDS)
            self._late.append(max(0.0, loop.time() - due))
