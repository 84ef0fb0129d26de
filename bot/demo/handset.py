"""HP Warga: the page that plays the citizens' phones, what it shows of one, and how it hears that something happened.

The buttons' own doings are in ``handset_mail``, ``handset_chats``, ``handset_meta`` and
``handset_clock``. Same-origin requests only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from aiohttp import web
from aiohttp_sse import sse_response

import templates
from bot.demo import letters
from bot.demo.chats import Chats, Line
from bot.demo.hooks import Program
from bot.demo.news import News
from bot.demo.phones import Phones
from bot.demo.story import Story
from channels.text import segments

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_PING_SECONDS = 15

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Trail = Callable[[], Awaitable[Mapping[str, Any]]]


class Handset:
    """The routes below /hp/. ``offices``: what the page's script knows of each; ``trail`` reads what just happened.

    ``off``: the doors at which a phone is switched off.
    """

    def __init__(
        self,
        *,
        phones: Phones,
        chats: Chats,
        news: News,
        program: Program,
        story: Story,
        offices: Sequence[Mapping[str, Any]],
        trail: Trail,
        off: Callable[[str], Sequence[str]] = lambda _: (),
    ) -> None:
        self._phones, self._chats, self._news, self._program, self._trail = phones, chats, news, program, trail
        self._off = off
        citizens = [one.model_dump() for one in story.citizens]
        examples = [one.model_dump() for one in story.examples]
        places = [one.model_dump() for one in story.places]
        self._story = {"citizens": citizens, "examples": examples, "places": places}
        self._story["offices"] = [dict(one) for one in offices]

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The page, a phone's state, and the stream of versions."""
        return [
            web.get("/hp", self._slash),
            web.get("/hp/", self.page),
            web.get("/hp/isi", self.state),
            web.get("/hp/peristiwa", self.stream),
        ]

    async def page(self, request: web.Request) -> web.StreamResponse:
        """GET /hp/."""
        self._heard(request)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        text = templates.render("pages/demo/phone.html", story=self._story)
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def state(self, request: web.Request) -> web.StreamResponse:
        """GET isi?warga=&sejak=: everything on one citizen's phones; 204 where nothing came since that version."""
        self._heard(request)
        phone, version = request.query.get("warga", ""), self._news.version
        if phone not in self._phones.citizens:
            raise web.HTTPNotFound
        if request.query.get("sejak") == version:
            return web.Response(status=204)
        return web.json_response(
            {
                "versi": version,
                "surat": letters.shown(self._phones.letters(phone)),
                "obrolan": [_shown(line) for line in self._chats.lines(phone)],
                "blokir": self._chats.blocked(phone),
                "mati": list(self._off(phone)),
                "terakhir": {one: self._last(one) for one in self._phones.citizens},
                **await self._trail(),
            }
        )

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """GET peristiwa: the version, whenever it changes, until the browser leaves or the program stops."""
        async with sse_response(request, ping_interval=_PING_SECONDS) as response:
            version = ""
            while response.is_connected() and not self._news.closed:
                if version != self._news.version:
                    version = self._news.version
                    await response.send(version)
                await self._news.after(version, _PING_SECONDS)
        return response

    def _last(self, phone: str) -> list[int]:
        """The last letter and the last line that came to a phone."""
        mail = [letter.id for letter in self._phones.letters(phone) if not letter.sent]
        lines = [line.id for line in self._chats.lines(phone) if not line.sent]
        return [max(mail, default=0), max(lines, default=0)]

    def _heard(self, request: web.Request) -> None:
        """The first request says where the program listens, where its settings leave that open."""
        name = request.transport.get_extra_info("sockname") if request.transport else None
        if name:
            self._program.heard(int(name[1]))

    async def _slash(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPPermanentRedirect("/hp/")


def same_origin(handler: Handler) -> Handler:
    """Refuse what another site sends in the browser's name.

    A demo shown to a hall by http and an address in figures gets no ``Sec-Fetch-Site``: there ``Origin`` tells.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        origin = request.headers.get("Origin", "")
        elsewhere = bool(origin) and origin.partition("://")[2] != request.host
        if request.headers.get("Sec-Fetch-Site", "cross-site" if elsewhere else "same-origin") != "same-origin":
            raise web.HTTPForbidden
        return await handler(request)

    return handle


def _shown(line: Line) -> dict[str, Any]:
    files = [
        {"name": one.name, "type": one.type, "bytes": one.size_bytes, "url": f"/hp/berkas/{line.id}/{place}"}
        for place, one in enumerate(line.files)
    ]
    return {
        "id": line.id,
        "channel": line.channel,
        "sent": line.sent,
        "at": line.at.isoformat(),
        "text": line.text,
        "state": line.state,
        "files": files,
        "place": line.place,
        "buttons": line.buttons,
        "pressed": line.pressed,
        "answers": line.answers,
        "edited": bool(line.edited),
        "removed": bool(line.removed),
        "reaction": line.reaction,
        "menu": line.menu,
        "group": line.group,
        "parts": segments(line.text).count,
    }
