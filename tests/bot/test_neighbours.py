"""Several processes of one installation on a real PostgreSQL: what one learns others know; one at a time holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

import channels
from bot import neighbours as rooms
from bot.clock import Clock
from bot.health import HealthBook
from bot.listen import Listeners
from bot.neighbours import Neighbours
from bot.shared import ringing, sharing, waking
from channels.base import Abilities, Channel, Desk, Fault
from inbox.actor import Actor
from inbox.database import Database, credentials
from inbox.live import Event, Live
from inbox.presence import Presence
from tests.channels.recording import RecordingDesk

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
RINA = Actor(1, "rina", "blitar", "Rina", "R", frozenset())
AGUS = Actor(2, "agus", "blitar", "Agus", "A", frozenset())
NUMBER = "BLT-26-000001"
CHAT = "blitar-obrolan"


@dataclass
class Process:
    """What one process has of it."""

    neighbours: Neighbours
    live: Live
    presence: Presence
    health: HealthBook
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    wake: Callable[[], None] = lambda: None


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beats so quick that nobody waits for them."""
    monkeypatch.setattr(rooms, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(rooms, "_RETRY_SECONDS", 0.05)


@asynccontextmanager
async def process(url: str) -> AsyncIterator[Process]:
    """One that is connected."""
    neighbours, listening = Neighbours(Database(url)), asyncio.Event()
    live, presence, health = sharing(neighbours, lambda: NOW, lambda _: "blitar")
    one = Process(neighbours, live, presence, health)
    one.wake = waking(neighbours, one.woken.set)
    neighbours.on(rooms.MISSED, lambda _: listening.set())
    neighbours.start()
    await listening.wait()
    try:
        yield one
    finally:
        await neighbours.stop()


async def until(true: Callable[[], bool | Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while True:
            found = true()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.01)


async def test_pages_of_every_process_hear_what_changed(postgres_url: str) -> None:
    """An event of one is heard by the other's browsers, once, and by its own, once; another office hears nothing."""
    async with (
        process(postgres_url) as here,
        process(postgres_url) as there,
        here.live.subscribe("blitar") as mine,
        there.live.subscribe("blitar") as theirs,
        there.live.subscribe("mojokerto") as others,
    ):
        for number in range(1, 40):
            here.live.announce(Event("blitar", "ticket", number, f"BLT-26-{number:06d}"))
        there.live.announce(Event("blitar", "ticket", 99, "BLT-26-000099"))
        heard = [(await theirs.get()).ticket_id for _ in range(40)]
        assert sorted(heard) == [*range(1, 40), 99]
        assert sorted([(await mine.get()).ticket_id for _ in range(40)]) == [*range(1, 40), 99]
        assert mine.empty()
        assert theirs.empty()
        assert others.empty()


async def test_colleagues_are_seen_across_processes(postgres_url: str) -> None:
    """Who has a ticket open, and writes there, is known to the other process; whoever leaves it is gone there too."""
    async with process(postgres_url) as here, process(postgres_url) as there:
        here.presence.beat(RINA, NUMBER, NOW, typing=True)
        await until(lambda: bool(there.presence.beat(AGUS, NUMBER, NOW)))
        (rina,) = there.presence.beat(AGUS, NUMBER, NOW)
        assert (rina.name, rina.typing) == ("Rina", True)
        here.presence.leave(RINA, NUMBER)
        await until(lambda: not there.presence.beat(AGUS, NUMBER, NOW))


async def test_doors_are_as_well_as_their_listener_says(postgres_url: str) -> None:
    """What one process finds out about a door, all show; whoever begins later is told at once."""
    async with process(postgres_url) as here:
        here.health.note("blitar-email", "in", "down", "server-unreachable")
        here.health.warn("blitar-sms", [Fault("phone-battery-low", {"percent": "7"})])
        async with process(postgres_url) as there:
            await until(lambda: there.health.of("blitar-email").state == "down")
            await until(lambda: bool(there.health.of("blitar-sms").notes))
            told = there.health.of("blitar-email")
            assert (told.reason, told.since) == ("server-unreachable", NOW)
            assert there.health.of("blitar-sms").notes[0].values == {"percent": "7"}
            here.health.note("blitar-email", "in", "ok")
            await until(lambda: there.health.of("blitar-email").state == "ok")


async def test_whoever_sends_is_woken_by_whoever_queued(postgres_url: str) -> None:
    """A page in one process does not wait for the other's next tick."""
    async with process(postgres_url) as here, process(postgres_url) as there:
        here.wake()
        await asyncio.wait_for(there.woken.wait(), 5)
        assert here.woken.is_set()


async def test_who_waits_at_one_process_hears_what_another_said(postgres_url: str) -> None:
    """A visitor's open page on one process is told at once of what the other sent, by a name that names nobody."""
    async with process(postgres_url) as here, process(postgres_url) as there:
        letters: asyncio.Queue[str] = asyncio.Queue()
        spy = await asyncpg.connect(**credentials(postgres_url))
        await spy.add_listener("wadul", lambda *news: letters.put_nowait(news[-1]) if "bell" in news[-1] else None)
        doors = [channels.load(CHAT, {"kind": "chat"}, secret=b"rahasia", now=lambda: NOW) for _ in range(2)]
        app = web.Application()
        app.add_routes(doors[0].routes(RecordingDesk()))
        ringing(here.neighbours, {CHAT: doors[0]})
        ring = ringing(there.neighbours, {CHAT: doors[1], "blitar-email": Door()})
        async with TestClient(TestServer(app)) as client:
            token = (await (await client.post("/blitar/obrolan/mulai")).json())["tanda"]
            stream = await client.get("/blitar/obrolan/kabar", headers={"Authorization": f"Bearer {token}"})
            assert await stream.content.readuntil(b"\n\n") == b"data: lihat\n\n"
            async with asyncio.timeout(10):
                ring("blitar-email", "sri@example.org")
                ring(CHAT, token.partition(".")[0])
                assert await stream.content.readuntil(b"\n\n") == b"data: lihat\n\n"
                letter = await letters.get()
            stream.close()
        await spy.close()
        assert CHAT in letter
        assert token.partition(".")[0] not in letter
        assert letters.empty()


async def test_unreadable_and_endless_news_harm_nobody(postgres_url: str) -> None:
    """Whatever else is said on that channel, the next piece of news arrives."""
    async with process(postgres_url) as here, process(postgres_url) as there:
        other = await asyncpg.connect(**credentials(postgres_url))
        for letter in ("", "{", "[]", '{"from": 1}', '{"from": "x", "news": [["event", {"no": 1}], ["door", 5]]}'):
            await other.execute("SELECT pg_notify('wadul', $1)", letter)
        await other.close()
        here.neighbours.tell("event", {"office": "x" * 9000})
        for number in range(2000):
            here.neighbours.tell("presence", {"number": number})
        here.neighbours.tell("wake")
        await asyncio.wait_for(there.woken.wait(), 5)


async def _cut(url: str) -> None:
    """The server closes every line but ours."""
    connection = await asyncpg.connect(**credentials(url))
    await connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()


async def test_after_a_broken_line_pages_look_again(postgres_url: str) -> None:
    """What was said meanwhile is lost; so every open page is told to ask for what it shows."""
    async with process(postgres_url) as here, here.live.subscribe("blitar") as queue:
        await _cut(postgres_url)
        assert (await asyncio.wait_for(queue.get(), 10)).kind == "reload"
        async with process(postgres_url) as there:
            there.live.announce(Event("blitar", "ticket", 7, NUMBER))
            assert (await asyncio.wait_for(queue.get(), 10)).ticket_id == 7


class Door:
    """A door that says who listens."""

    abilities = Abilities(scheme="telegram", polls=True)
    id = "blitar-telegram"

    def __init__(self) -> None:
        self.listening = 0

    async def listen(self, desk: Desk) -> None:
        self.listening += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.listening -= 1


def _listeners(one: Process, door: Door) -> Listeners:
    doors: dict[str, Channel] = {door.id: door}  # type: ignore[dict-item]
    return Listeners(doors, {door.id: None}, one.health, holding=one.neighbours.holding)  # type: ignore[dict-item]


async def test_one_process_listens_at_a_door_and_the_next_takes_over(postgres_url: str) -> None:
    """At most one at a time: when its line breaks, it stops and somebody goes on; when it ends, the other has it."""
    door = Door()
    async with process(postgres_url) as here, process(postgres_url) as there:
        first, second = _listeners(here, door), _listeners(there, door)
        first.start()
        await until(lambda: door.listening == 1)
        second.start()
        await asyncio.sleep(0.2)
        assert door.listening == 1
        await _cut(postgres_url)
        await until(lambda: door.listening == 0)
        await until(lambda: door.listening == 1)
        await asyncio.sleep(0.2)
        assert door.listening == 1
        await first.stop()
        await until(lambda: door.listening == 1)
        await second.stop()
        assert door.listening == 0


async def test_one_process_keeps_the_clock(postgres_url: str) -> None:
    """A minute's work is done once; when its keeper goes, the next does it."""
    ran: list[str] = []

    def clock(one: Process, name: str) -> Clock:
        async def job(_: datetime) -> None:
            ran.append(name)

        return Clock({"job": job}, now=lambda: NOW, wake=lambda: None, holding=one.neighbours.holding)

    async with process(postgres_url) as here, process(postgres_url) as there:
        first, second = clock(here, "first"), clock(there, "second")
        first.start()
        await until(lambda: bool(ran))
        second.start()
        await asyncio.sleep(0.2)
        assert ran == ["first"]
        await first.stop()
        await until(lambda: len(ran) == 2)
        assert ran == ["first", "second"]
        await second.stop()


async def test_a_small_office_has_no_neighbours(sqlite_url: str) -> None:
    """On SQLite everything is ours at once, and nothing is said to anybody."""
    neighbours, done = Neighbours(Database(sqlite_url)), []
    neighbours.start()
    neighbours.tell("wake")

    async def work() -> None:
        done.append(True)

    await neighbours.holding("clock", work)
    assert done
    await neighbours.stop()
