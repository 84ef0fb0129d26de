"""Several reporters of one case: merged, each told everything under their own number, and taken apart as it was."""

from __future__ import annotations

from typing import Any

import pytest

from inbox.actor import Actor
from inbox.deadlines import Deadlines
from inbox.joining import Joinings
from inbox.merging import Merging
from inbox.models import Message, Notice, Task, Ticket
from inbox.refused import Forbidden, Missing, Refused, Stale
from inbox.spam import Spam
from inbox.status import Status
from tests.inbox.house import House, at, local

NOW = at("2026-11-23 09:15")
LATER = at("2026-11-23 11:15")


async def two(house: House, **known: Any) -> tuple[Ticket, Ticket]:
    """The same trouble, reported by two neighbours an hour apart."""
    first = await house.complaint(at("2026-11-23 08:15"), sender="siti@example.com")
    second = await house.complaint(NOW, sender="budi@example.com", **known)
    return first, second


async def merged(house: House, by: Actor, **known: Any) -> tuple[Ticket, Ticket]:
    """The same, merged by the officer."""
    first, second = await two(house, **known)
    await Merging(house.tickets).merge(by, second.number, first.number, "Ruko yang sama", now=NOW)
    return await fresh(first), await fresh(second)


async def fresh(ticket: Ticket) -> Ticket:
    return await Ticket.get(id=ticket.id)


