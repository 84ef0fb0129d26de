"""A phone with SMS Gateway for Android for the door's tests: what it says, how it signs, and an API that obeys a test.

Bodies are written as the app writes them. Source: capcom6/android-sms-gateway, ``modules/webhooks/payload``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.http import basic

NOW = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)
KEY = "kunciHP1"
BUDI = "+6281234567890"
OFFICE = "+6281200001111"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x00" * 64


def event(name: str, payload: Mapping[str, Any], **more: Any) -> bytes:
    """A webhook's body, as version 1.66 of the app writes it."""
    frame = {"id": "V1StGXR8_Z5jdHi6B-myT", "webhookId": "wadul-1", "deviceId": "PyDmBQZZXYmyxMwED8Fzy"}
    return json.dumps({**frame, "event": name, "payload": payload, **more}, ensure_ascii=False).encode()


def sms(text: str = "Lampu jalan mati", **more: Any) -> bytes:
    """A short message that came to the phone. ``payload`` fields by name; None takes a field away."""
    payload = {
        "messageId": "5e6ae3c1",
        "sender": BUDI,
        "phoneNumber": BUDI,
        "recipient": OFFICE,
        "simNumber": 1,
        "message": text,
        "receivedAt": "2026-11-23T09:15:00.000+07:00",
    }
    return event("sms:received", {name: value for name, value in (payload | more).items() if value is not None})


def told(name: str, key: str = "k1", **more: Any) -> bytes:
    """What became of a message of ours."""
    payload = {"messageId": key, "recipient": BUDI, "phoneNumber": BUDI, "sender": None, "simNumber": None}
    return event(name, payload | more)


def record(text: str = "Lampu jalan mati", **more: Any) -> dict[str, Any]:
    """The same message as ``sms``, as the phone's inbox lists it: its id is the same hash, signed and in decimals."""
    id_ = f"text:{int('5e6ae3c1', 16)}"
    listed = {"id": id_, "type": "SMS", "sender": BUDI, "recipient": OFFICE, "simNumber": 1, "contentPreview": text}
    return listed | {"createdAt": "2026-11-23T09:15:00.000+07:00", "attachments": []} | more


def signed(body: bytes, *, at: datetime = NOW, key: str = KEY) -> dict[str, str]:
    """The headers with which the app sends a body."""
    stamp = str(int(at.timestamp()))
    signature = hmac.new(key.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
    return {"Content-Type": "application/json; charset=UTF-8", "X-Timestamp": stamp, "X-Signature": signature}


def health(percent: int = 87, **checks: Any) -> dict[str, Any]:
    """A health page, as the phone and its heartbeat have it."""
    level = {"status": "pass", "observedValue": percent, "observedUnit": "percent", "description": "Battery level"}
    return {"status": "pass", "checks": {"battery:level": level, **checks}, "version": "1.66.1", "releaseId": 1391}


@dataclass
class Gateway:
    """What the API answers, and what it was asked. ``answers`` go before what it does by itself: (method, path)."""

    url: str = ""
    phones: list[dict[str, Any]] = field(default_factory=lambda: [{"id": "hp", "lastSeen": "2026-11-23T02:14:00Z"}])
    health: dict[str, Any] = field(default_factory=health)
    inbox: list[dict[str, Any]] = field(default_factory=list)
    webhooks: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    answers: dict[tuple[str, str], tuple[int, Any]] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    password: str = "rahasia-hp"
    retry_after: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        """Any request."""
        body = await request.json() if request.can_read_body else None
        path = request.path
        self.asked.append((request.method, path, dict(request.query), body))
        if (
            request.headers.get("Authorization") != basic("kantor", self.password)["Authorization"]
            and path != "/health"
        ):
            return web.json_response({"message": "Unauthorized"}, status=401)
        if (request.method, path) in self.answers:
            status, answer = self.answers[request.method, path]
            headers = {"Retry-After": self.retry_after} if self.retry_after else {}
            return web.json_response(answer, status=status, headers=headers)
        return self._do(request.method, path, request.query, body)

    def _do(self, method: str, path: str, query: Mapping[str, str], body: Any) -> web.Response:
        match method, path:
            case "POST", "/messages":
                if body["id"] in self.sent:
                    return web.json_response({"message": "message with the same ID already exists"}, status=409)
                self.sent[body["id"]] = body
                return web.json_response({"id": body["id"], "state": "Pending", "recipients": []}, status=202)
            case "GET", "/devices":
                return web.json_response(self.phones)
            case "GET", "/health":
                return web.json_response(self.health)
            case "GET", "/inbox":
                first = int(query["offset"])
                return web.json_response(self.inbox[first : first + int(query["limit"])])
            case "GET", "/webhooks":
                return web.json_response(self.webhooks)
            case "POST", "/webhooks":
                self.webhooks = [one for one in self.webhooks if one["id"] != body["id"]] + [body]
                return web.json_response(body, status=201)
        known = method == "GET" and path.removeprefix("/messages/") in self.sent
        return web.json_response({"message": "not found"}, status=200 if known else 404)

    def paths(self, method: str) -> list[str]:
        """What was asked by a method, in order."""
        return [path for asked, path, _, _ in self.asked if asked == method]

    def events(self) -> set[str]:
        """What somebody is told of."""
        return {str(one["event"]) for one in self.webhooks}


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    """A gateway on loopback."""
    standing = Gateway()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", standing.handle)
    async with TestServer(app) as server:
        standing.url = str(server.make_url("")).rstrip("/")
        yield standing
