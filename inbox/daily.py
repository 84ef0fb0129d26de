"""Daily checks: what an office's file asks somebody to look at each working day, and who signed that they did.

A day is the office's own. One signature a day and check; what was not looked at is named and needs a reason, so that
a gap is never silent. Days without a signature show as such. Source: Denpasar SOP 9.2.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from tortoise.exceptions import IntegrityError

from config.schema import DailyCheck, Office, Right
from inbox import journal
from inbox.actor import Actor
from inbox.forms import clean
from inbox.live import Event
from inbox.models import DailySign
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets

LONGEST_NOTE = 500
_DAYS = 31


@dataclass(frozen=True, slots=True)
class Kept:
    """One working day of a check; ``sign`` is None where nobody signed."""

    day: date
    sign: DailySign | None


class Daily:
    """The daily checks of all offices."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def awaited(self, by: Actor, now: datetime) -> tuple[DailyCheck, ...]:
        """Those that this officer can sign today and nobody has; none on a day off."""
        office = self._tickets.offices.office(by.office)
        own = [check for check in office.checks if by.roles & set(check.by)]
        today = _today(office, now)
        if not own or not self._works(office, today):
            return ()
        async with self._tickets.database.reading():
            rows = await DailySign.filter(office=office.id, day=today)
        signed = {row.check_id for row in rows}
        return tuple(check for check in own if check.id not in signed)

    async def kept(self, by: Actor, check: DailyCheck, now: datetime) -> tuple[Kept, ...]:
        """The working days of the last month since it was signed first, today before all.

        Raises: Forbidden ``no-right`` for whoever never signs it.
        """
        office = self._tickets.offices.office(by.office)
        if not (by.roles & set(check.by) or by.may(office, Right.SEE_ALL)):
            raise Forbidden("no-right", right=Right.SEE_ALL)
        today = _today(office, now)
        days = [today - timedelta(days=ago) for ago in range(_DAYS)]
        async with self._tickets.database.reading():
            rows = DailySign.filter(office=office.id, check_id=check.id, day__gte=days[-1])
            signs = {row.day: row for row in await rows.select_related("officer")}
            first = await DailySign.filter(office=office.id, check_id=check.id).order_by("day").first()
        begun = first.day if first else today
        return tuple(
            Kept(day, signs.get(day)) for day in days if day in signs or (day >= begun and self._works(office, day))
        )

    async def sign(self, by: Actor, check_id: str, looked: Sequence[str], note: str, now: datetime) -> DailySign:
        """Sign today's check.

        Raises:
            Missing: ``check-missing``.
            Forbidden: ``check-other``: no role of theirs signs it.
            Refused: ``check-day-off``, ``check-note`` (an item is left out without a reason), ``check-signed``.
        """
        office = self._tickets.offices.office(by.office)
        check = next((one for one in office.checks if one.id == check_id), None)
        if check is None:
            raise Missing("check-missing")
        if not by.roles & set(check.by):
            raise Forbidden("check-other", name=check.name)
        today, note = _today(office, now), clean(note).strip()[:LONGEST_NOTE]
        if not self._works(office, today):
            raise Refused("check-day-off", name=check.name)
        missed = [item for item in check.items if item not in looked]
        if missed and not note:
            raise Refused("check-note", field="note", items=", ".join(missed))
        row = DailySign(
            office=office.id,
            check_id=check.id,
            day=today,
            looked=[item for item in check.items if item in looked],
            missed=missed,
            note=note,
            officer_id=by.officer_id,
            created_at=now,
        )
        return await self._write(by, row, check)

    async def _write(self, by: Actor, row: DailySign, check: DailyCheck) -> DailySign:
        async def work() -> DailySign:
            await row.save()
            missed = ", ".join(row.missed) or "-"
            await journal.write(
                row.office, "daily-signed", actor=by.mark, at=row.created_at, name=check.name, missed=missed
            )
            return row

        try:
            signed = await self._tickets.database.transaction(work)
        except IntegrityError:
            raise Refused("check-signed", name=check.name) from None
        self._tickets.announce(Event(row.office, "daily"))
        return signed

    def _works(self, office: Office, day: date) -> bool:
        return bool(self._tickets.cases.calendars[office.id].day(day).spans)


def _today(office: Office, now: datetime) -> date:
    return now.astimezone(ZoneInfo(office.time_zone)).date()
