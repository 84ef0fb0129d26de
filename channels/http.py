"""What doors that speak HTTP share: reading and judging what a platform posts, and telling what its answers mean.

A session is made at the first request and closed with the door. Nothing here tries anything twice. Knows no platform.
"""

from __future__ import annotations

import asyncio
import hmac
import re
from base64 import b64encode
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
from aiohttp import web
from yarl import URL

from channels import abroad
from channels.base import MAX_ATTACHMENT_BYTES, Unauthorised, Undelivered, Unsure

BUSY = timedelta(minutes=1)
_LONGEST_WISH = timedelta(hours=6)
_LONGEST_DETAIL = 300
_CHUNK_BYTES = 64 * 1024
_MOST_REDIRECTS = 3
_SILENT_SECONDS = 15
# A page in place of a file: a login, a proxy's apology.
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype\s+html|html|head|body)\b", re.I)


def same(expected: str | bytes, given: str | bytes) -> bool:
    """Whether two signatures are equal, in a time that tells nothing of where they differ."""
    return hmac.compare_digest(_bytes(expected), _bytes(given))


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")


async def body(request: web.Request, most_bytes: int, *, idle_seconds: float = 30, seconds: float = 120) -> bytes:
    """The request's whole body, exactly as it came.

    Raises: web.HTTPRequestEntityTooLarge (413) beyond ``most_bytes``, web.HTTPBadRequest (400) where the line broke
    off, web.HTTPRequestTimeout (408) where it fell silent or dripped for longer than ``seconds``.
    """
    if (request.content_length or 0) > most_bytes:
        raise web.HTTPRequestEntityTooLarge(most_bytes, request.content_length or 0)
    content = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while chunk := await asyncio.wait_for(request.content.read(_CHUNK_BYTES), idle_seconds):
                content += chunk
                if len(content) > most_bytes:
                    raise web.HTTPRequestEntityTooLarge(most_bytes, len(content))
    except TimeoutError:
        raise web.HTTPRequestTimeout from None
    except (web.RequestPayloadError, aiohttp.ClientPayloadError, OSError):
        raise web.HTTPBadRequest from None
    return bytes(content)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """The platform's wish when to try again, at most six hours; None without one.

    Source: RFC 9110 section 10.2.3: seconds or a date.
    """
    said = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", said):
        return min(timedelta(seconds=int(said)), _LONGEST_WISH)
    try:
        wish = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError):
        return None
    wish = wish if wish.tzinfo else wish.replace(tzinfo=UTC)
    return max(timedelta(0), min(wish - now, _LONGEST_WISH))


def refusal(
    status: int, *, after: timedelta | None = None, detail: str = "", repeat_safe: bool = False
) -> Undelivered | Unauthorised | Unsure:
    """What an answer other than 2xx to a message means, by its status alone. ``after`` as ``retry_after`` read it.

    A 5xx other than 503 leaves open whether the platform took the message before it stumbled: only a door that is
    ``repeat_safe`` tries again.
    """
    said = brief(f"{status} {detail}")
    if status in {401, 403, 407}:
        return Unauthorised(said)
    if status in {408, 425, 429, 503}:
        return Undelivered("server-busy", retry=True, after=after or BUSY, detail=said)
    if status >= 500:
        return Undelivered("server-busy", retry=True, after=after, detail=said) if repeat_safe else Unsure(said)
    if 300 <= status < 400:
        return Undelivered("server-unreachable", retry=True, detail=said)
    return Undelivered("message-refused", retry=False, detail=said)


@contextmanager
def handing_over(*, repeat_safe: bool = False) -> Iterator[None]:
    """Around the one request that hands a message over: trouble on the line in the contract's terms.

    Before the request went out nothing has happened (``Undelivered``, retry); afterwards it may have (``Unsure``),
    unless the platform refuses a repeated key. Sessions of ours keep no idle connections, so that a request never goes
    down a line that the other side had closed.
    """
    try:
        yield
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
        raise Undelivered("server-unreachable", retry=True, detail=told(error)) from None
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        if repeat_safe:
            raise Undelivered("server-unreachable", retry=True, detail=told(error)) from None
        raise Unsure(told(error)) from None


@contextmanager
def asking() -> Iterator[None]:
    """Around a request that changes nothing: every trouble on the line is worth another try."""
    with handing_over(repeat_safe=True):
        yield


