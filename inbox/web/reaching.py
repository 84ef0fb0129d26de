"""How an officer is reached away from the desk, on their own page: lines linked, chosen, tried, let go; and the way
from a notice to what it tells of.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol

from aiohttp import web

from channels.base import Measure, Program
from config.schema import Office
from inbox.database import Database
from inbox.limits import Limits
from inbox.models import Notice, OfficerLine
from inbox.officer_kinds import offered
from inbox.officer_lines import EVERY_MINUTES, PUSH, Browser, OfficerLines, linkable
from inbox.officer_news import reachable
from inbox.refused import Missing, Refused
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.session import digest
from inbox.web.settings import number_of
from inbox.worktime import Calendar

_HERE = "/meja/saya"
_CODES = Measure("line-codes", 6, timedelta(hours=1))


class Reaching(Protocol):
    """What the pages need of whoever sends: the key that browsers subscribe with, and a nudge."""

    @property
    def key(self) -> str: ...

    def wake(self) -> None: ...


class Shows(Protocol):
    """The officer's own page, for a form that was refused."""

    async def page(self, visit: Visit, given: Given | None = None) -> web.Response: ...


class ReachValues:
    """What the officer's own page shows of it."""

    def __init__(
        self,
        database: Database,
        lines: OfficerLines,
        program: Program,
        calendars: Mapping[str, Calendar],
        reach: Reaching | None,
    ) -> None:
        self._database, self._lines, self._program, self._calendars = database, lines, program, calendars
        self._key = reach.key if reach else ""

    async def of(self, visit: Visit) -> dict[str, Any]:
        """The lines, what else could be linked, what they can be told of, and when that is."""
        lines, calendar = await self._lines.of(visit.by), self._calendars[visit.office.id]
        channels = self.channels(visit.office)
        return {
            "lines": lines,
            "channels": channels,
            "switches": offered(visit.office, visit.by),
            "every": EVERY_MINUTES,
            "push_key": self._key,
            "push": PUSH,
            "silent": await self._silent(lines, visit),
            "hours": calendar.day(visit.now.astimezone(calendar.zone).date()).spans,
        }

    def channels(self, office: Office) -> dict[str, tuple[str, bool]]:
        """The channels that an officer can be reached through: name, and whether the code goes there by mail."""
        found = {f"{office.id}-{name}": entry for name, entry in office.channels.items()}
        abilities = {id_: self._program.abilities(id_) for id_ in found}
        return {
            id_: (entry.name or id_, abilities[id_].scheme == "email")
            for id_, entry in found.items()
            if linkable(abilities[id_])
        }

    async def _silent(self, lines: Sequence[OfficerLine], visit: Visit) -> set[int]:
        """Those where the platform lets nobody write until the officer writes."""
        linked = [line for line in lines if line.linked_at and line.channel in self.channels(visit.office)]
        async with self._database.reading():
            reached = await reachable(linked, self._program.abilities, visit.now)
        return {line.id for line in linked} - {line.id for line in reached}


