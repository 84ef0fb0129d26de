"""Days off that an office enters at its desk, beside those of the nation and of its config.

Owns the rows and lays them on the working calendars of this process: at once where they are entered, and each minute
(``refresh``) for what another process entered. Steps that are entered afterwards are reckoned with them; what has a
due time already keeps it, as the citizen was told.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tortoise.exceptions import IntegrityError

from config.schema import Office, Right
from inbox import journal
from inbox.actor import Actor
from inbox.forms import clean
from inbox.models import Holiday
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets
from inbox.worktime import NoWorkingTime

_FURTHEST = timedelta(days=3 * 366)


class Holidays:
    """The days off of all offices. The right is the one over settings."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def listed(self, by: Actor, now: datetime) -> list[Holiday]:
        """From today on, the nearest first."""
        async with self._tickets.database.reading():
            rows = Holiday.filter(office=by.office, day__gte=_today(self._office(by), now))
            return await rows.order_by("day").select_related("officer")

    async def add(self, by: Actor, day: date, name: str, now: datetime) -> Holiday:
        """The office is closed on that day.

        Raises: Forbidden ``no-right``; Refused ``holiday-day``, ``holiday-taken``, ``holiday-endless``,
            ``holiday-name``.
        """
        office = self._check(by)
        name = " ".join(clean(name).split())[:120]
        if not name:
            raise Refused("holiday-name", field="name")
        if not _today(office, now) <= day <= _today(office, now) + _FURTHEST:
            raise Refused("holiday-day", field="day")

        async def work() -> Holiday:
            row = await Holiday.create(office=office.id, day=day, name=name, officer_id=by.officer_id, created_at=now)
            await journal.write(office.id, "holiday-added", actor=by.mark, at=now, day=day.isoformat())
            return row

        self._check_opens(office, day, name, now)
        try:
            row = await self._tickets.database.transaction(work)
        except IntegrityError:
            raise Refused("holiday-taken", field="day") from None
        await self.refresh(now)
        return row

    async def remove(self, by: Actor, holiday_id: int, now: datetime) -> None:
        """The office works on that day after all. Raises Forbidden ``no-right``; Missing ``holiday-missing``."""
        office = self._check(by)

        async def work() -> None:
            row = await Holiday.filter(id=holiday_id, office=office.id, day__gte=_today(office, now)).first()
            if row is None:
                raise Missing("holiday-missing")
            await Holiday.filter(id=row.id).delete()
            await journal.write(office.id, "holiday-removed", actor=by.mark, at=now, day=row.day.isoformat())

        await self._tickets.database.transaction(work)
        await self.refresh(now)

    async def refresh(self, _: datetime) -> None:
        """Lay on the calendars what stands in the record; for the clock, each minute."""
        async with self._tickets.database.reading():
            rows = await Holiday.all()
        for office, calendar in self._tickets.cases.calendars.items():
            calendar.close({row.day: row.name for row in rows if row.office == office})

    def _check_opens(self, office: Office, day: date, name: str, now: datetime) -> None:
        """The office must open again some day: every due time is reckoned from that."""
        calendar = self._tickets.cases.calendars[office.id]
        before = dict(calendar.closed)
        calendar.close(before | {day: name})
        try:
            calendar.next_open(now)
        except NoWorkingTime:
            raise Refused("holiday-endless", field="day") from None
        finally:
            calendar.close(before)

    def _check(self, by: Actor) -> Office:
        if not by.may(self._office(by), Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)
        return self._office(by)

    def _office(self, by: Actor) -> Office:
        return self._tickets.offices.office(by.office)


def _today(office: Office, now: datetime) -> date:
    return now.astimezone(ZoneInfo(office.time_zone)).date()
