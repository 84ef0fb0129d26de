"""Who holds whose role for a while: acting officials (Plt, Plh) and colleagues who stand in while somebody is on leave.

A stand-in begins and ends by itself: ``inbox.actor`` reads the rows that cover the moment. Rows are never deleted, so
that a sheet of last month still says in whose place it was initialled. An officer gives away only their own roles;
those who keep the office's settings may do it for anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from config.schema import Office, Right
from inbox import journal, notices
from inbox.actor import Actor
from inbox.forms import check_text
from inbox.models import Officer, OfficerRole, StandIn
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets
from templates import sentence

TITLES = ("plt", "plh", "wakil")
_LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Wish:
    """A stand-in as somebody asks for it: days of the office's calendar, both included; ``until`` None: until ended."""

    role: str
    officer_id: int
    title: str
    since: date
    until: date | None
    reason: str = ""
    instead_of: int | None = None


class StandIns:
    """The commands, and the list."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def listed(self, by: Actor, now: datetime, *, own: bool = False) -> list[StandIn]:
        """Those that run or are to come, the nearest first; ``own``: only what touches this officer."""
        rows = StandIn.filter(Q(ends_at=None) | Q(ends_at__gt=now), office=by.office)
        if own or not by.may(self._office(by), Right.SETTINGS):
            rows = rows.filter(Q(officer_id=by.officer_id) | Q(instead_of_id=by.officer_id))
        async with self._tickets.database.reading():
            return await rows.order_by("starts_at", "id").select_related("officer", "instead_of")

    async def begin(self, by: Actor, wish: Wish, now: datetime) -> StandIn:
        """Lay it on. An officer without the right gives away a role of their own, as ``wakil``, with an end.

        Raises: Forbidden ``no-right``; Refused ``not-a-choice``, ``role-unknown``, ``officer-unknown``,
            ``standin-own``, ``standin-twice``, ``standin-days``, ``standin-long``, ``standin-not-held``.
        """
        office = self._office(by)
        starts_at, ends_at = self._times(by, office, wish, now)
        reason = check_text("reason", wish.reason, 200, required=False)

        async def work() -> StandIn:
            instead_of = await self._giver(by, office, wish)
            await _check_holder(office, wish, starts_at, ends_at)
            row = await StandIn.create(
                office=office.id,
                role=wish.role,
                officer_id=wish.officer_id,
                instead_of_id=instead_of,
                title=wish.title,
                reason=reason,
                starts_at=starts_at,
                ends_at=ends_at,
                created_at=now,
                created_by=by.officer_id,
            )
            await _tell(by, self._office(by), row, "standin-begun", now)
            return row

        return await self._tickets.database.transaction(work)

    async def end(self, by: Actor, standin_id: int, now: datetime) -> None:
        """From now on no longer: for whoever gave it, whoever has it, and who keeps the settings.

        Raises: Missing ``standin-missing``; Forbidden ``no-right``.
        """

        async def work() -> None:
            row = await StandIn.filter(id=standin_id, office=by.office).select_for_update().first()
            if row is None or (row.ends_at is not None and row.ends_at <= now):
                raise Missing("standin-missing")
            if by.officer_id not in {row.officer_id, row.instead_of_id}:
                self._check(by)
            await _end(row, now)
            await _tell(by, self._office(by), row, "standin-ended", now)

        await self._tickets.database.transaction(work)

    def _times(self, by: Actor, office: Office, wish: Wish, now: datetime) -> tuple[datetime, datetime | None]:
        if wish.role not in office.roles:
            raise Refused("role-unknown", field="role", role=wish.role[:48], known=", ".join(office.roles))
        if wish.title not in TITLES:
            raise Refused("not-a-choice", field="title", label=wish.title[:20])
        zone = ZoneInfo(office.time_zone)
        today = now.astimezone(zone).date()
        if wish.since < today or (wish.until is not None and wish.until < wish.since):
            raise Refused("standin-days", field="until" if wish.since >= today else "since")
        if wish.until is None and not by.may(office, Right.SETTINGS):
            raise Refused("standin-days", field="until")
        if wish.since > today + _LONGEST or (wish.until or wish.since) - wish.since > _LONGEST:
            raise Refused("standin-long", field="until")
        midnight = datetime.combine(wish.since, time(), zone)
        ends = datetime.combine(wish.until + timedelta(days=1), time(), zone) if wish.until else None
        return max(midnight, now), ends

    async def _giver(self, by: Actor, office: Office, wish: Wish) -> int | None:
        """In whose place; nobody's is an empty post, which only who keeps the settings may fill."""
        keeps = by.may(office, Right.SETTINGS)
        giver = wish.instead_of if keeps else by.officer_id
        if not keeps and (wish.title != "wakil" or wish.instead_of not in {None, by.officer_id}):
            raise Forbidden("no-right", right=Right.SETTINGS)
        if giver is not None and not await _own(office, giver, wish.role).exists():
            raise Refused("standin-not-held", field="role")
        return giver

    def _check(self, by: Actor) -> None:
        if not by.may(self._office(by), Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)

    def _office(self, by: Actor) -> Office:
        return self._tickets.offices.office(by.office)


async def end_all(officer_id: int, now: datetime) -> None:
    """An officer leaves: whatever they stood in for ends, in the caller's transaction."""
    for row in await StandIn.filter(Q(ends_at=None) | Q(ends_at__gt=now), officer_id=officer_id):
        await _end(row, now)


def standing_in(
    rows: Sequence[StandIn], office: Office, officer_id: int, at: datetime, *, role: str = "", language: str = "id"
) -> str:
    """What an officer stood in for at a moment ("Plt. Kepala Dinas"); empty where it was their own work.

    ``rows``: the office's stand-ins, past ones too. ``role``: that one only.
    """
    found = [row for row in rows if row.officer_id == officer_id and role in {"", row.role} and _covers(row, at)]
    said = {row.role: sentence(f"title-{row.title}", {"role": _name(office, row.role)}, language) for row in found}
    return ", ".join(said.values())


def _covers(row: StandIn, at: datetime) -> bool:
    return row.starts_at <= at and (row.ends_at is None or at < row.ends_at)


def _name(office: Office, role: str) -> str:
    return office.roles[role].name if role in office.roles else role


async def _end(row: StandIn, now: datetime) -> None:
    await StandIn.filter(id=row.id).update(ends_at=max(now, row.starts_at))


def _own(office: Office, officer_id: int, role: str) -> QuerySet[OfficerRole]:
    return OfficerRole.filter(office=office.id, officer_id=officer_id, role=role)


async def _check_holder(office: Office, wish: Wish, starts_at: datetime, ends_at: datetime | None) -> None:
    if not await Officer.filter(id=wish.officer_id, office=office.id, active=True).exists():
        raise Refused("officer-unknown", field="officer")
    if await _own(office, wish.officer_id, wish.role).exists():
        raise Refused("standin-own", field="officer")
    same = StandIn.filter(office=office.id, officer_id=wish.officer_id, role=wish.role)
    same = same.filter(Q(ends_at=None) | Q(ends_at__gt=starts_at))
    if await (same.filter(starts_at__lt=ends_at) if ends_at else same).exists():
        raise Refused("standin-twice", field="officer")


async def _tell(by: Actor, office: Office, row: StandIn, event: str, now: datetime) -> None:
    await journal.write(by.office, event, actor=by.mark, at=now, officer=row.officer_id, role=row.role, standin=row.id)
    if row.officer_id != by.officer_id:
        key = f"{event}:{row.id}"
        await notices.tell(
            by.office, event, key=key, now=now, officer_id=row.officer_id, role_name=_name(office, row.role)
        )
