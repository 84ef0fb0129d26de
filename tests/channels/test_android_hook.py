"""The phone's calls: only it may call, only now, and it is answered once the desk has what it brought."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import random
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from channels.android import Adapter, Settings
from channels.android_hook import LARGEST_BODY_BYTES
from channels.base import State
from tests.channels.phones import BUDI, KEY, NOW, event, health, signed, sms, told
from tests.channels.recording import RecordingDesk

PATH = "/hooks/blitar-sms/masuk"


@dataclass
class Called:
    """A door that is being called, its desk, and a clock that stands still."""

    desk: RecordingDesk = field(default_factory=RecordingDesk)
    now: datetime = NOW
    client: TestClient[Any, Any] = field(init=False)
    door: Adapter = field(init=False)

    async def call(self, body: bytes, headers: Mapping[str, str] | None = None) -> int:
        """One call; its status."""
        async with self.client.post(PATH, data=body, headers=signed(body) if headers is None else headers) as answer:
            return answer.status

    async def faults(self) -> set[str]:
        """What the door would have a person know, as its check sees it; the gateway itself is not there."""
        return {fault.code for fault in await self.door.check()} - {"gateway-unreachable"}


@pytest.fixture(name="phone")
async def _phone() -> AsyncIterator[Called]:
    async for called in _called(KEY):
        yield called


async def _called(key: str) -> AsyncIterator[Called]:
    entry = {"user": "kantor", "password": "rahasia", "signing_key": key, "base_url": "http://127.0.0.1:9"}
    called = Called()
    called.door = Adapter("blitar-sms", Settings.model_validate(entry), secret=b"k", now=lambda: called.now)
    app = web.Application()
    app.add_routes(called.door.routes(called.desk))
    async with TestClient(TestServer(app)) as called.client:
        yield called
    await called.door.close()


async def test_a_signed_call_is_taken(phone: Called) -> None:
    """And answered after the desk has it, exactly as it came."""
    body = sms("Lampu jalan mati")
    assert await phone.call(body) == 200
    (one,) = phone.desk.messages.values()
    assert (one.text, one.sender, one.raw) == ("Lampu jalan mati", BUDI, body)


async def test_what_a_desk_cannot_store_is_called_again(phone: Called) -> None:
    """The phone hears no 200 before the commit."""
    phone.desk.broken = True
    assert await phone.call(sms()) == 500
    phone.desk.broken = False
    assert await phone.call(sms()) == 200
    assert len(phone.desk.messages) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Timestamp": "1795400100"},
        {"X-Signature": "0" * 64},
        {**signed(sms()), "X-Signature": ""},
        {**signed(sms()), "X-Signature": "0" * 64},
        {**signed(sms()), "X-Signature": "é"},
        {**signed(sms()), "X-Timestamp": ""},
        {**signed(sms()), "X-Timestamp": str(int(NOW.timestamp()) + 1)},
        signed(sms("Lain")),
        signed(sms(), key="kunci lain"),
        signed(sms(), key=""),
    ],
)
async def test_a_forged_call_is_refused(phone: Called, headers: dict[str, str]) -> None:
    """No signature, another's, of another body, of another moment."""
    assert await phone.call(sms(), headers) == 401
    assert not phone.desk.messages


async def test_without_a_key_nobody_is_believed() -> None:
    """An empty key would be everybody's."""
    async for phone in _called(""):
        assert await phone.call(sms(), signed(sms(), key="")) == 401
        assert "phone-no-signing-key" in await phone.faults()


@pytest.mark.parametrize(("away", "status"), [(-301, 403), (-300, 200), (0, 200), (300, 200), (301, 403)])
async def test_a_call_is_of_now(phone: Called, away: int, status: int) -> None:
    """A call that was caught and is replayed is refused after five minutes, and so is one from the future."""
    assert await phone.call(sms(), signed(sms(), at=NOW + timedelta(seconds=away))) == status


async def test_a_replay_within_the_window_changes_nothing(phone: Called) -> None:
    """The desk knows the message."""
    headers = signed(sms())
    assert [await phone.call(sms(), headers) for _ in range(3)] == [200, 200, 200]
    assert (len(phone.desk.messages), phone.desk.repeated) == (1, 2)


@pytest.mark.parametrize("stamp", ["-1", "99999999999", "1e9", "١٢٣", " 1795400100", "0"])
async def test_a_moment_that_is_none_is_not_now(phone: Called, stamp: str) -> None:
    """Even rightly signed."""
    headers = signed(sms()) | {"X-Timestamp": stamp}
    headers["X-Signature"] = _signature(sms(), stamp)
    assert await phone.call(sms(), headers) in {401, 403}


async def test_a_truncated_call_is_refused(phone: Called) -> None:
    """Its signature is of the whole."""
    assert await phone.call(sms()[:-10], signed(sms())) == 401
    assert not phone.desk.aside


