"""Who asks: the token of a request, whose rights it carries, and how many requests it may make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from aiohttp import web

from channels.base import Measure
from config.schema import Office, Offices
from inbox.actor import Actor
from inbox.limits import Limits
from inbox.tokens import Tokens
from inbox.web.api.problems import Unsound
from inbox.web.gate import actor


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token that counts, with today's rights of its officer."""

    token_id: int
    by: Actor
    office: Office
    scopes: frozenset[str]
    expires_at: datetime | None


class Bearers:
    """Reads the ``Authorization`` header. Source: RFC 6750."""

    def __init__(
        self, tokens: Tokens, offices: Offices, limits: Limits, now: Callable[[], datetime], per_minute: int
    ) -> None:
        self._tokens, self._offices, self._limits, self._now = tokens, offices, limits, now
        self._measure = Measure("api", per_minute, timedelta(minutes=1))

    async def of(self, request: web.Request, scope: str) -> Bearer:
        """Whoever asks. Raises Unsound: 401 without a token that counts, 403 beyond its scopes, 429 for too many."""
        given = request.headers.get("Authorization", "")
        kind, _, token = given.partition(" ")
        if kind.lower() != "bearer":
            raise Unsound(401, "token-wanted", headers={"WWW-Authenticate": 'Bearer realm="wadul"'})
        row = await self._tokens.find(token.strip(), self._now())
        if row is None or row.officer.office not in self._offices.offices:
            challenge = 'Bearer realm="wadul", error="invalid_token"'
            raise Unsound(401, "token-powerless", headers={"WWW-Authenticate": challenge})
        if wait := await self._limits.take(self._measure, str(row.id), self._now()):
            raise Unsound(429, "too-many-requests", headers={"Retry-After": str(ceil(wait.total_seconds()))})
        if scope not in row.scopes:
            challenge = f'Bearer realm="wadul", error="insufficient_scope", scope="{scope}"'
            raise Unsound(403, "scope-missing", headers={"WWW-Authenticate": challenge}, values={"scope": scope})
        by = actor(row.officer)
        return Bearer(row.id, by, self._offices.office(by.office), frozenset(row.scopes), row.expires_at)
