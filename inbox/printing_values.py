"""What a paper's description may speak of: the case, its people and its papers, under the names that templates know.

Reads only, inside the caller's reading. For papers that leave for other agencies the names and contacts of whoever
complained are left empty here, and no code or link that would lead to them is handed on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from config.schema import Office
from inbox.models import (
    Disposition,
    Officer,
    Paper,
    PaperMark,
    RegisterEntry,
    StandIn,
    Task,
    Ticket,
    TicketLink,
    TicketStep,
)
from inbox.papers import kind_of
from inbox.permit_words import permit_evidence
from inbox.standins import standing_in
from inbox.versions import Versions
from templates import sentence, sheets
from templates.filters import short_time
from templates.sheets import Blank

_FORMS = frozenset({"formulir-aduan", "pengaduan-masyarakat"})
_BLANK = "." * 30
_EMPTY_ROWS = 5
_SIGNATURES = frozenset({"signature", "wet"})


async def values_of(
    office: Office, ticket: Ticket, paper: Paper, *, versions: Versions, url: str, nameless: bool, now: datetime
) -> dict[str, Any]:
    """Everything that the description of ``paper`` may name. ``url``: where citizens reach the pages, or empty."""
    form = await _form_of(office, ticket)
    values = read({**(form if nameless else {}), **paper.values})
    officers = {one.id: one for one in await Officer.filter(office=office.id)}
    marks = await PaperMark.filter(paper_id=paper.id).order_by("id").select_related("officer")
    standins = await StandIn.filter(office=office.id).order_by("-id")
    kind, made_by = office.kind(ticket.kind), officers.get(paper.officer_id or 0)
    address = f"{url}/{office.id}/cek" if url else ""
    return {
        "office": office,
        "title": kind_of(office, paper).name,
        "city": office.city.removeprefix("Kota ").removeprefix("Kabupaten "),
        "zone": office.time_zone,
        "blank": _BLANK,
        "head": _head(office),
        "printed_at": now,
        "ticket": ticket,
        "kind": kind.name,
        "noun": kind.noun,
        "door": doors(office).get(ticket.channel, ticket.channel),
        "citizen": "" if nameless else ticket.citizen.name,
        "contacts": "" if nameless else ", ".join(await _contacts(ticket)),
        "agenda": await _agenda(ticket),
        "paper": paper,
        "number": paper.number,
        "on": paper.issued_at or paper.created_at,
        "values": values,
        "form": read(form),
        "photos": _photos(values, office),
        "point": _point(ticket),
        "permit_evidence": await permit_evidence(office, ticket),
        "people": people_of(values["team"] or values["present"]),
        "attendance": _attendance(values),
        "officer": made_by.name if made_by else "",
        "signers": _signers(office, paper, marks, officers),
        "initialled": ", ".join(one.officer.initials for one in marks if one.kind == "paraf"),
        "sheet": await _sheet(paper, office, standins),
        "course": await _course(ticket, office, versions, officers),
        "address": address.partition("://")[2],
        "link": f"{address}?nomor={ticket.number}" if address and not nameless else "",
    }


def doors(office: Office) -> dict[str, str]:
    """Every door's name by its channel id."""
    return {f"{office.id}-{name}": entry.name or name for name, entry in office.channels.items()}


def read(values: Mapping[str, Any]) -> Blank:
    """What a paper holds, its moments as times again; a field that was left out reads as empty."""
    moments = {name: datetime.fromisoformat(text) for name, text in values.items() if name.endswith("_at") and text}
    return Blank({**values, **moments})


def people_of(text: str) -> list[tuple[str, str]]:
    """Names with their office, from lines like "Budi Santoso, Satpol PP"."""
    return [(name.strip(), title.strip()) for name, _, title in (one.partition(",") for one in sheets.lines(text))]


def role_name(office: Office, role: str) -> str:
    """What people call the role."""
    return office.roles[role].name if role in office.roles else role


async def _agenda(ticket: Ticket) -> str:
    entry = await RegisterEntry.filter(ticket_id=ticket.id).order_by("id").first()
    return f"{entry.number}/{entry.year}" if entry else ""


async def _contacts(ticket: Ticket) -> tuple[str, ...]:
    """How the citizen can be reached, as they would say it themselves; a web form's own address says nothing."""
    links = TicketLink.filter(ticket_id=ticket.id).order_by("id").select_related("conversation__address")
    addresses = [link.conversation.address for link in await links]
    return tuple(one.value for one in addresses if one.scheme not in {"web", "chat"})


