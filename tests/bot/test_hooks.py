"""Outgoing webhooks: what happened reaches whoever wants to know, signed, once per id, however the line behaves."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import SecretStr

from bot.hooks import Hooks, signed
from config.schema import Office, Webhook
from config.webhooks import signing_key
from inbox import hooks
from inbox.database import Database
from inbox.hook_queue import HookTroubles
from inbox.live import Event
from inbox.models import Entry, HookEvent, HookReading
from inbox.refused import Forbidden, Missing, Stale
from inbox.settings import Settings
from tests.inbox.house import House, at, blitar

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
MORNING = at("2026-11-23 09:15")


class Receiver:
    """Somebody's program that takes events, or does not."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((dict(request.headers), await request.read()))
        return web.Response(status=self.answers.pop(0) if self.answers else 204, headers=self.headers)

    @property
    def events(self) -> list[dict[str, Any]]:
        """What was told, in order."""
        return [json.loads(body) for _, body in self.came]

    @property
    def kinds(self) -> list[str]:
        """The names of what was told."""
        return [event["type"] for event in self.events]

    @property
    def ids(self) -> list[str]:
        """The ids of what was told."""
        return [headers["webhook-id"] for headers, _ in self.came]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """It listens."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/masuk", receiver.take)
    async with TestServer(app) as server:
        receiver.url = str(server.make_url("/masuk"))
        yield receiver


class Street:
    """Blitar with webhooks, its worker and its clock."""

    def __init__(self, house: House) -> None:
        self.house, self.now, self.told = house, MORNING, list[Event]()
        self.worker = self.again()

    def again(self) -> Hooks:
        """The worker of another process, or after a restart."""
        offices = self.house.offices.offices.values()
        url = "https://wadul.example"
        return Hooks(self.house.database, offices, url=url, announce=self.told.append, now=lambda: self.now)

    async def drain(self, **later: float) -> None:
        self.now += timedelta(**later)
        await self.worker.drain()


async def street(database: Database, folder: Path, *webhooks: Webhook) -> Street:
    """A street whose worker knows the webhooks."""

    def change(office: Office) -> Office:
        return office.model_copy(update={"webhooks": webhooks})

    house = House(database, folder / "files", blitar(change))
    await house.tickets.prepare(at("2026-11-01 00:00"))
    made = Street(house)
    await hooks.prepare(database, house.offices.offices.values())
    return made


def webhook(receiver: Receiver, *events: str, id_: str = "kota", **known: Any) -> Webhook:
    """A webhook to the receiver."""
    named = {"id": id_, "url": receiver.url, "secret": SecretStr(SECRET), "events": events, "private": True}
    return Webhook.model_validate({**named, **known})


def verified(headers: dict[str, str], body: bytes, secret: str = SECRET) -> bool:
    """What the specification tells a receiver to do."""
    key = base64.b64decode(secret.split("_", 1)[1])
    content = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
    expected = base64.b64encode(hmac.new(key, content, sha256).digest()).decode()
    return f"v1,{expected}" in headers["webhook-signature"].split(" ")


def test_the_signature_is_the_specifications() -> None:
    """The vector that the specification's own libraries are tested with."""
    key = signing_key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    headers = signed(
        key, "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC), b'{"test": 2432232314}'
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_what_happens_is_told_once(any_database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """From opening to closing, each with its own id, signed, and with no word of anybody."""
    blitar = await street(any_database, tmp_path, webhook(receiver))
    house = blitar.house
    counter = await house.officer("petugas")
    ticket = await house.complaint(blitar.now)
    await house.writes(ticket, "Sudah dua minggu", blitar.now)
    await house.act(counter, ticket.number, "naikkan", blitar.now)
    await house.acting.close(
        counter, ticket.number, "ganda", version=await house.version(ticket.number), now=blitar.now
    )
    await blitar.drain()
    assert sorted(receiver.kinds) == sorted(["ticket.opened", "ticket.message", "ticket.moved", "ticket.closed"])
    assert len(set(receiver.ids)) == 4
    assert all(verified(headers, body) for headers, body in receiver.came)
    closed = next(event for event in receiver.events if event["type"] == "ticket.closed")
    assert closed["timestamp"] == "2026-11-23T02:15:00Z"
    assert closed["data"]["ticket"]["number"] == ticket.number
    assert closed["data"]["ticket"]["status"] == "closed"
    assert closed["data"]["actor"] == f"officer:{counter.officer_id}"
    everything = b"".join(body for _, body in receiver.came)
    for word in (b"Siti", b"siti@example.com", b"minggu", b"ruko", b"ganda", ticket.code.encode()):
        assert word not in everything
    await blitar.drain(days=1)
    await blitar.again().drain()
    assert len(receiver.came) == 4


async def test_an_office_that_practises_tells_nobody(
    sqlite_database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    """No webhook hears of what happened in practice, neither then nor afterwards."""
    blitar = await street(sqlite_database, tmp_path, webhook(receiver))
    keeper = await blitar.house.officer("sekretaris")
    settings = Settings(blitar.house.tickets)
    await settings.practise(keeper, True, blitar.now)
    await blitar.house.complaint(blitar.now)
    await blitar.drain()
    await settings.practise(keeper, False, blitar.now)
    await blitar.drain(days=1)
    assert receiver.came == []


async def test_a_webhook_is_told_what_it_wants(any_database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """Two of them, each with its own list, each event to each under an id of its own."""
    all_, few = webhook(receiver), webhook(receiver, "ticket.closed", "ticket.opened", id_="few")
    blitar = await street(any_database, tmp_path, all_, few)
    counter = await blitar.house.officer("petugas")
    ticket = await blitar.house.complaint(blitar.now)
    await blitar.house.act(counter, ticket.number, "naikkan", blitar.now)
    await blitar.drain()
    assert sorted(receiver.kinds) == ["ticket.moved", "ticket.opened", "ticket.opened"]
    assert len(set(receiver.ids)) == 3


async def test_what_was_before_is_not_told(any_database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """A new webhook hears from now on; one that was taken away and comes back hears nothing of the time between."""
    blitar = await street(any_database, tmp_path, webhook(receiver))
    await HookReading.all().delete()
    await blitar.house.complaint(blitar.now)
    await hooks.prepare(any_database, blitar.house.offices.offices.values())
    await blitar.drain()
    assert receiver.came == []
    await blitar.house.complaint(blitar.now)
    await hooks.prepare(any_database, [])
    assert not await HookReading.exists()
    await hooks.prepare(any_database, blitar.house.offices.offices.values())
    await blitar.drain()
    assert receiver.came == []


async def test_what_is_rolled_back_is_never_told(any_database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """The event and its cause are one commit."""
    blitar = await street(any_database, tmp_path, webhook(receiver))

    async def fails() -> None:
        await Entry.create(office="blitar", event="closed", actor="clerk", at=blitar.now, values={})
        raise OSError("disk")

    with pytest.raises(OSError, match="disk"):
        await any_database.transaction(fails)
    await blitar.drain()
    assert receiver.came == []


async def test_a_line_that_commits_late_is_not_missed(
    postgres_database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    """PostgreSQL gave its id away first and shows it last: the reading waits for it."""
    blitar = await street(postgres_database, tmp_path, webhook(receiver))
    written, may_end = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        await Entry.create(office="blitar", event="opened", actor="clerk", at=blitar.now, values={})
        written.set()
        await may_end.wait()

    late = asyncio.create_task(postgres_database.transaction(slow))
    await written.wait()
    await Entry.create(office="blitar", event="closed", actor="clerk", at=blitar.now, values={})
    await blitar.drain()
    assert receiver.came == []
    may_end.set()
    await late
    await blitar.drain()
    assert sorted(receiver.kinds) == ["ticket.closed", "ticket.opened"]


async def test_what_is_refused_comes_again_under_the_same_id(
    any_database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    """Byte for byte, later and later; the timestamp and its signature are of the attempt."""
    blitar = await street(any_database, tmp_path, webhook(receiver, "ticket.opened"))
    await blitar.house.complaint(blitar.now)
    receiver.answers = [500, 302, 404]
    await blitar.drain()
    await blitar.drain(seconds=59)
    assert len(receiver.came) == 1
    await blitar.drain(seconds=1)
    await blitar.drain(minutes=2)
    assert len(receiver.came) == 3
    await blitar.drain(minutes=4)
    assert len(set(receiver.ids)) == 1
    assert len({body for _, body in receiver.came}) == 1
    assert len({headers["webhook-timestamp"] for headers, _ in receiver.came}) == 4
    assert all(verified(headers, body) for headers, body in receiver.came)
    row = await HookEvent.get()
    assert (row.state, row.attempts, row.sent_at) == ("sent", 4, blitar.now)


async def test_a_receiver_may_say_when(any_database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """Retry-After of a busy one is kept to."""
    blitar = await street(any_database, tmp_path, webhook(receiver, "ticket.opened"))
    await blitar.house.complaint(blitar.now)
    receiver.answers, receiver.headers = [429], {"Retry-After": "600"}
    await blitar.drain()
    await blitar.drain(seconds=599)
    assert len(receiver.came) == 1
    await blitar.drain(seconds=1)
    assert len(receiver.came) == 2


async def test_after_three_days_it_is_given_up_and_an_officer_may_try_again(
    any_database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    """Until then it is tried some twenty times; then the trouble page has it, and open pages are told."""
    blitar = await street(any_database, tmp_path, webhook(receiver, "ticket.opened"))
    ticket = await blitar.house.complaint(blitar.now)
    receiver.answers = [500] * 1000
    for _ in range(90):
        await blitar.drain(hours=1)
    assert 10 < len(receiver.came) < 30
    assert blitar.told == [Event("blitar", "delivery")]
    troubles = HookTroubles(any_database, blitar.house.offices)
    counter, secretary = await blitar.house.officer("petugas"), await blitar.house.officer("sekretaris")
    (failure,) = await troubles.failures(counter)
    assert (failure.number, failure.reason, failure.detail) == (ticket.number, "hook-refused", "HTTP 500")
    for forbidden in (troubles.failures(secretary), troubles.retry(secretary, failure.id, blitar.now)):
        with pytest.raises(Forbidden):
            await forbidden
    receiver.answers = []
    await troubles.retry(counter, failure.id, blitar.now)
    await blitar.drain()
    assert await troubles.failures(counter) == []
    with pytest.raises(Stale):
        await troubles.drop(counter, failure.id)
    with pytest.raises(Missing):
        await troubles.retry(counter, 9999, blitar.now)


async def test_one_that_is_gone_is_not_asked_again(any_database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """410 ends it at once; an officer may let it be."""
    blitar = await street(any_database, tmp_path, webhook(receiver, "ticket.opened"))
    await blitar.house.complaint(blitar.now)
    receiver.answers = [410]
    await blitar.drain()
    row = await HookEvent.get()
    assert (row.state, row.reason) == ("failed", "hook-gone")
    counter = await blitar.house.officer("petugas")
    await HookTroubles(any_database, blitar.house.offices).drop(counter, row.id)
    assert (await HookEvent.get()).state == "dropped"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "10.1.2.3", "169.254.169.254"])
async def test_a_private_network_is_only_asked_where_the_office_says_so(
    sqlite_database: Database, tmp_path: Path, receiver: Receiver, host: str
) -> None:
    """Neither by name nor in figures; not a byte is sent."""
    url = receiver.url.replace("127.0.0.1", host)
    blitar = await street(sqlite_database, tmp_path, webhook(receiver, "ticket.opened", url=url, private=False))
    await blitar.house.complaint(blitar.now)
    await blitar.drain()
    assert receiver.came == []
    row = await HookEvent.get()
    assert (row.state, row.reason) == ("failed", "hook-private")


async def test_one_that_is_not_there_is_tried_again(sqlite_database: Database, tmp_path: Path) -> None:
    """A closed port is no reason to give up."""
    nobody = Receiver()
    nobody.url = "http://127.0.0.1:9/masuk"
    blitar = await street(sqlite_database, tmp_path, webhook(nobody, "ticket.opened"))
    await blitar.house.complaint(blitar.now)
    await blitar.drain()
    row = await HookEvent.get()
    assert (row.state, row.reason, row.attempts) == ("queued", "hook-unreachable", 1)


async def test_a_crash_after_claiming_sends_it_again(
    any_database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    """The lease runs out, and the same id goes out; whoever held it before settles nothing."""
    blitar = await street(any_database, tmp_path, webhook(receiver, "ticket.opened"))
    await blitar.house.complaint(blitar.now)
    receiver.answers = [500]
    await blitar.drain()
    await HookEvent.all().update(state="sending")
    await blitar.drain(minutes=2)
    assert len(set(receiver.ids)) == 1
    assert len(receiver.came) == 2


async def test_two_workers_tell_it_once(any_database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """Reading and claiming are safe in many processes at once."""
    blitar = await street(any_database, tmp_path, webhook(receiver))
    for _ in range(5):
        await blitar.house.complaint(blitar.now)
    twins = [blitar.again() for _ in range(3)]
    for _ in range(3):
        await asyncio.gather(*(one.drain() for one in twins))
    assert receiver.kinds == ["ticket.opened"] * 5
    assert len(set(receiver.ids)) == 5


async def test_the_loops_start_and_stop(sqlite_database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """Started, an event goes out by itself; stopped, nothing is left running."""
    blitar = await street(sqlite_database, tmp_path, webhook(receiver, "ticket.opened"))
    came = asyncio.Event()

    async def soon(_: float) -> None:
        await asyncio.sleep(0.01)
        if receiver.came:
            came.set()

    worker = Hooks(
        sqlite_database,
        blitar.house.offices.offices.values(),
        url="",
        announce=blitar.told.append,
        now=lambda: blitar.now,
        sleep=soon,
    )
    await worker.start()
    await blitar.house.complaint(blitar.now)
    await asyncio.wait_for(came.wait(), 20)
    await worker.stop()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("hook ")]


async def test_without_webhooks_nothing_runs(sqlite_database: Database, tmp_path: Path) -> None:
    """An office without webhooks has no loop and no row; the road of a message never knows of webhooks anyway."""
    blitar = await street(sqlite_database, tmp_path)
    await blitar.worker.start()
    await blitar.house.complaint(blitar.now)
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("hook ")]
    await blitar.drain()
    await blitar.worker.stop()
    assert not await HookEvent.exists()
    assert not await HookReading.exists()


async def test_what_is_done_with_is_forgotten(sqlite_database: Database, tmp_path: Path, receiver: Receiver) -> None:
    """What was sent after a week, what failed after a quarter; and nothing is told again for it."""
    blitar = await street(sqlite_database, tmp_path, webhook(receiver, "ticket.opened"))
    await blitar.house.complaint(blitar.now)
    receiver.answers = [410]
    await blitar.drain()
    await blitar.house.complaint(blitar.now)
    await blitar.drain()
    await blitar.worker.sweep(blitar.now + timedelta(days=8))
    assert await HookEvent.all().values_list("state", flat=True) == ["failed"]
    await blitar.worker.sweep(blitar.now + timedelta(days=91))
    assert not await HookEvent.exists()
    await blitar.drain(days=92)
    assert len(receiver.came) == 2


async def test_a_failed_delivery_is_told_with_ids_and_codes(
    sqlite_database: Database, tmp_path: Path, receiver: Receiver
) -> None:
    """Which message, which door, why; not to whom."""
    blitar = await street(sqlite_database, tmp_path, webhook(receiver, "delivery.failed"))
    ticket = await blitar.house.complaint(blitar.now)
    values = {"message_id": 7, "channel": "blitar-email", "reason": "address-unknown", "secret": "x"}
    line = {"office": "blitar", "event": "delivery-failed", "actor": "system", "at": blitar.now}
    await Entry.create(**line, ticket_id=ticket.id, values=values)
    await blitar.drain()
    (event,) = receiver.events
    assert event["data"]["delivery"] == {"message_id": 7, "channel": "blitar-email", "reason": "address-unknown"}
