"""An officer's second step: switched on with an app, proved, its recovery codes made anew, switched off.

The recovery codes stand on one answer and nowhere else. An officer whose role asks for a second step comes here first.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from aiohttp import web
from markupsafe import Markup

from inbox import models
from inbox.refused import Refused
from inbox.second_factors import SecondFactors
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import SECOND, SECOND_ROOM, Visit, careful
from inbox.web.rail import Rails
from inbox.web.signin import inside

_FORM, _OFF = "second", "off"


class SecondPages:
    """/meja/saya/dua-langkah."""

    def __init__(self, factors: SecondFactors, rails: Rails) -> None:
        self._factors, self._rails = factors, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.get(SECOND_ROOM, officer(self.page)),
            web.post(f"{SECOND_ROOM}/mulai", officer(self.begin)),
            web.post(f"{SECOND_ROOM}/nyalakan", officer(self.confirm)),
            web.post(f"{SECOND_ROOM}/buktikan", officer(self.prove)),
            web.post(f"{SECOND_ROOM}/kode-cadangan", officer(self.renew)),
            web.post(f"{SECOND_ROOM}/matikan", officer(self.end)),
        ]

    async def page(self, visit: Visit) -> web.Response:
        """GET."""
        return await self._page(visit)

    @careful
    async def begin(self, visit: Visit) -> web.Response:
        """POST: the secret, to scan or to type."""
        return await self._page(visit, enrolling=True)

    async def confirm(self, visit: Visit) -> web.Response:
        """POST ``code``: the app works. The answer shows the recovery codes."""
        try:
            codes = await self._factors.confirm(visit.by.officer_id, visit.posted.text("code"), visit.now)
        except Refused as refused:
            return await self._page(visit, refused=refused, enrolling=True)
        visit.session[SECOND] = True
        return await self._page(visit, codes=codes)

    async def prove(self, visit: Visit) -> web.Response:
        """POST ``code``: a browser that was signed in before the second step was asked for."""
        try:
            await self._factors.prove(visit.by.officer_id, visit.posted.text("code"), visit.now)
        except Refused as refused:
            return await self._page(visit, refused=refused)
        visit.session[SECOND] = True
        return visit.go(inside(visit.posted.text("ke")))

    async def renew(self, visit: Visit) -> web.Response:
        """POST ``code``: ten new recovery codes."""
        try:
            codes = await self._factors.renew(visit.by.officer_id, visit.posted.text("code"), visit.now)
        except Refused as refused:
            return await self._page(visit, refused=refused)
        return await self._page(visit, codes=codes)

    async def end(self, visit: Visit) -> web.Response:
        """POST ``code``: off, where no role asks for it."""
        if visit.wants_second:
            raise Refused("second-required")
        try:
            await self._factors.end(visit.by.officer_id, visit.posted.text("code"), visit.now)
        except Refused as refused:
            return await self._page(visit, refused=refused, at=_OFF)
        visit.session.pop(SECOND, None)
        return visit.go(f"{SECOND_ROOM}?kabar=tersimpan")

    async def _page(self, visit: Visit, refused: Refused | None = None, at: str = _FORM, **values: Any) -> web.Response:
        values = {"codes": (), "enrolling": False} | values
        if values["enrolling"]:
            officer = await models.Officer.get(id=visit.by.officer_id)
            values["enrolment"] = enrolment = await self._factors.begin(officer, visit.now)
            values["qr"] = _drawn(enrolment.uri)
        return visit.page(
            "pages/second.html",
            status=422 if refused else 200,
            given=Given(at, visit.posted, refused) if refused else Given(),
            form=_FORM,
            state=await self._factors.state(visit.by.officer_id),
            wanted=visit.wants_second,
            proved=bool(visit.session.get(SECOND)),
            rail=await self._rails.of(visit, "me"),
            **values,
        )


def _drawn(uri: str) -> Markup:
    drawn = BytesIO()
    segno.make(uri, error="m").save(drawn, kind="svg", border=2, xmldecl=False, light="#fff", scale=4)
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn by ourselves, of our own address
