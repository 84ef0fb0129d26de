"""Calls that wait together are served together, each with its own answer, whoever leaves meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.desk import Desk
from bot.sharing import Crowded, Sharing
from bot.spool import Spool
from bot.spooling import SpoolingDesk
from channels.base import Inbound


class Work:
    """Answers a word with itself in capitals once it may go on; fails for "fail"."""

    def __init__(self, most: int = 4) -> None:
        self.served: list[list[str]] = []
        self.go_on = asyncio.Event()
        self.shared: Sharing[str, str] = Sharing(self._serve, most)

    async def _serve(self, words: Sequence[str]) -> list[str | Exception]:
        self.served.append(list(words))
        await self.go_on.wait()
        if "broken" in words:
            raise OSError("broken")
        return [ValueError(word) if word == "fail" else word.upper() for word in words]

    async def calls(self, *words: str, size: int = 1) -> list[asyncio.Task[str]]:
        """A call for each word, all of them waiting."""
        tasks = [asyncio.create_task(self.shared(word, size)) for word in words]
        for _ in range(3):
            await asyncio.sleep(0)
        return tasks


async def test_who_waits_meanwhile_is_served_together() -> None:
    """The first goes at once; those that come during it share the next turn, in their order."""
    work = Work()
    tasks = [*await work.calls("a"), *await work.calls("b", "c", "d")]
    work.go_on.set()
    assert await asyncio.gather(*tasks) == ["A", "B", "C", "D"]
    assert work.served == [["a"], ["b", "c", "d"]]


async def test_a_turn_has_room_for_so_much() -> None:
    """What does not fit waits for the next; what is larger than any turn has one alone."""
    work = Work(most=4)
    first = await work.calls("a")
    tasks = [*await work.calls("b", "c", "d", size=2), *await work.calls("e", size=9), *await work.calls("f")]
    work.go_on.set()
    await asyncio.gather(*first, *tasks)
    assert work.served == [["a"], ["b", "c"], ["d"], ["e"], ["f"]]


async def test_past_a_measure_callers_are_sent_away() -> None:
    """Whoever comes when too many wait is told when to come again; who waits is served, and then there is room."""
    work = Work(most=1)
    work.shared._most_waiting = 2
    tasks = [*await work.calls("a"), *await work.calls("b", "c")]
    (late,) = await work.calls("d")
    with pytest.raises(Crowded) as sent_away:
        await late
    assert (sent_away.value.status, sent_away.value.headers["Retry-After"]) == (503, "10")
    work.go_on.set()
    assert await asyncio.gather(*tasks, *await work.calls("e")) == ["A", "B", "C", "E"]


async def test_a_failure_is_its_own_callers() -> None:
    """The others have their answers; what the whole turn stumbled over is everybody's, and the next turn comes."""
    work = Work()
    work.go_on.set()
    tasks = await work.calls("a", "fail", "c")
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [answers[0], str(answers[1]), answers[2]] == ["A", "fail", "C"]
    with pytest.raises(OSError, match="broken"):
        await work.shared("broken", 1)
    assert await work.shared("d", 1) == "D"


async def test_who_leaves_harms_nobody() -> None:
    """One that leaves before its turn is not served; one that leaves during it only loses its answer."""
    work = Work()
    (first,) = await work.calls("a")
    second, third = await work.calls("b", "c")
    first.cancel()
    second.cancel()
    await asyncio.sleep(0)
    work.go_on.set()
    assert await third == "C"
    assert first.cancelled()
    assert second.cancelled()
    assert work.served == [["a"], ["c"]]


async def test_a_crowd_is_not_laid_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the record there a platform keeps its messages a moment longer itself: the spool is for a record away."""

    async def crowded(*_: object, **__: object) -> None:
        raise Crowded

    monkeypatch.setattr(Desk, "accept", crowded)
    desk = SpoolingDesk.__new__(SpoolingDesk)
    desk._id, desk._spool, desk._shows = "blitar-sms", Spool(tmp_path), False
    with pytest.raises(Crowded):
        await desk.accept(Inbound("1", "+6281234567890", datetime(2026, 11, 23, tzinfo=UTC), text="Lampu mati"))
    assert not desk._spool.waits("blitar-sms")
