"""One person on two doors: an officer joins them, and takes it back; nothing else does."""

from __future__ import annotations

import asyncio

import pytest

from config.schema import Right, Role
from inbox.joining import Joinings
from inbox.models import Address, Joining, Message, Ticket
from inbox.persons import person_of
from inbox.refused import Forbidden, Refused, Stale
from tests.inbox.house import House, at

NOW = at("2026-11-23 09:15")


async def two(house: House) -> tuple[Ticket, Ticket]:
    """A complaint from each of two addresses."""
    mail = await house.complaint(NOW, sender="siti@example.com", place="Jl. Melati 3")
    web = await house.complaint(NOW, sender="w1", channel="web", place="jl. melati 3")
    return mail, web


async def owners() -> tuple[list[int], list[int], list[int | None]]:
    """Whose every address and ticket is, and the addresses' common mark."""
    addresses = await Address.all().order_by("id")
    tickets = await Ticket.all().order_by("id")
    return [one.citizen_id for one in addresses], [one.citizen_id for one in tickets], [one.joined for one in addresses]


async def test_what_is_undone_is_as_it_was(any_house: House) -> None:
    """Addresses and tickets go to one citizen and back, and both records say so."""
    by = await any_house.officer("kasi")
    first, second = await two(any_house)
    before = await owners()
    joinings = Joinings(any_house.tickets)
    version = await any_house.version(first.number)
    await joinings.join(by, first.number, second.number, "Suara yang sama", version=version, now=NOW)
    addresses, tickets, marks = await owners()
    assert len(set(addresses)) == len(set(tickets)) == len(set(marks)) == 1
    row = await Joining.get()
    version = await any_house.version(second.number)
    await joinings.separate(by, second.number, row.id, version=version, now=NOW)
    assert await owners() == before
    for number in (first.number, second.number):
        assert (await any_house.journal(number))[-2:] == ["person-joined", "person-separated"]
    with pytest.raises(Refused, match="joining-missing"):
        await joinings.separate(by, second.number, row.id, version=await any_house.version(second.number), now=NOW)


async def test_what_came_since_goes_back_with_its_address(any_house: House) -> None:
    """A ticket that was opened while they were one belongs to whoever wrote it."""
    by = await any_house.officer("kasi")
    first, second = await two(any_house)
    joinings = Joinings(any_house.tickets)
    await joinings.join(by, first.number, second.number, "Sama", version=await any_house.version(first.number), now=NOW)
    third = await any_house.complaint(at("2026-11-23 10:00"), sender="w1", channel="web")
    row = await Joining.get()
    await joinings.separate(by, first.number, row.id, version=await any_house.version(first.number), now=NOW)
    own = {one.number: one.citizen_id for one in await Ticket.all()}
    assert own[third.number] == own[second.number] != own[first.number]


async def test_three_are_taken_apart_in_any_order_that_makes_sense(house: House) -> None:
    """A person that was joined further is separated last first."""
    by = await house.officer("kasi")
    first, second = await two(house)
    third = await house.complaint(NOW, sender="budi@example.com")
    before = await owners()
    joinings = Joinings(house.tickets)
    for one, other in ((first, second), (third, first)):
        await joinings.join(by, one.number, other.number, "Sama", version=await house.version(one.number), now=NOW)
    one, other = await Joining.all().order_by("id")
    with pytest.raises(Refused, match="joining-missing"):
        await joinings.separate(by, third.number, one.id, version=await house.version(third.number), now=NOW)
    for row, number in ((other, third.number), (one, first.number)):
        await joinings.separate(by, number, row.id, version=await house.version(number), now=NOW)
    assert await owners() == before


