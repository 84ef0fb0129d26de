"""The officers' list: whose queue, what was searched for, in which order, and page by page."""

from __future__ import annotations

import re

import pytest

from inbox.models import Address, Citizen, Ticket
from inbox.refused import Refused
from inbox.search import Filters, Search
from tests.inbox.house import House, at

NOW = at("2026-11-23 10:00")


async def numbers(house: House, by: object, cursor: str = "", limit: int = 50, **filters: object) -> list[int]:
    """The serial numbers that a list shows."""
    listing = await Search(house.tickets).tickets(by, Filters(**filters), NOW, cursor, limit)  # type: ignore[arg-type]
    return [int(row.number[-6:]) for row in listing.rows]


async def many(house: House) -> None:
    """Seven tickets: two late, two due later, one waiting, one answered, one closed."""
    petugas = await house.officer("petugas")
    for n, minute in enumerate(["09:40", "09:30", "09:55", "09:50", "09:00", "09:00", "09:00"], start=1):
        ticket = await house.complaint(at(f"2026-11-23 {minute}"), sender=f"w{n}@example.com", object=f"Ruko {n}")
        version = ticket.version
        if n == 5:
            await house.acting.reply(petugas, ticket.number, "?", version=version, now=NOW, wait="alamat")
        if n == 6:
            await house.act(petugas, ticket.number, "jawab-langsung", NOW, {"jawaban.text": "Sudah."})
        if n == 7:
            await house.acting.close(petugas, ticket.number, "Ganda", version=version, now=NOW)


async def test_late_first_then_nearest_due_then_what_waits(any_house: House) -> None:
    """Due 09.45, 09.55, 10.05, 10.10; the clock of the last one stands."""
    await many(any_house)
    kasi = await any_house.officer("kasi")
    assert await numbers(any_house, kasi) == [2, 1, 4, 3, 5]
    listing = await Search(any_house.tickets).tickets(kasi, Filters(), NOW)
    assert [row.late for row in listing.rows] == [True, True, False, False, False]
    first = listing.rows[0]
    assert (first.kind, first.citizen, first.object) == ("Pengaduan", "Siti", "Ruko 2")
    assert first.step.startswith("Menerima")


async def test_a_list_goes_on_where_its_page_ended(any_house: House) -> None:
    """Pages of two, by cursor: every ticket once, also across those without a due time; then no next page."""
    await many(any_house)
    by, found, cursor = await any_house.officer("kasi"), [], ""
    for _ in range(5):
        listing = await Search(any_house.tickets).tickets(by, Filters(), NOW, cursor, 2)
        found += [int(row.number[-6:]) for row in listing.rows]
        cursor = listing.next
        if not cursor:
            break
    assert found == [2, 1, 4, 3, 5]
    backwards = await Search(any_house.tickets).tickets(by, Filters(status="all"), NOW, "", 4)
    assert [int(row.number[-6:]) for row in backwards.rows] == [7, 6, 5, 4]
    rest = await Search(any_house.tickets).tickets(by, Filters(status="all"), NOW, backwards.next, 4)
    assert ([int(row.number[-6:]) for row in rest.rows], rest.next) == ([3, 2, 1], "")


async def test_what_was_found_goes_on_where_its_page_ended(any_house: House) -> None:
    """Pages of two, the best first, each ticket once; a snippet where the list would not show the word."""
    await many(any_house)
    by, found, cursor = await any_house.officer("kasi"), [], ""
    await any_house.acting.note(by, "BLT-26-000002", "Pemiliknya Pak Gunawan", now=NOW)
    for _ in range(4):
        listing = await Search(any_house.tickets).tickets(by, Filters(q="ruko", status="all"), NOW, cursor, 2)
        found += [int(row.number[-6:]) for row in listing.rows]
        cursor = listing.next
    assert (found, cursor) == ([7, 6, 5, 4, 3, 2, 1], "")
    (row,) = (await Search(any_house.tickets).tickets(by, Filters(q="gunawan"), NOW)).rows
    assert (row.number, row.snippet) == ("BLT-26-000002", "Pemiliknya Pak \x02Gunawan\x03")


@pytest.mark.parametrize("q", ["+6281234567890", "0812-3456-7890", "0812 3456 7890", "62812 34567890"])
async def test_who_calls_is_found_by_the_number_they_texted_from(any_house: House, q: str) -> None:
    """However they say it; digits that stand in a ticket are still found as words."""
    await many(any_house)
    await Address.filter(value="w3@example.com").update(scheme="phone", value="+6281234567890")
    await Ticket.filter(number="BLT-26-000004").update(permit_number="081234567899")
    by = await any_house.officer("kasi")
    assert await numbers(any_house, by, q=q) == [3]
    assert await numbers(any_house, by, q="081234567899") == [4]
    assert await numbers(any_house, by, q="081234567811") == []


