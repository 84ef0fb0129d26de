"""Who is signed in at which browser: aiohttp-session over our own table.

The cookie holds a random token, the row its SHA-256, so that a stolen database opens no desk. A session ends after
eight hours without a click, thirty days after it began, when the officer signs out, is made inactive or gets a new
password; signing out also ends what is pushed to the browser. Before sign-in the cookie holds a token and no row: that
is what the sign-in form's CSRF token is bound to.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from aiohttp import web
from aiohttp_session import AbstractStorage, Session

from inbox import models, officer_browsers, reading
from inbox.database import Database
from inbox.reading import Question

COOKIE = "wadul"
LIVE_HEADER, LOOKING = "X-Wadul-Live", "looking"
IDLE = timedelta(hours=8)
LONGEST = timedelta(days=30)
_NOTED_EVERY = timedelta(minutes=5)


class Storage(AbstractStorage):
    """Sessions as rows of ``session``. ``secure``: the cookie only travels over https."""

    def __init__(self, database: Database, now: Callable[[], datetime], *, secure: bool) -> None:
        super().__init__(cookie_name=COOKIE, httponly=True, samesite="Lax", secure=secure, path="/")
        self._database, self._now = database, now

    async def new_session(self) -> Session:
        """An empty one with a token of its own: signing in never keeps the token from before."""
        return Session(secrets.token_urlsafe(32), data=None, new=True)

    async def load_session(self, request: web.Request) -> Session:
        """The browser's session; empty for a stranger, whose token is kept, and for one that ended."""
        token = self.load_cookie(request) or ""
        row = await self._alive(token) if token else None
        if row is None:
            return Session(token, data=None, new=True) if _plausible(token) else await self.new_session()
        if LIVE_HEADER not in request.headers:
            await self._note(row)
        values = {**row.data, "officer": row.officer_id}
        return Session(token, data={"created": int(row.created_at.timestamp()), "session": values}, new=False)

    async def save_session(self, request: web.Request, response: web.StreamResponse, session: Session) -> None:
        """Keep what changed. A stranger's session is its cookie alone; one that was signed out leaves nothing."""
        token, before = str(session.identity), self.load_cookie(request) or ""
        if "officer" in session:
            agent = request.headers.get("User-Agent", "")[:200]
            await self._database.transaction(lambda: self._write(session, token, before, agent))
        elif not session.new:
            await self._database.transaction(lambda: self._end(before))
            token = ""
        self.save_cookie(response, token)

    async def _alive(self, token: str) -> models.Session | None:
        async with self._database.reading():
            asked = Question(models.Session, "WHERE t.digest = $1", (digest(token),))
            found = await reading.ask(asked)
        row, now = next(iter(found.rows(asked)), None), self._now()
        if row is None or row.expires_at <= now or row.seen_at + IDLE <= now:
            return None
        return row

    async def _note(self, row: models.Session) -> None:
        now = self._now()
        if now - row.seen_at >= _NOTED_EVERY:
            change = models.Session.filter(digest=row.digest)
            await self._database.transaction(lambda: change.update(seen_at=now))

    async def _end(self, token: str) -> None:
        await officer_browsers.signed_out(digest(token), self._now())
        await models.Session.filter(digest=digest(token)).delete()

    async def _write(self, session: Session, token: str, before: str, agent: str) -> None:
        now = self._now()
        kept = {key: value for key, value in session.items() if key != "officer"}
        if before != token:
            await officer_browsers.signed_in(digest(before), digest(token), session["officer"], now)
            await models.Session.filter(digest=digest(before)).delete()
        if await models.Session.filter(digest=digest(token)).update(data=kept, seen_at=now):
            return
        await models.Session.filter(expires_at__lte=now).delete()
        await models.Session.create(
            digest=digest(token),
            officer_id=session["officer"],
            data=kept,
            agent=agent,
            created_at=now,
            seen_at=now,
            expires_at=now + LONGEST,
        )


def digest(token: str) -> str:
    """What the row is found by."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _plausible(token: str) -> bool:
    """Whether a stranger's token may be one of ours: anything else is replaced, not carried on."""
    return len(token) == 43 and token.isascii()
