"""The citizen's way in: the front page with every office's doors, and the question for number and code.

Nothing here tells whether a number exists: a wrong number and a wrong code get the same answer, and guesses are counted
for both. Reading a ticket is ``citizen_status``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta

from aiohttp import web

import templates
from channels.base import Measure, network
from config.schema import Office, Offices
from inbox import numbers
from inbox.limits import Limits
from inbox.refused import Refused
from inbox.status import Status
from inbox.web.citizen_data import CitizenData
from inbox.web.citizen_pass import Passes
from inbox.web.citizen_seen import Seen
from inbox.web.citizen_status import Asked, HandOut, StatusPages, Wrong, door_path, html
from inbox.web.forms import read

_LARGEST_FORM_BYTES = 16 * 1024
_BY_CLIENT = Measure("status", 10, timedelta(minutes=15))
# At one number from one network: who guesses elsewhere keeps nobody from their own ticket.
_BY_NUMBER = Measure("status-number", 20, timedelta(hours=2))


class CitizenPages:
    """Every page a citizen reads. ``demo`` adds the demo's doors to the front page.

    ``figures`` tells where the figures of each office are that publishes them, ``poll_seconds`` how often an open
    status page looks for news.
    """

    def __init__(
        self,
        offices: Offices,
        status: Status,
        hand_out: HandOut,
        seen: Seen,
        *,
        figures: Callable[[], Awaitable[Mapping[str, str]]],
        limits: Limits,
        secret: bytes,
        now: Callable[[], datetime],
        data: CitizenData,
        demo: bool = False,
        poll_seconds: int = 10,
    ) -> None:
        self._offices, self._status, self._now, self._demo = offices, status, now, demo
        self._figures = figures
        self._pages = StatusPages(status, hand_out, seen, Passes(secret), now=now, poll_seconds=poll_seconds, data=data)
        self._limits = limits

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """/, /cek, and every office's own status page."""
        routes: list[web.AbstractRouteDef] = [
            web.get("/", self.front),
            web.get("/cek", self.ask),
            web.post("/cek", self.enter),
        ]
        for office in self._offices.offices.values():
            routes += [*self._pages.routes(office), web.post(f"{self._pages.path(office)}cek", self.enter)]
        return routes

    async def front(self, _request: web.Request) -> web.StreamResponse:
        """GET /: every office and its doors."""
        offices = self._offices.offices.values()
        doors = [(office, door_path(office), _mail_address(office), _numbers(office)) for office in offices]
        figures = await self._figures()
        return html(templates.render("pages/citizen/beranda.html", doors=doors, demo=self._demo, figures=figures))

    async def ask(self, request: web.Request) -> web.StreamResponse:
        """GET /cek: where the office is not known yet."""
        return self._pages.ask(None, Asked(number=request.query.get("nomor", "")[:40]))

    async def enter(self, request: web.Request) -> web.StreamResponse:
        """POST number and code: right ones lead to the page, with a pass; wrong ones cost a guess."""
        try:
            posted = await read(request.clone(client_max_size=_LARGEST_FORM_BYTES))
        except Refused:
            return self._again(Asked(wrong=(Wrong("", "isian-rusak"),)))
        asked = Asked(posted.text("nomor").strip()[:40], posted.text("kode").strip()[:20])
        missing = tuple(Wrong(name, f"{name}-kosong") for name in ("nomor", "kode") if not posted.text(name).strip())
        if missing:
            return self._again(Asked(asked.number, asked.code, missing))
        return await self._try(request, asked)

    async def _try(self, request: web.Request, asked: Asked) -> web.StreamResponse:
        now, client = self._now(), network(request.remote)
        number = numbers.normal(asked.number) or asked.number.upper()
        tries = ((_BY_CLIENT, client), (_BY_NUMBER, f"{client} {number}"))
        if wait := await self._limits.take_each(tries, now):
            minutes = -(-int(wait.total_seconds()) // 60)
            answer = self._again(Asked(asked.number, minutes=minutes), status=429)
            answer.headers["Retry-After"] = str(60 * minutes)
            return answer
        page = await self._status.citizen_page(number, asked.code, now)
        if page is None:
            return self._again(Asked(asked.number, asked.code, (Wrong("", "nomor-atau-kode-salah"),)))
        await self._limits.give_back_each(tries)
        return await self._pages.let_in(request, page)

    def _again(self, asked: Asked, status: int = 422) -> web.Response:
        return self._pages.ask(None, asked, status)


def _numbers(office: Office) -> list[str]:
    """The office's own numbers, where a door of it has one."""
    found = (str(entry.settings().get("number", "")) for entry in office.channels.values())
    return [number for number in found if number]


def _mail_address(office: Office) -> str:
    entries = [entry.settings() for entry in office.channels.values() if entry.kind == "email"]
    return str(entries[0].get("address", "")) if entries else ""
