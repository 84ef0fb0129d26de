"""Meta's calls: who may call, and what becomes of what they bring. They are answered after the desk's commit.

Meta proves itself by an HMAC of the raw body with the app's secret; we prove ourselves once, by a token that the office
typed into the App Dashboard. The signature holds no time: a call that is repeated, by whomever, brings nothing new.
What is not answered by 2xx Meta tries again for a while (WhatsApp seven days, Messenger 36 hours).
Source: developers.facebook.com/docs/graph-api/webhooks/getting-started ("Verification Requests", "Validating
Payloads").
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import Callable, Sequence

from aiohttp import web

from channels import http
from channels.base import Desk, Fault, Undigested, network
from channels.graph_entries import Digest

# WhatsApp's bodies may have 3 MB. Source: .../whatsapp/webhooks/overview ("Webhook payload size").
_LARGEST_BYTES = 4 * 1024 * 1024
_SMALL_BYTES = 64 * 1024
_LARGE_AT_ONCE, _LARGE_FROM_ONE = 4, 2
# Meta waits no longer than that for an answer itself.
_LARGE_SECONDS, _LARGE_IDLE_SECONDS = 30, 10
_SIGNATURE = re.compile(r"sha256=([0-9A-Fa-f]{64})")
_LONGEST_CHALLENGE = 256


def path(channel: str) -> str:
    """Where a channel is called."""
    return f"/hooks/{channel}/masuk"


class Hook:
    """One door's webhook. ``secret`` is the app's, ``token`` what the office chose for the verification."""

    def __init__(self, channel: str, *, secret: str, token: str, desk: Desk, digest: Callable[[bytes], Digest]) -> None:
        self._path, self._desk, self._digest = path(channel), desk, digest
        self._secret, self._token = secret.encode(), token
        self._large: Counter[str] = Counter()
        self._proved, self._doubted = False, False

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The handshake and the deliveries."""
        return [web.get(self._path, self._verify, allow_head=False), web.post(self._path, self._taken)]

    async def _verify(self, request: web.Request) -> web.Response:
        """Say the challenge back to whoever knows our token."""
        asked, challenge = request.query, request.query.get("hub.challenge", "")
        known = http.same(self._token, asked.get("hub.verify_token", ""))
        if asked.get("hub.mode") != "subscribe" or not known or len(challenge) > _LONGEST_CHALLENGE:
            raise web.HTTPForbidden
        return web.Response(text=challenge, headers={"X-Content-Type-Options": "nosniff"})

    async def _taken(self, request: web.Request) -> web.Response:
        """Take one delivery. Raises 401, 403, 413, 503; whatever the desk raises makes Meta call again."""
        raw = await self._believed(request)
        try:
            digest = await self._read(raw)
        except Undigested as error:
            await self._desk.set_aside(raw, str(error))
            return web.Response()
        if digest.parsed.messages:
            await self._desk.accept(*digest.parsed.messages)
        if digest.parsed.reports:
            await self._desk.report(*digest.parsed.reports)
        for one in digest.aside:
            await self._desk.set_aside(one.raw, one.reason)
        return web.Response()

    async def _believed(self, request: web.Request) -> bytes:
        """The body of whoever signed it. Nobody's megabytes are read who claims no signature, nor many at once."""
        claimed = _SIGNATURE.fullmatch(request.headers.get("X-Hub-Signature-256", "").strip())
        if claimed is None:
            raise web.HTTPUnauthorized
        if request.content_length is not None and request.content_length <= _SMALL_BYTES:
            raw = await http.body(request, _SMALL_BYTES)
        else:
            raw = await self._large_body(request)
        await self._judge(right=http.same(signed(self._secret, raw), claimed[1].lower()))
        return raw

    async def _large_body(self, request: web.Request) -> bytes:
        """One of few at once, and fewer from one network: whoever drips keeps Meta from nothing. Raises 503."""
        client = network(request.remote)
        if self._large[client] >= _LARGE_FROM_ONE or self._large.total() >= _LARGE_AT_ONCE:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "60"})
        self._large[client] += 1
        try:
            return await http.body(request, _LARGEST_BYTES, idle_seconds=_LARGE_IDLE_SECONDS, seconds=_LARGE_SECONDS)
        finally:
            self._large -= Counter((client,))

    async def _judge(self, *, right: bool) -> None:
        """Raises 403 where the signature is wrong. While none was right, the secret may be: somebody is told.

        Once one was right a wrong one is a stranger's, and nobody's business.
        """
        if right:
            doubted, self._proved, self._doubted = self._doubted, True, False
            if doubted:
                await self._desk.warn()
            return
        if not (self._proved or self._doubted):
            self._doubted = True
            await self._desk.warn(Fault("meta-signature-wrong"))
        raise web.HTTPForbidden

    async def _read(self, raw: bytes) -> Digest:
        """A thousand entries take a while: the loop goes on meanwhile."""
        return self._digest(raw) if len(raw) <= _SMALL_BYTES else await asyncio.to_thread(self._digest, raw)


def signed(secret: bytes, raw: bytes) -> str:
    """What Meta writes into X-Hub-Signature-256, behind ``sha256=``."""
    return hmac.new(secret, raw, hashlib.sha256).hexdigest()
