"""A procedure drawn: as the office's file has it today, and as a ticket follows it, with where the ticket stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from config.schema import Office, Procedure
from inbox import sop
from inbox.database import Database
from inbox.diagram import draw
from inbox.models import TicketStep
from inbox.procedure_changes import differences
from inbox.refused import Missing
from inbox.tickets import Tickets
from inbox.web.bulk import Guard
from inbox.web.gate import Visit
from inbox.web.rail import Rails
from inbox.web.ticket import NUMBER, number
from templates import sentence


class ProcedurePages:
    """/meja/sop/{procedure} and /meja/{number}/sop."""

    def __init__(self, database: Database, tickets: Tickets, rails: Rails) -> None:
        self._database, self._tickets, self._rails = database, tickets, rails

    def routes(self, officer: Guard) -> list[web.RouteDef]:
        """For ``Application.add_routes``."""
        return [
            web.get("/meja/sop/{procedure}", officer(self.current)),
            web.get(f"/meja/{NUMBER}/sop", officer(self.followed)),
        ]

    async def current(self, visit: Visit) -> web.Response:
        """The procedure as new tickets follow it. Raises Missing ``procedure-missing``."""
        found = visit.office.procedures.get(visit.request.match_info["procedure"])
        if found is None:
            raise Missing("procedure-missing")
        return await self._show(
            visit, found, drawn=draw(found, visit.office, _names(visit.office), None, _proofs(visit))
        )

    async def followed(self, visit: Visit) -> web.Response:
        """The version a ticket follows, what was done of it, and what today's says otherwise."""
        office = visit.office
        async with self._database.reading():
            ticket = await self._tickets.cases.find(visit.by, number(visit))
            procedure = await self._tickets.versions.procedure(ticket.procedure_id)
            version = await self._tickets.versions.ordinal(ticket.procedure_id)
            steps = TicketStep.filter(ticket_id=ticket.id, version_id=ticket.procedure_id)
            visited = [row.step for row in await steps.order_by("ordinal")]
        states = {one.step.id: one.state for one in sop.path_of(procedure, visited)}
        today = office.procedures.get(procedure.id)
        return await self._show(
            visit,
            procedure,
            drawn=draw(procedure, office, _names(office), states, _proofs(visit)),
            ticket=ticket,
            version=version,
            changes=differences(procedure, today, _named(office)) if today else (),
            gone=today is None,
        )

    async def _show(self, visit: Visit, procedure: Procedure, **values: Any) -> web.Response:
        rail = await self._rails.of(visit, "")
        return visit.page("pages/procedure.html", procedure=procedure, rail=rail, **values)


def _names(office: Office) -> Callable[[str], str]:
    """What the office calls a paper; one that it does not know is called by its id."""
    names = {paper.id: paper.name for paper in office.papers}
    return lambda id_: names.get(id_, id_)


def _proofs(visit: Visit) -> dict[str, str]:
    """In which words an action's evidence is wanted."""
    return {kind: sentence(f"diagram-{kind}", {}, visit.by.language) for kind in ("permit", "no-permit")}


def _named(office: Office) -> dict[str, Callable[[str], str]]:
    """What the ids in a step's fields are called."""
    papers, roles = _names(office), {id_: role.name for id_, role in office.roles.items()}
    return {"actor": lambda id_: roles.get(id_, id_), "requires": papers, "produces": papers}
