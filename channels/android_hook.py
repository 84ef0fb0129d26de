"""The phone's calls: who may call, and what becomes of what they bring. It is answered after the desk's commit.

Every webhook is signed with the key that the app shows, together with the moment of the call: a wrong signature is
401, a right one of another time is 403. The app tries again, newly signed, after anything but 2xx.
Source: docs.sms-gate.app/features/webhooks ("Payload signing"); PayloadSingingPlugin.kt of the app: hex HMAC-SHA256
over the body's text and the X-Timestamp's.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from aiohttp import web

from channels import http
from channels.android_api import Gateway
from channels.android_json import read, text
from channels.android_phone import Phone, health_in
from channels.base import Desk, Parsed, Undigested

LARGEST_BODY_BYTES = 16 * 1024 * 1024
_SMALL_BYTES = 256 * 1024
_LARGE_AT_ONCE = 3
_SIGNATURE = re.compile(r"[0-9A-Fa-f]{64}")
# What we ask to be told: all of these, and of each following pair the first that the app's version knows.
NEEDED = ("sms:received", "sms:sent", "sms:delivered", "sms:failed")
WANTED = (("mms:downloaded", "mms:received"), ("system:ping",))


class Hook:
    """One door's webhook. ``parse`` makes values of a body, given when it came."""

    def __init__(
        self,
        key: str,
        window: timedelta,
        phone: Phone,
        parse: Callable[[bytes, datetime], Parsed],
        now: Callable[[], datetime],
    ) -> None:
        self._key, self._window, self._phone = key.encode(), window, phone
        self._parse, self._now = parse, now
        self._large = asyncio.Semaphore(_LARGE_AT_ONCE)

    async def receive(self, request: web.Request, desk: Desk) -> web.Response:
        """Take one call. Raises 401, 403, 413, 503; whatever the desk raises makes the phone call again."""
        raw = await self._read(request)
        self._check(raw, request.headers)
        self._phone.called(self._now())
        try:
            parsed = self._parse(raw, self._now())
        except Undigested as error:
            await desk.set_aside(raw, str(error))
            return web.Response()
        if parsed.reports:
            await desk.report(*parsed.reports)
        if parsed.messages:
            await desk.accept(*parsed.messages)
        if not (parsed.messages or parsed.reports):
            self._phone.examined(health_in(read(raw)))
        return web.Response()

    async def _read(self, request: web.Request) -> bytes:
        """The body. Nobody's megabytes are read who claims no signature, nor those of many at once (503)."""
        if not self._key or not _SIGNATURE.fullmatch(request.headers.get("X-Signature", "").strip()):
            raise web.HTTPUnauthorized
        small = request.content_length is not None and request.content_length <= _SMALL_BYTES
        if small:
            return await http.body(request, _SMALL_BYTES)
        if self._large.locked():
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "60"})
        async with self._large:
            return await http.body(request, LARGEST_BODY_BYTES)

    def _check(self, raw: bytes, headers: Mapping[str, str]) -> None:
        stamp, signature = headers.get("X-Timestamp", ""), headers.get("X-Signature", "")
        if not self._key or not http.same(signed(self._key, raw, stamp), signature.strip().lower()):
            self._phone.forged = self._phone.forged or bool(signature)
            raise web.HTTPUnauthorized
        skew = self._now() - _moment(stamp)
        if abs(skew) > self._window:
            self._phone.skew = skew
            raise web.HTTPForbidden


def signed(key: bytes, raw: bytes, stamp: str) -> str:
    """What the app writes into X-Signature."""
    return hmac.new(key, raw + stamp.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


def _moment(stamp: str) -> datetime:
    """The moment of a call; one that cannot be read is none of our time."""
    seconds = int(stamp) if re.fullmatch(r"[0-9]{1,11}", stamp) else 0
    return datetime.fromtimestamp(seconds, UTC)


async def register(gateway: Gateway, name: str, url: str, device: str = "") -> list[str]:
    """See to it that the phone calls ``url``; answers the needed events that the gateway would not take.

    ``name`` is the door's: what we register is known by it, and registered anew under another address it is replaced.
    Raises: Undelivered, Unauthorised.
    """
    there = await registered(gateway, url)

    async def has(event: str) -> bool:
        return event in there or await gateway.register(_webhook_id(name, event), event, url, device)

    missing = [event for event in NEEDED if not await has(event)]
    for alternatives in WANTED:
        for event in alternatives:
            if await has(event):
                break
    return missing


async def registered(gateway: Gateway, url: str) -> set[str]:
    """The events that the phone calls ``url`` for."""
    return {text(one, "event") for one in await gateway.webhooks() if text(one, "url") == url}


def _webhook_id(name: str, event: str) -> str:
    """At most 36 characters, the same every time."""
    return f"wadul-{hashlib.sha256(f'{name}|{event}'.encode()).hexdigest()[:24]}"
