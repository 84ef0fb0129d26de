"""The gate of the desk: lets an officer in with their rights, keeps forged forms out, and answers refusals in words.

Every handler of the desk gets a ``Visit``, never a bare request: who is here, of which office, at what time, and how to
answer with a page. Nothing here knows a ticket.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from aiohttp import web
from aiohttp_session import Session, get_session

import templates
from channels.base import MAX_ATTACHMENT_BYTES
from config.schema import Office, Offices, Right
from inbox import models
from inbox.actor import Actor, actor_of, working
from inbox.database import Database
from inbox.refused import Forbidden, Refused
from inbox.settings import practising
from inbox.web.errors import LANGUAGE, Trouble
from inbox.web.forms import Posted, read
from inbox.web.looks import theme
from inbox.web.security import Forgery
from inbox.web.static import Static

_LARGEST_POST_BYTES = 4 * MAX_ATTACHMENT_BYTES
_SEE_OTHER = 303
# Set in the session of who has given the second step, and where it is given.
SECOND, SECOND_ROOM = "second", "/meja/saya/dua-langkah"
# Set in the session: the office whose single sign-on let the officer in; when the officer proved to be there, in
# seconds since 1970 (before that, when the session began).
VIA, PROVED = "via", "proved"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of an officer who is signed in."""

    request: web.Request
    session: Session
    by: Actor
    office: Office
    now: datetime
    posted: Posted
    csrf: str
    static: Static
    demo: bool = False
    practice: bool = False

    @property
    def target(self) -> str:
        """Which part of the page htmx asks for; empty for the whole page."""
        return self.request.headers.get("HX-Target", "") if "HX-Request" in self.request.headers else ""

    @property
    def wants_second(self) -> bool:
        """Whether a role of the officer's asks for the second step."""
        return wants_second(self.by, self.office)

    def may(self, right: Right) -> bool:
        """Whether the officer has that right."""
        return self.by.may(self.office, right)

    def check(self, right: Right) -> None:
        """Raises Forbidden ``no-right``."""
        if not self.may(right):
            raise Forbidden("no-right", right=right)

    def page(self, name: str, *, status: int = 200, **values: Any) -> web.Response:
        """The page ``<name>``, with what every page of the desk needs."""
        common = {
            "by": self.by,
            "office": self.office,
            "now": self.now,
            "zone": self.office.time_zone,
            "csrf": self.csrf,
            "static": self.static.url,
            "theme": theme(self.request),
            "may": lambda right: self.may(Right(right)),
            "path": self.request.path,
            "said": self.request.query.get("kabar", ""),
            "demo": self.demo,
            "practice": self.practice,
        }
        return html(templates.render(name, language=self.by.language, **common | values), status)

    def go(self, path: str) -> web.Response:
        """See another page now, by GET."""
        return web.Response(status=_SEE_OTHER, headers={"Location": path})


Handler = Callable[[Visit], Awaitable[web.StreamResponse]]
H = TypeVar("H", bound=Callable[..., Awaitable[web.StreamResponse]])


def careful(handler: H) -> H:
    """Marks a handler of POST as one that asks for a fresh proof of who is there; see ``inbox.web.proving``."""
    handler.__dict__["careful"] = True
    return handler


class Gate:
    """Turns a handler of a visit into one of a request. ``demo``: pages say that this is only played.

    ``proof`` asks who is there before what ``careful`` marks; None where they have proved it.
    """

    def __init__(
        self,
        *,
        database: Database,
        offices: Offices,
        forgery: Forgery,
        static: Static,
        trouble: Trouble,
        proof: Callable[[Visit], Awaitable[web.Response | None]],
        now: Callable[[], datetime],
        demo: bool = False,
    ) -> None:
        self._database, self._offices, self._forgery = database, offices, forgery
        self._static, self._trouble, self._now, self._demo = static, trouble, now, demo
        self._proof = proof

    def officer(self, handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """For signed-in officers; everybody else is shown the way to the sign-in page."""

        async def handle(request: web.Request) -> web.StreamResponse:
            session = await get_session(request)
            by = await self._actor(session)
            if by is None:
                return self._sign_in(request)
            return await self._let_in(request, session, by, handler)

        return handle

    async def _let_in(self, request: web.Request, session: Session, by: Actor, handler: Handler) -> web.StreamResponse:
        request[LANGUAGE] = by.language
        if self._owes_second(request, session, by):
            return web.Response(status=_SEE_OTHER, headers={"Location": SECOND_ROOM})
        try:
            visit = await self._visit(request, session, by)
            asks = await self._proof(visit) if getattr(handler, "careful", False) else None
            return asks or await handler(visit)
        except Refused as refused:
            return self._trouble.refused(request, refused)

    def _owes_second(self, request: web.Request, session: Session, by: Actor) -> bool:
        """Whether the second step comes before anything else. The demo's officers have no telephones."""
        free = request.path.startswith(SECOND_ROOM) or request.path == "/keluar"
        return not (self._demo or free or session.get(SECOND)) and wants_second(by, self._offices.office(by.office))

    async def _visit(self, request: web.Request, session: Session, by: Actor) -> Visit:
        """The request read and judged. Raises Forbidden ``form-forged`` and what reading a form raises."""
        posted, binding = Posted(), str(session.identity)
        if request.method == "POST":
            posted = await read(request.clone(client_max_size=_LARGEST_POST_BYTES))
            if self._forgery.forged(request, posted.text("csrf"), binding):
                raise Forbidden("form-forged")
        return Visit(
            request=request,
            session=session,
            by=by,
            office=self._offices.office(by.office),
            now=self._now(),
            posted=posted,
            csrf=self._forgery.token(binding),
            static=self._static,
            demo=self._demo,
            practice=await practising(self._database, by.office),
        )

    async def _actor(self, session: Session) -> Actor | None:
        """The officer of the session with today's roles; None where they may not work here any more."""
        if "officer" not in session:
            return None
        async with self._database.reading():
            by = await working(session["officer"], self._now())
        return by if by is not None and by.office in self._offices.offices else None

    def _sign_in(self, request: web.Request) -> web.Response:
        if "HX-Request" in request.headers or request.method != "GET":
            return self._trouble.signed_out(request)
        return web.Response(status=_SEE_OTHER, headers={"Location": f"/masuk?ke={request.rel_url.raw_path}"})


def wants_second(by: Actor, office: Office) -> bool:
    """Whether a role of the officer's asks for the second step."""
    return any(office.roles[role].second_step for role in by.roles if role in office.roles)


def actor(officer: models.Officer) -> Actor:
    """The officer as giver of commands; see ``inbox.actor.actor_of``."""
    return actor_of(officer)


def html(text: str, status: int = 200) -> web.Response:
    """A page, compressed where the browser takes it."""
    response = web.Response(text=text, status=status, content_type="text/html", charset="utf-8")
    response.enable_compression()
    return response
