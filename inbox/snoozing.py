""" "Ingatkan saya": a case rests out of one officer's lists, and is back in working hours, or when the citizen writes.

Owns until when, and the coming back. A rest is one officer's own: nobody else's list, no clock and no deadline knows of
it. What the citizen wrote ends it by itself (``inbox.queues``); the minute's work ends those whose time has come.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from tortoise.queryset import QuerySet

from inbox import notices, reading
from inbox.actor import Actor
from inbox.cases import Case
from inbox.database import Database
from inbox.live import Event
from inbox.models import Mention, Snooze, Ticket
from inbox.reading import Question
from inbox.refused import Refused
from inbox.sheet import Statement
from inbox.tickets import Tickets
from inbox.worktime import Calendar
from templates.filters import short_time

HOUR, TOMORROW = "jam", "besok"
_FARTHEST_DAYS = 365
_MOST = 500
_RESTING = "WHERE t.officer_id = $1 AND t.ticket_id = $2 AND t.ended_at IS NULL"
_NAMED = "SELECT 1 AS named FROM mention WHERE ticket_id = $1 AND officer_id = $2 AND seen_at IS NULL LIMIT 1"


class Snoozing:
    """Puts cases aside for an officer."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def snooze(self, by: Actor, number: str, until: str, *, now: datetime) -> datetime:
        """Put it aside; returns until when. A rest it has already is over.

        Args:
            until: ``jam`` (an hour of working time), ``besok`` (when the office opens tomorrow), or a day as ISO 8601.

        Raises: Missing; Refused ``not-open``, and for the field ``until`` ``snooze-unreadable``, ``snooze-past``,
            ``snooze-far``.
        """

        async def work() -> Case:
            case = await self._tickets.cases.take(by, number, None, now)
            if not case.live:
                raise Refused("not-open", number=case.ticket.number)
            await put_aside(case, by, ends_at(case.calendar, until, now))
            return case

        case = await self._tickets.database.transaction(work)
        self._announce(case)
        return ends_at(case.calendar, until, now)

    async def wake(self, by: Actor, number: str, *, now: datetime) -> None:
        """Take it up again now. Refused ``snooze-ended``."""

        async def work() -> Case:
            case = await self._tickets.cases.take(by, number, None, now)
            mine = Snooze.filter(officer_id=by.officer_id, ticket_id=case.ticket.id, ended_at=None)
            if not await mine.update(ended_at=now):
                raise Refused("snooze-ended", number=case.ticket.number)
            await case.log("unsnoozed")
            return case

        self._announce(await self._tickets.database.transaction(work))

    def _announce(self, case: Case) -> None:
        self._tickets.announce(Event(case.office.id, "ticket", case.ticket.id, case.ticket.number))


def ends_at(calendar: Calendar, until: str, now: datetime) -> datetime:
    """When a case comes back: always while the office works. Raises Refused, see ``Snoozing.snooze``."""
    if until == HOUR:
        return calendar.add_minutes(now, 60).at
    today = now.astimezone(calendar.zone).date()
    on = today + timedelta(days=1) if until == TOMORROW else _day(until)
    if on <= today:
        raise Refused("snooze-past", field="until")
    if on > today + timedelta(days=_FARTHEST_DAYS):
        raise Refused("snooze-far", field="until")
    return calendar.next_open(datetime.combine(on, time(), calendar.zone).astimezone(now.tzinfo))


async def resting(by: Actor, ticket: Ticket) -> datetime | None:
    """Until when the officer put the ticket aside; None where it stands in their lists. Within a reading."""
    mine = Question(Snooze, _RESTING, (by.officer_id, ticket.id))
    row = next(iter((await reading.ask(mine)).rows(mine)), None)
    return None if row is None or _written(ticket, row) else row.until


def naming(by: Actor, ticket: Ticket) -> Statement:
    """A statement that answers with a row where notes on a ticket named the officer, who has not seen them."""
    return _NAMED, [ticket.id, by.officer_id]


async def opened(database: Database, by: Actor, ticket: Ticket, now: datetime) -> None:
    """The officer opened a ticket: notes on it that named them have been seen."""
    await database.transaction(lambda: _unseen(by, ticket).update(seen_at=now))


async def due(office: str, now: datetime) -> list[Ticket]:
    """Tickets that somebody's rest of is over."""
    rows = Snooze.filter(office=office, ended_at=None, until__lte=now).order_by("until").limit(_MOST)
    return list({row.ticket_id: row.ticket for row in await rows.select_related("ticket")}.values())


async def come_back(case: Case) -> bool:
    """End what is over, and tell its officer unless the case ended, or its citizen brought it back before."""
    rows = await Snooze.filter(ticket_id=case.ticket.id, ended_at=None, until__lte=case.now)
    for row in rows:
        await Snooze.filter(id=row.id).update(ended_at=case.now)
        if case.live and not _written(case.ticket, row):
            await _tell(case, row)
    return bool(rows)


async def _tell(case: Case, row: Snooze) -> None:
    await notices.tell(
        case.office.id,
        "snooze",
        key=f"snooze:{row.id}",
        now=case.now,
        officer_id=row.officer_id,
        ticket_id=case.ticket.id,
        number=case.ticket.number,
    )


async def put_aside(case: Case, by: Actor, until: datetime) -> None:
    """Let a held case rest for an officer, instead of a rest it has already."""
    ticket_id = case.ticket.id
    await Snooze.filter(officer_id=by.officer_id, ticket_id=ticket_id, ended_at=None).update(ended_at=case.now)
    await Snooze.create(
        office=by.office, officer_id=by.officer_id, ticket_id=ticket_id, until=until, created_at=case.now
    )
    await case.log("snoozed", until=short_time(until, case.office.time_zone))


def _unseen(by: Actor, ticket: Ticket) -> QuerySet[Mention]:
    return Mention.filter(ticket_id=ticket.id, officer_id=by.officer_id, seen_at=None)


def _written(ticket: Ticket, row: Snooze) -> bool:
    """Whether the citizen wrote since it was put aside."""
    return ticket.last_in_at is not None and ticket.last_in_at > row.created_at


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("snooze-unreadable", field="until") from None
