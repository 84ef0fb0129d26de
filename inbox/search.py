"""The officers' list: whose queue, which door and status, what was searched for; late first, then nearest due.

Reads only. A page of the list is two queries at most, by keyset, so that the hundredth page costs what the first does;
the counts of the queues are four. Filters are values a page or the API can hold in an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from tortoise.expressions import Q, Subquery
from tortoise.queryset import QuerySet

from config.schema import Office
from inbox import numbers
from inbox.actor import Actor
from inbox.cases import LIVE, visible
from inbox.models import Task, Ticket
from inbox.refused import Refused
from inbox.tickets import Tickets

MOST_ROWS = 200
_MOST_WORDS = 6
_TEXTS = ("number", "permit_number", "lapor_id", "object", "place", "summary", "citizen__name")
_STATUSES = frozenset({"live", "all", *LIVE, "answered", "closed", "handed-on"})


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is to show.

    Attributes:
        queue: mine (assigned to the officer), role (an open task of their roles), all (whatever they may see).
        status: live (open and waiting), one status, or all.
        channel: a channel's full id; ``step`` a step's id; ``q`` words, each of which must be found somewhere.
    """

    queue: Literal["mine", "role", "all"] = "all"
    status: str = "live"
    channel: str = ""
    step: str = ""
    q: str = ""
    late: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``kind``, ``step``, ``officer`` and ``citizen`` are names."""

    id: int
    number: str
    version: int
    kind: str
    status: str
    step: str
    summary: str
    object: str
    place: str
    channel: str
    citizen: str
    officer: str
    opened_at: datetime
    last_in_at: datetime | None
    due_at: datetime | None
    promise_at: datetime | None
    late: bool
    unread: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; ``next`` is the cursor of the page after it, empty on the last."""

    rows: tuple[Row, ...]
    next: str


@dataclass(frozen=True, slots=True)
class Counts:
    """How many live tickets each queue holds, and how many of all are late."""

    mine: int
    role: int
    all: int
    late: int


class Search:
    """Reads lists."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def tickets(self, by: Actor, filters: Filters, now: datetime, cursor: str = "", limit: int = 50) -> Listing:
        """A page of the list. Raises Refused ``cursor-unreadable``, ``not-a-choice`` (field ``status``)."""
        limit = max(1, min(limit, MOST_ROWS))
        office = self._tickets.offices.office(by.office)
        found = _matching(_queue(visible(by, office), by, filters.queue), filters, now)
        async with self._tickets.database.reading():
            rows = await _page(found, filters, cursor, limit + 1)
            await self._tickets.versions.load({row.procedure_id for row in rows})
        shown = rows[:limit]
        after = _cursor(shown[-1], filters) if len(rows) > limit else ""
        return Listing(tuple(self._row(row, office, now) for row in shown), after)

    async def counts(self, by: Actor, now: datetime) -> Counts:
        """How full the officer's queues are."""
        seen = visible(by, self._tickets.offices.office(by.office)).filter(status__in=LIVE)
        async with self._tickets.database.reading():
            return Counts(
                mine=await _queue(seen, by, "mine").count(),
                role=await _queue(seen, by, "role").count(),
                all=await seen.count(),
                late=await seen.filter(due_at__lte=now).count(),
            )

    def _row(self, ticket: Ticket, office: Office, now: datetime) -> Row:
        procedure = self._tickets.versions.known(ticket.procedure_id)
        return Row(
            id=ticket.id,
            number=ticket.number,
            version=ticket.version,
            kind=next((one.name for one in office.kinds if one.id == ticket.kind), ticket.kind),
            status=ticket.status,
            step=procedure.step(ticket.step).name,
            summary=ticket.summary,
            object=ticket.object,
            place=ticket.place,
            channel=ticket.channel,
            citizen=ticket.citizen.name,
            officer=ticket.officer.name if ticket.officer else "",
            opened_at=ticket.opened_at,
            last_in_at=ticket.last_in_at,
            due_at=ticket.due_at,
            promise_at=ticket.promise_at,
            late=ticket.due_at is not None and ticket.due_at <= now,
            unread=ticket.unread,
        )


def _queue(tickets: QuerySet[Ticket], by: Actor, queue: str) -> QuerySet[Ticket]:
    if queue == "mine":
        return tickets.filter(officer_id=by.officer_id)
    if queue == "role":
        tasks = Task.filter(office=by.office, role__in=list(by.roles), done_at=None)
        return tickets.filter(id__in=Subquery(tasks.values("ticket_id")))
    return tickets


def _matching(tickets: QuerySet[Ticket], filters: Filters, now: datetime) -> QuerySet[Ticket]:
    if filters.status not in _STATUSES:
        raise Refused("not-a-choice", field="status", label=filters.status[:80])
    exact: dict[str, Any] = {"channel": filters.channel, "step": filters.step, "unread": filters.unread or ""}
    tickets = tickets.filter(**{name: value for name, value in exact.items() if value})
    if filters.late:
        tickets = tickets.filter(due_at__lte=now)
    if filters.status == "live":
        tickets = tickets.filter(status__in=LIVE)
    elif filters.status != "all":
        tickets = tickets.filter(status=filters.status)
    return _said(tickets, filters.q)


def _said(tickets: QuerySet[Ticket], q: str) -> QuerySet[Ticket]:
    """A ticket number as people write it, else words: each must be found in one of the texts."""
    number = numbers.normal(q)
    if number:
        return tickets.filter(number=number)
    for word in q.replace("\x00", "").split()[:_MOST_WORDS]:
        tickets = tickets.filter(Q(*(Q(**{f"{text}__icontains": word}) for text in _TEXTS), join_type=Q.OR))
    return tickets


def _by_due(filters: Filters) -> bool:
    """What is worked on is listed by its due time, what is over by its age, the newest first."""
    return filters.status in {"live", *LIVE}


async def _page(tickets: QuerySet[Ticket], filters: Filters, cursor: str, limit: int) -> list[Ticket]:
    tickets = tickets.select_related("citizen", "officer").limit(limit)
    kind, at, id_ = _position(cursor, "dn" if _by_due(filters) else "i")
    if not _by_due(filters):
        return await (tickets.filter(id__lt=id_) if cursor else tickets).order_by("-id")
    dated: list[Ticket] = []
    if kind != "n":
        after = Q(due_at__gt=at) | Q(due_at=at, id__gt=id_) if cursor else Q()
        dated = await tickets.filter(after, due_at__not_isnull=True).order_by("due_at", "id")
    undated = tickets.filter(due_at=None, id__gt=id_ if kind == "n" else 0).order_by("id")
    rest = limit - len(dated)
    return dated + (await undated.limit(rest) if rest else [])


def _cursor(row: Ticket, filters: Filters) -> str:
    if not _by_due(filters):
        return f"i{row.id}"
    return f"d{row.due_at.isoformat()}~{row.id}" if row.due_at else f"n{row.id}"


def _position(cursor: str, kinds: str) -> tuple[str, datetime | None, int]:
    kind, place = cursor[:1], cursor[1:]
    if kind not in kinds:
        raise Refused("cursor-unreadable")
    try:
        if kind != "d":
            return kind, None, int(place) if kind else 0
        at, _, id_ = place.partition("~")
        return kind, datetime.fromisoformat(at).astimezone(UTC), int(id_)
    except (ValueError, OverflowError):
        raise Refused("cursor-unreadable") from None
