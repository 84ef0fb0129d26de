"""The queues: each holds its own, and the counts say what the lists hold, whatever the officer may see."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest

from inbox import queues
from inbox.actor import Actor
from inbox.models import Label, Mention, Message, Snooze, Ticket, TicketLabel
from inbox.search import Filters, Search
from tests.inbox.house import House, at

NOW = at("2026-11-23 10:00")


async def numbers(house: House, by: Actor, queue: str) -> list[int]:
    """The serial numbers that a queue shows."""
    listing = await Search(house.tickets).tickets(by, Filters(queue=queue), NOW)  # type: ignore[arg-type]
    return [int(row.number[-6:]) for row in listing.rows]


async def snooze(ticket: Ticket, by: Actor, until: str = "2026-11-24 08:00") -> None:
    """The officer put it aside ten minutes ago."""
    created = NOW - timedelta(minutes=10)
    await Snooze.create(
        office="blitar", officer_id=by.officer_id, ticket_id=ticket.id, until=at(until), created_at=created
    )


async def mention(ticket: Ticket, by: Actor) -> None:
    """A note on the ticket names the officer."""
    message = await Message.filter(ticket_id=ticket.id).first()
    assert message is not None
    await Mention.create(
        office="blitar", message_id=message.id, ticket_id=ticket.id, officer_id=by.officer_id, created_at=NOW
    )


async def filled(house: House, by: Actor) -> None:
    """Ten tickets, one or more for each queue."""
    for n in range(1, 11):
        ticket = await house.complaint(at(f"2026-11-23 09:{29 + 3 * n:02}"), sender=f"w{n}@example.com")
        if n in {2, 3}:
            await Ticket.filter(id=ticket.id).update(officer_id=by.officer_id)
        if n == 3:
            await snooze(ticket, by)
        if n == 4:
            await house.acting.reply(by, ticket.number, "?", version=ticket.version, now=NOW, wait="alamat")
        if n in {5, 7}:
            await house.acting.close(by, ticket.number, "Ganda", version=ticket.version, now=NOW)
        if n == 6:
            await Ticket.filter(id=ticket.id).update(due_at=at("2026-11-25 10:00"))
        if n == 7:
            await Ticket.filter(id=ticket.id).update(closing="spam")
        if n in {5, 8}:
            await mention(ticket, by)
        if n == 9:
            await house.act(by, ticket.number, "jawab-langsung", NOW, {"jawaban.text": "Sudah."})
        if n == 10:
            await Ticket.filter(id=ticket.id).update(merged_into=1)


EXPECTED = {
    "role": [1, 2, 8, 6, 4],
    "mine": [2],
    "late": [1, 2, 3],
    "today": [8],
    "unassigned": [1, 8, 6, 4],
    "waiting": [4],
    "mentions": [8, 5],
    "snoozed": [3],
    "all": [1, 2, 3, 8, 6, 4],
    "answered": [9],
    "closed": [5],
    "spam": [7],
}


async def test_each_queue_holds_its_own_and_is_counted_as_it_is_listed(any_house: House) -> None:
    """What goes on as part of another ticket stands in none; what rests is out of three, of this officer alone."""
    by, kasi = await any_house.officer("petugas"), await any_house.officer("kasi")
    await filled(any_house, by)
    assert {queue: await numbers(any_house, by, queue) for queue in queues.QUEUES} == EXPECTED
    counts = asdict(await Search(any_house.tickets).counts(by, NOW))
    assert counts == {queue: len(found) for queue, found in EXPECTED.items() if queue in counts}
    assert 3 not in await numbers(any_house, kasi, "unassigned")
    everywhere = Filters(status="all")
    assert len((await Search(any_house.tickets).tickets(by, everywhere, NOW)).rows) == 10


async def test_who_may_not_see_all_counts_what_they_may(any_house: House) -> None:
    """An officer without that right has their own and their roles', in the lists and in the counts."""
    by = await any_house.officer("petugas")
    await filled(any_house, by)
    stranger = await any_house.officer("tamu")
    await Ticket.filter(number="BLT-26-000006").update(officer_id=stranger.officer_id)
    lists = {queue: await numbers(any_house, stranger, queue) for queue in queues.QUEUES}
    assert {queue: found for queue, found in lists.items() if found} == {"mine": [6], "all": [6]}
    counts = asdict(await Search(any_house.tickets).counts(stranger, NOW))
    assert {queue: count for queue, count in counts.items() if count} == {"mine": 1, "all": 1}


