"""Checks in the field: assigned with day, place and team, and called off again; who is to go and who sees what.

Whoever is in the team sees the assignment, and nothing of who complained, whether or not they may see the ticket. What
they find comes in by ``inbox.field_reports``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from config.schema import Office, PaperKind, Right
from inbox import notices
from inbox.actor import Actor
from inbox.cases import Case, visible
from inbox.forms import clean
from inbox.live import Event
from inbox.models import FieldCheck, FieldPhoto, FieldReport, Officer, OfficerRole, Ticket
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets

RECORDS = ("berita-acara-pemeriksaan", "berita-acara-peninjauan")
_LONGEST_PLACE, _LONGEST_TASK, _MOST_PEOPLE = 300, 2000, 20
_KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Plan:
    """An assignment as somebody writes it. ``at`` is a local date and time, as a browser posts it."""

    at: str
    place: str
    task: str = ""
    team: Sequence[int] = ()
    roles: Sequence[str] = ()
    paper: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An assignment for whoever goes: the ticket by number, object and place alone."""

    check: FieldCheck
    number: str
    object: str
    people: tuple[str, ...]
    reports: tuple[FieldReport, ...] = ()
    photos: tuple[FieldPhoto, ...] = ()


class Fieldwork:
    """The assignments of all offices."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def of_ticket(self, by: Actor, number: str) -> tuple[Ticket, tuple[Sheet, ...]]:
        """A ticket's assignments, newest first. Raises Missing ``ticket-missing``."""
        async with self._tickets.database.reading():
            ticket = await self._tickets.cases.find(by, number)
            rows = await FieldCheck.filter(ticket_id=ticket.id).order_by("-id")
            return ticket, await self._sheets([(row, ticket) for row in rows])

    async def people(self, by: Actor) -> tuple[tuple[int, str], ...]:
        """Who can be sent: every officer of the office by id and name, in the names' order."""
        async with self._tickets.database.reading():
            rows = await OfficerRole.filter(office=by.office, officer__active=True).select_related("officer")
        names = {row.officer.id: row.officer.name for row in rows}
        return tuple(sorted(names.items(), key=lambda one: one[1].casefold()))

    async def mine(self, by: Actor, now: datetime) -> tuple[Sheet, ...]:
        """What this officer is to go to, the next one first; what is done stays for two weeks."""
        async with self._tickets.database.reading():
            rows = FieldCheck.filter(office=by.office, cancelled_at=None, at__gt=now - 6 * _KEPT).order_by("at")
            own = [row for row in await rows.select_related("ticket") if _goes(by, row)]
            recent = [row for row in own if row.done_at is None or row.done_at > now - _KEPT]
            return await self._sheets([(row, row.ticket) for row in recent])

    async def sheet(self, by: Actor, check_id: int) -> Sheet:
        """One assignment, for its team and for whoever may see the ticket. Raises Missing ``field-missing``."""
        async with self._tickets.database.reading():
            row = await self.found(by, check_id)
            return (await self._sheets([(row, row.ticket)]))[0]

    async def found(self, by: Actor, check_id: int) -> FieldCheck:
        """The row, with its ticket; in the caller's reading or transaction. Raises Missing ``field-missing``."""
        row = await FieldCheck.filter(id=check_id, office=by.office).select_related("ticket").first()
        office = self._tickets.offices.office(by.office)
        if row is None or not (_goes(by, row) or await visible(by, office).filter(id=row.ticket_id).exists()):
            raise Missing("field-missing")
        return row

    async def assign(self, by: Actor, number: str, plan: Plan, now: datetime) -> FieldCheck:
        """Send a team; it is told.

        Raises: Forbidden ``no-right``; Refused ``field-when``, ``field-place``, ``field-team``, ``field-paper``.
        """
        office = self._check(by)
        at, place, paper = _when(office, plan.at, now), _line(plan.place), record_of(office, plan.paper)
        if not place:
            raise Refused("field-place", field="place")
        team, roles = await self._team(office, plan)

        async def work(case: Case) -> FieldCheck:
            check = await FieldCheck.create(
                office=office.id,
                ticket_id=case.ticket.id,
                at=at,
                place=place,
                task=clean(plan.task)[:_LONGEST_TASK],
                team=team,
                roles=roles,
                paper=paper.id,
                officer_id=by.officer_id,
                created_at=now,
            )
            await case.log("field-assigned", check=check.id, people=len(team) + len(roles))
            await self._tell(case, check, "field-assigned")
            return check

        return await self._command(by, number, work, now)

    async def cancel(self, by: Actor, number: str, check_id: int, now: datetime) -> FieldCheck:
        """Call it off. Raises Missing ``field-missing``; Refused ``field-done``, ``field-cancelled``."""
        self._check(by)

        async def work(case: Case) -> FieldCheck:
            check = await FieldCheck.filter(id=check_id, ticket_id=case.ticket.id).first()
            if check is None:
                raise Missing("field-missing")
            if check.done_at is not None:
                raise Refused("field-done")
            if not await FieldCheck.filter(id=check.id, cancelled_at=None).update(cancelled_at=now):
                raise Refused("field-cancelled")
            await case.log("field-called-off", check=check.id)
            await self._tell(case, check, "field-cancelled")
            return check

        return await self._command(by, number, work, now)

    async def _command(self, by: Actor, number: str, work: object, now: datetime) -> FieldCheck:
        async def whole() -> tuple[Ticket, FieldCheck]:
            case = await self._tickets.cases.take(by, number, None, now)
            check = await work(case)  # type: ignore[operator]
            await case.save(seen=False)
            return case.ticket, check

        ticket, check = await self._tickets.database.transaction(whole)
        self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return check

    async def _tell(self, case: Case, check: FieldCheck, kind: str) -> None:
        await case.notify(kind, str(check.id), check.roles, check=check.id)
        for officer_id in check.team:
            await notices.tell(
                case.office.id,
                kind,
                key=f"{kind}:{check.id}:officer:{officer_id}",
                now=case.now,
                officer_id=officer_id,
                ticket_id=case.ticket.id,
                number=case.ticket.number,
                check=check.id,
            )

    async def _team(self, office: Office, plan: Plan) -> tuple[list[int], list[str]]:
        team, roles = list(dict.fromkeys(plan.team)), list(dict.fromkeys(plan.roles))
        known = await OfficerRole.filter(office=office.id, officer_id__in=team, officer__active=True)
        if not (team or roles) or len(team) > _MOST_PEOPLE or {row.officer_id for row in known} != set(team):
            raise Refused("field-team", field="team")
        if not set(roles) <= set(office.roles):
            raise Refused("field-team", field="team")
        return team, roles

    async def _sheets(self, rows: Sequence[tuple[FieldCheck, Ticket]]) -> tuple[Sheet, ...]:
        """Each with its people, reports and photos: as many statements for a hundred as for one."""
        if not rows:
            return ()
        ids = [check.id for check, _ in rows]
        team = {id_ for check, _ in rows for id_ in check.team}
        names = {row.id: row.name for row in await Officer.filter(id__in=team)}
        reports = await FieldReport.filter(check_id__in=ids).order_by("id").select_related("officer")
        photos = await FieldPhoto.filter(check_id__in=ids).order_by("id")

        def sheet(check: FieldCheck, ticket: Ticket) -> Sheet:
            office = self._tickets.offices.office(check.office)
            people = [names[id_] for id_ in check.team if id_ in names]
            people += [office.roles[role].name for role in check.roles if role in office.roles]
            own = tuple(one for one in reports if one.check_id == check.id)
            shots = tuple(one for one in photos if one.check_id == check.id)
            return Sheet(check, ticket.number, ticket.object, tuple(people), own, shots)

        return tuple(sheet(check, ticket) for check, ticket in rows)

    def _check(self, by: Actor) -> Office:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.ASSIGN):
            raise Forbidden("no-right", right=Right.ASSIGN)
        return office


def records(office: Office) -> tuple[PaperKind, ...]:
    """The office's papers that a check in the field can end in."""
    return tuple(kind for kind in office.papers if kind.template in RECORDS)


def record_of(office: Office, paper: str) -> PaperKind:
    """The one of that id, or the first. Raises Refused ``field-paper`` where the office has none."""
    kinds = records(office)
    found = next((kind for kind in kinds if kind.id == paper), kinds[0] if kinds and not paper else None)
    if found is None:
        raise Refused("field-paper", field="paper")
    return found


def _goes(by: Actor, check: FieldCheck) -> bool:
    return by.officer_id in check.team or bool(by.roles & set(check.roles))


def _line(text: str) -> str:
    return " ".join(clean(text).split())[:_LONGEST_PLACE]


def _when(office: Office, text: str, now: datetime) -> datetime:
    try:
        at = datetime.fromisoformat(text.strip()).replace(tzinfo=ZoneInfo(office.time_zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("field-when", field="at") from None
    if not now - timedelta(days=1) <= at <= now + timedelta(days=365):
        raise Refused("field-when", field="at")
    return at
