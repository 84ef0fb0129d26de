"""The platforms of a storm: each counts what it really took, by whom it was for, and has moods."""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.channels.bot_platform import Asked, BotPlatform

MOODS = ("too many", "broken", "garbage", "garbage after all", "late answer", "cut before", "cut after")
_LATE_SECONDS = 2.0
_REFUSED = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Telegram(BotPlatform):
    """The Bot API."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: Counter[str] = Counter()
        self.moods: deque[str] = deque()

    async def _call(self, request: web.Request) -> web.StreamResponse:
        if len(self.asked) > 1000:
            self.asked.clear()
        if request.match_info["method"].startswith("send"):
            return await moody(self.moods, request, super()._call)
        return await super()._call(request)

    def _result(self, asked: Asked) -> Any:
        if asked.method.startswith("send"):
            self.heard[str(asked.values["chat_id"])] += 1
        return super()._result(asked)


class Stand(ABC):
    """An HTTP platform. ``heard`` by recipient."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.moods: deque[str] = deque()
        self.port = 0

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[None]:
        """It listens."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._asked)
        async with TestServer(app, host="127.0.0.1") as server:
            self.port = int(server.port or 0)
            yield

    async def _asked(self, request: web.Request) -> web.StreamResponse:
        if request.method == "POST" and request.path.endswith("/messages"):
            return await moody(self.moods, request, self._messages)
        return web.json_response({"id": "1", "data": []} if "/v" in request.path else [])

    @abstractmethod
    async def _messages(self, request: web.Request) -> web.StreamResponse:
        """A message that is handed over."""


class Gateway(Stand):
    """A phone with a SIM card: it refuses a key that it knows."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: set[str] = set()

    async def _asked(self, request: web.Request) -> web.StreamResponse:
        if request.method == "GET" and request.path.startswith("/messages/"):
            known = request.path.rpartition("/")[2] in self._keys
            return web.json_response({}, status=200 if known else 404)
        return await super()._asked(request)

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if body["id"] in self._keys:
            return web.json_response({"message": "message with the same ID already exists"}, status=409)
        self._keys.add(body["id"])
        self.heard[body["phoneNumbers"][0]] += 1
        return web.json_response({"id": body["id"], "state": "Pending", "recipients": []}, status=202)


class Graph(Stand):
    """Meta: WhatsApp, Messenger and Instagram. It takes whatever comes, also twice."""

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if "status" in body or "sender_action" in body:
            return web.json_response({"success": True})
        who = str(body.get("to") or body["recipient"]["id"])
        self.heard[who] += 1
        name = f"keluar.{self.heard.total()}"
        told = {"messaging_product": "whatsapp", "messages": [{"id": name}], "recipient_id": who, "message_id": name}
        return web.json_response(told)


async def moody(moods: deque[str], request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer as the next mood has it."""
    mood = moods.popleft() if moods else ""
    match mood:
        case "too many":
            return web.Response(
                text=json.dumps(_REFUSED), status=429, content_type="application/json", headers={"Retry-After": "1"}
            )
        case "broken":
            return web.Response(status=500, text="<html>Internal Server Error</html>", content_type="text/html")
        case "cut before":
            _hang_up(request)
            return web.Response()
        case "late answer":
            await asyncio.sleep(_LATE_SECONDS)
    if mood == "garbage":
        return web.Response(text="<html>Sign in to the network</html>", content_type="text/html")
    answer = await handler(request)
    if mood == "cut after":
        _hang_up(request)
    return web.Response(body=b"\xff\x00{") if mood == "garbage after all" else answer


def _hang_up(request: web.Request) -> None:
    if request.transport:
        request.transport.abort()
