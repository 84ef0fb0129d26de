"""The guides (panduan): short pages for each kind of work at the desk, in the officer's language."""

from __future__ import annotations

from aiohttp import web

from config.schema import Office, Right
from inbox.actor import Actor
from inbox.refused import Missing
from inbox.web.gate import Visit
from inbox.web.rail import Rails

GUIDES = ("petugas-depan", "kasi-kabid", "sekretaris", "kepala-dinas", "tim-teknis", "pengelola")


class Guides:
    """/meja/panduan."""

    def __init__(self, rails: Rails) -> None:
        self._rails = rails

    async def index(self, visit: Visit) -> web.Response:
        """GET: all of them, those for the officer's own work first."""
        own = mine(visit.by, visit.office)
        rail = await self._rails.of(visit, "guides")
        rest = [one for one in GUIDES if one not in own]
        return visit.page("pages/guides.html", rail=rail, own=own, rest=rest, guide="")

    async def page(self, visit: Visit) -> web.Response:
        """GET /{guide}. Raises Missing ``page-missing``."""
        guide = visit.request.match_info["guide"]
        if guide not in GUIDES:
            raise Missing("guide-missing")
        rail = await self._rails.of(visit, "guides")
        return visit.page("pages/guides.html", rail=rail, own=[], rest=list(GUIDES), guide=guide)


def mine(by: Actor, office: Office) -> list[str]:
    """Which guides are an officer's, by what their roles may do: offices name their roles as they like."""
    fits = {
        "petugas-depan": by.may(office, Right.REGISTER),
        "kasi-kabid": by.may(office, Right.ASSIGN) and not by.may(office, Right.SETTINGS),
        "sekretaris": "sekretaris" in by.roles,
        "kepala-dinas": by.may(office, Right.SETTINGS) and by.may(office, Right.CLOSE),
        "tim-teknis": not by.may(office, Right.SEE_ALL),
        "pengelola": by.may(office, Right.SETTINGS) or by.may(office, Right.HEALTH),
    }
    return [one for one in GUIDES if fits[one]]
