"""A disposition's own due time: its addressees are reminded, and half an hour later who gave it; each once.

Like late steps, in working hours only and not while the case waits for the citizen. Finds the tickets; the reminding is
done on a case that is held (``inbox.deadlines``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from tortoise.queryset import QuerySet

from config.schema import Office
from inbox.cases import Case
from inbox.models import Disposition, Task, Ticket
from inbox.worktime import Calendar

_MOST = 500


async def overdue(office: Office, now: datetime) -> list[Ticket]:
    """Tickets with a disposition whose time has passed and whose addressees were not reminded."""
    return await _tickets(_open(office.id, now).filter(reminded_at=None))


async def still_overdue(office: Office, calendar: Calendar, patience: int, now: datetime) -> list[Ticket]:
    """Those whose addressees were reminded ``patience`` working minutes ago, and who gave it was not."""
    earlier = now - timedelta(minutes=patience)
    rows = _open(office.id, now).filter(reminded_at__lte=earlier, superior_reminded_at=None)
    found = await rows.order_by("due_at").limit(_MOST).select_related("ticket")
    ripe = [row for row in found if row.reminded_at and calendar.between(row.reminded_at, now) >= patience]
    return list({row.ticket_id: row.ticket for row in ripe}.values())


async def remind(case: Case) -> bool:
    """Tell the addressees that have not reported, in the caller's transaction."""
    rows = await _of(case).filter(reminded_at=None)
    for row in rows:
        await Task.filter(id=row.id).update(reminded_at=case.now)
        await case.notify("disposition-late", str(row.id), [row.role], sheet_id=row.disposition_id)
        await case.log("disposition-late", role=_name(case, row.role))
    return bool(rows)


async def remind_giver(case: Case) -> bool:
    """Tell the role that gave the disposition, once for each sheet, naming who has not reported."""
    rows = await _of(case).filter(reminded_at__isnull=False, superior_reminded_at=None)
    sheets = {row.disposition_id: [one for one in rows if one.disposition_id == row.disposition_id] for row in rows}
    for sheet_id, late in sheets.items():
        sheet = await Disposition.get(id=sheet_id)
        await Task.filter(id__in=[row.id for row in late]).update(superior_reminded_at=case.now)
        names = ", ".join(_name(case, row.role) for row in late)
        await case.notify(
            "disposition-unreported", f"{sheet_id}:{late[0].id}", [sheet.role], late=names, sheet_id=sheet_id
        )
        await case.log("disposition-unreported", role=_name(case, sheet.role))
    return bool(sheets)


def _open(office: str, now: datetime) -> QuerySet[Task]:
    return Task.filter(office=office, kind="disposition", done_at=None, due_at__lte=now, ticket__status="open")


def _of(case: Case) -> QuerySet[Task]:
    """Of this case, looked at again now that it is held."""
    return _open(case.office.id, case.now).filter(ticket_id=case.ticket.id).order_by("id")


async def _tickets(rows: QuerySet[Task]) -> list[Ticket]:
    found: Iterable[Task] = await rows.order_by("due_at").limit(_MOST).select_related("ticket")
    return list({row.ticket_id: row.ticket for row in found}.values())


def _name(case: Case, role: str) -> str:
    return case.office.roles[role].name if role in case.office.roles else role
