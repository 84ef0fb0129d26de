"""The recap of a day or a month at the desk: to read, to print, to take along; each figure leads to its complaints."""

from __future__ import annotations

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from aiohttp import web

from inbox.figures import Period
from inbox.recaps import MOST_BEHIND, Cut, Recaps, Worked, after, before, period_of
from inbox.refused import Refused
from inbox.tickets import Tickets
from inbox.web.board import came
from inbox.web.bulk import Guard
from inbox.web.gate import Visit
from inbox.web.rail import Rails

PATH = "/meja/rekap"
CUTS = {
    "kelas": "class",
    "langkah": "step",
    "dijawab": "answered",
    "tepat": "kept",
    "lewat": "missed",
    "nilai": "rating",
}
_ONLY = {"telat": "late", "tepat": "on-time", "berjalan": "standing"}


class RecapPages:
    """/meja/rekap. ``masa`` in the address is a day (2026-11-23) or a month (2026-11)."""

    def __init__(self, tickets: Tickets, rails: Rails) -> None:
        self._recaps, self._rails = Recaps(tickets), rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """Both pages."""
        return [web.get(PATH, officer(self.page)), web.get(f"{PATH}/aduan", officer(self.behind))]

    async def page(self, visit: Visit) -> web.Response:
        """GET: the recap; of this month, and saying so, where the address names none. Raises Forbidden ``no-right``."""
        refused: Refused | None = None
        try:
            period = period_of(visit.request.query.get("masa", ""), visit.office, visit.now)
        except Refused as error:
            refused, period = error, period_of("", visit.office, visit.now)
        recap = await self._recaps.read(visit.by, period, visit.now)
        return visit.page(
            "pages/recap.html",
            status=422 if refused else 200,
            refused=refused,
            recap=recap,
            today=visit.now.astimezone(ZoneInfo(visit.office.time_zone)).date(),
            before=before(period),
            after=after(period),
            came=lambda **more: came(period, **more),
            cut=lambda by, value="", only="": cut_path(period, by, value, only),
            step_value=step_value,
            rail=await self._rails.of(visit, "recap"),
        )

    async def behind(self, visit: Visit) -> web.Response:
        """GET aduan: the complaints behind one figure. Raises Forbidden ``no-right``, Refused ``period-unreadable``."""
        query = visit.request.query
        period = period_of(query.get("masa", ""), visit.office, visit.now)
        by, only = CUTS.get(query.get("menurut", ""), ""), _ONLY.get(query.get("yang", ""), "")
        cut = Cut(by, query.get("nilai", "")[:200], only)
        found = await self._recaps.behind(visit.by, period, cut, visit.now)
        rail = await self._rails.of(visit, "recap")
        return visit.page("pages/recap_behind.html", period=period, rows=found, most=MOST_BEHIND, rail=rail)


def cut_path(period: Period, by: str, value: str = "", only: str = "") -> str:
    """Where the complaints behind a figure are. ``only``: telat, tepat or berjalan, of a step."""
    asked = {"masa": period.id, "menurut": by, "nilai": value, "yang": only}
    return f"{PATH}/aduan?" + urlencode({name: text for name, text in asked.items() if text})


def step_value(one: Worked) -> str:
    """A step of an officer as a cut names it."""
    return f"{one.procedure} {one.step} {one.officer_id}"
