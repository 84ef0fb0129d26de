"""Labels, splitting, related tickets, and what is suggested: the rows and what an officer reads of them."""

from __future__ import annotations

import pytest

from inbox.actor import Actor
from inbox.labels import Labels, offered
from inbox.merging import Merging
from inbox.models import Attachment, Message, Ticket
from inbox.refused import Forbidden, Missing, Refused
from inbox.related import Relations
from inbox.splitting import Splitting
from inbox.together import Together, together
from inbox.views import Views
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")
RUKO = "Ruko tiga lantai tanpa izin di jalan Merdeka"


async def around(house: House, by: Actor, ticket: Ticket) -> Together:
    page = await Views(house.tickets).ticket_page(by, ticket.number, NOW)
    async with house.database.reading():
        return await together(page)


async def test_labels_are_put_on_taken_off_and_retired(any_house: House) -> None:
    """A retired label stays on its tickets and is not offered; its name brings it back."""
    by = await any_house.officer("petugas")
    ticket = await any_house.complaint(NOW)
    labels = Labels(any_house.tickets)
    urgent = await labels.create(by, " Mendesak ", "red", now=NOW)
    other = await labels.create(by, "Wartawan", now=NOW)
    for label in (urgent, other, urgent):
        await labels.put(by, ticket.number, label.id, now=NOW)
    await labels.take_off(by, ticket.number, other.id, now=NOW)
    await labels.retire(by, urgent.id, now=NOW)
    assert [label.name for label in (await around(any_house, by, ticket)).labels] == ["Mendesak"]
    assert [label.name for label in await offered("blitar")] == ["Wartawan"]
    assert (await any_house.journal(ticket.number))[-3:] == ["labelled", "labelled", "unlabelled"]
    with pytest.raises(Missing, match="label-missing"):
        await labels.put(by, ticket.number, urgent.id, now=NOW)
    assert (await labels.create(by, "Mendesak", "red", now=NOW)).id == urgent.id


async def test_labels_are_the_offices_and_want_the_right(any_house: House) -> None:
    """A name is there once, whatever its letters; without the right nothing is made."""
    by = await any_house.officer("petugas")
    labels = Labels(any_house.tickets)
    await labels.create(by, "Mendesak", now=NOW)
    with pytest.raises(Refused, match="label-taken"):
        await labels.create(by, "mendesak", now=NOW)
    with pytest.raises(Refused, match="field-missing"):
        await labels.create(by, "  ", now=NOW)
    with pytest.raises(Refused, match="not-a-choice"):
        await labels.create(by, "Lain", "neon", now=NOW)
    with pytest.raises(Forbidden):
        await labels.create(await any_house.officer(), "Lain", now=NOW)


async def test_a_message_becomes_a_ticket_of_its_own(any_house: House) -> None:
    """It takes its files along, the citizen is told the number, and merging brings it back."""
    by = await any_house.officer("petugas")
    ticket = await any_house.complaint(NOW)
    await any_house.writes(ticket, "Selain itu lampu jalan mati", NOW)
    message = await Message.filter(ticket_id=ticket.id).order_by("-id").first()
    assert message
    await Attachment.create(office="blitar", message_id=message.id, name="a.jpg", type="image/jpeg")
    made = await Splitting(any_house.tickets).split(by, ticket.number, message.id, now=NOW)
    assert (made.citizen_id, made.summary) == (ticket.citizen_id, "Selain itu lampu jalan mati")
    assert await Attachment.filter(message__ticket_id=made.id).count() == 1
    ((template, words),) = await any_house.heard(made.number)
    assert template == "diterima"
    assert made.number in words
    (tie,) = (await around(any_house, by, ticket)).ties
    assert (tie.other.number, tie.made_of_this) == (made.number, True)
    await Merging(any_house.tickets).merge(by, made.number, ticket.number, now=NOW)
    (reporter,) = (await around(any_house, by, ticket)).reporters
    assert next(line.message.text for line in reporter.messages) == "Selain itu lampu jalan mati"


