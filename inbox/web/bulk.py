"""Several tickets at once, from the list: reads which were ticked and what is wanted, and says what became of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from channels.base import Program
from inbox import bulk, numbers
from inbox.acting import Acting
from inbox.bulk import Chosen
from inbox.labels import Labels
from inbox.merging import Merging
from inbox.refused import Refused
from inbox.snoozing import Snoozing
from inbox.spam import Spam
from inbox.tickets import Tickets
from inbox.web.filtering import address
from inbox.web.gate import Handler, Visit
from inbox.web.lists import Lists

Guard = Callable[[Handler], Callable[[web.Request], Awaitable[web.StreamResponse]]]
PATH = "/meja/serentak"


class Bulk:
    """POST /meja/serentak."""

    def __init__(self, tickets: Tickets, acting: Acting, lists: Lists, program: Program) -> None:
        self._acting, self._lists, self._program = acting, lists, program
        self._labels, self._snoozing = Labels(tickets), Snoozing(tickets)
        self._spam, self._merging = Spam(tickets), Merging(tickets)

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [web.post(PATH, officer(self.do)), web.get(PATH, officer(self.look))]

    async def do(self, visit: Visit) -> web.Response:
        """One command on each; the page then says how many were done, and which were not and why."""
        marks, wanted = visit.posted.texts.getall("pilih", []), visit.posted.text("lakukan")
        command = {
            "serahkan": self._assign,
            "label": self._label,
            "tutup": self._close,
            "tunda": self._snooze,
            "spam": self._mark,
            "gabung": self._merge,
        }.get(wanted)
        if command is None:
            raise Refused("bulk-unknown")
        into = numbers.normal(visit.posted.text("into")) if wanted == "gabung" else ""
        tickets = (one for one in bulk.chosen(marks) if one.number != into)
        outcome = await bulk.each(tickets, lambda one: command(visit, one))
        self._program.wake()
        return await self._lists.page(visit, bulk=outcome)

    async def look(self, visit: Visit) -> web.Response:
        """GET: whoever reloads the page sees the list again."""
        return visit.go(f"/meja/{address(visit.request.query)}")

    def _assign(self, visit: Visit, one: Chosen) -> Awaitable[object]:
        officer = _id(visit, "officer") or None
        return self._acting.assign(visit.by, one.number, officer, version=one.version, now=visit.now)

    def _label(self, visit: Visit, one: Chosen) -> Awaitable[object]:
        return self._labels.put(visit.by, one.number, _id(visit, "label"), now=visit.now)

    def _close(self, visit: Visit, one: Chosen) -> Awaitable[object]:
        reason = visit.posted.text("reason")
        return self._acting.close(visit.by, one.number, reason, version=one.version, now=visit.now)

    def _snooze(self, visit: Visit, one: Chosen) -> Awaitable[object]:
        return self._snoozing.snooze(visit.by, one.number, until(visit), now=visit.now)

    def _mark(self, visit: Visit, one: Chosen) -> Awaitable[object]:
        return self._spam.mark(visit.by, one.number, version=one.version, now=visit.now)

    def _merge(self, visit: Visit, one: Chosen) -> Awaitable[object]:
        into = visit.posted.text("into")
        return self._merging.merge(visit.by, one.number, into, version=one.version, now=visit.now)


def until(visit: Visit) -> str:
    """What was chosen of "Ingatkan saya": a pressed button, else the day that was written."""
    return visit.posted.text("until") or visit.posted.text("day")


def _id(visit: Visit, name: str) -> int:
    digits = visit.posted.text(name)
    return int(digits[:18]) if digits.isdecimal() else 0
