"""The officers' list: whose queue, which door and status, what was searched for; late first, then nearest due.

Reads only, in five queries at most, by keyset: the hundredth page costs what the first does. What a queue is,
``inbox.queues`` says; which tickets answer to words, ``inbox.finding``. Filters are values an address can hold.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from config.schema import Office
from inbox import ciphering, database, finding, queues, reading
from inbox.actor import Actor
from inbox.cases import LIVE, visible
from inbox.models import Snooze, Ticket
from inbox.narrowing import Filters, matching, standing
from inbox.people import readable
from inbox.refused import Refused
from inbox.sealing import Identity, Seal
from inbox.search_index import SearchIndex
from inbox.tickets import Tickets

__all__ = ["MOST_ROWS", "Filters", "Listing", "Row", "Search"]
MOST_ROWS = 200
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LABELS = """SELECT tl.ticket_id, l.name, l.colour FROM ticket_label tl JOIN label l ON l.id = tl.label_id
WHERE tl.ticket_id IN ({places}) ORDER BY l.name"""
# Of a ticket what a line shows: building whole rows of three tables had cost more than reading them.
_TIMES = ("opened_at", "last_in_at", "due_at", "promise_at")
_COLUMNS = (
    *("id", "number", "version", "kind", "status", "step", "summary", "object", "place", "channel", "unread"),
    *("citizen_id", "officer_id", "procedure_id", "secrecy", "same", *_TIMES),
)
_LINES = f"""SELECT {", ".join(f't."{name}"' for name in _COLUMNS)}, c.name AS citizen, o.name AS officer
FROM ticket t JOIN citizen c ON c.id = t.citizen_id LEFT JOIN officer o ON o.id = t.officer_id
WHERE t.id IN ({{places}})"""  # noqa: S608 - our own words
_Line = Mapping[str, Any]
# Lines, the cursor after them, and whether more was found than is ever shown.
_Page = tuple[Sequence[_Line], str, bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``kind``, ``step``, ``officer`` and ``citizen`` are names; their ids stand beside them.

    ``address``: the number or mail address of somebody whose name nobody knows yet; empty where there is none.
    ``hidden``: this officer may not know who complained; ``citizen`` is what they are called instead.
    ``labels`` are (name, colour). ``snippet`` is where words were found, each between U+0002 and U+0003.
    ``back_at``: when it comes back to this officer, in the queue of what was put aside. ``same``: equal where several
    were opened with the very same words.
    """

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
    address: str
    officer: str
    opened_at: datetime
    last_in_at: datetime | None
    due_at: datetime | None
    promise_at: datetime | None
    late: bool
    unread: bool
    kind_id: str
    step_id: str
    officer_id: int | None
    labels: tuple[tuple[str, str], ...] = ()
    snippet: str = ""
    secrecy: str = "open"
    hidden: bool = False
    back_at: datetime | None = None
    same: str = ""
    citizen_id: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the tickets of a page: addresses by citizen; labels, the end of a rest, snippets, and what is
    kept from the officer by ticket.
    """

    addresses: dict[int, str]
    labels: dict[int, tuple[tuple[str, str], ...]]
    back: dict[int, datetime]
    where: dict[int, str]
    hidden: Mapping[int, Identity]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; ``next`` is the cursor of the page after it, empty on the last.

    ``more``: it is the last, and yet more was found than is shown.
    """

    rows: tuple[Row, ...]
    next: str
    more: bool = False


