"""Open pages hear what changes at their own office, and never hold the program up."""

import asyncio

import pytest

from inbox.live import Event, Live


async def test_an_office_hears_its_own_events() -> None:
    """Subscribers of the office get the event, those of another office do not."""
    live = Live()
    async with live.subscribe("blitar") as here, live.subscribe("mojokerto") as there:
        live.announce(Event("blitar", "ticket", 1, "BLT-26-000001"))
        assert await here.get() == Event("blitar", "ticket", 1, "BLT-26-000001")
        assert there.empty()


async def test_who_cannot_keep_up_is_told_to_reload() -> None:
    """A full queue is emptied and holds one word: reload."""
    live = Live()
    async with live.subscribe("blitar") as queue:
        for number in range(101):
            live.announce(Event("blitar", "message", number))
        assert (queue.qsize(), queue.get_nowait().kind) == (1, "reload")


async def test_closing_wakes_everybody() -> None:
    """Whoever waits for an event hears that there are no more, even with a full queue."""
    live = Live()
    async with live.subscribe("blitar") as waiting, live.subscribe("blitar") as full:
        waiter = asyncio.create_task(waiting.get())
        await asyncio.sleep(0)
        for number in range(100):
            full.put_nowait(Event("blitar", "message", number))
        live.close()
        assert (await waiter).kind == "closed"
        assert full.get_nowait().kind == "closed"


async def test_nobody_is_told_after_leaving() -> None:
    """A closed page's queue is forgotten."""
    live = Live()
    async with live.subscribe("blitar") as queue:
        pass
    live.announce(Event("blitar", "ticket"))
    assert queue.empty()


async def test_what_is_held_goes_out_at_the_end_or_not_at_all() -> None:
    """A command within a larger commit tells nobody before that commit, and nothing where it failed."""
    live, event = Live(), Event("blitar", "ticket", 1, "BLT-26-000001")
    async with live.subscribe("blitar") as queue:
        with live.held():
            await asyncio.create_task(_announces(live, event))
            assert queue.empty()
        assert queue.get_nowait() == event
        with pytest.raises(OSError, match="disk"):
            _fails(live, event)
        assert queue.empty()
        live.announce(event)
        assert queue.get_nowait() == event


async def _announces(live: Live, event: Event) -> None:
    live.announce(event)


def _fails(live: Live, event: Event) -> None:
    with live.held():
        live.announce(event)
        raise OSError("disk")
