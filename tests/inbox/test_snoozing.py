""" "Ingatkan saya": until when a case rests, whose lists it leaves, and how it comes back."""

from __future__ import annotations

import pytest

from inbox.actor import Actor
from inbox.deadlines import Deadlines
from inbox.models import Mention, Message, Snooze
from inbox.refused import Missing, Refused
from inbox.search import Filters, Search
from inbox.snoozing import Snoozing, ends_at, opened, resting
from tests.inbox.house import House, at, local

NOW = at("2026-11-23 10:00")


async def listed(house: House, by: Actor) -> int:
    """How many tickets stand in the queue of the officer's role."""
    return len((await Search(house.tickets).tickets(by, Filters(queue="role"), NOW)).rows)


@pytest.mark.parametrize(
    ("now", "until", "back"),
    [
        ("2026-11-23 10:00", "jam", "2026-11-23 11:00"),
        ("2026-11-23 15:40", "jam", "2026-11-24 08:40"),
        ("2026-11-23 10:00", "besok", "2026-11-24 08:00"),
        ("2026-11-27 14:00", "besok", "2026-11-30 08:00"),
        ("2026-11-23 10:00", "2026-12-01", "2026-12-01 08:00"),
        ("2026-11-23 10:00", "2026-12-25", "2026-12-28 08:00"),
    ],
)
async def test_it_comes_back_while_the_office_works(house: House, now: str, until: str, back: str) -> None:
    """An hour is an hour of working time; a morning is when the office opens, not a weekend and not Christmas."""
    calendar = house.tickets.cases.calendars["blitar"]
    assert local(ends_at(calendar, until, at(now))) == back


@pytest.mark.parametrize(
    ("until", "code"),
    [
        ("", "snooze-unreadable"),
        ("nanti", "snooze-unreadable"),
        ("2026-11-23", "snooze-past"),
        ("2028-01-01", "snooze-far"),
    ],
)
async def test_a_day_that_cannot_be_is_refused(house: House, until: str, code: str) -> None:
    """At its field, and nothing is put aside."""
    by, ticket = await house.officer("petugas"), await house.complaint(NOW)
    with pytest.raises(Refused) as refusal:
        await Snoozing(house.tickets).snooze(by, ticket.number, until, now=NOW)
    assert (refusal.value.code, refusal.value.field) == (code, "until")
    assert not await Snooze.exists()


async def test_it_leaves_the_lists_of_one_officer_and_comes_back_with_a_notice(any_house: House) -> None:
    """Once, at its time, by the minute's work; whoever else holds the role has it all the while."""
    by, colleague = await any_house.officer("petugas"), await any_house.officer("petugas")
    ticket = await any_house.complaint(NOW)
    back = await Snoozing(any_house.tickets).snooze(by, ticket.number, "jam", now=NOW)
    assert local(back) == "2026-11-23 11:00"
    assert (await listed(any_house, by), await listed(any_house, colleague)) == (0, 1)
    assert await resting(by, ticket) == back
    deadlines = Deadlines(any_house.tickets)
    await deadlines.late(at("2026-11-23 10:59"))
    assert await any_house.notices("snooze") == []
    for minute in ("11:00", "11:01"):
        await deadlines.late(at(f"2026-11-23 {minute}"))
    assert await any_house.notices("snooze") == [("snooze", "")]
    assert await listed(any_house, by) == 1
    assert await resting(by, ticket) is None


async def test_a_later_time_replaces_the_sooner_and_it_can_be_taken_up_again(any_house: House) -> None:
    """There is one rest at a time, and none after its officer ended it."""
    by, ticket = await any_house.officer("petugas"), await any_house.complaint(NOW)
    snoozing = Snoozing(any_house.tickets)
    await snoozing.snooze(by, ticket.number, "jam", now=NOW)
    await snoozing.snooze(by, ticket.number, "besok", now=NOW)
    await Deadlines(any_house.tickets).late(at("2026-11-23 11:30"))
    assert await listed(any_house, by) == 0
    await snoozing.wake(by, ticket.number, now=NOW)
    assert await listed(any_house, by) == 1
    with pytest.raises(Refused, match="snooze-ended"):
        await snoozing.wake(by, ticket.number, now=NOW)


async def test_who_writes_brings_it_back_without_a_second_notice(any_house: House) -> None:
    """The citizen's message is told as such; the rest ends in silence."""
    by, ticket = await any_house.officer("petugas"), await any_house.complaint(NOW)
    await Snoozing(any_house.tickets).snooze(by, ticket.number, "jam", now=NOW)
    await any_house.writes(ticket, "Masih berlangsung", at("2026-11-23 10:10"))
    message = await Message.filter(ticket_id=ticket.id).order_by("-id").first()
    assert message is not None
    await any_house.clerk(any_house.tickets.add, ticket, message, at("2026-11-23 10:10"))
    assert await listed(any_house, by) == 1
    await Deadlines(any_house.tickets).late(at("2026-11-23 11:00"))
    assert await any_house.notices("snooze") == []
    assert not await Snooze.filter(ended_at=None).exists()


async def test_only_what_is_worked_on_and_seen_can_rest(house: House) -> None:
    """Not a closed case, and not one that the officer may not know of."""
    by, stranger = await house.officer("petugas"), await house.officer("tamu")
    ticket = await house.complaint(NOW)
    with pytest.raises(Missing):
        await Snoozing(house.tickets).snooze(stranger, ticket.number, "jam", now=NOW)
    await house.acting.close(by, ticket.number, "Ganda", version=ticket.version, now=NOW)
    with pytest.raises(Refused, match="not-open"):
        await Snoozing(house.tickets).snooze(by, ticket.number, "jam", now=NOW)


async def test_who_opens_a_ticket_has_seen_where_they_are_named(any_house: House) -> None:
    """Their own mentions and nobody else's."""
    by, other = await any_house.officer("petugas"), await any_house.officer("kasi")
    ticket = await any_house.complaint(NOW)
    message = await Message.filter(ticket_id=ticket.id).get()
    for one in (by, other):
        await Mention.create(
            office="blitar", message_id=message.id, ticket_id=ticket.id, officer_id=one.officer_id, created_at=NOW
        )
    await opened(any_house.database, by, ticket, NOW)
    assert [row.officer_id for row in await Mention.filter(seen_at=None)] == [other.officer_id]


async def test_what_comes_back_first_stands_first(any_house: House) -> None:
    """The queue of what was put aside goes by the reminder, whatever is due when, from page to page."""
    by, snoozing = await any_house.officer("petugas"), Snoozing(any_house.tickets)
    for day, sender in (("2026-12-02", "a"), ("jam", "b"), ("2026-11-30", "c"), ("besok", "d")):
        ticket = await any_house.complaint(NOW, sender=f"{sender}@example.com")
        await snoozing.snooze(by, ticket.number, day, now=NOW)
    search, queue = Search(any_house.tickets), Filters(queue="snoozed")
    first = await search.tickets(by, queue, NOW, limit=3)
    rest = await search.tickets(by, queue, NOW, first.next, limit=3)
    assert [int(row.number[-6:]) for row in (*first.rows, *rest.rows)] == [2, 4, 3, 1]
    assert (first.next, rest.next) == ("s3", "")
    with pytest.raises(Refused, match="cursor-unreadable"):
        await search.tickets(by, queue, NOW, "d2026-11-23T10:00:00~1")
