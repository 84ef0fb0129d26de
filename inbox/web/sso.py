"""Signing in by the office's single sign-on: to its provider and back, with a cookie that only this way home opens.

What must come back unchanged (state, nonce, the PKCE verifier, where to go) is sealed into a cookie for ten minutes:
who signs in has no session yet. Somebody who is signed in already may come the same way to prove afresh to be there.
Source: OpenID Connect Core 1.0, 3.1.2; RFC 9700, 4.7 (state and PKCE).
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from aiohttp_session import get_session
from cryptography.fernet import Fernet, InvalidToken

from channels.base import Measure, network
from inbox.database import Database
from inbox.limits import Limits
from inbox.refused import Refused
from inbox.single_sign_on import Asked, Provider, Told, officer_of
from inbox.web.gate import PROVED, Visit
from inbox.web.rail import Rails
from inbox.web.routes import Guard
from inbox.web.signin import SignIn, inside

_COOKIE, _PATH, _PROVED = "wadul-sso", "/masuk/sso", "/meja/saya/terbukti"
_LASTS = timedelta(minutes=10)
_LEEWAY = timedelta(minutes=1)
_TRIES = Measure("single-sign-on", 60, timedelta(minutes=15))
_LONGEST_CODE = 4096
_SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class _Way:
    """Who set out, where to, and what has to come back."""

    office: str
    binding: str
    to: str
    afresh: bool
    begun: int
    asked: Asked


class SingleSignOnPages:
    """/masuk/sso/{office}. ``providers``: by office. ``key``: 32 bytes of this purpose alone."""

    def __init__(
        self,
        sign_in: SignIn,
        providers: Mapping[str, Provider],
        *,
        database: Database,
        limits: Limits,
        rails: Rails,
        key: bytes,
        public_url: str,
        now: Callable[[], datetime],
    ) -> None:
        self._sign_in, self._providers, self._database = sign_in, providers, database
        self._limits, self._rails = limits, rails
        self._box, self._url, self._now = Fernet(base64.urlsafe_b64encode(key)), public_url.rstrip("/"), now

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.get(_PATH + "/{office}", self.begin),
            web.get(_PATH + "/{office}/kembali", self.back),
            web.get(_PROVED, officer(self.proved)),
        ]

    async def proved(self, visit: Visit) -> web.Response:
        """GET: back in the window where the provider asked; what waits is in another."""
        return visit.page("pages/proved.html", rail=await self._rails.of(visit, ""))

    async def begin(self, request: web.Request) -> web.StreamResponse:
        """GET ``ke``, ``ulang``: to the provider. Nothing is done by it, so that a link may lead here."""
        office, now = request.match_info["office"], self._now()
        provider, session = self._provider(office), await get_session(request)
        session.changed()
        if await self._limits.take(_TRIES, network(request.remote), now):
            return await self._sign_in.refused(request, Refused("sign-in-often"))
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        asked = Asked(state, nonce, verifier, f"{self._url}{_PATH}/{office}/kembali")
        to, afresh = inside(request.query.get("ke", "")), "ulang" in request.query
        way = _Way(office, str(session.identity), to, afresh, int(now.timestamp()), asked)
        try:
            address = await provider.address(asked, afresh=afresh)
        except Refused as refused:
            return await self._sign_in.refused(request, refused)
        response = web.Response(status=_SEE_OTHER, headers={"Location": address})
        self._remember(request, response, self._sealed(way))
        return response

    async def back(self, request: web.Request) -> web.StreamResponse:
        """GET ``code``, ``state``: from the provider. The cookie is good once."""
        office, session = request.match_info["office"], await get_session(request)
        provider = self._provider(office)
        try:
            way = self._way(request, office, str(session.identity))
            told = await provider.told(way.asked, _code(request, way.asked.state, provider))
            officer = await officer_of(self._database, office, provider.issuer, told, self._now())
            if way.afresh:
                response = self._proved(session, officer.id, way, told)
            else:
                second = provider.second_step
                response = await self._sign_in.known_elsewhere(request, officer, way.to, second=second, via=office)
        except Refused as refused:
            response = await self._sign_in.refused(request, refused)
        self._remember(request, response, "")
        return response

    def _proved(self, session: Any, officer_id: int, way: _Way, told: Told) -> web.Response:
        """Raises Refused ``sso-stale``: it is another officer, or the provider did not ask again."""
        since = datetime.fromtimestamp(way.begun, UTC) - _LEEWAY
        if session.get("officer") != officer_id or told.proved_at is None or told.proved_at < since:
            raise Refused("sso-stale")
        session[PROVED] = int(self._now().timestamp())
        return web.Response(status=_SEE_OTHER, headers={"Location": _PROVED})

    def _provider(self, office: str) -> Provider:
        if office not in self._providers:
            raise web.HTTPNotFound
        return self._providers[office]

    def _sealed(self, way: _Way) -> str:
        return self._box.encrypt_at_time(json.dumps(asdict(way)).encode(), way.begun).decode()

    def _way(self, request: web.Request, office: str, binding: str) -> _Way:
        """Raises Refused ``sso-lost``: it did not begin here, or too long ago."""
        try:
            plain = self._box.decrypt_at_time(
                request.cookies.get(_COOKIE, ""), int(_LASTS.total_seconds()), int(self._now().timestamp())
            )
        except (InvalidToken, ValueError):
            raise Refused("sso-lost") from None
        said = json.loads(plain)
        way = _Way(**said | {"asked": Asked(**said["asked"])})
        if way.office != office or not hmac.compare_digest(way.binding.encode(), binding.encode()):
            raise Refused("sso-lost")
        return way

    def _remember(self, request: web.Request, response: web.StreamResponse, value: str) -> None:
        if not value:
            response.del_cookie(_COOKIE, path=_PATH)
            return
        age, secure = int(_LASTS.total_seconds()), self._url.startswith("https") or request.secure
        response.set_cookie(_COOKIE, value, max_age=age, path=_PATH, httponly=True, samesite="Lax", secure=secure)


def _code(request: web.Request, state: str, provider: Provider) -> str:
    """Raises Refused ``sso-lost``, ``sso-refused``: it says that it does not want to."""
    given, code = request.query.get("state", ""), request.query.get("code", "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), state.encode()):
        raise Refused("sso-lost")
    issuer = request.query.get("iss", provider.issuer)  # RFC 9207
    if not code or len(code) > _LONGEST_CODE or issuer != provider.issuer:
        raise Refused("sso-refused", name=provider.name)
    return code
