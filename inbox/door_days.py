"""Each door's days held against its platform: what it told of, what we have, what is missing, and who signed that.

A day is the office's own and is compared once it is well over. What is missing calls those who look after the doors;
they take it in or say in a note what became of it. Asking the platforms is ``bot.comparing``'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from config.schema import Office, Right
from inbox import journal, notices
from inbox.actor import Actor
from inbox.doors import Doors, check_right
from inbox.forms import clean
from inbox.live import Event
from inbox.models import DoorDay
from inbox.refused import Missing, Refused
from inbox.tickets import Tickets

LONGEST_NOTE = 500
# Mail may lie in queues for a while after midnight.
_WELL_OVER = time(2)
_LATEST_DAYS, _SHOWN_DAYS = 7, 14
_AGAIN, MOST_ATTEMPTS = timedelta(hours=1), 12


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of asking: see ``DoorDay``. ``rows`` with the state missing are not here, those gone not there."""

    state: str
    reason: str = ""
    detail: str = ""
    told: int = 0
    stored: int = 0
    aside: int = 0
    ignored: int = 0
    rows: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def missing(self) -> int:
        """How many the platform told of that are nowhere here."""
        return sum(row["state"] == "missing" for row in self.rows)


class DoorDays:
    """The compared days of all offices. Officers need the rights of ``Doors``."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._doors = tickets, Doors(tickets)

    async def due(self, office: Office, channels: Collection[str], now: datetime) -> list[tuple[str, date]]:
        """The doors and days to compare now, the oldest first. A door begins with yesterday, and catches up a week."""
        last = over(office, now)
        days = [last - timedelta(days=ago) for ago in range(_LATEST_DAYS)][::-1]
        async with self._tickets.database.reading():
            rows = await DoorDay.filter(office=office.id, day__gte=days[0]).only(
                "channel", "day", "state", "attempts", "compared_at"
            )
        known: dict[str, dict[date, DoorDay]] = {}
        for row in rows:
            known.setdefault(row.channel, {})[row.day] = row
        return [
            (channel, day)
            for day in days
            for channel in channels
            if _wanted(known.get(channel, {}), day, first=min(known.get(channel, {}), default=last), now=now)
        ]

    async def keep(self, office: Office, channel: str, day: date, compared: Compared, now: datetime) -> None:
        """Write what came of a comparison, and call for what is missing."""
        values = {
            "state": compared.state,
            "reason": compared.reason[:64],
            "detail": compared.detail[:300],
            "told": compared.told,
            "stored": compared.stored,
            "aside": compared.aside,
            "ignored": compared.ignored,
            "missing": compared.missing,
            "rows": [dict(row) for row in compared.rows],
            "compared_at": now,
        }

        async def work() -> None:
            row, new = await DoorDay.get_or_create(
                channel=channel, day=day, defaults={"office": office.id, "attempts": 1, **values}
            )
            if not new:
                await DoorDay.filter(id=row.id).update(attempts=row.attempts + 1, **values)
            failed = compared.state == "failed" and row.attempts + (not new) >= MOST_ATTEMPTS
            if compared.missing or failed:
                code = "door-day-missing" if compared.missing else "door-day-unasked"
                told = {"count": str(compared.missing), "day": f"{day:%d/%m/%Y}"}
                await _call(office, channel, code, told, now)

        await self._tickets.database.transaction(work)
        self._tickets.announce(Event(office.id, "health"))

    async def of_day(self, by: Actor, day: date) -> list[DoorDay]:
        """Every door's row of a day, in the order of the office's file. Raises Forbidden ``no-right``."""
        office = self._office(by)
        order = {f"{office.id}-{name}": place for place, name in enumerate(office.channels)}
        async with self._tickets.database.reading():
            rows = await DoorDay.filter(office=office.id, day=day).select_related("officer")
        return sorted((row for row in rows if row.channel in order), key=lambda row: order[row.channel])

    async def lately(self, by: Actor, channel: str = "") -> list[DoorDay]:
        """The rows of the last compared days, newest first; of one door where it is named, without their ``rows``.

        Raises: Forbidden ``no-right``.
        """
        office = self._office(by)
        async with self._tickets.database.reading():
            mine = DoorDay.filter(office=office.id, **({"channel": channel} if channel else {}))
            newest = await mine.order_by("-day").first()
            if newest is None:
                return []
            since = newest.day - timedelta(days=_SHOWN_DAYS - 1)
            return await mine.filter(day__gte=since).order_by("-day", "id").select_related("officer")

    async def one(self, by: Actor, channel: str, day: date) -> DoorDay:
        """One door's day. Raises Forbidden ``no-right``, Missing ``door-missing``, ``door-day-unknown``."""
        self._doors.entry(by, channel)
        async with self._tickets.database.reading():
            row = await DoorDay.filter(channel=channel, day=day).first()
        if row is None:
            raise Missing("door-day-unknown")
        return row

    async def settle(self, by: Actor, channel: str, day: date, states: Mapping[str, str], now: datetime) -> None:
        """Note what became of missing messages, by their ids: taken, or a code that says why not."""
        row = await self.one(by, channel, day)

        async def work() -> None:
            fresh = await DoorDay.filter(id=row.id).select_for_update().get()
            rows = [one | ({"state": states[one["id"]]} if one["id"] in states else {}) for one in fresh.rows]
            taken = sum(state == "taken" for state in states.values())
            left = sum(one["state"] not in {"taken", "gone"} for one in rows)
            await DoorDay.filter(id=row.id).update(rows=rows, missing=left, stored=fresh.stored + taken)
            told: dict[str, Any] = {"channel": channel, "day": day.isoformat(), "many": str(taken)}
            await journal.write(by.office, "door-day-taken", actor=by.mark, at=now, **told)

        await self._tickets.database.transaction(work)
        self._tickets.announce(Event(by.office, "health"))

    async def sign(self, by: Actor, day: date, note: str, now: datetime) -> None:
        """Sign all doors of a day that nobody has signed; what is missing or was not asked needs a note.

        Raises: Forbidden ``no-right``; Missing ``door-day-unknown``; Refused ``door-days-already``, ``door-days-note``.
        """
        rows, note = await self.of_day(by, day), clean(note).strip()[:LONGEST_NOTE]
        waiting = [row for row in rows if row.signed_at is None]
        if not rows:
            raise Missing("door-day-unknown")
        if not waiting:
            raise Refused("door-days-already")
        if not note and any(row.missing or row.state == "failed" for row in waiting):
            raise Refused("door-days-note", field="note")

        async def work() -> None:
            mine = DoorDay.filter(id__in=[row.id for row in waiting], signed_at=None)
            await mine.update(officer_id=by.officer_id, signed_at=now, note=note)
            missing = str(sum(row.missing for row in waiting))
            await journal.write(
                by.office, "door-days-signed", actor=by.mark, at=now, day=day.isoformat(), missing=missing
            )

        await self._tickets.database.transaction(work)
        self._tickets.announce(Event(by.office, "daily"))

    def _office(self, by: Actor) -> Office:
        office = self._tickets.offices.office(by.office)
        check_right(by, office)
        return office


