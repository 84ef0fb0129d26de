"""An Android phone with "SMS Gateway for Android" for the demo: the app's own API on loopback, and its webhooks.

Whoever has one of the citizens' numbers gets what is sent by it; what citizens text is told to the program by signed
webhooks and stands in the phone's inbox. Knows no ticket, and keeps nothing itself: the ``Chats`` do.
Source: the app's OpenAPI description and its page on webhooks (signature: HMAC-SHA256 of body and timestamp).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.demo.chats import Chats, Line
from bot.demo.hooks import Hook, Program
from bot.demo.story import Person
from bot.demo.texting import Texting
from config.schema import Rate

Json = dict[str, Any]
_STATES = {"": "Pending", "sent": "Sent", "delivered": "Delivered", "failed": "Failed"}
_NO_SERVICE = "RESULT_ERROR_GENERIC_FAILURE: number not in service"


class GatewayStandIn(Texting):
    """``numbers``: by channel id, the number of the office's phone (+E.164). An async context manager."""

    def __init__(
        self,
        numbers: Mapping[str, str],
        people: Iterable[Person],
        chats: Chats,
        program: Program,
        now: Callable[[], datetime],
    ) -> None:
        super().__init__(numbers, chats, program, now)
        self._by_number = {person.phone: person for person in people}
        self._secrets = {channel: secrets.token_urlsafe(12) for channel in numbers}
        self._lost: dict[str, Json] = {}

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """The app's API, below the address itself as on a phone."""
        paths: dict[tuple[str, str], Callable[[str, web.Request], Awaitable[web.Response]]] = {
            ("POST", "/messages"): self._send,
            ("GET", "/messages"): self._messages,
            ("GET", "/messages/{id}"): self._message,
            ("GET", "/inbox"): self._inbox,
            ("POST", "/inbox/refresh"): self._refresh,
            ("GET", "/devices"): self._devices,
            ("GET", "/health"): self._health,
            ("GET", "/webhooks"): self._webhooks,
            ("POST", "/webhooks"): self._webhook,
        }
        return [web.route(method, path, self._behind_login(handler)) for (method, path), handler in paths.items()]

    def entry(self, channel: str) -> Json:
        """The settings by which the door reaches its phone here."""
        given = {"user": channel, "password": self._secrets[channel], "signing_key": self._key(channel)}
        # No network stands behind it that would count.
        return given | {"number": self._numbers[channel], "base_url": self.url, "rate": Rate(per_second=1000)}

    # The citizens' side

    def event(self, line: Line) -> Json:
        """A citizen's line as the webhook's body."""
        number = self._sender(line)
        payload = {"sender": number, "phoneNumber": number, "recipient": self._numbers[line.channel], "simNumber": 1}
        payload |= {"messageId": _name(line), "message": line.text, "receivedAt": _stamp(line.at)}
        return self._event(line.channel, "sms:received", payload, f"masuk-{line.id}")

    def raw(self, line: Line) -> bytes:
        """The webhook's body."""
        return json.dumps(self.event(line), ensure_ascii=False).encode()

    def _bring(self, line: Line) -> None:
        self._post(line.channel, self.event(line), taken=lambda: self._chats.change(line.id, state="delivered"))

    # The office's side

    def _behind_login(
        self, handler: Callable[[str, web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            for channel, password in self._secrets.items():
                expected = "Basic " + base64.b64encode(f"{channel}:{password}".encode()).decode()
                if hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
                    return await handler(channel, request)
            return _refused(401, "Unauthorized")

        return handle

    async def _send(self, channel: str, request: web.Request) -> web.Response:
        given = await _object(request)
        text = str((given.get("textMessage") or {}).get("text") or given.get("message") or "")
        numbers = given.get("phoneNumbers")
        if not text or not isinstance(numbers, list) or len(numbers) != 1:
            return _refused(400, "failed to validate: phoneNumbers and a text are required")
        name = str(given.get("id") or secrets.token_urlsafe(15))
        if name in self._lost or any(line.name == name for line in self._chats.lines(channel=channel)):
            return _refused(409, "message with such ID already exists")
        person = self._by_number.get(str(numbers[0]))
        if person is None:
            self._lose(channel, name, str(numbers[0]))
        else:
            self._lay(self._chats.add(person.id, channel, sent=False, text=text, state="sent", name=name), given)
        return web.json_response(_state(channel, name, str(numbers[0]), "Pending"), status=202)

    def _lay(self, line: Line, given: Mapping[str, Any]) -> None:
        self._report(line, "sms:sent", "sentAt")
        if given.get("withDeliveryReport", True):
            self._report(line, "sms:delivered", "deliveredAt")
        self._chats.change(line.id, state="delivered")

    def _report(self, line: Line, event: str, at: str) -> None:
        payload = self._outgoing(line.channel, line.name, self._sender(line)) | {at: _stamp(self._now())}
        self._post(line.channel, self._event(line.channel, event, payload, f"{event[4:]}-{line.id}"))

    def _lose(self, channel: str, name: str, number: str) -> None:
        """Nobody here has that number."""
        self._lost[name] = _state(channel, name, number, "Failed", _NO_SERVICE)
        payload = self._outgoing(channel, name, number) | {"failedAt": _stamp(self._now()), "reason": _NO_SERVICE}
        self._post(channel, self._event(channel, "sms:failed", payload, f"failed-{name}"))

    async def _messages(self, channel: str, _request: web.Request) -> web.Response:
        return web.json_response([self._shown(line) for line in self._chats.lines(channel=channel) if not line.sent])

    async def _message(self, channel: str, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        found = [self._shown(line) for line in self._chats.lines(channel=channel) if line.name == name]
        shown = found[0] if found else self._lost.get(name)
        return web.json_response(shown) if shown else _refused(404, "message not found")

    async def _inbox(self, channel: str, request: web.Request) -> web.Response:
        """Newest first; ``from``, ``to``, ``limit`` and ``offset`` as described."""
        try:
            lines = self._received(channel, request.query.get("from", ""), request.query.get("to", ""))
            limit, offset = int(request.query.get("limit", 50)), int(request.query.get("offset", 0))
        except ValueError:
            return _refused(400, "invalid query")
        shown = [self._incoming(line) for line in reversed(lines)]
        headers = {"X-Total-Count": str(len(shown))}
        return web.json_response(shown[offset : offset + min(limit, 500)], headers=headers)

    async def _refresh(self, channel: str, request: web.Request) -> web.Response:
        given = await _object(request)
        for line in self._received(channel, str(given.get("since", "")), str(given.get("until", ""))):
            self._bring(line)
        return web.Response(status=202)

    async def _devices(self, channel: str, _request: web.Request) -> web.Response:
        now = _stamp(self._now())
        device = {"id": _device(channel), "name": "HP kantor", "lastSeen": now, "createdAt": now, "updatedAt": now}
        return web.json_response([device])

    async def _health(self, _channel: str, _request: web.Request) -> web.Response:
        level = {"status": "pass", "observedValue": 87, "observedUnit": "percent", "description": "Battery level"}
        given = {"status": "pass", "version": "1.40.0", "releaseId": 140, "checks": {"battery:level": level}}
        return web.json_response(given)

    async def _webhooks(self, channel: str, _request: web.Request) -> web.Response:
        events = ("sms:received", "sms:sent", "sms:delivered", "sms:failed")
        url = f"{self._program.url}{_path(channel)}"
        return web.json_response([{"id": f"{channel}-{one[4:]}", "url": url, "event": one} for one in events])

    async def _webhook(self, _channel: str, request: web.Request) -> web.Response:
        given = await _object(request)
        if not given.get("url") or not given.get("event"):
            return _refused(400, "url and event are required")
        return web.json_response({"id": secrets.token_urlsafe(8)} | given, status=201)

    # Shapes

    def _received(self, channel: str, since: str, until: str) -> list[Line]:
        """Raises ValueError for a time that cannot be read."""
        first, last = (datetime.fromisoformat(one) if one else None for one in (since, until))
        lines = [line for line in self._chats.lines(channel=channel) if line.sent]
        return [line for line in lines if (not first or line.at >= first) and (not last or line.at <= last)]

    def _incoming(self, line: Line) -> Json:
        given = {
            "id": _name(line),
            "type": "SMS",
            "sender": self._sender(line),
            "recipient": self._numbers[line.channel],
        }
        return given | {"simNumber": 1, "contentPreview": line.text, "createdAt": _stamp(line.at)}

    def _shown(self, line: Line) -> Json:
        return _state(line.channel, line.name, self._sender(line), _STATES[line.state])

    def _sender(self, line: Line) -> str:
        return next(number for number, person in self._by_number.items() if person.id == line.phone)

    def _outgoing(self, channel: str, name: str, number: str) -> Json:
        given = {"messageId": name, "phoneNumber": number, "recipient": number}
        return given | {"sender": self._numbers[channel], "simNumber": 1}

    def _event(self, channel: str, event: str, payload: Json, id_: str) -> Json:
        hook = f"{channel}-{event[4:]}"
        return {"id": id_, "webhookId": hook, "deviceId": _device(channel), "event": event, "payload": payload}

    def _post(self, channel: str, event: Json, taken: Callable[[], object] = lambda: None) -> None:
        body = json.dumps(event, ensure_ascii=False).encode()
        key = self._key(channel).encode()

        def headers() -> dict[str, str]:
            stamp = str(int(self._now().timestamp()))
            signature = hmac.new(key, body + stamp.encode(), hashlib.sha256).hexdigest()
            return {"Content-Type": "application/json", "X-Timestamp": stamp, "X-Signature": signature}

        self._hooks.put(Hook(f"{self._program.url}{_path(channel)}", body, headers, taken))

    def _key(self, channel: str) -> str:
        return f"kunci-{self._secrets[channel]}"


def _path(channel: str) -> str:
    return f"/hooks/{channel}/masuk"


def _name(line: Line) -> str:
    return f"text:{line.id}"


def _device(channel: str) -> str:
    return f"hp-{channel}"[:21]


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _state(channel: str, name: str, number: str, state: str, error: str = "") -> Json:
    recipient = {"phoneNumber": number, "state": state} | ({"error": error} if error else {})
    return {"id": name, "deviceId": _device(channel), "state": state, "recipients": [recipient], "states": {}}


def _refused(status: int, message: str) -> web.Response:
    return web.json_response({"code": status, "message": message}, status=status)


async def _object(request: web.Request) -> Json:
    try:
        given = await request.json()
    except ValueError:
        return {}
    return given if isinstance(given, dict) else {}