class Search:
    """Reads lists."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._index = SearchIndex(tickets.database)

    async def tickets(self, by: Actor, filters: Filters, now: datetime, cursor: str = "", limit: int = 50) -> Listing:
        """A page of the list. Raises Refused ``cursor-unreadable``, ``not-a-choice`` (field ``status``)."""
        limit = max(1, min(limit, MOST_ROWS))
        office = self._tickets.offices.office(by.office)
        until = queues.end_of_day(office, now)
        found = matching(queues.narrow(visible(by, office), by, filters.queue, now, until), filters, office, now)
        if filters.words:
            await self._index.fresh()
        async with self._tickets.database.reading():
            page = (
                _answers(self._tickets.seal(by))
                if filters.words
                else _put_aside(by)
                if filters.queue == "snoozed"
                else _page
            )
            shown, after, more = await page(found, filters, cursor, limit)
            await self._tickets.versions.load({row["procedure_id"] for row in shown})
            where = await finding.snippets(filters.words, [row["id"] for row in shown]) if filters.words else {}
            hidden = await self._tickets.seal(by).identities((row["id"], row["secrecy"]) for row in shown)
            back = await _back(by, filters, shown)
            beside = Beside(await _reached(shown), await _labels(shown), back, where, hidden)
        return Listing(tuple(self._row(row, beside, office, now) for row in shown), after, more)

    async def chosen(self, by: Actor, filters: Filters, now: datetime) -> QuerySet[Ticket]:
        """Everything that the list goes through page by page. Raises Refused ``not-a-choice``."""
        office = self._tickets.offices.office(by.office)
        tickets = queues.narrow(visible(by, office), by, filters.queue, now, queues.end_of_day(office, now))
        tickets = standing(matching(tickets, filters, office, now), filters)
        if not filters.words:
            return tickets
        await self._index.fresh()
        async with self._tickets.database.reading():
            found = await finding.find(tickets, filters.words, self._tickets.seal(by))
        return tickets.filter(id__in=found.ids)

    async def counts(self, by: Actor, now: datetime) -> queues.Counts:
        """How full the officer's queues are."""
        async with self._tickets.database.reading():
            return await queues.counts(by, self._tickets.offices.office(by.office), now)

    def _row(self, line: _Line, beside: Beside, office: Office, now: datetime) -> Row:
        procedure, due_at, id_ = self._tickets.versions.known(line["procedure_id"]), line["due_at"], line["id"]
        hidden = beside.hidden.get(id_)
        return Row(
            **{name: line[name] for name in _AS_THEY_ARE},
            citizen=hidden.called if hidden else ciphering.opened(line["citizen"]),
            summary=hidden.hide(line["summary"]) if hidden else line["summary"],
            hidden=hidden is not None,
            kind=next((one.name for one in office.kinds if one.id == line["kind"]), line["kind"]),
            step=procedure.step(line["step"]).name,
            address="" if hidden else beside.addresses.get(line["citizen_id"], ""),
            officer=line["officer"] or "",
            late=due_at is not None and due_at <= now,
            unread=bool(line["unread"]),
            kind_id=line["kind"],
            step_id=line["step"],
            labels=beside.labels.get(id_, ()),
            snippet="" if hidden else beside.where.get(id_, ""),
            back_at=beside.back.get(id_),
        )


_AS_THEY_ARE = (
    *("id", "number", "version", "status", "object", "place", "channel", "officer_id", "secrecy", *_TIMES),
    *("same", "citizen_id"),
)


async def _ids(tickets: QuerySet[Ticket]) -> list[int]:
    """In their order."""
    return [row["id"] for row in await reading.plainly(tickets.values("id"))]


async def _lines(ids: Sequence[int]) -> list[_Line]:
    """Of each ticket what a line shows, with the names ``citizen`` and ``officer`` (None: nobody), by one statement
    that is always the same: the ORM took longer to build its own than the database to run it.
    """
    places = ", ".join(f"${place}" for place, _ in enumerate(ids, start=1))
    rows = await database.rows(_LINES.format(places=places), ids) if ids else []
    found = {row["id"]: row for row in rows}
    return [reading.timed(found[id_], _TIMES) for id_ in ids if id_ in found]


async def _reached(lines: Sequence[_Line]) -> dict[int, str]:
    """How those without a name are reached, by citizen: what an officer can read, the first of several."""
    nameless = {line["citizen_id"] for line in lines if not line["citizen"]}
    if not nameless:
        return {}
    return {one.citizen_id: one.value for one in reversed(await readable(nameless))}


async def _labels(lines: Sequence[_Line]) -> dict[int, tuple[tuple[str, str], ...]]:
    """The labels of each ticket, by name."""
    if not lines:
        return {}
    places = ", ".join(f"${place}" for place, _ in enumerate(lines, start=1))
    found: dict[int, tuple[tuple[str, str], ...]] = {}
    for row in await database.rows(_LABELS.format(places=places), [line["id"] for line in lines]):
        found[row["ticket_id"]] = (*found.get(row["ticket_id"], ()), (row["name"], row["colour"]))
    return found


async def _back(by: Actor, filters: Filters, lines: Sequence[_Line]) -> dict[int, datetime]:
    """When each comes back, in the queue of what was put aside."""
    if filters.queue != "snoozed" or not lines:
        return {}
    mine = Snooze.filter(officer_id=by.officer_id, ended_at=None, ticket_id__in=[line["id"] for line in lines])
    return {int(ticket): until for ticket, until in await mine.values_list("ticket_id", "until")}


