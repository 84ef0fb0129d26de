"""A list taken along, row by row: what the filters ask for and the officer may see, read in portions of even size.

Owns which columns there are, who gets those that say who complained, and the line in the journal. Each portion is four
queries by keyset, whatever the list's length, so that nothing grows with it. How rows become a file is
``inbox.sheets``'.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from config.schema import Office, Right
from inbox import database, journal
from inbox.actor import Actor
from inbox.models import Ticket
from inbox.narrowing import Filters, matching, standing
from inbox.people import readable
from inbox.recaps import late_steps
from inbox.sealing import Identity, Seal
from inbox.search import Search
from inbox.tickets import Tickets

Format = Literal["csv", "xlsx"]
Cell = str | int | datetime | None
PORTION = 1000
# A sheet ends at 1,048,576 rows.
MOST_ROWS = 1_000_000
PERSONAL = ("citizen", "contact")
_COMMON = (
    *("number", "old_number", "book", "opened_at", "channel", "kind", "class", "status", "closing", "agency"),
    *("procedure", "step", "officer", "object", "place", "summary", "due_at", "late_steps"),
    *("promise_at", "promise_missed_at", "answered_at", "closed_at", "reopened", "rating"),
)
_READ = (
    *("id", "number", "old_number", "opened_at", "channel", "kind", "status", "closing", "agency", "procedure_id"),
    *("step", "object", "place", "summary", "due_at", "promise_at", "promise_missed_at", "answered_at", "closed_at"),
    *("reopened", "rating", "citizen_id", "citizen__name", "officer__name", "secrecy"),
)
_BOOKED = "SELECT ticket_id, register, number, year FROM register_entry WHERE ticket_id IN ({places}) ORDER BY id"


@dataclass(frozen=True, slots=True)
class Export:
    """A list on its way out: its columns' ids, and its rows in portions, the newest ticket first."""

    columns: tuple[str, ...]
    portions: AsyncIterator[list[tuple[Cell, ...]]]


class Exporting:
    """Takes lists along."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets, self._search = tickets, Search(tickets)

    def personal(self, by: Actor) -> bool:
        """Whether the officer gets names and addresses: who may join persons knows them anyway."""
        return by.may(self._tickets.offices.office(by.office), Right.PEOPLE)

    async def begin(self, by: Actor, filters: Filters, format_: Format, now: datetime) -> Export:
        """The list; its journal line is written first. Raises Refused as ``Search.tickets`` does."""
        personal = self.personal(by)
        chosen = await self._search.chosen(by, filters, now)
        sort = "exported-names" if personal else "exported"
        work = lambda: journal.write(by.office, sort, actor=by.mark, at=now, format=format_.upper())  # noqa: E731
        await self._tickets.database.transaction(work)
        office = self._tickets.offices.office(by.office)
        columns = (*_COMMON, *(PERSONAL if personal else ()))
        return Export(columns, self._portions(office, chosen, columns, now, self._tickets.seal(by)))

    def whole(self, office: Office, filters: Filters, now: datetime) -> Export:
        """The rows of a recap: all of the office's, and nothing that says who complained. Whose it is asks nobody."""
        found = standing(matching(Ticket.filter(office=office.id), filters, office, now), filters)
        return Export(_COMMON, self._portions(office, found, _COMMON, now, self._tickets.shut(office.id)))

    async def _portions(
        self, office: Office, chosen: Any, columns: Sequence[str], now: datetime, seal: Seal
    ) -> AsyncIterator[list[tuple[Cell, ...]]]:
        last, many = 0, 0
        while many < MOST_ROWS:
            async with self._tickets.database.reading(long=True):
                left = chosen.filter(id__lt=last) if last else chosen
                rows = await left.order_by("-id").limit(min(PORTION, MOST_ROWS - many)).values(*_READ)
                beside = await self._beside(rows, columns, now, seal)
            if rows:
                yield [_row(office, row, beside, columns) for row in rows]
            if len(rows) < PORTION:
                return
            last, many = rows[-1]["id"], many + len(rows)

    async def _beside(
        self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str], now: datetime, seal: Seal
    ) -> _Beside:
        ids = [int(row["id"]) for row in rows]
        if not ids:
            return _Beside({}, {}, {}, {}, self._tickets)
        await self._tickets.versions.load({row["procedure_id"] for row in rows})
        places = ", ".join(f"${place}" for place, _ in enumerate(ids, start=1))
        booked = await database.rows(_BOOKED.format(places=places), ids)
        contacts = await _contacts(rows) if "contact" in columns else {}
        hidden = await seal.identities((int(row["id"]), row["secrecy"]) for row in rows)
        late, books = await late_steps(ids, now), {row["ticket_id"]: row for row in booked}
        return _Beside(late, books, contacts, hidden, self._tickets)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the tickets of a portion, by ticket; contacts by citizen; what is hidden by ticket."""

    late: Mapping[int, int]
    booked: Mapping[int, Mapping[str, Any]]
    contacts: Mapping[int, str]
    hidden: Mapping[int, Identity]
    tickets: Tickets


async def _contacts(rows: Sequence[Mapping[str, Any]]) -> dict[int, str]:
    wanted = {int(row["citizen_id"]) for row in rows}
    return {one.citizen_id: one.value for one in reversed(await readable(wanted))}


def _row(office: Office, row: Mapping[str, Any], beside: _Beside, columns: Sequence[str]) -> tuple[Cell, ...]:
    procedure = beside.tickets.versions.known(row["procedure_id"])
    kind = next((one for one in office.kinds if one.id == row["kind"]), None)
    law = next((one.name for one in office.ceilings if kind and one.id == kind.ceiling), "")
    entry, hidden = beside.booked.get(row["id"]), beside.hidden.get(row["id"])
    door = office.channels.get(row["channel"].removeprefix(f"{office.id}-"))
    named: dict[str, Cell] = {
        "channel": (door.name or row["channel"]) if door else row["channel"],
        "kind": kind.name if kind else row["kind"],
        "class": law,
        "book": f"{entry['number']}/{entry['year']}" if entry else "",
        "agency": next((one.name for one in office.agencies if one.id == row["agency"]), row["agency"]),
        "procedure": procedure.title,
        "step": next((one.name for one in procedure.steps if one.id == row["step"]), row["step"]),
        "officer": row["officer__name"] or "",
        "late_steps": beside.late.get(row["id"], 0),
        "citizen": hidden.called if hidden else row["citizen__name"],
        "contact": "" if hidden else beside.contacts.get(row["citizen_id"], ""),
        "summary": hidden.hide(row["summary"]) if hidden else row["summary"],
    }
    zone = ZoneInfo(office.time_zone)
    return tuple(_cell(named.get(name, row.get(name)), zone) for name in columns)


def _cell(value: Cell, zone: ZoneInfo) -> Cell:
    """A moment as the office's clock shows it, whole minutes; a sheet knows no zone."""
    if isinstance(value, datetime):
        return value.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0)
    return value
