"""The line to Meta's Graph API that WhatsApp, Messenger and Instagram share: one attempt a call, failures as agreed.

The token goes along in a header, to the API and to where its media lie, and nowhere else. Nothing is tried twice here.
Source: developers.facebook.com/docs/graph-api/guides/error-handling, .../docs/graph-api/overview/rate-limiting.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NoReturn

import aiohttp

from channels import http
from channels.base import Attachment, Undelivered, Undigested, Unsure
from channels.graph_errors import Trouble, refused
from channels.graph_json import Json, number, part, parts, read

URL = r"^https?://[A-Za-z0-9.:\[\]-]+(/[A-Za-z0-9._~/-]*)?$"
VERSION = r"^v[0-9]{1,3}\.[0-9]{1,2}$"
BASE_URL, NEWEST = "https://graph.facebook.com", "v23.0"
# As Meta's description of the Cloud API wants it: a name, a slash, three numbers.
_NAME = "Wadul/1.0.0"
_SECONDS = 60
_LARGEST_ANSWER_BYTES = 1024 * 1024
_MOST_REMEMBERED = 200
_SHORTEST_TOKEN = 12
_LONGEST_WISH = timedelta(hours=6)
# Where Meta keeps what people send. Source: the addresses in its own examples of media and attachments.
_STORES = (
    "https://*.fbsbx.com",
    "https://*.fbcdn.net",
    "https://*.cdninstagram.com",
    "https://*.whatsapp.net",
    "https://*.facebook.com",
)


class Graph:
    """One token's line. Every method raises Undelivered, Unsure and Unauthorised."""

    def __init__(self, base_url: str, version: str, token: str, now: Callable[[], datetime]) -> None:
        self._line, self._now = http.Line(now, seconds=_SECONDS), now
        found = re.match(r"https?://[^/]+", base_url)
        self._origin = found[0] if found else ""
        self._base = f"{base_url.rstrip('/')}/{version}"
        # Kept in what no repr shows.
        self._headers: Callable[[], dict[str, str]] = lambda: {"Authorization": f"Bearer {token}", "User-Agent": _NAME}
        # Some of Meta's refusals say back what they were given; a token of a few letters is a test's.
        shown = token.encode() if len(token) >= _SHORTEST_TOKEN else None
        self._hidden: Callable[[bytes], bytes] = lambda told: told.replace(shown, b"...") if shown else told
        self._taken: dict[str, list[str]] = {}

    async def send(self, path: str, body: Json) -> Json:
        """Hand something over that must not go twice."""
        with http.handing_over():
            return await self._call("POST", path, json=body)

    async def ask(self, path: str, **params: str) -> Json:
        """Look at something."""
        return await self._safely("GET", path, params=params)

    async def upload(self, path: str, file: Attachment, *, field: str, **about: str) -> Json:
        """Lay a file there, in the form's ``field``, for a message that follows; another try costs nothing."""
        form = aiohttp.FormData(about)
        form.add_field(field, file.content or b"", filename=_named(file), content_type=_media_type(file.type))
        return await self._safely("POST", path, data=form)

    async def download(self, url: str, *, signed: bool) -> bytes:
        """A file that Meta pointed at, with our token where it is ``signed``."""
        own = self._headers() if signed else None
        return await self._line.download(url, server=self._origin, stores=_STORES, headers=own)

    async def in_turn(self, key: str, calls: Sequence[Callable[[], Awaitable[str]]]) -> str:
        """Make the calls that one message takes, each answering an id; the first one's id.

        Where one fails, those before it are remembered: the next attempt goes on from there.
        """
        taken = self._taken.pop(key, [])
        try:
            for call in calls[len(taken) :]:
                taken.append(await call())
        finally:
            if 0 < len(taken) < len(calls):
                self._taken[key] = taken
                while len(self._taken) > _MOST_REMEMBERED:
                    del self._taken[next(iter(self._taken))]
        return taken[0]

    async def close(self) -> None:
        """Let go of the line."""
        await self._line.close()

    async def _safely(self, method: str, path: str, **what: Any) -> Json:
        try:
            with http.asking():
                return await self._call(method, path, **what)
        except Unsure as error:
            raise Undelivered("server-busy", retry=True, detail=str(error)) from None

    async def _call(self, method: str, path: str, **what: Any) -> Json:
        url = f"{self._base}/{path}"
        async with self._line.session.request(
            method, url, headers=self._headers(), allow_redirects=False, **what
        ) as answer:
            told = _object(self._hidden(await _limited(answer)))
            if not 200 <= answer.status < 300 or not told or part(told, "error"):
                after = http.retry_after(answer.headers, self._now()) or _regained(answer.headers)
                _refuse(answer.status, told, after)
            return told


def sent(answer: Json, *names: str) -> str:
    """The platform's name of what it took: the first of the fields, or of the first message's ``id``.

    Raises: Unsure where it told none.
    """
    first = next(iter(parts(answer, "messages")), {})
    for value in (*(answer.get(name) for name in names), first.get("id")):
        if isinstance(value, str) and value:
            return value
    raise Unsure("unreadable answer")


def _refuse(status: int, told: Json, after: timedelta | None) -> NoReturn:
    error = part(told, "error")
    if 200 <= status < 300 and not error:
        raise Unsure("unreadable answer")
    raise refused(status if status >= 300 else 400, Trouble.told(error) if error else None, after)


async def _limited(answer: aiohttp.ClientResponse) -> bytes:
    content = bytearray()
    async for chunk in answer.content.iter_chunked(64 * 1024):
        content += chunk
        if len(content) > _LARGEST_ANSWER_BYTES:
            break
    return bytes(content)


def _object(raw: bytes) -> Json:
    try:
        told = read(raw)
    except Undigested:
        return {}
    return told if isinstance(told, Mapping) else {}


def _regained(headers: Mapping[str, str]) -> timedelta | None:
    """When Meta lets us in again, as it says it of an account that asked too much: minutes, of which the most count."""
    usage = _object(headers.get("X-Business-Use-Case-Usage", "").encode("utf-8", "replace"))
    minutes = max(
        (number(one, "estimated_time_to_regain_access") for id_ in usage for one in parts(usage, id_)), default=0
    )
    return min(timedelta(minutes=minutes), _LONGEST_WISH) if minutes else None


def _named(file: Attachment) -> str:
    return "".join(letter if letter.isprintable() and letter not in '"\\' else "_" for letter in file.name) or "berkas"


def _media_type(kind: str) -> str:
    """A type that a header may hold."""
    found = re.match(r"[A-Za-z0-9!#$&^_.+-]{1,60}/[A-Za-z0-9!#$&^_.+-]{1,100}", kind)
    return found[0] if found else "application/octet-stream"