async def test_two_officers_at_once_join_once(any_house: House) -> None:
    """Each from their own ticket, at the same moment: one joins, the other hears that it is done."""
    by, other = await any_house.officer("kasi"), await any_house.officer("kabid")
    first, second = await two(any_house)
    joinings, version = Joinings(any_house.tickets), await any_house.version(first.number)
    done = await asyncio.gather(
        joinings.join(by, first.number, second.number, "Sama", version=version, now=NOW),
        joinings.join(other, second.number, first.number, "Sama", version=version, now=NOW),
        return_exceptions=True,
    )
    (refused,) = [one for one in done if isinstance(one, Exception)]
    assert isinstance(refused, Refused)
    assert refused.code == "person-same"
    assert await Joining.all().count() == 1


async def test_only_with_the_right_of_this_office_and_on_what_was_seen(house: House) -> None:
    """No right, an older page, a number of nobody's, and the same person are refused."""
    by = await house.officer("kasi")
    first, second = await two(house)
    joinings, version = Joinings(house.tickets), await house.version(first.number)
    with pytest.raises(Forbidden):
        await joinings.join(
            await house.officer("sekretaris"), first.number, second.number, "Sama", version=version, now=NOW
        )
    with pytest.raises(Stale):
        await joinings.join(by, first.number, second.number, "Sama", version=version + 1, now=NOW)
    for other, code in (("BLT-26-999999", "person-unknown"), ("a999", "person-unknown"), (first.number, "person-same")):
        with pytest.raises(Refused, match=code):
            await joinings.join(by, first.number, other, "Sama", version=version, now=NOW)
    elsewhere = await house.officer("kasi", office="lain")
    await Address.filter(id=1).update(office="lain")
    with pytest.raises(Refused, match="person-unknown"):
        await joinings.join(by, second.number, "a1", "Sama", version=await house.version(second.number), now=NOW)
    assert elsewhere.office == "lain"
    assert await Joining.all().count() == 0


async def test_an_address_of_a_ticket_that_is_not_seen_cannot_be_named(house: House) -> None:
    """Its id is a number like any other: the right to join reaches no further than the eye, nor does the hint."""
    first, second = await two(house)
    hidden = await Address.get(citizen_id=second.citizen_id)
    only = Role(name="Seksi", may=(Right.PEOPLE,))
    office = house.office.model_copy(update={"roles": {**house.office.roles, "sekretaris": only}})
    house.offices.offices["blitar"] = house.office = office  # type: ignore[index]
    by = await house.officer("sekretaris")
    await Ticket.filter(id=first.id).update(officer_id=by.officer_id)
    await Message.filter(ticket_id=first.id).update(values={"contact": "joko@example.com"})
    await Address.filter(id=hidden.id).update(scheme="email", value="joko@example.com")
    assert (await person_of(await Ticket.get(id=first.id), house.tickets.seal(by))).likely == ()
    joinings, version = Joinings(house.tickets), await house.version(first.number)
    with pytest.raises(Refused, match="person-unknown"):
        await joinings.join(by, first.number, f"a{hidden.id}", "Sama", version=version, now=NOW)
    await Ticket.filter(id=second.id).update(officer_id=by.officer_id)
    await joinings.join(by, first.number, f"a{hidden.id}", "Sama", version=version, now=NOW)
    assert await Joining.all().count() == 1


async def test_hints_are_hints(any_house: House) -> None:
    """The same name and place is shown as a hint, once, and joins nobody; joined, it is no hint any more."""
    by = await any_house.officer("kasi")
    first, second = await two(any_house)
    person = await person_of(await Ticket.get(id=first.id), any_house.tickets.seal(by))
    assert [(one.key, one.why) for one in person.likely] == [(second.number, "namesake")]
    assert person.tickets == ()
    await Joinings(any_house.tickets).join(
        by, first.number, second.number, "Sama", version=await any_house.version(first.number), now=NOW
    )
    person = await person_of(await Ticket.get(id=first.id), any_house.tickets.seal(by))
    assert [one.number for one in person.tickets] == [second.number]
    assert len(person.addresses) == 2
    assert [(one.row.reason, one.officer) for one in person.joined] == [("Sama", by.name)]
    assert person.likely == ()