async def refusal(work: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await work
    return caught.value.code, caught.value.field


async def test_what_is_taken_apart_is_as_it_was_but_for_the_time_that_passed(any_house: House) -> None:
    """Status, step and tasks come back, and the due time moves on by the working time in between."""
    by = await any_house.officer("petugas")
    first, second = await two(any_house)
    before = await fresh(second)
    merging = Merging(any_house.tickets)
    await merging.merge(by, second.number, first.number, "", now=NOW, version=before.version)
    now = await fresh(second)
    assert (now.merged_into, now.due_at) == (first.id, None)
    assert not await Task.filter(ticket_id=second.id, done_at=None).exists()
    await merging.separate(by, second.number, now=LATER)
    after = await fresh(second)
    assert (after.merged_into, after.status, after.step) == (None, before.status, before.step)
    assert before.due_at
    assert after.due_at
    calendar = any_house.tickets.cases.calendars["blitar"]
    assert calendar.between(before.due_at, after.due_at) == calendar.between(NOW, LATER) == 120
    assert await Task.filter(ticket_id=second.id, done_at=None, role="petugas").count() == 1
    assert (await any_house.journal(second.number))[-2:] == ["merged", "separated"]
    assert (await any_house.journal(first.number))[-2:] == ["merged-here", "separated-here"]
    assert await refusal(merging.separate(by, second.number, now=LATER)) == ("not-merged", "")


async def test_everybody_hears_the_answer_under_their_own_number(any_house: House) -> None:
    """What the office writes on the leading ticket reaches each reporter with their own number, and no other's."""
    by = await any_house.officer("petugas")
    first, second = await merged(any_house, by)
    version = await any_house.version(first.number)
    await any_house.acting.reply(by, first.number, "Kami periksa Senin.", version=version, now=LATER)
    (own,) = [text for template, text in await any_house.heard(first.number) if template == "jawaban-petugas"]
    (other,) = [text for template, text in await any_house.heard(second.number) if template == "jawaban-petugas"]
    assert first.number in own
    assert second.number not in own
    assert second.number in other
    assert first.number not in other
    assert first.code not in other


async def test_the_case_fares_the_same_for_all_of_them(any_house: House) -> None:
    """Answered, closed, reopened: each ticket follows, and each reporter is told."""
    by = await any_house.officer("petugas", "kasi")
    first, second = await merged(any_house, by)
    version = await any_house.version(first.number)
    await any_house.acting.close(by, first.number, "Sudah dibongkar", version=version, now=LATER)
    assert ((await fresh(second)).status, (await fresh(second)).closing) == ("closed", "officer")
    version = await any_house.version(first.number)
    await any_house.acting.reopen_by(by, first.number, "Berdiri lagi", version=version, now=LATER)
    assert (await fresh(second)).status == "open"
    told = [template for template, _ in await any_house.heard(second.number)]
    assert told == ["ditutup", "dibuka-lagi"]


async def test_new_words_of_any_reporter_call_whoever_has_the_case(any_house: House) -> None:
    """They are on their own ticket's record; the leading one is unread, its roles are told, and its clock goes on."""
    by = await any_house.officer("petugas")
    first, second = await merged(any_house, by)
    version = await any_house.version(first.number)
    await any_house.acting.reply(by, first.number, "Di mana?", wait="alamat", version=version, now=NOW)
    assert ((await fresh(first)).status, (await fresh(second)).status) == ("waiting", "waiting")
    await Notice.all().delete()
    await any_house.writes(second, "Di jalan Merdeka 5", LATER, sender="budi@example.com")
    first, second = await fresh(first), await fresh(second)
    assert (first.status, first.unread, second.status) == ("open", True, "open")
    told = {(notice.ticket_id, notice.kind) for notice in await Notice.all()}
    assert told == {(first.id, "message")}
    assert await Message.filter(ticket_id=second.id, text="Di jalan Merdeka 5").exists()
    await any_house.acting.seen(by, first.number, now=LATER)
    assert not (await fresh(second)).unread


async def test_what_one_reporter_decides_is_theirs_alone(any_house: House) -> None:
    """One is satisfied and says so: the case stays answered for the other, who may still say that it is not settled."""
    by = await any_house.officer("petugas")
    first, second = await merged(any_house, by)
    for one in (first, second):
        await Ticket.filter(id=one.id).update(status="answered", answered_at=LATER, due_at=None)
    await any_house.clerk(any_house.tickets.confirm, first, LATER)
    second = await fresh(second)
    assert ((await fresh(first)).closing, second.status) == ("confirmed", "answered")
    await any_house.clerk(any_house.tickets.reopen, second, LATER, "citizen", "Masih berdiri")
    assert ((await fresh(first)).status, (await fresh(second)).status, second.status) == ("open", "open", "open")


async def test_who_takes_it_back_hears_no_more_and_the_others_still_do(any_house: House) -> None:
    """A withdrawal ends the withdrawer's ticket; where it leads, the case goes on without them."""
    by = await any_house.officer("petugas")
    first, second = await merged(any_house, by)
    third = await any_house.complaint(NOW, sender="tono@example.com")
    await Merging(any_house.tickets).merge(by, third.number, first.number, now=NOW)
    await any_house.clerk(any_house.tickets.withdraw, await fresh(third), LATER)
    await any_house.clerk(any_house.tickets.withdraw, await fresh(first), LATER)
    first, third = await fresh(first), await fresh(third)
    assert (first.status, third.status, third.closing) == ("open", "closed", "withdrawn")
    version = await any_house.version(first.number)
    await any_house.acting.reply(by, first.number, "Kami datang besok.", version=version, now=LATER)
    spoken = [len(await any_house.heard(one.number)) for one in (first, second, third)]
    assert spoken == [0, 1, 0]


async def test_the_status_page_of_a_merged_ticket_shows_the_common_way(any_house: House) -> None:
    """Its own number and words, the common step and what the office did since; nothing of others."""
    by = await any_house.officer("petugas")
    first, second = await merged(any_house, by)
    await any_house.act(by, first.number, "naikkan", LATER)
    pages = Status(any_house.tickets)
    lead, page = [await pages.citizen_page(one.number, one.code, LATER) for one in (first, second)]
    assert lead
    assert page
    assert (page.number, page.status, page.step_plain) == (second.number, "open", lead.step_plain)
    assert page.promise_at == lead.promise_at
    version = await any_house.version(first.number)
    await any_house.acting.close(by, first.number, "Dibongkar", version=version, now=at("2026-11-23 12:15"))
    closed = await pages.citizen_page(second.number, second.code, at("2026-11-23 12:20"))
    assert closed
    assert [line.event for line in closed.timeline if line.event in {"opened", "closed", "merged"}] == [
        "opened",
        "closed",
    ]
    assert first.number not in repr(closed)


async def test_one_person_with_both_tickets_hears_it_once(any_house: House) -> None:
    """Who reported the same twice is told once, under the leading number."""
    by = await any_house.officer("petugas")
    first = await any_house.complaint(NOW)
    second = await any_house.complaint(NOW)
    await Merging(any_house.tickets).merge(by, second.number, first.number, now=NOW)
    version = await any_house.version(first.number)
    await any_house.acting.reply(by, first.number, "Kami periksa.", version=version, now=LATER)
    assert (len(await any_house.heard(first.number)), len(await any_house.heard(second.number))) == (1, 0)


async def test_nobody_is_reminded_of_a_merged_ticket_and_the_sooner_promise_holds(any_house: House) -> None:
    """Only the leading ticket is late; what the citizens were promised first is the promise to both."""
    by = await any_house.officer("petugas")
    first, second = await merged(any_house, by)
    assert first.promise_at == second.promise_at
    assert local(first.promise_at) <= local(second.promise_at)
    await Notice.all().delete()
    late = at("2026-12-16 09:00")
    await Deadlines(any_house.tickets).late(late)
    assert {row.ticket_id for row in await Notice.filter(kind__in=["late", "promise"])} == {first.id}
    for one in (first, second):
        assert [template for template, _ in await any_house.heard(one.number)].count("terlambat") == 1
    assert (await fresh(second)).promise_at == (await fresh(first)).promise_at


async def test_what_cannot_be_merged_is_refused_with_words(any_house: House) -> None:
    """Itself, what is merged or ended, what leads others, another office's, without the right, or changed since."""
    by = await any_house.officer("petugas")
    first, second = await merged(any_house, by)
    third = await any_house.complaint(NOW, sender="tono@example.com")
    merging = Merging(any_house.tickets)
    assert await refusal(merging.merge(by, third.number, third.number, now=NOW)) == ("merge-self", "into")
    assert await refusal(merging.merge(by, third.number, second.number, now=NOW)) == ("merge-into-merged", "into")
    assert await refusal(merging.merge(by, first.number, third.number, now=NOW)) == ("leads-others", "")
    assert await refusal(merging.merge(by, first.number, second.number, now=NOW)) == ("merge-into-merged", "into")
    assert await refusal(merging.merge(by, second.number, third.number, now=NOW)) == ("goes-along", "")
    assert await refusal(merging.merge(by, third.number, "BLT-26-999999", now=NOW)) == ("merge-unknown", "into")
    await Ticket.filter(id=first.id).update(status="closed")
    assert await refusal(merging.merge(by, third.number, first.number, now=NOW)) == ("merge-into-ended", "into")
    with pytest.raises(Stale):
        await merging.merge(by, third.number, first.number, now=NOW, version=99)
    with pytest.raises(Forbidden):
        await merging.merge(await any_house.officer("sekretaris"), third.number, second.number, now=NOW)
    stranger = await any_house.officer("petugas", office="mojokerto")
    with pytest.raises((Missing, Refused, KeyError)):
        await merging.merge(stranger, third.number, first.number, now=NOW)


async def test_what_is_done_is_done_on_the_leading_ticket(any_house: House) -> None:
    """Actions and endings on a merged ticket point to the one it goes on as part of; an answer to one reporter goes."""
    by = await any_house.officer("petugas")
    first, second = await merged(any_house, by)
    version = await any_house.version(second.number)
    assert await refusal(any_house.act(by, second.number, "naikkan", LATER)) == ("goes-along", "")
    close = any_house.acting.close(by, second.number, "Selesai", version=version, now=LATER)
    assert await refusal(close) == ("goes-along", "")
    reroute = any_house.acting.reroute(
        by, second.number, procedure="", kind="saran", reason="x", version=version, now=NOW
    )
    assert await refusal(reroute) == ("goes-along", "")
    waits = any_house.acting.reply(by, second.number, "Di mana?", wait="alamat", version=version, now=LATER)
    assert await refusal(waits) == ("goes-along", "")
    await any_house.acting.reply(by, second.number, "Khusus Anda.", version=version, now=LATER)
    assert (len(await any_house.heard(first.number)), len(await any_house.heard(second.number))) == (0, 1)


async def test_spam_is_closed_in_silence_and_comes_back_whole(any_house: House) -> None:
    """Nothing is said to the sender; cleared, the ticket has its step, task and due time as before."""
    by = await any_house.officer("petugas")
    ticket = await any_house.complaint(NOW)
    spam, before = Spam(any_house.tickets), await fresh(ticket)
    await spam.mark(by, ticket.number, now=NOW, version=before.version)
    marked = await fresh(ticket)
    assert (marked.status, marked.closing, marked.due_at) == ("closed", "spam", None)
    assert await any_house.heard(ticket.number) == []
    assert await refusal(spam.mark(by, ticket.number, now=NOW)) == ("already-closed", "")
    await spam.clear(by, ticket.number, now=NOW, version=await any_house.version(ticket.number))
    after = await fresh(ticket)
    assert (after.status, after.closing, after.step, after.due_at) == ("open", "", before.step, before.due_at)
    assert await Task.filter(ticket_id=ticket.id, done_at=None, role="petugas").count() == 1
    assert await refusal(spam.clear(by, ticket.number, now=NOW)) == ("spam-missing", "")


async def test_merging_leaves_persons_alone(any_house: House) -> None:
    """Two reporters of one case stay two persons, who can still be joined for reasons of their own."""
    by = await any_house.officer("petugas", "kasi")
    first, second = await merged(any_house, by)
    assert first.citizen_id != second.citizen_id
    version = await any_house.version(first.number)
    await Joinings(any_house.tickets).join(by, first.number, second.number, "Sama", version=version, now=LATER)
    assert (await fresh(first)).citizen_id == (await fresh(second)).citizen_id
