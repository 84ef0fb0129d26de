"""A Bot API that does what a test tells it: holds updates until they are confirmed, notes calls, fails as ordered."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

TOKEN = "7000001:rahasia-token_bot"
_ME = {"id": 7, "is_bot": True, "first_name": "Wadul", "username": "wadul_bot", "can_read_all_group_messages": False}
_WEBHOOK = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}


@dataclass(frozen=True)
class Asked:
    """One call: its parameters, objects read, and the contents of its files by their names."""

    method: str
    values: dict[str, Any]
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass
class BotPlatform:
    """An async context manager; ``url`` has no slash at its end. ``files`` by their path. While there is a ``gate``,
    messages to us that came are answered once it is open.
    """

    waiting: dict[int, bytes] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=lambda: {"getMe": _ME, "getWebhookInfo": _WEBHOOK})
    url: str = ""
    gate: asyncio.Event | None = None
    _troubles: dict[str, list[web.Response | None]] = field(default_factory=lambda: defaultdict(list))
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _number: int = 500

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post(f"/bot{TOKEN}/{{method}}", self._call)
        app.router.add_get(f"/file/bot{TOKEN}/{{path:.+}}", self._file)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._news.set()
        await self._runner.cleanup()

    def bring(self, *updates: bytes) -> None:
        """Something happened in the bot's chats."""
        self.waiting |= {json.loads(one)["update_id"]: one for one in updates}
        self._news.set()

    def refuse(self, method: str, code: int, description: str, **parameters: Any) -> None:
        """The next call of that method is answered so."""
        body = {"ok": False, "error_code": code, "description": description}
        more = {"parameters": parameters} if parameters else {}
        self._troubles[method].append(web.json_response(body | more, status=code))

    def interfere(self, method: str, code: int, page: str) -> None:
        """Something between us and the platform answers the next call."""
        self._troubles[method].append(web.Response(status=code, text=page, content_type="text/html"))

    def hang_up(self, method: str) -> None:
        """The line breaks after the next call has arrived."""
        self._troubles[method].append(None)

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every call of a method."""
        return [one.values for one in self.asked if one.method == method]

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method, asked = request.match_info["method"], await _read(request)
        self.asked.append(asked)
        if self.gate and method.startswith("send"):
            await self.gate.wait()
        if self._troubles[method]:
            trouble = self._troubles[method].pop(0)
            if trouble is None and request.transport:
                request.transport.abort()
            return trouble or web.Response()
        if method == "getUpdates":
            return web.Response(body=await self._updates(asked.values), content_type="application/json")
        return web.json_response({"ok": True, "result": self._result(asked)})

    async def _updates(self, values: dict[str, Any]) -> bytes:
        offset = int(values.get("offset", 0))
        self.waiting = {number: one for number, one in self.waiting.items() if number >= offset}
        if not self.waiting:
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), float(values.get("timeout", 0)))
        chosen = [self.waiting[number] for number in sorted(self.waiting)][: int(values.get("limit", 100))]
        return b'{ "ok":true,"result":[' + b" ,\n".join(chosen) + b"] }"

    def _result(self, asked: Asked) -> Any:
        if asked.method in self.results:
            return self.results[asked.method]
        if not asked.method.startswith("send"):
            return True
        self._number += 1
        chat = {"id": int(asked.values["chat_id"]), "type": "private"}
        made = [{"message_id": self._number + place, "date": 1, "chat": chat} for place in range(_many(asked))]
        self._number += len(made) - 1
        return made if asked.method == "sendMediaGroup" else made[0]

    async def _file(self, request: web.Request) -> web.StreamResponse:
        content = self.files.get(request.match_info["path"])
        return web.Response(status=404) if content is None else web.Response(body=content)


def _many(asked: Asked) -> int:
    return len(asked.values.get("media", [None]))


async def _read(request: web.Request) -> Asked:
    values: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[value.filename] = value.file.read()
        else:
            values[name] = _plain(str(value))
    return Asked(request.match_info["method"], values, files)


def _plain(value: str) -> Any:
    return json.loads(value) if value[:1] in "[{" else value
