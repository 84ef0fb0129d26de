"""The gateway's REST interface, as the cloud, a private server and the phone itself offer it under one base address.

One request a call, nothing tried twice. Where the three differ (the phone has no ``/devices`` but ``/device``, the
cloud no inbox) the difference ends here. Knows the platform's words, and nothing of what they are used for.
Source: capcom6.github.io/android-sms-gateway (OpenAPI); android-sms-gateway/server; WebService.kt of the app.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from channels import http
from channels.android_json import Json, text
from channels.base import Unauthorised, Undelivered

PAGE = 500
_LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
_ABSENT = frozenset({404, 405, 501})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gateway said: the HTTP status, the parsed body where it is JSON, and its words on one line."""

    status: int
    body: Any = field(default=None, repr=False)
    words: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Gateway:
    """One account of a gateway. Raises Undelivered (retry) where the line or the gateway fails, and Unauthorised.

    ``is_phone``: the phone itself answers there, as far as ``devices`` has shown.
    """

    def __init__(self, line: http.Line, base_url: str, user: str, password: str) -> None:
        self._line, self._base, self._login = line, base_url.rstrip("/"), http.basic(user, password)
        self.is_phone = False

    async def post_message(self, message: Mapping[str, Any]) -> Answer:
        """Hand a message over; any answer comes back. Raises Undelivered where the line fails.

        Numbers are not examined there: whoever wrote to us by SMS can be written to, whatever a table says.
        """
        return await self._request("POST", "/messages", params={"skipPhoneValidation": "true"}, json=message)

    async def has_message(self, key: str) -> bool:
        """Whether it holds a message of that id."""
        return (await self._request("GET", f"/messages/{quote(key, safe='')}")).status == 200

    async def devices(self) -> list[Json]:
        """The account's phones. Raises Undelivered ``gateway-elsewhere`` where no gateway answers at that address."""
        answer = await self._request("GET", "/devices")
        self.is_phone = answer.status in _ABSENT
        if self.is_phone:
            answer = await self._request("GET", "/device")
        if answer.status in _ABSENT or not isinstance(_good(answer), list):
            raise Undelivered("gateway-elsewhere", retry=True, detail=answer.words)
        return _objects(answer.body)

    async def health(self) -> Json:
        """The health page: the phone's own in local mode, the server's elsewhere. Trouble is told with any status."""
        answer = await self._request("GET", "/health")
        return answer.body if isinstance(answer.body, Mapping) else {}

    async def inbox(self, since: datetime, offset: int) -> list[Json] | None:
        """A page of what came to the phone since then, newest first; None where the gateway keeps no inbox."""
        params = {"from": _time(since), "limit": str(PAGE), "offset": str(offset)}
        answer = await self._request("GET", "/inbox", params=params)
        return None if answer.status in _ABSENT else _objects(_good(answer))

    async def refresh(self, since: datetime, until: datetime) -> None:
        """Ask the phone to send its webhooks for that time again; it knows which of them it has sent."""
        wish = {"since": _time(since), "until": _time(until), "triggerWebhooks": True}
        answer = await self._request("POST", "/inbox/refresh", json=wish)
        if answer.status in _ABSENT:
            answer = await self._request("POST", "/messages/inbox/export", json=wish)
        if answer.status not in _ABSENT:
            _good(answer)

    async def webhooks(self) -> list[Json]:
        """Who is told of what."""
        return _objects(_good(await self._request("GET", "/webhooks")))

    async def register(self, id_: str, event: str, url: str, device: str = "") -> bool:
        """Have ``url`` called at an event; one of the same id is replaced. False where the gateway will not."""
        webhook = {"id": id_, "event": event, "url": url} | ({"deviceId": device} if device else {})
        return 200 <= (await self._request("POST", "/webhooks", json=webhook)).status < 300

    async def attachment(self, reference: str) -> bytes:
        """A file of the inbox, ``<message>/<part>``. Raises Undelivered and Unauthorised."""
        message, _, number = reference.rpartition("/")
        address = f"{self._base}/inbox/{quote(message, safe=':')}/attachments/{quote(number, safe='')}"
        return await self._line.download(address, server=str(URL(self._base).origin()), headers=self._login)

    async def _request(self, method: str, path: str, **more: Any) -> Answer:
        with http.asking():
            async with self._line.session.request(
                method, self._base + path, headers=self._login, allow_redirects=False, **more
            ) as answer:
                content = await _content(answer)
        if answer.status in {401, 403}:
            raise Unauthorised(f"{answer.status}")
        return _answer(answer.status, content, answer.headers)


async def _content(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > _LARGEST_ANSWER_BYTES:
            raise Undelivered("gateway-elsewhere", retry=True, detail=f"> {_LARGEST_ANSWER_BYTES} bytes")
    return bytes(content)


def _answer(status: int, content: bytes, headers: Mapping[str, str]) -> Answer:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    words = text(body, "message") if isinstance(body, Mapping) else ""
    return Answer(status, body, http.brief(words), headers)


def _good(answer: Answer) -> Any:
    """The body of an answer that says yes. Raises Undelivered, retry: whatever it is, a later round asks again."""
    if not 200 <= answer.status < 300:
        raise Undelivered("server-busy", retry=True, detail=http.brief(f"{answer.status} {answer.words}"))
    return answer.body


def _objects(body: Any) -> list[Json]:
    return [one for one in body if isinstance(one, Mapping)] if isinstance(body, list) else []


def _time(at: datetime) -> str:
    """As the app's parser wants it: milliseconds and a zone."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
