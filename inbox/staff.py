"""Officers as their office keeps them: added, changed, given a password, and what happens when one leaves.

Whoever leaves is signed out everywhere and hears nothing away from the desk, their tokens open nothing any more, what
they stood in for ends, and their tickets go back to the role, each with a line in its journal. Nobody is ever deleted.
One officer always keeps the settings, and nobody locks themselves out.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.exceptions import IntegrityError

from config.schema import Office, Right
from inbox import journal
from inbox.actor import Actor
from inbox.cases import LIVE, Cases
from inbox.forms import clean
from inbox.live import Event
from inbox.models import ApiToken, Officer, OfficerLine, OfficerRole, Session, Ticket
from inbox.officer_lines import let_go
from inbox.officers import Officers, check_new
from inbox.refused import Forbidden, Missing, Refused
from inbox.standins import end_all
from inbox.tickets import Tickets

_NIP = re.compile(r"[0-9]{18}")


@dataclass(frozen=True)
class Known:
    """What is known of an officer. ``rank``: "Pembina Tk. I, IV/b"; ``nip``: 18 digits in any grouping, or nothing.

    Source: Peraturan Kepala BKN 22/2007 on the number of a civil servant (NIP).
    """

    name: str
    initials: str = ""
    rank: str = ""
    nip: str = ""

    def stored(self) -> dict[str, str]:
        """As the record keeps it. Raises Refused ``nip-wrong``."""
        nip = re.sub(r"[\s.]", "", self.nip)
        if nip and not _NIP.fullmatch(nip):
            raise Refused("nip-wrong", field="nip")
        rank, initials = clean(self.rank)[:60], clean(self.initials)[:8]
        return {"name": clean(self.name), "initials": initials, "rank": rank, "nip": nip}


class Staff:
    """The commands of who keeps the settings, on officers of their own office."""

    def __init__(self, tickets: Tickets, officers: Officers) -> None:
        self._tickets, self._officers = tickets, officers

    async def listed(self, by: Actor) -> list[Officer]:
        """Everybody, those who work here first. Raises Forbidden ``no-right``."""
        self._check(by)
        async with self._tickets.database.reading():
            return await Officer.filter(office=by.office).order_by("-active", "name", "id").prefetch_related("roles")

    async def add(
        self, by: Actor, login: str, name: str, roles: Sequence[str], password: str, *, initials: str, now: datetime
    ) -> Officer:
        """A new officer. Raises Forbidden ``no-right`` and what ``Officers.add`` raises."""
        office = self._check(by)
        try:
            row = await self._officers.add(office, login, clean(name), roles, password, initials=initials, now=now)
        except IntegrityError:
            raise Refused("login-taken", field="login", login=login[:64]) from None

        async def work() -> None:
            await journal.write(by.office, "officer-added", actor=by.mark, at=now, officer=row.id)

        await self._tickets.database.transaction(work)
        return row

    async def change(self, by: Actor, officer_id: int, known: Known, roles: Sequence[str], now: datetime) -> None:
        """Another name, other initials, rank, number, roles: from the next click on.

        Raises: Forbidden ``no-right``; Missing ``officer-missing``; Refused ``name-missing``, ``nip-wrong``,
            ``role-unknown``, ``roles-missing``, ``officer-last-keeper``.
        """

        async def work(office: Office, row: Officer) -> None:
            stored = known.stored()
            check_new(office, row.login, stored["name"], roles)
            await Officer.filter(id=row.id).update(**stored)
            await OfficerRole.filter(officer_id=row.id).delete()
            held = [OfficerRole(officer_id=row.id, office=office.id, role=role) for role in dict.fromkeys(roles)]
            await OfficerRole.bulk_create(held)
            await _check_kept(office)

        await self._with(by, officer_id, "officer-changed", work, now)

    async def password(self, by: Actor, officer_id: int, password: str, now: datetime) -> None:
        """A new password, handed over by mouth; every session of the officer ends.

        Raises: Forbidden ``no-right``; Missing ``officer-missing``; and what ``Officers.set_password`` raises.
        """
        self._check(by)
        row = await self._tickets.database.transaction(lambda: _ours(by.office, officer_id))
        await self._officers.set_password(row.login, password)

        async def work(_: Office, __: Officer) -> None:
            return None

        await self._with(by, officer_id, "officer-password", work, now)

    async def leave(self, by: Actor, officer_id: int, now: datetime) -> int:
        """The officer works here no more; answers how many tickets went back to their roles.

        Raises: Forbidden ``no-right``; Missing ``officer-missing``; Refused ``officer-self``, ``officer-last-keeper``.
        """
        returned: list[Ticket] = []

        async def work(office: Office, row: Officer) -> None:
            if row.id == by.officer_id:
                raise Refused("officer-self")
            returned.extend(await leave(self._tickets.cases, row, now, by.mark))
            await _check_kept(office)

        await self._with(by, officer_id, "officer-left", work, now)
        for ticket in returned:
            self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return len(returned)

    async def come_back(self, by: Actor, officer_id: int, now: datetime) -> None:
        """The officer may sign in again, with the password and the roles they had.

        Raises: Forbidden ``no-right``; Missing ``officer-missing``.
        """

        async def work(_: Office, row: Officer) -> None:
            await Officer.filter(id=row.id).update(active=True, failures=0, locked_until=None)

        await self._with(by, officer_id, "officer-back", work, now)

    async def _with(
        self,
        by: Actor,
        officer_id: int,
        event: str,
        work: Callable[[Office, Officer], Awaitable[None]],
        now: datetime,
    ) -> None:
        office = self._check(by)

        async def whole() -> None:
            row = await _ours(office.id, officer_id)
            await work(office, row)
            await journal.write(office.id, event, actor=by.mark, at=now, officer=row.id)

        await self._tickets.database.transaction(whole)

    def _check(self, by: Actor) -> Office:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)
        return office


async def leave(cases: Cases, officer: Officer, now: datetime, actor: str) -> list[Ticket]:
    """Everything that ends when an officer leaves, in the caller's transaction; answers the tickets that went back."""
    await Officer.filter(id=officer.id).update(active=False)
    await Session.filter(officer_id=officer.id).delete()
    await ApiToken.filter(officer_id=officer.id, revoked_at=None).update(revoked_at=now)
    await end_all(officer.id, now)
    for line in await OfficerLine.filter(officer_id=officer.id):
        await let_go(line, now, lost=True)
    tickets = await Ticket.filter(officer_id=officer.id, status__in=LIVE).order_by("id")
    for ticket in tickets:
        case = await cases.hold(ticket, now, actor)
        case.change(officer_id=None)
        await case.log("returned", officer=officer.id)
        await case.save()
    return tickets


async def _ours(office: str, officer_id: int) -> Officer:
    row = await Officer.filter(id=officer_id, office=office).select_for_update(no_key=True).first()
    if row is None:
        raise Missing("officer-missing")
    return row


async def _check_kept(office: Office) -> None:
    """Somebody who works here must be able to open the settings, by a role of their own."""
    keeping = [id_ for id_, role in office.roles.items() if Right.SETTINGS in role.may]
    kept = OfficerRole.filter(office=office.id, role__in=keeping, officer__active=True)
    if not await kept.exists():
        raise Refused("officer-last-keeper", field="roles")
