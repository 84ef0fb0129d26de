"""A Graph API for the tests of Messenger and Instagram, and the two doors that talk to it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

import channels
from channels.base import Channel, Outbound
from tests.channels import metas as meta
from tests.channels.contract import NOW
from tests.channels.contract import SECRET as KEY

WORLD = "https://wadul.example.go.id"
ENTRIES = {"messenger": meta.MESSENGER, "instagram": meta.INSTAGRAM}


def door(kind: str, **more: Any) -> Channel:
    """The door, known to the world."""
    entry = {"kind": kind, **ENTRIES[kind], **more}
    return channels.load(f"blitar-{kind}", entry, secret=KEY, now=lambda: NOW, url=WORLD)


@dataclass
class Platform:
    """A Graph API that answers as it is told, and keeps what it was asked."""

    asked: list[tuple[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, Any]] = field(default_factory=list)
    url: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        path = request.path.removeprefix("/v23.0/")
        given: Any = dict(request.query)
        if request.method == "POST":
            multipart = request.content_type.startswith("multipart")
            given = dict(await request.post()) if multipart else await request.json()
        assert request.headers["Authorization"] == f"Bearer {meta.TOKEN}"
        self.asked.append((path, given))
        if isinstance(given, dict) and given.get("sender_action"):
            return web.json_response({"recipient_id": meta.CITIZEN})
        status, told = self.answers.pop(0) if self.answers else (200, self._usual(path))
        return web.Response(status=status, text=told if isinstance(told, str) else json.dumps(told))

    def _usual(self, path: str) -> dict[str, Any]:
        if path.endswith("message_attachments"):
            return {"attachment_id": "77"}
        if path.endswith(("comments", "replies")):
            return {"id": "9_1"}
        return {"recipient_id": meta.CITIZEN, "message_id": f"m_out{len(self.asked)}"}

    @property
    def sent(self) -> list[Any]:
        """The messages that it took, without who they went to."""
        return [given["message"] for path, given in self.asked if path.endswith("/messages") and "message" in given]


@asynccontextmanager
async def standing(platform: Platform) -> AsyncIterator[Platform]:
    """It listens."""
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", "/{tail:.*}", platform.handle)
    async with TestServer(app) as server:
        platform.url = str(server.make_url("")).rstrip("/")
        yield platform


def telling(text: str = "Aduan diterima.", **more: Any) -> Outbound:
    """A message on its way out."""
    return Outbound(**({"key": "k1", "recipient": meta.CITIZEN, "text": text} | more))


async def out(kind: str, platform: Platform, outbound: Outbound, **more: Any) -> Any:
    """Send through a door that the stand-in plays for."""
    sending = door(kind, base_url=platform.url, **more)
    try:
        return await sending.send(outbound)
    finally:
        await sending.close()  # type: ignore[attr-defined]
