"""An officer's own page: who I am here, my language, and how my browser shows the desk."""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from inbox import models
from inbox.actor import LANGUAGES
from inbox.database import Database
from inbox.web.gate import THEME_COOKIE, THEMES, Visit
from inbox.web.rail import Rails
from inbox.web.signin import inside

_YEAR_SECONDS = int(timedelta(days=365).total_seconds())


class Me:
    """/meja/saya. ``secure``: cookies travel by https only."""

    def __init__(self, database: Database, rails: Rails, *, secure: bool) -> None:
        self._database, self._rails, self._secure = database, rails, secure

    async def page(self, visit: Visit) -> web.Response:
        """GET."""
        rail = await self._rails.of(visit, "me")
        return visit.page("pages/me.html", rail=rail, languages=LANGUAGES, themes=THEMES)

    async def choose(self, visit: Visit) -> web.Response:
        """POST: ``language`` is kept with the officer, ``theme`` with the browser."""
        response = visit.go(inside(visit.posted.text("ke")))
        language, theme = visit.posted.text("language"), visit.posted.text("theme")
        if language in LANGUAGES:
            row = models.Officer.filter(id=visit.by.officer_id)
            await self._database.transaction(lambda: row.update(language=language))
        if theme in THEMES:
            response.set_cookie(
                THEME_COOKIE, theme, max_age=_YEAR_SECONDS, httponly=True, samesite="Lax", secure=self._secure
            )
        return response
