"""Checks in the field: assigned at a ticket, listed for whoever goes, and the page a phone takes along.

The phone's page keeps what is written in the browser and sends it when there is a line again, photo by photo; without
scripts the same form goes in one piece. Its service worker owns ``/meja/lapangan/`` and nothing else.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from aiohttp import web

from inbox.field_reports import LONGEST, MOST_PHOTOS, FieldReports, Findings, Shot
from inbox.fieldwork import Fieldwork, Plan, Sheet, records
from inbox.refused import Forbidden, Missing, Refused
from inbox.web.bulk import Guard
from inbox.web.citizen_status import HandOut
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails
from inbox.web.settings import number_of
from inbox.web.static import Static
from inbox.web.ticket import NUMBER, number
from templates import sentence

_HERE = "/meja/lapangan"
_SCRIPTED = "X-Wadul-Field"
# The page shows photos that only the browser has yet, and may ask where it is.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_ALLOWED = "camera=(self), microphone=(), geolocation=(self), payment=(), usb=()"


class FieldPages:
    """/meja/{number}/lapangan and /meja/lapangan/."""

    def __init__(
        self, fieldwork: Fieldwork, reports: FieldReports, rails: Rails, static: Static, hand_out: HandOut
    ) -> None:
        self._fieldwork, self._reports, self._rails = fieldwork, reports, rails
        self._static, self._hand_out = static, hand_out

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        ticket, one = f"/meja/{NUMBER}/lapangan", _HERE + r"/{check:\d{1,18}}"
        return [
            web.get(ticket, officer(self.ticket)),
            web.post(ticket, officer(self.assign)),
            web.post(ticket + r"/{check:\d{1,18}}/batal", officer(self.cancel)),
            web.get(f"{_HERE}/", officer(self.mine)),
            web.get(f"{_HERE}/pekerja.js", self.worker),
            web.get(one, officer(self.sheet)),
            web.post(one, officer(self.report)),
            web.get(f"{one}/keadaan", officer(self.state)),
            web.post(f"{one}/foto", officer(self.photo)),
            web.get(one + r"/foto/{photo:\d{1,18}}", officer(self.picture)),
        ]

    async def ticket(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: the ticket's assignments, and the form for the next."""
        ticket, sheets = await self._fieldwork.of_ticket(visit.by, number(visit))
        return visit.page(
            "pages/field_ticket.html",
            status=422 if given else 200,
            rail=await self._rails.of(visit, ""),
            ticket=ticket,
            sheets=sheets,
            people=await self._fieldwork.people(visit.by),
            roles=[(id_, role.name) for id_, role in visit.office.roles.items()],
            kinds=[(kind.id, kind.name) for kind in records(visit.office)],
            given=given or Given(),
        )

    async def assign(self, visit: Visit) -> web.Response:
        """POST: ``at``, ``place``, ``task``, ``team`` and ``roles`` (several), ``paper``."""
        text, many = visit.posted.text, visit.posted.texts.getall
        team = [number_of(one) for one in many("team", [])]
        plan = Plan(text("at"), text("place"), text("task"), team, many("roles", []), text("paper"))
        try:
            await self._fieldwork.assign(visit.by, number(visit), plan, visit.now)
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return await self.ticket(visit, Given("field", visit.posted, refused))
        return visit.go(f"/meja/{number(visit)}/lapangan?kabar=tersimpan")

    async def cancel(self, visit: Visit) -> web.Response:
        """POST: called off."""
        try:
            await self._fieldwork.cancel(visit.by, number(visit), _check(visit), visit.now)
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return await self.ticket(visit, Given("cancel", visit.posted, refused))
        return visit.go(f"/meja/{number(visit)}/lapangan?kabar=tersimpan")

    async def mine(self, visit: Visit) -> web.Response:
        """GET: what this officer is to go to."""
        sheets = await self._fieldwork.mine(visit.by, visit.now)
        return visit.page("pages/field_mine.html", rail=await self._rails.of(visit, "field"), sheets=sheets)

    async def sheet(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: the page a phone takes along."""
        sheet = await self._fieldwork.sheet(visit.by, _check(visit))
        response = visit.page(
            "pages/field.html",
            status=422 if given else 200,
            sheet=sheet,
            given=given or Given(),
            key=(given.posted.text("key") if given else "") or secrets.token_urlsafe(16),
            longest=LONGEST,
            most_photos=MOST_PHOTOS,
        )
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["Permissions-Policy"] = _ALLOWED
        return response

    async def state(self, visit: Visit) -> web.Response:
        """GET: what of it is here already, and a token for sending the rest."""
        sheet = await self._fieldwork.sheet(visit.by, _check(visit))
        return _json({"csrf": visit.csrf, **_known(sheet)})

    async def photo(self, visit: Visit) -> web.Response:
        """POST, by script: one photo (``photo``, ``head``) with ``key``, ``at``, ``latitude``, ``longitude``."""
        picture, head = visit.posted.uploads("photo"), visit.posted.uploads("head")
        text = visit.posted.text
        shot = Shot(
            text("key"),
            (picture[0].content or b"") if picture else b"",
            (head[0].content or b"") if head else b"",
            text("at"),
            _point(text("latitude"), text("longitude")),
            text("caption"),
        )
        try:
            await self._reports.photo(visit.by, _check(visit), shot, visit.now)
        except Refused as refused:
            return _refused(visit, refused)
        return _json({"ok": True})

    async def report(self, visit: Visit) -> web.Response:
        """POST: the findings; by script with the keys of photos sent before, else with the photos themselves."""
        scripted = _SCRIPTED in visit.request.headers
        text, many = visit.posted.text, visit.posted.texts.getall
        try:
            keys = [*many("photos", []), *(await self._photos(visit))]
            values = {name: text(name) for name in LONGEST}
            findings = Findings(text("key"), values, text("at"), keys)
            await self._reports.report(visit.by, _check(visit), findings, visit.now)
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return (
                _refused(visit, refused) if scripted else await self.sheet(visit, Given("field", visit.posted, refused))
            )
        return _json({"ok": True}) if scripted else visit.go(f"{_HERE}/{_check(visit)}?kabar=tersimpan")

    async def _photos(self, visit: Visit) -> list[str]:
        """Photos that came with the form itself; their keys follow from the form's."""
        keys = []
        for nth, file in enumerate(visit.posted.uploads("photo")[:MOST_PHOTOS]):
            shot = Shot(f"{visit.posted.text('key')[:50]}-{nth}", file.content or b"")
            await self._reports.photo(visit.by, _check(visit), shot, visit.now)
            keys.append(shot.key)
        return keys

    async def picture(self, visit: Visit) -> web.StreamResponse:
        """GET: a photo of the assignment."""
        photo = number_of(visit.request.match_info["photo"])
        return await self._hand_out(await self._reports.picture(visit.by, _check(visit), photo), "foto.jpg")

    async def worker(self, request: web.Request) -> web.StreamResponse:
        """GET: the service worker, from where it may look after these pages alone."""
        request.match_info["name"] = "field_worker.js"
        return await self._static.serve(request)


def _check(visit: Visit) -> int:
    return int(visit.request.match_info["check"])


def _known(sheet: Sheet) -> dict[str, Any]:
    return {
        "cancelled": sheet.check.cancelled_at is not None,
        "photos": [photo.key for photo in sheet.photos],
        "reports": [report.key for report in sheet.reports],
    }


def _point(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        point = float(latitude), float(longitude)
    except ValueError:
        return None
    return point if abs(point[0]) <= 90 and abs(point[1]) <= 180 else None


def _refused(visit: Visit, refused: Refused) -> web.Response:
    said = sentence(refused.code, refused.values, visit.by.language)
    status = 404 if isinstance(refused, Missing) else 422
    return _json({"ok": False, "code": refused.code, "field": refused.field, "said": said}, status)


def _json(values: dict[str, Any], status: int = 200) -> web.Response:
    return web.Response(text=json.dumps(values), status=status, content_type="application/json")
