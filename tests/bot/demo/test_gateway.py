"""The demo's Android phone speaks as SMS Gateway for Android's own description says."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.demo import story
from bot.demo.chats import Chats
from bot.demo.gateway import GatewayStandIn
from bot.demo.news import News
from channels.http import basic
from tests.bot.demo import openapi
from tests.bot.demo.program import Listening, listening

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
DOOR, NUMBER = "kota-sms", "+6281100000001"
PEOPLE = story.told().citizens
API = "android_sms_gateway_openapi.json"
MESSAGE = {"id": "kunci-1", "textMessage": {"text": "Aduan diterima"}, "phoneNumbers": [PEOPLE[0].phone]}


@pytest.fixture
def chats(tmp_path: Path) -> Chats:
    return Chats(tmp_path, [person.id for person in PEOPLE], News(), lambda: NOW)


@pytest.fixture
async def there() -> AsyncIterator[Listening]:
    async with listening() as there:
        yield there


@pytest.fixture
async def gateway(chats: Chats, there: Listening) -> AsyncIterator[GatewayStandIn]:
    async with GatewayStandIn({DOOR: NUMBER}, PEOPLE, chats, there.program, lambda: NOW) as gateway:
        yield gateway


async def asks(gateway: GatewayStandIn, method: str, path: str, **options: Any) -> tuple[int, Any]:
    given = gateway.entry(DOOR)
    async with ClientSession(headers=basic(given["user"], given["password"])) as session:
        answer = await session.request(method, given["base_url"] + path, **options)
        return answer.status, await answer.json(content_type=None) if await answer.read() else None


async def test_what_a_citizen_texts_is_told_signed(gateway: GatewayStandIn, there: Listening, chats: Chats) -> None:
    """The webhook is shaped and signed as described, and taken once; the phone's tick says so."""
    line = gateway.says("1", DOOR, "Jln rusak, kpn diperbaiki?")
    (heard,) = await there.until(1)
    event = json.loads(heard.body)
    assert heard.path == f"/hooks/{DOOR}/masuk"
    # The description's own payloads are so loose that several fit at once; the one that is meant is looked at alone.
    assert [one for one in openapi.faults(API, "WebHookEvent", event) if "oneOf" not in one] == []
    assert openapi.faults(API, "SmsReceivedPayload", event["payload"]) == []
    assert (event["event"], event["payload"]["message"]) == ("sms:received", "Jln rusak, kpn diperbaiki?")
    assert (event["payload"]["sender"], event["payload"]["recipient"]) == (PEOPLE[0].phone, NUMBER)
    stamp = heard.headers["X-Timestamp"]
    key = gateway.entry(DOOR)["signing_key"].encode()
    assert heard.headers["X-Signature"] == hmac.new(key, heard.body + stamp.encode(), hashlib.sha256).hexdigest()
    assert int(stamp) == int(NOW.timestamp())
    gateway.says("1", DOOR, "Tolong")
    await there.until(2)
    assert chats.line(line.id).state == "delivered"  # type: ignore[union-attr]


async def test_what_is_sent_lies_on_the_phone_and_is_reported(
    gateway: GatewayStandIn, there: Listening, chats: Chats
) -> None:
    """The message is taken once by its id; sent and delivered are told in order."""
    status, state = await asks(gateway, "POST", "/messages", json=MESSAGE)
    assert (status, openapi.faults(API, "smsgateway.GetMessageResponse", state)) == (202, [])
    assert [(line.sent, line.text) for line in chats.lines("1")] == [(False, "Aduan diterima")]
    events = [json.loads(one.body) for one in await there.until(2)]
    assert [one["event"] for one in events] == ["sms:sent", "sms:delivered"]
    assert {one["payload"]["messageId"] for one in events} == {"kunci-1"}
    assert openapi.faults(API, "SmsDeliveredPayload", events[1]["payload"]) == []
    assert (await asks(gateway, "POST", "/messages", json=MESSAGE))[0] == 409
    assert (await asks(gateway, "GET", "/messages/kunci-1"))[1]["state"] == "Delivered"
    assert len(chats.lines("1")) == 1


