"""The clock runs every job each minute, whatever becomes of one of them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import structlog

from bot.clock import Clock

NOW = datetime(2026, 11, 23, 2, 15, 20, tzinfo=UTC)


class Bench:
    """Jobs that write down what happened; ``fail`` makes the first one raise."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.woken = 0
        self.done = 0
        self.fail = False

    async def first(self, now: datetime) -> int:
        self.ran.append(f"first {now:%H:%M}")
        if self.fail:
            raise RuntimeError
        return self.done

    async def second(self, now: datetime) -> None:
        self.ran.append(f"second {now:%H:%M}")

    def wake(self) -> None:
        self.woken += 1

    def clock(self) -> Clock:
        return Clock({"first": self.first, "second": self.second}, now=lambda: NOW, wake=self.wake)


async def test_a_minute_runs_every_job_in_order() -> None:
    """Each is given the minute, and the deliverer is left alone where nothing was done."""
    bench = Bench()
    await bench.clock().tick(NOW)
    assert bench.ran == ["first 02:15", "second 02:15"]
    assert bench.woken == 0


async def test_something_done_wakes_the_deliverer() -> None:
    """What was queued goes out now, not at the next tick."""
    bench = Bench()
    bench.done = 3
    await bench.clock().tick(NOW)
    assert bench.woken == 1


async def test_a_job_that_fails_holds_up_no_other_and_is_logged_once() -> None:
    """One line when it begins to fail, one when it is well again."""
    bench = Bench()
    clock = bench.clock()
    with structlog.testing.capture_logs() as lines:
        bench.fail = True
        await clock.tick(NOW)
        await clock.tick(NOW)
        bench.fail = False
        await clock.tick(NOW)
    assert bench.ran.count("second 02:15") == 3
    assert [(line["event"], line["job"]) for line in lines] == [
        ("minute's work fails", "first"),
        ("minute's work is well again", "first"),
    ]


async def test_the_clock_begins_at_once_and_then_at_every_full_minute() -> None:
    """Started twenty seconds past, it works, and works again forty seconds later until it is stopped."""
    bench, slept, again = Bench(), list[float](), asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            again.set()
            await asyncio.Event().wait()

    clock = Clock({"second": bench.second}, now=lambda: NOW, wake=bench.wake, sleep=sleep)
    clock.start()
    await asyncio.wait_for(again.wait(), 5)
    await clock.stop()
    await clock.stop()
    assert bench.ran == ["second 02:15"] * 2
    assert slept == [40, 40]