def over(office: Office, now: datetime) -> date:
    """The last day of the office that is well over."""
    local = now.astimezone(ZoneInfo(office.time_zone))
    return local.date() - timedelta(days=1 if local.time() >= _WELL_OVER else 2)


def bounds(office: Office, day: date) -> tuple[datetime, datetime]:
    """When a day of the office begins and the next one does."""
    zone = ZoneInfo(office.time_zone)
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def _wanted(known: Mapping[date, DoorDay], day: date, *, first: date, now: datetime) -> bool:
    row = known.get(day)
    if row is None:
        return day >= first
    return row.state == "failed" and row.attempts < MOST_ATTEMPTS and now - row.compared_at >= _AGAIN


async def _call(office: Office, channel: str, code: str, told: Mapping[str, str], now: datetime) -> None:
    entry = office.channels[channel.removeprefix(f"{office.id}-")]
    values: dict[str, Any] = {"door": entry.name or channel, "code": code, "told": dict(told), "channel": channel}
    for role in _keepers(office):
        key = f"day:{channel}:{told['day']}:{code}:{role}"[:120]
        await notices.tell(office.id, "door", key=key, now=now, role=role, **values)


def _keepers(office: Office) -> Iterable[str]:
    return (role for role, what in office.roles.items() if Right.HEALTH in what.may)
