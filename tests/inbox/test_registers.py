from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

import config
from config.schema import Office
from inbox import registers
from inbox.database import Database
from inbox.models import RegisterEntry, Ticket
from tests.inbox.rows import conversation, ticket


@pytest.fixture(scope="module")
def blitar() -> Office:
    """The office whose files are shipped."""
    return config.load(config.SHIPPED, environ={}, secrets=False).office("blitar")


async def _enter(
    database: Database, office: Office, case: Ticket, now: datetime, register: str = "agenda"
) -> RegisterEntry:
    return await database.transaction(
        lambda: registers.next_entry(office, register, ticket_id=case.id, officer_id=None, now=now)
    )


async def test_each_book_counts_for_itself_each_year(any_database: Database, now: datetime, blitar: Office) -> None:
    """A book begins at one each year, by the office's own clock, and no two books share a count."""
    case = await ticket(now, await conversation(now))
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    entries = [
        await _enter(any_database, blitar, case, now),
        await _enter(any_database, blitar, case, now),
        await _enter(any_database, blitar, case, now, "registrasi"),
        await _enter(any_database, blitar, case, new_year),
    ]
    assert [(entry.register, entry.year, entry.number) for entry in entries] == [
        ("agenda", 2026, 1),
        ("agenda", 2026, 2),
        ("registrasi", 2026, 1),
        ("agenda", 2027, 1),
    ]


async def test_a_book_has_no_gap_whatever_fails(any_database: Database, now: datetime, blitar: Office) -> None:
    """Of twenty officers who register at once every third is interrupted; the lines that stand are 1, 2, 3 ..."""
    case = await ticket(now, await conversation(now))

    async def enter(place: int) -> None:
        await registers.next_entry(blitar, "agenda", ticket_id=case.id, officer_id=None, now=now)
        if place % 3 == 0:
            raise RuntimeError("interrupted")

    together = [any_database.transaction(lambda place=place: enter(place)) for place in range(20)]
    await asyncio.gather(*together, return_exceptions=True)
    numbers = await RegisterEntry.all().order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, 14))
