"""An officer's second step: an app switched on, proved and switched off, recovery codes made anew; the passkeys' list.

The recovery codes stand on one answer and nowhere else. An officer whose role asks for a second step comes here first.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from aiohttp import web
from markupsafe import Markup

from inbox import models
from inbox.passkeys import Passkeys
from inbox.refused import Forbidden, Refused
from inbox.second_factors import SecondFactors
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import SECOND, SECOND_ROOM, Visit, careful
from inbox.web.rail import Rails
from inbox.web.signin import inside

_FORM, _OFF, PASSKEY_FORM = "second", "off", "passkey"


class SecondPages:
    """/meja/saya/dua-langkah."""

    def __init__(self, factors: SecondFactors, passkeys: Passkeys, rails: Rails) -> None:
        self._factors, self._passkeys, self._rails = factors, passkeys, rails

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
        return await self.show(visit)

    @careful
    async def begin(self, visit: Visit) -> web.Response:
        """POST: the secret, to scan or to type."""
        await self.check(visit)
        return await self._page(visit, enrolling=True)

    async def confirm(self, visit: Visit) -> web.Response:
        """POST ``code``: the app works. The answer shows the recovery codes, where there were none."""
        await self.check(visit)
        try:
            codes = await self._factors.confirm(visit.by.officer_id, visit.posted.text("code"), visit.now)
        except Refused as refused:
            return await self._page(visit, refused=refused, enrolling=True)
        visit.session[SECOND] = True
        return await self._page(visit, codes=codes)

    async def prove(self, visit: Visit) -> web.Response:
        """POST ``code`` or ``passkey``: a browser that was signed in before the second step was asked for."""
        answer, officer_id = visit.posted.text("passkey"), visit.by.officer_id
        try:
            if answer:
                await self._passkeys.prove(answer, str(visit.session.identity), visit.now, officer_id)
            else:
                await self._factors.prove(officer_id, visit.posted.text("code"), visit.now)
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
        """POST ``code``: no app any more, where no role asks for it or a passkey does as well."""
        passkeys = (await self._factors.state(visit.by.officer_id)).passkeys
        if visit.wants_second and not passkeys:
            raise Refused("second-required")
        try:
            await self._factors.end(visit.by.officer_id, visit.posted.text("code"), visit.now)
        except Refused as refused:
            return await self._page(visit, refused=refused, at=_OFF)
        if not passkeys:
            visit.session.pop(SECOND, None)
        return visit.go(f"{SECOND_ROOM}?kabar=tersimpan")

    async def check(self, visit: Visit) -> None:
        """Who gave only the password changes no second step. Raises Forbidden ``second-unproved``."""
        if (await self._factors.state(visit.by.officer_id)).on and not visit.session.get(SECOND):
            raise Forbidden("second-unproved")

    async def show(self, visit: Visit, **values: Any) -> web.Response:
        """The page, with what is new on it: ``codes``, ``enrolling``, ``making`` (options for the browser)."""
        officer_id, state = visit.by.officer_id, await self._factors.state(visit.by.officer_id)
        proved, binding = bool(visit.session.get(SECOND)), str(visit.session.identity)
        asks = state.passkeys and not proved
        common: dict[str, Any] = {
            "given": Given(),
            "form": _FORM,
            "passkey_form": PASSKEY_FORM,
            "state": state,
            "passkeys": await self._passkeys.of(officer_id),
            "may_make": self._passkeys.site is not None,
            "using": await self._passkeys.to_use(binding, visit.now, officer_id) if asks else "",
            "wanted": visit.wants_second,
            "proved": proved,
            "rail": await self._rails.of(visit, "me"),
        }
        return visit.page("pages/second.html", **common | {"codes": (), "enrolling": False, "making": ""} | values)

    async def _page(self, visit: Visit, refused: Refused | None = None, at: str = _FORM, **values: Any) -> web.Response:
        if values.get("enrolling"):
            officer = await models.Officer.get(id=visit.by.officer_id)
            values["enrolment"] = enrolment = await self._factors.begin(officer, visit.now)
            values["qr"] = _drawn(enrolment.uri)
        if refused:
            values |= {"given": Given(at, visit.posted, refused), "status": 422}
        return await self.show(visit, **values)


def _drawn(uri: str) -> Markup:
    drawn = BytesIO()
    segno.make(uri, error="m").save(drawn, kind="svg", border=2, xmldecl=False, light="#fff", scale=4)
    return Markup(drawn.getvalue().decode())  # noqa: S704 - drawn by ourselves, of our own address
