"""What the chat's script asks while it is open: what was said, as it is drawn on the page; a stream that only says
"look"; files. What a browser took has arrived, and what it showed was read.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from urllib.parse import quote

from aiohttp import web

from channels.base import STOPPING, Desk, Report, Spoken, State, network
from channels.chat_bell import Bell, Crowded, rung
from channels.chat_pass import Pass, elsewhere, shown
from channels.forms import Limits, read
from channels.guard import Signer

UNKEPT = {"Cache-Control": "no-store"}
# A stream says "look" at least this often: so is found out what no bell told of, and a proxy that holds back.
_HEARTBEAT_SECONDS, _HEARTBEATS = 15.0, 60
_SMALL = Limits(files=0, text_bytes=1024, fields=4)
_BEFORE = {State.DELIVERED: frozenset({"sending", "sent"}), State.READ: frozenset({"sending", "sent", "delivered"})}


class Talk:
    """The open chat of one office, below ``path``."""

    def __init__(self, path: str, desk: Desk, signer: Signer, bell: Bell, now: Callable[[], datetime]) -> None:
        self.path, self._desk, self._signer, self._bell, self._now = path, desk, signer, bell, now

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """What a script with a pass asks; files a page without one, too."""
        return [
            web.get(f"{self.path}/isi", self.said),
            web.post(f"{self.path}/terbaca", self.seen),
            web.get(f"{self.path}/kabar", self.stream),
            web.get(f"{self.path}/berkas/{{id:[0-9]{{1,18}}}}", self.file),
        ]

    async def said(self, request: web.Request) -> web.StreamResponse:
        """What was said, as it is drawn; nothing where the browser has just that. What it takes has arrived."""
        found = self._known(request)
        spoken = await self._desk.spoken(found.sender)
        version = _version(spoken)
        headers = {**UNKEPT, "X-Versi": version}
        if found.old(self._now()) and request.headers.get("Authorization"):
            headers["X-Tanda"] = Pass(found.sender, self._now()).signed(self._signer)
        await note(self._desk, spoken, State.DELIVERED, self._now())
        if request.query.get("versi") == version:
            return web.Response(status=204, headers=headers)
        html = await self._desk.page("obrolan_isi", path=self.path, spoken=spoken)
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def seen(self, request: web.Request) -> web.StreamResponse:
        """The browser has shown everything up to that message."""
        elsewhere(request)
        found, form = self._known(request), await read(request, _SMALL, files=False)
        upto = form.text("sampai")
        if upto.isascii() and upto.isdecimal() and len(upto) <= 18:
            spoken = await self._desk.spoken(found.sender)
            await note(self._desk, [one for one in spoken if one.id <= int(upto)], State.READ, self._now())
        return web.Response(status=204, headers=UNKEPT)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Lines that say "look": at once, whenever something was said, and from time to time."""
        found = self._known(request)
        try:
            with self._bell.waiting(found.sender, network(request.remote)) as event:
                headers = {"Cache-Control": "no-store, no-transform", "X-Accel-Buffering": "no"}
                response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **headers})
                await response.prepare(request)
                await self._stream(response, event, request.config_dict.get(STOPPING))
                return response
        except Crowded:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A file of the conversation, to be saved: nothing that was sent here is opened on our pages."""
        found = self._known(request)
        file = await self._desk.handed(found.sender, request.match_info["id"])
        if file is None:
            raise web.HTTPNotFound
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name, safe='')}", **UNKEPT}
        headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return web.Response(body=file.content, content_type="application/octet-stream", headers=headers)

    async def _stream(self, response: web.StreamResponse, event: asyncio.Event, stop: asyncio.Event | None) -> None:
        for _ in range(_HEARTBEATS):
            await response.write(b"data: lihat\n\n")
            await rung(event, _HEARTBEAT_SECONDS, stop)
            if stop and stop.is_set():
                return

    def _known(self, request: web.Request) -> Pass:
        found = shown(request, self._signer, self._now())
        if found is None:
            raise web.HTTPUnauthorized(headers=UNKEPT)
        return found


async def note(desk: Desk, spoken: Iterable[Spoken], state: State, now: datetime) -> None:
    """Tell the desk how far what the office said has come, where that is news."""
    news = [Report(state, key=one.key, at=now) for one in spoken if one.key and one.state in _BEFORE[state]]
    if news:
        await desk.report(*news)


def _version(spoken: Sequence[Spoken]) -> str:
    """Changes with whatever the page shows."""
    parts = [(one.id, one.text, len(one.files), len(one.choices)) for one in spoken]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
