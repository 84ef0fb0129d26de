"""Signing in and out.

Says the same to every failure, takes the same time for it, and gives each sign-in a session token of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from aiohttp import web
from aiohttp_session import get_session, new_session

import templates
from channels.base import Measure, network
from config.schema import Offices
from inbox import models
from inbox.database import Database
from inbox.limits import Limits
from inbox.officers import Officers
from inbox.passkeys import Passkeys
from inbox.refused import Refused
from inbox.second_factors import SecondFactors
from inbox.web import looks
from inbox.web.forms import read
from inbox.web.gate import SECOND, VIA, Visit, html
from inbox.web.second_step import Pledge
from inbox.web.security import Forgery
from inbox.web.static import Static

HOME = "/meja/"
# From one network, which a whole office may share. Each costs a hash, and may lock the login it names.
_FAILURES = Measure("sign-in", 50, timedelta(minutes=15))
_SEE_OTHER = 303
_LARGEST_FORM_BYTES = 16 * 1024


@dataclass(frozen=True, slots=True)
class Sample:
    """An officer whom the demo lets in by one click."""

    login: str
    name: str
    initials: str
    roles: str
    office: str


class SignIn:
    """/masuk and /keluar. ``elsewhere``: what the single sign-on of an office is called, where it has one.

    ``demo``: sample officers sign in without a password.
    """

    def __init__(
        self,
        *,
        database: Database,
        offices: Offices,
        officers: Officers,
        limits: Limits,
        factors: SecondFactors,
        passkeys: Passkeys,
        pledge: Pledge,
        elsewhere: Mapping[str, str],
        forgery: Forgery,
        static: Static,
        now: Callable[[], datetime],
        demo: bool,
    ) -> None:
        self._database, self._offices, self._officers = database, offices, officers
        self._forgery, self._static, self._now = forgery, static, now
        self._limits, self._demo, self._elsewhere = limits, demo, elsewhere
        self._factors, self._passkeys, self._pledge = factors, passkeys, pledge

    async def form(self, request: web.Request) -> web.Response:
        """GET /masuk."""
        session = await get_session(request)
        session.changed()
        return await self._page(request, str(session.identity))

    async def enter(self, request: web.Request) -> web.Response:
        """POST /masuk: login and password, or ``contoh`` in the demo."""
        posted = await read(request.clone(client_max_size=_LARGEST_FORM_BYTES))
        binding = str((await get_session(request)).identity)
        if self._forgery.forged(request, posted.text("csrf"), binding):
            return await self._page(request, binding, wrong="form-forged", status=403)
        login, to = posted.text("login"), inside(posted.text("ke"))
        client = network(request.remote)
        if wait := await self._limits.take(_FAILURES, client, self._now()):
            return await self._too_often(request, binding, wait, login=login, to=to)
        officer = await self._who(login, posted.text("password"), posted.text("contoh"))
        if officer is None:
            return await self._page(request, binding, wrong="sign-in-refused", login=login, to=to, status=403)
        await self._limits.give_back(_FAILURES, client)
        if not posted.text("contoh") and (await self._factors.state(officer.id)).on:
            return await self._code_page(request, binding, officer, to)
        return await self.let_in(request, officer, to)

    async def passkey(self, request: web.Request) -> web.Response:
        """POST /masuk/kunci: a passkey instead of password and code."""
        posted = await read(request.clone(client_max_size=2 * _LARGEST_FORM_BYTES))
        binding, to = str((await get_session(request)).identity), inside(posted.text("ke"))
        if self._forgery.forged(request, posted.text("csrf"), binding):
            return await self._page(request, binding, wrong="form-forged", status=403)
        client = network(request.remote)
        if wait := await self._limits.take(_FAILURES, client, self._now()):
            return await self._too_often(request, binding, wait, to=to)
        try:
            officer = await self._passkeys.prove(posted.text("passkey"), binding, self._now())
        except Refused as refused:
            return await self._page(request, binding, wrong=refused.code, to=to, status=403)
        await self._limits.give_back(_FAILURES, client)
        return await self.let_in(request, officer, to, second=True)

    async def second(self, request: web.Request) -> web.Response:
        """POST /masuk/kode: the second step."""
        posted = await read(request.clone(client_max_size=_LARGEST_FORM_BYTES))
        binding, to = str((await get_session(request)).identity), inside(posted.text("ke"))
        if self._forgery.forged(request, posted.text("csrf"), binding):
            return await self._page(request, binding, wrong="form-forged", status=403)
        pledge = posted.text("tanda")
        officer = await self._pledge.officer(pledge, binding, self._now())
        if officer is None:
            return await self._page(request, binding, wrong="form-forged", to=to, status=403)
        try:
            if answer := posted.text("passkey"):
                await self._passkeys.prove(answer, binding, self._now(), officer.id)
            else:
                await self._factors.prove(officer.id, posted.text("code"), self._now())
        except Refused as refused:
            return await self._code_page(request, binding, officer, to, pledge=pledge, wrong=refused.code)
        return await self.let_in(request, officer, to, second=True)

    async def let_in(
        self, request: web.Request, officer: models.Officer, to: str, *, second: bool = False, via: str = ""
    ) -> web.Response:
        """A session of the officer's. ``second``: both steps were taken; ``via``: by that office's single sign-on."""
        session = await new_session(request)
        session["officer"] = officer.id
        if second:
            session[SECOND] = True
        if via:
            session[VIA] = via
        response = _go(to)
        looks.remember(response, request, looks.LANGUAGE_COOKIE, officer.language)
        return response

    async def known_elsewhere(
        self, request: web.Request, officer: models.Officer, to: str, *, second: bool, via: str
    ) -> web.Response:
        """Whom single sign-on named goes on: to the second step, unless there were two (``second``) or none is on."""
        if second or not (await self._factors.state(officer.id)).on:
            return await self.let_in(request, officer, to, second=second, via=via)
        return await self._code_page(request, str((await get_session(request)).identity), officer, to)

    async def refused(self, request: web.Request, refused: Refused) -> web.Response:
        """The sign-in page, and why it is not left."""
        binding = str((await get_session(request)).identity)
        return await self._page(request, binding, wrong=refused.code, values=refused.values, status=403)

    async def leave(self, visit: Visit) -> web.Response:
        """POST /keluar."""
        visit.session.invalidate()
        return _go("/masuk?kabar=keluar")

    async def _who(self, login: str, password: str, sample: str) -> models.Officer | None:
        if self._demo and sample:
            return await models.Officer.filter(login=sample, active=True).first()
        return await self._officers.sign_in(login, password, self._now())

    async def _too_often(
        self, request: web.Request, binding: str, wait: timedelta, *, login: str = "", to: str = ""
    ) -> web.Response:
        answer = await self._page(request, binding, wrong="sign-in-often", login=login, to=to, status=429)
        answer.headers["Retry-After"] = str(ceil(wait.total_seconds()))
        return answer

    async def _code_page(
        self, request: web.Request, binding: str, officer: models.Officer, to: str, *, pledge: str = "", wrong: str = ""
    ) -> web.Response:
        text = templates.render(
            "pages/second_code.html",
            offices=tuple(self._offices.offices.values()),
            csrf=self._forgery.token(binding),
            static=self._static.url,
            language=looks.language(request),
            theme=looks.theme(request),
            pledge=pledge or self._pledge.of(officer, binding, self._now()),
            using=await self._passkeys.to_use(binding, self._now(), officer.id),
            app=(await self._factors.state(officer.id)).app,
            to=to,
            wrong=wrong,
        )
        return html(text, 422 if wrong else 200)

    async def _page(
        self,
        request: web.Request,
        binding: str,
        *,
        wrong: str = "",
        values: Mapping[str, str] | None = None,
        login: str = "",
        to: str = "",
        status: int = 200,
    ) -> web.Response:
        text = templates.render(
            "pages/signin.html",
            offices=tuple(self._offices.offices.values()),
            samples=await self._samples() if self._demo else (),
            csrf=self._forgery.token(binding),
            static=self._static.url,
            language=looks.language(request),
            theme=looks.theme(request),
            wrong=wrong,
            values=values or {},
            using=await self._passkeys.to_use(binding, self._now()),
            elsewhere=[(id_, self._offices.office(id_).name, name) for id_, name in self._elsewhere.items()],
            login=login[:64],
            to=to or inside(request.query.get("ke", "")),
            said=request.query.get("kabar", ""),
        )
        return html(text, status)

    async def _samples(self) -> Sequence[Sample]:
        async with self._database.reading():
            rows = await models.Officer.filter(active=True).order_by("id").prefetch_related("roles").limit(40)
        return [self._sample(row) for row in rows if row.office in self._offices.offices]

    def _sample(self, row: models.Officer) -> Sample:
        office = self._offices.office(row.office)
        held = [office.roles[one.role].name for one in row.roles if one.role in office.roles]
        return Sample(row.login, row.name, row.initials, ", ".join(held), office.name)


def inside(path: str, otherwise: str = HOME) -> str:
    """A page of the desk to go to; anything else is the list or ``otherwise``, so that nobody is led elsewhere."""
    return path if path.startswith("/meja/") and "\\" not in path and path.isprintable() else otherwise


def _go(path: str) -> web.Response:
    return web.Response(status=_SEE_OTHER, headers={"Location": path})