class ReachPages:
    """Below /meja/saya, and /meja/kabar/{id}."""

    def __init__(
        self,
        lines: OfficerLines,
        values: ReachValues,
        me: Shows,
        program: Program,
        *,
        limits: Limits,
        reach: Reaching | None,
    ) -> None:
        self._lines, self._values, self._me, self._reach = lines, values, me, reach
        self._program, self._limits = program, limits

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        line = _HERE + r"/jalur/{line:\d{1,18}}"
        return [
            web.post(f"{_HERE}/jalur", officer(self.begin)),
            web.post(line, officer(self.choose)),
            web.post(f"{line}/kode", officer(self.confirm)),
            web.post(f"{line}/coba", officer(self.test)),
            web.post(f"{line}/lepas", officer(self.let_go)),
            web.post(f"{_HERE}/peramban", officer(self.browser)),
            web.get(r"/meja/kabar/{notice:\d{1,18}}", officer(self.notice)),
        ]

    async def begin(self, visit: Visit) -> web.Response:
        """POST: ``channel``, and for a mail door ``address``."""
        channel, address = visit.posted.text("channel"), visit.posted.text("address")
        return await self._do(visit, f"line-new-{channel}", "jalur-kode", self._begin(visit, channel, address))

    async def confirm(self, visit: Visit) -> web.Response:
        """POST: ``code``, which came by mail."""
        doing = self._lines.confirm(visit.by, _line(visit), visit.posted.text("code"), visit.now)
        return await self._do(visit, f"line-{_line(visit)}", "jalur-tersambung", doing)

    async def choose(self, visit: Visit) -> web.Response:
        """POST: ``kinds`` (several) and ``every``."""
        kinds, every = visit.posted.texts.getall("kinds", []), number_of(visit.posted.text("every"))
        doing = self._lines.choose(visit.by, _line(visit), kinds, every, visit.now)
        return await self._do(visit, f"line-{_line(visit)}", "tersimpan", doing)

    async def test(self, visit: Visit) -> web.Response:
        """POST: a word of trial."""
        doing = self._lines.test(visit.by, _line(visit), visit.now)
        return await self._do(visit, f"line-{_line(visit)}", "jalur-coba", doing)

    async def let_go(self, visit: Visit) -> web.Response:
        """POST: nothing goes there any more."""
        doing = self._lines.let_go(visit.by, _line(visit), visit.now)
        return await self._do(visit, f"line-{_line(visit)}", "jalur-lepas", doing)

    async def browser(self, visit: Visit) -> web.Response:
        """POST, by script: this browser may be pushed to (``endpoint``, ``p256dh``, ``auth``) or not (``leave``)."""
        text = visit.posted.text
        if text("leave"):
            await self._lines.leave(visit.by, text("endpoint"), visit.now)
            return web.Response(status=204)
        session = digest(str(visit.session.identity))
        browser = Browser(text("endpoint"), text("p256dh"), text("auth"), text("label"), session)
        await self._lines.subscribe(visit.by, browser, visit.now)
        return web.Response(status=204)

    async def notice(self, visit: Visit) -> web.Response:
        """GET: to what a notice tells of."""
        notice = await self._lines.notice(visit.by, number_of(visit.request.match_info["notice"]))
        return visit.go(_place(notice))

    async def _begin(self, visit: Visit, channel: str, address: str) -> None:
        known = self._values.channels(visit.office).get(channel)
        if known is None:
            raise Missing("line-missing")
        if known[1] != bool(address):
            raise Refused("line-address", field="address")
        if await self._limits.take(_CODES, str(visit.by.officer_id), visit.now):
            raise Refused("line-often", field="channel")
        called = "" if address else await self._program.called(channel)
        await self._lines.begin(visit.by, channel, address, visit.now, called=called)

    async def _do(self, visit: Visit, form: str, said: str, doing: Awaitable[object]) -> web.Response:
        try:
            await doing
        except Missing:
            raise
        except Refused as refused:
            return await self._me.page(visit, Given(form, visit.posted, refused))
        if self._reach is not None:
            self._reach.wake()
        return visit.go(f"{_HERE}?kabar={said}#jalur")


def _line(visit: Visit) -> int:
    return number_of(visit.request.match_info["line"])


def _place(notice: Notice) -> str:
    """The page that a notice is about."""
    values = notice.values
    number = values.get("number", "")
    if notice.kind == "field-assigned" and values.get("check"):
        return f"/meja/lapangan/{values['check']}"
    if not number:
        return "/meja/saya" if notice.kind.startswith("standin") else "/meja/gangguan"
    if values.get("paper_id"):
        return f"/meja/{number}/naskah/{values['paper_id']}"
    return f"/meja/{number}" + (f"#disposisi-{values['sheet_id']}" if values.get("sheet_id") else "")