def basic(user: str, password: str) -> dict[str, str]:
    """The header that logs in. Source: RFC 7617."""
    return {"Authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


def told(error: BaseException) -> str:
    """An error's words on one line; its kind where it says nothing."""
    return brief(str(error)) or type(error).__name__


def brief(text: str) -> str:
    """A platform's words on one printable line, short enough for a page."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:_LONGEST_DETAIL]


class Line:
    """A door's ways out, made at the first use, closed with the door: to the server that the office's file names, and
    to wherever that server points, which is no place inside a network. ``seconds`` is a request's longest,
    ``silent_seconds`` how long a download may say nothing.

    Credentials belong to the single request, not to the session.
    """

    def __init__(
        self, now: Callable[[], datetime], *, seconds: float = 30, silent_seconds: float = _SILENT_SECONDS
    ) -> None:
        self._now = now
        self._seconds, self._silent_seconds = seconds, silent_seconds
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    @property
    def session(self) -> aiohttp.ClientSession:
        """To the server of the office's file, wherever that is; needs a running loop."""
        return self._way(private=True)

    def _way(self, *, private: bool) -> aiohttp.ClientSession:
        way = self._sessions.get(private)
        if way is None or way.closed:
            way = self._sessions[private] = abroad.session(self._seconds, private=private)
        return way

    async def close(self) -> None:
        """Let go of the sessions."""
        for way in self._sessions.values():
            await way.close()

    async def download(
        self,
        url: str,
        *,
        server: str,
        stores: Collection[str] = (),
        headers: Mapping[str, str] | None = None,
        most_bytes: int = MAX_ATTACHMENT_BYTES,
    ) -> bytes:
        """A file that a platform pointed at.

        ``server`` is the origin that the office's file names, in its own network or not; ``stores`` are where the file
        may lie besides, or be redirected to, always outside: ``https://api.example.com``, ``https://*.example.com``.
        ``headers`` (credentials) go to the first origin alone.

        Raises: Undelivered, Unauthorised.
        """
        try:
            with asking():
                return await self._download(_url(url), server, stores, headers, most_bytes)
        except abroad.Inside:
            raise Undelivered("file-elsewhere", retry=False, detail=brief(_url(url).host or "")) from None

    async def _download(
        self, url: URL, server: str, stores: Collection[str], headers: Mapping[str, str] | None, most_bytes: int
    ) -> bytes:
        first = url
        for _ in range(_MOST_REDIRECTS + 1):
            if not _may_ask(url, (server, *stores)):
                raise Undelivered("file-elsewhere", retry=False, detail=brief(url.host or str(url)))
            own = headers if url.origin() == first.origin() else None
            private = str(url.origin()) == server.rstrip("/")
            if not private:
                abroad.check(str(url))
            timeout = aiohttp.ClientTimeout(total=self._seconds, sock_read=self._silent_seconds)
            way = self._way(private=private)
            async with way.get(url, headers=own, timeout=timeout, allow_redirects=False) as answer:
                if answer.status not in {301, 302, 303, 307, 308}:
                    return await _content(answer, most_bytes, self._now())
                url = url.join(_url(answer.headers.get("Location", "")))
        raise Undelivered("fetch-failed", retry=True, detail="redirects")


async def _content(answer: aiohttp.ClientResponse, most_bytes: int, now: datetime) -> bytes:
    if answer.status in {401, 403}:
        raise Unauthorised(f"{answer.status}")
    if answer.status in {404, 410}:
        raise Undelivered("file-gone", retry=False, detail=f"{answer.status}")
    if answer.status != 200:
        after = retry_after(answer.headers, now) if answer.status in {429, 503} else None
        raise Undelivered("fetch-failed", retry=True, after=after, detail=f"{answer.status}")
    too_large = Undelivered("attachment-too-large", retry=False)
    if (answer.content_length or 0) > most_bytes:
        raise too_large
    content = bytearray()
    async for chunk in answer.content.iter_chunked(_CHUNK_BYTES):
        content += chunk
        if len(content) > most_bytes:
            raise too_large
    if _PAGE.match(content):
        raise Undelivered("fetch-failed", retry=True, detail="a page in place of the file")
    return bytes(content)


def _url(text: str) -> URL:
    try:
        return URL(text)
    except ValueError:
        raise Undelivered("file-elsewhere", retry=False, detail=brief(text)) from None


def _may_ask(url: URL, origins: Collection[str]) -> bool:
    if not url.is_absolute() or not url.host or url.user or url.password:
        return False
    origin = str(url.origin())
    return any(origin == allowed.rstrip("/") or _below(origin, allowed.rstrip("/")) for allowed in origins)


def _below(origin: str, allowed: str) -> bool:
    scheme, star, domain = allowed.partition("://*.")
    return bool(star) and origin.startswith(f"{scheme}://") and origin.endswith(f".{domain}")