async def test_what_cannot_be_split_is_refused(any_house: House) -> None:
    """The only message, another ticket's, what the office said."""
    by = await any_house.officer("petugas")
    ticket, other = await any_house.complaint(NOW), await any_house.complaint(NOW, sender="b@example.com")
    splitting = Splitting(any_house.tickets)
    first, second = await Message.filter(ticket_id__in=[ticket.id, other.id]).order_by("id")
    with pytest.raises(Refused, match="split-only"):
        await splitting.split(by, ticket.number, first.id, now=NOW)
    with pytest.raises(Refused, match="split-missing"):
        await splitting.split(by, ticket.number, second.id, now=NOW)
    assert await Ticket.all().count() == 2


async def test_related_tickets_name_each_other_and_can_be_taken_apart(any_house: House) -> None:
    """Whichever of the two it was said on; twice is once."""
    by = await any_house.officer("petugas")
    first, second = await any_house.complaint(NOW), await any_house.complaint(NOW, sender="b@example.com")
    relations = Relations(any_house.tickets)
    await relations.relate(by, second.number, first.number, now=NOW)
    await relations.relate(by, first.number, second.number, now=NOW)
    (tie,) = (await around(any_house, by, first)).ties
    assert tie.other.id == second.id
    await relations.undo(by, second.number, tie.row.id, now=NOW)
    assert (await around(any_house, by, second)).ties == ()
    for one in (first, second):
        assert (await any_house.journal(one.number))[-2:] == ["related", "unrelated"]
    with pytest.raises(Refused, match="related-missing"):
        await relations.undo(by, second.number, tie.row.id, now=NOW)
    with pytest.raises(Refused, match="related-self"):
        await relations.relate(by, first.number, first.number, now=NOW)
    with pytest.raises(Refused, match="related-unknown"):
        await relations.relate(by, first.number, "BLT-26-999999", now=NOW)


async def test_what_looks_alike_is_suggested_until_somebody_says_no(any_house: House) -> None:
    """Both tickets point at each other; "apart" is remembered for both; what ended is not suggested."""
    by = await any_house.officer("petugas")
    first = await any_house.complaint(NOW, text=RUKO)
    second = await any_house.complaint(NOW, text="Jl Merdeka: ruko tiga lantai tidak ada izin", sender="b@example.com")
    await any_house.complaint(NOW, text="Petugas loket tidak ramah kepada lansia", sender="c@example.com")
    for one, other in ((first, second), (second, first)):
        (likely,) = (await around(any_house, by, one)).likely
        assert likely.ticket.id == other.id
        assert "words" in likely.likeness.why
    await Relations(any_house.tickets).apart(by, first.number, second.number, now=NOW)
    for one in (first, second):
        assert (await around(any_house, by, one)).likely == ()
        assert (await around(any_house, by, one)).ties == ()


async def test_nobody_is_shown_what_they_may_not_see(any_house: House) -> None:
    """Neither suggested nor related: an officer without the right to see all sees their own."""
    by = await any_house.officer("petugas")
    narrow = any_house.tickets.offices.office("blitar")
    first = await any_house.complaint(NOW, text=RUKO)
    second = await any_house.complaint(NOW, text=RUKO, sender="b@example.com")
    await Relations(any_house.tickets).relate(by, first.number, second.number, now=NOW)
    stranger = Actor(by.officer_id + 99, "x", "blitar", "X", "X", frozenset())
    await Ticket.filter(id=first.id).update(officer_id=by.officer_id)
    mine = Actor(by.officer_id, "x", "blitar", "X", "X", frozenset())
    found = await around(any_house, mine, first)
    assert (found.ties, found.likely) == ((), ())
    with pytest.raises(Missing):
        await around(any_house, stranger, first)
    assert narrow.id == "blitar"
