"""What time alone does to a case: late steps, a promise or a legal limit that passed, an answer nobody came back to.

Owns the minute's look at every office. It asks for the few rows that are due, oldest first and so many at a time, and
treats each in a transaction of its own in which the row is looked at again: any number of processes may do it, any
number of times. One that fails is logged and holds up no other.

A promise that passed is made anew, and the citizen is told both. The new date is as long from now as the rest of the
way may take by its steps' limits, but at least a working day, and at least twice as long as the one before it: so an
office far behind does not write to the citizen every hour, and no date is given that was missed just now.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog

from config.schema import Office, way_minutes
from inbox import chasing, endings, journal, snoozing, steps
from inbox.cases import LIVE, Case
from inbox.live import Event
from inbox.mishap import place
from inbox.models import Ticket, TicketStep
from inbox.tickets import Tickets

log = structlog.get_logger()
_MOST = 500

Work = Callable[[Case], Awaitable[bool]]


class Deadlines:
    """Looks at what is due."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._calendars = tickets, tickets.cases.calendars

    async def late(self, now: datetime) -> int:
        """Do all that is due at every office, at most 500 of a sort; returns how many tickets were touched."""
        return sum([await self._office(office, now) for office in self._tickets.offices.offices.values()])

    async def _office(self, office: Office, now: datetime) -> int:
        done = await self._each(await _promises(office, now), self._promise, now)
        done += await self._each(await _ceilings(office, now), self._ceiling, now)
        done += await self._each(await self._unanswered(office, now), self._silence, now)
        done += await self._each(await snoozing.due(office.id, now), snoozing.come_back, now)
        if self._calendars[office.id].is_open(now):
            done += await self._each(await _late_steps(office, now), self._remind, now)
            done += await self._each(await self._still_late(office, now), self._remind_superior, now)
            done += await self._each(await chasing.overdue(office, now), chasing.remind, now)
            patience, calendar = self._patience(office), self._calendars[office.id]
            unreported = await chasing.still_overdue(office, calendar, patience, now)
            done += await self._each(unreported, chasing.remind_giver, now)
        return done

    async def _each(self, found: Iterable[Ticket], work: Work, now: datetime) -> int:
        return sum([await self._one(ticket, work, now) for ticket in found])

    async def _one(self, ticket: Ticket, work: Work, now: datetime) -> bool:
        async def whole() -> bool:
            return await work(await self._tickets.cases.hold(ticket, now, journal.SYSTEM))

        try:
            touched = await self._tickets.database.transaction(whole)
        except Exception as error:  # noqa: BLE001 - one that fails must not hold up the others
            log.error("deadline failed", ticket=ticket.id, error=place(error))  # noqa: TRY400 - traces repeat values
            return False
        if touched:
            self._tickets.announce(Event(ticket.office, "ticket", ticket.id, ticket.number))
        return touched

    async def _promise(self, case: Case) -> bool:
        promised = case.ticket.promise_at
        if case.ticket.status != "open" or case.ticket.merged_into or promised is None or promised > case.now:
            return False
        anew = self._next_promise(case, promised)
        case.change(promise_at=anew, promise_missed_at=case.now)
        await case.log("promise-missed", promised_at=promised.isoformat(), next_at=anew.isoformat())
        await case.save(seen=False)
        roles = await steps.roles_at_hand(case.ticket.id)
        await case.notify(
            "promise", f"{case.ticket.id}:{promised:%Y%m%d%H%M}", (*roles, *_superiors(case.office, roles))
        )
        await self._tickets.tell(case.ticket, "terlambat", case.now)
        return True

    def _next_promise(self, case: Case, promised: datetime) -> datetime:
        day = case.office.worktime.usual_day_minutes(self._tickets.offices.worktime)
        rest = max((way_minutes(way, day) for way in case.procedure.ways(case.ticket.step)), default=0)
        missed = case.ticket.promise_missed_at
        before = case.calendar.between(missed, promised) if missed else 0
        return case.calendar.add_minutes(case.now, max(rest, day, 2 * before)).at

    async def _ceiling(self, case: Case) -> bool:
        ticket = case.ticket
        if not case.live or ticket.ceiling_missed_at or ticket.ceiling_at is None or ticket.ceiling_at > case.now:
            return False
        case.change(ceiling_missed_at=case.now)
        await case.log("ceiling-missed")
        await case.save(seen=False)
        roles = await steps.roles_at_hand(ticket.id)
        await case.notify("ceiling", str(ticket.id), (*roles, *_superiors(case.office, roles)))
        await self._tickets.tell(ticket, "ombudsman", case.now, alone=True, reason=steps.legal_basis(case))
        return True

    async def _silence(self, case: Case) -> bool:
        until = endings.reopen_until(case)
        if case.ticket.status != "answered" or case.ticket.unread or until is None or until >= case.now:
            return False
        await endings.close(case, "silence")
        await case.save()
        await self._tickets.tell(case.ticket, "ditutup-otomatis", case.now, alone=True)
        return True

    async def _remind(self, case: Case) -> bool:
        row = case.standing
        if not _is_late(case) or row.reminded_at is not None:
            return False
        row.reminded_at = case.now
        await row.save(update_fields=["reminded_at"])
        name = case.procedure.step(row.step).name
        await case.notify("late", str(row.id), await steps.roles_at_hand(case.ticket.id), step=name)
        await case.log("late", step=name)
        return True

    async def _remind_superior(self, case: Case) -> bool:
        row = case.standing
        if not _is_late(case) or row.reminded_at is None or row.superior_reminded_at is not None:
            return False
        row.superior_reminded_at = case.now
        await row.save(update_fields=["superior_reminded_at"])
        above = _superiors(case.office, await steps.roles_at_hand(case.ticket.id))
        if above:
            name = case.procedure.step(row.step).name
            await case.notify("late-superior", str(row.id), above, step=name)
            await case.log("late-superior", step=name, roles=", ".join(case.office.roles[role].name for role in above))
        return bool(above)

    async def _unanswered(self, office: Office, now: datetime) -> list[Ticket]:
        """Answered tickets nobody came back to in time; what somebody wrote since is for a person to look at first."""
        days, calendar = office.clerk.reopen_days, self._calendars[office.id]
        earlier = now - timedelta(days=days)
        waiting = Ticket.filter(office=office.id, status="answered", unread=False, answered_at__lt=earlier)
        found = await waiting.order_by("answered_at").limit(_MOST)
        return [one for one in found if one.answered_at and calendar.add_workdays(one.answered_at, days).at < now]

    async def _still_late(self, office: Office, now: datetime) -> list[Ticket]:
        """Late steps whose actor was reminded the office's own span of working time ago."""
        calendar, patience = self._calendars[office.id], self._patience(office)
        earlier = now - timedelta(minutes=patience)
        rows = await _open_steps(office, now, reminded_at__lte=earlier, superior_reminded_at=None)
        return [row.ticket for row in rows if row.reminded_at and calendar.between(row.reminded_at, now) >= patience]

    def _patience(self, office: Office) -> int:
        """Working minutes between a reminder and the one above it."""
        day = office.worktime.usual_day_minutes(self._tickets.offices.worktime)
        return office.clerk.remind_superior_after.minutes(day)


