"""Open pages hear that something happened, and never what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest

from inbox.live import Event
from tests.inbox.web.desk import Office


@asynccontextmanager
async def listening(office: Office, login: str) -> AsyncIterator[aiohttp.StreamReader]:
    """An officer's stream, once it is open."""
    browser = await office.browser(login)
    async with (
        aiohttp.ClientSession(cookies=browser.cookies) as session,
        session.get(f"{office.url}/meja/peristiwa") as answer,
    ):
        assert answer.content_type == "text/event-stream"
        yield answer.content


async def test_a_change_is_heard_at_once(office: Office) -> None:
    """What a command announces reaches an open page as kind and number."""
    ticket = await office.complaint()
    async with listening(office, "petugas") as stream:
        await office.house.acting.note(office.by["kasi"], ticket.number, "Rahasia", now=office.now)
        line = await asyncio.wait_for(stream.readline(), 5)
    assert line.strip() == f"data: ticket {ticket.number}".encode()


async def test_other_offices_are_not_heard(office: Office) -> None:
    """An event of another office does not reach this one's pages."""
    async with listening(office, "petugas") as stream:
        office.live.announce(Event("malang", "ticket", 1, "MLG-26-000001"))
        office.live.announce(Event("blitar", "health"))
        line = await asyncio.wait_for(stream.readline(), 5)
    assert line.strip() == b"data: health"


async def test_the_stream_ends_when_the_program_does(office: Office) -> None:
    """Closing wakes every open page's stream, so that the program can stop."""
    async with listening(office, "petugas") as stream:
        office.live.close()
        assert await asyncio.wait_for(stream.read(), 5) == b""


async def test_a_page_that_left_is_forgotten(
    office: Office,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """After the browser is gone the desk stops listening for it at the next event or two, and calls it no error."""
    left, subscribe = asyncio.Event(), office.live.subscribe

    @asynccontextmanager
    async def watched(name: str) -> AsyncIterator[asyncio.Queue[Event]]:
        try:
            async with subscribe(name) as queue:
                yield queue
        finally:
            left.set()

    monkeypatch.setattr(office.live, "subscribe", watched)
    async with listening(office, "petugas"):
        assert not left.is_set()
    async with asyncio.timeout(10):
        while not left.is_set():
            office.live.announce(Event("blitar", "health"))
            with suppress(TimeoutError):
                await asyncio.wait_for(left.wait(), 0.02)
    await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    assert "error" not in capsys.readouterr().out
