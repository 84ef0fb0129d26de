"""Officers and stand-ins at the desk. Whoever keeps the settings sees everybody; any officer may give away a role of
their own while on leave.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from config.schema import Right
from inbox.database import Database
from inbox.models import Officer, OfficerRole
from inbox.refused import Missing, Refused
from inbox.staff import Known, Staff
from inbox.standins import TITLES, StandIns, Wish
from inbox.web.forms import Given
from inbox.web.gate import Visit, careful
from inbox.web.rail import Rails
from inbox.web.settings import HOME, day_of, number_of


class PeoplePages:
    """/meja/pengaturan/petugas and /meja/pengaturan/pengganti."""

    def __init__(self, database: Database, staff: Staff, standins: StandIns, rails: Rails) -> None:
        self._database, self._staff, self._standins, self._rails = database, staff, standins, rails

    async def officers(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: everybody, and the form for a new one."""
        rows = await self._staff.listed(visit.by)
        return await self._show(visit, "officers", given or Given(), rows=rows)

    @careful
    async def add(self, visit: Visit) -> web.Response:
        """POST: a new officer."""
        text, roles = visit.posted.text, visit.posted.texts.getall("roles", [])
        try:
            row = await self._staff.add(
                visit.by,
                text("login"),
                text("name"),
                roles,
                text("password"),
                initials=text("initials"),
                now=visit.now,
            )
        except Refused as refused:
            return await self.officers(visit, Given("new", visit.posted, refused))
        return visit.go(f"{HOME}/petugas/{row.id}?kabar=tersimpan")

    async def officer(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: one officer."""
        rows = await self._staff.listed(visit.by)
        row = next((one for one in rows if one.id == _id(visit)), None)
        if row is None:
            raise Missing("officer-missing")
        return await self._show(visit, "officer", given or Given(), row=row, held={one.role for one in row.roles})

    @careful
    async def change(self, visit: Visit) -> web.Response:
        """POST: ``do`` is change, password, leave or back."""
        doing = visit.posted.text("do")
        try:
            await self._doing(visit, doing)
        except Refused as refused:
            return await self.officer(visit, Given(doing, visit.posted, refused))
        return visit.go(f"{HOME}/petugas/{_id(visit)}?kabar=tersimpan")

    def _doing(self, visit: Visit, doing: str) -> Awaitable[object]:
        text, id_ = visit.posted.text, _id(visit)
        if doing == "password":
            return self._staff.password(visit.by, id_, text("password"), visit.now)
        if doing == "leave":
            return self._staff.leave(visit.by, id_, visit.now)
        if doing == "back":
            return self._staff.come_back(visit.by, id_, visit.now)
        roles = visit.posted.texts.getall("roles", [])
        known = Known(text("name"), text("initials"), text("rank"), text("nip"))
        return self._staff.change(visit.by, id_, known, roles, visit.now)

    async def standins(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: who stands in for whom; for officers without the right only what touches them."""
        rows = await self._standins.listed(visit.by, visit.now)
        async with self._database.reading():
            officers = await Officer.filter(office=visit.office.id, active=True).order_by("name", "id")
            mine = {row.role for row in await OfficerRole.filter(officer_id=visit.by.officer_id)}
        keeps = visit.may(Right.SETTINGS)
        others = [one for one in officers if keeps or one.id != visit.by.officer_id]
        roles = [id_ for id_ in visit.office.roles if keeps or id_ in mine]
        today = visit.now.astimezone(ZoneInfo(visit.office.time_zone)).date().isoformat()
        shown: dict[str, Any] = {"rows": rows, "officers": others, "role_ids": roles, "keeps": keeps, "today": today}
        return await self._show(visit, "standins", given or Given(), titles=TITLES, **shown)

    async def begin(self, visit: Visit) -> web.Response:
        """POST: lay one on, or ``end`` names one that ends now."""
        text = visit.posted.text
        if text("end"):
            await self._standins.end(visit.by, number_of(text("end")), visit.now)
            return visit.go(f"{HOME}/pengganti?kabar=tersimpan")
        try:
            await self._standins.begin(visit.by, _wish(visit), visit.now)
        except Refused as refused:
            return await self.standins(visit, Given("standin", visit.posted, refused))
        return visit.go(f"{HOME}/pengganti?kabar=tersimpan")

    async def _show(self, visit: Visit, tab: str, given: Given, **values: Any) -> web.Response:
        rail = await self._rails.of(visit, "settings")
        status = 422 if given.refused else 200
        return visit.page(f"pages/settings/{tab}.html", status=status, rail=rail, given=given, tab=tab, **values)


def _id(visit: Visit) -> int:
    return number_of(visit.request.match_info["officer"])


def _wish(visit: Visit) -> Wish:
    text = visit.posted.text
    until = day_of("until", text("until")) if text("until").strip() else None
    return Wish(
        role=text("role"),
        officer_id=number_of(text("officer")),
        title=text("title") or "wakil",
        since=day_of("since", text("since")),
        until=until,
        reason=text("reason"),
        instead_of=number_of(text("instead_of")) or None,
    )
