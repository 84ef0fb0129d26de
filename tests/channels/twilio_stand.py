"""A Twilio of the tests' own, for what no mock of its description answers: trouble, long lists, media, signatures."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web
from aiohttp.test_utils import TestServer
from twilio.request_validator import RequestValidator

from channels.http import basic

SID = "AC" + "0123456789abcdef" * 2
TOKEN = "rahasia-twilio"
NUMBER = "+6281100000110"
CITIZEN = "+6281234567890"
_PATH = f"/2010-04-01/Accounts/{SID}"


def message(serial: int, text: str, at: datetime, **more: Any) -> dict[str, Any]:
    """One inbound message as the REST API lists it."""
    sid = f"SM{serial:032x}"
    told = {"sid": sid, "from": CITIZEN, "to": NUMBER, "body": text, "direction": "inbound", "status": "received"}
    stamp = format_datetime(at)
    media = {"subresource_uris": {"media": f"{_PATH}/Messages/{sid}/Media.json"}}
    return told | media | {"num_media": "0", "date_created": stamp, "date_sent": stamp, "error_code": None} | more


def form(**values: str) -> bytes:
    """A webhook's body, as an ordinary message has it."""
    given = {"MessageSid": "SM" + "1" * 32, "From": CITIZEN, "To": NUMBER, "Body": "Lampu mati", "NumMedia": "0"}
    return urlencode(given | {"SmsStatus": "received", "AccountSid": SID} | values).encode()


def signed(url: str, body: bytes, token: str = TOKEN) -> dict[str, str]:
    """The headers that Twilio posts a body with."""
    fields = dict(parse_qsl(body.decode(), keep_blank_values=True))
    signature = RequestValidator(token).compute_signature(url, fields)
    return {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}


@dataclass
class Stand:
    """What it has, what it was sent, and how it answers: ``answer`` makes a response of a sent form, or None."""

    listed: list[dict[str, Any]] = field(default_factory=list)
    page: int = 200
    sent: list[dict[str, str]] = field(default_factory=list)
    asked: list[Mapping[str, str]] = field(default_factory=list)
    media: dict[str, bytes] = field(default_factory=dict)
    numbers: list[dict[str, Any]] = field(default_factory=list)
    status: str = "active"
    answer: Callable[[Mapping[str, str]], web.Response | None] = lambda _: None
    silent: bool = False
    url: str = ""

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(f"{_PATH}/Messages.json", self._create),
            web.get(f"{_PATH}/Messages.json", self._list),
            web.get(f"{_PATH}/Messages/{{sid}}.json", self._one),
            web.get(f"{_PATH}/Messages/{{sid}}/Media.json", self._files),
            web.get(f"{_PATH}/Messages/{{sid}}/Media/{{media}}", self._file),
            web.get(f"{_PATH}/IncomingPhoneNumbers.json", self._numbers),
            web.get(f"{_PATH}.json", self._account),
        ]

    def _trouble(self, request: web.Request, fields: Mapping[str, str]) -> web.Response | None:
        if request.headers.get("Authorization", "") != _log_in():
            return refusal(401, 20003, "Authenticate")
        return self.answer(fields)

    async def _create(self, request: web.Request) -> web.Response:
        fields = {name: str(value) for name, value in (await request.post()).items()}
        self.sent.append(fields)
        if self.silent:
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)
        sid = f"SM{len(self.sent):032x}"
        queued = {"sid": sid, "status": "queued", "error_code": None, "error_message": None}
        return self._trouble(request, fields) or web.json_response(queued, status=201)

    async def _list(self, request: web.Request) -> web.Response:
        self.asked.append(dict(request.query))
        start = int(request.query.get("Page", "0")) * self.page
        newest = sorted(self.listed, key=lambda one: str(one["sid"]), reverse=True)
        following = f"{_PATH}/Messages.json?Page={start // self.page + 1}" if len(newest) > start + self.page else None
        told = {"messages": newest[start : start + self.page], "next_page_uri": following}
        return self._trouble(request, request.query) or web.json_response(told)

    async def _one(self, request: web.Request) -> web.Response:
        found = next((one for one in self.listed if one["sid"] == request.match_info["sid"]), None)
        answer = web.json_response(found) if found else refusal(404, 20404, "The requested resource was not found")
        return self._trouble(request, {}) or answer

    async def _files(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        listed = [{"uri": f"{_PATH}/Messages/{sid}/Media/{name}.json"} for name in self.media]
        return self._trouble(request, {}) or web.json_response({"media_list": listed})

    async def _file(self, request: web.Request) -> web.Response:
        content = self.media.get(request.match_info["media"])
        found = web.Response(body=content) if content is not None else web.Response(status=404)
        return self._trouble(request, {}) or found

    async def _numbers(self, request: web.Request) -> web.Response:
        return self._trouble(request, {}) or web.json_response({"incoming_phone_numbers": self.numbers})

    async def _account(self, request: web.Request) -> web.Response:
        return self._trouble(request, {}) or web.json_response({"sid": SID, "status": self.status})


def refusal(status: int, code: int, words: str, **headers: str) -> web.Response:
    """An error as Twilio's API words it."""
    told = {"code": code, "message": words, "status": status, "more_info": f"https://www.twilio.com/docs/errors/{code}"}
    return web.Response(text=json.dumps(told), status=status, content_type="application/json", headers=headers)


def _log_in() -> str:
    return basic(SID, TOKEN)["Authorization"]


@asynccontextmanager
async def standing() -> AsyncIterator[Stand]:
    """A stand on a free port; ``url`` is its address."""
    stand = Stand()
    app = web.Application()
    app.add_routes(stand.routes())
    async with TestServer(app) as server:
        stand.url = str(server.make_url("")).rstrip("/")
        yield stand