def _stretches(filters: Filters) -> str:
    """The stretches that a list consists of, one after the other, each in the order of an index.

    d: due, the nearest (and latest) first; n: open without a due time; w: waiting for the citizen; i: by age.
    """
    if filters.late or filters.queue in {"late", "today"}:
        return "d"
    return {"live": "dnw", "open": "dn", "waiting": "w"}.get(filters.standing, "i")


def _answers(seal: Seal) -> Callable[[QuerySet[Ticket], Filters, str, int], Awaitable[_Page]]:
    """The next ``limit`` tickets that answer what was searched for, the best first."""

    async def page(tickets: QuerySet[Ticket], filters: Filters, cursor: str, limit: int) -> _Page:
        begin = _position(cursor, "q")[2]
        if filters.standing != "all":
            tickets = tickets.filter(status__in=LIVE if filters.standing == "live" else [filters.standing])
        found = await finding.find(tickets, filters.words, seal)
        wanted = found.ids[begin : begin + limit]
        after = f"q{begin + limit}" if begin + limit < len(found.ids) else ""
        return await _lines(wanted), after, found.more and not after

    return page


def _put_aside(by: Actor) -> Callable[[QuerySet[Ticket], Filters, str, int], Awaitable[_Page]]:
    """The next ``limit`` of what the officer put aside, that which comes back soonest first."""

    async def page(tickets: QuerySet[Ticket], _: Filters, cursor: str, limit: int) -> _Page:
        begin = _position(cursor, "s")[2]
        mine = Snooze.filter(officer_id=by.officer_id, ended_at=None).order_by("until", "ticket_id")
        soonest = dict.fromkeys([int(row["ticket_id"]) for row in await mine.values("ticket_id")])
        found = set(await _ids(tickets.filter(status__in=LIVE)))
        rest = [id_ for id_ in soonest if id_ in found][begin:]
        return await _lines(rest[:limit]), f"s{begin + limit}" if len(rest) > limit else "", False

    return page


async def _page(tickets: QuerySet[Ticket], filters: Filters, cursor: str, limit: int) -> _Page:
    """The next ``limit`` tickets after the cursor."""
    stretches = _stretches(filters)
    begin, at, id_ = _position(cursor, stretches)
    ids: list[int] = []
    for stretch in stretches[stretches.index(begin) :] if begin else stretches:
        after = (at, id_) if stretch == begin else None
        ids += await _ids(_stretch(tickets, stretch, filters, after).limit(limit + 1 - len(ids)))
        if len(ids) > limit:
            break
    lines = await _lines(ids[:limit])
    return lines, _cursor(lines[-1], filters) if len(ids) > limit else "", False


def _stretch(
    tickets: QuerySet[Ticket], stretch: str, filters: Filters, after: tuple[datetime | None, int] | None
) -> QuerySet[Ticket]:
    at, id_ = after or (None, 0)
    if stretch == "d":
        # Only an open ticket has a due time; the bound says to the planner that its index of those is meant.
        dated = tickets.filter(due_at__gte=at or _EARLIEST).order_by("due_at", "id")
        return dated.filter(Q(due_at__gt=at) | Q(due_at=at, id__gt=id_)) if after else dated
    if stretch in "nw":
        status = "open" if stretch == "n" else "waiting"
        return tickets.filter(status=status, due_at=None, id__gt=id_).order_by("id")
    aged = (tickets if filters.standing == "all" else tickets.filter(status=filters.standing)).order_by("-id")
    return aged.filter(id__lt=id_) if after else aged


def _cursor(line: _Line, filters: Filters) -> str:
    if _stretches(filters) == "i":
        return f"i{line['id']}"
    if line["due_at"]:
        return f"d{line['due_at'].isoformat()}~{line['id']}"
    return f"{'n' if line['status'] == 'open' else 'w'}{line['id']}"


def _position(cursor: str, stretches: str) -> tuple[str, datetime | None, int]:
    kind, place = cursor[:1], cursor[1:]
    if kind not in stretches:
        raise Refused("cursor-unreadable")
    try:
        if kind != "d":
            return kind, None, _id(place) if kind else 0
        at, _, id_ = place.partition("~")
        return kind, datetime.fromisoformat(at).astimezone(UTC), _id(id_)
    except (ValueError, OverflowError):
        raise Refused("cursor-unreadable") from None


def _id(digits: str) -> int:
    """A row's id. Raises ValueError for what no row can have."""
    number = int(digits)
    if not 0 <= number < 1 << 63:
        raise ValueError(digits)
    return number