async def _form_of(office: Office, ticket: Ticket) -> dict[str, Any]:
    """The complaint form last filled in, from which the copy for another agency is made."""
    forms = [kind.id for kind in office.papers if kind.template in _FORMS]
    form = await Paper.filter(ticket_id=ticket.id, paper__in=forms, status="issued").order_by("-id").first()
    return dict(form.values) if form else {"object": ticket.object, "place": ticket.place, "text": ticket.summary}


async def _sheet(paper: Paper, office: Office, standins: Sequence[StandIn]) -> Mapping[str, Any]:
    if paper.disposition_id is None:
        return {"row": Blank(), "officer": "", "role": "", "to": []}
    sheet = await Disposition.get(id=paper.disposition_id).select_related("officer")
    tasks = await Task.filter(disposition_id=sheet.id).order_by("-coordinates", "id")
    acting = standing_in(standins, office, sheet.officer_id, sheet.created_at, role=sheet.role)
    return {
        "row": sheet,
        "officer": sheet.officer.name,
        "role": acting or role_name(office, sheet.role),
        "to": [(role_name(office, task.role), task) for task in tasks],
    }


async def _course(
    ticket: Ticket, office: Office, versions: Versions, officers: Mapping[int, Officer]
) -> list[Mapping[str, str]]:
    """The steps so far: what, from when, until when, by whom."""
    rows = await TicketStep.filter(ticket_id=ticket.id).order_by("ordinal")
    await versions.load({row.version_id for row in rows})
    return [
        {
            "name": versions.known(row.version_id).step(row.step).name,
            "started": short_time(row.started_at, office.time_zone),
            "ended": short_time(row.ended_at, office.time_zone) if row.ended_at else "–",
            "who": officers[row.officer_id].name if row.officer_id else "–",
        }
        for row in rows
    ]


def _signers(
    office: Office, paper: Paper, marks: Sequence[PaperMark], officers: Mapping[int, Officer]
) -> list[Mapping[str, Any]]:
    """Who signs, once: in the role that the paper's kind names first, for it (a.n.), or acting in it (Plt., Plh.).

    Source: Permendagri 1/2023 on tata naskah dinas.
    """
    wanted = kind_of(office, paper).signed_by
    mark = next((one for one in marks if one.kind in _SIGNATURES), None)
    if mark is not None:
        role, who = _capacity(office, mark, wanted), mark.officer
    elif wanted:
        role, who = f"{role_name(office, wanted[0])},", None
    else:
        role, who = office.full_name, officers.get(paper.officer_id or 0)
    return [{"role": role, "name": who.name if who else "", "below": _below(who), "signed": bool(wanted)}]


def _below(officer: Officer | None) -> str:
    """Rank and NIP, in the groups that a NIP is written in: birth, appointment, sex, order."""
    if officer is None:
        return ""
    nip = officer.nip
    number = sentence("paper-nip", {"nip": f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"}) if nip else ""
    return "\n".join(filter(None, (officer.rank, number)))


def _capacity(office: Office, mark: PaperMark, wanted: Sequence[str]) -> str:
    own = role_name(office, mark.role)
    if mark.title in {"plt", "plh"}:
        own = sentence(f"title-{mark.title}", {"role": own})
    for_another = wanted and mark.role != wanted[0]
    return f"a.n. {role_name(office, wanted[0])}\n{own}," if for_another else f"{own},"


def _head(office: Office) -> str:
    return next((role.name for role in reversed(office.roles.values()) if role.superior is None), "")


def _photos(values: Mapping[str, Any], office: Office) -> list[dict[str, str]]:
    """The photos' files by digest, each with what is known of when and where."""
    return [
        {"file": str(one["digest"]), "caption": _caption(one, office)}
        for one in values.get("photos") or ()
        if isinstance(one, dict) and one.get("digest")
    ]


def _caption(photo: Mapping[str, Any], office: Office) -> str:
    at = short_time(datetime.fromisoformat(photo["at"]), office.time_zone) if photo.get("at") else ""
    return ", ".join(str(part) for part in (photo.get("caption"), photo.get("place"), at) if part)


def _point(ticket: Ticket) -> str:
    return f"{ticket.latitude:.5f}, {ticket.longitude:.5f}" if ticket.latitude and ticket.longitude else ""


def _attendance(values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Whoever is known to come, then lines for whoever comes besides."""
    known = people_of(values["present"])
    rows = [*known, *[("", "")] * _EMPTY_ROWS]
    return [(str(nth), *row) for nth, row in enumerate(rows, 1)]