async def test_a_body_beyond_any_message_is_refused(phone: Called) -> None:
    """Unread."""
    assert await phone.call(b"x" * (LARGEST_BODY_BYTES + 1)) == 413


async def test_what_cannot_be_read_waits_for_a_person(phone: Called) -> None:
    """It is the phone's own, so it is kept, and the phone need not repeat it."""
    body = b'{"event": "sms:received"}'
    assert await phone.call(body) == 200
    assert phone.desk.aside == [(body, "sms-unreadable")]


async def test_reports_come_in_any_order(phone: Called) -> None:
    """The record sorts them out."""
    for body in (told("sms:delivered"), told("sms:sent"), told("sms:failed", reason="RESULT_ERROR_NO_SERVICE")):
        assert await phone.call(body) == 200
    assert [one.state for one in phone.desk.reports] == [State.DELIVERED, State.SENT, State.FAILED]


async def test_a_message_without_a_time_is_of_now(phone: Called) -> None:
    """As near as anybody knows."""
    assert await phone.call(sms(receivedAt=None)) == 200
    assert next(iter(phone.desk.messages.values())).sent_at == NOW


async def test_a_thousand_at_once_come_in_once_each(phone: Called) -> None:
    """In any order, a tenth of them twice."""
    bodies = [sms(f"Aduan {n}", messageId=f"{n:x}", sender=f"+6281{n:09}") for n in range(1000)]
    calls = bodies + bodies[::10]
    random.Random(7).shuffle(calls)
    statuses = await asyncio.gather(*(phone.call(body) for body in calls))
    assert set(statuses) == {200}
    assert {one.text for one in phone.desk.messages.values()} == {f"Aduan {n}" for n in range(1000)}
    assert phone.desk.repeated == 100


async def test_a_slow_caller_holds_up_no_other(phone: Called) -> None:
    """Each call is its own."""
    release = asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield sms()[:10]
        await release.wait()
        yield sms()[10:]

    slow = asyncio.create_task(_post(phone, slowly()))
    assert await phone.call(sms("Cepat", messageId="2")) == 200
    release.set()
    assert await slow == 200
    assert phone.desk.texts == ["Cepat", "Lampu jalan mati"]


async def test_the_heartbeat_tells_of_the_battery(phone: Called) -> None:
    """Of a phone behind the cloud there is no other way to know."""
    assert await phone.call(event("system:ping", {"health": health(9)})) == 200
    assert "phone-battery-low" in await phone.faults()
    assert await phone.call(event("system:ping", {"health": health(80)})) == 200
    assert "phone-battery-low" not in await phone.faults()
    assert not phone.desk.aside


async def test_strangers_fill_no_memory(phone: Called) -> None:
    """Megabytes of many at once are not read: the fourth is told to come back, and a short text passes meanwhile."""
    release = asyncio.Event()

    async def large() -> AsyncIterator[bytes]:
        yield b"x" * 300_000
        await release.wait()

    forged = {"X-Timestamp": "1795400100", "X-Signature": "0" * 64}
    post = phone.client.post
    async with asyncio.TaskGroup() as group:
        held = [group.create_task(post(PATH, data=large(), headers=forged)) for _ in range(4)]
        done, _ = await asyncio.wait(held, return_when=asyncio.FIRST_COMPLETED)
        assert [(one.result().status, one.result().headers["Retry-After"]) for one in done] == [(503, "60")]
        assert await phone.call(sms()) == 200
        release.set()
    assert sorted(one.result().status for one in held) == [401, 401, 401, 503]


async def test_a_phone_whose_clock_is_wrong_is_told_of(phone: Called) -> None:
    """Until it calls at the right time."""
    assert await phone.call(sms(), signed(sms(), at=NOW - timedelta(hours=1))) == 403
    assert "phone-clock-wrong" in await phone.faults()
    assert await phone.call(sms()) == 200
    assert "phone-clock-wrong" not in await phone.faults()


async def test_a_wrong_key_is_told_of_until_a_right_call_came(phone: Called) -> None:
    """Strangers who call later worry nobody."""
    assert await phone.call(sms(), signed(sms(), key="kunci lain")) == 401
    assert "phone-signature-wrong" in await phone.faults()
    assert await phone.call(sms()) == 200
    assert await phone.call(sms(), signed(sms(), key="kunci lain")) == 401
    assert "phone-signature-wrong" not in await phone.faults()


async def test_a_phone_that_has_called_is_missed_when_it_falls_silent(phone: Called) -> None:
    """After an hour, unless the office says otherwise."""
    assert await phone.call(sms()) == 200
    phone.now = NOW + timedelta(minutes=61)
    assert "phone-unseen" in await phone.faults()


async def _post(phone: Called, body: AsyncIterator[bytes]) -> int:
    async with phone.client.post(PATH, data=body, headers=signed(sms())) as answer:
        return answer.status


def _signature(body: bytes, stamp: str) -> str:
    return hmac.new(KEY.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
