"""The daily checks: today's form, and who signed on which day."""

from __future__ import annotations

from aiohttp import web

from config.schema import DailyCheck
from inbox.daily import Daily
from inbox.refused import Missing, Refused
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails


class DailyPages:
    """/meja/pemeriksaan/{check}."""

    def __init__(self, daily: Daily, rails: Rails) -> None:
        self._daily, self._rails = daily, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        path = "/meja/pemeriksaan/{check}"
        return [web.get(path, officer(self.page)), web.post(path, officer(self.sign))]

    async def page(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: the month's days, and the form while nobody has signed today."""
        check = _check(visit)
        days = await self._daily.kept(visit.by, check, visit.now)
        awaited = check in await self._daily.awaited(visit.by, visit.now)
        return visit.page(
            "pages/daily.html",
            status=422 if given else 200,
            rail=await self._rails.of(visit, ""),
            check=check,
            days=days,
            awaited=awaited,
            given=given or Given(),
        )

    async def sign(self, visit: Visit) -> web.Response:
        """POST: ``looked`` are the items that were ticked, ``note`` the reason for the others."""
        looked, note = visit.posted.texts.getall("looked", []), visit.posted.text("note")
        try:
            await self._daily.sign(visit.by, visit.request.match_info["check"], looked, note, visit.now)
        except Missing:
            raise
        except Refused as refused:
            return await self.page(visit, Given("daily", visit.posted, refused))
        return visit.go("/meja/?kabar=tersimpan")


def _check(visit: Visit) -> DailyCheck:
    found = next((one for one in visit.office.checks if one.id == visit.request.match_info["check"]), None)
    if found is None:
        raise Missing("check-missing")
    return found