async def test_what_was_put_aside_is_back_when_the_citizen_writes(any_house: House) -> None:
    """At once, without waiting for anything to run."""
    by = await any_house.officer("petugas")
    ticket = await any_house.complaint(at("2026-11-23 09:00"))
    await snooze(ticket, by)
    assert await numbers(any_house, by, "role") == []
    await Ticket.filter(id=ticket.id).update(last_in_at=NOW)
    assert await numbers(any_house, by, "role") == [1]
    assert await numbers(any_house, by, "snoozed") == []


@pytest.mark.parametrize("role", ["petugas", "tamu"])
async def test_all_counts_come_out_of_indexes(any_house: House, role: str) -> None:
    """One statement, which reads the live tickets alone; nobody's table is walked through."""
    await filled(any_house, await any_house.officer("petugas"))
    by = await any_house.officer(role)
    sql = queues._statement(by, any_house.office)
    values = [by.office, by.officer_id, NOW, NOW, *by.roles]
    plain = not any_house.database.is_postgres
    if plain:
        rows = await any_house.database.query(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = " / ".join(str(row["detail"]) for row in rows)
        assert "ticket_live" in plan
        assert "SCAN t" not in plan, plan
        return
    await any_house.database.query("SET enable_seqscan = off")
    rows = await any_house.database.query(f"EXPLAIN {sql}", values)
    await any_house.database.query("SET enable_seqscan = on")
    plan = " / ".join(str(row["QUERY PLAN"]) for row in rows)
    assert "ticket_live" in plan, plan
    assert "Seq Scan" not in plan, plan


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"label": 1}, [2]),
        ({"label": 99}, []),
        ({"kind": "pengaduan", "officer": 1}, [2]),
        ({"place": "MELATI jl"}, [1, 2]),
        ({"place": "melati 7", "unread": True}, [2]),
        ({"place": "100%"}, []),
        ({"opened_from": date(2026, 11, 21)}, [2, 3]),
        ({"opened_until": date(2026, 11, 20)}, [1]),
        ({"opened_from": date(2026, 11, 20), "opened_until": date(2026, 11, 21), "place": "jl"}, [1, 2]),
        ({"opened_from": date(2026, 11, 24)}, []),
    ],
)
async def test_filters_combine(any_house: House, filters: dict[str, Any], found: list[int]) -> None:
    """Label, officer, kind, place and the office's own days, the first and the last of them included."""
    by = await any_house.officer("petugas")
    for n, (day, place) in enumerate([(20, "Jl. Melati 1"), (21, "Jl. Melati 7"), (23, "Jl. Mawar")], start=1):
        opened = at(f"2026-11-{day} 00:10")
        ticket = await any_house.complaint(opened, sender=f"w{n}@example.com", place=place, kind="pengaduan")
        await Ticket.filter(id=ticket.id).update(due_at=at(f"2026-11-24 10:0{n}"))
    second = await Ticket.get(number="BLT-26-000002")
    await Ticket.filter(id=second.id).update(officer_id=by.officer_id)
    label = await Label.create(office="blitar", name="Parkir", created_at=NOW)
    await TicketLabel.create(
        office="blitar", ticket_id=second.id, label_id=label.id, officer_id=by.officer_id, created_at=NOW
    )
    known = {"label": label.id, "officer": by.officer_id}
    meant = {name: known[name] if value == 1 and name in known else value for name, value in filters.items()}
    listing = await Search(any_house.tickets).tickets(by, Filters(**meant), NOW)
    assert [int(row.number[-6:]) for row in listing.rows] == found
    assert all((row.labels == (("Parkir", ""),)) == (row.id == second.id) for row in listing.rows)