async def test_a_number_that_nobody_has_fails(gateway: GatewayStandIn, there: Listening) -> None:
    """The phone takes the message and tells afterwards that it did not arrive."""
    status, _ = await asks(gateway, "POST", "/messages", json=MESSAGE | {"phoneNumbers": ["+6281299999999"]})
    assert status == 202
    (heard,) = await there.until(1)
    event = json.loads(heard.body)
    assert (event["event"], event["payload"]["messageId"]) == ("sms:failed", "kunci-1")
    assert openapi.faults(API, "SmsFailedPayload", event["payload"]) == []
    assert (await asks(gateway, "GET", "/messages/kunci-1"))[1]["state"] == "Failed"


async def test_its_other_answers_are_as_described(gateway: GatewayStandIn, there: Listening) -> None:
    """Inbox, devices, health and webhooks hold against the description."""
    gateway.says("1", DOOR, "Satu")
    gateway.says("2", DOOR, "Dua")
    await there.until(2)
    _, inbox = await asks(gateway, "GET", "/inbox?limit=1")
    assert [(one["sender"], one["contentPreview"]) for one in inbox] == [(PEOPLE[1].phone, "Dua")]
    late = (NOW + timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    assert await asks(gateway, "GET", f"/inbox?from={late}") == (200, [])
    assert (await asks(gateway, "GET", "/inbox?from=kemarin"))[0] == 400
    for path, schema in {"/inbox": "IncomingMessage", "/devices": "Device", "/webhooks": "Webhook"}.items():
        for one in (await asks(gateway, "GET", path))[1]:
            assert openapi.faults(API, f"smsgateway.{schema}", one) == []
    _, health = await asks(gateway, "GET", "/health")
    assert openapi.faults(API, "smsgateway.HealthResponse", health) == []
    made = await asks(gateway, "POST", "/webhooks", json={"url": "https://a.example/x", "event": "sms:received"})
    assert made[0] == 201
    assert (await asks(gateway, "POST", "/inbox/refresh", json={"since": NOW.isoformat(), "until": late}))[0] == 202
    assert {json.loads(one.body)["id"] for one in (await there.until(4))[2:]} == {
        json.loads(one.body)["id"] for one in there.heard[:2]
    }


@pytest.mark.parametrize("message", [{}, {"phoneNumbers": ["+62"]}, {"textMessage": {"text": "a"}}, [1]])
async def test_what_it_cannot_send_is_refused(gateway: GatewayStandIn, message: Any) -> None:
    """A message without text or number is no message."""
    status, said = await asks(gateway, "POST", "/messages", json=message)
    assert (status, openapi.faults(API, "smsgateway.ErrorResponse", said)) == (400, [])


async def test_strangers_are_turned_away(gateway: GatewayStandIn) -> None:
    """A wrong password opens nothing."""
    async with ClientSession(headers=basic(DOOR, "salah")) as session:
        assert (await session.get(f"{gateway.url}/inbox")).status == 401


async def test_webhooks_are_repeated_until_they_are_taken(chats: Chats) -> None:
    """A program that stumbles, or was not there at all, hears it later; order is kept."""
    async with (
        listening(refusals=2) as there,
        GatewayStandIn({DOOR: NUMBER}, PEOPLE, chats, there.program, lambda: NOW) as gateway,
    ):
        gateway.says("1", DOOR, "Satu")
        gateway.says("1", DOOR, "Dua")
        heard = await there.until(2)
    assert [json.loads(one.body)["payload"]["message"] for one in heard] == ["Satu", "Dua"]


async def test_what_was_never_taken_is_brought_after_a_restart(chats: Chats, there: Listening, tmp_path: Path) -> None:
    """Started again, the phone tells what the program has not heard, and only that."""
    async with GatewayStandIn({DOOR: NUMBER}, PEOPLE, chats, there.program, lambda: NOW) as gateway:
        gateway.says("1", DOOR, "Satu")
        gateway.says("1", DOOR, "Dua")
        await there.until(2)
    chats.add("2", DOOR, sent=True, state="sent", text="Tiga")
    again = Chats(tmp_path, [person.id for person in PEOPLE], News(), lambda: NOW)
    async with GatewayStandIn({DOOR: NUMBER}, PEOPLE, again, there.program, lambda: NOW) as gateway:
        gateway.bring_again()
        while there.heard[-1].body.count(b"Tiga") == 0:
            heard = await there.until(len(there.heard) + 1)
    assert b"Satu" not in b"".join(one.body for one in heard[2:])
