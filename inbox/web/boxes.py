"""The suggestion boxes: their openings, the sheets of each, the count at the end, and its minutes on paper."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from aiohttp import web

import templates
from inbox.boxes import Boxes
from inbox.forms import box_form
from inbox.printing import headed
from inbox.refused import Forbidden, Missing, Refused
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit, html
from inbox.web.rail import Rails
from templates import sheets

PATH = "/meja/kotak"


class BoxPages:
    """/meja/kotak."""

    def __init__(self, boxes: Boxes, rails: Rails) -> None:
        self._boxes, self._rails = boxes, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        one = PATH + r"/{id:\d{1,18}}"
        return [
            web.get(PATH, officer(self.boxes)),
            web.post(PATH, officer(self.open)),
            web.get(one, officer(self.opening)),
            web.post(f"{one}/hitung", officer(self.count)),
            web.get(f"{one}/berita-acara", officer(self.minutes)),
        ]

    async def boxes(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: every box with its openings, and the form for the next."""
        return visit.page(
            "pages/boxes.html",
            status=422 if given else 200,
            boxes=await self._boxes.all(visit.by, visit.now),
            form=box_form(f"{visit.now.astimezone(ZoneInfo(visit.office.time_zone)):%Y-%m-%dT%H:%M}"),
            given=given or Given(),
            rail=await self._rails.of(visit, "new"),
        )

    async def open(self, visit: Visit) -> web.Response:
        """POST: ``kotak`` was opened; then its sheets are entered."""
        channel = visit.posted.text("kotak")
        try:
            row = await self._boxes.open(visit.by, channel, visit.posted.values(), visit.now)
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return await self.boxes(visit, Given(channel, visit.posted, refused))
        return visit.go(f"{PATH}/{row.id}?kabar=kotak-buka")

    async def opening(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET {id}: what was entered of it so far, and the count."""
        return visit.page(
            "pages/box.html",
            status=422 if given else 200,
            opened=await self._boxes.opened(visit.by, _id(visit)),
            given=given or Given(),
            rail=await self._rails.of(visit, "new"),
        )

    async def count(self, visit: Visit) -> web.Response:
        """POST {id}/hitung: all sheets are entered, or ``reason`` says why not."""
        try:
            await self._boxes.close(visit.by, _id(visit), visit.posted.text("reason"), visit.now)
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return await self.opening(visit, Given("count", visit.posted, refused))
        return visit.go(f"{PATH}/{_id(visit)}?kabar=kotak-hitung")

    async def minutes(self, visit: Visit) -> web.Response:
        """GET {id}/berita-acara: to print and to sign."""
        opened = await self._boxes.opened(visit.by, _id(visit))
        values = {"opened": opened, "row": opened.row, "office": visit.office, "zone": visit.office.time_zone}
        values |= {"officer": opened.row.officer.name, "printed_at": visit.now, "present": opened.row.present}
        sheet = headed(sheets.fill("_kotak", values), visit.office)
        return html(templates.render("papers/_paper.html", sheet=sheet, number="", photos="", part=1))


def _id(visit: Visit) -> int:
    return int(visit.request.match_info["id"])
