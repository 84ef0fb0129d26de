"""Links by which another agency sees the copy of one complaint: made, listed and revoked by officers.

The token is random and kept nowhere, only its digest. What the agency is shown is what an officer read and let
through: never who complained, and a text that names them is refused. What guests do with a link is ``guest_visits``'.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from config.schema import Office, Right
from inbox.actor import Actor
from inbox.cases import Case
from inbox.forms import clean
from inbox.live import Event
from inbox.models import Citizen, GuestLink, GuestReport, Paper, Ticket, TicketLink
from inbox.papers import complaint_of, kind_of
from inbox.refused import Forbidden, Missing, Refused
from inbox.sealing import Identity
from inbox.tickets import Tickets

MOST_DAYS = 90
_MOST_OPEN = 10
_LONGEST = {"text": 10_000, "object": 300, "place": 300}
_SHORTEST_NAME = 4
_FORM = "formulir-aduan"


@dataclass(frozen=True, slots=True)
class GuestLine:
    """A link as officers see it. ``state``: revoked, expired, accepted, opened, unopened."""

    link: GuestLink
    agency: str
    officer: str
    state: str
    reports: int


@dataclass(frozen=True, slots=True)
class Copy:
    """What an agency is shown of a complaint."""

    text: str
    object: str
    place: str


class Guests:
    """The officers' side."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def page(self, by: Actor, number: str, now: datetime) -> tuple[Ticket, tuple[GuestLine, ...], Copy]:
        """A ticket, its links, newest first, and the copy as it would be. Raises Missing ``ticket-missing``."""
        office = self._tickets.offices.office(by.office)
        async with self._tickets.database.reading():
            ticket = await self._tickets.cases.find(by, number)
            rows = await GuestLink.filter(ticket_id=ticket.id).order_by("-id").select_related("officer")
            reports = [row.link_id for row in await GuestReport.filter(link__ticket_id=ticket.id)]
            copy = await _copy(office, ticket, await self._tickets.seal(by).identity(ticket))
        lines = (
            GuestLine(row, agency_name(office, row.agency), row.officer.name, state(row, now), reports.count(row.id))
            for row in rows
        )
        return ticket, tuple(lines), copy

    async def give(
        self, by: Actor, number: str, agency: str, copy: Copy, *, days: int, now: datetime
    ) -> tuple[GuestLink, str]:
        """A new link and its token, which can never be shown again.

        Raises:
            Forbidden: ``no-right``.
            Refused: ``agency-unknown``, ``guest-days``, ``field-missing``, ``guest-names-reporter``, ``guest-many``.
        """
        office = self._tickets.offices.office(by.office)
        _check(by, office)
        if all(one.id != agency for one in office.agencies):
            raise Refused("agency-unknown", field="agency")
        if not 1 <= days <= MOST_DAYS:
            raise Refused("guest-days", field="days", most=str(MOST_DAYS))
        shown = {name: clean(getattr(copy, name))[:most] for name, most in _LONGEST.items()}
        if not shown["text"]:
            raise Refused("guest-no-text", field="text")
        token = secrets.token_urlsafe(32)

        async def work(case: Case) -> GuestLink:
            await _check_nameless(case.ticket, shown)
            open_ = GuestLink.filter(ticket_id=case.ticket.id, revoked_at=None, expires_at__gt=now)
            if await open_.count() >= _MOST_OPEN:
                raise Refused("guest-many", most=str(_MOST_OPEN))
            link = await GuestLink.create(
                office=office.id,
                ticket_id=case.ticket.id,
                agency=agency,
                digest=digest(token),
                copy=shown,
                officer_id=by.officer_id,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
            await case.log("guest-given", agency=agency_name(office, agency), link=link.id)
            return link

        return await self._command(by, number, work, now), token

    async def revoke(self, by: Actor, number: str, link_id: int, now: datetime) -> GuestLink:
        """The link leads nowhere from now on. Raises Missing ``guest-missing``; Refused ``guest-revoked``."""
        office = self._tickets.offices.office(by.office)
        _check(by, office)

        async def work(case: Case) -> GuestLink:
            link = await GuestLink.filter(id=link_id, ticket_id=case.ticket.id).first()
            if link is None:
                raise Missing("guest-missing")
            if not await GuestLink.filter(id=link.id, revoked_at=None).update(revoked_at=now):
                raise Refused("guest-revoked")
            await case.log("guest-link-revoked", agency=agency_name(office, link.agency), link=link.id)
            return link

        return await self._command(by, number, work, now)

    async def _command(self, by: Actor, number: str, work: Any, now: datetime) -> GuestLink:
        async def whole() -> tuple[Ticket, GuestLink]:
            case = await self._tickets.cases.take(by, number, None, now)
            link = await work(case)
            await case.save(seen=False)
            return case.ticket, link

        ticket, link = await self._tickets.database.transaction(whole)
        self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return link


def digest(token: str) -> str:
    """What a link is found by."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def state(link: GuestLink, now: datetime) -> str:
    """revoked, expired, accepted, opened or unopened."""
    if link.revoked_at is not None:
        return "revoked"
    if link.accepted_at is not None:
        return "accepted"
    if link.expires_at <= now:
        return "expired"
    return "opened" if link.opened_at is not None else "unopened"


def agency_name(office: Office, id_: str) -> str:
    """What people call the agency."""
    return next((one.name for one in office.agencies if one.id == id_), id_)


def _check(by: Actor, office: Office) -> None:
    if not by.may(office, Right.REPLY):
        raise Forbidden("no-right", right=Right.REPLY)


async def _copy(office: Office, ticket: Ticket, hidden: Identity | None) -> Copy:
    """As the complaint form has it, whose words an officer checked; before there is one, as the citizen wrote."""
    forms = [row for row in await Paper.filter(ticket_id=ticket.id).order_by("-id") if _is_form(office, row)]
    values = forms[0].values if forms else {}
    text = str(values.get("text") or await complaint_of(ticket))
    text = hidden.hide(text) if hidden else text
    return Copy(text, str(values.get("object") or ticket.object), str(values.get("place") or ticket.place))


def _is_form(office: Office, paper: Paper) -> bool:
    return kind_of(office, paper).template == _FORM


async def _check_nameless(ticket: Ticket, shown: dict[str, str]) -> None:
    """Raises Refused ``guest-names-reporter`` where a field has the reporter's name or a contact of theirs."""
    citizen = await Citizen.get(id=ticket.citizen_id)
    links = await TicketLink.filter(ticket_id=ticket.id).select_related("conversation__address")
    contacts = [
        link.conversation.address.value for link in links if link.conversation.address.scheme not in {"web", "chat"}
    ]
    for name, text in shown.items():
        if _names(text, citizen.name) or any(_reaches(text, contact) for contact in contacts):
            raise Refused("guest-names-reporter", field=name)


def _names(text: str, name: str) -> bool:
    wanted = " ".join(re.findall(r"\w+", name.casefold()))
    said = " ".join(re.findall(r"\w+", text.casefold()))
    return len(wanted) >= _SHORTEST_NAME and f" {wanted} " in f" {said} "


def _reaches(text: str, contact: str) -> bool:
    digits = re.sub(r"\D", "", contact)
    if "@" not in contact and len(digits) >= 8:
        return digits[-8:] in re.sub(r"\D", "", text)
    return contact.casefold() in text.casefold()
