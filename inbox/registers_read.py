"""What stands in the running books: the shelf with its years, and a year page by page.

Reads only, for who may see all of the office's complaints. A page is found by the number it begins after, so that the
last costs what the first does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from tortoise.functions import Count, Max

from config.schema import Office, RegisterBook, Right
from inbox.actor import Actor
from inbox.models import Paper, RegisterEntry, RegisterYear
from inbox.papers import kind_of
from inbox.refused import Forbidden
from inbox.registers import book_of, closable
from inbox.sealing import Identity, Seal
from inbox.tickets import Tickets

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Year:
    """A year of a book. ``last``: the number that stands last; ``officer``: who closed it, or opened it again."""

    year: int
    count: int = 0
    last: int = 0
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    reason: str = ""
    officer: str = ""

    @property
    def whole(self) -> bool:
        """Whether no number is missing."""
        return self.count == self.last


@dataclass(frozen=True, slots=True)
class Book:
    """A book with its years, the latest first. ``outgoing``: it holds letters that leave, else complaints."""

    book: RegisterBook
    years: tuple[Year, ...]
    outgoing: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``letter``, ``to`` and ``about`` are of the paper that was entered; empty where it has none."""

    number: int
    at: datetime
    ticket: str
    channel: str
    citizen: str
    kind: str
    thing: str
    summary: str
    officer: str
    letter: str = ""
    to: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some lines of a year. ``after`` leads to the next ones, 0 on the last page."""

    book: Book
    year: Year
    lines: tuple[Line, ...]
    after: int
    closable: bool


class Shelf:
    """Reads the books."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def books(self, by: Actor, now: datetime) -> tuple[Book, ...]:
        """Every book; this year is there before it has a line. Raises Forbidden ``no-right``."""
        office = self._seen(by)
        async with self._tickets.database.reading(long=True):
            known = await _years(office)
        return tuple(_book(office, one, known[one.id], now) for one in office.registers)

    async def leaf(self, by: Actor, register: str, year: int, now: datetime, after: int = 0) -> Leaf:
        """A page of one year, this year for 0. Raises Forbidden ``no-right``, Missing ``book-missing``."""
        office = self._seen(by)
        one = book_of(office, register)
        async with self._tickets.database.reading(long=True):
            book = _book(office, one, (await _years(office))[one.id], now)
            shown = next((known for known in book.years if known.year == year), book.years[0])
            found = await _entries(office, register, shown.year, after)
            lines = tuple(await _lines(office, found[:PAGE_ROWS], await _papers(found), self._tickets.seal(by)))
        more = lines[-1].number if len(found) > PAGE_ROWS else 0
        return Leaf(book, shown, lines, more, closable(office, shown.year, now))

    def _seen(self, by: Actor) -> Office:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.SEE_ALL):
            raise Forbidden("no-right", right=Right.SEE_ALL)
        return office


async def _lines(
    office: Office, entries: Sequence[RegisterEntry], papers: Mapping[int, Paper], seal: Seal
) -> list[Line]:
    """What a book says of these as the officer may read it; behind a seal it names nobody."""
    hidden = await seal.identities({entry.ticket_id: entry.ticket.secrecy for entry in entries}.items())
    return [line_of(office, entry, papers.get(entry.id), hidden.get(entry.ticket_id)) for entry in entries]


def line_of(office: Office, entry: RegisterEntry, paper: Paper | None, hidden: Identity | None = None) -> Line:
    """What a book says of an entry; its ticket with the citizen, and its officer, are at hand."""
    ticket = entry.ticket
    to = ", ".join(str(paper.values.get("to") or "").split("\n")) if paper else ""
    doors = {f"{office.id}-{name}": one.name or name for name, one in office.channels.items()}
    return Line(
        number=entry.number,
        at=entry.created_at,
        ticket=ticket.number,
        channel=doors.get(ticket.channel, ticket.channel),
        citizen=hidden.called if hidden else ticket.citizen.name,
        kind=next((one.name for one in office.kinds if one.id == ticket.kind), ticket.kind),
        thing=", ".join(part for part in (ticket.object, ticket.place) if part),
        summary=hidden.hide(ticket.summary) if hidden else ticket.summary,
        officer=entry.officer.name if entry.officer else "",
        letter=paper.number if paper else "",
        to=hidden.hide(to) if hidden else to,
        about=kind_of(office, paper).name if paper else "",
    )


async def part_of(  # noqa: PLR0917 - a part of a book, and for whom
    office: Office, register: str, year: int, part: int, rows: int, seal: Seal
) -> tuple[int, list[Line]]:
    """How many lines a year has, and those of its ``part`` of ``rows`` lines, counted from 1. To print."""
    found = RegisterEntry.filter(office=office.id, register=register, year=year).order_by("number")
    entries = await found.offset((part - 1) * rows).limit(rows).select_related("ticket__citizen", "officer")
    papers = await _papers(entries) if outgoing(office, register) else {}
    return await found.count(), await _lines(office, entries, papers, seal)


def outgoing(office: Office, register: str) -> bool:
    """Whether a book is where letters are entered that the office numbers."""
    return any(one.register_id == register for one in office.numberings)


def _book(office: Office, book: RegisterBook, known: Mapping[int, Year], now: datetime) -> Book:
    today = now.astimezone(ZoneInfo(office.time_zone)).year
    years = {today: Year(today), **known}
    return Book(book, tuple(years[one] for one in sorted(years, reverse=True)), outgoing(office, book.id))


async def _years(office: Office) -> Mapping[str, Mapping[int, Year]]:
    entries = RegisterEntry.filter(office=office.id).annotate(many=Count("id"), most=Max("number"))
    counts = await entries.group_by("register", "year").values("register", "year", "many", "most")
    marks = await RegisterYear.filter(office=office.id).select_related("officer")
    marked = {(row.register, row.year): row for row in marks}
    years: dict[str, dict[int, Year]] = defaultdict(dict)
    for row in counts:
        mark = marked.get((row["register"], row["year"]))
        years[row["register"]][row["year"]] = Year(
            year=row["year"],
            count=row["many"],
            last=row["most"],
            closed_at=mark.closed_at if mark else None,
            reopened_at=mark.changed_at if mark and mark.closed_at is None else None,
            reason=mark.reason if mark else "",
            officer=mark.officer.name if mark else "",
        )
    return years


async def _entries(office: Office, register: str, year: int, after: int) -> list[RegisterEntry]:
    lines = RegisterEntry.filter(office=office.id, register=register, year=year, number__gt=after).order_by("number")
    return await lines.limit(PAGE_ROWS + 1).select_related("ticket__citizen", "officer")


async def _papers(entries: Sequence[RegisterEntry]) -> dict[int, Paper]:
    """The papers that were entered there, by entry; the latest of several."""
    ids, tickets = [entry.id for entry in entries], [entry.ticket_id for entry in entries]
    found = await Paper.filter(ticket_id__in=tickets, entry_id__in=ids).order_by("id") if ids else []
    return {int(paper.entry_id or 0): paper for paper in found}