async def test_a_chat_that_knows_people_by_their_numbers_is_searched_by_them(any_house: House) -> None:
    """As a text's sender is; what another chat calls people is nothing that anybody looks for."""
    await many(any_house)
    await Address.filter(value="w3@example.com").update(scheme="whatsapp", value="+6281234567890")
    await Address.filter(value="w4@example.com").update(scheme="whatsapp", value="ID.13491208655302741918")
    by = await any_house.officer("kasi")
    assert await numbers(any_house, by, q="0812-3456-7890") == [3]
    assert await numbers(any_house, by, q="13491208655302741918") == []


async def test_queues_are_mine_my_roles_and_all(any_house: House) -> None:
    """Assigned to me; an open task of my role; everything I may see; counted likewise."""
    await many(any_house)
    kasi, head = await any_house.officer("kasi"), await any_house.officer("kepala-dinas")
    petugas = await any_house.officer("petugas")
    third = "BLT-26-000003"
    await any_house.acting.assign(petugas, third, kasi.officer_id, version=1, now=NOW)
    await any_house.act(petugas, "BLT-26-000004", "naikkan", NOW)
    assert await numbers(any_house, kasi, queue="mine") == [3]
    assert await numbers(any_house, petugas, queue="role") == [2, 1, 3, 5]
    assert await numbers(any_house, head, queue="role") == [4]
    counts = await Search(any_house.tickets).counts(petugas, NOW)
    assert (counts.mine, counts.role, counts.all, counts.late) == (0, 4, 5, 2)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"status": "answered"}, [6]),
        ({"status": "closed"}, [7]),
        ({"status": "waiting"}, [5]),
        ({"late": True}, [2, 1]),
        ({"channel": "blitar-web"}, []),
        ({"channel": "blitar-email", "step": "terima", "status": "open"}, [2, 1, 4, 3]),
        ({"q": "blt 26 000003"}, [3]),
        ({"q": "RUKO merdeka"}, [5, 4, 3, 2, 1]),
        ({"q": "ruko", "status": "all"}, [7, 6, 5, 4, 3, 2, 1]),
        ({"q": "ruko", "status": "closed"}, [7]),
        ({"q": "ruko 4"}, [4]),
        ({"q": "aminah"}, [1]),
        ({"q": "503/12"}, [2]),
        ({"q": "100%"}, []),
        ({"q": "' OR 1=1 --"}, []),
        ({"q": "ruko " * 500}, [5, 4, 3, 2, 1]),
        ({"q": "\x00"}, [2, 1, 4, 3, 5]),
    ],
)
async def test_filters_find_what_they_say(any_house: House, filters: dict[str, object], found: list[int]) -> None:
    """Status, door, step, lateness, and words in number, permit, object, place, summary or the citizen's name."""
    await many(any_house)
    first = await Ticket.get(number="BLT-26-000001")
    await Citizen.filter(id=first.citizen_id).update(name="Siti Aminah")
    await Ticket.filter(number="BLT-26-000002").update(permit_number="503/12/2022")
    assert await numbers(any_house, await any_house.officer("kasi"), **filters) == found


@pytest.mark.parametrize("cursor", ["x", "d~", "dxx~1", "i1", "n", "d2026-01-01~x"])
async def test_a_cursor_that_was_tampered_with_is_refused(house: House, cursor: str) -> None:
    """With a sentence, not with a trace."""
    with pytest.raises(Refused, match="cursor-unreadable"):
        await numbers(house, await house.officer("kasi"), cursor)


async def test_an_unknown_status_is_refused_at_its_field(house: House) -> None:
    """So that an API client learns of a typing error."""
    with pytest.raises(Refused) as refusal:
        await numbers(house, await house.officer("kasi"), status="gone")
    assert refusal.value.field == "status"


async def test_a_page_of_the_list_is_five_queries(house: House, statements: list[str]) -> None:
    """Those that are due, those without a due time, those that wait, lines, labels; fewer where a page is full."""
    await many(house)
    by = await house.officer("kasi")
    await numbers(house, by)
    for limit, queries in [(50, 5), (3, 3)]:
        statements.clear()
        await numbers(house, by, limit=limit)
        assert len(statements) == queries, statements


@pytest.mark.parametrize("status", ["live", "answered", "all"])
async def test_a_list_reads_no_ticket_that_it_does_not_show(house: House, statements: list[str], status: str) -> None:
    """Each stretch of a list comes out of an index in its order: nothing is sorted, nothing is searched through."""
    await many(house)
    by = await house.officer("kasi")
    await numbers(house, by)
    statements.clear()
    await numbers(house, by, status=status)
    for statement in [one for one in statements if "ticket_label" not in one]:
        plan = " / ".join(
            str(row["detail"]) for row in await house.database.query(f"EXPLAIN QUERY PLAN {_filled(statement)}")
        )
        assert "TEMP B-TREE" not in plan, plan
        assert "SCAN" not in plan, plan


def _filled(statement: str) -> str:
    """A statement with something for each parameter."""
    return re.sub(r"\?\d*", "'1'", statement)
