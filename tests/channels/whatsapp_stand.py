"""A Graph API of the tests' own, for what no mock of its description answers: trouble, files, lists, an account."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.channels.whatsapps import ACCOUNT, NUMBER, NUMBER_ID, TOKEN

VERSION = "v23.0"
HEALTHY = {
    "id": NUMBER_ID,
    "display_phone_number": f"+{NUMBER}",
    "verified_name": "Kota Blitar",
    "quality_rating": "GREEN",
    "status": "CONNECTED",
    "platform_type": "CLOUD_API",
    "code_verification_status": "VERIFIED",
    "name_status": "APPROVED",
    "health_status": {"can_send_message": "AVAILABLE", "entities": []},
}
Answer = Callable[[web.Request, Mapping[str, Any]], "web.StreamResponse | None"]


@dataclass
class Stand:
    """What it has, what it was sent, and how it answers: ``answer`` makes a response of a request, or None.

    ``media`` are files by id; ``away`` is how often in a row they cannot be had yet. ``silent`` breaks the line.
    """

    sent: list[dict[str, Any]] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    laid: list[dict[str, Any]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    number: dict[str, Any] = field(default_factory=lambda: dict(HEALTHY))
    apps: list[dict[str, Any]] = field(default_factory=lambda: [{"whatsapp_business_api_data": {"id": "1"}}])
    templates: list[dict[str, Any]] = field(default_factory=list)
    page: int = 2
    answer: Answer = lambda *_: None
    away: int = 0
    silent: bool = False
    waiting: asyncio.Event | None = None
    url: str = ""
    elsewhere: str = ""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(f"/{VERSION}/{NUMBER_ID}/messages", self._message),
            web.post(f"/{VERSION}/{NUMBER_ID}/media", self._lay),
            web.get(f"/{VERSION}/{NUMBER_ID}", self._number),
            web.get(f"/{VERSION}/{ACCOUNT}/subscribed_apps", self._apps),
            web.get(f"/{VERSION}/{ACCOUNT}/message_templates", self._templates),
            web.get(f"/{VERSION}/{{medium}}", self._medium),
            web.get("/berkas/{medium}", self._file),
        ]

    async def _trouble(self, request: web.Request, body: Mapping[str, Any]) -> web.StreamResponse | None:
        self.asked.append((request.path, dict(request.query)))
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return refusal(401, 190, "Invalid OAuth access token.")
        if self.waiting:
            await self.waiting.wait()
        if self.silent:
            assert request.transport is not None
            request.transport.abort()
        return self.answer(request, body)

    async def _message(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        trouble = await self._trouble(request, body)
        if trouble is not None:
            return trouble
        if "status" in body:
            self.read.append(body["message_id"])
            return web.json_response({"success": True})
        self.sent.append(body)
        return web.json_response({"messaging_product": "whatsapp", "messages": [{"id": f"wamid.out{len(self.sent)}"}]})

    async def _lay(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        file = form["file"]
        assert isinstance(file, web.FileField)
        told = {"name": file.filename, "type": file.content_type, "content": file.file.read()}
        trouble = await self._trouble(request, told)
        if trouble is not None:
            return trouble
        self.laid.append(told | {name: form[name] for name in ("messaging_product", "type")})
        return web.json_response({"id": f"90{len(self.laid)}"})

    async def _number(self, request: web.Request) -> web.StreamResponse:
        return await self._trouble(request, {}) or web.json_response(self.number)

    async def _apps(self, request: web.Request) -> web.StreamResponse:
        return await self._trouble(request, {}) or web.json_response({"data": self.apps})

    async def _templates(self, request: web.Request) -> web.StreamResponse:
        named = [one for one in self.templates if request.query.get("name", "") in one["name"]]
        start = int(request.query.get("after") or 0)
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + self.page)}}
        if len(named) > start + self.page:
            paging["next"] = f"{self.url}/next"
        told = {"data": named[start : start + self.page], "paging": paging}
        return await self._trouble(request, {}) or web.json_response(told)

    async def _medium(self, request: web.Request) -> web.StreamResponse:
        medium = request.match_info["medium"]
        if medium not in self.media:
            return refusal(400, 100, "Object does not exist", error_subcode=33)
        told = {
            "messaging_product": "whatsapp",
            "url": f"{self.elsewhere or self.url}/berkas/{medium}?ext=1",
            "mime_type": "image/jpeg",
            "file_size": str(len(self.media[medium])),
            "id": medium,
        }
        return await self._trouble(request, {}) or web.json_response(told)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        if self.away:
            self.away -= 1
            return web.Response(status=503)
        trouble = await self._trouble(request, {})
        return trouble or web.Response(body=self.media[request.match_info["medium"]], content_type="image/jpeg")


def refusal(status: int, code: int, words: str, headers: Mapping[str, str] | None = None, **more: Any) -> web.Response:
    """An error as the Graph API words it."""
    error = {"message": f"(#{code}) {words}", "type": "OAuthException", "code": code, "fbtrace_id": "A1"} | more
    told = json.dumps({"error": error})
    return web.Response(text=told, status=status, content_type="application/json", headers=headers)


@asynccontextmanager
async def standing() -> AsyncIterator[Stand]:
    """A stand that answers."""
    stand = Stand()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.add_routes(stand.routes())
    async with TestServer(app, host="127.0.0.1") as server:
        stand.url = str(server.make_url("")).rstrip("/")
        yield stand
