"""Approved message templates: of a ticket's doors, to be filled in and sent; and the office's lists, to be looked at.

A page of its own beside the reply box, so that it works without a script; what is typed is shown as it will read.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from channels.base import ApprovedText, Program
from config.schema import Right
from inbox import approved_list
from inbox.acting import Acting
from inbox.approved import known, reads, suggested, variables
from inbox.approved_list import Chosen, Listed
from inbox.officer_news import TEMPLATE as FOR_OFFICERS
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets
from inbox.undoing import UNDO
from inbox.veiling import veiled_ways
from inbox.views import TicketPage, Views
from inbox.ways import Way, ways_of
from inbox.web.bulk import Guard
from inbox.web.forms import Given
from inbox.web.gate import Visit
from inbox.web.lists import doors
from inbox.web.rail import Rails
from inbox.web.settings import HOME
from inbox.web.ticket import NUMBER, number

_MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Form:
    """A template as a form: its variables with what stands in them, and how it reads with that."""

    id: str
    one: ApprovedText
    fields: Sequence[tuple[str, str, str]]
    reads: str

    @property
    def names(self) -> str:
        """The variables' names, for a script."""
        return json.dumps([label for _, label, _ in self.fields], ensure_ascii=False)


class ApprovedPages:
    """/meja/{number}/templat and /meja/pengaturan/templat."""

    def __init__(self, tickets: Tickets, acting: Acting, views: Views, program: Program, rails: Rails) -> None:
        self._tickets, self._acting, self._views = tickets, acting, views
        self._program, self._rails = program, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        ticket, lists = f"/meja/{NUMBER}/templat", HOME + "/templat"
        return [
            web.get(ticket, officer(self.page)),
            web.post(ticket, officer(self.send)),
            web.get(lists, officer(self.lists)),
            web.post(lists, officer(self.refresh)),
        ]

    async def page(self, visit: Visit) -> web.Response:
        """GET: the templates of one way to the ticket's people; ``lewat`` is its key."""
        visit.check(Right.REPLY)
        return await self._show(visit, visit.request.query.get("lewat", "")[:120], Given())

    async def send(self, visit: Visit) -> web.Response:
        """POST: ``do`` is send, preview or refresh; ``template`` is ``<name>|<language>``."""
        visit.check(Right.REPLY)
        posted, way = visit.posted, visit.posted.text("lewat")
        if posted.text("do") == "refresh":
            return await self._renew(visit, way)
        if posted.text("do") == "preview":
            return await self._show(visit, way, Given("approved", posted))
        command = self._acting.reply(
            visit.by,
            number(visit),
            "",
            version=posted.version(),
            now=visit.now,
            hold=UNDO,
            through=way,
            approved=_chosen(visit),
        )
        try:
            await command
        except (Missing, Forbidden):
            raise
        except Refused as refused:
            return await self._show(visit, way, Given("approved", posted, refused), 422)
        self._program.wake()
        return visit.go(f"/meja/{number(visit)}?kabar=balas")

    async def lists(self, visit: Visit) -> web.Response:
        """GET: every door's list."""
        visit.check(Right.SETTINGS)
        channels = self._approving(visit)
        async with self._tickets.database.reading():
            found = await approved_list.of(channels)
        rail = await self._rails.of(visit, "settings")
        return visit.page(
            "pages/settings/approved.html",
            rail=rail,
            lists=found,
            doors=doors(visit.office),
            given=Given(),
            tab="approved",
        )

    async def refresh(self, visit: Visit) -> web.Response:
        """POST: ``channel``'s list is read anew from its platform. Raises Missing ``door-missing``."""
        visit.check(Right.SETTINGS)
        channel = visit.posted.text("channel")
        if channel not in self._approving(visit):
            raise Missing("door-missing")
        await self._read(visit, channel)
        return visit.go(f"{HOME}/templat#{channel}")

    async def _read(self, visit: Visit, channel: str) -> None:
        database, read = self._tickets.database, self._program.approved
        await approved_list.refresh(database, visit.office.id, channel, read, visit.now)

    async def _renew(self, visit: Visit, key: str) -> web.Response:
        page = await self._views.ticket_page(visit.by, number(visit), visit.now)
        way = _picked(await self._ways(visit, page), key)
        if way:
            await self._read(visit, way.channel)
        return visit.go(f"/meja/{number(visit)}/templat?lewat={way.key if way else ''}")

    def _approving(self, visit: Visit) -> list[str]:
        ids = (f"{visit.office.id}-{name}" for name in visit.office.channels)
        return [id_ for id_ in ids if self._program.approving(id_)]

    async def _ways(self, visit: Visit, page: TicketPage) -> list[Way]:
        """The ways whose platform approves templates; the usual ones first."""
        async with self._tickets.database.reading():
            ways = await ways_of(page.ticket, visit.office, page.links, self._program.abilities, visit.now)
            ways = veiled_ways(page.seal, page.ticket, ways)
        return sorted((way for way in ways if self._program.approving(way.channel)), key=lambda way: not way.usual)

    async def _show(self, visit: Visit, key: str, given: Given, status: int = 200) -> web.Response:
        page = await self._views.ticket_page(visit.by, number(visit), visit.now)
        ways = await self._ways(visit, page)
        way = _picked(ways, key)
        listed = Listed()
        if way:
            async with self._tickets.database.reading():
                listed = (await approved_list.of([way.channel]))[way.channel]
        # Another reporter does not learn whose complaint it is.
        name = page.citizen if way is None or way.own else ""
        values = known(await self._tickets.values(page.ticket, visit.now, name=name))
        # What tells officers of their work is not for those who complain.
        usable = [one for one in listed.usable if one.name != FOR_OFFICERS]
        shown: dict[str, Any] = {
            "page": page,
            "given": given,
            "ways": ways,
            "way": way,
            "listed": listed,
            "forms": [_form(one, place, values, given) for place, one in enumerate(usable)],
            "chosen": given.posted.text("template"),
            "approving": self._approving(visit),
            "doors": doors(visit.office),
            "rail": await self._rails.of(visit, ""),
        }
        return visit.page("pages/approved.html", status=status, **shown)


def _picked(ways: Sequence[Way], key: str) -> Way | None:
    """The way of that key, or the first."""
    return next((way for way in ways if way.key == key), ways[0] if ways else None)


def _chosen(visit: Visit) -> Chosen:
    name, _, language = visit.posted.text("template").partition("|")
    return Chosen(name, language, _values(visit.posted, _MOST_VALUES))


def _values(posted: Any, many: int) -> tuple[str, ...]:
    """What was typed, as far as anything was."""
    given = [posted.text(f"value-{place}") for place in range(1, many + 1)]
    while given and not given[-1]:
        given.pop()
    return tuple(given)


def _form(one: ApprovedText, place: int, values: dict[str, str], given: Given) -> Form:
    """Filled with what was typed where it is the one that was sent, else with what is known."""
    names = variables(one)
    typed = given.form and given.posted.text("template") == f"{one.name}|{one.language}"
    filled = [given.posted.text(f"value-{at}") for at in range(1, len(names) + 1)] if typed else suggested(one, values)
    fields = [(f"value-{at}", name, value) for at, (name, value) in enumerate(zip(names, filled, strict=True), 1)]
    return Form(f"template-{place}", one, fields, reads(one, filled))
