"""Papers and books as pages to print: rows in, HTML out.

Reads only. The words and the shape are ``templates/papers/<name>.html``: a paper's own template where it has one, else
the usual one of how it is made. What goes to other agencies is handed nothing that says who complained.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import templates
from config.schema import Office, Right
from inbox.actor import Actor
from inbox.cases import visible
from inbox.models import Disposition, Paper, RegisterEntry, StandIn, Task, Ticket, TicketLink
from inbox.papers import kind_of
from inbox.refused import Forbidden, Missing
from inbox.standins import standing_in
from inbox.tickets import Tickets

_USUAL = {"note": "formulir-jawaban", "message": "surat-tanggapan", "disposition": "lembar-disposisi"}
# These leave the office for other agencies: the reporter stays unknown.
_NAMELESS = frozenset({"salinan-formulir", "undangan-rakor", "berita-acara"})
_FORM = "formulir-aduan"


class Printing:
    """Renders papers and books."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def paper(self, by: Actor, paper_id: int, now: datetime) -> str:
        """The page of one paper. Raises Missing ``paper-missing``: none, none to print, or not theirs to see."""
        office = self._tickets.offices.office(by.office)
        async with self._tickets.database.reading():
            paper = await Paper.filter(id=paper_id, office=office.id).select_related("officer").first()
            ticket = await _ticket(by, office, paper) if paper else None
            if paper is None or ticket is None:
                raise Missing("paper-missing")
            kind = kind_of(office, paper)
            name = kind.template or _USUAL.get(kind.made, "")
            if not name:
                raise Missing("paper-missing")
            values = await self._values(office, ticket, paper, name)
        return templates.render(f"papers/{name}.html", office=office, title=kind.name, printed_at=now, **values)

    async def book(self, by: Actor, register: str, year: int, now: datetime) -> str:
        """The page of one year of a book. Raises Missing ``book-missing``; Forbidden without ``see-all``."""
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.SEE_ALL):
            raise Forbidden("no-right", right=Right.SEE_ALL)
        title = next((one.name for one in office.registers if one.id == register), None)
        if title is None:
            raise Missing("book-missing")
        entries = RegisterEntry.filter(office=office.id, register=register, year=year).order_by("number")
        async with self._tickets.database.reading():
            rows = await entries.select_related("ticket__citizen", "officer")
        return templates.render(
            "papers/buku-agenda.html",
            office=office,
            title=title,
            printed_at=now,
            year=year,
            entries=rows,
            kinds={one.id: one.name for one in office.kinds},
            doors=_doors(office),
        )

    async def _values(self, office: Office, ticket: Ticket, paper: Paper, name: str) -> Mapping[str, Any]:
        nameless = name in _NAMELESS
        filled = _read({**(await _form_values(ticket) if nameless else {}), **paper.values})
        return {
            "ticket": ticket,
            "kind": office.kind(ticket.kind).name,
            "noun": office.kind(ticket.kind).noun,
            "door": _doors(office).get(ticket.channel, ticket.channel),
            "citizen": "" if nameless else ticket.citizen.name,
            "contacts": () if nameless else await _contacts(ticket),
            "agenda": await RegisterEntry.filter(ticket_id=ticket.id).order_by("id").first(),
            "paper": paper,
            "values": filled,
            "officer": paper.officer.name if paper.officer else "",
            "sheet": await _sheet(paper, office),
        }


async def _ticket(by: Actor, office: Office, paper: Paper) -> Ticket | None:
    return await visible(by, office).filter(id=paper.ticket_id).select_related("citizen").first()


async def _contacts(ticket: Ticket) -> tuple[str, ...]:
    """How the citizen can be reached, as they would say it themselves; a web form's own address says nothing."""
    links = TicketLink.filter(ticket_id=ticket.id).order_by("id").select_related("conversation__address")
    addresses = [link.conversation.address for link in await links]
    return tuple(one.value for one in addresses if one.scheme not in {"web"})


async def _form_values(ticket: Ticket) -> dict[str, Any]:
    """The complaint form last filled in, from which the copy for another agency is made."""
    form = await Paper.filter(ticket_id=ticket.id, paper=_FORM).order_by("-id").first()
    return dict(form.values) if form else {"object": ticket.object, "place": ticket.place, "text": ticket.summary}


async def _sheet(paper: Paper, office: Office) -> Mapping[str, Any] | None:
    if paper.disposition_id is None:
        return None
    sheet = await Disposition.get(id=paper.disposition_id).select_related("officer")
    tasks = await Task.filter(disposition_id=sheet.id).order_by("-coordinates", "id")
    rows = await StandIn.filter(officer_id=sheet.officer_id).order_by("-id")
    acting = standing_in(rows, office, sheet.officer_id, sheet.created_at, role=sheet.role)
    return {
        "row": sheet,
        "officer": sheet.officer.name,
        "role": acting or _role(office, sheet.role),
        "to": [(_role(office, task.role), task) for task in tasks],
    }


def _role(office: Office, role: str) -> str:
    return office.roles[role].name if role in office.roles else role


def _doors(office: Office) -> dict[str, str]:
    return {f"{office.id}-{name}": entry.name or name for name, entry in office.channels.items()}


def _read(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a paper holds, its moments as times again; a field that was left out reads as empty."""
    blank = dict.fromkeys(("text", "object", "place", "note", "what", "received_by"), "")
    moments = {name: datetime.fromisoformat(text) for name, text in values.items() if name.endswith("_at") and text}
    return {**blank, "received_at": None, **values, **moments}
