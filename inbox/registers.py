"""The running books: numbers without a gap, taken when an officer enters a line, one count per office, book and year.

The count is a row that every entry of the book waits for until the one before is committed or undone; that is what
keeps it free of gaps, and why nothing on the message road takes a number here. Closing a year waits for the same row,
so that nothing enters a year which somebody closes meanwhile. What stands in a book is ``inbox.registers_read``'s.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.expressions import F
from tortoise.functions import Count, Max

from config.schema import Office, RegisterBook, Right
from inbox import journal
from inbox.actor import Actor
from inbox.live import Event
from inbox.models import Counter, RegisterEntry, RegisterYear
from inbox.refused import Forbidden, Missing, Refused
from inbox.tickets import Tickets

_DECEMBER = 12
_LONGEST_REASON = 500


async def next_entry(
    office: Office, register: str, *, ticket_id: int, officer_id: int | None, now: datetime
) -> RegisterEntry:
    """Enter a ticket in a book under the year's next number, in the caller's transaction.

    Raises: Refused ``book-closed``: somebody closed that year.
    """
    year = now.astimezone(ZoneInfo(office.time_zone)).year
    number = await count(_count_of(office, register, year))
    if await RegisterYear.filter(office=office.id, register=register, year=year, closed_at__isnull=False).exists():
        raise Refused("book-closed", name=_name(office, register), year=str(year))
    return await RegisterEntry.create(
        office=office.id,
        register=register,
        year=year,
        number=number,
        ticket_id=ticket_id,
        officer_id=officer_id,
        created_at=now,
    )


def book_of(office: Office, register: str) -> RegisterBook:
    """The book of that id. Raises Missing ``book-missing``."""
    for book in office.registers:
        if book.id == register:
            return book
    raise Missing("book-missing")


def closable(office: Office, year: int, now: datetime) -> bool:
    """Whether a year is over, or in its last month."""
    local = now.astimezone(ZoneInfo(office.time_zone))
    return year < local.year or (year == local.year and local.month == _DECEMBER)


class Registers:
    """Closes the years of the books, and opens them again. The right is the one over settings."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets

    async def close(self, by: Actor, register: str, year: int, now: datetime) -> None:
        """Nothing enters that year any more.

        Raises: Forbidden ``no-right``, Missing ``book-missing``, Refused ``book-early``, ``book-empty``, ``book-gap``
        and ``book-closed``.
        """
        office, book = self._asked(by, register)
        if not closable(office, year, now):
            raise Refused("book-early", year=str(year))

        async def work() -> None:
            await _wait_for(_count_of(office, register, year))
            last = await _last(office, register, year)
            known = RegisterYear.filter(office=office.id, register=register, year=year)
            if await known.filter(closed_at__isnull=False).exists():
                raise Refused("book-closed", name=book.name, year=str(year))
            values = {"closed_at": now, "last_number": last, "officer_id": by.officer_id, "changed_at": now}
            await RegisterYear.update_or_create(office=office.id, register=register, year=year, defaults=values)
            told: dict[str, Any] = {"name": book.name, "year": str(year), "last": str(last)}
            await journal.write(office.id, "book-closed-year", actor=by.mark, at=now, **told)

        await self._tickets.database.transaction(work)
        self._tickets.announce(Event(office.id, "books"))

    async def reopen(self, by: Actor, register: str, year: int, reason: str, now: datetime) -> None:
        """Lines may enter it again. Raises as ``close``; Refused ``reason-missing``, ``book-open``."""
        office, book = self._asked(by, register)
        reason = " ".join(reason.split())[:_LONGEST_REASON]
        if not reason:
            raise Refused("reason-missing", field="reason")

        async def work() -> None:
            await _wait_for(_count_of(office, register, year))
            closed = RegisterYear.filter(office=office.id, register=register, year=year, closed_at__isnull=False)
            values = {"closed_at": None, "reason": reason, "officer_id": by.officer_id, "changed_at": now}
            if not await closed.update(**values):
                raise Refused("book-open", name=book.name, year=str(year))
            told: dict[str, Any] = {"name": book.name, "year": str(year)}
            await journal.write(office.id, "book-opened-year", actor=by.mark, at=now, **told)

        await self._tickets.database.transaction(work)
        self._tickets.announce(Event(office.id, "books"))

    def _asked(self, by: Actor, register: str) -> tuple[Office, RegisterBook]:
        office = self._tickets.offices.office(by.office)
        if not by.may(office, Right.SETTINGS):
            raise Forbidden("no-right", right=Right.SETTINGS)
        return office, book_of(office, register)


async def _last(office: Office, register: str, year: int) -> int:
    """The number that stands last. Raises Refused ``book-empty``, or ``book-gap`` where a line before it is missing."""
    entries = RegisterEntry.filter(office=office.id, register=register, year=year)
    (found,) = await entries.annotate(many=Count("id"), last=Max("number")).values("many", "last")
    if not found["many"]:
        raise Refused("book-empty", year=str(year))
    if found["many"] != found["last"]:
        raise Refused("book-gap", year=str(year))
    return int(found["last"])


def _count_of(office: Office, register: str, year: int) -> str:
    return f"register:{office.id}:{register}:{year}"


def _name(office: Office, register: str) -> str:
    return next((book.name for book in office.registers if book.id == register), register)


async def count(name: str) -> int:
    """The next number of a series, in the caller's transaction: nobody else counts on before that ends."""
    counter = Counter.filter(name=name)
    if not await counter.update(value=F("value") + 1):
        await Counter.bulk_create([Counter(name=name, value=0)], ignore_conflicts=True)
        await counter.update(value=F("value") + 1)
    return int((await counter.get()).value)


async def _wait_for(name: str) -> None:
    """Until nobody who takes a number is still at it; nobody begins before the caller's transaction ends."""
    await Counter.bulk_create([Counter(name=name, value=0)], ignore_conflicts=True)
    await Counter.filter(name=name).update(value=F("value"))
