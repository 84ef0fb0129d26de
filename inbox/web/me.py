"""An officer's own page: who I am here, my language and keys, how my browser shows the desk, and what is new for me."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from inbox import models, notices
from inbox.actor import LANGUAGES
from inbox.database import Database
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.looks import LANGUAGE_COOKIE, THEME_COOKIE, THEMES, remember
from inbox.web.rail import Rails
from inbox.web.reaching import ReachValues
from inbox.web.signin import inside
from inbox.worktime import Calendar

_SETTINGS = ("shortcuts", "alerts")


class Me:
    """/meja/saya and /meja/kabar."""

    def __init__(
        self, database: Database, rails: Rails, calendars: Mapping[str, Calendar], reaching: ReachValues
    ) -> None:
        self._database, self._rails, self._calendars, self._reaching = database, rails, calendars, reaching

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.get("/meja/saya", officer(self.page)),
            web.post("/meja/saya", officer(self.choose)),
            web.get("/meja/kabar", officer(self.news)),
        ]

    async def page(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET; with ``given`` a form of it that was refused."""
        values = {"languages": LANGUAGES, "themes": THEMES, "given": given or Given()}
        values |= await self._reaching.of(visit) | await self._news(visit)
        rail = await self._rails.of(visit, "me")
        return visit.page("pages/me.html", status=422 if given else 200, rail=rail, **values)

    async def news(self, visit: Visit) -> web.Response:
        """GET /meja/kabar: what is new for the officer, and whether the office is open, for the browser to tell."""
        return visit.page("parts/news.html", **await self._news(visit))

    async def choose(self, visit: Visit) -> web.Response:
        """POST: ``language`` and the settings are kept with the officer, ``theme`` with the browser.

        A box that is not ticked is not sent: ``settings`` names those that stood on the page.
        """
        response = visit.go(inside(visit.posted.text("ke")))
        language, theme = visit.posted.text("language"), visit.posted.text("theme")
        changed = {name: bool(visit.posted.text(name)) for name in visit.posted.texts.getall("settings", [])}
        changed = {name: value for name, value in changed.items() if name in _SETTINGS}
        if language in LANGUAGES or changed:
            await self._database.transaction(lambda: _keep(visit.by.officer_id, language, changed))
        if theme in THEMES:
            remember(response, visit.request, THEME_COOKIE, theme)
        if language in LANGUAGES:
            remember(response, visit.request, LANGUAGE_COOKIE, language)
        return response

    async def _news(self, visit: Visit) -> dict[str, Any]:
        async with self._database.reading():
            unseen = await notices.unseen(visit.office.id, visit.by.roles, visit.by.officer_id)
        return {"notices": unseen, "open_now": self._calendars[visit.office.id].is_open(visit.now)}


async def _keep(officer_id: int, language: str, changed: Mapping[str, bool]) -> None:
    officer = await models.Officer.filter(id=officer_id).select_for_update().get()
    officer.settings = {**(officer.settings or {}), **changed}
    if language in LANGUAGES:
        officer.language = language
    await officer.save(update_fields=["language", "settings"])
