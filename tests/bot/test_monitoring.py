"""What a monitor reads: whether we are well, whether we take work, and figures that grow when something goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.lag import LoopLag
from bot.monitoring import Monitoring
from bot.spool import Spool
from channels.base import STOPPING, Health
from inbox import journal
from inbox.database import Database
from inbox.journal_seals import JournalSeals
from inbox.models import ChannelState, Message, Ticket
from tests.inbox import rows

Client = TestClient[web.Request, web.Application]


class Installation:
    """The pages over a record, at a time of its own."""

    def __init__(self, database: Database, now: datetime, folder: Path) -> None:
        self.database, self.now, self.lag = database, now, LoopLag()
        self.app = web.Application()
        self.app[STOPPING] = asyncio.Event()
        doors = {rows.CHANNEL: Health("ok"), "blitar-sms": Health("down")}
        self.app.add_routes(
            Monitoring(
                database, doors, doors.__getitem__, lag=self.lag, spool=Spool(folder), now=lambda: self.now
            ).routes()
        )


@pytest.fixture
async def here(any_database: Database, now: datetime, tmp_path: Path) -> Installation:
    return Installation(any_database, now, tmp_path)


@pytest.fixture
async def client(here: Installation) -> AsyncIterator[Client]:
    async with TestClient(TestServer(here.app)) as client:
        yield client


async def _figures(client: Client) -> dict[str, float]:
    text = await (await client.get("/metrics")).text()
    lines = [line.rpartition(" ") for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


async def test_the_figures_say_what_waits_and_for_how_long(here: Installation, client: Client) -> None:
    """A message that came, an answer that does not leave, a ticket that is late, a door that is silent and down."""
    began = here.now
    talk = await rows.conversation(began)
    ticket = await rows.ticket(began, talk)
    await Ticket.filter(id=ticket.id).update(due_at=began + timedelta(hours=1))
    await rows.queued(here.database, began)
    await Message.create(
        office="blitar", channel=rows.CHANNEL, direction="in", author="citizen", sent_at=began, created_at=began
    )
    await ChannelState.create(channel=rows.CHANNEL, office="blitar", last_in_at=began)
    await journal.write("blitar", "noted", actor=journal.SYSTEM, at=began)
    await JournalSeals(here.database).seal(began)
    await journal.write("blitar", "noted", actor=journal.SYSTEM, at=began + timedelta(seconds=30))
    await journal.write("mojokerto", "noted", actor=journal.SYSTEM, at=began)
    here.now = began + timedelta(minutes=2)
    found = await _figures(client)
    assert found['wadul_deliveries{state="queued"}'] == 1
    assert found['wadul_delivery_oldest_seconds{channel="blitar-email"}'] == 120
    assert found['wadul_messages_in_5m{channel="blitar-email"}'] == 1
    assert found['wadul_messages_out_5m{channel="blitar-email"}'] == 1
    assert found['wadul_channel_last_in_seconds{channel="blitar-email"}'] == 120
    assert found['wadul_journal_unsealed_seconds{office="blitar"}'] == 90
    assert found['wadul_journal_unsealed_seconds{office="mojokerto"}'] == 120
    await JournalSeals(here.database).seal(here.now)
    assert not [name for name in await _figures(client) if name.startswith("wadul_journal_unsealed")]
    assert found['wadul_tickets_open{office="blitar"}'] == 1
    assert 'wadul_tickets_late{office="blitar"}' not in found
    assert (found['wadul_channel_up{channel="blitar-email"}'], found['wadul_channel_up{channel="blitar-sms"}']) == (
        1,
        0,
    )
    here.now = began + timedelta(hours=2)
    found = await _figures(client)
    assert found['wadul_tickets_late{office="blitar"}'] == 1
    assert 'wadul_messages_in_5m{channel="blitar-email"}' not in found


async def test_the_loop_says_how_late_it_is(
    here: Installation, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Something that blocks the loop shows as its worst, not as its usual lateness."""
    monkeypatch.setattr("bot.lag._EVERY_SECONDS", 0.001)
    here.lag.start()
    await asyncio.sleep(0.05)
    blocked = asyncio.get_running_loop().time() + 0.2
    while asyncio.get_running_loop().time() < blocked:
        pass
    await asyncio.sleep(0.01)
    found = await _figures(client)
    await here.lag.stop()
    assert found['wadul_loop_lag_seconds{which="worst"}'] > 0.15
    assert found['wadul_loop_lag_seconds{which="usual"}'] < found['wadul_loop_lag_seconds{which="worst"}']


async def test_ready_until_it_stops(here: Installation, client: Client) -> None:
    """A proxy is told to ask somebody else as soon as the program is about to end; it is well to its last moment."""
    assert (await client.get("/readyz")).status == 200
    here.app[STOPPING].set()
    assert (await client.get("/readyz")).status == 503
    assert (await client.get("/healthz")).status == 200


async def test_not_ready_without_a_record(here: Installation, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is away: no work, and no trace on the page."""

    async def gone(*_: object) -> None:
        raise ConnectionResetError

    monkeypatch.setattr(here.database, "query", gone)
    answer = await client.get("/readyz")
    assert (answer.status, await answer.json()) == (503, {"status": "no record"})
