"""Links for other agencies: given and revoked at a ticket's page, and the guest's own page behind one.

The guest's page knows no session and no officer: the token in its address is all it has, so it is never cached, named
to other sites or indexed, and whoever tries tokens or opens a page over and over has to wait.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from aiohttp import web

import templates
from channels.base import MAX_ATTACHMENT_BYTES, Measure, network
from inbox.guest_visits import MOST_FILES, GuestVisits
from inbox.guests import MOST_DAYS, Copy, Guests
from inbox.limits import Limits
from inbox.refused import Forbidden, Missing, Refused
from inbox.web.bulk import Guard
from inbox.web.citizen_status import POLICY, HandOut
from inbox.web.forms import Given, Posted, read
from inbox.web.gate import Visit
from inbox.web.rail import Rails
from inbox.web.settings import number_of
from inbox.web.ticket import NUMBER, number

_SEE_OTHER = 303
_WRONG = Measure("guest-wrong", 20, timedelta(minutes=15))
_USED = Measure("guest-used", 60, timedelta(minutes=10))
_LARGEST_POST_BYTES = 2 * MAX_ATTACHMENT_BYTES
_TOKEN = r"{token:[A-Za-z0-9_-]{20,64}}"  # noqa: S105 - in a route
# Programs that fetch a link to show what is behind it: they are shown nothing, and nobody has opened it yet.
_PREVIEW = re.compile(r"bot\b|whatsapp|telegram|facebookexternalhit|preview|slack|skype|crawler|spider", re.IGNORECASE)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class GuestPages:
    """/meja/{number}/tamu, for officers. ``public_url``: what a link begins with, or else the address of the desk."""

    def __init__(self, guests: Guests, rails: Rails, public_url: str) -> None:
        self._guests, self._rails, self._public_url = guests, rails, public_url

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        path = f"/meja/{NUMBER}/tamu"
        return [
            web.get(path, officer(self.page)),
            web.post(path, officer(self.give)),
            web.post(path + r"/{link:\d+}/cabut", officer(self.revoke)),
        ]

    async def page(self, visit: Visit, given: Given | None = None, *, address: str = "") -> web.Response:
        """GET: the links so far, and the copy to read before the next is given. ``address``: the one just made."""
        ticket, lines, copy = await self._guests.page(visit.by, number(visit), visit.now)
        return visit.page(
            "pages/guests.html",
            status=422 if given else 200,
            rail=await self._rails.of(visit, ""),
            ticket=ticket,
            lines=lines,
            copy=copy,
            address=address,
            days=visit.office.guest_days,
            most_days=MOST_DAYS,
            given=given or Given(),
        )

    async def give(self, visit: Visit) -> web.Response:
        """POST: ``agency``, ``days`` and the copy. The answer is the one page that ever shows the link."""
        text = visit.posted.text
        copy = Copy(text("text"), text("object"), text("place"))
        try:
            _, token = await self._guests.give(
                visit.by, number(visit), text("agency"), copy, days=number_of(text("days")), now=visit.now
            )
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return await self.page(visit, Given("guest", visit.posted, refused))
        base = self._public_url or str(visit.request.url.origin())
        return await self.page(visit, address=f"{base}/tamu/{token}")

    async def revoke(self, visit: Visit) -> web.Response:
        """POST: it leads nowhere from now on."""
        link = number_of(visit.request.match_info["link"])
        try:
            await self._guests.revoke(visit.by, number(visit), link, visit.now)
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return await self.page(visit, Given("revoke", visit.posted, refused))
        return visit.go(f"/meja/{number(visit)}/tamu?kabar=tersimpan")


class GuestDoor:
    """/tamu/{token}, for whoever was given the link.

    How often links are tried and opened is limited here; what is written down (acceptance, reports a day) is limited
    where it is.
    """

    def __init__(self, visits: GuestVisits, hand_out: HandOut, limits: Limits, now: Callable[[], datetime]) -> None:
        self._visits, self._hand_out, self._limits, self._now = visits, hand_out, limits, now

    def routes(self) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        path = f"/tamu/{_TOKEN}"
        return [
            web.get(path, self._limited(self.show)),
            web.post(f"{path}/terima", self._limited(self.accept)),
            web.post(f"{path}/lapor", self._limited(self.report)),
            web.get(path + r"/berkas/{id:\d{1,18}}", self._limited(self.file)),
        ]

    async def show(self, request: web.Request) -> web.StreamResponse:
        """GET: the copy, and what can be done with it."""
        if _PREVIEW.search(request.headers.get("User-Agent", "")):
            return _page("pages/guest_gone.html", 200, preview=True)
        counted = request.method == "GET"
        return await self._shown(request, Given(), counted=counted)

    async def accept(self, request: web.Request) -> web.StreamResponse:
        """POST: ``nama``, ``jabatan``, ``catatan``."""
        return await self._done(request, "terima", self._accept)

    async def report(self, request: web.Request) -> web.StreamResponse:
        """POST: ``isi``, ``berkas``, and the form's own ``kunci``."""
        return await self._done(request, "lapor", self._report)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """GET: a file of one of this link's own reports."""
        row = await self._visits.file(_token(request), int(request.match_info["id"]), self._now())
        response = await self._hand_out(row.digest, row.name)
        response.headers.update({name: _HEADERS[name] for name in ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")})
        return response

    async def _accept(self, token: str, posted: Posted) -> None:
        text = posted.text
        await self._visits.accept(token, text("nama"), text("jabatan"), text("catatan"), self._now())

    async def _report(self, token: str, posted: Posted) -> None:
        await self._visits.report(
            token, posted.text("kunci"), posted.text("isi"), posted.uploads("berkas"), self._now()
        )

    async def _done(
        self, request: web.Request, form: str, do: Callable[[str, Posted], Awaitable[None]]
    ) -> web.StreamResponse:
        """Nothing is read of a body before its link is known to be in force."""
        token, posted = _token(request), Posted()
        await self._visits.find(token, self._now())
        try:
            posted = await read(request.clone(client_max_size=_LARGEST_POST_BYTES))
            await do(token, posted)
        except Missing:
            raise
        except Refused as refused:
            return await self._shown(request, Given(form, posted, refused))
        return web.Response(status=_SEE_OTHER, headers={**_HEADERS, "Location": f"/tamu/{token}?kabar={form}#{form}"})

    async def _shown(self, request: web.Request, given: Given, *, counted: bool = False) -> web.Response:
        page = await self._visits.page(_token(request), self._now(), counted=counted)
        return _page(
            "pages/guest.html",
            422 if given.refused else 200,
            page=page,
            office=page.office,
            zone=page.office.time_zone,
            path=f"/tamu/{_token(request)}",
            given=given,
            said=request.query.get("kabar", ""),
            key=given.posted.text("kunci") or secrets.token_urlsafe(16),
            most_files=MOST_FILES,
            most_megabytes=MAX_ATTACHMENT_BYTES // 2**20,
        )

    def _limited(self, handler: Handler) -> Handler:
        """Whoever tries tokens waits, and so does whoever opens one over and over; both see the page of no link."""

        async def handle(request: web.Request) -> web.StreamResponse:
            now, client, token = self._now(), network(request.remote), _token(request)
            if wait := await self._limits.take_each(((_WRONG, client), (_USED, token)), now):
                refused = _page("pages/guest_gone.html", 429, preview=False)
                refused.headers["Retry-After"] = str(ceil(wait.total_seconds()))
                return refused
            try:
                answer = await handler(request)
            except Missing:
                await self._limits.give_back(_USED, token)
                return _page("pages/guest_gone.html", 404, preview=False)
            await self._limits.give_back(_WRONG, client)
            return answer

        return handle


def _token(request: web.Request) -> str:
    return request.match_info["token"]


def _page(name: str, status: int, **values: Any) -> web.Response:
    text = templates.render(name, **values)
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=_HEADERS)
