"""Calls that wait together share one piece of work: while it runs for some, the next ones gather.

Owns who waits for what and nothing of the work. A caller that leaves before its turn is left out; one that leaves
later loses only its answer, and nobody else notices. Calls are served in the order they came; past a measure they are
sent away.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from aiohttp import web

C = TypeVar("C")
R = TypeVar("R")


class Crowded(web.HTTPServiceUnavailable):
    """More waits than may: a webhook is answered 503, and its platform comes again."""

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "10"})


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[C, R]):
    call: C
    size: int
    answer: asyncio.Future[R]


class Sharing(Generic[C, R]):
    """Hands calls to ``work``, as many at once as wait and fit into ``most``.

    ``work`` answers each call, with an exception where it failed; what it raises itself is the answer to all. No more
    than ``most_waiting`` calls wait.
    """

    def __init__(
        self, work: Callable[[Sequence[C]], Awaitable[Sequence[R | Exception]]], most: int, most_waiting: int = 1000
    ) -> None:
        self._work, self._most, self._most_waiting = work, most, most_waiting
        self._waiting: deque[_Waiting[C, R]] = deque()
        self._serving: asyncio.Task[None] | None = None

    async def __call__(self, call: C, size: int) -> R:
        """Its answer. ``size``: how much of ``most`` it takes. Raises Crowded."""
        if len(self._waiting) >= self._most_waiting:
            raise Crowded
        one: _Waiting[C, R] = _Waiting(call, size, asyncio.get_running_loop().create_future())
        self._waiting.append(one)
        if self._serving is None:
            self._serving = asyncio.create_task(self._serve())
        return await one.answer

    async def _serve(self) -> None:
        try:
            while together := self._next():
                for one, answer in zip(together, await self._answers(together), strict=True):
                    _give(one.answer, answer)
        finally:
            self._serving = None

    def _next(self) -> list[_Waiting[C, R]]:
        """The first that waits, and those after it that fit."""
        together: list[_Waiting[C, R]] = []
        room = self._most
        while self._waiting and (not together or self._waiting[0].size <= room):
            one = self._waiting.popleft()
            if not one.answer.cancelled():
                together.append(one)
                room -= one.size
        return together

    async def _answers(self, together: Sequence[_Waiting[C, R]]) -> Sequence[R | Exception]:
        try:
            return await self._work([one.call for one in together])
        except Exception as error:  # noqa: BLE001 - it is everybody's answer
            return [error] * len(together)


def _give(waiting: asyncio.Future[R], answer: R | Exception) -> None:
    if waiting.cancelled():
        return
    if isinstance(answer, Exception):
        waiting.set_exception(answer)
    else:
        waiting.set_result(answer)
