"""What Twilio posts to us: believed where its signature fits the address the world knows, answered after the commit.

Twilio signs the whole address and every field with the account's token, and no time: a call that is repeated, by
whomever, brings nothing new. It repeats a call that failed once at most; ``twilio_sweep`` brings what was missed.
Source: https://www.twilio.com/docs/usage/webhooks/webhooks-security.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from aiohttp import web
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from channels import http
from channels.base import Desk, Undigested
from channels.twilio_parse import pairs, parse

KEY = "kunci"
_LARGEST_BYTES = 256 * 1024
_NOTHING_TO_SAY = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def paths(channel: str) -> tuple[str, str]:
    """Where messages and where status callbacks of a channel are posted."""
    return f"/hooks/{channel}/masuk", f"/hooks/{channel}/status"


class Hooks:
    """The webhooks of one channel. ``url`` is where the world reaches us; ``token`` what Twilio signs with."""

    def __init__(self, channel: str, *, url: str, token: str, desk: Desk, now: Callable[[], datetime]) -> None:
        self._channel, self._url, self._desk, self._now = channel, url, desk, now
        self._validator = RequestValidator(token)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Both addresses take whatever Twilio says: an office that mixes them up loses nothing."""
        return [web.post(path, self._taken) for path in paths(self._channel)]

    async def _taken(self, request: web.Request) -> web.Response:
        raw = await http.body(request, _LARGEST_BYTES)
        self._believe(request, raw)
        try:
            parsed = parse(raw)
        except Undigested as error:
            await self._desk.set_aside(raw, str(error))
        else:
            if parsed.messages:
                await self._desk.accept(*(replace(one, sent_at=self._now()) for one in parsed.messages))
            if parsed.reports:
                key = request.query.get(KEY, "")
                await self._desk.report(*(replace(one, key=key) for one in parsed.reports))
        return web.Response(text=_NOTHING_TO_SAY, content_type="text/xml")

    def _believe(self, request: web.Request, raw: bytes) -> None:
        """Raises: web.HTTPBadRequest for what is no form, web.HTTPForbidden for what Twilio did not sign."""
        try:
            form = MultiDict(pairs(raw))
        except Undigested:
            raise web.HTTPBadRequest from None
        query = request.rel_url.raw_query_string
        address = f"{self._url}{request.rel_url.raw_path}{'?' if query else ''}{query}"
        signature = request.headers.get("X-Twilio-Signature", "")
        if not self._validator.validate(address, form, signature):
            raise web.HTTPForbidden
