"""The head's board: the office in figures, each of them the way to the tickets behind it."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from inbox.figures import PERIODS, Figures, Period
from inbox.web.bulk import Guard
from inbox.web.citizen_status import door_path
from inbox.web.gate import Visit
from inbox.web.rail import Rails

PATHS = dict(zip(("hari-ini", "7-hari", "30-hari", "bulan-ini", "tahun"), PERIODS, strict=True))


class BoardPage:
    """/meja/papan. ``masa`` in the address is the period."""

    def __init__(self, figures: Figures, rails: Rails) -> None:
        self._figures, self._rails = figures, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [web.get("/meja/papan", officer(self.page)), web.post("/meja/papan", officer(self.publish))]

    async def page(self, visit: Visit) -> web.Response:
        """GET. Raises Forbidden ``no-right``."""
        asked = PATHS.get(visit.request.query.get("masa", ""), "week")
        board = await self._figures.board(visit.by, asked, visit.now)
        rail = await self._rails.of(visit, "board")
        return visit.page(
            "pages/board.html",
            rail=rail,
            board=board,
            periods=PATHS,
            public=await self._figures.published(visit.office),
            public_path=f"{door_path(visit.office) or f'/{visit.office.id}/'}angka",
            came=lambda **more: came(board.cohort.period, **more),
        )

    async def publish(self, visit: Visit) -> web.Response:
        """POST: ``on`` is 1 or 0. Raises Forbidden ``no-right``."""
        await self._figures.publish(visit.by, visit.posted.text("on") == "1", visit.now)
        return visit.go("/meja/papan?kabar=tersimpan")


def came(days: Period, **more: str) -> str:
    """The list of the complaints that came in on those days, with more filters. They may have any status."""
    named = {"dari": days.first.isoformat(), "sampai": days.last.isoformat()}
    return "/meja/?" + urlencode({"antrean": "semua", "keadaan": "all"} | named | more)
