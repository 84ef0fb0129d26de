"""A program that only listens to webhooks: what it was told, and whether it takes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.demo.hooks import Program

PUBLIC = "https://aduan.kota.example"


@dataclass
class Heard:
    """One webhook as it came."""

    path: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Listening:
    """``refusals``: so many are answered with 503 first."""

    program: Program
    refusals: int = 0
    heard: list[Heard] = field(default_factory=list)
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        """Any webhook."""
        if self.refusals:
            self.refusals -= 1
            return web.Response(status=503)
        self.heard.append(Heard(request.path, await request.read(), dict(request.headers)))
        self._came.set()
        return web.Response()

    async def until(self, count: int) -> list[Heard]:
        """Wait for so many webhooks."""
        async with asyncio.timeout(10):
            while len(self.heard) < count:
                self._came.clear()
                await self._came.wait()
        return self.heard


@asynccontextmanager
async def listening(refusals: int = 0) -> AsyncIterator[Listening]:
    """The program at a free port, known to the world by another address."""
    there = Listening(Program(PUBLIC, "127.0.0.1", 0), refusals)
    app = web.Application()
    app.router.add_post("/hooks/{channel}/{what:.*}", there.take)
    async with TestServer(app) as server:
        there.program.heard(server.port or 0)
        yield there
