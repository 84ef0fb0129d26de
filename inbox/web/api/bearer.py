"""Who asks: the token of a request, whose rights it carries, and how many requests it may make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from aiohttp import web

from config.schema import Office, Offices
from inbox.actor import Actor
from inbox.tokens import Tokens
from inbox.web.api.problems import Unsound
from inbox.web.gate import actor

_MINUTE = timedelta(minutes=1)


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

    def __init__(self, tokens: Tokens, offices: Offices, now: Callable[[], datetime], per_minute: int) -> None:
        self._tokens, self._offices, self._now = tokens, offices, now
        self._allowance = Allowance(per_minute)

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
        self._allowance.take(row.id, self._now())
        if scope not in row.scopes:
            challenge = f'Bearer realm="wadul", error="insufficient_scope", scope="{scope}"'
            raise Unsound(403, "scope-missing", headers={"WWW-Authenticate": challenge}, values={"scope": scope})
        by = actor(row.officer)
        return Bearer(row.id, by, self._offices.office(by.office), frozenset(row.scopes), row.expires_at)


class Allowance:
    """So many requests a minute for each token, saved up to a minute's worth. Lives in memory, one a process."""

    def __init__(self, per_minute: int) -> None:
        self._most = float(per_minute)
        self._left: dict[int, tuple[float, datetime]] = {}

    def take(self, token_id: int, now: datetime) -> None:
        """One request. Raises Unsound 429 with the seconds to wait."""
        left, since = self._left.get(token_id, (self._most, now))
        left = min(self._most, left + self._most * (max(now - since, timedelta(0)) / _MINUTE))
        if left < 1:
            seconds = ceil((1 - left) / self._most * 60)
            raise Unsound(429, "too-many-requests", headers={"Retry-After": str(seconds)})
        self._left[token_id] = (left - 1, now)
