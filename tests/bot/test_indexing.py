"""The loop beside everything: it goes on after trouble, and rests longer than it works."""

from __future__ import annotations

import asyncio

import structlog

from bot.indexing import TICK_SECONDS, Indexing


class Index:
    """Answers from a list; an exception is raised."""

    def __init__(self, *answers: bool | Exception) -> None:
        self._answers = list(answers)

    async def round(self) -> bool:
        """The next answer; at the end nothing is to be read."""
        answer = self._answers.pop(0) if self._answers else False
        if isinstance(answer, Exception):
            raise answer
        return answer


async def rests(index: Index, many: int) -> list[float]:
    """How long the loop rests after each of its first rounds."""
    slept: list[float] = []
    enough = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == many:
            enough.set()
            await asyncio.Event().wait()

    loop = Indexing(index, sleep=sleep)  # type: ignore[arg-type]
    loop.start()
    await asyncio.wait_for(enough.wait(), 5)
    await loop.stop()
    return slept


async def test_it_reads_on_while_there_is_more() -> None:
    """A short rest between, a long one when all is read."""
    assert [rest < TICK_SECONDS for rest in await rests(Index(True, True, False), 3)] == [True, True, False]


async def test_trouble_is_said_once_and_outlived() -> None:
    """Once when it begins, once when it is over."""
    with structlog.testing.capture_logs() as logs:
        await rests(Index(OSError("away"), OSError("away"), True), 4)
    assert [line["event"] for line in logs] == ["search not kept up to date", "search is up to date again"]
