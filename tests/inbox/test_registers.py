from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from config.schema import Office
from inbox import registers
from inbox.actor import Actor
from inbox.database import Database
from inbox.models import Entry, RegisterEntry, RegisterYear, Ticket
from inbox.refused import Refused
from inbox.registers import Registers
from inbox.registers_read import PAGE_ROWS, Shelf
from tests.inbox.house import House, at
from tests.inbox.rows import conversation, ticket
from tests.shipped import shipped


@pytest.fixture(scope="module")
def blitar() -> Office:
    """The office whose files are shipped."""
    return shipped().office("blitar")


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


async def _closing(house: House) -> tuple[Actor, Registers, Ticket]:
    by = await house.officer("sekretaris")
    return by, Registers(house.tickets), await house.complaint(at("2026-12-30 09:00"))


async def test_nothing_enters_a_closed_year(any_house: House) -> None:
    """A closed year takes no line; opened again with a reason it goes on with the very next number."""
    by, books, case = await _closing(any_house)
    book, office, now = "agenda-aduan-masuk", any_house.office, at("2026-12-30 10:00")
    await _enter(any_house.database, office, case, now, book)
    await books.close(by, book, 2026, now)
    with pytest.raises(Refused, match="book-closed"):
        await _enter(any_house.database, office, case, now, book)
    with pytest.raises(Refused, match="reason-missing"):
        await books.reopen(by, book, 2026, "  ", now)
    await books.reopen(by, book, 2026, "Satu aduan tertinggal", now)
    assert (await _enter(any_house.database, office, case, now, book)).number == 2
    shelf = await Shelf(any_house.tickets).leaf(by, book, 2026, now)
    assert (shelf.year.reason, shelf.year.last, shelf.year.whole) == ("Satu aduan tertinggal", 2, True)
    told = await Entry.filter(event__startswith="book-").order_by("id").values_list("event", flat=True)
    assert list(told) == ["book-closed-year", "book-opened-year"]


async def test_a_year_is_closed_once_while_others_enter(any_house: House) -> None:
    """Whoever enters while the year is closed is either before the closing or refused: its last number stays last."""
    by, books, case = await _closing(any_house)
    book, now = "agenda-aduan-masuk", at("2026-12-30 10:00")
    await _enter(any_house.database, any_house.office, case, now, book)
    entering = [_enter(any_house.database, any_house.office, case, now, book) for _ in range(12)]
    await asyncio.gather(*entering[:6], books.close(by, book, 2026, now), *entering[6:], return_exceptions=True)
    closed = await RegisterYear.get(register=book, year=2026)
    numbers = await RegisterEntry.all().order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, closed.last_number + 1))


@pytest.mark.parametrize(
    ("role", "year", "moment", "code"),
    [
        ("petugas", 2026, "2026-12-30 10:00", "no-right"),
        ("sekretaris", 2026, "2026-11-30 10:00", "book-early"),
        ("sekretaris", 2027, "2026-12-30 10:00", "book-early"),
        ("sekretaris", 2025, "2026-12-30 10:00", "book-empty"),
    ],
)
async def test_not_every_year_can_be_closed(house: House, role: str, year: int, moment: str, code: str) -> None:
    """Closing is for who keeps the settings, for a year that is over or ending and holds something."""
    with pytest.raises(Refused, match=code):
        await Registers(house.tickets).close(await house.officer(role), "agenda-aduan-masuk", year, at(moment))


async def test_a_book_with_a_gap_is_not_closed(house: House) -> None:
    """Nobody signs a book from which a line is missing."""
    by, books, case = await _closing(house)
    book, now = "agenda-aduan-masuk", at("2026-12-30 10:00")
    for _ in range(3):
        await _enter(house.database, house.office, case, now, book)
    await RegisterEntry.filter(number=2).delete()
    with pytest.raises(Refused, match="book-gap"):
        await books.close(by, book, 2026, now)


async def test_a_long_year_is_read_page_by_page(house: House) -> None:
    """Every line stands on exactly one page, in order."""
    by, _, case = await _closing(house)
    for _ in range(2 * PAGE_ROWS + 3):
        await _enter(house.database, house.office, case, at("2026-12-30 10:00"), "agenda-aduan-masuk")
    seen, after = [], 0
    while not seen or after:
        leaf = await Shelf(house.tickets).leaf(by, "agenda-aduan-masuk", 2026, at("2026-12-30 10:00"), after)
        seen += [line.number for line in leaf.lines]
        after = leaf.after
    assert seen == list(range(1, 2 * PAGE_ROWS + 4))
