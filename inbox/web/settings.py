"""The office's settings at the desk: the practice switch, days off, answers; doors and procedures to read.

What changes weekly is changed here; procedures and channels stay in the office's files and are only shown.
"""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import date
from typing import Any

from aiohttp import web

from channels.base import Program
from config.schema import Procedure, Right
from inbox import settings
from inbox.canned import PLACEHOLDERS, Canned, Words
from inbox.database import Database
from inbox.holidays import Holidays
from inbox.models import CannedAnswer
from inbox.refused import Refused
from inbox.settings import Settings
from inbox.tickets import Tickets
from inbox.troubles import Troubles
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.rail import Rails

HOME = "/meja/pengaturan"


class SettingsPages:
    """/meja/pengaturan. Every page wants the right ``settings``; its commands check it again."""

    def __init__(self, database: Database, tickets: Tickets, program: Program, rails: Rails) -> None:
        self._database, self._program, self._rails = database, program, rails
        self._public_url = tickets.public_url
        self._settings, self._holidays = Settings(tickets), Holidays(tickets)
        self._canned, self._troubles = Canned(tickets), Troubles(tickets)

    async def home(self, visit: Visit) -> web.Response:
        """GET: what there is to set, and the practice switch."""
        visit.check(Right.SETTINGS)
        async with self._database.reading():
            switch = await settings.practice(visit.office.id)
        return await self._show(visit, "home", Given(), switch=switch)

    async def practise(self, visit: Visit) -> web.Response:
        """POST: ``on`` is 1 or 0."""
        await self._settings.practise(visit.by, visit.posted.text("on") == "1", visit.now)
        return visit.go(f"{HOME}?kabar=tersimpan")

    async def holidays(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: days off from today on."""
        visit.check(Right.SETTINGS)
        rows = await self._holidays.listed(visit.by, visit.now)
        own = [day for day in visit.office.worktime.days if day.on >= visit.now.date()]
        return await self._show(visit, "holidays", given or Given(), rows=rows, own=own)

    async def holiday(self, visit: Visit) -> web.Response:
        """POST: a new one, or ``remove`` names one to take away."""
        text = visit.posted.text
        if text("remove"):
            await self._holidays.remove(visit.by, number_of(text("remove")), visit.now)
            return visit.go(f"{HOME}/libur?kabar=tersimpan")
        try:
            await self._holidays.add(visit.by, day_of("day", text("day")), text("name"), visit.now)
        except Refused as refused:
            return await self.holidays(visit, Given("holiday", visit.posted, refused))
        return visit.go(f"{HOME}/libur?kabar=tersimpan")

    async def answers(self, visit: Visit, given: Given | None = None) -> web.Response:
        """GET: the office's answers at hand."""
        visit.check(Right.SETTINGS)
        async with self._database.reading():
            rows = CannedAnswer.filter(office=visit.office.id, officer_id=None, retired_at=None)
            found = await rows.order_by("shortcut", "id")
        return await self._show(visit, "answers", given or Given(), rows=found, placeholders=PLACEHOLDERS)

    async def answer(self, visit: Visit) -> web.Response:
        """POST: a new one; with ``id`` one is changed, or retired (``do``)."""
        visit.check(Right.SETTINGS)
        text = visit.posted.text
        words, id_ = Words(text("shortcut"), text("title"), text("text")), number_of(text("id"))
        if not id_:
            doing: Awaitable[object] = self._canned.add(visit.by, words, own=False, now=visit.now)
        elif text("do") == "retire":
            doing = self._canned.retire(visit.by, id_, now=visit.now)
        else:
            doing = self._canned.change(visit.by, id_, words, now=visit.now)
        try:
            await doing
        except Refused as refused:
            return await self.answers(visit, Given(f"answer-{id_}" if id_ else "answer", visit.posted, refused))
        return visit.go(f"{HOME}/jawaban?kabar=tersimpan")

    async def doors(self, visit: Visit) -> web.Response:
        """GET: every door as its file has it and as it fares; no secret is ever shown."""
        visit.check(Right.SETTINGS)
        lines = await self._troubles.channels(visit.by)
        program, address = self._program, self._public_url or str(visit.request.url.origin())
        shown = [(line, program.health(line.id), program.abilities(line.id), program.hooks(line.id)) for line in lines]
        return await self._show(visit, "doors", Given(), doors=shown, address=address)

    async def procedures(self, visit: Visit) -> web.Response:
        """GET: every procedure, its steps with who, how long, with which papers, and where the source says so."""
        visit.check(Right.SETTINGS)
        names = {paper.id: paper.name for paper in visit.office.papers}
        return await self._show(
            visit, "procedures", Given(), lanes=_lanes, paper_name=lambda paper: names.get(paper, paper)
        )

    async def _show(self, visit: Visit, tab: str, given: Given, **values: Any) -> web.Response:
        rail = await self._rails.of(visit, "settings")
        status = 422 if given.refused else 200
        return visit.page(f"pages/settings/{tab}.html", status=status, rail=rail, given=given, tab=tab, **values)


def number_of(text: str) -> int:
    """A row's id as posted; 0, which none has, where it cannot be read."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else 0


def day_of(field: str, text: str) -> date:
    """A day as a browser posts it. Raises Refused ``day-unreadable``."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("day-unreadable", field=field) from None


def _lanes(procedure: Procedure) -> list[str]:
    """The roles of a procedure in the order in which they come to act."""
    return list(dict.fromkeys(role for step in procedure.steps for role in step.actor))
