"""The status page: a ticket as its citizen may see it, with its files, for a browser that gave number and code.

What is written there goes in by the office's web door (``<door>balas``), with number and code as proof. The code never
stands in an address; the pass lies in a cookie for an hour after it was last used.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as having
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web
from yarl import URL

import templates
from config.schema import Office
from inbox import numbers
from inbox.refused import Missing
from inbox.status import Status, StatusPage
from inbox.web.citizen_data import CitizenData
from inbox.web.citizen_pass import LASTS, Pass, Passes
from inbox.web.citizen_seen import Seen

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
_COOKIE, _TRIAL = "wadul_cek", "wadul_kue"
_SEE_OTHER = 303

# A stored file by digest and name, shown or saved as is safe (``inbox.web.files``).
HandOut = Callable[[str, str], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something to mend; the sentence is ``pages/citizen/words.html``."""

    field: str
    code: str
    values: Mapping[str, object] = having(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody typed to get in, what was wrong with it, and how many minutes they must wait."""

    number: str = ""
    code: str = ""
    wrong: tuple[Wrong, ...] = ()
    minutes: int = 0


class StatusPages:
    """The status pages of all offices. ``poll_seconds``: how often an open page looks for news."""

    def __init__(
        self,
        status: Status,
        hand_out: HandOut,
        seen: Seen,
        passes: Passes,
        *,
        now: Callable[[], datetime],
        poll_seconds: int,
        data: CitizenData,
    ) -> None:
        self._data = data
        self._status, self._hand_out, self._seen = status, hand_out, seen
        self._passes, self._now, self._poll_seconds = passes, now, poll_seconds

    def routes(self, office: Office) -> Sequence[web.AbstractRouteDef]:
        """Everything below an office's ``cek`` that reads."""
        path = f"{self.path(office)}cek"

        async def show(request: web.Request) -> web.StreamResponse:
            return await self._show(request, office)

        async def news(request: web.Request) -> web.StreamResponse:
            return await self._news(request, office)

        async def file(request: web.Request) -> web.StreamResponse:
            return await self._file(request, office)

        return [
            web.get(path, show),
            web.get(f"{path}/kabar", news),
            web.get(f"{path}/berkas/{{id:[0-9]{{1,18}}}}", file),
            web.get(f"{path}/data", self._data.handler(office, self._given)),
            web.post(f"{path}/keluar", self._leave),
        ]

    def path(self, office: Office) -> str:
        """What an office's pages begin with."""
        return door_path(office) or f"/{office.id}/"

    def ask(self, office: Office | None, asked: Asked, status: int = 200) -> web.Response:
        """The page that asks for number and code, with a trial cookie that tells whether this browser keeps any."""
        path = self.path(office) if office else "/"
        has_form = office is not None and door_path(office) is not None
        text = templates.render("pages/citizen/cek.html", office=office, path=path, has_form=has_form, asked=asked)
        response = html(text, status)
        response.set_cookie(_TRIAL, "1", path="/", httponly=True, samesite="Lax")
        return response

    async def let_in(self, request: web.Request, page: StatusPage) -> web.Response:
        """To the page of a ticket whose number and code were right; at once where the browser keeps no cookies."""
        if not request.cookies:
            return await self._shown(request, page)
        url = URL(f"{self.path(page.office)}cek").with_query(nomor=page.number)
        response = web.Response(status=_SEE_OTHER, headers={"Location": str(url), "Cache-Control": "no-store"})
        self._give_pass(request, response, page)
        return response

    async def _show(self, request: web.Request, office: Office) -> web.Response:
        """The ticket, or the question for number and code with the number filled in."""
        digits = request.query.get("sebelum", "")[:18]
        page = await self._page(request, office, before=int(digits) if digits.isdecimal() else 0)
        if page is None:
            return self.ask(office, Asked(number=request.query.get("nomor", "")[:40]))
        return await self._shown(request, page)

    async def _shown(self, request: web.Request, page: StatusPage) -> web.Response:
        now = self._now()
        await self._seen.note(page, now)
        response = html(self._rendered(page, now))
        self._give_pass(request, response, page)
        return response

    async def _news(self, request: web.Request, office: Office) -> web.Response:
        """A text that changes when the page does, for a page that is open."""
        page = await self._page(request, office)
        if page is None:
            raise web.HTTPForbidden
        return web.Response(text=_version(page), headers={"Cache-Control": "no-store"})

    async def _file(self, request: web.Request, office: Office) -> web.StreamResponse:
        """A file of the ticket this browser may read."""
        given = self._given(request)
        wanted = int(request.match_info["id"])
        found = (
            await self._status.citizen_file(office, given.number, given.code, wanted, self._now()) if given else None
        )
        if found is None:
            raise web.HTTPNotFound
        try:
            response = await self._hand_out(found.digest, found.name)
        except Missing:
            raise web.HTTPNotFound from None
        response.headers["Cache-Control"] = "private, no-store"
        return response

    async def _leave(self, request: web.Request) -> web.StreamResponse:
        """This browser forgets the ticket (a borrowed phone, a shared computer)."""
        path = request.path.removesuffix("/keluar")
        response = web.Response(status=_SEE_OTHER, headers={"Location": path, "Cache-Control": "no-store"})
        response.del_cookie(_COOKIE, path="/")
        return response

    def _given(self, request: web.Request) -> Pass | None:
        """The pass of this browser, if it is for the ticket that was asked for."""
        given = self._passes.read(request.cookies.get(_COOKIE, ""), self._now())
        asked = request.query.get("nomor", "")
        return None if given is None or (asked and numbers.normal(asked) != given.number) else given

    async def _page(self, request: web.Request, office: Office, *, before: int = 0) -> StatusPage | None:
        """The ticket this browser has a pass for, if it is this office's."""
        given = self._given(request)
        if given is None:
            return None
        page = await self._status.citizen_page(given.number, given.code, self._now(), before=before)
        return page if page and page.office.id == office.id else None

    def _rendered(self, page: StatusPage, now: datetime) -> str:
        path = self.path(page.office)
        values: dict[str, Any] = {"office": page.office, "zone": page.office.time_zone, "path": path}
        return templates.render(
            "pages/citizen/status.html",
            **values,
            page=page,
            has_form=door_path(page.office) is not None,
            now=now,
            tanda=secrets.token_urlsafe(16),
            version=_version(page),
            news=f"{path}cek/kabar?nomor={quote(page.number)}",
            poll_seconds=self._poll_seconds,
        )

    def _give_pass(self, request: web.Request, response: web.Response, page: StatusPage) -> None:
        value = self._passes.grant(Pass(page.number, page.code), self._now())
        seconds = int(LASTS.total_seconds())
        response.set_cookie(
            _COOKIE, value, path="/", max_age=seconds, httponly=True, samesite="Lax", secure=request.secure
        )


def door_path(office: Office) -> str | None:
    """Where the office's web form lives, as its door decides (``channels.web``); None where it has none."""
    for entry in office.channels.values():
        if entry.kind == "web":
            return str(entry.settings().get("path") or f"/{office.id}/")
    return None


def html(text: str, status: int = 200) -> web.Response:
    """A citizen's page, kept by no cache."""
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def _version(page: StatusPage) -> str:
    """Changes with whatever the page shows."""
    last = page.messages[-1].id if page.messages else 0
    parts = (page.status, page.step_plain, page.due_at, page.rating, len(page.messages), last, len(page.timeline))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]