async def _promises(office: Office, now: datetime) -> list[Ticket]:
    passed = Ticket.filter(office=office.id, status="open", merged_into=None, promise_at__lte=now)
    return await passed.order_by("promise_at").limit(_MOST)


async def _ceilings(office: Office, now: datetime) -> list[Ticket]:
    passed = Ticket.filter(office=office.id, status__in=LIVE, ceiling_at__lte=now, ceiling_missed_at=None)
    return await passed.order_by("ceiling_at").limit(_MOST)


async def _late_steps(office: Office, now: datetime) -> list[Ticket]:
    return [row.ticket for row in await _open_steps(office, now, reminded_at=None)]


async def _open_steps(office: Office, now: datetime, **which: datetime | None) -> list[TicketStep]:
    late = TicketStep.filter(office=office.id, ended_at=None, due_at__lte=now, ticket__status="open", **which)
    late = late.filter(ticket__merged_into=None)
    return await late.order_by("due_at").limit(_MOST).select_related("ticket")


def _is_late(case: Case) -> bool:
    row = case.standing
    due = row.due_at is not None and row.due_at <= case.now
    return due and row.ended_at is None and case.ticket.status == "open" and case.ticket.merged_into is None


def _superiors(office: Office, roles: Iterable[str]) -> tuple[str, ...]:
    """For each role the nearest above it that is not itself among them."""
    own = [role for role in roles if role in office.roles]
    nearest = (next((above for above in office.superiors(role) if above not in own), "") for role in own)
    return tuple(dict.fromkeys(above for above in nearest if above))
